"""Cells of text to a panel: keys, numbers, missing marks, and a list of every cell that was changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from regio.contract.finding import DataError, Finding, Position, error, suggestion
from regio.panel import Change, Panel, Variable
from regio.panel.cells import describe_cell, to_numbers
from regio.reading.delimited import Sheet

SHOWN = 20  # cells in one message
PLAIN_MISSING = ""  # an empty cell is no change


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known about a file: key columns, further marks for a missing value, columns under another name (new → old), columns that must
    hold numbers (None: those of which at least half the cells do). lenient: rows without a key are left out, each listed, instead of refused.
    """

    region: str | None = None
    period: str | None = None
    unit: str | None = None
    missing: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    numeric: frozenset[str] | None = None
    variables: tuple[Variable, ...] = ()
    lenient: bool = False


def to_panel(sheet: Sheet, layout: Layout) -> tuple[Panel, tuple[Finding, ...]]:
    """A panel, its changes in it, and notes on columns that were left as text.

    Raises
    ------
    DataError
        for cells that should be numbers and are not, all of them at once, each with its line
    """
    columns = _columns(sheet, layout)
    keys = [name for name in (layout.region, layout.period, layout.unit) if name is not None]
    for name in keys:
        if name not in columns:
            raise DataError(error("panel.no_key_column", Position(sheet.name), column=name, columns=tuple(columns), near=suggestion(name, tuple(columns))))
    lost: tuple[Change, ...] = ()
    if layout.lenient:
        sheet, columns, lost = _with_keys(sheet, columns, keys, layout)
    places = _places(columns, layout)
    data: dict[str, object] = {}
    changes: list[Change] = [*lost]
    problems: list[Finding] = []
    notes: list[Finding] = list(keyless(sheet.name, keys, lost))
    for name, cells in columns.items():
        if name in keys:
            data[name] = _key(cells, whole=name == layout.period)
            continue
        cells, declared = _unmark(cells, layout.missing)
        numbers, bad = to_numbers(cells)
        marked = declared + [i for i, cell in enumerate(cells) if cell.strip() != PLAIN_MISSING and np.isnan(numbers[i]) and i not in set(bad)]
        if bad and not _wanted_as_numbers(name, layout, len(bad), cells):
            data[name] = [cell if cell.strip() else None for cell in cells]
            changes += [_change(sheet, name, i, columns[name][i], places[i]) for i in declared]
            if len(bad) < sum(1 for cell in cells if cell.strip()):
                notes.append(Finding("reading.left_as_text", {"column": name, "count": len(bad)}, "note", Position(sheet.name)))
            continue
        data[name] = numbers
        problems += [describe_cell(cells[i], name, Position(sheet.name, line=sheet.lines[i], column=name), *places[i]) for i in bad]
        changes += [_change(sheet, name, i, columns[name][i], places[i]) for i in sorted(set(marked))]
    if problems:
        more = [error("reading.more_cells", Position(sheet.name), count=len(problems) - SHOWN)] if len(problems) > SHOWN else []
        raise DataError(*problems[:SHOWN], *more)
    try:
        panel = Panel(pd.DataFrame(data), region=layout.region, period=layout.period, unit=layout.unit, variables=layout.variables, changes=changes)
    except DataError as problem:
        raise DataError(*(_in_file(f, sheet) for f in problem.findings)) from None
    return panel, tuple(notes)


def _with_keys(sheet: Sheet, columns: dict[str, list[str]], keys: Sequence[str], layout: Layout) -> tuple[Sheet, dict[str, list[str]], tuple[Change, ...]]:
    """The rows that have every key, and a change for each of the others."""
    whole = [all(columns[key][i].strip() and columns[key][i].strip() not in layout.missing for key in keys) for i in range(len(sheet.rows))]
    if all(whole):
        return sheet, columns, ()
    who, when = layout.unit or layout.region, layout.period
    lost = tuple(
        Change(
            "",
            columns[who][i] if who else "",
            columns[when][i] if when else "",
            reason="panel.change.no_key",
            file=sheet.name,
            row=sheet.lines[i],
        )
        for i, complete in enumerate(whole)
        if not complete
    )
    kept = [i for i, complete in enumerate(whole) if complete]
    fewer = replace(sheet, rows=tuple(sheet.rows[i] for i in kept), lines=tuple(sheet.lines[i] for i in kept))
    return fewer, {name: [cells[i] for i in kept] for name, cells in columns.items()}, lost


def keyless(file: str, keys: Sequence[str], lost: Sequence[Change]) -> tuple[Finding, ...]:
    """What is said of rows that were left out because a key is missing."""
    if not lost:
        return ()
    shown = tuple(f"{c.region} {c.period}".strip() + (f" ({c.row})" if c.row else "") for c in lost[:SHOWN])
    more = ("…",) if len(lost) > SHOWN else ()
    return (Finding("reading.rows_without_keys", {"count": len(lost), "keys": tuple(keys), "rows": (*shown, *more)}, "warning", Position(file)),)


def _in_file(finding: Finding, sheet: Sheet) -> Finding:
    """A finding about rows of a table says the file, and the lines of the file instead of the numbers of the rows."""
    rows = finding.values.get("rows", ())
    lines = tuple(str(sheet.lines[int(row) - 1]) if row.isdigit() else row for row in rows)
    first = next((int(line) for line in lines if line.isdigit()), 0)
    return replace(finding, where=Position(sheet.name, line=first), values={**finding.values, **({"rows": lines} if lines else {})})


def _columns(sheet: Sheet, layout: Layout) -> dict[str, list[str]]:
    cells = {name: [row[i] for row in sheet.rows] for i, name in enumerate(sheet.header)}
    for new, old in layout.renamed.items():
        if old not in cells:
            raise DataError(error("reading.no_column", Position(sheet.name), column=old, columns=sheet.header, near=suggestion(old, sheet.header)))
        if new in cells and new != old and new not in layout.renamed.values():
            raise DataError(error("reading.column_taken", Position(sheet.name), column=new, old=old))
    names = {old: new for new, old in layout.renamed.items()}
    return {names.get(name, name): column for name, column in cells.items()}


def _places(columns: Mapping[str, Sequence[str]], layout: Layout) -> list[tuple[str, str]]:
    n = len(next(iter(columns.values())))
    regions = columns[layout.region] if layout.region else [""] * n
    periods = columns[layout.period] if layout.period else [""] * n
    return list(zip(regions, periods, strict=True))


def _key(cells: Sequence[str], *, whole: bool) -> object:
    stripped = [cell.strip() or None for cell in cells]
    if whole and all(cell is not None and re.fullmatch(r"-?\d+", cell) for cell in stripped):
        return np.array([int(cell) for cell in stripped if cell is not None], dtype=np.int64)
    return pd.array(stripped, dtype="str")


def _unmark(cells: Sequence[str], marks: Iterable[str]) -> tuple[list[str], list[int]]:
    """Cells with declared missing marks emptied, and where they stood."""
    marks = set(marks)
    found = [i for i, cell in enumerate(cells) if marks and cell.strip() in marks]
    emptied = list(cells)
    for i in found:
        emptied[i] = ""
    return emptied, found


def _wanted_as_numbers(name: str, layout: Layout, bad: int, cells: Sequence[str]) -> bool:
    if layout.numeric is not None:
        return name in layout.numeric
    return 2 * bad <= sum(1 for cell in cells if cell.strip())


def _change(sheet: Sheet, name: str, i: int, before: str, place: tuple[str, str]) -> Change:
    return Change(name, *place, before=before, after="", reason="panel.change.missing_mark", file=sheet.name, row=sheet.lines[i])
