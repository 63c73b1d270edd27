"""Which values of the threshold variable may be thresholds: enough rows and enough regions on both sides, and between two thresholds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from regio.models._threshold.problem import Codes, Problem
from regio.models._threshold.rules import Rules
from regio.models._threshold.search import Limits
from regio.models.core.blocks import Array


@dataclass(frozen=True, slots=True)
class Candidates:
    """G rising thresholds. values, following (G,): the threshold, and the next value that occurs; counts (G,): rows below it; limits: one a stage."""

    values: Array
    following: Array
    counts: Codes
    limits: tuple[Limits, ...]

    @property
    def size(self) -> int:
        return len(self.values)


def distinct_counts(values: Array) -> Codes:
    """(D,) numbers of rows up to and with each distinct value of sorted values."""
    return np.flatnonzero(np.append(values[1:] != values[:-1], True)) + 1


def candidates(problem: Problem, rules: Rules, trim: tuple[float, ...], grid: int | None) -> Candidates:
    """One stage for each entry of ``trim``; none of them may be empty of candidates for the first stage."""
    ends = distinct_counts(problem.values)
    distinct = problem.values[ends - 1]
    if rules.places:
        values, counts = _hansen_grid(distinct, ends, trim[0], grid or 400)
    elif grid and rules.balanced:
        values = np.unique(np.quantile(problem.values, np.linspace(trim[0], 1 - trim[0], grid)))
        counts = np.searchsorted(problem.values, values, side="right")
        fine = (counts > 0) & (counts < problem.n)
        values, counts = values[fine], counts[fine]
    else:
        values, counts = distinct[:-1], ends[:-1]
    least = [max(1, int(np.ceil(share * problem.n - 1e-9))) for share in trim]
    if not rules.places:
        wide = min(least)
        inside = (counts >= wide) & (counts <= problem.n - wide)
        values, counts = values[inside], counts[inside]
    if grid and not rules.balanced and len(values) > grid:
        wanted = np.quantile(problem.values, np.linspace(0, 1, grid + 2)[1:-1], method="inverted_cdf")
        chosen = np.unique(np.clip(np.searchsorted(values, wanted), 0, len(values) - 1))
        values, counts = values[chosen], counts[chosen]
    return _limited(problem, rules, values, counts, trim, least, grid)


def with_given(problem: Problem, rules: Rules, found: Candidates, thresholds: tuple[float, ...]) -> tuple[Candidates, list[int]]:
    """The candidates with thresholds of the user's among them, and where these stand. Every value that splits the rows the same way is one candidate."""
    counts = np.searchsorted(problem.values, np.array(thresholds), side="left" if rules.strict else "right")
    every, where = np.unique(np.concatenate([counts, found.counts]), return_index=True)
    values = np.concatenate([np.array(thresholds, dtype=float), found.values])[where]
    limit = found.limits[0]
    limits = (replace(limit, first=0, last=len(every) - 1, reach=np.arange(1, len(every) + 1)),) * len(thresholds)
    return Candidates(values, _following(problem, every), every, limits), [int(np.searchsorted(every, c)) for c in counts]


def _limited(problem: Problem, rules: Rules, values: Array, counts: Codes, trim: tuple[float, ...], least: list[int], grid: int | None) -> Candidates:
    size = len(counts)
    following = _following(problem, counts)
    if rules.places:
        gaps = [max(1, int(round(share * (grid or 400), 9))) for share in trim]
        limits = tuple(Limits(0, size - 1, np.minimum(np.arange(size) + gap, size)) for gap in gaps)
        return Candidates(values, following, counts, limits)
    limits = tuple(_limits(problem, counts, rows, rules.regions) for rows in least)
    return Candidates(values, following, counts, limits)


def _following(problem: Problem, counts: Codes) -> Array:
    return problem.values[np.minimum(counts, problem.n - 1)]


def _hansen_grid(distinct: Array, ends: Codes, trim: float, grid: int) -> tuple[Array, Codes]:
    """Positions ⌊s · D⌋ among the distinct values, s from trim to 1 − trim in steps of 1 / grid; q < γ."""
    shares = trim + np.arange(int(np.floor((1 - 2 * trim) * grid + 1e-9)) + 1) / grid
    places = np.unique(np.floor(shares * len(distinct) + 1e-9).astype(int)) - 1
    places = places[places > 0]
    return distinct[places], ends[places - 1]


def _limits(problem: Problem, counts: Codes, rows: int, regions: int) -> Limits:
    """At least so many rows and so many regions below the first threshold, between two, and above the last."""
    n = problem.n
    end = _enough(problem, rows, regions)  # (n + 1,) for each first row the end of the shortest regime
    first = int(np.searchsorted(counts, end[0]))
    last = int((end[counts] <= n).sum()) - 1
    return Limits(first, last, np.searchsorted(counts, end[counts]))


def _enough(problem: Problem, rows: int, regions: int) -> Codes:
    """(n + 1,) for each first row the end of the shortest stretch with so many rows and regions; n + 1 where there is none."""
    n = problem.n
    end = np.minimum(np.arange(n + 1) + rows, n + 1)
    if regions < 2:
        return end
    following = problem.next_same
    earlier = np.full(n, -1)
    earlier[following[following < n]] = np.flatnonzero(following < n)
    counted = _regions_in(earlier, rows)
    if (counted[: n - rows + 1] >= regions).all():
        return end
    reached = np.full(n + 1, n + 1)
    stop, seen = 0, 0
    for start in range(n):  # both ends only move up
        while stop < n and seen < regions:
            seen += int(earlier[stop] < start)
            stop += 1
        if seen < regions:
            break
        reached[start] = stop
        seen -= int(following[start] >= stop)
    both: Codes = np.maximum(end, reached)
    return both


def _regions_in(earlier: Codes, rows: int) -> Codes:
    """(n,) different regions among the ``rows`` rows that start at each row: a row counts where the same region's earlier one lies before the start."""
    n = len(earlier)
    places = np.arange(n)
    low = np.maximum(np.maximum(earlier + 1, places - rows + 1), 0)
    steps = np.bincount(low, minlength=n + 1) - np.bincount(places + 1, minlength=n + 1)
    counted: Codes = np.cumsum(steps)[:n]
    return counted
