"""The dynamic program over sorted values: the best last cut moves to the right with the value it is looked for (the cost has the Monge property), so
each layer is solved by halving, all halves of a level at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from regio.spatial.breaks.prefix import Floats, Ints, Prefix, squares

Level = tuple[Ints, Ints, Ints]


@dataclass(frozen=True, slots=True)
class Layers:
    """cost: (layers + 1, size) least cost of the first j classes that end at each place; choice: where the last of them begins."""

    cost: Floats
    choice: Ints


def layers(starts: Prefix, stops: Prefix, sizes: tuple[int, ...], classes: int, single: np.ndarray) -> Layers:
    """starts: the sums at which a class that begins at a place does so at the latest, stops: at which one that ends there does so at the earliest;
    single: places that hold one cut, so that no class may begin and end there.
    """
    size = sum(sizes)
    cost = np.full((classes + 1, size), np.inf)
    choice = np.zeros((classes + 1, size), dtype=np.intp)
    plan = _plan(sizes)
    first = np.concatenate([np.full(s, o) for s, o in zip(sizes, np.cumsum((0, *sizes[:-1])), strict=True)]).astype(np.intp)
    cost[0, np.unique(first)] = 0.0
    last = np.arange(size) - single
    for j in range(1, classes + 1):
        _layer(cost[j - 1], cost[j], choice[j], starts, stops, plan, first, last)
    return Layers(cost, choice)


def _layer(before: Floats, cost: Floats, choice: Ints, starts: Prefix, stops: Prefix, plan: tuple[Level, ...], first: Ints, last: Ints) -> None:
    for rows, left, right in plan:
        low = np.where(left >= 0, choice[left], first[rows])
        high = np.maximum(np.where(right >= 0, np.minimum(choice[right], last[rows]), last[rows]), low)
        lengths = high - low + 1
        heads = np.cumsum(lengths) - lengths
        begin = np.arange(heads[-1] + lengths[-1]) + np.repeat(low - heads, lengths)
        end = np.repeat(rows, lengths)
        count = stops.count[end] - starts.count[begin]
        costs = squares(count, stops.total[end] - starts.total[begin], stops.square[end] - starts.square[begin])
        costs[count <= 0] = 0.0
        costs += before[begin]
        costs[begin > last[end]] = np.inf
        least = np.minimum.reduceat(costs, heads)
        hits = np.flatnonzero(costs == np.repeat(least, lengths))
        cost[rows] = least
        choice[rows] = begin[hits[np.searchsorted(hits, heads)]]


@cache
def _plan(sizes: tuple[int, ...]) -> tuple[Level, ...]:
    """Places level by level, each between two of the levels above (−1 where there is none)."""
    offsets = np.cumsum((0, *sizes[:-1]))
    step = 1 << (max(sizes) - 1).bit_length()
    levels = []
    while step:
        rows, left, right = [], [], []
        for size, offset in zip(sizes, offsets, strict=True):
            places = np.arange(step - 1, size, 2 * step)
            rows.append(places + offset)
            left.append(np.where(places - step >= 0, places - step + offset, -1))
            right.append(np.where(places + step < size, places + step + offset, -1))
        if sum(map(len, rows)):
            levels.append((np.concatenate(rows), np.concatenate(left), np.concatenate(right)))
        step //= 2
    return tuple(levels)


def path(found: Layers, classes: int, end: int) -> Ints:
    """The places of the inner cuts of the best partition that ends at a place."""
    cuts = []
    for j in range(classes, 1, -1):
        end = int(found.choice[j, end])
        cuts.append(end)
    return np.array(cuts[::-1], dtype=np.intp)
