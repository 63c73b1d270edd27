"""Least squares of diffusion curves from many starting values. Pure functions of times and amounts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import EstimationError, Finding, error

Floats = NDArray[np.float64]
NAMES = {"logistic": ("ceiling", "speed", "midpoint"), "bass": ("market", "innovation", "imitation")}
FEW = 5  # points a parameter: below this a fit is marked
FLAT = 1e8  # condition number above which the points do not say all parameters
FAR = 10.0  # an estimated ceiling this many times the largest point lies outside of what was seen


@dataclass(frozen=True, slots=True)
class Fit:
    """values: (k,) parameters; free: which were estimated; jacobian (T, free); residuals (T,)."""

    values: Floats
    free: NDArray[np.bool_]
    jacobian: Floats
    residuals: Floats
    scale: Floats

    @property
    def df(self) -> int:
        return len(self.residuals) - int(self.free.sum())


def curve(model: str, values: Floats, t: Floats, step: float = 1.0) -> Floats:
    """Levels of a logistic curve, or the sales of each period of a Bass curve whose first period ends at ``step``."""
    if model == "logistic":
        return np.asarray(values[0] / (1 + np.exp(-np.clip(values[1] * (t - values[2]), -500, 500))))
    m, p, q = values
    return np.asarray(m * (adopted(p, q, t) - adopted(p, q, t - step)))


def adopted(p: float, q: float, t: Floats) -> Floats:
    """Bass: share of the market that has adopted by t.

    Examples
    --------
    With imitation zero adoption is exponential: 1 − e^(−p t).

    >>> adopted(0.1, 0.0, np.array([10.0])).round(4).tolist()
    [0.6321]
    """
    fall = np.exp(-(p + q) * np.maximum(t, 0.0))
    return np.asarray((1 - fall) / (1 + q / p * fall))


def fitted(model: str, t: Floats, y: Floats, ceiling: float | None, step: float) -> Fit:
    """The best of least-squares fits from a grid of starting values; positive parameters are searched by their logarithm."""
    from scipy.optimize import least_squares

    logged = np.array([True, True, model == "bass"])
    free = np.array([ceiling is None, True, True])
    fixed = np.array([ceiling or 1.0, 1.0, 1.0])

    def values(x: Floats) -> Floats:
        full = np.where(logged, np.log(fixed), fixed)
        full[free] = x
        return np.where(logged, np.exp(np.clip(full, -60, 60)), full)

    size = float(np.abs(y).max()) or 1.0

    def residuals(x: Floats) -> Floats:
        return np.asarray((curve(model, values(x), t, step) - y) / size)

    best = None
    for start in _starts(model, t, y, step):
        x = np.where(logged, np.log(start), start)[free]
        found = least_squares(residuals, x, method="trf", x_scale="jac", max_nfev=400)
        if best is None or found.cost < best.cost * (1 - 1e-9):
            best = found
    assert best is not None
    best = least_squares(residuals, best.x, method="trf", x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=2000)
    final = values(best.x)
    scale = np.where(logged, final, 1.0)[free]  # derivative by the parameter itself
    return Fit(final, free, np.asarray(best.jac * size / scale), np.asarray(best.fun * size), scale)


def _starts(model: str, t: Floats, y: Floats, step: float) -> list[Floats]:
    span = float(t[-1] - t[0]) or 1.0
    if model == "logistic":
        return [np.array(s) for s in product(y.max() * np.array([1.05, 2.0, 5.0]), np.array([2.0, 8.0]) / span, t[0] + span * np.array([0.5, 1.0, 1.5]))]
    total = float(y.sum())
    return [np.array(s) for s in product(total * np.array([1.2, 3.0, 10.0]), np.array([0.001, 0.02]) / step, np.array([0.2, 0.6]) / step)]


def compute(series: pd.Series, model: str, ceiling: float | None, holdout: int, ahead: int, level: float) -> tuple[dict[str, Any], list[Finding]]:
    """The fields of the result: parameters, curve, held-out periods, fit."""
    time, y = series.index.to_numpy(float), series.to_numpy(float)
    k = 3 - (ceiling is not None)
    if len(y) <= k:
        raise EstimationError(error("chain.few_points", n=len(y), parameters=k))
    if not y.any():
        raise EstimationError(error("chain.no_growth"))
    step = float(np.median(np.diff(time)))
    origin = time[0] - step
    t = time - origin if model == "bass" else time - time[0]
    fit = fitted(model, t, y, ceiling, step)
    held = _held(model, t, time, y, ceiling, holdout, step, k)
    frame, covariance = _parameters(model, fit, level, time[0])
    further = np.arange(1, ahead + 1) * step + time[-1]
    every = np.concatenate([time, further])
    path = _curve(model, fit, covariance, np.concatenate([t, further - (origin if model == "bass" else time[0])]), level, step)
    path = path.assign(period=every, observed=np.concatenate([y, np.full(ahead, np.nan)]), ahead=[False] * len(y) + [True] * ahead)
    rss = float((fit.residuals**2).sum())
    spread = float(((y - y.mean()) ** 2).sum())
    summary = {"n": float(len(y)), "rss": rss, "r2": 1 - rss / spread if spread else np.nan, "rmse": float(np.sqrt(rss / len(y))), **_errors(held)}
    made = {"parameters": frame, "curve": path[["period", "observed", "fitted", "conf_low", "conf_high", "ahead"]], "held": held, "fit": summary}
    return made, _findings(fit, y, ceiling, k, summary, holdout, len(held))


def _parameters(model: str, fit: Fit, level: float, first: float) -> tuple[pd.DataFrame, Floats]:
    from scipy import stats

    information = fit.jacobian.T @ fit.jacobian
    sigma2 = float((fit.residuals**2).sum()) / max(fit.df, 1)
    covariance = np.asarray(np.linalg.pinv(information) * sigma2)
    error_of = np.full(3, np.nan)
    error_of[fit.free] = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    estimate = fit.values + (np.array([0.0, 0.0, first]) if model == "logistic" else 0.0)
    bound = float(stats.t.ppf((1 + level) / 2, max(fit.df, 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error_of > 0, estimate / error_of, np.nan)
    p_value = 2 * stats.t.sf(np.abs(statistic), max(fit.df, 1))
    if model == "logistic":  # that the midpoint is year zero is no question
        statistic[2], p_value[2] = np.nan, np.nan
    frame = pd.DataFrame(
        {
            "parameter": NAMES[model],
            "estimate": estimate,
            "std_error": error_of,
            "statistic": statistic,
            "p_value": p_value,
            "conf_low": estimate - bound * error_of,
            "conf_high": estimate + bound * error_of,
        }
    )
    return frame, covariance


def _curve(model: str, fit: Fit, covariance: Floats, t: Floats, level: float, step: float) -> pd.DataFrame:
    from scipy import stats

    middle = curve(model, fit.values, t, step)
    slopes = []
    for j in np.flatnonzero(fit.free):
        h = max(abs(fit.values[j]), 1e-3) * 1e-6
        up, down = fit.values.copy(), fit.values.copy()
        up[j], down[j] = up[j] + h, down[j] - h
        slopes.append((curve(model, up, t, step) - curve(model, down, t, step)) / (2 * h))
    gradient = np.array(slopes).T
    half = float(stats.t.ppf((1 + level) / 2, max(fit.df, 1))) * np.sqrt(np.maximum(np.einsum("ti,ij,tj->t", gradient, covariance, gradient), 0.0))
    return pd.DataFrame({"fitted": middle, "conf_low": np.maximum(middle - half, 0.0), "conf_high": middle + half})  # an amount is not negative


def _held(model: str, t: Floats, time: Floats, y: Floats, ceiling: float | None, holdout: int, step: float, k: int) -> pd.DataFrame:
    """The last periods, foretold from those before."""
    columns = ["period", "observed", "foretold", "naive", "error", "relative_error"]
    if not holdout or len(y) - holdout <= k:
        return pd.DataFrame({c: pd.Series(dtype=float) for c in columns})
    fit = fitted(model, t[:-holdout], y[:-holdout], ceiling, step)
    foretold = curve(model, fit.values, t[-holdout:], step)
    observed = y[-holdout:]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = (foretold - observed) / observed
    return pd.DataFrame(
        dict(zip(columns, (time[-holdout:], observed, foretold, np.full(holdout, y[-holdout - 1]), foretold - observed, relative), strict=True))
    )


def _errors(held: pd.DataFrame) -> dict[str, float]:
    if not len(held):
        return {"holdout_rmse": np.nan, "holdout_mape": np.nan, "naive_mape": np.nan}
    observed = held["observed"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        naive = np.abs(held["naive"].to_numpy(float) - observed) / observed
    return {
        "holdout_rmse": float(np.sqrt((held["error"] ** 2).mean())),
        "holdout_mape": float(held["relative_error"].abs().mean()),
        "naive_mape": float(np.mean(naive)),
    }


def _findings(fit: Fit, y: Floats, ceiling: float | None, k: int, summary: dict[str, float], holdout: int, held: int) -> list[Finding]:
    made = []
    if len(y) < FEW * k:
        made.append(Finding("chain.few_for_curve", {"n": len(y), "parameters": k}))
    normed = fit.jacobian / np.maximum(np.linalg.norm(fit.jacobian, axis=0), 1e-300)
    if ceiling is None and (
        np.linalg.cond(normed) > FLAT or (fit.values[0] > FAR * (y.max() if len(y) and fit.free[0] else 1) and fit.values[0] > FAR * y.sum())
    ):
        made.append(Finding("chain.no_ceiling", {"ceiling": float(fit.values[0])}))
    if holdout and not held:
        made.append(Finding("chain.no_holdout", {"holdout": holdout, "n": len(y), "parameters": k}))
    if held and summary["holdout_mape"] > summary["naive_mape"]:
        made.append(Finding("chain.worse_than_naive", {"mape": f"{summary['holdout_mape']:.1%}", "naive": f"{summary['naive_mape']:.1%}"}))
    return made
