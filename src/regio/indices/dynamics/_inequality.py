"""Gini, Theil and Dagum: arrays in, numbers out. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

Floats = NDArray[np.float64]


def excess(x: Floats, x_weight: Floats, y: Floats, y_weight: Floats) -> float:
    """The mean of max(x − y, 0) over all pairs of one from x (n,) and one from y (m,), weighted; in (n + m) log m steps.

    Examples
    --------
    Of the pairs 3−1, 3−4, 5−1, 5−4 three are positive: (2 + 4 + 1)/4.

    >>> excess(np.array([3.0, 5.0]), np.ones(2), np.array([1.0, 4.0]), np.ones(2))
    1.75
    """
    order = np.argsort(y, kind="stable")
    values, weights = y[order], y_weight[order]
    below = np.searchsorted(values, x, side="right")
    mass = np.concatenate([np.zeros(1), np.cumsum(weights)])[below]
    total = np.concatenate([np.zeros(1), np.cumsum(weights * values)])[below]
    found = (x_weight * (x * mass - total)).sum()
    return max(float(found / (x_weight.sum() * y_weight.sum())), 0.0)


def mean(values: Floats, weights: Floats) -> float:
    return float((values * weights).sum() / weights.sum())


def gini(values: Floats, weights: Floats) -> float:
    """Half the mean absolute difference of all pairs, a unit with itself included, over the mean (n² in the denominator); nan where the mean is zero.

    Examples
    --------
    Mean absolute difference of 1 and 3 over four pairs: 1; over twice the mean: 1/4.

    >>> gini(np.array([1.0, 3.0]), np.ones(2))
    0.25
    """
    average, mass = mean(values, weights), weights.sum()
    if not average > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    y, p = values[order], weights[order] / mass
    below, total = np.cumsum(p) - p, np.cumsum(p * y) - p * y
    return max(float((p * (y * below - total)).sum()), 0.0) / average


def theil(values: Floats, weights: Floats, measure: str) -> float:
    """T = Σ p (y/μ) ln(y/μ), 0 · ln 0 = 0, or L = Σ p ln(μ/y), with p the weights' shares; nan where the mean is zero."""
    average = mean(values, weights)
    if average <= 0:
        return float("nan")
    share, relative = weights / weights.sum(), values / average
    return float((share * (xlogy(relative, relative) if measure == "t" else -np.log(relative))).sum())


@dataclass(frozen=True, slots=True)
class Split:
    """Of a Theil index, for each group: people, income: its shares of weights and of values; own: its index; within: its part of the whole."""

    total: float
    between: float
    people: Floats
    income: Floats
    own: Floats
    within: Floats


def theil_split(values: Floats, weights: Floats, groups: Sequence[NDArray[np.intp]], measure: str) -> Split:
    """Between and within groups; ``groups``: the places of each."""
    average, mass = mean(values, weights), weights.sum()
    people = np.array([weights[g].sum() / mass for g in groups])
    means = np.array([mean(values[g], weights[g]) for g in groups])
    income = people * means / average
    own = np.array([theil(values[g], weights[g], measure) for g in groups])
    factor = income if measure == "t" else people
    within = np.where(factor > 0, factor * np.where(np.isnan(own), 0.0, own), 0.0)
    between = float((people * xlogy(means / average, means / average)).sum() if measure == "t" else -(people * np.log(means / average)).sum())
    return Split(theil(values, weights, measure), between, people, income, own, within)


@dataclass(frozen=True, slots=True)
class Dagum:
    """people, income, means, own: (k,) of the groups; pair: (k, k) Gini between two groups; distance: (k, k) relative economic affluence D."""

    total: float
    within: float
    net_between: float
    transvariation: float
    people: Floats
    income: Floats
    means: Floats
    own: Floats
    pair: Floats
    distance: Floats


def dagum(values: Floats, weights: Floats, groups: Sequence[NDArray[np.intp]]) -> Dagum:
    """Dagum's decomposition of the Gini coefficient: within groups, net between groups, and transvariation.

    Notes
    -----
    With p, s the shares of units and of values and G_jj, G_jh the coefficients within and between: within = Σ_j G_jj p_j s_j; for μ_j ≥ μ_h
    d = E(y_j − y_h)⁺, p = E(y_h − y_j)⁺, D = (d − p)/(d + p), G_jh = (d + p)/(μ_j + μ_h); net between = Σ_{j>h} G_jh (p_j s_h + p_h s_j) D, and
    transvariation the same with 1 − D.
    """
    k = len(groups)
    average, mass = mean(values, weights), weights.sum()
    means = np.array([mean(values[g], weights[g]) for g in groups])
    people = np.array([weights[g].sum() / mass for g in groups])
    income = people * means / average
    pair, distance = np.zeros((k, k)), np.zeros((k, k))
    for j in range(k):
        for h in range(j + 1):
            up = excess(values[groups[j]], weights[groups[j]], values[groups[h]], weights[groups[h]])
            down = excess(values[groups[h]], weights[groups[h]], values[groups[j]], weights[groups[j]])
            both, level = up + down, means[j] + means[h]
            pair[j, h] = pair[h, j] = both / level if level > 0 else 0.0
            distance[j, h] = distance[h, j] = abs(up - down) / both if both > 0 and j != h else 0.0
    factor = np.outer(people, income)
    across = pair * (factor + factor.T)
    lower = np.tril_indices(k, -1)
    return Dagum(
        total=gini(values, weights),
        within=float((np.diag(pair) * people * income).sum()),
        net_between=float((across * distance)[lower].sum()),
        transvariation=float((across * (1 - distance))[lower].sum()),
        people=people,
        income=income,
        means=means,
        own=np.diag(pair).copy(),
        pair=pair,
        distance=distance,
    )
