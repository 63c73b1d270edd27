"""New columns out of old ones: numbers only. Missing cells stay missing."""

from __future__ import annotations

import numpy as np

from regio.preparing._cells import Floats, Ints, Mask


def shifted(values: Floats, regions: Ints, ticks: Ints, by: int) -> Floats:
    """(n,) the value of the same region ``by`` periods earlier (later where negative); nan where the region has no row of that period."""
    order = np.lexsort((ticks, regions))
    x, group, tick = values[order], regions[order], ticks[order]
    found = np.full(len(x), np.nan)
    far = abs(by)
    for rows in range(1, min(far, len(x) - 1) + 1):  # periods without a row bring the one that is wanted nearer
        early, late = slice(None, -rows), slice(rows, None)
        match = (group[late] == group[early]) & (tick[late] - tick[early] == far)
        here, there = (late, early) if by > 0 else (early, late)
        found[here] = np.where(match, x[there], found[here])
    back = np.empty_like(found)
    back[order] = found
    return back


def standardised(values: Floats, groups: Ints) -> tuple[Floats, Mask]:
    """(n,) z = (x − mean) / SD, SD with divisor n − 1, inside each group; and the rows of groups that have no spread, where z is nan.

    groups : (n,) −1 where a row has no group, and so no z
    """
    known = ~np.isnan(values) & (groups >= 0)
    n_groups = int(groups.max(initial=-1)) + 1
    z, flat = np.full(len(values), np.nan), np.zeros(len(values), dtype=bool)
    at, x = groups[known], values[known]
    counts = np.bincount(at, minlength=n_groups)
    least, most = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
    np.minimum.at(least, at, x)
    np.maximum.at(most, at, x)
    with np.errstate(all="ignore"):
        means = np.bincount(at, x, n_groups) / counts
        deviations = x - means[at]
        deviations = deviations - (np.bincount(at, deviations, n_groups) / counts)[at]  # a large offset leaves a rounding in the mean
        sd = np.sqrt(np.bincount(at, deviations**2, n_groups) / (counts - 1))
        spread = most > least
        z[known] = np.where(spread[at], deviations / sd[at], np.nan)
    flat[known] = ~spread[at]
    return z, flat
