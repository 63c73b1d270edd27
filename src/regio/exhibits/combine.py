"""Tables of several steps side by side: rows are matched by key and keep the order in which they first appear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regio.exhibits.models import EMPTY, Cell, Column, Row, Table
from regio.language import Message


def beside(tables: Sequence[Table]) -> Table:
    """One table out of several. Columns that bear numbers, (1), (2), are numbered through; addresses stay those of each step."""
    if len(tables) == 1:
        return tables[0]
    import pandas as pd

    order = _order([[(row.key, row.part) for row in table.rows] for table in tables])
    found = [{(row.key, row.part): row for row in table.rows} for table in tables]
    first = {key: next(rows[key] for rows in found if key in rows) for key in order}
    blocks = list(dict.fromkeys(row.block for table in tables for row in table.rows))
    rows = tuple(
        replace(
            first[key], cells=tuple(cell for rows, table in zip(found, tables, strict=True) for cell in _cells(rows.get(key), first[key], len(table.columns)))
        )
        for key in sorted(order, key=lambda key: blocks.index(first[key].block))
    )
    columns = [column for table in tables for column in table.columns]
    if all(column.key == f"({i + 1})" for table in tables for i, column in enumerate(table.columns)):
        columns = [_renumbered(column, i + 1) for i, column in enumerate(columns)]
    frame = pd.concat({f"{i + 1}": table.frame for i, table in enumerate(tables)}, names=["table"])
    notes = _merged([note for table in tables for note in table.notes])
    return replace(tables[0], frame=frame, columns=tuple(columns), rows=rows, notes=notes)


def _cells(row: Row | None, like: Row, width: int) -> tuple[Cell, ...]:
    """The cells of a row; where a table lacks it, "No" for a yes-no row and nothing for any other."""
    if row:
        return row.cells
    absent = Cell("yes_no", False) if all(cell.kind == "yes_no" for cell in like.cells) else EMPTY
    return (absent,) * width


def _order(lists: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """First appearance, but a new key goes right behind the key that it follows in its own list; the first of a list goes before the next one known."""
    order: list[tuple[str, str]] = []
    for keys in lists:
        place = next((order.index(key) for key in keys if key in order), len(order))
        for key in keys:
            if key in order:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                place += 1
    return order


def _renumbered(column: Column, number: int) -> Column:
    old = column.key
    heads = tuple(Cell("text", f"({number})") if head.value == old else head for head in column.heads)
    return Column(f"({number})", heads)


def _merged(items: list[Message]) -> tuple[Message, ...]:
    kept: list[Message] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)
