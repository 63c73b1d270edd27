"""The q statistic and its tests, from the moments of strata: counts, sums and sums of squares of the centred outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, fdtrc, gammaln, ncfdtrinc

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
TINY = 1e-290  # below this log10 p is found without p
SERIES = 200  # terms of it
FAR, SURE = 50_000, 100  # half a noncentrality and degrees of freedom from which a statistic far below the mean has p = 1 to the last digit


def summed(codes: Ints, column: Floats, strata: int) -> Floats:
    found: Floats = np.bincount(codes, column, strata).astype(float, copy=False)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Of L strata: weight, total, square: Σw, Σw(y − c), Σw(y − c)², c a constant near the mean; rows: how many rows. All (L,)."""

    weight: Floats
    total: Floats
    square: Floats
    rows: Floats

    @classmethod
    def of(cls, codes: Ints, strata: int, centred: Floats, weights: Floats | None = None) -> Self:
        rows = np.bincount(codes, minlength=strata).astype(float)
        if weights is None:
            return cls(rows, summed(codes, centred, strata), summed(codes, centred * centred, strata), rows)
        weighed = weights * centred
        return cls(summed(codes, weights, strata), summed(codes, weighed, strata), summed(codes, weighed * centred, strata), rows)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.weight + other.weight, self.total + other.total, self.square + other.square, self.rows + other.rows)

    def kept(self, strata: NDArray[np.bool_]) -> Moments:
        return Moments(self.weight[strata], self.total[strata], self.square[strata], self.rows[strata])

    @property
    def means(self) -> Floats:
        return self.total / self.weight

    @property
    def within(self) -> Floats:
        """(L,) sum of squares within each stratum."""
        found: Floats = np.where(self.rows > 1, np.maximum(self.square - self.total**2 / self.weight, 0.0), 0.0)
        return found

    @property
    def variances(self) -> Floats:
        """(L,) sample variances; not a number where a stratum has one row."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(self.rows > 1, self.within / self.weight * self.rows / (self.rows - 1), np.nan)
        return found

    @property
    def spread(self) -> float:
        """Sum of squares about the mean of all strata."""
        return float(self.square.sum() - self.total.sum() ** 2 / self.weight.sum())


@dataclass(frozen=True, slots=True)
class Detected:
    """The q of one set of strata. n, strata: those that the test counts; single_rows: strata of one row."""

    q: float
    within: float
    n: int
    strata: int
    single_rows: int
    noncentrality: float

    @property
    def degrees(self) -> tuple[int, int]:
        return self.strata - 1, self.n - self.strata

    @property
    def statistic(self) -> float:
        first, second = self.degrees
        if first < 1 or second < 1 or not self.q < 1:
            return float("inf") if first >= 1 and second >= 1 and self.q >= 1 else float("nan")
        return second / first * self.q / (1 - self.q)

    @property
    def expected(self) -> float:
        """Of q where nothing is associated."""
        return (self.strata - 1) / (self.n - 1) if self.n > 1 else float("nan")

    @property
    def adjusted(self) -> float:
        """What is left of q less what chance gives: 1 − (1 − q)(N − 1)/(N − L)."""
        second = self.degrees[1]
        return 1 - (1 - self.q) * (self.n - 1) / second if second > 0 else float("nan")


def detect(moments: Moments, centre: float, convention: str, single_rows: str) -> Detected:
    """The q of strata, all of which have rows; ``centre`` is what was taken from the outcome."""
    alone = moments.rows == 1
    single = int(alone.sum())
    kept = moments.kept(~alone) if single and single_rows == "drop" else moments
    counted = moments if convention == "gd" else kept
    n, strata = int(counted.rows.sum()), len(counted.rows)
    spread = kept.spread if len(kept.rows) else 0.0
    if not spread > 0:
        return Detected(float("nan"), 0.0, n, strata, single, float("nan"))
    within = float(kept.within.sum())
    weight: Floats = kept.weight * (kept.rows.sum() / kept.weight.sum())
    means = kept.means + centre
    variance = spread / kept.weight.sum()
    if convention in ("textbook", "cran"):
        variance *= n / (n - 1)
    gap = float((means**2).sum() - (np.sqrt(weight) * means).sum() ** 2 / n)
    return Detected(min(max(1 - within / spread, 0.0), 1.0), within, n, strata, single, gap / variance)


def p_central(statistic: float, first: float, second: float) -> float:
    """Upper tail of the central F."""
    return float(fdtrc(first, second, statistic))


def log10_p(statistic: float, first: float, second: float) -> float:
    """log10 of the upper tail of the central F, also where the tail itself is too small for a number."""
    if not (first >= 1 and second >= 1) or np.isnan(statistic):
        return float("nan")
    p = float(fdtrc(first, second, statistic))
    if p > TINY:
        return float(np.log10(p))
    if not np.isfinite(statistic):
        return float("-inf")
    a, b = second / 2, first / 2
    x = second / (second + first * statistic)
    terms = np.cumsum(np.log(a + b + np.arange(SERIES)) - np.log(a + 1 + np.arange(SERIES)) + np.log(x))
    series = np.logaddexp.reduce(np.concatenate([[0.0], terms]))
    return float((a * np.log(x) + b * np.log1p(-x) - np.log(a) - betaln(a, b) + series) / np.log(10))


def p_noncentral(statistic: float, first: float, second: float, noncentrality: float) -> float:
    """Upper tail of the noncentral F: central tails weighed by a Poisson distribution, so that small tails keep their digits."""
    if not (first >= 1 and second >= 1 and np.isfinite(noncentrality)) or np.isnan(statistic):
        return float("nan")
    half = max(noncentrality, 0.0) / 2
    if half > FAR:
        if second >= SURE and first * statistic < half / 2:
            return 1.0
        from scipy.stats import ncf

        return float(ncf.sf(statistic, first, second, 2 * half))
    x = 1 / (1 + first * statistic / second)
    reach = 20 * np.sqrt(half) + 300
    j = np.arange(max(0, int(half - reach)), int(half + reach) + 1, dtype=float)
    weights = np.exp(j * np.log(half) - half - gammaln(j + 1)) if half > 0 else (j == 0).astype(float)
    tails = betainc(second / 2, first / 2 + j, x)
    return float(min(weights @ tails, 1.0))


def interval(statistic: float, first: float, second: float, n: float, level: float) -> tuple[float, float]:
    """Interval of q: noncentralities that put the statistic into either tail, as q = λ/(λ + N)."""
    if not (first >= 1 and second >= 1) or not np.isfinite(statistic):
        return float("nan"), float("nan")
    bounds = []
    for share in ((1 + level) / 2, (1 - level) / 2):
        lowest = 1 - float(fdtrc(first, second, statistic))
        found = float(ncfdtrinc(first, second, share, statistic)) if lowest > share else 0.0
        bounds.append(found / (found + n))
    return bounds[0], bounds[1]


def holm(p: Floats) -> Floats:
    """p-values corrected by Holm (1979); missing ones stay missing and are not counted."""
    return _corrected(p, lambda ordered, m: np.maximum.accumulate(ordered * (m - np.arange(m))))


def benjamini_hochberg(p: Floats) -> Floats:
    """p-values corrected by Benjamini and Hochberg (1995)."""
    return _corrected(p, lambda ordered, m: np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1])


def _corrected(p: Floats, rule: Callable[[Floats, int], Floats]) -> Floats:
    found = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    found[order] = np.minimum(rule(p[order], len(order)), 1.0)
    return found
