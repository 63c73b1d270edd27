"""Weights by coefficient of variation (变异系数法). A pure function."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares


def coefficient_of_variation(scaled: Floats) -> Learnt:
    """Weights in proportion to V_j = σ_j / mean_j of the scaled values (n, k), which are not negative; σ with divisor n.

    Examples
    --------
    V is 0.5/0.5 = 1 and 0.25/0.75 = 1/3.

    >>> coefficient_of_variation(np.array([[0.0, 0.5], [1.0, 1.0]])).weights.round(6).tolist()
    [0.75, 0.25]
    """
    mean = scaled.mean(axis=0)
    variation = np.divide(scaled.std(axis=0), mean, out=np.zeros(len(mean)), where=mean > 0)
    return Learnt(shares(variation), {"variation": variation})
