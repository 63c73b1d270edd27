"""Pearson correlations; deviations are taken from the mean first, and once more, so that large offsets do no harm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from regio.models.core.solve import ROUNDING

Array = NDArray[np.float64]


def in_unit_range(values: Array) -> Array:
    """The columns (n, k) divided by powers of two that bring them between −1 and 1: no digit changes, and no square overflows."""
    exponents = np.frexp(np.abs(values).max(0, initial=0.0))[1]
    scaled: Array = np.ldexp(values, -exponents)
    return scaled


def standardised(values: Array) -> tuple[Array, NDArray[np.bool_]]:
    """(n, k) deviations from the column means divided by their root sum of squares, and which columns (k,) vary at all.

    A range that is rounding beside the size of the column counts as no variation; such a column comes back as zeros.
    """
    scaled = in_unit_range(values)
    deviations = in_unit_range(scaled - scaled.mean(0))
    deviations -= deviations.mean(0)  # the mean of a large offset is itself rounded
    squares = (deviations**2).sum(0)
    varying = np.ptp(scaled, axis=0) ** 2 > ROUNDING * (scaled**2).mean(0)
    return np.where(varying, deviations / np.sqrt(np.where(varying, squares, 1.0)), 0.0), varying


def pearson(scores: Array) -> tuple[Array, Array]:
    """(k, k) correlations of standardised columns (n, k), and their two-sided p-values from t with n − 2 degrees of freedom.

    p-values on the diagonal are missing: nothing is tested there.
    """
    n, k = scores.shape
    r = scores.T @ scores
    r = np.clip((r + r.T) / 2, -1.0, 1.0)
    np.fill_diagonal(r, 1.0)
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt((n - 2) / ((1 - r) * (1 + r)))
    p = 2 * stdtr(n - 2, -t)
    p[np.diag_indices(k)] = np.nan
    return r, p
