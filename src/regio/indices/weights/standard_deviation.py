"""Weights by standard deviation (标准差法). A pure function."""

from __future__ import annotations

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares


def standard_deviation(scaled: Floats) -> Learnt:
    """Weights in proportion to the standard deviations of the scaled values (n, k); the divisor cancels.

    Examples
    --------
    >>> import numpy as np
    >>> standard_deviation(np.array([[0.0, 0.5], [1.0, 1.0]])).weights.round(6).tolist()
    [0.666667, 0.333333]
    """
    spread = scaled.std(axis=0)
    return Learnt(shares(spread), {"spread": spread})
