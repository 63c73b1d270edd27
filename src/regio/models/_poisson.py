"""Poisson regression: pyfixest finds the coefficients and separated rows, the regression core the covariance.

At the maximum, weighted least squares of η + (y − μ)/μ on the same columns with weights μ has the same coefficients and the scores x (y − μ); so every
kind of errors, and every count behind them, is that of ``regress``. Nothing of pyfixest's small-sample counts is used.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, gammaln

from regio.compute.rows import FrameRows
from regio.contract.finding import DataError, EstimationError, Finding, error
from regio.models._random_effects import COLUMNS, z_table
from regio.models._regress import estimate, make_model
from regio.models._sample import Sample, common_sample, left_out
from regio.models.core.blocks import Array, Model
from regio.models.core.levels import appearing_codes
from regio.models.core.source import Source

__all__ = ["COLUMNS", "Estimated", "estimated"]

TOLERANCE, ITERATIONS = 1e-10, 200
WORKING, MEAN = "_working", "_mean"


@dataclass(frozen=True, slots=True)
class Estimated:
    table: Array
    covariance: Array
    figures: Mapping[str, Any]
    left_out: int
    findings: tuple[Finding, ...]


def estimated(data: Any, outcome: str, regressors: Sequence[str], *, effects: Sequence[str], errors: str, cluster: Sequence[str], level: float) -> Estimated:
    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": "reghdfe", "weights": None}
    model = make_model(data, outcome, regressors, **options)
    sample, (seen,) = common_sample(data, [model])
    frame = sample.rows
    negative = int((frame[outcome] < 0).sum())
    if negative:
        raise EstimationError(error("poisson.negative", column=outcome, count=negative, least=float(frame[outcome].min())))
    estimate(sample, outcome, regressors, **options, level=level)  # what is wrong with the columns is said as in a linear regression
    shared = Sample(_without_singletons(frame, model), data.keys)
    used, linear, separated = _maximised(shared, outcome, regressors, effects)
    working = _without_singletons(used.assign(**{WORKING: linear}), model)
    y, linear = working[outcome].to_numpy(dtype=float), working[WORKING].to_numpy(dtype=float)
    mean = np.exp(linear)
    working = working.assign(**{WORKING: linear + (y - mean) / mean, MEAN: mean})
    fitted, _ = estimate(Sample(working, data.keys), WORKING, regressors, **options | {"weights": MEAN}, level=level)
    keep = slice(None, -1) if effects else slice(None)
    covariance = fitted.covariance[keep, keep]
    if errors == "classical":  # the dispersion is one, not estimated
        covariance = covariance / (float(fitted.figures["rss"]) * mean.mean() / float(fitted.figures["df_residual"]))  # type: ignore[arg-type]
    table = z_table(fitted.coefficients[keep], covariance, level)
    figures = _figures(y, mean, fitted.figures, table, covariance, len(regressors))
    figures |= {"separated": separated, "singletons": len(frame) - len(working) - separated}
    notes = list(left_out(seen, model.columns))
    notes += [Finding("poisson.separated", {"rows": separated, "of": len(frame)})] if separated else []
    notes += [Finding("regress.singletons_dropped", {"rows": figures["singletons"]}, "note")] if figures["singletons"] else []
    notes += [Finding("poisson.zeros", {"zeros": figures["zeros"], "n": figures["n"]}, "note")] if figures["zeros"] else []
    return Estimated(table, covariance, figures, seen.rows - len(working), (*notes, *(f for f in fitted.findings if f.code == "regress.not_positive")))


def _without_singletons(frame: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Rows alone in a level of an effect are fitted exactly and say nothing."""
    part = Source(FrameRows(frame, part_rows=max(len(frame), 1)), model).only
    assert part is not None
    return frame.iloc[part.block.rows]


def _maximised(sample: Sample, outcome: str, regressors: Sequence[str], effects: Sequence[str]) -> tuple[pd.DataFrame, Array, int]:
    """(rows used, their linear predictor, number of separated rows).

    pyfixest takes several effects in an order that changes from process to process, and digits with it: the smaller effect goes in as dummies.
    """
    frame, keys = sample.rows, {"region": sample.keys.region, "period": sample.keys.period}
    plain = pd.DataFrame({"y": frame[outcome].to_numpy(dtype=float), "row": np.arange(len(frame))})
    names = [f"x{i}" for i in range(len(regressors))]
    for name, column in zip(names, regressors, strict=True):
        plain[name] = frame[column].to_numpy(dtype=float)
    codes = [appearing_codes([frame[keys.get(word, word)].to_numpy() for word in effect.split("*")])[:2] for effect in effects]
    large, *small = sorted(codes or [(np.zeros(len(frame), dtype=np.intp), 1)], key=lambda effect: -effect[1])
    plain["effect"] = large[0]
    dummies = {f"d{i}": (small[0][0] == i).astype(float) for i in range(1, small[0][1])} if small else {}
    plain = pd.concat([plain, pd.DataFrame(dummies, index=plain.index)], axis=1)
    found = _fepois(f"y ~ {' + '.join([*names, *dummies]) or '1'} | effect", plain)
    kept = found._data["row"].to_numpy()
    lost = [column for name, column in zip(names, regressors, strict=True) if name not in found._coefnames]
    if lost:
        raise EstimationError(error("poisson.separated_regressor", columns=tuple(lost)))
    separated = int(found.n_separation_na or 0)
    linear = np.asarray(found._Y_hat_link, dtype=float).ravel()
    return frame.iloc[kept], linear, separated


def _fepois(formula: str, plain: pd.DataFrame) -> Any:
    try:
        from pyfixest.estimation import fepois
    except ImportError:
        raise DataError(error("poisson.no_pyfixest")) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on pandas' keywords and on separated rows, which are counted here
        try:
            return fepois(
                formula,
                plain,
                vcov="iid",
                separation_check=["fe", "ir"],
                iwls_tol=TOLERANCE,
                iwls_maxiter=ITERATIONS,
                fixef_tol=TOLERANCE,
                fixef_rm="singleton",
            )
        except (RuntimeError, ValueError, np.linalg.LinAlgError) as problem:
            raise EstimationError(error("poisson.no_convergence", iterations=ITERATIONS, reason=str(problem).strip().splitlines()[0])) from None


def _figures(y: Array, mean: Array, counted: Mapping[str, Any], table: Array, covariance: Array, k: int) -> dict[str, Any]:
    likelihood = float((y * np.log(mean) - mean - gammaln(y + 1)).sum())
    grand = y.mean()
    null = float((y * np.log(grand) - grand - gammaln(y + 1)).sum())
    positive = y > 0
    deviance = 2 * float((y[positive] * np.log(y[positive] / mean[positive])).sum() - (y - mean).sum())
    slopes = table[:k, 0]
    chi2 = float(slopes @ np.linalg.solve(covariance[:k, :k], slopes)) if k else float("nan")
    names = ("n_regions", "n_periods", "n_clusters", "n_effects", "df_residual")
    return {
        "n": len(y),
        **{name: counted[name] for name in names},
        "zeros": int((~positive).sum()),
        "zeros_share": float((~positive).mean()),
        "deviance": deviance,
        "log_likelihood": likelihood,
        "pseudo_r2": 1 - likelihood / null,
        "r2": float(np.corrcoef(y, mean)[0, 1] ** 2) if np.ptp(mean) > 0 else float("nan"),
        "chi2": chi2,
        "chi2_df": k,
        "chi2_p_value": float(chdtrc(k, chi2)) if k else float("nan"),
    }
