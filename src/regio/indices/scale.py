"""Indicators on one scale, turned so that more is better (无量纲化). Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDING = 4 * np.finfo(np.float64).eps  # a relative range below this is rounding in the source, not variation


@dataclass(frozen=True, slots=True)
class Scaled:
    """``values`` (N, k) in [0, 1], a column of zeros where the indicator is constant; ``low``, ``high`` (k,) bounds in raw units;
    ``constant`` (k,).
    """

    values: Floats
    low: Floats
    high: Floats
    constant: NDArray[np.bool_]


def min_max(values: Floats, negative: NDArray[np.bool_]) -> Scaled:
    """Min-max scaling by direction.

    Parameters
    ----------
    values : (N, k), finite; columns that are contiguous in memory are fastest
    negative : (k,), True where less is better

    Returns
    -------
    Scaled
        z = (x − min)/(max − min) for a positive and (max − x)/(max − min) for a negative indicator

    Examples
    --------
    >>> min_max(np.array([[1.0, 8.0], [3.0, 2.0], [5.0, 6.0]]), np.array([False, True])).values.round(3).tolist()
    [[0.0, 0.0], [0.5, 1.0], [1.0, 0.333]]
    """
    low, high = values.min(axis=0), values.max(axis=0)
    constant = is_constant(low, high)
    scaled = np.zeros(values.shape, order="F")
    for j in np.flatnonzero(~constant):
        scaled_column(values[:, j], low[j], high[j], bool(negative[j]), out=scaled[:, j])
    return Scaled(scaled, low, high, constant)


def scaled_column(column: Floats, low: float, high: float, negative: bool, out: Floats | None = None) -> Floats:
    """One column (N,) between bounds that differ, to [0, 1]."""
    with np.errstate(over="ignore"):
        factor = 1.0 if np.isfinite(np.float64(high) - np.float64(low)) else 0.5  # a range wider than the largest float: halves are compared
    bottom, top = factor * low, factor * high
    scaled: Floats = np.multiply(column, factor, out=out)
    np.subtract(top, scaled, out=scaled) if negative else np.subtract(scaled, bottom, out=scaled)
    np.divide(scaled, top - bottom, out=scaled)
    return scaled


def is_constant(low: Floats | np.float64, high: Floats | np.float64) -> NDArray[np.bool_]:
    """True where a column with these bounds does not vary beyond rounding; (k,) for bounds (k,)."""
    return np.asarray(high / 2 - low / 2 <= ROUNDING / 2 * np.maximum(np.abs(low), np.abs(high)))
