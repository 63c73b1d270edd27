"""A recipe and a grid to values: each with its region, period and variable, and a change for each cell that is not as it was. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from regio.contract.finding import DataError, Finding, Position, error
from regio.contract.marks import trouble
from regio.reading.clean import NotANumberError, like_number, number
from regio.reading.grid import Cell, Grid, blank, letter, text
from regio.reading.periods import Step, moment, spelled
from regio.reading.places import place, unknown
from regio.reading.recipe import Column, SheetRecipe
from regio.reading.titles import split_unit

SHOWN = 20  # cells in one message
PERCENT = {"percent": "%", "per_mille": "‰"}


@dataclass(frozen=True, slots=True)
class Altered:
    """A cell, row or name that is not as it was in the file. reason: the last part of a code of ``panel.change``."""

    variable: str
    region: str
    period: str
    before: str
    after: str
    reason: str
    file: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one variable in one column of the file; all lists of one length. signs: kinds of percent signs → the first line that has one."""

    variable: str
    unit: str
    regions: Sequence[str]
    periods: Sequence[int | str]
    values: Sequence[float | str | None]
    lines: Sequence[int]
    column: int
    words: bool = False
    signs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one table gives. recipe: with the marks that did occur."""

    recipe: SheetRecipe
    grid: Grid
    series: tuple[Series, ...]
    altered: tuple[Altered, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Row:
    """One row of the table: its place in the grid, its line in the file, and what its labels say."""

    at: int
    line: int
    region: str
    period: int | str
    indicator: str
    unit: str


class _Log:
    """Changes and problems of one table, gathered on the way."""

    def __init__(self, recipe: SheetRecipe) -> None:
        self.recipe = recipe
        self.altered: list[Altered] = []
        self.problems: list[Finding] = []
        self.findings: list[Finding] = []
        self.marks: set[str] = set()
        self.indicators: set[str] = set()

    def where(self, line: int, at: int) -> Position:
        head = next((c.head for c in self.recipe.columns if c.at == at), "")
        column = (f"{letter(at)} ({head})" if head else letter(at)) if self.recipe.sheet else head or letter(at)
        if self.recipe.sheet:
            return Position(self.recipe.file, sheet=self.recipe.sheet, row=line, column=column)
        return Position(self.recipe.file, line=line, column=column)

    def change(self, reason: str, line: int, at: int, before: str, after: str = "", variable: str = "", region: str = "", period: int | str = "") -> None:
        place = (self.recipe.file, self.recipe.sheet, line, letter(at) if at else "")
        self.altered.append(Altered(variable, region, str(period), before, after, reason, *place))


def apply(grid: Grid, recipe: SheetRecipe) -> Piece:
    """The values of a table as its recipe says.

    Raises
    ------
    DataError
        for cells that should be numbers or periods and are not, all at once, each with its place
    """
    log = _Log(recipe)
    _check_width(grid, recipe)
    for c in recipe.columns:
        if c.head and c.name and c.head != c.name and not (c.region or c.period):
            log.change("renamed", recipe.header[0] if recipe.header else 0, c.at, c.head, c.name, c.name)
    for column in recipe.columns_left_out:
        log.change(f"column_{column.reason}" if column.reason == "total" else column.reason, 0, column.at, column.before)
    for row in recipe.left_out:
        log.change(row.reason, row.at, 0, row.before)
    _check_ragged(grid, recipe)
    rows = list(_rows(grid, recipe, log))
    series = _percent_units([s for column in recipe.columns for s in _series(grid, recipe, column, rows, log)], log)
    if log.problems:
        more = [error("reading.more_cells", Position(recipe.file, sheet=recipe.sheet), count=len(log.problems) - SHOWN)] if len(log.problems) > SHOWN else []
        raise DataError(*log.problems[:SHOWN], *more)
    return Piece(replace(recipe, missing=tuple(sorted(log.marks))), grid, series, tuple(log.altered), tuple(log.findings))


def _check_width(grid: Grid, recipe: SheetRecipe) -> None:
    """A recipe may be used on another file: its columns must be there, under the same heads."""
    wanted = [c for c in recipe.columns if c.head]
    header = [row for row, line in zip(grid.rows, grid.lines, strict=True) if line in recipe.header]
    for c in wanted:
        parts = "_".join(text(row[c.at - 1]) for row in header) if c.at <= grid.width else ""
        pieces = [p for p in c.head.split("_") if p]
        if c.at > grid.width or (header and not any(p in parts for p in pieces)):
            raise DataError(error("reading.recipe_differs", Position(recipe.file, sheet=recipe.sheet, column=letter(c.at)), expected=c.head, found=parts))


def _rows(grid: Grid, recipe: SheetRecipe, log: _Log) -> Iterator[_Row]:
    out = {row.at for row in recipe.left_out} | set(recipe.header)
    merged = _covered(grid)
    before = _Row(0, 0, "", "", "", "")
    parts: list[str] = []
    strangers: set[str] = set()
    periods: dict[Cell, tuple[int | str, str]] = {}
    regions: dict[str, str] = {}
    for at, (cells, line) in enumerate(zip(grid.rows, grid.lines, strict=True)):
        if not recipe.rows[0] <= line <= recipe.rows[1] or line in out or all(map(blank, cells)):
            continue
        region, period = recipe.at_region, recipe.at_period
        if recipe.region:
            written = text(cells[recipe.region - 1]) or (before.region if merged.get((at, recipe.region - 1)) else "")
            if written not in regions:
                regions[written] = _region(written, recipe, line, log, strangers)
            region = regions[written]
            if region != written and written:
                log.change("place_name", line, recipe.region, written, region, "region", region)
            if not region:
                log.problems.append(error("reading.no_key", log.where(line, recipe.region), key="region", cells=_shown(cells)))
        if recipe.period:
            cell = cells[recipe.period - 1]
            if blank(cell) and (above := merged.get((at, recipe.period - 1))) is not None:
                cell = grid.rows[above][recipe.period - 1]
            if cell not in periods or isinstance(cell, bool):
                periods[cell] = _period(cell, recipe, line, log, cells)
            period, reason = periods[cell]
            if reason:
                log.change(reason, line, recipe.period, text(cell), str(period), "period", region, period)
        if recipe.indicators:
            parts = _indicator(cells, recipe.indicators, parts, log, line)
            _note_unit("_".join(p for p in parts if p), recipe.indicators[-1], line, log)
        unit = text(cells[recipe.unit_at - 1]) if recipe.unit_at else ""
        before = _Row(at, line, region, period, "_".join(p for p in parts if p), unit)
        yield before


def _covered(grid: Grid) -> dict[tuple[int, int], int]:
    """Cells under the first one of a merged range → the row of the first."""
    return {(i, left): top for top, left, bottom, _ in grid.merged for i in range(top + 1, bottom + 1)}


def _region(written: str, recipe: SheetRecipe, line: int, log: _Log, strangers: set[str]) -> str:
    if recipe.places == "keep" or not written:
        return written
    found = place(written, recipe.places)
    if found.kind == "unknown" and written not in strangers:
        strangers.add(written)
        problem = unknown(written, recipe.places)
        log.findings.append(Finding("reading.unknown_place", {**problem.values, "row": line}, "warning", log.where(line, recipe.region)))
    return found.name


def _period(cell: Cell, recipe: SheetRecipe, line: int, log: _Log, cells: Sequence[Cell]) -> tuple[int | str, str]:
    """The period as the panel has it, and the reason of a change."""
    written = text(cell)
    if not written:
        log.problems.append(error("reading.no_key", log.where(line, recipe.period), key="period", cells=_shown(cells)))
        return "", ""
    if recipe.step == "text":
        return written, ""
    if recipe.step == "whole":
        return int(written), ""
    found = moment(cell)
    if found is None:
        log.problems.append(error("reading.bad_period", log.where(line, recipe.period), found=written))
        return "", ""
    step: Step = "year" if recipe.step == "year" else "month" if recipe.step == "month" else "day"
    after = spelled(found, step)
    return after, "" if str(after) == written else "period_label"


def _note_unit(indicator: str, at: int, line: int, log: _Log) -> None:
    """A unit that is split off an indicator's name is a change of the name, noted once."""
    name, unit = split_unit(indicator)
    if unit and indicator not in log.indicators:
        log.indicators.add(indicator)
        log.change("renamed", line, at, indicator, name, name)


