"""Driscoll-Kraay errors: sums of scores by period, and of their products over periods that lie close together."""

from __future__ import annotations

import numpy as np

from regio.models.core.blocks import Array


def kernel_lags(lags: int | None, periods: int) -> int:
    """The number of lags: as given, else floor(4 (T/100)^(2/9)), at most T − 1.

    Examples
    --------
    >>> [kernel_lags(None, periods) for periods in (7, 17, 40, 100)]
    [2, 2, 3, 4]
    """
    return min(int(np.floor(4 * (periods / 100) ** (2 / 9))) if lags is None else lags, periods - 1)


def bartlett(sums: Array, lags: int) -> Array:
    """(m, m) Γ₀ + Σ_l (1 − l/(lags + 1)) (Γ_l + Γ_l') with Γ_l = Σ_t h_t h_{t−l}'; sums: h, (T, m) in the order of the periods.

    Examples
    --------
    >>> bartlett(np.array([[1.0], [2.0], [4.0]]), 1).tolist()
    [[31.0]]
    """
    meat: Array = sums.T @ sums
    for lag in range(1, lags + 1):
        product = sums[lag:].T @ sums[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (product + product.T)
    return meat
