"""A study in a workbook: one sheet for the study, its variables and its options, and one sheet of regions × periods for each variable.

``regio template`` writes such a workbook and ``regio run`` takes it in place of a study file. Reading it needs no numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regio.contract.finding import DataError, Finding, Position, error, suggestion
from regio.reading.delimited import Sheet

STUDY, VARIABLES, OPTIONS = "study", "variables", "options"
SHEET = "sheet"  # the column of the variables' sheet that names where the values are
OPTION_COLUMNS = ("step", "kind", "option", "value", "as_written", "choices")


@dataclass(frozen=True, slots=True)
class Workbook:
    """study: key → text; variables: one mapping a variable; options: one mapping a row; names: its sheets."""

    path: Path
    study: Mapping[str, str]
    variables: tuple[Mapping[str, str], ...]
    options: tuple[Mapping[str, str], ...]
    names: tuple[str, ...]


def is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def is_study_workbook(path: Path) -> bool:
    """Whether a file is a workbook that describes a study, and not any other one."""
    if not is_workbook(path):
        return False
    try:
        return {STUDY, VARIABLES, OPTIONS} <= set(_opened(path).sheet_names)
    except DataError:
        return False


def read_workbook(path: Path) -> Workbook:
    """The sheets that describe a study.

    Raises
    ------
    DataError
        where the file is no workbook, or lacks one of these sheets
    """
    book = _opened(path)
    names = tuple(book.sheet_names)
    missing = [name for name in (STUDY, VARIABLES, OPTIONS) if name not in names]
    if missing:
        raise DataError(*(error("workbook.no_sheet", Position(path.name), sheet=name, sheets=names, near=suggestion(name, names)) for name in missing))
    pairs = [[text(cell) for cell in row[:2]] for row in book.get_sheet_by_name(STUDY).to_python() if row and text(row[0])]
    study = {row[0]: row[1] if len(row) > 1 else "" for row in pairs}
    return Workbook(path, study, _mappings(book, VARIABLES, path), _mappings(book, OPTIONS, path), names)


def columns_of(path: Path) -> tuple[str, ...]:
    """The columns of the table that the workbook holds: its keys and its variables."""
    return ("region", "period", *(v["name"] for v in read_workbook(path).variables if v.get(SHEET)))


def sheet_of(path: Path) -> Sheet:
    """The table that the workbook holds, one row a region and period; cells as text, numbers in full. A region and period without
    any value has no row.

    Raises
    ------
    DataError
        where a sheet is missing, has no regions or periods, or names one twice
    """
    book = _opened(path)
    described = read_workbook(path)
    problems: list[Finding] = []
    values: dict[str, dict[tuple[str, str], str]] = {}
    places: dict[tuple[str, str], int] = {}
    for variable in described.variables:
        where = Position(path.name, sheet=variable.get(SHEET, ""))
        if not variable.get(SHEET):
            continue
        if variable[SHEET] not in described.names:
            near = suggestion(variable[SHEET], described.names)
            problems.append(error("workbook.no_sheet", Position(path.name), sheet=variable[SHEET], sheets=described.names, near=near))
            continue
        cells, wrong = _grid(book.get_sheet_by_name(variable[SHEET]).to_python(), where)
        problems += wrong
        values[variable["name"]] = {key: cell for key, (cell, _) in cells.items()}
        for key, (_, row) in cells.items():
            places.setdefault(key, row)
    if problems:
        raise DataError(*problems)
    header = ("region", "period", *values)
    there = [key for key in places if any(cells.get(key) for cells in values.values())]
    rows = tuple((*key, *(cells.get(key, "") for cells in values.values())) for key in there)
    return Sheet(path.name, header, rows, tuple(places[key] for key in there))


def _grid(rows: Sequence[Sequence[Any]], where: Position) -> tuple[dict[tuple[str, str], tuple[str, int]], list[Finding]]:
    """Cell and row by (region, period): regions down the first column, periods along the first row."""
    periods = [text(cell) for cell in rows[0][1:]] if rows else []
    found: dict[tuple[str, str], tuple[str, int]] = {}
    problems: list[Finding] = []
    for twice in sorted({p for p in periods if p and periods.count(p) > 1}):
        problems.append(error("workbook.twice", where, name=twice))
    if not any(periods):
        return {}, [error("workbook.no_periods", where)]
    for number, row in enumerate(rows[1:], 2):
        region = text(row[0])
        if not region:
            if any(text(cell) for cell in row[1:]):
                problems.append(error("workbook.no_region", Position(where.file, sheet=where.sheet, row=number)))
            continue
        if (region, periods[0]) in found:
            problems.append(error("workbook.twice", Position(where.file, sheet=where.sheet, row=number), name=region))
        for period, cell in zip(periods, row[1:], strict=False):
            if period:
                found[region, period] = (text(cell), number)
    return found, problems


def text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, others in full."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def _mappings(book: Any, name: str, path: Path) -> tuple[Mapping[str, str], ...]:
    rows = book.get_sheet_by_name(name).to_python()
    if not rows:
        raise DataError(error("workbook.empty_sheet", Position(path.name, sheet=name)))
    header = [text(cell) for cell in rows[0]]
    mappings = (dict(zip(header, (text(cell) for cell in row), strict=False)) for row in rows[1:])
    return tuple({k: v for k, v in row.items() if k} for row in mappings if any(row.values()))


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as problem:
        raise DataError(error("workbook.broken", Position(path.name), reason=str(problem))) from None