def _indicator(cells: Sequence[Cell], at: Sequence[int], before: Sequence[str], log: _Log, line: int) -> list[str]:
    """Parts of an indicator's name; a blank in front of a filled cell means the same as above."""
    parts = [text(cells[i - 1]) for i in at]
    for k, part in enumerate(parts):
        if not part and before and not any(parts[:k]) and (any(parts[k + 1 :]) or len(parts) == 1):
            parts[k] = before[k]
            log.change("carried_down", line, at[k], "", before[k])
    return parts


def _check_ragged(grid: Grid, recipe: SheetRecipe) -> None:
    """Rows of a text file with more or fewer cells than the header: which cell belongs where cannot be told."""
    if not grid.widths or not recipe.header:
        return
    expected = max(width for width, line in zip(grid.widths, grid.lines, strict=True) if line in recipe.header)
    out = {row.at for row in recipe.left_out} | set(recipe.header)
    problems = []
    for row, width, line in zip(grid.rows, grid.widths, grid.lines, strict=True):
        if recipe.rows[0] <= line <= recipe.rows[1] and line not in out and (width < expected or any(not blank(cell) for cell in row[expected:])):
            problems.append(error("reading.ragged", Position(recipe.file, line=line), found=width, expected=expected))
    if problems:
        raise DataError(*problems[:SHOWN])


