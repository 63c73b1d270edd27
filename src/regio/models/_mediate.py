"""Mediation in numbers: the equations, and products of their coefficients with normal tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.models._regress import make_model
from regio.models._sample import Sample
from regio.models.core.blocks import Array, Model
from regio.models.core.inference import inference
from regio.models.regress import COEFFICIENTS, Regress, fitted_regress

INDIRECT, DIRECT, TOTAL = "_indirect", "_direct", "_total"


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments as the door has checked them."""

    outcome: str
    treatment: str
    mediators: tuple[str, ...]
    controls: tuple[str, ...]
    options: Mapping[str, Any]  # effects, errors, cluster, convention, level: those of every equation

    @property
    def regressors(self) -> tuple[str, ...]:
        return (self.treatment, *self.controls, *self.mediators)

    @property
    def combined(self) -> dict[str, Array]:
        """Effect → (J,) weights of the indirect effects: one each, their sum, and each pair's difference."""
        eye = np.eye(len(self.mediators))
        found = dict(zip(self.mediators, eye, strict=True))
        if len(eye) > 1:
            found[INDIRECT] = np.ones(len(eye))
            found |= {contrast(self.mediators[i], self.mediators[j]): eye[i] - eye[j] for i, j in combinations(range(len(eye)), 2)}
        return found


def contrast(first: str, second: str) -> str:
    """The name of the difference of two indirect effects."""
    return f"{first} - {second}"


def check(call: Call, draws: int, scheme: str) -> None:
    """Raises ArgumentError for columns that play two parts, and for a scheme that has no unit."""
    mediators, controls = call.mediators, call.controls
    problems = [] if mediators else [error("mediate.no_mediator")]
    problems += [error("mediate.same_column", column=m, part="treatment") for m in mediators if m == call.treatment]
    problems += [error("mediate.same_column", column=m, part="outcome") for m in mediators if m == call.outcome]
    problems += [error("mediate.same_column", column=m, part="controls") for m in dict.fromkeys(mediators) if m in controls]
    problems += [error("mediate.treatment_is_outcome", column=call.treatment)] if call.treatment == call.outcome else []
    cluster = call.options["cluster"]
    if draws and scheme == "cluster" and call.options["errors"] == "cluster" and cluster and len(cluster) > 1:
        problems.append(error("mediate.two_units", cluster=cluster))
    if problems:
        raise ArgumentError(*problems)


def design(data: Any, call: Call) -> Model:
    """The last equation, which has every column."""
    options = call.options
    used = ("region",) if options["errors"] == "cluster" and options["cluster"] is None else options["cluster"] or ()
    chosen = {name: options[name] for name in ("effects", "errors", "convention")}
    return make_model(data, call.outcome, call.regressors, cluster=used, **chosen)


def unit(data: Any, call: Call, scheme: str) -> tuple[str, str]:
    """What is drawn: its name in words (region, row or a column), and the column that tells units apart, empty for rows."""
    cluster = call.options["cluster"] if call.options["errors"] == "cluster" else None
    word = "row" if scheme == "iid" else cluster[0] if cluster else "region"
    column = {"row": "", "region": data.keys.region, "period": data.keys.period}.get(word, word)
    return (word, column) if column else ("row", "")


def equations(sample: Sample, call: Call) -> tuple[Regress, ...]:
    """Outcome on treatment; each mediator on treatment; outcome on treatment and mediators.

    Raises
    ------
    EstimationError
        where a mediator does not vary, or is a combination of treatment, controls and the other mediators
    """
    try:
        last = _fit(sample, call, call.outcome, call.mediators)
    except EstimationError as problem:
        raise EstimationError(*(_of_mediator(finding, call) for finding in problem.findings)) from None
    return (_fit(sample, call, call.outcome), *(_fit(sample, call, mediator) for mediator in call.mediators), last)


def _fit(sample: Sample, call: Call, outcome: str, mediators: tuple[str, ...] = ()) -> Regress:
    return fitted_regress(sample, outcome, (call.treatment,), (*call.controls, *mediators), sample_weights=None, **call.options)


