"""What in a table looks like a mistake: places to look at, nothing is changed. Each rule says its constants; docs/data-page.md says them in words.

Few false alarms matter more than catching everything: a rule is silent where there is too little to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import Finding, Severity
from regio.exhibits.models import Text
from regio.panel import leaps
from regio.panel.cells import object_column
from regio.panel.leaps import Leap, Matrix, Moves
from regio.panel.panel import Panel
from regio.panel.variable import Variable

MOSTLY, NEARLY_ALL = 0.8, 0.95  # of the values lie in [0, 1]: of what is called a share, and of what is not
LITTLE_ABOVE = 1.5  # the most that a value may be for an unnamed variable to be taken for a share
FRACTION_TO_PERCENT = (0.25, 0.8)  # log10 that a value may be off a hundred times its neighbour, and the part of the values for which this holds
FEW_FRACTIONS = 5  # below these there is nothing to compare percentages with
ENOUGH = 10  # values that a rule about a whole variable needs
PROPORTIONAL = 1e-9  # how far a column may be off a multiple of another, relative to it
HANDFUL, PART = 3, 0.01  # negative values that are few: so many, or this part
NEVER_NEAR_ZERO = 0.2  # least ratio of a positive value to the median of its region where nothing is known of the unit
LOOK = 512  # rows that are compared first

PERCENT = re.compile(r"per ?cent|[%％‰]|百分|points?\b", re.IGNORECASE)
PART_OF_WHOLE = re.compile(r"\b(share|fraction|proportion)s?\b|占比|比重|份额|所占比例", re.IGNORECASE)
RATIO = re.compile(r"\b(ratio|rate)s?\b|率|比例|比值|之比", re.IGNORECASE)
COUNTED = re.compile(
    r"\b(persons?|people|inhabitants|households?|firms|enterprises|pieces|vehicles|beds|km|kilometres|hectares|tons?|tonnes|kwh)\b"
    r"|人|户|家|件|辆|台|张|个|公里|公顷|亩|吨|千瓦时",
    re.IGNORECASE,
)


def suspicions(panel: Panel, columns: Sequence[str] | None = None, where: str = "") -> tuple[Finding, ...]:
    """Everything suspicious in some columns (None: all), in their order, each with its variable, region and period.

    Spikes, lasting shifts of one region, breaks, joined editions and copied periods: see ``leaps``. Shares above one, fractions mixed with
    percentages, doubled columns and impossible signs: see the functions here. Columns of text are left out.
    """
    names = [name for name in (columns if columns is not None else panel.value_columns) if name in panel.rows.columns]
    numbers = {name: values for name in names if (values := _numbers(panel.rows[name])) is not None}
    series = _Series(panel)
    found: list[Finding] = []
    for name, values in numbers.items():
        found += _in_time(name, series, values)
        found += _shares(panel.variable(name), series, values)
        found += _signs(panel.variable(name), series, values)
    found += _doubled(numbers)
    return tuple(Finding(f.code, f.values, f.severity, where) for f in found)


class _Series:
    """Where each row stands in the matrix regions × periods (of firms: firms × periods)."""

    def __init__(self, panel: Panel) -> None:
        keys, rows = panel.keys, panel.rows
        self.inside = (keys.unit or keys.region) is not None and keys.period is not None
        self.row, self.regions = _codes(rows, keys.unit or keys.region)
        self.column, self.periods = _codes(rows, keys.period)

    def matrix(self, values: Matrix) -> Matrix:
        made = np.full((len(self.regions), len(self.periods)), np.nan)
        made[self.row, self.column] = values
        return made

    def place(self, row: int) -> dict[str, Any]:
        """Region and period of a row of the panel."""
        return {"region": self.regions[self.row[row]], "period": self.periods[self.column[row]]}


def _codes(rows: pd.DataFrame, name: str | None) -> tuple[NDArray[np.intp], list[str]]:
    if name is None:
        return np.zeros(len(rows), dtype=np.intp), ["–"]
    codes, levels = pd.factorize(rows[name], sort=True)
    return codes, [str(level) for level in levels]


def _numbers(column: pd.Series) -> Matrix | None:
    """A column as floats; None where it holds text."""
    if column.dtype.kind in "biuf":
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        values, bad = object_column(column)
        if bad:
            return None
    return np.where(np.isfinite(values), values, np.nan)


def _in_time(name: str, series: _Series, values: Matrix) -> Iterator[Finding]:
    if not series.inside:
        return
    matrix = series.matrix(values)
    for leap in leaps.copies(matrix):
        yield Finding("suspicion.copied", {"variable": name, "period": series.periods[leap.period], "share": round(100 * leap.size)}, "warning")
    moves = leaps.moves(matrix)
    if moves is None:
        return
    yield from _breaks(name, series, moves)
    for leap in leaps.shifts(moves):
        yield Finding("suspicion.shift", {"variable": name, **_leap(leap, series), **_around(leap, moves), "factor": _power(leap.power)}, "warning")
    yield from _spikes(name, series, moves)


def _breaks(name: str, series: _Series, moves: Moves) -> Iterator[Finding]:
    """One code for a factor near a power of ten, one for others; joined editions are a note, for they may be known and harmless."""
    known = leaps.breaks(moves)
    for leap in known:
        values = {"variable": name, "period": series.periods[leap.period], "times": _times(leap.factor), "size": round(leap.size, 1)}
        if leap.power:
            yield Finding("suspicion.unit_break", {**values, "factor": _power(leap.power)}, "warning")
        else:
            yield Finding("suspicion.break", values, "warning")
    for leap in leaps.revisions(moves, known):
        yield Finding("suspicion.joined", {"variable": name, "period": series.periods[leap.period], "size": round(leap.size, 1)}, "note")


def _spikes(name: str, series: _Series, moves: Moves) -> Iterator[Finding]:
    """A warning where two regions' values fit each other's places, a factor is near a power of ten, or the leap exceeds ``leaps.SURE``."""
    for leap in leaps.spikes(moves):
        values = {"variable": name, **_leap(leap, series), **_around(leap, moves)}
        if leap.other > leap.region:
            yield Finding("suspicion.exchanged", {**values, "other": series.regions[leap.other]}, "warning")
        elif leap.other < 0 and leap.power:
            yield Finding("suspicion.unit_spike", {**values, "factor": _power(leap.power)}, "warning")
        elif leap.other < 0:
            yield Finding("suspicion.spike", values, "warning" if leap.size > leaps.SURE else "note")


def _leap(leap: Leap, series: _Series) -> dict[str, Any]:
    return {"region": series.regions[leap.region], "period": series.periods[leap.period], "size": round(leap.size, 1)}


def _around(leap: Leap, moves: Moves) -> dict[str, Any]:
    """The value and those of the periods beside it."""
    row, j = moves.values[leap.region], leap.period
    after = row[j + 1] if j + 1 < len(row) else np.nan
    return {"before": float(row[j - 1]), "found": float(row[j]), "after": "–" if np.isnan(after) else float(after)}


def _power(power: int) -> str:
    return f"{10 ** abs(power):,}" if power > 0 else f"1/{10 ** abs(power):,}"


def _times(factor: float) -> str:
    return f"{factor:.3g}"


def _shares(variable: Variable, series: _Series, values: Matrix) -> Iterator[Finding]:
    """A share above one. Called a share or part (占比, 比重) in fractions: a warning; called a ratio or rate, ``MOSTLY`` of whose values lie in [0, 1],
    or not called anything, ``NEARLY_ALL`` of whose values do and none above ``LITTLE_ABOVE``: a note, as a ratio of two totals may exceed one.
    """
    known = values[np.isfinite(values)]
    above = np.flatnonzero(values > 1)
    if len(known) < ENOUGH or not len(above) or known.min() < 0 or np.all(known == np.round(known)):
        return
    if _mixed(series, values):
        yield Finding("suspicion.mixed_percent", {"variable": variable.name, "count": len(above), "n": len(known), **_widest(values, series, above)}, "warning")
        return
    inside = 1 - len(above) / len(known)
    says = " ".join(_both(words) for words in (variable.unit, variable.label, variable.definition))
    if PERCENT.search(says):
        return
    severity: Severity
    if PART_OF_WHOLE.search(says) and inside >= MOSTLY:
        severity = "warning"
    elif (RATIO.search(says) and inside >= MOSTLY) or (not says.strip() and inside >= NEARLY_ALL and known.max() <= LITTLE_ABOVE):
        severity = "note"
    else:
        return
    yield Finding("suspicion.above_one", {"variable": variable.name, "count": len(above), "n": len(known), **_widest(values, series, above)}, severity)


def _widest(values: Matrix, series: _Series, rows: NDArray[np.intp]) -> dict[str, Any]:
    """The largest of these values and where it stands."""
    row = int(rows[np.argmax(values[rows])])
    return {"found": float(values[row]), **series.place(row)}


def _mixed(series: _Series, values: Matrix) -> bool:
    """Fractions and percentages in one column: every value lies in [0, 100], and values above one are, but for ``FRACTION_TO_PERCENT``, a hundred
    times the median of the fractions of their region, or where it has none, of their period.
    """
    known = np.isfinite(values)
    if values[known].max() > 100:
        return False
    fraction, rest = known & (values <= 1) & (values > 0), known & (values > 1)
    if fraction.sum() < FEW_FRACTIONS or not rest.any():
        return False
    ratios = np.full(len(values), np.nan)
    for codes in (series.column, series.row):  # the region counts where it has both
        middle = pd.Series(np.where(fraction, values, np.nan)).groupby(codes).transform("median").to_numpy()
        ratios = np.where(np.isfinite(middle), values / middle, ratios)
    off, part = FRACTION_TO_PERCENT
    with np.errstate(invalid="ignore"):
        hundred = np.abs(np.log10(ratios[rest]) - 2) <= off
    return bool(hundred.mean() >= part)


def _signs(variable: Variable, series: _Series, values: Matrix) -> Iterator[Finding]:
    """A ``HANDFUL`` of negative values (or ``PART``) in a variable that is positive otherwise: where its unit is counted (persons, km, 万人), or where
    every other value is far from zero for its region (``NEVER_NEAR_ZERO``).
    """
    known = values[np.isfinite(values)]
    negative = np.flatnonzero(values < 0)
    if len(known) < ENOUGH or not 0 < len(negative) <= max(HANDFUL, PART * len(known)) or 3 * len(negative) > len(known):
        return
    if not COUNTED.search(_both(variable.unit)) and _near_zero(series, values):
        return
    for row in negative.tolist():
        yield Finding("suspicion.negative", {"variable": variable.name, "found": float(values[row]), "n": len(known), **series.place(row)}, "warning")


def _near_zero(series: _Series, values: Matrix) -> bool:
    positive = pd.Series(np.where(values >= 0, values, np.nan))
    if not series.inside:
        return True  # nothing to compare a value with
    middle = positive.groupby(series.row).transform("median")
    return bool((positive / middle).min() < NEVER_NEAR_ZERO) or bool((positive == 0).any())


def _both(words: Text) -> str:
    return words if isinstance(words, str) else " ".join(map(str, words.values()))


def _doubled(numbers: dict[str, Matrix]) -> Iterator[Finding]:
    """Columns that equal another, or a multiple of it to ``PROPORTIONAL``, wherever both have a value, in ``ENOUGH`` rows and at least half of those
    of each. Constant columns are left out.
    """
    names = [name for name, values in numbers.items() if len(np.unique(values[np.isfinite(values)])) > 2]
    if len(names) < 2:
        return
    table = np.stack([numbers[name] for name in names])
    filled = np.isfinite(table)
    first = table[:, :LOOK]
    for i, name in enumerate(names[:-1]):
        for j in (i + 1 + np.flatnonzero(_multiples(first[i], first[i + 1 :]))).tolist():
            both = filled[i] & filled[j]
            if both.sum() < ENOUGH or 2 * both.sum() < max(filled[i].sum(), filled[j].sum()) or not _multiples(table[i], table[j : j + 1])[0]:
                continue
            a, b = table[i, both], table[j, both]
            values = {"variable": names[j], "other": name, "n": int(both.sum())}
            if np.array_equal(a, b):
                yield Finding("suspicion.equal", values, "warning")
            else:
                yield Finding("suspicion.multiple", {**values, "times": f"{float(a @ b / (a @ a)):.10g}"}, "warning")


def _multiples(one: Matrix, others: Matrix) -> NDArray[np.bool_]:
    """Which of the others are multiples of one, where both have a value."""
    both = np.isfinite(one) & np.isfinite(others)
    a, b = np.where(both, one, 0.0), np.where(both, others, 0.0)
    scale = np.abs(a).max(axis=1, keepdims=True)
    a = a / np.where(scale > 0, scale, 1.0)
    times = (a * b).sum(axis=1) / np.maximum((a * a).sum(axis=1), np.finfo(float).tiny)
    close = np.abs(b - times[:, None] * a) <= PROPORTIONAL * np.abs(b)
    return np.asarray(close.all(axis=1) & (times != 0))
