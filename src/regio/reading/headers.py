"""Where a table begins and ends in a sheet: titles, unit, header lines, lines about the columns, rows, and notes below. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from regio.reading.clean import like_number
from regio.reading.grid import Cell, Grid, blank, text
from regio.reading.periods import moment

UNIT = re.compile(r"^[（(]?\s*(?:计量)?(?:单位|单 位|Unit)s?\s*[:：]\s*(.+?)\s*[)）]?$", re.IGNORECASE)
NOTE_WORDS = "注|附注|资料来源|数据来源|来源|说明|备注"
NOTE = re.compile(
    rf"^\s*(?:[（(]?\s*(?:{NOTE_WORDS})\s*\d*[)）]?\s*[:：.、]|(?:注|资料来源|数据来源|备注)$|(?:source|note|data source)s?\s*[:：.])|^由.+整理$", re.IGNORECASE
)
UNIT_LINE = ("单位", "计量单位", "unit", "units")
OTHER_LINES = "频度 频率 来源 数据来源 更新时间 更新日期 指标id 指标代码 时间区间 国家 备注 frequency source updated id"
ABOUT = frozenset((*UNIT_LINE, *OTHER_LINES.split(" ")))  # lines under the header that describe its columns, as data vendors write them
CONTINUED = re.compile(r"^[\s（(]*(?:续\s*表|表?\s*\d*[-.\d]*\s*续|continued)", re.IGNORECASE)
LABELS = 3  # columns on the left that may hold names
LOOKED_AT = 60  # rows in which a header may stand
BELOW = 6  # rows below a line that tell whether it is a header


@dataclass(frozen=True, slots=True)
class Table:
    """One table in a grid; all numbers are places in ``grid.rows``. heads: one text a column, header lines joined; parts: the lines one by one."""

    grid: Grid
    titles: tuple[str, ...]
    unit: str
    header: tuple[int, ...]
    about: tuple[int, ...]
    units: tuple[str, ...]
    start: int
    stop: int
    parts: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple("_".join(dict.fromkeys(p for p in column if p)) for column in self.parts)


def tables(grid: Grid) -> tuple[Table, ...]:
    """The tables of a sheet, from the top down; none where no header stands above numbers."""
    if grid.table:
        names = tuple((text(cell),) for cell in grid.rows[0])
        return (Table(grid, (), "", (0,), (), ("",) * grid.width, 1, len(grid.rows), names),)
    cuts = [0, *_continued(grid), len(grid.rows)]
    found = [table for start, stop in pairwise(cuts) if (table := _table(grid, start, stop)) is not None]
    return tuple(replace(t, titles=t.titles if any(not CONTINUED.match(x) for x in t.titles) else (*found[0].titles, *t.titles)) for t in found)


def is_note(row: Sequence[Cell]) -> bool:
    """A line below a table: it begins like a note and holds no numbers."""
    first = next((text(cell) for cell in row if not blank(cell)), "")
    return bool(NOTE.match(first))


def filled(row: Sequence[Cell]) -> int:
    return sum(not blank(cell) for cell in row)


def _continued(grid: Grid) -> list[int]:
    """Rows at which a table goes on under a new header, inside one sheet."""
    return [i for i, row in enumerate(grid.rows) if i > 1 and filled(row) <= 2 and CONTINUED.match(next((text(c) for c in row if not blank(c)), ""))]


def _table(grid: Grid, start: int, stop: int) -> Table | None:
    titles: list[str] = []
    unit = ""
    top = start
    for top in range(start, min(stop, start + LOOKED_AT)):
        row = grid.rows[top]
        cells = list(dict.fromkeys(text(cell) for cell in row if not blank(cell)))
        units = [found[1] for cell in cells if (found := UNIT.match(cell))]
        if not cells or (units and len(cells) <= 2) or (len(cells) == 1 and not _alone(grid, top, stop)):
            unit = units[0] if units else unit
            titles += [cell for cell in cells if not UNIT.match(cell)]
            continue
        break
    else:
        return None
    header = _header(grid, top, stop)
    after = header[-1] + 1
    about = []
    while after < stop and text(grid.rows[after][0]).strip("：: ").lower() in ABOUT and filled(grid.rows[after]) > 1:
        about.append(after)
        after += 1
    units_row = next((i for i in about if text(grid.rows[i][0]).strip("：: ").lower() in UNIT_LINE), None)
    column_units = tuple(text(cell) for cell in grid.rows[units_row][1:]) if units_row is not None else ("",) * (grid.width - 1)
    if after >= stop or not any(not blank(cell) for row in grid.rows[after:stop] for cell in row):
        return None
    return Table(grid, tuple(titles), unit, header, tuple(about), ("", *column_units), after, stop, _parts(grid, header))


def _alone(grid: Grid, i: int, stop: int) -> bool:
    """A header of one cell: a label of a period, or the only column that the file has."""
    cell = next(cell for cell in grid.rows[i] if not blank(cell))
    return bool(moment(cell)) or all(filled(row) <= 1 for row in grid.rows[i:stop])


def _header(grid: Grid, top: int, stop: int) -> tuple[int, ...]:
    """The first line, and those below it that still say what the columns are."""
    lines = [top]
    while lines[-1] + 1 < stop and _goes_on(grid, lines[-1] + 1, lines, stop):
        lines.append(lines[-1] + 1)
    return tuple(lines)


def _goes_on(grid: Grid, i: int, lines: Sequence[int], stop: int) -> bool:
    row, above = grid.rows[i], grid.rows[lines[-1]]
    cells = [cell for cell in row if not blank(cell)]
    if not cells or is_note(row) or text(row[0]).strip("：: ").lower() in ABOUT or len(lines) > 3:
        return False
    below = [r for r in grid.rows[i + 1 : min(stop, i + 1 + BELOW)] if filled(r)]
    if not below:
        return False
    first_blank = blank(row[0]) or any(top <= lines[-1] and bottom >= i and left == 0 for top, left, bottom, _ in grid.merged)
    years = [cell for cell in row[1:] if not blank(cell)]
    if years and all(moment(cell) for cell in years) and not _periods(above):
        return first_blank or (text(row[0]) == text(above[0]))
    if any(like_number(cell) for cell in cells):
        return False
    if _periods(above):
        return False
    heads = [j for j, cell in enumerate(row) if not blank(cell) and any(like_number(r[j]) for r in below)]
    if not heads:
        return False
    gaps = any(blank(cell) for cell in above) or any(bottom < i and top <= lines[-1] <= bottom and right > left for top, left, bottom, right in grid.merged)
    bracketed = all(re.fullmatch(r"[（(].+[)）]|[%％]", text(cell)) for cell in cells if cell is not row[0])
    translated = all(text(cell).isascii() for cell in cells) and any(not text(cell).isascii() for cell in above if not blank(cell))
    return first_blank or bracketed or translated or (gaps and len(cells) > 1 and not blank(above[0]) and blank(row[0]))


def _periods(row: Sequence[Cell]) -> bool:
    """A line of years: all cells but the names on the left."""
    cells = [cell for cell in row if not blank(cell)]
    labels = [bool(moment(cell)) for cell in cells]
    return len(cells) > 1 and sum(labels) >= max(1, len(cells) - LABELS) and labels[-1]


def _parts(grid: Grid, header: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """The header's texts by column: merged cells fill the cells that they cover, and a blank above a filled cell takes its left neighbour."""
    lines = [[text(cell) for cell in grid.rows[i]] for i in header]
    for top, left, bottom, right in grid.merged:
        for k, i in enumerate(header):
            if top <= i <= bottom and text(grid.rows[top][left]):
                for j in range(left, min(right + 1, grid.width)):
                    if not lines[k][j] and not (i == header[-1] and bottom > i):
                        lines[k][j] = text(grid.rows[top][left])
    for k, line in enumerate(lines[:-1]):
        lower = lines[k + 1 :]
        for j in range(1, grid.width):
            if not line[j] and line[j - 1] and any(words[j] for words in lower) and any(words[j - 1] for words in lower):
                line[j] = line[j - 1]
    return tuple(tuple(line[j] for line in lines) for j in range(grid.width))
