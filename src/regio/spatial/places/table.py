"""One column of a table by region, and by period where there are several; where the regions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Provenance
from regio.regions import SYSTEMS, resolve
from regio.regions.seats import seats
from regio.spatial.places.sphere import Floats

ALL = "_all"  # the only part of a table that is not cut
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Places:
    """regions: as the table writes them, each once; codes: of a built-in system, or None; points: (R, 2) or None; kind: of the points, ``degrees`` or
    ``plane``; source: ``columns``, ``geometry``, ``seats``; geometry: polygons of the regions, where the table has them.
    """

    regions: tuple[Any, ...]
    codes: tuple[str | None, ...]
    system: str
    points: Floats | None = None
    kind: str = "degrees"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """rows: part → places in the table of the rows with a value; region: (N,) number of each row's region; values: (N,)."""

    values: Any
    region: NDArray[np.intp]
    regions: tuple[Any, ...]
    rows: Mapping[Any, NDArray[np.intp]]
    by: str
    findings: tuple[Finding, ...]
    provenance: Provenance


def region_of(data: Any) -> pd.Series:
    """The region of each row; its row label where the table has no column of regions."""
    name = data.keys.region
    column = data.rows[name] if name else pd.Series(data.rows.index.to_flat_index(), index=data.rows.index)
    return column.astype(str) if column.dtype.kind not in "iuO" or isinstance(column.dtype, pd.CategoricalDtype) else column


def parts_of(data: Any, column: str, by: str | None, *, numeric: bool = True, least: int = 1) -> Parts:
    """The values of a column, cut by ``by``: by the period where that is None and the table has one.

    Raises
    ------
    DataError
        for infinite values, two rows of one region in one part, or fewer than ``least`` rows with a value in one
    """
    values = data.rows[column]
    found = values.to_numpy(dtype=np.float64, na_value=np.nan) if numeric else values.astype(object).to_numpy()
    if numeric and (infinite := int(np.isinf(found).sum())):
        raise DataError(error("places.infinite", column=column, count=infinite))
    number, regions = pd.factorize(region_of(data), sort=False)
    by = by or ("period" if data.keys.period else "")
    labels = _labels(data, by)
    known = values.notna().to_numpy() & (number >= 0) & labels.notna().to_numpy()
    code, names = pd.factorize(labels.where(labels.notna(), None), sort=True)
    rows = {name: np.flatnonzero(known & (code == i)) for i, name in enumerate(names.tolist())}
    for name, places in rows.items():
        twice = pd.Series(number[places]).duplicated()
        if twice.any():
            raise DataError(error("places.twice", region=str(regions[number[places][twice.argmax()]]), part=str(name), column=column))
    if few := tuple(str(name) for name, places in rows.items() if len(places) < least):
        raise DataError(error("places.few", column=column, least=least, parts=() if few == (ALL,) else few))
    gone = int((~known).sum())
    findings = (Finding("places.missing", {"column": column, "count": gone, "regions": _shown(regions[number[~known & (number >= 0)]])}),) if gone else ()
    return Parts(found, number, tuple(regions.tolist()), rows, by, findings, Provenance(rows_used=int(known.sum()), rows_left_out=gone))


def _labels(data: Any, by: str) -> pd.Series:
    if not by:
        return pd.Series(ALL, index=data.rows.index)
    name = getattr(data.keys, by) if by in ("region", "period") else by
    column: pd.Series = data.rows[name]
    return column if column.dtype.kind in "iuO" and not isinstance(column.dtype, pd.CategoricalDtype) else column.astype(str).where(column.notna(), None)


def _shown(names: Sequence[Any]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(map(str, names)))
    return unique[:SHOWN] + (("…",) if len(unique) > SHOWN else ())


