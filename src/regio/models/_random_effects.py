"""Random effects by linearmodels, in the shape of the other regressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from regio.contract.finding import EstimationError, error
from regio.models._panel import Rows, panel_rows
from regio.models._regress import estimate
from regio.models._regress_exhibits import CONSTANT
from regio.models._sample import Sample
from regio.models.core.blocks import Array

COLUMNS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True, slots=True)
class Fitted:
    rows: Rows
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    figures: Mapping[str, Any]
    tests: pd.DataFrame


def fitted(
    data: Any, outcome: str, regressors: Sequence[str], *, effects: Sequence[str], errors: str, level: float, added: pd.DataFrame | None = None
) -> Fitted:
    """``added``: further regressors of the complete rows, such as means of regions; they stand behind the others.

    Raises
    ------
    EstimationError
        as ``regress`` with the same columns and no effects of regions; where regions are too few for the between regression, or rows for that within regions
    """
    rows = panel_rows(data, (outcome, *regressors), "random_effects")
    frame = rows.frame if added is None else pd.concat([rows.frame, added], axis=1)
    names = (*regressors, *(() if added is None else map(str, added.columns)))
    sample = Sample(frame, data.keys)
    estimate(sample, outcome, names, effects=effects, errors="classical", cluster=(), convention="xtreg", weights=None, level=level)
    dummies = (rows.period == np.arange(1, len(rows.periods))[:, None]).T.astype(float) if effects else np.zeros((len(frame), 0))
    x = np.column_stack([np.ones(len(frame)), frame[list(names)].to_numpy(dtype=float), dummies])
    units = np.exp2(np.round(np.log2(np.maximum(np.abs(x).max(0), np.finfo(float).tiny))))  # powers of two: exact; the program compares columns in size
    x = x / units
    means = np.column_stack([np.bincount(rows.region, column) / np.bincount(rows.region) for column in x.T])
    rank = int(np.linalg.matrix_rank(means / np.maximum(np.abs(means).max(0), 1e-300)))
    if len(rows.regions) <= rank:
        raise EstimationError(error("random_effects.few_regions", regions=len(rows.regions), parameters=x.shape[1]))
    moving = int(np.linalg.matrix_rank((x - means[rows.region]) / np.maximum(np.abs(x).max(0), 1e-300)))
    if len(frame) - len(rows.regions) - moving <= 0:
        raise EstimationError(error("random_effects.few_rows", rows=len(frame), regions=len(rows.regions), parameters=moving))
    found = _linearmodels(rows, frame[outcome].to_numpy(dtype=float), x, errors)
    keep = [*range(1, 1 + len(names)), 0]
    terms = pd.Index([*names, CONSTANT], name="term")
    covariance = (found.cov.to_numpy() / np.outer(units, units))[np.ix_(keep, keep)]
    table = z_table((found.params.to_numpy() / units)[keep], covariance, level)
    return Fitted(
        rows,
        pd.DataFrame(table, index=terms, columns=COLUMNS),
        pd.DataFrame(covariance, index=terms, columns=terms.rename(None)),
        _figures(found, rows, covariance[:-1, :-1], table[:-1, 0]),
        breusch_pagan(rows, frame[outcome].to_numpy(dtype=float), x),
    )


def _linearmodels(rows: Rows, y: Array, x: Array, errors: str) -> Any:
    from linearmodels.panel import RandomEffects

    index = pd.MultiIndex.from_arrays([rows.region, rows.period], names=["region", "period"])
    columns = [f"c{i}" for i in range(x.shape[1])]
    model = RandomEffects(pd.DataFrame({"y": y}, index=index), pd.DataFrame(x, index=index, columns=columns))
    if errors == "classical":
        return model.fit(cov_type="unadjusted", debiased=True)
    return model.fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)


def z_table(estimates: Array, covariance: Array, level: float) -> Array:
    """(m, 6) normal tests and intervals."""
    std_error = np.sqrt(np.diag(covariance))
    z = estimates / std_error
    reach = float(ndtri((1 + level) / 2)) * std_error
    return np.column_stack([estimates, std_error, z, 2 * ndtr(-np.abs(z)), estimates - reach, estimates + reach])


def _figures(found: Any, rows: Rows, covariance: Array, slopes: Array) -> dict[str, Any]:
    split = found.variance_decomposition
    sigma_u, sigma_e = (float(np.sqrt(split[name])) for name in ("Effects", "Residual"))
    theta = found.theta.to_numpy().ravel()
    k = len(slopes)
    chi2 = float(slopes @ np.linalg.solve(covariance, slopes)) if k else float("nan")
    return {
        "n": len(rows.frame),
        "n_regions": len(rows.regions),
        "n_periods": len(rows.periods),
        "df_residual": int(found.df_resid),
        "rss": float(found.resid_ss),
        "r2_within": float(found.corr_squared_within),
        "r2_between": float(found.corr_squared_between),
        "r2_overall": float(found.corr_squared_overall),
        "sigma_u": sigma_u,
        "sigma_e": sigma_e,
        "rho": sigma_u**2 / (sigma_u**2 + sigma_e**2),
        "theta": float(np.median(theta)),
        "theta_low": float(theta.min()),
        "theta_high": float(theta.max()),
        "chi2": chi2,
        "chi2_df": k,
        "chi2_p_value": float(chdtrc(k, chi2)) if k else float("nan"),
    }


def breusch_pagan(rows: Rows, y: Array, x: Array) -> pd.DataFrame:
    """LM test of no effects of regions, from pooled residuals; half of the χ² tail, since a variance cannot be negative."""
    e = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    sums, sizes = np.bincount(rows.region, e), np.bincount(rows.region)
    excess = float((sums**2).sum() / (e @ e)) - 1
    n = len(e)
    squares = float((sizes**2).sum())
    lm = n**2 / 2 * excess**2 / (squares - n) if squares > n else float("nan")
    p = float(chdtrc(1, lm)) / 2 if excess > 0 else 1.0
    index = pd.Index(["breusch_pagan"], name="test")
    return pd.DataFrame({"statistic": [lm if excess > 0 else 0.0], "df": [1], "p_value": [p]}, index=index)
