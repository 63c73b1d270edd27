"""A column as classes that hold for all parts of the table, and where its regions are on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.result import Convention
from regio.exhibits.draw.geometry import middle_of
from regio.exhibits.models import text
from regio.exhibits.shapes import Shapes, Trace
from regio.language import known
from regio.spatial.breaks import Profile, coded
from regio.spatial.breaks import breaks as inner_edges
from regio.spatial.places.outlines import outlines_of
from regio.spatial.places.table import SHOWN, parts_of

MOST_DRAWN, FEW = 6, 4  # periods: so many are all drawn; of more so many
MOST_VALUES = 24  # classes that are values
ORDERS = ("autocorrelation.class", "coupling.type")  # catalogues of words for values, in the order of the legend


def mapped(data: Any, column: str, *, breaks: Any, classes: int, boundaries: Any, by: str | None, at: Sequence[Any], arrows: Sequence[Any]) -> dict[str, Any]:
    """The fields of a map.

    Raises
    ------
    ArgumentError, DataError
        as ``choropleth`` says
    """
    number = data.rows[column].dtype.kind in "biuf"
    parts = parts_of(data, column, by, numeric=number, least=0)
    parts = replace(parts, rows={name: places for name, places in parts.rows.items() if len(places)})
    rows = np.concatenate(list(parts.rows.values())) if parts.rows else np.empty(0, dtype=int)
    if not len(rows):
        raise DataError(error("choropleth.empty", column=column))
    values = parts.values[rows]
    edges, names = (np.empty(0), _values(values, column)) if not number or breaks == "values" else _edges(values, column, breaks, classes)
    found = names if breaks == "values" or not number else _classed(values, edges, breaks)
    order = _order(found) if len(edges) == 0 else [str(i + 1) for i in range(len(edges) - 1)]
    part = np.concatenate([np.repeat(np.array([name], dtype=object), len(places)) for name, places in parts.rows.items()])
    regions = np.array([str(parts.regions[i]) for i in parts.region[rows]], dtype=object)
    frame = pd.DataFrame({"part": list(part), "region": regions, "value": list(values), "class": found})
    counts = pd.crosstab(frame["class"], frame["part"]).reindex(index=order, columns=list(parts.rows)).fillna(0).astype(int)
    counts.columns = pd.Index([str(name) for name in counts.columns], name=None)
    counts.index.name = "class"
    outlines = outlines_of(boundaries, parts.regions, data)
    here = outlines.shapes
    class_of = pd.Series([None] * len(parts.values), index=data.rows.index, dtype=object)
    class_of.iloc[rows] = found
    way = breaks if isinstance(breaks, str) else "manual"
    way = "values" if not number else way
    lost = (Finding("choropleth.not_on_map", {"count": len(outlines.lost), "regions": outlines.lost[:SHOWN]}),) if outlines.lost else ()
    return {
        "classes": frame,
        "edges": edges,
        "ranges": _ranges(frame, edges, order),
        "shares": counts / counts.sum(),
        "counts": counts,
        "shapes": replace(here, traces=_arrows(arrows, here)),
        "texts": outlines.texts,
        "class_of": class_of,
        "drawn": drawn_parts(list(parts.rows), at),
        "column": column,
        "breaks": way,
        "by": parts.by,
        "provenance": parts.provenance,
        "conventions": (Convention("choropleth.classes_of", f"choropleth.way.{way}"), outlines.convention),
        "findings": (*parts.findings, *outlines.findings, *lost, *_fewer(edges, classes, way)),
    }


def _edges(values: Any, column: str, breaks: Any, classes: int) -> tuple[Any, Any]:
    """Lowest value and upper end of each class; empty where there are no classes."""
    profile = Profile.of(np.asarray(values, dtype=np.float64))
    if breaks == "none":
        return np.empty(0), None
    if not isinstance(breaks, str):
        inner = np.asarray(breaks, dtype=float)
        if not len(inner) or not np.isfinite(inner).all() or (np.diff(inner) <= 0).any():
            raise ArgumentError(error("choropleth.edges", found=tuple(breaks)))
    else:
        if classes < 1 or len(profile) < classes:
            raise DataError(error("choropleth.too_few", column=column, different=len(profile), classes=classes))
        inner = inner_edges(profile, breaks, classes)
    low = min(profile.low, float(inner[0])) if len(inner) else profile.low
    return np.array([low, *inner, max(profile.high, float(inner[-1])) if len(inner) else profile.high]), None


def _classed(values: Any, edges: Any, breaks: Any) -> list[str]:
    if breaks == "none":
        return ["1"] * len(values)
    return [str(i + 1) for i in coded(np.asarray(values, dtype=np.float64), edges[1:-1]).tolist()]


def _values(values: Any, column: str) -> list[str]:
    """Each value as the name of its class."""
    names = [str(int(v)) if isinstance(v, float | np.floating) and float(v).is_integer() else str(v) for v in values.tolist()]
    if (different := len(set(names))) > MOST_VALUES:
        raise DataError(error("choropleth.many_values", column=column, different=different, most=MOST_VALUES))
    return names


def _order(names: Sequence[str]) -> list[str]:
    """Values in the order of their words, numbers by size, others as they come."""
    seen = list(dict.fromkeys(names))
    try:
        return sorted(seen, key=float)
    except ValueError:
        pass
    for prefix in ORDERS:
        if any(known(f"{prefix}.{name}") for name in seen):
            from regio.language import entries

            codes = [code.removeprefix(f"{prefix}.") for code in entries(prefix.partition(".")[0])]
            return sorted(seen, key=lambda name: codes.index(name) if name in codes else -1)
    return seen


def _ranges(frame: pd.DataFrame, edges: Any, order: Sequence[str]) -> pd.DataFrame:
    counts = frame["class"].value_counts().reindex(list(order)).fillna(0).astype(int)
    bounds = {"low": edges[:-1], "high": edges[1:]} if len(edges) else {"low": np.full(len(order), np.nan), "high": np.full(len(order), np.nan)}
    return pd.DataFrame({**bounds, "count": counts.to_numpy()}, index=pd.Index(order, name="class"))


def drawn_parts(parts: list[Any], at: Sequence[Any]) -> tuple[str, ...]:
    names = [str(part) for part in parts]
    wanted = [str(name) for name in at]
    if absent := [name for name in wanted if name not in names]:
        raise ArgumentError(error("choropleth.at", found=tuple(absent), parts=tuple(names), near=suggestion(absent[0], names)))
    if wanted:
        return tuple(wanted)
    step = (len(names) - 1) / (FEW - 1)
    return tuple(names) if len(names) <= MOST_DRAWN else tuple(names[round(i * step)] for i in range(FEW))


def _arrows(arrows: Sequence[tuple[str, str]], shapes: Shapes) -> tuple[Trace, ...]:
    """Lines from the middle of one region to that of another."""
    if absent := [name for pair in arrows for name in pair if name not in shapes.outlines]:
        raise ArgumentError(error("choropleth.arrow", found=absent[0], near=suggestion(absent[0], tuple(shapes.outlines))))
    middle: Mapping[str, Any] = {name: middle_of(shapes.outlines[name]) for name in {name for pair in arrows for name in pair}}
    return tuple(Trace(points=np.array([middle[a], middle[b]]), title=text("choropleth.arrow_title"), arrow=True) for a, b in arrows)


def _fewer(edges: Any, classes: int, way: str) -> tuple[Finding, ...]:
    found = len(edges) - 1
    wanted = way in ("quantile", "equal", "geometric", "standard_deviation") and found < classes
    return (Finding("choropleth.fewer", {"found": found, "classes": classes}, "note"),) if wanted else ()
