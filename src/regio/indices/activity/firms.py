"""Concentration of an industry on its firms: the largest n, and the sum of squared shares. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.indices.activity.reading import Activity, Ints
from regio.indices.scale import Floats


@dataclass(frozen=True, slots=True)
class Firms:
    """For each group of firms: ``count`` above zero, ``total``, ``top`` (the largest n), ``squares`` (of amounts)."""

    count: Ints
    total: Floats
    top: Floats
    squares: Floats


def grouped(group: Ints, amount: Floats, groups: int, top: int) -> Firms:
    """Firms (m,) by group. Those without any amount are no firms."""
    above = amount > 0
    group, amount = group[above], amount[above]
    order = np.lexsort((-amount, group))
    group, amount = group[order], amount[order]
    count = np.bincount(group, minlength=groups)
    place = np.arange(len(group)) - (np.cumsum(count) - count)[group]
    first = place < top
    sums = (np.bincount(at, number, groups).astype(np.float64) for at, number in ((group, amount), (group[first], amount[first]), (group, amount**2)))
    return Firms(count, *sums)


def in_regions(activity: Activity, top: int) -> Firms:
    """By region, period and industry that is asked about: arrays (R, P, K')."""
    return _shaped(activity, activity.place, activity.shape[:2], top)


def in_nation(activity: Activity, top: int) -> Firms:
    """By period and industry that is asked about: arrays (P, K')."""
    return _shaped(activity, activity.place % activity.shape[1], activity.shape[1:2], top)


def _shaped(activity: Activity, place: Ints, shape: tuple[int, ...], top: int) -> Firms:
    asked = activity.asked
    mine = activity.industry < asked
    found = grouped((place * asked + activity.industry)[mine], activity.amount[mine], int(np.prod(shape)) * asked, top)
    shape = (*shape, asked)
    return Firms(found.count.reshape(shape), found.total.reshape(shape), found.top.reshape(shape), found.squares.reshape(shape))


def denominators(activity: Activity, denominator: str, firms: Firms) -> tuple[Floats, Floats]:
    """What amounts are divided by, in regions (R, P, K') and in the nation (P, K')."""
    nation = firms.total.sum(axis=0)
    if denominator == "all":
        here = activity.sums().sum(axis=2, keepdims=True)
        return np.broadcast_to(here, firms.total.shape), np.broadcast_to(here.sum(axis=0), nation.shape)
    return (np.broadcast_to(nation, firms.total.shape) if denominator == "nation" else firms.total), nation


def ratio(part: Floats, whole: Floats, count: Ints) -> Floats:
    """part/whole; nan where there is no firm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(count > 0, part / whole, np.nan)
    return found


def normalised(herfindahl: Floats, count: Ints) -> Floats:
    """(H − 1/n)/(1 − 1/n), 0 for equal firms and 1 for one that has all; nan for a single firm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(count > 1, (herfindahl - 1 / count) / (1 - 1 / count), np.nan)
    return found
