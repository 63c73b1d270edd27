"""Which layout a table has: long, years across, years down with regions across, regions across with indicators down. Standard library only.

What is not clear is an error that says what was seen and how to say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from regio.contract.finding import DataError, Finding, Position, error
from regio.contract.marks import MISSING
from regio.reading.clean import MARKS, like_number, without_notes
from regio.reading.columns import INDICATOR_WORDS, UNIT_WORDS, Profile, asked, body, period_among, profiles, region_among, squeezed, step_of
from regio.reading.grid import blank, letter, text
from regio.reading.headers import Table, filled, is_note
from regio.reading.periods import Moment, Step, moment, spelled, step, years_in
from regio.reading.places import place, system_of
from regio.reading.recipe import Column, LeftOut, SheetRecipe
from regio.reading.titles import indicator_of, is_unit, split_unit

FEWEST_REGIONS = 3  # columns named after places that make a layout with regions across
PIECES = re.compile(r"[_:：/\s\-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said of all files; many: whether several tables are read, so that the name of a file may hold a year; before: the indicator of
    the sheet before; missing: further marks for a missing value.
    """

    region: str | None = None
    period: str | None = None
    layout: str = "auto"
    names: str = "auto"
    many: bool = False
    before: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A table with what is known of its columns. moments: label of a period by column; the rest of the head is the name of a variable."""

    table: Table
    rows: tuple[int, ...]
    columns: tuple[Profile, ...]
    moments: dict[int, Moment]
    asked: Asked

    @property
    def header(self) -> Position:
        """Where the first line of the header is."""
        grid = self.table.grid
        line = grid.lines[self.table.header[0]]
        return Position(grid.file, sheet=grid.sheet, row=line) if grid.sheet else Position(grid.file, line=line)


def decide(table: Table, ask: Asked) -> SheetRecipe:
    """The recipe of one table.

    Raises
    ------
    DataError
        where the layout is not clear, a named column does not exist, or there is no header
    """
    rows = tuple(body(table))
    seen = _Seen(table, rows, profiles(table, rows), {}, ask)
    _check_header(seen)
    if not table.grid.table:
        seen = replace(seen, moments=_moments(seen))
    layout = ask.layout if ask.layout != "auto" else _recognised(seen)
    found = {"years_across": _years_across, "years_down": _regions_across, "regions_across": _regions_across}.get(layout, _long)(seen, layout)
    lines = table.grid.lines
    header = tuple(lines[i] for i in (*table.header, *table.about))
    span = (lines[table.start], lines[table.stop - 1])
    recipe = replace(found, file=table.grid.file, sheet=table.grid.sheet, header=header, rows=span, missing=tuple(sorted(MARKS | set(ask.missing))))
    return replace(recipe, left_out=_left_out(seen, recipe))


def _check_header(seen: _Seen) -> None:
    """The first line must say what the columns are; a square of numbers is a matrix."""
    table = seen.table
    first = table.grid.rows[table.header[0]]
    cells = [cell for cell in first if not blank(cell)]
    years = len(cells) > 1 and not like_number(cells[0])
    numbers = [cell for cell in cells if like_number(cell) and not (years and moment(cell)) and text(cell) not in MISSING]
    if table.grid.table or 2 * len(numbers) <= len(cells) or all(moment(cell) for cell in cells):
        return
    height, width = len(seen.rows) + 1, len(seen.columns)
    code = "reading.matrix" if height == width and height > 2 else "reading.no_header"
    shown = tuple(text(cell) for cell in cells[:4])
    raise DataError(error(code, seen.header, cells=shown, rows=height, columns=width))


def _moments(seen: _Seen) -> dict[int, Moment]:
    found = {}
    for p in seen.columns:
        labels = [m for part in seen.table.parts[p.at] if (m := moment(part))]
        if labels:
            found[p.at] = labels[-1]
    return found


def _recognised(seen: _Seen) -> str:
    """The layout, where it is clear."""
    first = min(seen.moments, default=0)
    across = [p for p in seen.columns if p.at >= first and p.numeric]
    if seen.moments:
        period = period_among([p for p in seen.columns if p.at not in seen.moments])
        strangers = [p for p in across if p.at not in seen.moments]
        if period is not None and period.periods and squeezed(period.head) not in INDICATOR_WORDS:
            raise DataError(_unclear(seen, "two_axes", heads=_shown(seen, seen.moments), column=period.head))
        if strangers:
            raise DataError(_unclear(seen, "some_years", heads=_shown(seen, seen.moments), others=tuple(p.head or letter(p.at + 1) for p in strangers)))
        return "years_across"
    values = [p for p in seen.columns[1:] if p.numeric]
    if len(values) >= FEWEST_REGIONS and not seen.table.grid.table:
        named, which = _regions_in(seen, values)
        if which and 2 * len(named) > len(values):
            down = seen.columns[0]
            return "years_down" if down.cells and 2 * down.periods > down.cells else "regions_across"
    return "long"


def _unclear(seen: _Seen, what: str, **values: object) -> Finding:
    return error(f"reading.unclear.{what}", seen.header, **values)


def _shown(seen: _Seen, places: Iterable[int]) -> tuple[str, ...]:
    heads = [seen.table.heads[i] for i in places]
    return tuple(heads[:4]) + (("…",) if len(heads) > 4 else ())


def _years_across(seen: _Seen, layout: str) -> SheetRecipe:
    """Regions (and indicators) by row, periods by column."""
    if not seen.moments:
        raise DataError(_unclear(seen, "no_years", heads=_shown(seen, [p.at for p in seen.columns])))
    first = min(seen.moments)
    labels = [p for p in seen.columns if p.at < first]
    words = [p for p in labels if 2 * p.words > p.cells]
    region, which = _region(seen, words)
    unit = next((p for p in words if squeezed(p.head) in UNIT_WORDS or (p is not region and all(is_unit(x) for x in p.examples))), None)
    others = [p for p in words if p not in (region, unit)]
    if region is None and len(others) == 1 and squeezed(others[0].head) not in INDICATOR_WORDS:
        if seen.asked.layout == "auto":
            raise DataError(_unclear(seen, "names", column=others[0].head or letter(others[0].at + 1), examples=others[0].examples[:4]))
        region, others = others[0], []
    if region is None and not others:
        raise DataError(_unclear(seen, "no_names", heads=_shown(seen, seen.moments)))
    doubles = [p for p in others if region is not None and system_of(p.examples)]
    indicators = [p for p in others if p not in doubles]
    away = [LeftOut(p.at + 1, "column_of_codes" if p not in doubles else "second_name", p.head) for p in labels if p not in (region, unit, *indicators)]
    away += [LeftOut(p.at + 1, "column_without_period", p.head) for p in seen.columns if p.at > first and p.at not in seen.moments]
    as_ = step(seen.moments.values())
    columns = tuple(_across(seen, at, as_, period=spelled(found, as_)) for at, found in seen.moments.items())
    name, its_unit = indicator_of(seen.table.grid.sheet, seen.table.titles, seen.table.grid.file, seen.asked.before)
    named = all(c.name for c in columns) or bool(indicators)
    return SheetRecipe(
        file="",
        layout=layout,
        region=region.at + 1 if region else 0,
        indicators=tuple(p.at + 1 for p in indicators),
        unit_at=unit.at + 1 if unit else 0,
        variable="" if named else name,
        unit=seen.table.unit or ("" if named else its_unit),
        step=as_,
        places=which or "keep",
        columns=columns,
        columns_left_out=tuple(away),
    )


def _across(seen: _Seen, at: int, as_: Step, *, period: int | str = "", region: str = "", rest: str | None = None) -> Column:
    """A column whose head is a period or a region: what else the head says is the variable."""
    parts = [part for part in seen.table.parts[at] if part and not moment(part)] if rest is None else [rest]
    name, unit = split_unit("_".join(dict.fromkeys(parts)))
    if is_unit(name):
        name, unit = "", name
    return Column(at + 1, seen.table.heads[at], name, seen.table.units[at] or unit, region, period)


def _region(seen: _Seen, labels: Sequence[Profile]) -> tuple[Profile | None, str]:
    wanted = asked(seen.table, seen.columns, seen.asked.region)
    region, which = (wanted, system_of(wanted.examples)) if wanted else region_among(labels)
    return region, which if seen.asked.names == "auto" else ""


def _regions_in(seen: _Seen, values: Sequence[Profile]) -> tuple[dict[int, tuple[str, str]], str]:
    """Columns named after places: region and the rest of the head."""
    whole = {p.at: without_notes(p.head) for p in values}
    if which := system_of(whole.values()):
        return {at: (head, "") for at, head in whole.items() if place(head, which).kind != "unknown"}, which
    pieces = {p.at: [x for x in PIECES.split(p.head) if x] for p in values}
    for which in ("china_provinces", "us_states"):
        found = {}
        for at, parts in pieces.items():
            known = [x for x in parts if place(x, which).kind == "place"]
            if len(parts) > 1 and len(known) == 1:
                found[at] = (known[0], "_".join(x for x in parts if x != known[0]))
        if len(found) >= FEWEST_REGIONS and 2 * len(found) > len(values):
            return found, which
    return {}, ""


def _regions_across(seen: _Seen, layout: str) -> SheetRecipe:
    """Regions by column; by row periods, or indicators of one period."""
    values = [p for p in seen.columns[1:] if p.numeric]
    named, which = _regions_in(seen, values)
    auto = seen.asked.names == "auto"
    if not named and layout == seen.asked.layout:
        named, which = {p.at: (p.head, "") for p in values}, ""
    if not named:
        raise DataError(_unclear(seen, "no_regions", heads=_shown(seen, [p.at for p in values])))
    first = min(named)
    labels = [p for p in seen.columns if p.at < first and p.cells]
    period = asked(seen.table, seen.columns, seen.asked.period) if layout == "years_down" else None
    if layout == "years_down" and period is None:
        period = next((p for p in labels if 2 * p.periods > p.cells), labels[0] if labels else None)
    away = [LeftOut(p.at + 1, "column_without_region", p.head) for p in seen.columns if p.at >= first and p.at not in named]
    columns = []
    for at, (region, rest) in named.items():
        found = place(region, which) if which else None
        if found and found.kind == "total" and auto:
            away.append(LeftOut(at + 1, "total", region))
            continue
        columns.append(_across(seen, at, "year", region=found.name if found and auto else region, rest=rest))
    indicators = [p for p in labels if p is not period and 2 * p.words > p.cells] if layout == "regions_across" else []
    name, its_unit = indicator_of(seen.table.grid.sheet, seen.table.titles, seen.table.grid.file, seen.asked.before)
    single = not indicators and not all(c.name for c in columns)
    as_ = step_of([seen.table.grid.rows[i][period.at] for i in seen.rows]) if period else "year"
    return SheetRecipe(
        file="",
        layout=layout,
        period=period.at + 1 if period else 0,
        indicators=tuple(p.at + 1 for p in indicators),
        variable=name if single else "",
        unit=seen.table.unit or (its_unit if single else ""),
        at_period="" if period else _one_year(seen),
        step=as_,
        places=which if which and auto else "keep",
        columns=tuple(columns),
        columns_left_out=tuple(away),
    )


def _one_year(seen: _Seen) -> int | str:
    """The year of a whole table: in the name of its sheet, its title, or, where several are read, its file."""
    grid = seen.table.grid
    for words in (grid.sheet, *seen.table.titles, *((grid.file,) if seen.asked.many else ())):
        years = set(years_in(words))
        if len(years) == 1:
            return years.pop()
    return ""


def _long(seen: _Seen, layout: str) -> SheetRecipe:
    """One row a region and period, one column a variable."""
    period = asked(seen.table, seen.columns, seen.asked.period)
    region, which = _region(seen, [p for p in seen.columns if p is not period])
    period = period or period_among([p for p in seen.columns if p is not region])
    rows = seen.table.grid.rows
    if seen.asked.region is None and seen.asked.period is None and period is not None and region is None:
        labels = [text(rows[i][period.at]) for i in seen.rows]
        period = period if len(set(labels)) == len(labels) else None
    columns = _variables(seen, [p for p in seen.columns if p not in (region, period)])
    as_ = step_of([rows[i][period.at] for i in seen.rows]) if period else "year"
    return SheetRecipe(
        file="",
        layout="long",
        region=region.at + 1 if region else 0,
        period=period.at + 1 if period else 0,
        unit=seen.table.unit,
        at_period="" if period or region is None else _one_year(seen),
        step=as_,
        places=which or "keep",
        columns=columns,
    )


def _variables(seen: _Seen, columns: Sequence[Profile]) -> tuple[Column, ...]:
    """Names of variables, units split off unless two names would become one. A column without a name takes its letter."""
    split = {p.at: split_unit(p.head) for p in columns}
    names = [name for name, _ in split.values()]
    found = []
    for p in columns:
        name, unit = split[p.at]
        name = p.head if names.count(name) > 1 else name
        words = not p.numeric
        found.append(Column(p.at + 1, p.head, name or f"column_{letter(p.at + 1)}", "" if words else seen.table.units[p.at] or unit, words=words))
    heads = [c.name for c in found]
    if twice := tuple(sorted({name for name in heads if heads.count(name) > 1})):
        raise DataError(error("reading.duplicate_columns", seen.header, columns=twice))
    return tuple(found)


def _left_out(seen: _Seen, recipe: SheetRecipe) -> tuple[LeftOut, ...]:
    """Rows below the header that are no rows of the table, each with its reason."""
    table = seen.table
    grid, found, below = table.grid, [], False
    values = [c.at - 1 for c in recipe.columns if not c.words]
    header = [tuple(map(text, grid.rows[i])) for i in table.header]
    for i in range(table.start, table.stop):
        row = grid.rows[i]
        if not filled(row):
            continue
        empty = not any(like_number(row[j]) for j in values)
        if tuple(map(text, row)) in header:
            reason = "header_again"
        elif is_note(row) and empty:
            reason, below = "note", True
        elif empty and below:
            reason = "note"
        else:
            reason = _row_without(seen, recipe, i, empty=empty)
        if reason:
            found.append(LeftOut(grid.lines[i], reason, " ".join(text(cell) for cell in row if not blank(cell))[:80]))
    return tuple(found)


def _row_without(seen: _Seen, recipe: SheetRecipe, i: int, *, empty: bool) -> str:
    """Why a row is left out: a total, or a heading or a scrap without a value; empty where it stays."""
    row = seen.table.grid.rows[i]
    known = recipe.places != "keep"
    label = text(row[recipe.region - 1]) if recipe.region else ""
    found = place(label, recipe.places) if known and recipe.region and label else None
    if found and found.kind == "total":
        return "total"
    if seen.table.grid.table:
        return ""
    if not empty or (found and found.kind == "place"):
        return ""
    if recipe.period and moment(row[recipe.period - 1]):
        return ""
    scrap = filled(row) == 1 and len(seen.columns) > 2
    return "no_values" if scrap or (recipe.columns and all(not c.words for c in recipe.columns) and (known or not recipe.region)) else ""
