"""Filling of gaps: numbers only. Nothing crosses from one region to another, and a known cell is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from regio.preparing._calendar import Calendar
from regio.preparing._cells import Floats, Ints, Mask

Method = Literal["linear", "moving_average", "carry", "growth"]
Direction = Literal["forward", "backward", "nearest"]
Ends = Literal["leave", "nearest", "line"]


@dataclass(frozen=True, slots=True)
class Filled:
    """values: (n,); gaps, ends: (n,) cells filled between two known ones, and beyond the first or last; outside: (n,) cells that lie beyond,
    filled or not; refused: (n,) known cells that are not positive beside a gap that should grow.
    """

    values: Floats
    gaps: Mask
    ends: Mask
    outside: Mask
    refused: Mask


@dataclass(frozen=True, slots=True)
class Neighbours:
    """(n,) places of known rows of the same region, −1 where there is none: the last two before a row and the first two after it."""

    before: Ints
    before_that: Ints
    after: Ints
    after_that: Ints


def fill_gaps(
    values: Floats,
    regions: Ints,
    calendar: Calendar,
    *,
    method: Method,
    window: int = 5,
    carry: Direction = "forward",
    ends: Ends = "leave",
    limit: int | None = None,
) -> Filled:
    """A column with its gaps filled.

    Parameters
    ----------
    values : (n,) missing cells are nan
    regions : (n,) code of the region
    window : periods of the moving average, odd
    limit : longest gap that is filled, in periods
    """
    order = np.lexsort((calendar.ticks, regions))
    x, group, at, tick = values[order], regions[order], calendar.positions[order], calendar.ticks[order]
    near = neighbours(~np.isnan(x), group)
    missing = np.isnan(x)
    left, right = missing & (near.before >= 0), missing & (near.after >= 0)
    short = np.ones(len(x), dtype=bool) if limit is None else gap_lengths(near, group, tick) <= limit
    between, outside = left & right, left ^ right
    found = np.full(len(x), np.nan)
    with np.errstate(all="ignore"):
        if method == "moving_average":
            found = np.where(between, centred_means(x, group, tick, window // 2), found)
        else:
            found = np.where(between, _between(x, at, near, method, carry), found)
        if ends != "leave":
            found = np.where(outside, _beyond(x, at, near, left, ends, growth=method == "growth"), found)
    wanted = (between & short) | (outside & short if ends != "leave" else False)
    refused = _not_positive(x, near, wanted & (between | (ends == "line"))) if method == "growth" else np.zeros(len(x), dtype=bool)
    done = wanted & ~np.isnan(found)
    back = np.empty(len(x), dtype=np.int64)
    back[order] = np.arange(len(x))
    return Filled(np.where(done, found, x)[back], (done & between)[back], (done & outside)[back], outside[back], refused[back])


def neighbours(known: Mask, group: Ints) -> Neighbours:
    """Of rows sorted by region and time. Only what it says of rows that are not known has a meaning."""
    at = np.concatenate(([-1, -1], np.flatnonzero(known), [-1, -1])).astype(np.int64)
    count = np.cumsum(known)

    def here(places: Ints) -> Ints:
        return np.where((places >= 0) & (group[places] == group), places, -1)

    return Neighbours(here(at[count + 1]), here(at[count]), here(at[count + 2]), here(at[count + 3]))


def gap_lengths(near: Neighbours, group: Ints, tick: Ints) -> Ints:
    """(n,) how many periods the gap spans that a missing row lies in: also those that have no row; at an end up to the region's first or last row."""
    edges = np.flatnonzero(np.diff(group)) + 1
    first, last = np.concatenate(([0], edges)), np.concatenate((edges, [len(group)])) - 1
    sizes = last - first + 1
    start = np.where(near.before >= 0, tick[near.before], np.repeat(tick[first], sizes) - 1)
    stop = np.where(near.after >= 0, tick[near.after], np.repeat(tick[last], sizes) + 1)
    return np.asarray(stop - start - 1)


def centred_means(x: Floats, group: Ints, tick: Ints, reach: int) -> Floats:
    """(n,) means of the known cells of a region that lie within ``reach`` periods either side; nan where there is none."""
    total, count = np.zeros(len(x)), np.zeros(len(x))
    known = np.where(np.isnan(x), 0.0, x)
    for far in range(reach, 0, -1):
        if far >= len(x):
            continue
        close = (group[far:] == group[:-far]) & (tick[far:] - tick[:-far] <= reach)
        for into, out in ((slice(far, None), slice(None, -far)), (slice(None, -far), slice(far, None))):
            seen = close & ~np.isnan(x[out])
            total[into] += np.where(seen, known[out], 0.0)
            count[into] += seen
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _between(x: Floats, at: Floats, near: Neighbours, method: Method, carry: Direction) -> Floats:
    first, last = x[near.before], x[near.after]
    since, span = at - at[near.before], at[near.after] - at[near.before]
    if method == "carry":
        back = {"forward": np.zeros(len(x), dtype=bool), "backward": np.ones(len(x), dtype=bool), "nearest": since > span - since}[carry]
        return np.where(back, last, first)
    found = first * (last / first) ** (since / span) if method == "growth" else first + (last - first) * since / span
    return np.clip(found, np.minimum(first, last), np.maximum(first, last))  # rounding may step over a neighbour by one digit in the last place


def _beyond(x: Floats, at: Floats, near: Neighbours, left: Mask, ends: Ends, *, growth: bool) -> Floats:
    """Beyond the last known cell (``left``: there is one before) or before the first: that cell, or the line through it and the next one."""
    one = np.where(left, near.before, near.after)
    two = np.where(left, near.before_that, near.after_that)
    if ends == "nearest":
        return x[one]
    steps = (at - at[one]) / (at[one] - at[two])
    line = x[one] * (x[one] / x[two]) ** steps if growth else x[one] + (x[one] - x[two]) * (at - at[one]) / (at[one] - at[two])
    return np.asarray(np.where(two >= 0, line, np.nan))


def _not_positive(x: Floats, near: Neighbours, wanted: Mask) -> Mask:
    found = np.zeros(len(x), dtype=bool)
    beyond = wanted & ~((near.before >= 0) & (near.after >= 0))
    for places, rows in (
        (near.before, wanted),
        (near.after, wanted),
        (near.before_that, beyond & (near.before >= 0)),
        (near.after_that, beyond & (near.after >= 0)),
    ):
        used = places[rows & (places >= 0)]
        found[used[x[used] <= 0]] = True
    return found
