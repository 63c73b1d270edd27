"""A sample split end to end: the engine with no effects and a constant on each side, the Lagrange multiplier test, intervals over the set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy.special import ndtri

from regio.compute.engine import repeat
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Convention, Provenance
from regio.models._threshold import fit
from regio.models._threshold.assemble import CRITICALS, ESTIMATES, THRESHOLDS
from regio.models._threshold.confidence import Piece, critical, pieces
from regio.models._threshold.lagrange import lagrange, largest, multiplier
from regio.models._threshold.prepare import Prepared, Wanted, prepare
from regio.models._threshold.problem import Codes
from regio.models._threshold.rules import Rules
from regio.models._threshold.slopes import INTERCEPT, Slopes, regime_of, slopes
from regio.models.core.blocks import Array
from regio.models.core.inference import inference

R = TypeVar("R")
RULES = {"textbook": Rules("textbook", joint=False), "hansen2000": Rules("textbook", regions=0, joint=False)}
FIRST_STEP = 0.8  # level of the set of thresholds over which slopes' intervals are joined: Hansen (2000), section 3.5
CONSTANT = "_cons"
SCHEME = "fixed_regressor"


def assembled(
    kind: Callable[..., R],
    data: Any,
    wanted: Wanted,
    *,
    errors: str,
    cluster: tuple[str, ...] | None,
    trim: float,
    draws: int,
    level: float,
    convention: str,
    seed: int,
    engine: Any,
) -> R:
    """The result of ``threshold_split``, its class handed in by the door."""
    if trim >= 0.5:
        raise ArgumentError(error("threshold.trim", found=trim))
    rules, programs = RULES[convention], convention == "hansen2000"
    found = prepare(data, wanted, rules)
    least = (len(wanted.regressors) + 3) / found.problem.n if programs else trim  # the program asks for k + 2 rows on each side, k with the constant
    done = fit.search(found, rules, (min(least, 0.49),), None, None)
    model = done.models[0]
    curve = fit.curves(found, done, model, level, flat=programs)[0]
    value = fit.thresholds_of(done, model)
    regime = regime_of(found.columns[wanted.threshold_variable], value, strict=False)
    clustered = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    own = _sides(slopes(found, wanted, regime, 2, errors=errors, cluster=clustered, level=level), level)
    n = found.problem.n
    ratio = curve.ratio * (n / done.df)  # the paper divides by S/n
    reach = critical(level)
    plain = pieces(curve.values, ratio, reach, np.isfinite(ratio))
    tests, findings = _test(found, wanted, _tested(found, done, trim, programs=programs), draws, seed, level, engine)
    regimes = np.full(len(data.rows), np.nan)
    regimes[found.rows] = regime
    eta = curve.eta * n / done.df
    return kind(
        outcome=wanted.outcome,
        treatment=wanted.treatment,
        controls=wanted.controls,
        threshold_variable=wanted.threshold_variable,
        thresholds=_threshold(done, plain, curve.scaled_pieces, eta),
        ssr=(found.problem.ssr, model.ssr),
        tests=tests,
        coefficients=_frame(own),
        covariance=pd.DataFrame(own.covariance, index=_terms(own), columns=_terms(own).rename(None)),
        unions=_unions(found, wanted, done, curve, own, errors, clustered, level),
        confidence_sets=_sets(plain, curve.scaled_pieces),
        curves=_curve(curve.values, ratio, eta),
        sizes=(int((regime == 1).sum()), int((regime == 2).sum())),
        regimes=pd.Series(regimes, index=data.rows.index, name=f"{wanted.threshold_variable}_regime"),
        fit={**own.figures, "n_candidates": done.candidates.size},
        errors=errors,
        cluster=clustered,
        convention=convention,
        level=level,
        provenance=Provenance(rows_used=len(found.rows), rows_left_out=found.left_out, regions_used=found.problem.regions),
        conventions=(
            Convention("threshold.convention", f"threshold_split.convention.{convention}"),
            *((Convention("threshold.scheme", f"threshold.scheme.{SCHEME}", "threshold_split.source"),) if draws else ()),
        ),
        findings=(*found.findings, *done.findings, *findings, *own.findings),
    )


def _tested(found: Prepared, done: fit.Search, trim: float, *, programs: bool) -> Codes:
    """Rows below each value at which the test looks."""
    counts = done.candidates.counts
    if programs:
        n = found.problem.n
        counts = counts[(counts >= int(n * trim)) & (counts <= int(n * (1 - trim)))]
        if not len(counts):
            raise EstimationError(error("threshold.no_candidates", distinct=len(np.unique(found.problem.values)), rows=n, share=100 * trim, regions=0))
        return counts
    limit = done.candidates.limits[0]
    return counts[limit.first : limit.last + 1]


def _test(found: Prepared, wanted: Wanted, counts: Codes, draws: int, seed: int, level: float, engine: Any) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    problem = found.problem
    columns = np.column_stack([found.columns[name] for name in wanted.regressors] or [np.zeros((problem.n, 0))])[problem.order]
    ones = np.ones((problem.n, 1))
    switching = np.hstack([ones, columns[:, : len(wanted.treatment)]])
    test = multiplier(switching, np.hstack([ones, columns]), found.columns[wanted.outcome][problem.order], counts)
    values = lagrange(test, test.residual[:, None])[:, 0]
    place = int(values.argmax())
    if not values[place] > 0:
        raise EstimationError(error("threshold.no_gain"))
    statistic, at = float(values[place]), float(problem.values[counts[place] - 1])
    row: tuple[Any, ...] = (statistic, float("nan"), float("nan"), "none", 0, *(float("nan"),) * 3, at)
    findings: tuple[Finding, ...] = ()
    if draws:
        sample = repeat(largest, draws, seed, test, engine=engine)
        p = RULES["textbook"].p_values(sample, statistic)
        row = (statistic, *p, SCHEME, draws, *RULES["textbook"].criticals(sample), at)
        if p[0] > 1 - level + 1e-12:
            findings = (Finding("threshold_split.not_significant", {"p_value": p[0], "level": round(100 * (1 - level), 6)}),)
    frame = pd.DataFrame([row], index=pd.Index(["lagrange"], name="test"), columns=["statistic", "p_value", "p_share", "scheme", "draws", *CRITICALS, "at"])
    return frame, findings


def _sides(found: Slopes, level: float) -> Slopes:
    """The same slopes with a constant on each side in place of one constant and its shift."""
    shift, constant = found.terms.index((INTERCEPT, 2)), found.terms.index((CONSTANT, 0))
    take = np.eye(len(found.terms))
    take[shift, constant] = 1.0
    terms = list(found.terms)
    terms[shift], terms[constant] = (CONSTANT, 2), (CONSTANT, 1)
    coefficients, covariance = take @ found.coefficients, take @ found.covariance @ take.T
    order = [i for k in (1, 2) for i, (_, side) in enumerate(terms) if side == k] + [i for i, (_, side) in enumerate(terms) if not side]
    coefficients, covariance = coefficients[order], covariance[np.ix_(order, order)]
    own = inference(coefficients, covariance, found.df, level)
    return Slopes(tuple(terms[i] for i in order), coefficients, covariance, own, found.df, found.figures, found.findings)


def _unions(
    found: Prepared, wanted: Wanted, done: fit.Search, curve: fit.Curve, own: Slopes, errors: str, cluster: tuple[str, ...], level: float
) -> pd.DataFrame:
    """Hull of the slopes' intervals over the thresholds in the 80 % set."""
    inside = np.flatnonzero(np.nan_to_num(curve.ratio / curve.eta, nan=np.inf) < critical(FIRST_STEP)) if curve.eta > 0 else np.array([], dtype=int)
    reach = float(ndtri((1 + level) / 2))
    low = own.coefficients - reach * own.inference.std_error
    high = own.coefficients + reach * own.inference.std_error
    for place in inside:
        regime = regime_of(found.columns[wanted.threshold_variable], (float(done.candidates.values[place]),), strict=False)
        there = _sides(slopes(found, wanted, regime, 2, errors=errors, cluster=cluster, level=level), level)
        low = np.minimum(low, there.coefficients - reach * there.inference.std_error)
        high = np.maximum(high, there.coefficients + reach * there.inference.std_error)
    return pd.DataFrame({"conf_low": low, "conf_high": high}, index=_terms(own))