def _series(grid: Grid, recipe: SheetRecipe, column: Column, rows: Sequence[_Row], log: _Log) -> list[Series]:
    """The values of one column, apart by variable where the rows name it."""
    values: list[float | str | None] = []
    if column.words:
        cells = [grid.rows[row.at][column.at - 1] for row in rows]
        strange = sum(not like_number(cell) for cell in cells if not blank(cell))
        if strange < sum(not blank(cell) for cell in cells):
            where = Position(recipe.file, sheet=recipe.sheet)
            log.findings.append(Finding("reading.left_as_text", {"column": column.head or column.name, "count": strange}, "note", where))
        return list(_apart(recipe, column, rows, [text(cell) or None for cell in cells], {}))
    stored_as_text = grid.typed
    percent: dict[int, str] = {}
    marks = set(recipe.missing)
    for row in rows:
        cell = grid.rows[row.at][column.at - 1]
        try:
            value, reason = number(cell, marks, stored_as_text=stored_as_text)
        except NotANumberError:
            found = text(cell)
            region, period = column.region or row.region, str(column.period or row.period)
            where = log.where(row.line, column.at)
            log.problems.append(error(f"panel.cell.{trouble(found)}", where, found=found, column=column.head or column.name, region=region, period=period))
            values.append(None)
            continue
        values.append(value)
        if reason:
            if reason == "missing_mark":
                log.marks.add(text(cell))
            if reason in PERCENT:
                percent[len(values) - 1] = reason
            after = "" if value is None else text(value)
            key = (column.region or row.region, column.period or row.period)
            log.change(reason, row.line, column.at, str(cell), after, _name(recipe, column, row)[0], *key)
    return list(_apart(recipe, column, rows, values, percent))


def _name(recipe: SheetRecipe, column: Column, row: _Row) -> tuple[str, str]:
    """Variable and unit of a cell: what the row says comes before what the column says, before what the sheet says."""
    indicator, unit = split_unit(row.indicator) if row.indicator else ("", "")
    name = "_".join(dict.fromkeys(x for x in (indicator, column.name) if x)) or recipe.variable
    return name, row.unit or unit or column.unit or ("" if column.words else recipe.unit)


def _apart(recipe: SheetRecipe, column: Column, rows: Sequence[_Row], values: Sequence[float | str | None], percent: Mapping[int, str]) -> Iterator[Series]:
    groups: dict[tuple[str, str], list[int]] = {}
    if any(row.indicator or row.unit for row in rows):
        for k, row in enumerate(rows):
            groups.setdefault(_name(recipe, column, row), []).append(k)
    elif rows:
        groups[_name(recipe, column, rows[0])] = list(range(len(rows)))
    for (name, unit), places in groups.items():
        signs = {percent.get(k, ""): rows[k].line for k in reversed(places) if values[k] is not None} if percent else {}
        yield Series(
            name,
            unit,
            [column.region or rows[k].region for k in places],
            [column.period or rows[k].period for k in places],
            [values[k] for k in places],
            [rows[k].line for k in places],
            column.at,
            column.words,
            signs,
        )


def _percent_units(series: Sequence[Series], log: _Log) -> tuple[Series, ...]:
    """The unit of a variable whose cells carry percent signs: all of them do, or its unit says so."""
    if not any(s.signs for s in series):
        return tuple(series)
    by_name: dict[str, list[Series]] = {}
    for s in series:
        by_name.setdefault(s.variable, []).append(s)
    units: dict[str, str] = {}
    for name, same in by_name.items():
        kinds = {kind for s in same for kind in (s.signs or ({"": 0} if any(v is not None for v in s.values) else {}))}
        signs = sorted(kinds - {""})
        if not signs:
            continue
        sign = PERCENT[signs[0]]
        if len(kinds) > 1 and not (len(signs) == 1 and same[0].unit == sign):
            first = next(s for s in same if signs[0] in s.signs)
            others = next((s for s in same if "" in s.signs or not s.signs), first)
            line = others.signs.get("", others.lines[0] if others.lines else 0)
            log.problems.append(
                error("reading.percent_mixed", log.where(first.signs[signs[0]], first.column), variable=name, sign=sign, row=line, column=letter(others.column))
            )
        units[name] = same[0].unit or sign
    return tuple(replace(s, unit=units.get(s.variable, s.unit)) for s in series)


def _shown(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(text(cell) for cell in cells if not blank(cell))[:4]
