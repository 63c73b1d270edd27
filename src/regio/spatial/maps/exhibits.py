"""The maps with one legend, and the table of the share of regions in each class."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Kind, Row, Table, label, text
from regio.exhibits.numbers import digits
from regio.language import Message, known
from regio.spatial.frames import number, part_cell, stub_of
from regio.spatial.places.table import ALL

if TYPE_CHECKING:
    from regio.spatial.choropleth import Choropleth


def exhibits_of(result: Choropleth) -> tuple[Exhibit, ...]:
    return (_map(result), *(() if result.breaks == "none" else (_shares(result),)))


def _map(result: Choropleth) -> Figure:
    frame = result.classes[result.classes["part"].astype(str).isin(result.drawn)]
    channels = {"place": Channel("region", kind="label")}
    if result.breaks == "none":
        channels["value"] = Channel("value", label(result.column))
        words: dict[str, Cell] = {}
    else:
        order = list(result.ranges.index)
        frame = frame.assign(**{"class": pd.Categorical(frame["class"], order, ordered=_ordered(result, order))})
        channels["value"] = Channel("class", label(result.column), kind="label")
        words = _words(result)
    if len(result.drawn) > 1:
        channels["facet"] = Channel("part", stub_of(result.by), kind="label")
        position = {name: i for i, name in enumerate(result.drawn)}
        frame = frame.sort_values("part", key=lambda column: column.astype(str).map(position), kind="stable")
    clash = {name for name in words if name in set(result.shapes.outlines) | set(result.drawn)}
    if clash:  # a year, or a region, that is named like a class
        frame, words = _renamed(frame, words)
    return Figure(
        name="map",
        form="map",
        frame=frame,
        channels=channels,
        title=Message("choropleth.title", {"column": label(result.column)}),
        notes=_notes(result),
        words=dict(result.texts) | words,
        shapes=result.shapes,
    )


def _renamed(frame: pd.DataFrame, words: dict[str, Cell]) -> tuple[pd.DataFrame, dict[str, Cell]]:
    new = {name: f"class {name}" for name in words}
    return frame.assign(**{"class": frame["class"].cat.rename_categories(new)}), {new[name]: cell for name, cell in words.items()}


def _ordered(result: Choropleth, order: list[str]) -> bool:
    """Whether the classes go from little to much."""
    return result.breaks != "values" or all(name.lstrip("-").replace(".", "", 1).isdigit() for name in order)


def _words(result: Choropleth) -> dict[str, Cell]:
    if result.breaks == "values":
        return {name: _word(name, result.column) for name in result.ranges.index}
    decimals = _decimals(result.edges)
    bounds = [digits(edge, decimals) for edge in result.edges.tolist()]
    return {name: text("choropleth.range", low=bounds[i], high=bounds[i + 1]) for i, name in enumerate(result.ranges.index)}


def _word(name: str, column: str) -> Cell:
    """What a value of a column is called: grades, types and clusters of other methods have words."""
    if column.rpartition(".")[2] == "grade" and known(f"coupling.grade.g{name}"):
        return text(f"coupling.grade.g{name}")
    if name.endswith("_lags"):
        return text("coupling.type.lags", system=label(name.removesuffix("_lags")))
    code = next((f"{prefix}.{name}" for prefix in ("autocorrelation.class", "coupling.type") if known(f"{prefix}.{name}")), "")
    return text(code) if code else label(name)


def _decimals(edges: np.ndarray) -> int:
    """So many that every class has two digits of its own width."""
    widths = np.diff(edges)
    least = float(widths[widths > 0].min(initial=np.inf))
    if not np.isfinite(least):
        return 2
    if (edges == np.round(edges)).all():
        return 0
    return int(min(6, max(0, 1 - floor(log10(least))))) if least < 10 else max(0, -ceil(log10(least)) + 1)


def _notes(result: Choropleth) -> tuple[Message, ...]:
    notes = [Message(f"choropleth.note.{result.breaks}", {"classes": len(result.ranges)})]
    if result.breaks not in ("values", "none"):
        notes.append(Message("choropleth.note.bounds"))
    if len(result.drawn) < len(result.counts.columns):
        notes.append(Message("choropleth.note.drawn", {"count": len(result.counts.columns), "parts": result.drawn}))
    return tuple(notes)


def _shares(result: Choropleth) -> Table:
    """Shares by part; numbers and shares where there is one part."""
    parts, words = list(result.shares.columns), _words(result)
    if len(parts) == 1:
        kinds: dict[str, Kind] = {"count": "count", "share": "share"}
        columns = tuple(Column(name, (text(f"choropleth.head.{name}"),)) for name in kinds)
        cells: dict[Any, tuple[Cell, ...]] = {
            c: (number(result.counts.loc[c].iloc[0], "count"), number(result.shares.loc[c].iloc[0], "share")) for c in result.shares.index
        }
    else:
        columns = tuple(Column(str(part), (part_cell(part),)) for part in parts)
        cells = {c: tuple(number(v, "share") for v in result.shares.loc[c]) for c in result.shares.index}
    rows = tuple(Row(f"c{i + 1}", words[c], cells[c]) for i, c in enumerate(result.shares.index))
    if len(parts) > 1:
        rows += (Row("n", text("places.head.n"), tuple(number(v, "count") for v in result.counts.sum()), block="n"),)
    title = Message("choropleth.shares", {"column": label(result.column)})
    frame = result.shares.rename(columns={ALL: "share"})
    return Table(name="shares", frame=frame, columns=columns, rows=rows, title=title, stub=text("choropleth.head.class"), notes=_notes(result)[:2])
