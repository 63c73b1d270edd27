"""A matrix of spatial weights from a name, a mapping or a matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.result import Convention
from regio.language import Message
from regio.regions import system
from regio.regions.links import square_of
from regio.spatial.places.sphere import Floats, great_circle, planar
from regio.spatial.places.table import Places, known_regions, places_of, region_of
from regio.spatial.weights.role import KINDS, plain

SHOWN = 8
LINKED = (("440000", "460000"),)  # Guangdong and Hainan: no common border, neighbours by convention
CLOSE = 1e-9  # of a distance: nearer places are the same place


@dataclass(frozen=True, slots=True)
class Ask:
    """What a call says of its neighbours."""

    nearest: int = 4
    band: float | None = None
    power: float = 1.0
    economic: str | None = None
    coordinates: tuple[str, ...] = ()
    distance: str = "great_circle"
    boundaries: Any = None
    island_links: str = "convention"


@dataclass(frozen=True, slots=True)
class Weights:
    """matrix: (R, R) sparse, zero on the diagonal, not standardised, in the order of ``regions``; islands: regions without neighbours."""

    regions: tuple[Any, ...]
    matrix: Any
    kind: str
    conventions: tuple[Convention, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def islands(self) -> tuple[Any, ...]:
        return tuple(region for region, links in zip(self.regions, np.diff(self.matrix.indptr), strict=True) if not links)


def weights_of(data: Any, regions: Sequence[Any], neighbours: Any, ask: Ask | None = None) -> Weights:
    """Spatial weights between regions, by name (``role.KINDS``), or as given.

    Raises
    ------
    ArgumentError
        for another word, options that do not fit, weights that do not fit the regions
    DataError
        for regions whose borders or places are not known, or two regions at one place
    """
    ask = ask or Ask()
    if not isinstance(neighbours, str):
        return from_given(neighbours, regions)
    if neighbours not in KINDS:
        raise ArgumentError(error("neighbours.word", found=neighbours, kinds=KINDS, near=suggestion(neighbours, KINDS)))
    if neighbours == "contiguity":
        return _contiguity(data, regions, ask)
    if neighbours == "economic_distance":
        return _made(regions, _inverse(_gaps(data, regions, ask), 1.0, regions), neighbours, (_convention(neighbours, column=ask.economic),))
    places = places_of(data, regions, ask.coordinates, ask.distance)
    distances = between(places)
    of_places = (Convention("places.source", f"places.source.{places.source}"), Convention("places.distance", f"places.distance.{places.kind}"))
    made, convention = _BY_DISTANCE[neighbours](data, regions, distances, ask)
    return _made(regions, made, neighbours, (convention, *of_places))


def between(places: Places) -> Floats:
    """(R, R) distances: kilometres of points in degrees."""
    assert places.points is not None
    return (great_circle if places.kind == "degrees" else planar)(places.points, places.points)


def from_given(neighbours: Any, regions: Sequence[Any]) -> Weights:
    """A mapping, region → its neighbours or region → neighbour → weight; or a square matrix in the order of the regions.

    Raises
    ------
    ArgumentError
        for a matrix of the wrong shape, weights that are negative or missing, names that are no regions
    """
    neighbours = plain(neighbours)
    if not isinstance(neighbours, Mapping | tuple):
        raise ArgumentError(error("neighbours.word", found=str(neighbours)[:40], kinds=KINDS, near=""))
    if isinstance(neighbours, Mapping):
        square = _from_mapping(neighbours, regions)
    else:
        try:
            square = np.asarray(neighbours, dtype=float)
        except (TypeError, ValueError):
            raise ArgumentError(error("neighbours.word", found=str(neighbours)[:40], kinds=KINDS, near="")) from None
    if square.shape != (len(regions),) * 2:
        raise ArgumentError(error("neighbours.shape", found=" × ".join(map(str, square.shape)), expected=len(regions)))
    if not np.isfinite(square).all() or (square < 0).any() or np.diag(square).any():
        raise ArgumentError(error("neighbours.entries"))
    return _made(regions, square, "given", (_convention("given"),))


def _made(regions: Sequence[Any], square: Any, kind: str, conventions: tuple[Convention, ...], findings: tuple[Finding, ...] = ()) -> Weights:
    return Weights(tuple(regions), sparse.csr_array(square), kind, conventions, findings)


def _convention(kind: str, **values: Any) -> Convention:
    return Convention("neighbours.what", Message(f"neighbours.kind.{kind}", values) if values else f"neighbours.kind.{kind}")


def _from_mapping(neighbours: Mapping[Any, Any], regions: Sequence[Any]) -> Floats:
    square, found = square_of(neighbours, regions)
    if found:
        raise ArgumentError(error("neighbours.unknown", regions=found[:SHOWN], count=len(found), near=suggestion(found[0], tuple(map(str, regions)))))
    return square


def _contiguity(data: Any, regions: Sequence[Any], ask: Ask) -> Weights:
    polygons = _polygons(data, regions, ask)
    name, codes = known_regions(regions)
    if polygons is not None:
        from regio.spatial.weights.contiguity import contiguous

        square, kind = contiguous(polygons), "polygons"
    else:
        if any(code is None for code in codes):
            gone = tuple(str(region) for region, code in zip(regions, codes, strict=True) if code is None)
            raise DataError(error("neighbours.no_borders", count=len(gone), regions=gone[:SHOWN]))
        square, kind = _listed(name, codes), "contiguity"
    linked = _link(square, codes, ask.island_links == "convention") if name == "china_provinces" else ()
    conventions = (_convention(kind), *((Convention("neighbours.links", f"neighbours.links.{'added' if linked == 'added' else 'none'}"),) if linked else ()))
    return _made(regions, square, kind, conventions)


def _listed(name: str, codes: Sequence[str | None]) -> Floats:
    """Built-in lists of neighbours."""
    place, here = {code: i for i, code in enumerate(codes)}, system(name)
    square = np.zeros((len(codes), len(codes)))
    for code, i in place.items():
        for other in here.region(str(code)).neighbours:
            if other in place:
                square[i, place[other]] = 1.0
    return square


def _link(square: Floats, codes: Sequence[str | None], wanted: bool) -> str:
    """Add (or take away) neighbours by convention; what was done, empty where none of them is here."""
    place = {code: i for i, code in enumerate(codes) if code is not None}
    here = [(place[a], place[b]) for a, b in LINKED if a in place and b in place]
    for i, j in here:
        square[i, j] = square[j, i] = float(wanted)
    return ("added" if wanted else "none") if here else ""


def _polygons(data: Any, regions: Sequence[Any], ask: Ask) -> list[Any] | None:
    if ask.boundaries is not None:
        from regio.spatial.places.outlines import polygons_of

        return polygons_of(ask.boundaries, regions)
    if hasattr(data.rows, "crs") and getattr(data.rows, "geometry", None) is not None:
        shapes = dict(zip(region_of(data), data.rows.geometry, strict=True))
        return [shapes[region] for region in regions]
    return None


def _gaps(data: Any, regions: Sequence[Any], ask: Ask) -> Floats:
    """(R, R) absolute differences of the means of a column over all rows of a region."""
    if ask.economic is None:
        raise ArgumentError(error("neighbours.no_column"))
    means = data.rows[ask.economic].astype(float).groupby(region_of(data).to_numpy(), sort=False).mean().reindex(list(regions))
    if (gone := means.isna()).any():
        raise DataError(error("neighbours.no_value", column=ask.economic, regions=tuple(map(str, means.index[gone]))[:SHOWN]))
    values = means.to_numpy()
    return np.asarray(np.abs(values[:, None] - values[None, :]))


def _inverse(distances: Floats, power: float, regions: Sequence[Any]) -> Floats:
    scale = float(distances.max())
    same = np.argwhere(np.triu(distances <= CLOSE * scale, 1))
    if len(same):
        raise DataError(error("neighbours.one_place", first=str(regions[same[0][0]]), second=str(regions[same[0][1]])))
    square = distances.copy()
    np.fill_diagonal(square, np.inf)
    return np.asarray(square**-power)


def _k_nearest(data: Any, regions: Sequence[Any], distances: Floats, ask: Ask) -> tuple[Floats, Convention]:
    if not 1 <= ask.nearest < len(regions):
        raise ArgumentError(error("neighbours.nearest", found=ask.nearest, regions=len(regions)))
    apart = distances.copy()
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, : ask.nearest]
    square = np.zeros_like(distances)
    np.put_along_axis(square, order, 1.0, axis=1)
    return square, _convention("k_nearest", nearest=ask.nearest)


def _distance_band(data: Any, regions: Sequence[Any], distances: Floats, ask: Ask) -> tuple[Floats, Convention]:
    apart = distances.copy()
    np.fill_diagonal(apart, np.inf)
    band = ask.band if ask.band is not None else float(apart.min(axis=1).max())
    return (apart <= band * (1 + CLOSE)).astype(float), _convention("distance_band" if ask.band is not None else "shortest_band", band=band)


def _inverse_distance(data: Any, regions: Sequence[Any], distances: Floats, ask: Ask) -> tuple[Floats, Convention]:
    square = _inverse(distances, ask.power, regions)
    if ask.band is not None:
        square = np.where(distances <= ask.band * (1 + CLOSE), square, 0.0)
        return square, _convention("inverse_within", power=ask.power, band=ask.band)
    return square, _convention("inverse_distance", power=ask.power)


def _economic_geographic(data: Any, regions: Sequence[Any], distances: Floats, ask: Ask) -> tuple[Floats, Convention]:
    square = _inverse(distances, ask.power, regions) * _inverse(_gaps(data, regions, ask), 1.0, regions)
    return square, _convention("economic_geographic", power=ask.power, column=ask.economic)


_BY_DISTANCE: dict[str, Callable[[Any, Sequence[Any], Floats, Ask], tuple[Floats, Convention]]] = {
    "k_nearest": _k_nearest,
    "distance_band": _distance_band,
    "inverse_distance": _inverse_distance,
    "economic_geographic": _economic_geographic,
}


def standardised(matrix: Any) -> Any:
    """Rows that sum to one; rows of islands stay empty."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.csr_array(sparse.diags_array(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)) @ matrix)


def frame_of(weights: Weights) -> pd.DataFrame:
    """One row a pair of neighbours: ``region, neighbour, weight``, not standardised."""
    pairs = weights.matrix.tocoo()
    names = np.array(list(map(str, weights.regions)), dtype=object)
    return pd.DataFrame({"region": names[pairs.row], "neighbour": names[pairs.col], "weight": pairs.data})