def _of_mediator(finding: Finding, call: Call) -> Finding:
    """What is wrong with a column of the last equation, said of the mediator that it is."""
    values = dict(finding.values)
    column = values.get("column")
    if finding.code == "regress.collinear" and {column, *values["others"]} & {*call.mediators}:
        return error("mediate.collinear", **values)
    if finding.code in ("regress.no_within_variation", "regress.constant_regressor") and column in call.mediators:
        return error(f"mediate.{finding.code.partition('.')[2]}", **values)
    return finding


@dataclass(frozen=True, slots=True)
class Paths:
    """a, b (J,) with covariances (J, J); the covariance of an a with a b is taken as zero."""

    a: Array
    b: Array
    a_covariance: Array
    b_covariance: Array

    def variance(self, weights: Array) -> float:
        """Of Σ w a b, to first order (the multivariate delta method)."""
        a, b = weights * self.a, weights * self.b
        return float(b @ self.a_covariance @ b + a @ self.b_covariance @ a)


def paths_of(sample: Sample, call: Call, models: Sequence[Regress]) -> Paths:
    x, names = call.treatment, list(call.mediators)
    a = np.array([model.coefficients.loc[x, "estimate"] for model in models[1:-1]])
    b = models[-1].coefficients.loc[names, "estimate"].to_numpy()
    variances = np.array([model.covariance.loc[x, x] for model in models[1:-1]])
    return Paths(a, b, _covariance_of_a(sample, call, variances), models[-1].covariance.loc[names, names].to_numpy())


def _covariance_of_a(sample: Sample, call: Call, variances: Array) -> Array:
    """Of the treatment's coefficients in different equations: the variance in a regression of a sum is the variance of the sum of coefficients."""
    covariance = np.diag(variances)
    for i, j in combinations(range(len(variances)), 2):
        frame, roots = sample.rows, np.sqrt(np.where(variances > 0, variances, 1.0)[[i, j]])
        together = frame[call.mediators[i]] / roots[0] + frame[call.mediators[j]] / roots[1]
        added = Sample(frame.assign(**{call.mediators[i]: together}), sample.keys)
        variance = _fit(added, call, call.mediators[i]).covariance.loc[call.treatment, call.treatment]
        covariance[i, j] = covariance[j, i] = (variance - (variances[[i, j]] / roots**2).sum()) / 2 * roots.prod()
    return covariance


def path_frame(call: Call, models: Sequence[Regress]) -> pd.DataFrame:
    """Rows (path, mediator): a and b of each mediator, c and c′."""
    last, x = models[-1].coefficients, call.treatment
    rows = {("c", ""): models[0].coefficients.loc[x]}
    rows |= {("a", m): model.coefficients.loc[x] for m, model in zip(call.mediators, models[1:-1], strict=True)}
    rows |= {("b", m): last.loc[m] for m in call.mediators} | {("c_prime", ""): last.loc[x]}
    return pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(list(rows), names=["path", "mediator"]), columns=list(COEFFICIENTS))


def one_path(paths: pd.DataFrame, path: str, term: str) -> pd.DataFrame:
    """One row, the treatment: c or c′."""
    found: Any = paths.loc[[path]]
    frame: pd.DataFrame = found.set_axis(pd.Index([term], name="term"))
    return frame


def normal_estimates(estimate: Array, std_error: Array, level: float, index: pd.Index) -> pd.DataFrame:
    """Estimates with z tests and normal intervals."""
    found = inference(estimate, np.diag(std_error**2), np.inf, level)
    return pd.DataFrame(np.column_stack([estimate, std_error, found.statistic, found.p_value, found.conf_low, found.conf_high]), index, list(COEFFICIENTS))


