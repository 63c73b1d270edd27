"""Summaries that add up: means and centred cross products, never raw sums of squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """n: total weight (rows where unweighted); mean: (p,); cross: (p, p), sums of products of deviations from the mean.

    Adding two summaries is exact: Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm".
    """

    n: float
    mean: Array
    cross: Array

    @classmethod
    def of(cls, values: Array, weights: Array | None = None) -> Self:
        """The summary of an (n, p) array, rows weighted by ``weights`` (n,) if given."""
        if weights is None:
            n = float(len(values))
            mean = values.sum(0) / n if n else np.zeros(values.shape[1])
            deviations = values - mean
            return cls(n, mean, deviations.T @ deviations)
        n = float(weights.sum())
        mean = weights @ values / n if n else np.zeros(values.shape[1])
        deviations = values - mean
        return cls(n, mean, (deviations * weights[:, None]).T @ deviations)

    def __add__(self, other: Self) -> Self:
        n = self.n + other.n
        if not other.n:
            return self
        if not self.n:
            return other
        gap = other.mean - self.mean
        mean = self.mean + gap * (other.n / n)
        return type(self)(n, mean, self.cross + other.cross + np.outer(gap, gap) * (self.n * other.n / n))
