"""Coupling degree C, development T, coordination degree D, grades, relative development and obstacles. Pure functions of systems U (n, s) in [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regio.indices.scale import Floats

Form = Literal["standard", "wang2021", "fan"]
EDGES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])  # where a grade begins; the last one ends at 1 and has it
DECIMALS = 9  # a degree is rounded to these before it is graded, so that 0.7 less rounding is 0.7
BEHIND, AHEAD = 0.8, 1.2  # of one system to the other: between them they develop together


def coupling_degree(u: Floats, form: Form) -> Floats:
    """C (n,); 0 where every system is zero.

    standard: geometric over arithmetic mean. wang2021: √((1 − mean |u_i − u_j|) (Π u_i/max u)^(1/(s − 1))). fan: 1 − 2 SD, divisor s.

    Examples
    --------
    >>> u = np.array([[0.16, 0.36]])
    >>> [coupling_degree(u, form).round(3).item() for form in ("standard", "wang2021", "fan")]
    [0.923, 0.596, 0.8]
    """
    systems = u.shape[1]
    high = u.max(axis=1)
    nothing = high == 0
    relative = u / np.where(nothing, 1.0, high)[:, None]  # products of small numbers keep their digits
    if form == "standard":
        c = relative.prod(axis=1) ** (1 / systems) / np.where(nothing, 1.0, relative.mean(axis=1))
    elif form == "wang2021":
        c = np.sqrt((1 - _mean_gap(u)) * relative.prod(axis=1) ** (1 / (systems - 1)))
    else:
        c = 1 - 2 * u.std(axis=1)
    return np.where(nothing, 0.0, np.clip(c, 0.0, 1.0))


def coordination_degree(u: Floats, form: Form) -> Floats:
    """D (n,) = √(C T) with equal weights."""
    s = u.shape[1]
    found: Floats = np.sqrt(coupling_degree(u, form) * (u @ np.full(s, 1 / s)))
    return found


def _mean_gap(u: Floats) -> Floats:
    """(n,) mean of |u_i − u_j| over pairs, from the sorted values."""
    s = u.shape[1]
    signs = 2 * np.arange(s) - (s - 1)
    return np.asarray((np.sort(u, axis=1) * signs).sum(axis=1) / (s * (s - 1) / 2))


def grades(d: Floats) -> NDArray[np.int64]:
    """1 to 10: ten equal steps, the lower bound included, the last one closed at 1.

    Examples
    --------
    >>> grades(np.array([0.0, 0.1, 0.7 - 1e-12, 0.95, 1.0])).tolist()
    [1, 2, 8, 10, 10]
    """
    return np.searchsorted(EDGES, np.round(d, DECIMALS), side="right").astype(np.int64) + 1


def relative_development(u: Floats, names: Sequence[str]) -> list[str]:
    """``synchronous``, the name of the system that lags followed by ``_lags``, or ``undefined`` where every system is zero (相对发展类型).

    Two systems: by u_1/u_2, below 0.8 and above 1.2. More: the lowest one lags where it is below 0.8 of the highest.
    """
    low, high = u.argmin(axis=1), u.max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if u.shape[1] == 2:
            ratio = np.round(u[:, 0] / u[:, 1], DECIMALS)
            lags = np.where(ratio < BEHIND, 0, np.where(ratio > AHEAD, 1, -1))
        else:
            lags = np.where(np.round(u.min(axis=1) / high, DECIMALS) < BEHIND, low, -1)
    found = ["synchronous" if j < 0 else f"{names[j]}_lags" for j in lags.tolist()]
    return ["undefined" if top == 0 else name for name, top in zip(found, high.tolist(), strict=True)]


def obstacles(u: Floats, weights: Floats) -> Floats:
    """(n, s) obstacle degrees a_i (1 − u_i)/Σ a (1 − u), which sum to one; nan where every system is one (障碍度)."""
    lack = weights * (1 - u)
    total = lack.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, lack / total, np.nan))