def indirect_frame(call: Call, paths: Paths, total: float, direct: float) -> pd.DataFrame:
    """Rows: effects. First-order (Sobel) errors, and each effect as a share of c and as a ratio to c′."""
    weights = call.combined
    estimate = np.array([w @ (paths.a * paths.b) for w in weights.values()])
    errors = np.sqrt([max(paths.variance(w), 0.0) for w in weights.values()])
    frame = normal_estimates(estimate, errors, call.options["level"], pd.Index(list(weights), name="effect"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return frame.assign(share_of_total=estimate / np.float64(total), ratio_to_direct=estimate / np.float64(direct))


def sobel_frame(call: Call, paths: Paths) -> pd.DataFrame:
    """Rows (mediator, test): Sobel b²v(a) + a²v(b); Aroian adds v(a) v(b), Goodman takes it off (nan where nothing is left)."""
    a2, b2, va, vb = paths.a**2, paths.b**2, np.diag(paths.a_covariance), np.diag(paths.b_covariance)
    first = b2 * va + a2 * vb
    variances = np.column_stack([first, first + va * vb, first - va * vb])
    index = pd.MultiIndex.from_product([call.mediators, ("sobel", "aroian", "goodman")], names=["mediator", "test"])
    errors = np.sqrt(np.where(variances > 0, variances, np.nan)).ravel()
    return normal_estimates(np.repeat(paths.a * paths.b, 3), errors, call.options["level"], index)


def flow_frame(call: Call, paths: pd.DataFrame, indirect: pd.DataFrame, intervals: pd.DataFrame | None) -> pd.DataFrame:
    """Rows: mediators. Each step of Wen and Ye (2014), the verdict, and what the three steps of Baron and Kenny (1986) would say."""
    return pd.DataFrame(
        [_flow(call, mediator, paths, indirect, intervals) for mediator in call.mediators], index=pd.Index(list(call.mediators), name="mediator")
    )


def _flow(call: Call, mediator: str, paths: Any, indirect: Any, intervals: Any) -> dict[str, Any]:
    alpha = 1 - call.options["level"]
    place = {"c": ("c", ""), "a": ("a", mediator), "b": ("b", mediator), "c_prime": ("c_prime", "")}
    estimate = {name: float(paths.loc[key, "estimate"]) for name, key in place.items()}
    clear = {name: bool(paths.loc[key, "p_value"] < alpha) for name, key in place.items()}
    both = clear["a"] and clear["b"]
    limits = indirect.loc[mediator] if intervals is None else intervals.loc[("percentile", mediator)]
    low, high = float(limits["conf_low"]), float(limits["conf_high"])
    product = float(indirect.loc[mediator, "estimate"])
    found = both or low > 0 or high < 0
    same = product * estimate["c_prime"] > 0
    verdict = "none" if not found else "complete" if not clear["c_prime"] else "partial" if same else "suppression"
    return {
        **estimate,
        **{f"p_value_{name}": float(paths.loc[key, "p_value"]) for name, key in place.items()},
        "premise": "mediation" if clear["c"] else "suppression",
        "indirect": product,
        "conf_low": low,
        "conf_high": high,
        "decided_by": "joint" if both else "sobel" if intervals is None else "interval",
        "indirect_found": found,
        "direct_found": clear["c_prime"],
        "same_sign": same,
        "size": _size(verdict, product, estimate),
        "verdict": verdict,
        "baron_kenny": _three_steps(clear, estimate),
    }


def _size(verdict: str, product: float, estimate: Mapping[str, float]) -> float:
    """Ab / c of a mediation, |ab / c′| of a suppression."""
    if verdict == "none":
        return float("nan")
    below = estimate["c_prime"] if verdict == "suppression" else estimate["c"]
    ratio = product / below if below else float("nan")
    return abs(ratio) if verdict == "suppression" else ratio


def _three_steps(clear: Mapping[str, bool], estimate: Mapping[str, float]) -> str:
    if not (clear["c"] and clear["a"] and clear["b"]):
        return "none"
    if not clear["c_prime"]:
        return "complete"
    return "partial" if abs(estimate["c_prime"]) < abs(estimate["c"]) else "none"
