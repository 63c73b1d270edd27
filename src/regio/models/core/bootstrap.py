"""Intervals from bootstrap draws: percentile, bias-corrected (BC), and bias-corrected and accelerated (BCa)."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from regio.models.core.blocks import Array

TIED, ROUNDING = 1e-9, 1e-12  # of the spread of the draws, of the estimate: closer than this a draw counts as equal to it
ROUNDED = 12  # decimals of a share: 1 − 0.9 is not 0.1 in binary, and a whole rank would be missed
NOTHING = (float("nan"), float("nan"))


def percentile(draws: Array, level: float) -> tuple[float, float]:
    """Quantiles (1 ∓ level) / 2 of the draws (B,); two order statistics are averaged where the rank is whole, as in Stata.

    Examples
    --------
    >>> percentile(np.arange(1.0, 101.0), 0.9)
    (5.5, 95.5)
    """
    return _quantiles(draws, round((1 - level) / 2, ROUNDED), round((1 + level) / 2, ROUNDED))


def bias_corrected(draws: Array, estimate: float, level: float) -> tuple[float, float]:
    """Quantiles Φ(2 z₀ + z), z₀ = Φ⁻¹(share of draws below the estimate, ties by half); nan where every draw lies on one side."""
    return bca(draws, estimate, np.zeros(2), level)


def bca(draws: Array, estimate: float, jackknife: Array, level: float) -> tuple[float, float]:
    """Quantiles Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))), a = Σ d³ / (6 (Σ d²)^1.5), d = mean of the jackknife values (G,) less each of them.

    Efron (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association 82(397).
    """
    z0 = bias(draws, estimate)
    a = acceleration(jackknife)
    if not (np.isfinite(z0) and np.isfinite(a)):
        return NOTHING
    z = z0 + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    if (1 - a * z <= 0).any():
        return NOTHING
    low, high = ndtr(z0 + z / (1 - a * z))
    return _quantiles(draws, float(low), float(high))


def bias(draws: Array, estimate: float) -> float:
    """z₀; not finite where every draw lies on one side of the estimate."""
    near = TIED * float(np.std(draws)) + ROUNDING * abs(estimate)
    below = np.mean(draws < estimate - near) + np.mean(np.abs(draws - estimate) <= near) / 2
    return float(ndtri(below))


def acceleration(jackknife: Array) -> float:
    """Of BCa; nan where a jackknife value is missing."""
    d = jackknife.mean() - jackknife
    size = float((d**2).sum())
    return float((d**3).sum()) / (6 * size**1.5) if size != 0 else 0.0


def _quantiles(draws: Array, low: float, high: float) -> tuple[float, float]:
    found = np.quantile(draws, [low, high], method="averaged_inverted_cdf")
    return float(found[0]), float(found[1])
