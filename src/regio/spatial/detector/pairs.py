"""Two factors at a time: interaction, ecological and risk detectors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.special import fdtr, fdtrc, fdtri, stdtr

from regio.spatial.detector.factors import Strata
from regio.spatial.detector.statistics import Detected, Floats, Ints, Moments, benjamini_hochberg, holm

KINDS = ("weaken_nonlinear", "weaken_univariate", "enhance_bivariate", "independent", "enhance_nonlinear")
MANY_STRATA = 200  # above this the pairs of strata are not compared


def crossed(factors: Sequence[Strata]) -> tuple[Ints, int]:
    """Codes of the strata that several factors make together, and how many there can be; combinations are numbers, never joined texts."""
    codes, size = factors[0].codes, len(factors[0])
    for factor in factors[1:]:
        codes = codes * len(factor) + factor.codes
        size *= len(factor)
        if size > 4 * len(codes) + 1000:
            present, codes = np.unique(codes, return_inverse=True)
            size = len(present)
    return codes, size


def kind_of(q: float, apart: Sequence[float], tolerance: float) -> str:
    """Which of the five kinds of interaction: q of all factors together beside that of each alone."""
    if np.isnan(q) or np.isnan(apart).any():
        return ""
    if q < min(apart):
        return KINDS[0]
    if q < max(apart):
        return KINDS[1]
    if abs(q - sum(apart)) <= tolerance:
        return KINDS[3]
    return KINDS[2] if q < sum(apart) else KINDS[4]


def ecological(a: Detected, b: Detected, n: int, convention: str, level: float) -> tuple[float, float, float, bool]:
    """Statistic, p-value, critical value, and whether the two factors differ in what they leave unexplained.

    textbook: F = SSW_a/SSW_b, both tails. gdverse: the upper tail, so that the order of the factors matters. gd, cran: the larger q over the smaller
    one, beside the 90 % point of F.
    """
    if convention in ("gd", "cran"):
        low, high = sorted((a.q, b.q))
        critical = float(fdtri(n - 1, n - 1, 0.9))
        ratio = high / low if low > 0 else float("inf")
        return ratio, float("nan"), critical, bool(ratio > critical)
    ratio = a.within / b.within if b.within > 0 else float("nan")
    upper = float(fdtrc(n - 1, n - 1, ratio))
    p = upper if convention == "gdverse" else float(min(1.0, 2 * min(upper, float(fdtr(n - 1, n - 1, ratio)))))
    return ratio, p, float("nan"), bool(p < 1 - level)


def risk(moments: Moments) -> dict[str, Floats | Ints]:
    """Welch's test for each pair of strata, and its p-value corrected for the number of pairs; missing where a stratum has one row."""
    strata = len(moments.rows)
    first, second = np.array(list(combinations(range(strata), 2)), dtype=np.intp).reshape(-1, 2).T
    with np.errstate(divide="ignore", invalid="ignore"):
        error = moments.variances / moments.rows
        squared = error[first] + error[second]
        gap = moments.means[first] - moments.means[second]
        statistic = gap / np.sqrt(squared)
        freedom = squared**2 / (error[first] ** 2 / (moments.rows[first] - 1) + error[second] ** 2 / (moments.rows[second] - 1))
        p = 2 * stdtr(freedom, -np.abs(statistic))
    p = np.where(squared > 0, p, np.where(gap == 0, np.nan, np.where(np.isnan(squared), np.nan, 0.0)))
    columns = {"first": first, "second": second, "difference": gap, "statistic": statistic, "df": freedom, "p_value": p}
    return columns | {"p_holm": holm(p), "p_bh": benjamini_hochberg(p)}
