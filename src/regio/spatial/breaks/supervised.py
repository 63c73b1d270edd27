"""Breaks that look at the outcome: classes of a sorted column that explain most of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from regio.spatial.breaks.profile import Floats, Ints, Profile

PLACES = 4000  # cuts that are looked at; of longer columns those at even quantiles


def robust(profile: Profile, sums: Floats, classes: Iterable[int], min_rows: int = 1) -> dict[int, Ints]:
    """Places of the inner cuts that make the sum of squares between classes as large as it can be, for each number of classes.

    ``sums`` (m + 1,) are those of the centred outcome before each value. Exact: a dynamic program over the different values, of at least ``min_rows``
    rows a class. Numbers of classes that leave no such partition are left out.
    """
    wanted = sorted(set(classes))
    places = _places(profile)
    rows, counts, totals = (np.concatenate([[0.0], np.cumsum(column)])[places] for column in (profile.rows, profile.counts, np.diff(sums)))
    width = counts[None, :] - counts[:, None]
    gain = (totals[None, :] - totals[:, None]) ** 2 / np.where(width > 0, width, 1.0)
    gain[rows[None, :] - rows[:, None] < max(min_rows, 1)] = -np.inf
    best = [gain[0]]
    for _ in range(max(wanted, default=1) - 1):
        best.append((best[-1][:, None] + gain).max(axis=0))
    found = {}
    for k in wanted:
        if np.isfinite(best[k - 1][-1]):
            end, cuts = len(places) - 1, []
            for j in range(k - 1, 0, -1):
                end = int(np.argmax(best[j - 1] + gain[:, end]))
                cuts.append(places[end])
            found[k] = np.array(cuts[::-1], dtype=np.intp)
    return found


def tree(profile: Profile, sums: Floats, classes: Iterable[int], min_rows: int = 1) -> dict[int, Ints]:
    """The same by splitting: again and again the class whose best split explains most is split (a regression tree of one variable)."""
    rows, counts = (np.concatenate([[0.0], np.cumsum(column)]) for column in (profile.rows, profile.counts))
    wanted = set(classes)
    splits = {(0, len(profile)): _best_split(rows, counts, sums, 0, len(profile), min_rows)}
    found: dict[int, Ints] = {}
    while len(splits) <= max(wanted, default=1):
        if len(splits) in wanted:
            found[len(splits)] = np.array(sorted(start for start, _ in splits if start), dtype=np.intp)
        (start, stop), (gain, cut) = max(splits.items(), key=lambda item: item[1][0])
        if not gain > 0:
            break
        del splits[start, stop]
        for part in ((start, cut), (cut, stop)):
            splits[part] = _best_split(rows, counts, sums, *part, min_rows)
    return found


def _best_split(rows: Floats, counts: Floats, sums: Floats, start: int, stop: int, min_rows: int) -> tuple[float, int]:
    """What the best split of a class adds to the sum of squares between, and its place."""
    cuts = np.arange(start + 1, stop)
    cuts = cuts[(rows[cuts] - rows[start] >= min_rows) & (rows[stop] - rows[cuts] >= min_rows)]
    if not len(cuts):
        return 0.0, start
    left, right = counts[cuts] - counts[start], counts[stop] - counts[cuts]
    gains = left * right / (left + right) * ((sums[cuts] - sums[start]) / left - (sums[stop] - sums[cuts]) / right) ** 2
    best = int(np.argmax(gains))
    return float(gains[best]), int(cuts[best])


def is_coarse(profile: Profile) -> bool:
    """Whether ``robust`` looks at some of the cuts alone."""
    return len(profile) > PLACES


def _places(profile: Profile) -> Ints:
    m = len(profile)
    if m <= PLACES:
        return np.arange(m + 1)
    last = np.cumsum(profile.rows)
    inner = np.searchsorted(last, np.linspace(0, last[-1], PLACES + 1)[1:-1]) + 1
    return np.unique(np.concatenate([[0], inner, [m]])).astype(np.intp)
