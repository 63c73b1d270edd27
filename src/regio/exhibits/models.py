"""Table and Figure: values and typed cells, no words. What a method gives; ``typeset`` turns a table into a ``Printed``, ``draw`` a figure into a
picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from regio.exhibits.shapes import Shapes

Kind = Literal["estimate", "std_error", "statistic", "p_value", "share", "count", "number", "label", "yes_no", "text"]
Text = str | Mapping[Any, str]  # one text for both languages, or one each


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and what it is.

    ``label``: the name of a variable, region or period, looked up when printed; ``text``: a message; ``number``: a descriptive figure;
    ``statistic``: a test statistic; the kind ``p_value``: its p-value. The field ``p_value`` makes stars. ``address`` is filled in when a study runs.
    """

    kind: Kind
    value: Any = None
    p_value: float | None = None
    address: tuple[str, ...] = ()


EMPTY = Cell("text")


def kind_of(name: str) -> Kind:
    """The kind of a number by the name of its column: a p-value, or a number."""
    return "p_value" if name.startswith("p_") or name.endswith("p_value") else "number"


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


@dataclass(frozen=True, slots=True)
class Channel:
    """``column`` of the frame; ``title`` of its axis or legend. ``label``: values are names of variables, regions or periods; ``number``: they are
    measured.
    """

    column: str
    title: Cell = EMPTY
    kind: Literal["number", "label"] = "number"


Form = Literal[
    "line", "bar", "stacked_bar", "points", "ridges", "rank_flow", "waterfall", "heat_map", "coefficients", "specifications", "timeline", "diagram", "map"
]
FORMS: Mapping[Form, tuple[tuple[str, ...], tuple[str, ...]]] = {  # channels that a form needs, and those that it may have
    "line": (("x", "y"), ("low", "high", "group", "facet")),
    "bar": (("x", "y"), ("low", "high", "group", "facet")),
    "stacked_bar": (("x", "y", "group"), ("facet",)),  # y of the groups adds up to a bar
    "points": (("x", "y"), ("low", "high", "group", "name", "facet")),  # name: written beside the point
    "ridges": (("x", "y", "group"), ()),  # one density a group, each over its own base line
    "rank_flow": (("x", "y", "group"), ("low", "high")),  # ranks over periods, 1 on top
    "waterfall": (("x", "y"), ("group",)),  # contributions that add up; group "total" starts from zero
    "heat_map": (("x", "y", "value"), ("facet",)),
    "coefficients": (("x", "y", "low", "high"), ("group", "facet")),
    "specifications": (("x", "y", "low", "high"), ("group", "mark", "heading")),  # rows without a mark are estimates; each other row marks a choice
    "timeline": (("x", "y", "name"), ("high", "group")),  # from x (to high) in lane y
    "diagram": (("source", "target"), ("value", "p_value", "name", "group")),  # edges; p_value: stars beside the value
    "map": (("place", "value"), ("facet",)),  # outlines are the figure's ``shapes``; a value of kind label is a class, said by ``words``
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A line across the picture: a critical value, a threshold, zero. ``axis`` is the one on which ``at`` is read; ``facet``: only there."""

    axis: Literal["x", "y"]
    at: float
    title: Cell = EMPTY
    facet: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An exhibit: the tidy ``frame`` with every number, and which column is drawn as what.

    ``words``: values of the frame that are no names of variables, regions or periods, with the cell that says them. ``nodes``: of a diagram, with
    the columns name and, if wanted, x, y (both in [0, 1], up is more), group and text; a node without a place is given one. ``shapes``: of a map.
    """

    name: str
    form: Form
    frame: pd.DataFrame
    channels: Mapping[str, Channel]
    title: Message
    notes: tuple[Message, ...] = ()
    words: Mapping[str, Cell] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    nodes: pd.DataFrame | None = None
    shapes: Shapes | None = None

    def __post_init__(self) -> None:
        needed, allowed = FORMS[self.form]
        wrong = {*needed} - {*self.channels} | {*self.channels} - {*needed, *allowed}
        absent = [channel.column for channel in self.channels.values() if channel.column not in self.frame]
        if wrong or absent:
            raise ValueError(f"figure {self.name}: channels {sorted(wrong)} do not fit a {self.form}; columns {absent} are not in its frame")


Exhibit = Table | Figure


def label(name: object) -> Cell:
    """A cell that holds the name of a variable, a region or a period."""
    return Cell("label", name)


def text(code: str, **values: Any) -> Cell:
    """A cell that holds a message."""
    return Cell("text", Message(code, values))
