"""What each column of a table holds: numbers, words, periods, names of places. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regio.contract.finding import DataError, Position, error, suggestion
from regio.reading.clean import like_number
from regio.reading.grid import Cell, blank, letter, text
from regio.reading.headers import Table, is_note
from regio.reading.periods import moment, step
from regio.reading.places import system_of

WORDS = {  # heads of columns, without blanks and in small letters
    "region": "region regions province provinces state states area place geo 地区 省份 省 省市 省市区 省（市、区） 省级 区域 省份名称 地区名称 "
    "省自治区直辖市 行政区划 所属省份 省区",
    "fine": "city cities county counties prefecture 城市 市 地级市 县 区县 市县 城市名称 country economy 国家",
    "period": "year years period date month quarter time 年份 年 年度 时间 日期 月份 时期 统计年度 会计年度 数据日期 指标名称 指标",
    "indicator": "indicator indicators item items variable variables series 指标 指标名称 项目 变量 变量名 指标名 名称",
    "unit": "unit units 单位 计量单位",
}
REGION_WORDS, FINE_WORDS, PERIOD_WORDS, INDICATOR_WORDS, UNIT_WORDS = (frozenset(words.split()) for words in WORDS.values())
MOST = 0.5  # more than this share of the labels of a column decide what it holds


@dataclass(frozen=True, slots=True)
class Profile:
    """One column of a table that is not empty. at: its place from zero; words: cells that are neither numbers nor marks for a missing one."""

    at: int
    head: str
    cells: int
    words: int
    periods: int
    examples: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """At least half of its cells may be numbers; an empty column counts as numbers that are missing."""
        return 2 * self.words <= self.cells


def body(table: Table) -> list[int]:
    """The rows below the header that are neither blank nor a note nor the header again."""
    rows = table.grid.rows
    header = [tuple(map(text, rows[i])) for i in table.header]
    there = [i for i in range(table.start, table.stop) if any(not blank(c) for c in rows[i]) and not is_note(rows[i])]
    return [i for i in there if tuple(map(text, rows[i])) not in header]


def profiles(table: Table, rows: Sequence[int]) -> tuple[Profile, ...]:
    """The columns that have a name or a cell."""
    found = []
    for at, head in enumerate(table.heads):
        column: list[Cell] = [table.grid.rows[i][at] for i in rows]
        given = [cell for cell in column if not blank(cell)]
        if not given and not head:
            continue
        words = sum(not like_number(cell) for cell in given)
        periods = sum(moment(cell) is not None for cell in given)
        examples = tuple(dict.fromkeys(text(cell) for cell in given))
        found.append(Profile(at, head, len(given), words, periods, examples))
    return tuple(found)


def asked(table: Table, columns: Sequence[Profile], name: str | None) -> Profile | None:
    """The column that a person named, by its head or by its letter.

    Raises
    ------
    DataError
        where there is no such column
    """
    if name is None:
        return None
    heads = tuple(p.head for p in columns)
    for wanted in (heads, tuple(letter(p.at + 1) for p in columns)):
        if name in wanted:
            return columns[wanted.index(name)]
    where = Position(table.grid.file, sheet=table.grid.sheet)
    raise DataError(error("panel.no_key_column", where, column=name, columns=tuple(h for h in heads if h), near=suggestion(name, [h for h in heads if h])))


def squeezed(head: str) -> str:
    return "".join(head.split()).casefold()


def region_among(columns: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column of regions and the system of its names: the finest place that is named as such, else names of provinces or states, else a word."""
    resolved = [(p, which) for p in columns if p.words > MOST * p.cells and (which := system_of(p.examples))]
    numbers = [p for p in columns if p.words <= MOST * p.cells and p.cells and all(len(x) in (6, 12) for x in p.examples)]
    codes = [(p, which) for p in numbers if (which := system_of(p.examples))]
    fine = [p for p in columns if squeezed(p.head) in FINE_WORDS and p.words > MOST * p.cells]
    if fine:
        return fine[0], next((which for p, which in resolved if p is fine[0]), "")
    if resolved:
        chinese = [(p, w) for p, w in resolved if not p.examples[0].isascii()]
        named = [(p, w) for p, w in chinese or resolved if squeezed(p.head) in REGION_WORDS]
        return (named or chinese or resolved)[0]
    by_word = [p for p in columns if squeezed(p.head) in REGION_WORDS and p.cells]
    return (by_word[0], "") if by_word else codes[0] if codes else (None, "")


def period_among(columns: Sequence[Profile]) -> Profile | None:
    """The column of periods: named so, and holding periods or whole numbers; else one whose head says 年."""
    named = [p for p in columns if squeezed(p.head) in PERIOD_WORDS and p.cells]
    certain = [p for p in named if p.periods > MOST * p.cells]
    whole = [p for p in named if all(x.lstrip("-").isdigit() for x in p.examples)]
    return next(iter(certain or whole), None)


def step_of(cells: Sequence[Cell]) -> str:
    """How the labels of a column are read: as years, months or days; as whole numbers where few are years; else as text."""
    given = [cell for cell in cells if not blank(cell)]
    moments = [found for cell in given if (found := moment(cell))]
    if len(moments) > MOST * len(given):
        return step(moments) if len(moments) == len(given) or step(moments) != "year" else "year"
    whole = all(text(cell).removeprefix("-").isdigit() and text(cell).isascii() for cell in given)
    return "whole" if whole else "text"
