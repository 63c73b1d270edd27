"""Equal weights (等权). A pure function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def equal(constant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(k,) the same weight for every indicator that varies and zero for the others; nan where none varies.

    Examples
    --------
    >>> equal(np.array([False, True, False])).tolist()
    [0.5, 0.0, 0.5]
    """
    varying = int((~constant).sum())
    return np.where(constant, 0.0, 1 / varying) if varying else np.full(len(constant), np.nan)
