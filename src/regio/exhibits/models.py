"""Table: values and typed cells, no words. What a method gives; ``typeset`` turns it into a ``Printed``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["estimate", "std_error", "statistic", "share", "count", "number", "label", "yes_no", "text"]
Text = str | Mapping[Any, str]  # one text for both languages, or one each


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and what it is.

    ``label``: the name of a variable, region or period, looked up when printed; ``text``: a message; ``number``: a descriptive figure;
    ``statistic``: a test statistic. ``p_value`` makes stars. ``address`` is filled in when a study runs.
    """

    kind: Kind
    value: Any = None
    p_value: float | None = None
    address: tuple[str, ...] = ()


EMPTY = Cell("text")


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` is its part of an address; ``heads`` are its header cells from the top down. Equal neighbours in a header row are merged."""

    key: str
    heads: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """``part``: a row of that name stands in brackets under the row above it (``std_error``, ``statistic``); a style shows one of them.
    ``block``: a rule is drawn where it changes.
    """

    key: str
    head: Cell
    cells: tuple[Cell, ...]
    part: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An exhibit: the tidy ``frame`` with every number, and the layout in which it is printed."""

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: Message
    stub: Cell = EMPTY  # what stands over the row heads
    notes: tuple[Message, ...] = ()

    def located(self, step: str) -> Self:
        """The same table, each cell knowing its address."""
        rows = tuple(
            replace(row, cells=tuple(replace(cell, address=self._address(step, row, column)) for cell, column in zip(row.cells, self.columns, strict=True)))
            for row in self.rows
        )
        return replace(self, rows=rows)

    def _address(self, step: str, row: Row, column: Column) -> tuple[str, ...]:
        return (step, self.name, row.key, column.key, *((row.part,) if row.part else ()))


def label(name: object) -> Cell:
    """A cell that holds the name of a variable, a region or a period."""
    return Cell("label", name)


def text(code: str, **values: Any) -> Cell:
    """A cell that holds a message."""
    return Cell("text", Message(code, values))
