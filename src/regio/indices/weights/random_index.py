"""The random index of AHP (平均随机一致性指标): the mean consistency index of random judgement matrices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

SAATY: Mapping[int, float] = dict(zip(range(1, 16), (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59), strict=True))
JUDGEMENTS = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
PRECISION = 1e-10  # relative, of an eigenvalue by powers
DRAWS = 2000
BATCH = 250
SIMULATED: Mapping[int, tuple[float, float]] = {  # ``simulated(n, draws=20_000, seed=1)``: mean, standard error
    16: (1.59442, 0.00084),
    17: (1.60567, 0.00078),
    18: (1.61461, 0.00073),
    19: (1.62280, 0.00069),
    20: (1.62967, 0.00065),
    21: (1.63570, 0.00062),
    22: (1.64111, 0.00058),
    23: (1.64691, 0.00055),
    24: (1.65100, 0.00053),
    25: (1.65578, 0.00051),
    26: (1.65948, 0.00048),
    27: (1.66382, 0.00047),
    28: (1.66662, 0.00045),
    29: (1.66944, 0.00043),
    30: (1.67250, 0.00041),
    31: (1.67523, 0.00040),
    32: (1.67776, 0.00039),
    33: (1.68079, 0.00037),
    34: (1.68275, 0.00036),
    35: (1.68502, 0.00035),
    36: (1.68637, 0.00034),
    37: (1.68906, 0.00033),
    38: (1.69065, 0.00033),
    39: (1.69162, 0.00031),
    40: (1.69367, 0.00031),
}


def random_index(n: int) -> tuple[float, float]:
    """The random index of n indicators and its Monte Carlo standard error: Saaty's table to 15 (error zero: as printed), simulated above.

    Examples
    --------
    >>> random_index(5)
    (1.12, 0.0)
    """
    if n in SAATY:
        return SAATY[n], 0.0
    return SIMULATED[n] if n in SIMULATED else simulated(n)


@cache
def simulated(n: int, draws: int = DRAWS, seed: int = 0) -> tuple[float, float]:
    """Mean of (λ − n)/(n − 1) over random reciprocal matrices, entries above the diagonal uniform on 1/9, …, 1/2, 1, 2, …, 9, and its standard error."""
    rng = np.random.default_rng([seed, n])
    above = np.triu_indices(n, 1)
    found = []
    for start in range(0, draws, BATCH):
        matrices = np.ones((min(BATCH, draws - start), n, n))
        drawn = rng.choice(JUDGEMENTS, size=(len(matrices), len(above[0])))
        matrices[:, above[0], above[1]] = drawn
        matrices[:, above[1], above[0]] = 1 / drawn
        found.append(_largest(matrices))
    index = (np.concatenate(found) - n) / (n - 1)
    return float(index.mean()), float(index.std(ddof=1) / np.sqrt(draws))


def _largest(matrices: np.ndarray) -> np.ndarray:
    """The largest eigenvalue of each positive matrix (m, n, n), by powers: bounds of Collatz and Wielandt until they meet."""
    vectors = np.ones((*matrices.shape[:2], 1))
    for _ in range(1000):
        following = matrices @ vectors
        ratios = following / vectors
        low, high = ratios.min(axis=(1, 2)), ratios.max(axis=(1, 2))
        vectors = following / following.sum(axis=1, keepdims=True)
        if (high - low <= PRECISION * high).all():
            break
    found: np.ndarray = (low + high) / 2
    return found
