"""Leaps in time: cells, regions and periods in which a variable does not move as it usually does. Numbers in, places out.

A change is the difference of logs from one period to the next, or of levels where a value is not positive. Its usual size is robust: the median
over regions is taken off in each period, and what is left is measured by 1.4826·MAD (the median absolute deviation; Hampel 1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

MAD = 1.4826  # makes the median absolute deviation of normal values their standard deviation
SPIKE = 6.0  # usual sizes that a change up and the change back must both exceed
SURE = 20.0  # usual sizes above which a spike is no matter of taste
LEAST = log(1.2)  # a smaller leap is within what weather, a big project or a revised survey does
BACK = 0.25  # of the smaller one: how far the change back may miss the level before
GRAINS = 10  # a leap of fewer rounding units is rounding
BREAK = 6.0  # usual sizes that the median change of a period must exceed
LASTING = 0.33  # of the change: a neighbouring change this large in the same direction means a movement over several periods
BACK_NEXT = 0.5  # of the change: as much back in the next period means a shock that passed
SPREAD = 3.0  # times as wide as usual: spread over regions of the changes of a period
POWERS = (1, 2, 3, 4, 8)  # of ten: hundred, thousand, ten thousand (万) and a hundred million (亿)
NEAR_POWER = 0.04  # in log10, 10 percent, for ten; twice that for a hundred and so on up to three times: by chance they are rarer
STEADY = 3.0  # robust standard deviations of the log of that spread which it must exceed too: else there is no usual spread
FEW_REGIONS, FEW_CHANGES = 5, 5  # below these there is no median over regions, and no usual range over periods
MANY_REGIONS = 20  # for a spread over regions
COPIED, RARELY = 0.9, 0.2  # share of regions whose value is that of the period before: in a copied period, and in any other


@dataclass(frozen=True, slots=True)
class Leap:
    """``region`` and ``period`` are rows and columns of the matrix, −1 where it is about all of them. ``factor``: how many times the usual value
    (nan in levels); ``power``: of ten, where the factor is near one, else 0; ``size``: in usual sizes; ``other``: the region whose value fits.
    """

    region: int
    period: int
    factor: float
    size: float
    power: int = 0
    other: int = -1


@dataclass(frozen=True, slots=True)
class Moves:
    """Changes of a variable (regions × periods − 1): ``own`` is less the median of its period, ``usual`` the size that is usual for the region and
    the period. ``logs``: whether they are differences of logs.
    """

    values: Matrix
    logs: bool
    changes: Matrix
    common: Matrix
    own: Matrix
    usual: Matrix
    noise: float


def median(values: Matrix, axis: int | None = None) -> Matrix:
    """The median without missing values; nan where there are none."""
    if axis is None:
        values, axis = values.ravel(), 0
    if not values.shape[axis]:
        return np.full(np.delete(values.shape, axis), np.nan)
    ordered = np.sort(values, axis=axis)  # missing values last
    n = np.isfinite(values).sum(axis=axis, keepdims=True)
    low, high = (np.take_along_axis(ordered, k, axis) for k in (np.maximum(n - 1, 0) // 2, np.minimum(n // 2, values.shape[axis] - 1)))
    return np.asarray(((low + high) / 2).squeeze(axis))


def moves(values: Matrix) -> Moves | None:
    """The changes of one variable. None where there are too few, or where most changes are nothing, so that there is no usual size.

    Parameters
    ----------
    values : (regions, periods) in the order of time, nan where there is none
    """
    found = values[np.isfinite(values)]
    if values.shape[1] < 3 or not found.size:
        return None
    logs = bool((found > 0).all())
    changes = np.diff(np.log(values) if logs else values, axis=1)
    if np.isfinite(changes).sum() < FEW_CHANGES:
        return None
    enough = np.isfinite(changes).sum(axis=0) >= FEW_REGIONS
    common = np.where(enough, median(changes, 0), median(changes))
    own = changes - common
    noise = MAD * float(median(np.abs(own)))
    if noise == 0:
        return None
    of_region = MAD * median(np.abs(own - median(own, 1)[:, None]), 1)[:, None]
    of_period = np.where(enough, MAD * median(np.abs(own), 0), 0.0)
    usual = np.fmax(np.fmax(of_region, of_period), noise)
    return Moves(values, logs, changes, common, own, usual, noise)


def spikes(m: Moves) -> list[Leap]:
    """Cells that leave the path of their region and are back in the next period: both changes exceed ``SPIKE`` usual sizes, the smaller one is at
    least ``LEAST`` (in levels: of the region's median), and they cancel out but for ``BACK``. Of two in a row the larger one counts.
    """
    there, back = m.own[:, :-1], m.own[:, 1:]
    with np.errstate(invalid="ignore"):
        size = np.minimum(np.abs(there) / m.usual[:, :-1], np.abs(back) / m.usual[:, 1:])
        least = np.minimum(np.abs(there), np.abs(back))
        floor = LEAST if m.logs else (np.exp(LEAST) - 1) * median(np.abs(m.values), 1)[:, None]
        coarse = np.abs(np.diff(m.values, axis=1)) < GRAINS * _grain(m.values)
        size = np.where((there * back < 0) & (least >= floor) & (np.abs(there + back) <= BACK * least) & ~coarse[:, :-1] & ~coarse[:, 1:], size, 0.0)
    edge = np.zeros((len(size), 1))
    neighbours = np.maximum(np.hstack([edge, size[:, :-1]]), np.hstack([size[:, 1:], edge]))
    found = np.argwhere((size > SPIKE) & (size > neighbours))
    leaps = [_leap(m, int(i), int(j) + 1, float(there[i, j] - back[i, j]) / 2, float(size[i, j])) for i, j in found]
    return [_exchanged(m, leap, leaps) for leap in leaps]


def shifts(m: Moves) -> list[Leap]:
    """Regions whose level changes by a power of ten and stays there, as when one region's table turns to another unit."""
    if not m.logs:
        return []
    back = np.hstack([m.own[:, 1:], np.zeros((len(m.own), 1))])
    before = np.hstack([np.zeros((len(m.own), 1)), m.own[:, :-1]])
    with np.errstate(invalid="ignore"):
        large = (np.abs(m.own) > SPIKE * m.usual) & ~_undone(m.own, back) & ~_undone(m.own, before)
    leaps = [_leap(m, int(i), int(j) + 1, float(m.own[i, j]), float(np.abs(m.own[i, j]) / m.usual[i, j])) for i, j in np.argwhere(large)]
    return [leap for leap in leaps if leap.power]


def _undone(change: Matrix, other: Matrix) -> NDArray[np.bool_]:
    return np.asarray(change * other < 0) & np.asarray(np.abs(other) > BACK_NEXT * np.abs(change))


def breaks(m: Moves) -> list[Leap]:
    """Periods in which the median over regions leaves its usual range: by ``BREAK`` usual sizes and at least ``LEAST``, in one period (no
    neighbouring change follows it) and for good (it does not come back). A power of ten counts at any rate.
    """
    enough = np.isfinite(m.changes).sum(axis=0) >= FEW_REGIONS
    if not m.logs or not enough.any():
        return []
    common = np.where(enough, m.common, np.nan)
    few = enough.sum() < FEW_CHANGES
    centre = 0.0 if few else float(median(common))
    away = common - centre
    usual = m.noise if few else max(m.noise, MAD * float(median(np.abs(away))))
    leaps = []
    with np.errstate(invalid="ignore"):
        found = np.flatnonzero(np.abs(away) > np.maximum(BREAK * usual, LEAST))
    for j in found.tolist():
        leap = _leap(m, -1, j + 1, float(away[j]), float(abs(away[j]) / usual))
        beside = [away[k] / away[j] for k in (j - 1, j + 1) if 0 <= k < len(away)]
        passing = any(ratio > LASTING or ratio < -BACK_NEXT for ratio in beside)
        if leap.power or not (few or passing):
            leaps.append(leap)
    return leaps


def revisions(m: Moves, known: list[Leap]) -> list[Leap]:
    """Periods in which regions change unlike one another: the changes spread ``SPREAD`` times as widely as usually (more where the change itself is
    larger than usual), as where two editions of a series were joined, and ``STEADY`` robust standard deviations. Periods of a known break are left out.
    """
    enough = np.isfinite(m.changes).sum(axis=0) >= MANY_REGIONS
    if not m.logs or enough.sum() < FEW_CHANGES + 1:
        return []
    spread = np.where(enough, MAD * median(np.abs(m.own), 0), np.nan)
    usual, centre = float(median(spread)), float(median(np.abs(m.common)))
    if usual == 0:
        return []
    times = spread / (usual * np.fmax(1.0, np.abs(m.common) / centre if centre else 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(times)
    middle = float(median(logs))
    times[logs - middle < STEADY * MAD * float(median(np.abs(logs - middle)))] = 0.0
    skipped = {leap.period for leap in known}
    return [Leap(-1, j + 1, float("nan"), float(times[j])) for j in np.flatnonzero(times > SPREAD).tolist() if j + 1 not in skipped]


def copies(values: Matrix) -> list[Leap]:
    """Periods in which nearly every region has the value of the period before, where that is rare otherwise. Zeros do not count."""
    if values.shape[1] < 3:
        return []
    both = np.isfinite(values[:, 1:]) & np.isfinite(values[:, :-1]) & (values[:, 1:] != 0)
    n = both.sum(axis=0)
    share = np.where(n >= MANY_REGIONS, ((values[:, 1:] == values[:, :-1]) & both).sum(axis=0) / np.maximum(n, 1), np.nan)
    found = np.flatnonzero(share >= COPIED)
    rest = np.delete(share, found)
    if not np.isfinite(rest).any() or not np.nanmax(rest) <= RARELY:
        return []
    return [Leap(-1, int(j) + 1, float("nan"), float(share[j])) for j in found]


def _grain(values: Matrix) -> float:
    """The unit to which a variable is rounded, as its smallest step shows."""
    steps = np.diff(np.unique(values[np.isfinite(values)]))
    return float(steps.min()) if steps.size else 0.0


def _leap(m: Moves, region: int, period: int, change: float, size: float) -> Leap:
    if not m.logs:
        return Leap(region, period, float("nan"), size)
    tens = abs(change) / log(10)
    power = next((k for k in POWERS if abs(tens - k) <= NEAR_POWER * min(k, 3)), 0)
    return Leap(region, period, float(np.exp(change)), size, power if change > 0 else -power)


def _exchanged(m: Moves, leap: Leap, leaps: list[Leap]) -> Leap:
    """The leap with the region whose value of that period would fit here while this one's would fit there."""
    for other in leaps:
        if other.period == leap.period and other.region != leap.region and _fits(m, leap, other) and _fits(m, other, leap):
            return Leap(leap.region, leap.period, leap.factor, leap.size, leap.power, other.region)
    return leap


def _fits(m: Moves, place: Leap, other: Leap) -> bool:
    """Whether the other region's value lies between the neighbours in time of this place, but for what is usual."""
    series = np.log(m.values) if m.logs else m.values
    around = series[place.region, [place.period - 1, place.period + 1]]
    value, room = series[other.region, place.period], SPIKE * m.noise
    return bool(around.min() - room <= value <= around.max() + room)
