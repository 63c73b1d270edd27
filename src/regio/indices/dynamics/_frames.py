"""Frames of numbers as tables, and lines over periods: what the exhibits of the dynamics share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regio.contract.result import Convention
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Kind, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

ALL = "_all"  # the label of a whole that is not cut
WORDS: Mapping[str, Cell] = {ALL: text("dynamics.all")}


def name_cell(name: object, words: Mapping[str, Cell] = WORDS) -> Cell:
    """The cell that says a name: the word for the whole, or a label."""
    return words.get(str(name), label(str(name)))


def with_groups(texts: Mapping[str, Any], words: Mapping[str, Cell] = WORDS) -> dict[str, Cell]:
    """Words with those of a known grouping of regions."""
    return {**words, **{group: Cell("label", said) for group, said in texts.items()}}


def number(value: Any, kind: Kind = "number") -> Cell:
    """A number, or nothing where there is none."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return EMPTY
    return Cell(kind, int(value) if kind == "count" else float(value))


def part_head(by: str) -> Cell:
    """What the parts of a table are."""
    return text(f"dynamics.{by or 'part'}_head") if by in ("", "period", "region") else label(by)


def kinds_of(frame: pd.DataFrame) -> dict[str, Kind]:
    """What the columns of a frame are, by their names: ``n``, shares, other numbers."""
    return {name: "count" if name == "n" else "share" if name.endswith("share") else "number" for name in frame.columns}


def weighting(sample_weights: str | None) -> Convention:
    """Whether rows count alike."""
    return Convention("dynamics.weights", f"dynamics.weights.{'rows' if sample_weights is None else 'weighted'}")


def frame_table(
    frame: pd.DataFrame,
    kinds: Mapping[str, Kind],
    *,
    name: str,
    prefix: str,
    title: Message,
    stub: Cell,
    notes: tuple[Message, ...] = (),
    words: Mapping[str, Cell] = WORDS,
    p_values: Mapping[str, str] | None = None,
    heads: Mapping[str, Cell] | None = None,
) -> Table:
    """One row a row of the frame; two levels of the index make a row head of both, and a block of the first. ``kinds``: the columns that are
    printed; heads are ``<prefix>.<column>_head``. ``p_values``: column → the column whose p-value makes its stars;
    ``heads``: header cells that are no message of the prefix.
    """
    columns = tuple(Column(c, (heads[c] if heads else text(f"{prefix}.{c}_head"),)) for c in kinds)
    rows = []
    for key, values in zip(frame.index, frame.to_dict("records"), strict=True):
        levels = key if isinstance(key, tuple) else (key,)
        cells = tuple(_cell(values, c, kind, p_values or {}, words) for c, kind in kinds.items())
        rows.append(Row(".".join(map(str, levels)), _head(levels, words), cells, block=str(levels[0]) if len(levels) > 1 else ""))
    return Table(name=name, frame=frame, columns=columns, rows=tuple(rows), title=title, stub=stub, notes=notes)


def _cell(values: Mapping[Any, Any], column: str, kind: Kind, p_values: Mapping[str, str], words: Mapping[str, Cell]) -> Cell:
    value = values[column]
    if isinstance(value, str):
        return name_cell(value, words)
    cell = number(value, kind)
    if column in p_values and cell is not EMPTY:
        return Cell(kind, cell.value, float(values[p_values[column]]))
    return cell


def _head(levels: Sequence[object], words: Mapping[str, Cell]) -> Cell:
    cells = tuple(name_cell(level, words) for level in levels)
    if len(cells) == 1:
        return cells[0]
    return text("dynamics.nested", names=tuple(bare(cell) for cell in cells))


def bare(cell: Cell) -> Any:
    """What a message takes for a cell: a message or text itself; a name stays a cell, so that its label is found."""
    return cell.value if cell.kind == "text" or isinstance(cell.value, Mapping) else cell


def line(
    frame: pd.DataFrame, *, name: str, x: str, y: str, title: Message, y_title: str, group: str = "", x_title: str = "", words: Mapping[str, Cell] = WORDS
) -> tuple[Figure, ...]:
    """A line over the values of ``x``, one a group; nothing where there is one value only."""
    flat = frame.reset_index()
    if flat[x].nunique() < 2:
        return ()
    channels = {"x": Channel(x, text(x_title) if x_title else EMPTY, kind="label"), "y": Channel(y, text(y_title))}
    if group:
        channels["group"] = Channel(group, kind="label")
    return (Figure(name=name, form="line", frame=flat, channels=channels, title=title, words=dict(words)),)