def known_regions(regions: Sequence[Any]) -> tuple[str, tuple[str | None, ...]]:
    """The built-in system that knows most of the regions, and their codes; an empty name where it knows none."""
    found = [resolve(regions, name) for name in SYSTEMS]
    best = max(found, key=lambda r: sum(code is not None for code in r.codes))
    return (best.system, best.codes) if any(best.codes) else ("", best.codes)


def places_of(data: Any, regions: Sequence[Any], coordinates: Sequence[str], distance: str = "great_circle", *, needed: bool = True) -> Places:
    """Where the regions are: columns of coordinates, else the centroids of a table's geometry, else the seats of government of built-in regions.

    Raises
    ------
    ArgumentError
        for coordinates that are not two columns, or where nothing says where the regions are
    DataError
        for coordinates that are missing, that are no degrees, that change within a region; geometry without a projection
    """
    system, codes = known_regions(regions)
    base = Places(tuple(regions), codes, system)
    if coordinates:
        points, kind = _from_columns(data, regions, coordinates), "plane" if distance == "plane" else "degrees"
        if kind == "degrees":
            check_degrees(points, coordinates)
        return Places(base.regions, codes, system, points, kind, "columns")
    if hasattr(data.rows, "crs") and getattr(data.rows, "geometry", None) is not None:
        return _from_geometry(data, base)
    if distance == "plane":
        raise ArgumentError(error("places.plane"))
    known = seats()
    if absent := [region for region, code in zip(regions, codes, strict=True) if code is None]:
        if needed:
            raise ArgumentError(error("places.nowhere", count=len(absent), regions=_shown(absent)))
        return base
    return Places(base.regions, codes, system, np.array([known[str(code)] for code in codes]), "degrees", "seats")


def _from_columns(data: Any, regions: Sequence[Any], coordinates: Sequence[str]) -> Floats:
    if len(coordinates) != 2:
        raise ArgumentError(error("places.coordinates", found=tuple(coordinates)))
    table = data.rows[list(coordinates)].astype(float).groupby(region_of(data).to_numpy(), sort=False)
    spread = (table.max() - table.min()).max(axis=1)
    if (moving := spread > 0).any():
        raise DataError(error("places.moving", regions=_shown(spread.index[moving]), columns=tuple(coordinates)))
    points = table.first().reindex(list(regions)).to_numpy()
    if not np.isfinite(points).all():
        gone = [region for region, point in zip(regions, points, strict=True) if not np.isfinite(point).all()]
        raise DataError(error("places.no_coordinates", count=len(gone), regions=_shown(gone), columns=tuple(coordinates)))
    return np.asarray(points, dtype=np.float64)


def check_degrees(points: Floats, names: Sequence[str] = ("x", "y")) -> None:
    """Raises DataError where points cannot be longitude and latitude."""
    low, high = points.min(axis=0), points.max(axis=0)
    if low[0] < -180 or high[0] > 360 or low[1] < -90 or high[1] > 90:
        raise DataError(error("places.no_degrees", columns=tuple(names), low=float(points.min()), high=float(points.max())))


def _from_geometry(data: Any, base: Places) -> Places:
    """Centroids, taken in an equal-area projection where the geometry is in degrees."""
    from regio.spatial.places.sphere import projection_for

    rows = data.rows
    if rows.crs is None:
        raise DataError(error("places.no_projection"))
    shapes = dict(zip(region_of(data), rows.geometry, strict=True))
    if not rows.crs.is_geographic:
        points = np.array([shapes[region].centroid.coords[0] for region in base.regions])
        return Places(base.regions, base.codes, base.system, points, "plane", "geometry")
    import shapely  # type: ignore[import-untyped]

    found = [shapes[region] for region in base.regions]
    project = projection_for(np.vstack([shapely.get_coordinates(shape) for shape in found]))
    flat = [shapely.transform(shape, project) for shape in found]
    points = project.back([shape.centroid.coords[0] for shape in flat])
    return Places(base.regions, base.codes, base.system, points, "degrees", "geometry")
