"""Grid: the cells of one sheet as they stand in the file, before anyone decides what they are. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Cell = str | float | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. rows: all of one length; lines: the row (in text the line) of the file where each stands; widths: cells of each row as written (text
    files only); merged: (top, left, bottom, right), places in ``rows``; labels: what the file itself says of a column.
    """

    file: str
    sheet: str
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[int, ...]
    widths: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: bool = True  # the file tells numbers from text: not so in delimited text and HTML
    table: bool = False  # the first row is known to be the header, and the rest to be the rows: Stata, SPSS, Parquet, DuckDB

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


def grid(file: str, sheet: str, rows: list[list[Cell]], lines: list[int] | None = None, **more: Any) -> Grid:
    """A grid whose rows are filled up to one length."""
    width = max(map(len, rows), default=0)
    full = tuple(tuple(row) if len(row) == width else (*row, *([None] * (width - len(row)))) for row in rows)
    return Grid(file, sheet, full, tuple(lines or range(1, len(rows) + 1)), **more)


def text(cell: Cell) -> str:
    """A cell in writing: whole numbers without a point, dates in ISO form, surrounding blanks gone."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def letter(column: int) -> str:
    """The letters of a column, counted from one: A, B, …, Z, AA.

    Examples
    --------
    >>> letter(1), letter(28)
    ('A', 'AB')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
