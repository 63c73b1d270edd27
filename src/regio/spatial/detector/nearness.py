"""Spatial weights between rows, and the variance that they weigh: Γ = Σ w_ij (y_i − y_j)²/2 / Σ w_ij."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, DataError, EstimationError, error, suggestion
from regio.contract.result import Convention
from regio.spatial.detector.statistics import Floats, Ints
from regio.spatial.weights.build import Ask, weights_of

MOST = 6000  # rows: the weights are a square array
POWER = 2  # of the inverse distance
KINDS = ("inverse_distance", "contiguity", "k_nearest", "distance_band")


def weights_between(data: Any, kept: NDArray[np.bool_], neighbours: Any, coordinates: Sequence[str]) -> tuple[Floats, tuple[Convention, ...]]:
    """(n, n) symmetric weights of the rows kept, zero on the diagonal; and what they are.

    Raises
    ------
    ArgumentError
        for weights that are no square array of the table's rows, or no coordinates, geometry or regions
    DataError
        for coordinates that are missing, geometry without a projection, two rows at one place, or a region with several rows
    EstimationError
        for more rows than a square array is made for
    """
    rows = pd.DataFrame(data.rows)
    if int(kept.sum()) > MOST:
        raise EstimationError(error("spade.many_rows", rows=int(kept.sum()), limit=MOST))
    said: tuple[Convention, ...]
    if not isinstance(neighbours, str | Mapping) and not hasattr(neighbours, "neighbors"):
        square, said = _given(neighbours, len(rows))[np.ix_(kept, kept)], (Convention("spade.weights", "spade.weights.given"),)
    elif neighbours == "inverse_distance" and (coordinates or hasattr(data.rows, "crs")):
        square, said = _inverse_distances(_places(data, coordinates)[kept]), (Convention("spade.weights", "spade.weights.inverse"),)
    else:
        square, said = _of_regions(data, kept, neighbours, coordinates)
    square = (square + square.T) / 2
    np.fill_diagonal(square, 0.0)
    return square, said


def _given(neighbours: Any, count: int) -> Floats:
    try:
        square = np.asarray(neighbours.toarray() if hasattr(neighbours, "toarray") else neighbours, dtype=float)
    except (TypeError, ValueError):
        raise ArgumentError(error("spade.neighbours", found=str(neighbours)[:40], kinds=KINDS, near="")) from None
    if square.shape != (count, count) or not np.isfinite(square).all() or (square < 0).any():
        raise ArgumentError(error("spade.matrix", shape=" × ".join(map(str, square.shape)), rows=count))
    return square


def _of_regions(data: Any, kept: NDArray[np.bool_], neighbours: Any, coordinates: Sequence[str]) -> tuple[Floats, tuple[Convention, ...]]:
    """Weights by the names of regions, each of which has one row."""
    if isinstance(neighbours, str) and neighbours not in KINDS:
        raise ArgumentError(error("spade.neighbours", found=neighbours, kinds=KINDS, near=suggestion(neighbours, KINDS)))
    if data.keys.region is None:
        raise ArgumentError(error("spade.no_places" if neighbours == "inverse_distance" else "spade.no_region"))
    regions = data.rows.loc[kept, data.keys.region]
    if regions.duplicated().any():
        raise DataError(error("spade.several_rows", region=str(regions[regions.duplicated()].iloc[0])))
    made = weights_of(
        data, tuple(regions), neighbours, Ask(power=float(POWER), coordinates=tuple(coordinates), distance="plane" if coordinates else "great_circle")
    )
    return made.matrix.toarray(), made.conventions


def _places(data: Any, coordinates: Sequence[str]) -> Floats:
    if coordinates:
        if len(coordinates) != 2:
            raise ArgumentError(error("spade.coordinates", found=tuple(coordinates)))
        places = np.asarray(data.rows[list(coordinates)].to_numpy(float))
    else:
        geometry = getattr(data.rows, "geometry", None) if hasattr(data.rows, "crs") else None
        if geometry is None:
            raise ArgumentError(error("spade.no_places"))
        if data.rows.crs is None or data.rows.crs.is_geographic:
            raise DataError(error("spade.no_projection", found=str(data.rows.crs)))
        centres = geometry.centroid
        places = np.column_stack([centres.x, centres.y])
    if not np.isfinite(places).all():
        raise DataError(error("spade.missing_places", count=int((~np.isfinite(places)).any(axis=1).sum())))
    return places


def _inverse_distances(places: Floats) -> Floats:
    squared = sum((axis[:, None] - axis[None, :]) ** 2 for axis in places.T)
    distance = np.asarray(squared) ** (POWER / 2)
    np.fill_diagonal(distance, np.inf)
    if (distance == 0).any():
        i, j = np.argwhere(distance == 0)[0]
        raise DataError(error("spade.one_place", first=int(i) + 1, second=int(j) + 1))
    found: Floats = 1 / distance
    return found


class Space:
    """Spatial weights with the strata that were asked about: sums within strata are kept."""

    def __init__(self, weights: Floats) -> None:
        self.weights = weights
        self.degree = weights.sum(axis=1)

    def variance(self, values: Floats) -> Floats:
        """Γ of columns (n,) or (n, b)."""
        found: Floats = self._sum(values, self.weights, self.degree) / self.degree.sum()
        return found

    def power(self, values: Floats, codes: Ints) -> Floats:
        """Power of the spatial determinant, 1 − Σ N_h Γ_h / (N Γ), of columns (n,) or (n, b)."""
        within: Any = 0.0
        order = np.argsort(codes, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
            block = self.weights[np.ix_(rows, rows)]
            total = block.sum()
            if total > 0:
                within = within + len(rows) * self._sum(values[rows], block, block.sum(axis=1)) / total
        spread = self.variance(values)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = 1 - within / (len(values) * spread)
        return found

    @staticmethod
    def _sum(values: Floats, weights: Floats, degree: Floats) -> Any:
        centred = values - values.mean(axis=0)
        return np.maximum(np.tensordot(degree, centred**2, axes=(0, 0)) - (centred * (weights @ centred)).sum(axis=0), 0.0)


def overlay_of(codes: Sequence[Ints], outcome: Floats, how: str) -> Ints:
    """Zones of several sets of strata laid over one another. ``intersection``: every combination; ``fuzzy_and``: each row belongs to that of its strata
    whose mean outcome, scaled to [0, 1] over the strata of its factor, is least (``fuzzy_or``: greatest).
    """
    if how == "intersection":
        zones = codes[0]
        for more in codes[1:]:
            zones = np.unique(zones * (int(more.max()) + 1) + more, return_inverse=True)[1]
        return np.unique(zones, return_inverse=True)[1]
    risks = np.column_stack([_risk(own, outcome) for own in codes])
    factor = risks.argmin(axis=1) if how == "fuzzy_and" else risks.argmax(axis=1)
    width = max(int(own.max()) for own in codes) + 1
    return np.unique(factor * width + np.column_stack(codes)[np.arange(len(outcome)), factor], return_inverse=True)[1]


def _risk(codes: Ints, outcome: Floats) -> Floats:
    means = (np.bincount(codes, outcome) / np.maximum(np.bincount(codes), 1))[codes]
    spread = np.ptp(means)
    found: Floats = (means - means.min()) / spread if spread > 0 else np.zeros(len(codes))
    return found
