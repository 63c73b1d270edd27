"""Slopes of each regime at given thresholds, by the core; by Hansen's program where its convention is asked for; and the test that they are equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from regio.models._regress import estimate
from regio.models._sample import Sample
from regio.models._threshold.prepare import Prepared, Wanted
from regio.models._threshold.problem import Codes
from regio.models.core.blocks import Array
from regio.models.core.inference import Inference, inference, wald

INTERCEPT = "_regime"


@dataclass(frozen=True, slots=True)
class Slopes:
    """terms: (name, regime) of each coefficient, regime 0 where one slope serves all; the constant last where there is one."""

    terms: tuple[tuple[str, int], ...]
    coefficients: Array
    covariance: Array
    inference: Inference
    df: int
    figures: Mapping[str, Any]
    findings: tuple[Any, ...] = ()


def term(name: str, regime: int) -> str:
    return f"{name}:{regime}" if regime else name


def regime_of(values: Array, thresholds: tuple[float, ...], *, strict: bool) -> Codes:
    """(n,) 1, 2, …: the regime of each value."""
    return 1 + np.searchsorted(np.array(thresholds), values, side="right" if strict else "left")


def terms_of(wanted: Wanted, regimes: int) -> tuple[tuple[str, int], ...]:
    """Switching columns regime after regime, intercepts of the regimes above the first, then what does not switch."""
    count = range(1, regimes + 1) if regimes > 1 else (0,)
    own = [(name, k) for name in wanted.treatment for k in count]
    own += [(INTERCEPT, k) for k in range(2, regimes + 1)] if wanted.regime_intercept else []
    return (*own, *((name, 0) for name in wanted.controls))


def slopes(
    found: Prepared, wanted: Wanted, regime: Codes, regimes: int, *, errors: str, cluster: tuple[str, ...], level: float, lags: int | None = None
) -> Slopes:
    """``regime`` (n,) in the order of the sample's rows."""
    terms = terms_of(wanted, regimes)
    columns = {term(name, k): _column(found.columns, name, k, regime) for name, k in terms if k}
    rows = found.sample.rows.assign(**columns)
    names = [term(name, k) for name, k in terms]
    fitted, _ = estimate(
        Sample(rows, found.sample.keys),
        wanted.outcome,
        names,
        effects=wanted.effects,
        errors="hc1" if errors == "hc0" else errors,
        cluster=cluster,
        convention="xtreg",
        weights=wanted.sample_weights,
        level=level,
        lags=lags,
    )
    df = int(fitted.figures["f_df"][1])  # type: ignore[index]
    if errors != "hc0":
        return Slopes((*terms, ("_cons", 0)), fitted.coefficients, fitted.covariance, fitted.inference, df, fitted.figures, fitted.findings)
    covariance = fitted.covariance * (fitted.figures["df_residual"] / fitted.figures["n"])  # type: ignore[operator]
    own = inference(fitted.coefficients, covariance, df, level)
    f = wald(fitted.coefficients[:-1], covariance[:-1, :-1], df)
    figures = {**fitted.figures, "f_statistic": f[0], "f_p_value": f[2]}
    return Slopes((*terms, ("_cons", 0)), fitted.coefficients, covariance, own, df, figures, fitted.findings)


def hansen_slopes(found: Prepared, wanted: Wanted, regime: Codes, regimes: int, *, errors: str, level: float) -> Slopes:
    """As Hansen's program: demeaned over all periods, then the last one left out; White errors without a factor."""
    problem, order = found.problem, found.problem.order
    terms = terms_of(wanted, regimes)
    design = np.column_stack([_column(found.columns, name, k, regime) if k else found.columns[name] for name, k in terms])[order]
    kept = problem.kept
    assert kept is not None
    x = problem.sweep(design)[kept]
    y = problem.sweep(found.columns[wanted.outcome][order])[kept]
    n, k = x.shape
    units = np.sqrt((x**2).sum(0))
    q, upper = np.linalg.qr(x / units)
    back = np.linalg.inv(upper) / units[:, None]
    coefficients = back @ (q.T @ y)
    e = y - x @ coefficients
    bread = back @ back.T
    df = n - problem.groups - k  # his count, although n already leaves one row a region out
    if errors == "classical":
        covariance = bread * float(e @ e) / df
    else:
        clusters = np.arange(n) if errors != "cluster" else problem.region[kept]
        scores = np.column_stack([np.bincount(clusters, column) for column in (x * e[:, None]).T])
        covariance = bread @ (scores.T @ scores) @ bread
    own = inference(coefficients, covariance, df, level)
    f = wald(coefficients, covariance, df)
    figures = {
        "n": n,
        "n_regions": problem.regions,
        "n_periods": len(found.period_names),
        "df_residual": df,
        "rss": float(e @ e),
        "r2_within": 1 - float(e @ e) / float(y @ y),
        "f_statistic": f[0],
        "f_df": f[1],
        "f_p_value": f[2],
        "sigma_e": float(np.sqrt(e @ e / df)),
    }
    return Slopes(terms, coefficients, covariance, own, df, figures)


def equal_slopes(found: Slopes) -> pd.DataFrame:
    """F tests that a switching column has the same slope in every regime, one row a column. They take the thresholds as known."""
    names = dict.fromkeys(name for name, k in found.terms if k and name != INTERCEPT)
    rows = {name: _equal(found, [i for i, (other, k) in enumerate(found.terms) if other == name and k]) for name in names}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["statistic", "df", "df_residual", "p_value"]).rename_axis("term")


def _equal(found: Slopes, places: list[int]) -> tuple[float, int, int, float]:
    contrast = np.zeros((len(places) - 1, len(found.coefficients)))
    for row, (low, high) in enumerate(pairwise(places)):
        contrast[row, low], contrast[row, high] = -1.0, 1.0
    statistic, (restrictions, df), p = wald(contrast @ found.coefficients, contrast @ found.covariance @ contrast.T, found.df)
    return statistic, restrictions, df, p


def _column(columns: dict[str, Array], name: str, k: int, regime: Codes) -> Array:
    own = np.ones(len(regime)) if name == INTERCEPT else columns[name]
    return np.where(regime == k, own, 0.0)
