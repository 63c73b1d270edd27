"""Markov chains from counts of transitions: probabilities, the ergodic distribution, mobility, tests of homogeneity. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import chdtrc, xlogy

Floats = NDArray[np.float64]
Classes = NDArray[np.intp]  # −1: not known


def count(origins: Classes, targets: Classes, k: int) -> Floats:
    """(k, k) how often a class is followed by a class; pairs with an unknown end are not counted.

    Examples
    --------
    >>> count(np.array([0, 0, 1, -1]), np.array([0, 1, 1, 1]), 2).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    known = (origins >= 0) & (targets >= 0)
    return np.bincount(origins[known] * k + targets[known], minlength=k * k).reshape(k, k).astype(float)


def probabilities(counts: Floats) -> Floats:
    """Rows that sum to one; nan for a class that is never left."""
    totals = counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(totals > 0, counts / np.where(totals > 0, totals, 1.0), np.nan)


@dataclass(frozen=True, slots=True)
class LongRun:
    """stationary: (k,), nan where it is not unique; closed: how many closed sets of classes there are; unknown: whether a class without departures can
    be reached.
    """

    stationary: Floats
    closed: int
    unknown: bool


def long_run(transition: Floats) -> LongRun:
    """The ergodic distribution: unique where exactly one set of classes is closed (never left once reached). Classes that never occur have none.

    Examples
    --------
    >>> long_run(np.array([[0.5, 0.5], [0.25, 0.75]])).stationary.round(4).tolist()
    [0.3333, 0.6667]
    """
    k = len(transition)
    nothing = np.full(k, np.nan)
    known = ~np.isnan(transition[:, 0])
    if not known.any():
        return LongRun(nothing, 0, False)
    reached = known | (np.nan_to_num(transition) > 0).any(axis=0)
    if (reached & ~known).any():
        return LongRun(nothing, 0, True)
    inside = transition[np.ix_(known, known)]
    _, label = connected_components(inside > 0, directed=True, connection="strong")
    leaves = (inside > 0) & (label[:, None] != label[None, :])
    closed = [c for c in range(int(label.max()) + 1) if not leaves[label == c].any()]
    if len(closed) != 1:
        return LongRun(nothing, len(closed), False)
    members = np.flatnonzero(label == closed[0])
    part = inside[np.ix_(members, members)]
    m = len(members)
    system = np.vstack((part.T - np.eye(m), np.ones(m)))
    share = np.linalg.lstsq(system, np.append(np.zeros(m), 1.0), rcond=None)[0]
    found = np.zeros(k)
    found[np.flatnonzero(known)[members]] = np.maximum(share, 0.0) / np.maximum(share, 0.0).sum()
    return LongRun(found, 1, False)


@dataclass(frozen=True, slots=True)
class Mobility:
    """shorrocks (k − trace)/(k − 1); determinant 1 − |det|; eigenvalue 1 − |λ₂|; half_life −ln 2/ln|λ₂| in steps, nan where |λ₂| is one."""

    shorrocks: float
    determinant: float
    eigenvalue: float
    half_life: float


def mobility(transition: Floats) -> Mobility:
    """Of the classes that occur; nan throughout where a class is never left."""
    k = len(transition)
    if k < 2 or np.isnan(transition).any():
        return Mobility(*(float("nan"),) * 4)
    moduli = np.sort(np.abs(np.linalg.eigvals(transition)))[::-1]
    second = float(moduli[1])
    half = float("nan") if second >= 1 - 1e-12 else 0.0 if second <= 1e-12 else float(-np.log(2) / np.log(second))
    return Mobility(float((k - np.trace(transition)) / (k - 1)), float(1 - abs(np.linalg.det(transition))), 1 - second, half)


def sojourn(transition: Floats) -> Floats:
    """(k,) mean number of steps that a region stays in a class, 1/(1 − p_ii); infinite where it is never left again, nan where nothing is known."""
    stay = np.diag(transition)
    with np.errstate(divide="ignore"):
        return np.where(stay >= 1, np.inf, 1 / (1 - np.where(stay >= 1, 0.0, stay)))


def first_passage(transition: Floats, stationary: Floats) -> Floats:
    """(k, k) mean number of steps from a class to the first visit of another, on the diagonal the return time; nan where the chain is not irreducible.

    Kemeny and Snell (1976), Finite Markov chains, theorem 4.4.7: M = (I − Z + E diag(Z)) diag(1/π), Z = (I − P + 1π')⁻¹.
    """
    k = len(transition)
    if np.isnan(transition).any() or not (stationary > 0).all():
        return np.full((k, k), np.nan)
    fundamental = np.linalg.inv(np.eye(k) - transition + stationary[None, :])
    found: Floats = (np.eye(k) - fundamental + np.diag(fundamental)[None, :]) / stationary[None, :]
    return found


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """lr, q: likelihood ratio and Pearson statistics, χ² with df; sparse: share of the cells compared whose expected count is below five."""

    lr: float
    lr_p: float
    q: float
    q_p: float
    df: int
    sparse: float


def homogeneity(counts: Floats) -> Homogeneity:
    """Whether several chains (m, k, k) have the same transition probabilities.

    Degrees of freedom Σ_i (a_i − 1)(b_i − 1), a_i classes that i leads to and b_i chains in which i is left: Bickenbach and Bode (2003), International Regional
    Science Review 26(3), equations 10 to 12.
    """
    pooled = counts.sum(axis=0)
    share = np.nan_to_num(probabilities(pooled))
    totals = counts.sum(axis=2)
    expected = totals[:, :, None] * share[None]
    used = expected > 0
    safe = np.where(used, expected, 1.0)
    q = float(np.where(used, (counts - expected) ** 2 / safe, 0.0).sum())
    lr = float(2 * np.where(used, xlogy(counts, np.where(counts > 0, counts, 1.0) / safe), 0.0).sum())
    df = int((((pooled > 0).sum(axis=1) - 1).clip(0) * ((totals > 0).sum(axis=0) - 1).clip(0)).sum())
    sparse = float((expected[used] < 5).mean()) if used.any() else float("nan")
    return Homogeneity(max(lr, 0.0), _tail(df, lr), q, _tail(df, q), df, sparse)


def _tail(df: int, statistic: float) -> float:
    return float(chdtrc(df, max(statistic, 0.0))) if df else float("nan")
