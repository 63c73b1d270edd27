"""Tables and figures of chains: one row for each row of a frame, typed cells, names in the words of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regio.chain.base.facts import UNDATED
from regio.chain.base.model import Names
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

PERCENT = ("percent", "%", "per cent")
NUMBERS = ("share", "number", "count", "statistic", "estimate")


def words(names: Names, name: Any) -> Any:
    """The words of a name for a message."""
    return names.get(str(name), str(name))


def called(names: Names, name: Any) -> Cell:
    """A name in the words of the chain; else a label that the study may know."""
    if name is None or name != name or name == "":
        return EMPTY
    return Cell("text", Message("chain.name", {"name": names[str(name)]})) if str(name) in names else label(str(name))


def said(names: Names, name: Any) -> Any:
    """The words of a text, or of the parts of a list with semicolons, for a message; the text itself where there are none."""
    whole = str(name)
    parts = [part.strip() for part in whole.split(";")]
    if whole in names or not any(part in names for part in parts):
        return names.get(whole, whole)
    return Message("chain.all_names", {"names": tuple(names.get(part, part) for part in parts)})


def worded(name: Any, names: Names) -> Cell:
    """A text that may wrap, in the words of the chain where it has some."""
    found = said(names, name)
    return Cell("text", found if isinstance(found, str | Message) else Message("chain.name", {"name": found}))


def stated(value: Any, unit: Any, names: Names) -> Cell:
    """A number as it is printed, with its unit; other values as words."""
    if not unit:
        return worded(value, names) if str(value) else EMPTY
    if unit in PERCENT:
        return Cell("text", f"{value}%")
    return Cell("text", Message("chain.amount_of", {"value": str(value), "unit": said(names, unit)}))


def all_called(names: Names, found: Iterable[Any]) -> Cell:
    """Several names in one cell."""
    every = tuple(words(names, name) for name in found)
    return Cell("text", Message("chain.all_names", {"names": every})) if every else EMPTY


def table(
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    keys: Sequence[str],
    title: Message,
    *,
    names: Names | None = None,
    notes: Sequence[Message] = (),
    block: str | None = None,
    heads: Mapping[str, Cell | tuple[Cell, ...]] | None = None,
) -> Table:
    """One row for each row of a frame.

    columns: what is shown, and its kind: a kind of cell, ``name`` (of the chain), ``names`` (a tuple or a list with semicolons), ``plain`` text, or
    ``words`` (text that the chain may have words for), ``with:…`` a number with the unit in that column, ``code:…`` for words of the catalogue under that
    prefix. heads: one cell a column, or a tuple of them from the top down. keys: columns that name a row, the first of which is its head.
    """
    names = names or {}
    rows = []
    for record in frame.to_dict("records"):
        key = ".".join(str(record[k]) for k in keys if str(record[k]))
        cells = tuple(
            stated(record[column], record[kind[5:]], names) if kind.startswith("with:") else cell(record[column], kind, names)
            for column, kind in columns.items()
        )
        rows.append(Row(key, called(names, record[keys[0]]), cells, block=str(record[block]) if block else ""))
    over = {column: (heads or {}).get(column) or text(f"chain.head.{column}") for column in columns}
    shown = tuple(Column(column, head if isinstance(head, tuple) else (head,)) for column, head in over.items())
    return Table(name=name, frame=frame, columns=shown, rows=tuple(rows), title=title, stub=text(f"chain.head.{keys[0]}"), notes=tuple(notes))


def matrix(
    name: str,
    wide: pd.DataFrame,
    kind: str,
    title: Message,
    *,
    names: Names | None = None,
    notes: Sequence[Message] = (),
    stub: str,
    frame: pd.DataFrame | None = None,
) -> Table:
    """Rows of a wide frame against its columns."""
    names = names or {}
    columns = tuple(Column(str(c), (called(names, c),)) for c in wide.columns)
    rows = tuple(
        Row(str(index), called(names, index), tuple(cell(v, kind, names) for v in values))
        for index, values in zip(wide.index, wide.to_numpy(object).tolist(), strict=True)
    )
    return Table(
        name=name, frame=wide if frame is None else frame, columns=columns, rows=rows, title=title, stub=text(f"chain.head.{stub}"), notes=tuple(notes)
    )


def cell(value: Any, kind: str, names: Names) -> Cell:
    """A typed cell; an empty one for a missing value."""
    if value is None or value != value or (isinstance(value, str) and not value):
        return EMPTY
    if kind in NUMBERS:
        return Cell(kind, int(value) if kind == "count" and float(value).is_integer() else float(value))  # type: ignore[arg-type]
    if kind == "name":
        return called(names, value)
    if kind == "when":
        return text("chain.mark.undated") if str(value).lower() in UNDATED else Cell("text", str(value))
    if kind == "words":
        return worded(value, names)
    if kind == "names":
        return all_called(names, [v.strip() for v in value.split(";")] if isinstance(value, str) else value)
    if kind == "yes_no":
        return Cell("yes_no", bool(value))
    if kind.startswith("code:"):
        return text(f"chain.{kind[5:]}.{value}")
    if kind.startswith("codes:"):
        every = tuple(Message(f"chain.{kind[6:]}.{v.strip()}") for v in (value.split(";") if isinstance(value, str) else value) if v.strip())
        return Cell("text", Message("chain.all_names", {"names": every})) if every else EMPTY
    return Cell("text", str(value))


def figure_words(names: Names, *values: Iterable[Any]) -> dict[str, Cell]:
    """The words of the names that a figure shows."""
    return {str(v): called(names, v) for group in values for v in group if str(v) in names}
