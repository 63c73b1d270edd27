"""Dispersion over time: coefficients of variation, and whether two correlated variances are equal. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, stdtr, stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dispersion:
    """sd: divisor n − 1; cv: divisor n over the mean; cv_sample: divisor n − 1; sd_log: of logarithms, n − 1, nan where a value is not positive."""

    n: int
    mean: float
    sd: float
    cv: float
    cv_sample: float
    sd_log: float


def dispersion(values: Floats) -> Dispersion:
    average, sd = float(values.mean()), float(values.std(ddof=1))
    positive = bool((values > 0).all())
    return Dispersion(
        n=len(values),
        mean=average,
        sd=sd,
        cv=float(values.std()) / average if average > 0 else float("nan"),
        cv_sample=sd / average if average > 0 else float("nan"),
        sd_log=float(np.log(values).std(ddof=1)) if positive else float("nan"),
    )


@dataclass(frozen=True, slots=True)
class Equal:
    """pitman: t of Pitman and Morgan, exact under normality, n − 2 degrees of freedom; carree: T₂ of Carree and Klomp, χ² with one; positive t: the first
    variance is the larger.
    """

    n: int
    pitman: float
    pitman_p: float
    carree: float
    carree_p: float


def equal_variances(first: Floats, last: Floats) -> Equal:
    """Whether the variances of two columns (n,) of the same regions are equal. With r the correlation of first + last with first − last:
    t = r √(n − 2) / √(1 − r²), T₂ = −(n − 2.5) ln(1 − r²).
    """
    n = len(first)
    nothing = Equal(n, *(float("nan"),) * 4)
    if n < 4:
        return nothing
    total, difference = first + last, first - last
    spread = float(np.sqrt(total.var() * difference.var()))
    if spread <= 1e-14 * float(first.var() + last.var()):
        return nothing
    r = float(((total - total.mean()) * (difference - difference.mean())).mean()) / spread
    left = 1 - r * r
    if left <= 1e-14:
        return nothing
    t, chi = r * np.sqrt((n - 2) / left), -(n - 2.5) * np.log(left)
    return Equal(n, float(t), float(2 * stdtr(n - 2, -abs(t))), float(chi), float(chdtrc(1, chi)))


def trend(times: Floats, values: Floats, level: float) -> tuple[float, float, float, float, float, float]:
    """Slope of least squares over time with ``std_error, statistic, p_value, conf_low, conf_high``; nan with fewer than three points."""
    n = len(times)
    nothing = (float("nan"),) * 6
    if n < 3 or not np.isfinite(values).all():
        return nothing
    x = times - times.mean()
    slope = float(x @ values / (x @ x))
    residual = values - values.mean() - slope * x
    std_error = float(np.sqrt(residual @ residual / (n - 2) / (x @ x)))
    reach = float(stdtrit(n - 2, (1 + level) / 2)) * std_error
    t = slope / std_error if std_error > 0 else float("nan")
    return slope, std_error, t, float(2 * stdtr(n - 2, -abs(t))), slope - reach, slope + reach
