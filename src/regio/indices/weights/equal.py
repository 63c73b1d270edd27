"""Equal weights (等权). Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats, Mask
from regio.indices.weights.learnt import Learnt


def equal(constant: Mask) -> Floats:
    """(k,) the same weight for every indicator that varies and zero for the others; nan where none varies.

    Examples
    --------
    >>> equal(np.array([False, True, False])).tolist()
    [0.5, 0.0, 0.5]
    """
    varying = int((~constant).sum())
    return np.where(constant, 0.0, 1 / varying) if varying else np.full(len(constant), np.nan)


def by_number(scaled: Floats) -> Learnt:
    """Equal weights of the columns (n, k)."""
    return Learnt(equal(np.zeros(scaled.shape[1], bool)))
