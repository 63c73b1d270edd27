"""From moments to rows: a panel that has exactly these means and cross products, with the printed least, median and greatest values.

Two projections by turns: each variable to its printed order statistics, all of them to the moments by the linear map that
changes least. It ends on the moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.aims import Aims
from regio.calibrating.moments import Moments

Array = NDArray[np.float64]
ROUNDS = 1500
TRIES = 30
LOOK, HOPE = 40, 0.5  # every so many rounds the worst must have fallen to this share
CLOSE = 0.6  # of half a unit of the last digit: near enough for least, median and greatest values
FAR = 3.0  # standard deviations from the mean that values without a printed limit should not exceed
ABOVE = 0.4  # half units of the last digit of its row
OVER = 1.8  # of a step to the order statistics: half the rounds of 1.0
EMPTY = 1e-14  # eigenvalues below this share of the largest are none
TREND = 0.5  # correlation of values within regions with time, at the start


@dataclass(frozen=True, slots=True)
class Limits:
    """Least, median and greatest value of each variable (V,), NaN where not printed, and half a unit of their last digits (3, V); floor, roof: what
    values should stay between in any case.
    """

    least: Array
    median: Array
    greatest: Array
    half: Array
    floor: Array
    roof: Array


def limits_of(aims: Aims, moments: Moments, scale: Array) -> Limits:
    size = len(aims.variables)
    values, half = np.full((3, size), np.nan), np.ones((3, size))
    for v, three in aims.order.items():
        for which, limits in enumerate(three):
            if limits is not None:
                values[which, v], half[which, v] = limits.middle / scale[v], limits.width / 2 / scale[v]
                if which == 0 and limits.middle == 0:  # a least value printed as 0 is above it rather than below
                    own = min(i.width for i in three if i is not None) / 2 / scale[v]
                    values[which, v], half[which, v] = ABOVE * own, ABOVE * own
    far = FAR * np.sqrt(np.diag(moments.total) / moments.counts.sum())
    floor = np.where(np.isnan(values[0]), moments.mean - far, values[0])
    return Limits(values[0], values[1], values[2], half, floor, np.where(np.isnan(values[2]), moments.mean + far, values[2]))


def rows_of(aims: Aims, moments: Moments, scale: Array, random: np.random.Generator, tries: int = TRIES) -> tuple[Array, float]:
    """The rows (n, V) in units of the print, and the worst order statistic in half units of its last digit; draws that get nowhere are drawn again."""
    limits, place = limits_of(aims, moments, scale), Place(aims)
    shape = Shape(moments, place)
    best, nearest = np.empty(0), np.inf
    for _ in range(tries):
        x, off = _settled(begin(aims, moments, limits, place, random), shape, limits)
        if off < nearest or not len(best):
            best, nearest = x, off
        if off < 1:
            break
    return shape.project(best) * scale, nearest


def _settled(x: Array, shape: Shape, limits: Limits) -> tuple[Array, float]:
    """The two projections by turns."""
    x = shape.project(x)
    best, nearest, before = x, np.inf, np.inf
    for round_ in range(ROUNDS):
        order = np.argsort(x, axis=0)
        y = np.take_along_axis(x, order, axis=0)
        off = violation(y, limits)
        if off < nearest:
            best, nearest = x, off
        if off < CLOSE:
            break
        if round_ % LOOK == LOOK - 1:
            if nearest > HOPE * before:
                break
            before = nearest
        moved = np.empty_like(x)
        np.put_along_axis(moved, order, ordered(y, limits), axis=0)
        x = shape.project(x + OVER * (moved - x))
    return best, nearest


class Place:
    """Which region and group each row is of."""

    def __init__(self, aims: Aims) -> None:
        self.periods = len(aims.periods)
        counts = [g.regions for g in aims.groups]
        self.group_of_region = np.repeat(np.arange(len(counts)), counts)
        self.region = np.repeat(np.arange(len(self.group_of_region)), self.periods)
        self.group = self.group_of_region[self.region]


def begin(aims: Aims, m: Moments, limits: Limits, place: Place, random: np.random.Generator) -> Array:
    """Region effects as skewed as the order statistics suggest, a common trend, and noise."""
    size, regions = len(m.mean), len(place.group_of_region)
    spread = np.sqrt(np.maximum(np.diag(m.total) / m.counts.sum(), 1e-12))
    with np.errstate(all="ignore"):
        skew = np.nan_to_num(np.clip(np.log((limits.greatest - m.mean) / (m.mean - limits.least)) / 2, 0.0, 1.2))
    z = random.standard_normal((regions, size)) @ root(_correlation(m.between)).T
    shaped = np.where(skew > 0, np.expm1(skew * z) / np.where(skew > 0, skew, 1.0), z)
    x = (m.means[place.group_of_region] + spread * shaped)[place.region]
    trend = np.tile(np.linspace(-1.5, 1.5, place.periods), regions)[:, None]
    level = np.clip(np.abs(x - np.nan_to_num(limits.least)) / (np.abs(m.mean - np.nan_to_num(limits.least)) + 1e-9), 0.3, 3.0)
    level = np.where(skew > 0, level, 1.0)
    noise = TREND * trend + np.sqrt(1 - TREND**2) * random.standard_normal(x.shape)
    inside = np.sqrt(np.diagonal(m.within, axis1=1, axis2=2) / m.counts[:, None])[place.group]
    return np.asarray(x + noise * inside * level)


def _correlation(m: Array) -> Array:
    scale = np.sqrt(np.maximum(np.diag(m), 1e-12))
    return np.asarray(m / np.outer(scale, scale))


def root(m: Array) -> Array:
    w, v = np.linalg.eigh(m)
    return np.asarray((v * np.sqrt(np.maximum(w, 0))) @ v.T)


class Shape:
    """The projection onto moments: for the rows of each group, and for the means of regions, the linear map A that changes them least among those
    with A′SA = T, which is T^½ (T^½ S T^½)^-½ T^½, S being their cross products and T those that are wanted.
    """

    def __init__(self, m: Moments, place: Place) -> None:
        self.place, self.means = place, m.means[place.group_of_region]
        targets = np.concatenate([m.within, m.between[None]])
        scale = np.sqrt(np.maximum(np.diagonal(targets, axis1=1, axis2=2), 1e-300))
        half = np.array([root(t / np.outer(s, s)) for t, s in zip(targets, scale, strict=True)])
        self.into, self.back = half / scale[:, :, None], half * scale[:, None, :]
        ends = np.cumsum([0, *np.bincount(place.group_of_region)])
        self.groups = [slice(a, b) for a, b in pairwise(ends)]

    def project(self, x: Array) -> Array:
        """The rows (n, V) with exactly these moments."""
        periods, size = self.place.periods, x.shape[1]
        inside = x.reshape(-1, periods, size)
        regions = inside.mean(1)
        inside = inside - regions[:, None]
        between = np.concatenate([regions[g] - regions[g].mean(0) for g in self.groups])
        rows = [inside[g].reshape(-1, size) for g in self.groups]
        maps = self._maps(np.array([*(r.T @ r for r in rows), periods * between.T @ between]))
        out = np.concatenate([r @ a for r, a in zip(rows, maps, strict=False)]).reshape(inside.shape)
        return np.asarray((out + (self.means + between @ maps[-1])[:, None]).reshape(x.shape))

    def _maps(self, products: Array) -> Array:
        w, v = np.linalg.eigh(self.into.swapaxes(1, 2) @ products @ self.into)
        kept = w > EMPTY * w[:, -1:]
        inverse = np.where(kept, 1 / np.sqrt(np.where(kept, w, 1.0)), 0.0)
        return np.asarray(self.into @ (v * inverse[:, None]) @ v.swapaxes(1, 2) @ self.back)


def ordered(y: Array, limits: Limits) -> Array:
    """The nearest columns in rising order with the printed least, median and greatest values; y: (n, V), rising."""
    n = len(y)
    low, high = (n - 1) // 2, n // 2
    known = ~np.isnan(limits.median)
    y = y.copy()
    y[: low + 1, known] = np.minimum(y[: low + 1, known], limits.median[known])
    y[high:, known] = np.maximum(y[high:, known], limits.median[known])
    y[low : high + 1, known] = limits.median[known]
    y = np.clip(y, limits.floor, limits.roof)
    y[0] = np.where(np.isnan(limits.least), y[0], limits.least)
    y[-1] = np.where(np.isnan(limits.greatest), y[-1], limits.greatest)
    return y


def violation(y: Array, limits: Limits) -> float:
    """The worst order statistic of columns in rising order, in half units of its last digit."""
    median = (y[(len(y) - 1) // 2] + y[len(y) // 2]) / 2
    three = np.array([y[0] - limits.least, median - limits.median, y[-1] - limits.greatest]) / limits.half
    return float(np.nanmax(np.abs(three), initial=0.0))
