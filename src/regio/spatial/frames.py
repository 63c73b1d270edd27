"""Cells and tables that the exhibits of this room share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Column, Kind, Row, Table, label, text
from regio.language import Message
from regio.spatial.places.table import ALL

if TYPE_CHECKING:
    import pandas as pd


def number(value: Any, kind: Kind = "number", p_value: float | None = None) -> Cell:
    """A number, or nothing where there is none."""
    if value is None or value != value:
        return EMPTY
    return Cell(kind, int(value) if kind == "count" else float(value), p_value)


def part_cell(name: Any) -> Cell:
    """The name of a part of the table: a period, a group, or all of it."""
    return text("places.head.all") if name == ALL else label(str(name))


def stub_of(by: str) -> Cell:
    return text(f"places.head.{by}") if by in ("period", "region") else label(by) if by else EMPTY


def numbers_table(
    frame: pd.DataFrame,
    kinds: Mapping[str, Kind],
    *,
    name: str,
    prefix: str,
    title: Message,
    stub: Cell,
    heads: Sequence[Cell],
    notes: tuple[Message, ...] = (),
    stars: str = "",
    keys: Sequence[str] | None = None,
    blocks: Sequence[str] | None = None,
) -> Table:
    """One row a row of the frame; ``kinds``: the columns printed, with headers ``<prefix>.<column>``; ``stars``: the p-value whose stars stand at estimates."""
    columns = tuple(Column(c, (text(f"{prefix}.{c}"),)) for c in kinds)
    keys = keys or [str(key) for key in frame.index]
    rows = []
    for i, values in enumerate(frame.to_dict("records")):
        cells = tuple(_cell(values[c], kind, values[stars] if stars and kind == "estimate" else None) for c, kind in kinds.items())
        rows.append(Row(keys[i], heads[i], cells, block=blocks[i] if blocks else ""))
    return Table(name=name, frame=frame, columns=columns, rows=tuple(rows), title=title, stub=stub, notes=notes)


def _cell(value: Any, kind: Kind, p_value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    return number(value, kind, None if p_value is None or p_value != p_value else float(p_value))
