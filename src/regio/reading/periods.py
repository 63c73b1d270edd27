"""Labels of periods: 2011, "2011年", 2011.0, "2011-12-31", "2011A", "Aug-15" and dates.

A panel has years where each label has another year, else months or days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regio.reading.grid import Cell, text

FIRST, LAST = 1800, 2200  # years outside are slips of the keyboard
Step = Literal["year", "month", "day"]
YEAR = re.compile(r"(\d{4})(?:\.0+)?(?:年|年度|年末|年底|A)?")
MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?")
DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?:[T ]?00:00(?::00)?)?")
ENGLISH = re.compile(r"([A-Za-z]{3})[a-z]*[-. ]?(?:\d{1,2}, ?)?(\d{2}|\d{4})")
MONTHS = {name: i for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
FULL_WIDTH = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A year, a month of it, or a day; zero where it is not said."""

    year: int
    month: int = 0
    day: int = 0


def moment(cell: Cell) -> Moment | None:
    """What a label says; None where it is no period.

    Examples
    --------
    >>> moment("2011年"), moment("2011-12-31"), moment("20211"), moment("Aug-15")
    (Moment(year=2011, month=0, day=0), Moment(year=2011, month=12, day=31), None, Moment(year=2015, month=8, day=0))
    """
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    label = text(cell).translate(FULL_WIDTH).replace(" ", "").replace("\u3000", "")
    if found := YEAR.fullmatch(label):
        return _checked(int(found[1]))
    if found := DAY.fullmatch(label):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := MONTH.fullmatch(label):
        return _checked(int(found[1]), int(found[2]), 0, need_month=True)
    if (found := ENGLISH.fullmatch(label)) and found[1].lower() in MONTHS:
        year = int(found[2])
        return _checked(year if year > 99 else year + (2000 if year < 70 else 1900), MONTHS[found[1].lower()])
    return None


def _checked(year: int, month: int = 0, day: int = 0, *, need_month: bool = False) -> Moment | None:
    fine = FIRST <= year <= LAST and month <= 12 and day <= 31 and not (need_month and month == 0)
    return Moment(year, month, day) if fine else None


def step(moments: Iterable[Moment]) -> Step:
    """How fine the labels of one axis are."""
    different = set(moments)
    if len({m.year for m in different}) == len(different) or all(m.month == 0 for m in different):
        return "year"
    return "month" if len({(m.year, m.month) for m in different}) == len(different) else "day"


def spelled(found: Moment, as_: Step) -> int | str:
    """The label in a panel: a whole number for a year, ISO form for a month or a day."""
    if as_ == "year" or not found.month:
        return found.year
    return f"{found.year}-{found.month:02d}" + (f"-{found.day:02d}" if as_ == "day" and found.day else "")


def years_in(words: str) -> tuple[int, ...]:
    """Every year that is named in a title, a sheet's or a file's name."""
    return tuple(int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", words))
