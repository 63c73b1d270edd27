"""Tables and figures of spatial autocorrelation: the statistic by period, the Moran scatterplot, clusters as a table and a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Kind, Reference, Row, Table, label, text
from regio.language import Message
from regio.spatial.dependence.compute import QUADRANTS, SPOTS
from regio.spatial.frames import number, numbers_table, part_cell, stub_of

if TYPE_CHECKING:
    from regio.exhibits.shapes import Shapes
    from regio.spatial.autocorrelation import Autocorrelation
    from regio.spatial.moran import Moran

KINDS: dict[str, Kind] = {
    "estimate": "estimate",
    "expected": "number",
    "std_error": "number",
    "statistic": "number",
    "p_value": "p_value",
    "p_permutation": "p_value",
    "n": "count",
}
MOST_PANELS = 4  # of the scatterplot: first, last and between
NAMED = 60  # points of one panel that bear names
CLASSES = (*QUADRANTS, *SPOTS, "not_significant", "no_neighbours")


def words() -> dict[str, Cell]:
    return {name: text(f"autocorrelation.class.{name}") for name in CLASSES}


def shapes_for(boundaries: Any, regions: Sequence[Any], data: Any) -> tuple[Shapes | None, tuple[Finding, ...]]:
    """The base map of the clusters; none where nothing is asked for and the regions are not built in."""
    from regio.spatial.places.outlines import outlines_of
    from regio.spatial.places.table import known_regions

    if boundaries is None and not all(known_regions(regions)[1]):
        return None, ()
    try:
        found = outlines_of("tiles" if boundaries is None else boundaries, regions, data)
    except ArgumentError:
        if boundaries is None:
            return None, ()
        raise
    lost = (Finding("choropleth.not_on_map", {"count": len(found.lost), "regions": found.lost[:8]}),) if found.lost else ()
    return found.shapes, lost


def exhibits_of(result: Autocorrelation) -> tuple[Exhibit, ...]:
    found: list[Exhibit] = [_global(result)]
    parts = list(result.estimates.index)
    if len(parts) > 1:
        found.append(_trend(result))
    if result.measure == "moran":
        found.append(_scatter(result, parts))
    if result.local is not None:
        found += [_local(result, parts), *([_counts(result, parts)] if len(parts) > 1 else [])]
        if result.shapes is not None:
            found.append(_map(result, len(parts) > 1))
    return tuple(found)


def _names(result: Autocorrelation) -> dict[str, Any]:
    return {"column": label(result.column), "measure": Message(f"autocorrelation.measure.{result.measure}")}


def _global(result: Autocorrelation) -> Table:
    frame = result.estimates
    notes = [Message("autocorrelation.note"), Message("autocorrelation.note_weights", {"links": int(frame["links"].max())})]
    if int(frame["islands"].max()):
        notes.append(Message("autocorrelation.note_islands", {"count": int(frame["islands"].max())}))
    return numbers_table(
        frame,
        {name: kind for name, kind in KINDS.items() if not frame[name].isna().all()},
        name="global",
        prefix="autocorrelation.head",
        title=Message("autocorrelation.title", _names(result)),
        stub=stub_of(result.by),
        heads=[part_cell(name) for name in frame.index],
        notes=tuple(notes),
        stars="p_value",
    )


def _trend(result: Autocorrelation) -> Figure:
    frame = result.estimates[["estimate", "expected"]].rename_axis("part").reset_index()
    channels = {"x": Channel("part", stub_of(result.by), kind="label"), "y": Channel("estimate", text(f"autocorrelation.measure.{result.measure}"))}
    expected = float(frame["expected"].mean())
    lines = (Reference("y", expected, text("autocorrelation.expected_line")),)
    return Figure(name="trend", form="line", frame=frame, channels=channels, title=Message("autocorrelation.trend", _names(result)), references=lines)


def _scatter(result: Autocorrelation, parts: list[Any]) -> Figure:
    step = (len(parts) - 1) / max(1, MOST_PANELS - 1)
    shown = parts if len(parts) <= MOST_PANELS else [parts[round(i * step)] for i in range(MOST_PANELS)]
    frame = result.scatter[result.scatter["part"].isin(shown)]
    channels = {
        "x": Channel("z", text("autocorrelation.z_axis", column=label(result.column))),
        "y": Channel("lag", text("autocorrelation.lag_axis", column=label(result.column))),
        "group": Channel("quadrant", text("autocorrelation.quadrant_head"), kind="label"),
    }
    if len(frame) <= NAMED:
        channels["name"] = Channel("region", kind="label")
    if len(shown) > 1:
        channels["facet"] = Channel("part", stub_of(result.by), kind="label")
    order = {name: i for i, name in enumerate(QUADRANTS)}
    frame = frame.sort_values("quadrant", key=lambda c: c.map(order), kind="stable")
    return Figure(
        name="scatter",
        form="points",
        frame=frame,
        channels=channels,
        title=Message("autocorrelation.scatter", _names(result)),
        notes=(Message("autocorrelation.note_scatter"),),
        words=words(),
        references=(Reference("x", 0.0), Reference("y", 0.0)),
    )


def _notes(result: Autocorrelation) -> tuple[Message, ...]:
    correction = Message(f"autocorrelation.correction.{result.correction}")
    return (Message("autocorrelation.note_local", {"level": 1 - result.level, "correction": correction}),)


def _local(result: Autocorrelation, parts: list[Any]) -> Table:
    """Numbers of each region for one part; clusters by period for several."""
    frame = result.local
    assert frame is not None
    title = Message("autocorrelation.local", _names(result))
    said = words()
    if len(parts) == 1:
        shown = frame.assign(**{name: np.array([said[value] for value in frame[name]], dtype=object) for name in ("cluster", "quadrant")})
        kinds: dict[str, Kind] = {"estimate": "number", "p_value": "p_value", "p_adjusted": "p_value", "quadrant": "text", "cluster": "text"}
        made = numbers_table(
            shown,
            kinds,
            name="local",
            prefix="autocorrelation.head",
            title=title,
            stub=text("places.head.region"),
            heads=[label(name) for name in frame["region"]],
            keys=list(frame["region"]),
            notes=_notes(result),
        )
        return Table(name="local", frame=frame, columns=made.columns, rows=made.rows, title=title, stub=made.stub, notes=made.notes)
    wide = frame.pivot(index="region", columns="part", values="cluster").reindex(frame["region"].unique())
    columns = tuple(Column(str(part), (part_cell(part),)) for part in wide.columns)
    rows = tuple(
        Row(str(name), label(str(name)), tuple(said.get(value, EMPTY) for value in values)) for name, values in zip(wide.index, wide.to_numpy(), strict=True)
    )
    return Table(name="local", frame=frame, columns=columns, rows=rows, title=title, stub=text("places.head.region"), notes=_notes(result))


def _counts(result: Autocorrelation, parts: list[Any]) -> Table:
    assert result.local is not None
    seen = [name for name in CLASSES if (result.local["cluster"] == name).any()]
    frame = pd.crosstab(result.local["cluster"], result.local["part"]).reindex(seen).fillna(0).astype(int)
    columns = tuple(Column(str(part), (part_cell(part),)) for part in frame.columns)
    rows = tuple(Row(name, text(f"autocorrelation.class.{name}"), tuple(number(v, "count") for v in frame.loc[name])) for name in seen)
    title = Message("autocorrelation.counts", _names(result))
    return Table(name="counts", frame=frame, columns=columns, rows=rows, title=title, stub=text("autocorrelation.head.cluster"), notes=_notes(result))


def _map(result: Autocorrelation, faceted: bool) -> Figure:
    assert result.local is not None
    seen = [name for name in CLASSES if (result.local["cluster"] == name).any()]
    frame = result.local[["part", "region", "cluster", "p_adjusted"]].assign(cluster=pd.Categorical(result.local["cluster"], seen))
    channels = {"place": Channel("region", kind="label"), "value": Channel("cluster", text("autocorrelation.head.cluster"), kind="label")}
    if faceted:
        channels["facet"] = Channel("part", stub_of(result.by), kind="label")
    title = Message("autocorrelation.map", _names(result))
    return Figure(name="map", form="map", frame=frame, channels=channels, title=title, notes=_notes(result), words=words(), shapes=result.shapes)


def moran_table(result: Moran) -> Table:
    frame = result.tests.assign(estimate=result.estimate, expected=result.expected, n=result.n)
    kinds: dict[str, Kind] = {"estimate": "estimate", "expected": "number", "statistic": "number", "p_value": "p_value", "n": "count"}
    heads = [text(f"autocorrelation.test.{name}") for name in frame.index]
    title = Message("moran.title")
    return numbers_table(
        frame, kinds, name="moran", prefix="autocorrelation.head", title=title, stub=text("autocorrelation.head.test"), heads=heads, stars="p_value"
    )
