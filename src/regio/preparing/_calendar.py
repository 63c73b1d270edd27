"""Periods as places in time: what is one period earlier, and how far two rows lie apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.panel import Panel
from regio.preparing._cells import Floats, Ints

UNEVEN = 1e-9  # relative: distances between periods are whole multiples of the smallest one up to the rounding of their division
MONTHS = (100001, 999912)  # 201203 is March 2012
YEAR = 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """positions: (n,) place of each row in time; ticks: (n,) number of its period, counted in steps from the first; step: length of a step
    in units of the positions; by_order: periods are words, or stand at unequal distances, so that ticks only count them.
    """

    positions: Floats
    ticks: Ints
    step: float = 1.0
    by_order: bool = False

    def notes(self) -> tuple[Finding, ...]:
        """What a reader should know of "one period earlier"."""
        if self.by_order:
            return (Finding("preparing.by_order", {}, "note"),)
        return (Finding("preparing.step", {"step": self.step}, "note"),) if self.step not in (1.0, 0.0) else ()


def calendar(panel: Panel) -> Calendar:
    """The calendar of a panel that has a period key."""
    assert panel.keys.period is not None
    return of_periods(panel.rows[panel.keys.period])


def of_periods(periods: pd.Series) -> Calendar:
    """Years, dates and months such as 201203 have a calendar; words are ordered as they are written, numbers inside them by size.

    One step is the smallest distance between two periods of the table (five where the table has every fifth year); where the others are not whole
    multiples of it, periods are only counted.
    """
    positions = _numeric(periods)
    if positions is None:
        ranks = _ranks(periods)
        return Calendar(ranks.astype(float), ranks, by_order=True)
    distinct, ranks = np.unique(positions, return_inverse=True)
    gaps = np.diff(distinct)
    if not len(gaps):
        return Calendar(positions, np.zeros(len(positions), dtype=np.int64))
    step = float(gaps.min())
    steps = (distinct - distinct[0]) / step
    if np.abs(steps - np.round(steps)).max() > UNEVEN * max(1.0, float(steps[-1])):
        return Calendar(positions, ranks.astype(np.int64), by_order=True)
    return Calendar(positions, np.round(steps).astype(np.int64)[ranks], step)


def _numeric(periods: pd.Series) -> Floats | None:
    if periods.dtype.kind == "M":
        return _dates(periods.dt)
    if periods.dtype.kind in "iuf":
        values: Floats = periods.to_numpy(dtype=float)
    elif all(isinstance(p, str) and re.fullmatch(r"-?\d+", p.strip()) for p in periods):
        values = np.array([float(p) for p in periods])
    else:
        return None
    months = np.mod(values, 100)
    if ((values >= MONTHS[0]) & (values <= MONTHS[1]) & (months >= 1) & (months <= YEAR)).all():
        return np.asarray(np.floor(values / 100) * YEAR + months)
    return values


def _dates(dates: pd.Series) -> Floats:
    """Months, where dates stand on one day of the month or on the last one; else days."""
    if dates.day.nunique() == 1 or dates.is_month_end.all():
        return np.asarray(dates.year * YEAR + dates.month, dtype=float)
    stamps = pd.to_datetime({"year": dates.year, "month": dates.month, "day": dates.day}).to_numpy(dtype="datetime64[D]")
    return np.asarray(stamps.astype(np.int64), dtype=float)


def _ranks(periods: pd.Series) -> Ints:
    if isinstance(periods.dtype, pd.CategoricalDtype) and periods.cat.ordered:
        return np.asarray(periods.cat.codes, dtype=np.int64)
    found = list(periods.unique())
    place = {period: rank for rank, period in enumerate(sorted(found, key=_natural))}
    return np.array([place[p] for p in periods], dtype=np.int64)


def _natural(period: object) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", str(period))]
