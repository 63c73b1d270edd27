"""Which columns of an exhibit are printed, in which order, and under which titles."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from regio.contract.finding import ArgumentError, error, suggestion
from regio.exhibits.models import EMPTY, Cell, Column, Exhibit, Table, text
from regio.study.model import Shown

E = TypeVar("E", bound=Exhibit)


def arranged(exhibit: E, entry: Shown) -> E:
    """The exhibit as an entry of the report wants it; figures stay as they are. Columns that bear numbers are numbered anew.

    Raises
    ------
    ArgumentError
        where there is no column of that name
    """
    if not isinstance(exhibit, Table) or not (entry.columns or entry.heads):
        return exhibit
    known = tuple(column.key for column in exhibit.columns)
    wanted = entry.columns or known
    unknown = [key for key in (*wanted, *(key for _, keys in entry.heads for key in keys)) if key not in known]
    if unknown:
        raise ArgumentError(*(error("report.no_column", found=key, columns=known, near=suggestion(key, known)) for key in dict.fromkeys(unknown)))
    places = [known.index(key) for key in dict.fromkeys(wanted)]
    columns = [_under(exhibit.columns[place], entry) for place in places]
    if all(column.key == f"({i + 1})" for i, column in enumerate(exhibit.columns)):
        columns = [_numbered(column, f"({i + 1})") for i, column in enumerate(columns)]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in exhibit.rows)
    return replace(exhibit, columns=tuple(columns), rows=rows)


def _under(column: Column, entry: Shown) -> Column:
    """A column with the title that stands over it, where any column has one."""
    if not entry.heads:
        return column
    title = next((title for title, keys in entry.heads if column.key in keys), None)
    return replace(column, heads=(EMPTY if title is None else text("report.words", words=title), *column.heads))


def _numbered(column: Column, number: str) -> Column:
    return Column(number, tuple(Cell("text", number) if head.value == column.key else head for head in column.heads))