def _terms(found: Slopes) -> pd.Index:
    return pd.Index([f"{name}:{side}" if side else name for name, side in found.terms], name="term")


def _frame(found: Slopes) -> pd.DataFrame:
    own = found.inference
    table = np.column_stack((found.coefficients, own.std_error, own.statistic, own.p_value, own.conf_low, own.conf_high))
    return pd.DataFrame(table, index=_terms(found), columns=ESTIMATES)


def _threshold(done: fit.Search, plain: tuple[Piece, ...], scaled: tuple[Piece, ...], eta: float) -> pd.DataFrame:
    pick = done.models[0].picks[0]
    ends = [(p[0].low, p[-1].high) if p else (float("nan"),) * 2 for p in (plain, scaled)]
    row = (float(done.candidates.values[pick]), float(done.candidates.following[pick]), *ends[0], len(plain), *ends[1], eta)
    return pd.DataFrame([row], index=pd.MultiIndex.from_tuples([(1, 1)], names=["model", "threshold"]), columns=THRESHOLDS)


def _sets(plain: tuple[Piece, ...], scaled: tuple[Piece, ...]) -> pd.DataFrame:
    rows = [
        (version, place, p.low, p.high, p.count) for version, own in (("likelihood_ratio", plain), ("scaled", scaled)) for place, p in enumerate(own, start=1)
    ]
    return pd.DataFrame(rows, columns=["version", "piece", "low", "high", "values"])


def _curve(values: Array, ratio: Array, eta: float) -> pd.DataFrame:
    shown = np.isfinite(ratio)
    return pd.DataFrame({"threshold": 1, "value": values[shown], "likelihood_ratio": ratio[shown], "scaled": ratio[shown] / eta})
