"""Who is next to whom: built-in regions by their borders, or as given; and the mean of the neighbours' values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from regio.contract.finding import ArgumentError, DataError, error, suggestion
from regio.indices.dynamics._values import Floats
from regio.regions import SYSTEMS, resolve, system
from regio.regions.links import square_of

SHOWN = 5


def weights_of(neighbours: Any, regions: Sequence[Any]) -> Floats:
    """(R, R) weights of the regions in this order, not negative, zero on the diagonal, not yet standardised.

    ``neighbours``: ``contiguity``, the borders of a built-in system of regions; a mapping, region → its neighbours or region → neighbour → weight;
    rows of a square matrix in the order in which regions first stand in the table.

    Raises
    ------
    ArgumentError
        for another word or anything else, a matrix of the wrong shape, negative or missing weights, names that are no regions
    DataError
        where the regions are not those of one built-in system
    """
    if isinstance(neighbours, str):
        if neighbours != "contiguity":
            raise ArgumentError(error("spatial_markov.word", found=neighbours, near=suggestion(neighbours, ("contiguity",))))
        return _contiguity(regions)
    if isinstance(neighbours, Mapping):
        return _from_mapping(neighbours, regions)
    try:
        matrix = np.asarray(neighbours if isinstance(neighbours, tuple | list | np.ndarray) else np.nan, dtype=float)
    except (TypeError, ValueError):
        matrix = np.array(np.nan)
    if not matrix.ndim:
        raise ArgumentError(error("spatial_markov.word", found=str(neighbours)[:40], near=""))
    return _checked(matrix, len(regions))


def lag(values: Floats, weights: Floats) -> Floats:
    """(regions, periods) the weighted mean of the neighbours that have a value; nan where none has."""
    known = ~np.isnan(values)
    mass = weights @ known.astype(float)
    with np.errstate(invalid="ignore"):
        return np.where(mass > 0, weights @ np.where(known, values, 0.0) / np.where(mass > 0, mass, 1.0), np.nan)


def _contiguity(regions: Sequence[Any]) -> Floats:
    found = [resolve(regions, name) for name in SYSTEMS]
    best = min(found, key=lambda r: len(r.unresolved))
    if best.unresolved:
        raise DataError(error("spatial_markov.no_borders", regions=best.unresolved[:SHOWN], count=len(best.unresolved)))
    place = {code: i for i, code in enumerate(best.codes) if code is not None}
    weights = np.zeros((len(regions), len(regions)))
    here = system(best.system)
    for code, i in place.items():
        for other in here.region(code).neighbours:
            if other in place:
                weights[i, place[other]] = 1.0
    return weights


def _from_mapping(neighbours: Mapping[Any, Any], regions: Sequence[Any]) -> Floats:
    weights, unknown = square_of(neighbours, regions)
    if unknown:
        raise ArgumentError(error("spatial_markov.unknown", regions=unknown[:SHOWN], near=suggestion(unknown[0], tuple(map(str, regions)))))
    return _checked(weights, len(regions))


def _checked(matrix: np.ndarray, size: int) -> Floats:
    if matrix.shape != (size, size):
        raise ArgumentError(error("spatial_markov.shape", found=" × ".join(map(str, matrix.shape)), expected=size))
    if not np.isfinite(matrix).all() or (matrix < 0).any() or np.diag(matrix).any():
        raise ArgumentError(error("spatial_markov.entries"))
    return matrix
