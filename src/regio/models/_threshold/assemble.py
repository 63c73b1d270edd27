"""From a search to the frames of the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.result import Convention, Provenance
from regio.language import Message
from regio.models._sample import moments_of
from regio.models._threshold import fit
from regio.models._threshold.confidence import Piece
from regio.models._threshold.prepare import Prepared, Wanted, period_counts, prepare
from regio.models._threshold.rules import LEVELS, RULES, Rules
from regio.models._threshold.slopes import Slopes, equal_slopes, hansen_slopes, regime_of, slopes, term

R = TypeVar("R")
ESTIMATES = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
CRITICALS = tuple(f"critical_{round(100 * level)}" for level in LEVELS)
TESTS = ("statistic", "p_value", "p_share", "scheme", "draws", *CRITICALS, "ssr_before", "ssr_after", "denominator")
THRESHOLDS = ("value", "next_value", "conf_low", "conf_high", "pieces", "scaled_low", "scaled_high", "eta_squared")


def assembled(
    kind: Callable[..., R],
    data: Any,
    wanted: Wanted,
    *,
    thresholds: tuple[float, ...] | None,
    errors: str,
    cluster: tuple[str, ...] | None,
    stages: int,
    trim: tuple[float, ...],
    grid: int | None,
    lags: int | None,
    draws: int,
    scheme: str,
    level: float,
    convention: str,
    seed: int,
    engine: Any,
) -> R:
    """The result of ``threshold``, its class handed in by the door."""
    rules = RULES[convention]
    _check(thresholds, stages, trim, grid, rules, errors)
    trims = (*trim, *(trim[-1],) * stages)[:stages]
    found = prepare(data, wanted, rules)
    if thresholds is not None:
        _check_given(found, rules, thresholds)
    done = fit.search(found, rules, trims, grid, thresholds)
    used, notes = fit.scheme_used(found, scheme, rules) if draws and thresholds is None else ("none", ())
    tested = fit.tests(found, done, rules, draws=draws, scheme=used, seed=seed, engine=engine)
    number, said = _number(done, tested, level, drawn=bool(draws) and thresholds is None)
    model = done.models[number - 1]
    curves = [fit.curves(found, done, m, level) for m in done.models]
    values = fit.thresholds_of(done, model)
    regime = regime_of(found.columns[wanted.threshold_variable], values, strict=rules.strict)
    clustered = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    if rules.drop_last:
        slope = hansen_slopes(found, wanted, regime, number + 1, errors=errors, level=level)
    else:
        slope = slopes(found, wanted, regime, number + 1, errors=errors, cluster=clustered, level=level, lags=lags)
    return kind(
        outcome=wanted.outcome,
        treatment=wanted.treatment,
        controls=wanted.controls,
        threshold_variable=wanted.threshold_variable,
        thresholds=_thresholds(done, curves),
        ssr=(found.problem.ssr, *(m.ssr for m in done.models)),
        tests=_tests(tested, done.df),
        selection=_selection(found, done, wanted),
        number=number,
        coefficients=_coefficients(slope),
        covariance=_covariance(slope),
        equality=equal_slopes(slope),
        confidence_sets=_sets(curves),
        curves=_curves(curves[number - 1]),
        counts=_counts(found, regime, number + 1),
        regimes=pd.Series(_spread(regime, found.rows, len(data.rows)), index=data.rows.index, name=f"{wanted.threshold_variable}_regime"),
        fit={**slope.figures, **_figures(found, done)},
        effects=wanted.effects,
        errors=errors,
        cluster=clustered,
        convention=convention,
        scheme=used,
        level=level,
        lags=lags,
        moments=moments_of(found.columns, (wanted.outcome, *wanted.treatment)),
        provenance=Provenance(rows_used=len(found.rows), rows_left_out=found.left_out, regions_used=found.problem.regions),
        conventions=_conventions(rules, used, model, done, thresholds),
        findings=(*found.findings, *done.findings, *notes, *said, *_broad(done, curves[number - 1], level), *slope.findings),
    )


def _check(thresholds: tuple[float, ...] | None, stages: int, trim: tuple[float, ...], grid: int | None, rules: Rules, errors: str) -> None:
    problems = []
    if stages < 1 and thresholds is None:
        problems.append(error("threshold.no_stage"))
    if not trim or max(trim) >= 0.5:
        problems.append(error("threshold.trim", found=max(trim, default=0.0)))
    if grid is not None and grid < 2:
        problems.append(error("threshold.grid", found=grid))
    if thresholds is not None and not thresholds:
        problems.append(error("threshold.none_given"))
    if rules.drop_last and errors not in ("classical", "hc0", "cluster"):
        problems.append(error("threshold.hansen_errors", errors=errors))
    if problems:
        raise ArgumentError(*problems)


def _check_given(found: Prepared, rules: Rules, thresholds: tuple[float, ...]) -> None:
    regime = regime_of(found.problem.values, tuple(sorted(thresholds)), strict=rules.strict)
    sizes = np.bincount(regime, minlength=len(thresholds) + 2)[1:]
    if (sizes == 0).any():
        low, high = float(found.problem.values[0]), float(found.problem.values[-1])
        raise ArgumentError(error("threshold.empty_regime", regime=int(sizes.argmin()) + 1, thresholds=tuple(sorted(thresholds)), low=low, high=high))


def _number(done: fit.Search, tested: tuple[fit.Test, ...], level: float, *, drawn: bool) -> tuple[int, tuple[Finding, ...]]:
    """How many thresholds the model has: as many as are significant one after the other, one at least; all where nothing was drawn."""
    if not drawn:
        return len(done.models), ()
    significant = 0
    for test in tested:
        if test.p[0] > 1 - level + 1e-12:
            break
        significant += 1
    if significant:
        return significant, ()
    return 1, (Finding("threshold.not_significant", {"p_value": tested[0].p[0], "level": round(100 * (1 - level), 6), "scheme": _scheme(tested[0].scheme)}),)


def _broad(done: fit.Search, curves: tuple[fit.Curve, ...], level: float) -> tuple[Finding, ...]:
    """Confidence sets that hold more than half of the candidates say little."""
    notes = []
    for place, curve in enumerate(curves, start=1):
        share = sum(p.count for p in curve.pieces) / max(1, int(np.isfinite(curve.ratio).sum()))
        if share > 0.5:
            notes.append(Finding("threshold.broad", {"number": place, "share": round(100 * share), "level": 100 * level}, "note"))
    return tuple(notes)


def _thresholds(done: fit.Search, curves: list[tuple[fit.Curve, ...]]) -> pd.DataFrame:
    rows = {}
    for m, (model, own) in enumerate(zip(done.models, curves, strict=True), start=1):
        for j, (pick, curve) in enumerate(zip(model.picks, own, strict=True), start=1):
            hull, scaled = _hull(curve.pieces), _hull(curve.scaled_pieces)
            value, following = float(done.candidates.values[pick]), float(done.candidates.following[pick])
            rows[m, j] = (value, following, *hull, len(curve.pieces), *scaled, curve.eta)
    index = pd.MultiIndex.from_tuples(rows, names=["model", "threshold"])
    return pd.DataFrame(list(rows.values()), index=index, columns=THRESHOLDS)


def _hull(found: tuple[Piece, ...]) -> tuple[float, float]:
    return (found[0].low, found[-1].high) if found else (float("nan"), float("nan"))


def _tests(tested: tuple[fit.Test, ...], df: int) -> pd.DataFrame:
    rows = [(t.statistic, *t.p, t.scheme, t.draws, *t.criticals, *t.ssr, df) for t in tested]
    return pd.DataFrame(rows, index=pd.Index(range(1, len(rows) + 1), name="thresholds"), columns=TESTS)


def _selection(found: Prepared, done: fit.Search, wanted: Wanted) -> pd.DataFrame:
    table = fit.criteria(found, done, found.problem.fixed.shape[1])
    frame = pd.DataFrame(table, columns=["ssr", "parameters", "bic", "hannan_quinn"]).rename_axis("thresholds")
    frame["parameters"] = frame["parameters"].astype(int)
    return frame.assign(best_bic=frame["bic"] == frame["bic"].min())


def _coefficients(slope: Slopes) -> pd.DataFrame:
    own = slope.inference
    table = np.column_stack((slope.coefficients, own.std_error, own.statistic, own.p_value, own.conf_low, own.conf_high))
    return pd.DataFrame(table, index=_terms(slope), columns=ESTIMATES)


def _covariance(slope: Slopes) -> pd.DataFrame:
    terms = _terms(slope)
    return pd.DataFrame(slope.covariance, index=terms, columns=terms.rename(None))


def _terms(slope: Slopes) -> pd.Index:
    return pd.Index([term(name, k) for name, k in slope.terms], name="term")


def _sets(curves: list[tuple[fit.Curve, ...]]) -> pd.DataFrame:
    rows = []
    for m, own in enumerate(curves, start=1):
        for j, curve in enumerate(own, start=1):
            for version, found in (("likelihood_ratio", curve.pieces), ("scaled", curve.scaled_pieces)):
                rows += [(m, j, version, place, p.low, p.high, p.count) for place, p in enumerate(found, start=1)]
    return pd.DataFrame(rows, columns=["model", "threshold", "version", "piece", "low", "high", "values"])


def _curves(curves: tuple[fit.Curve, ...]) -> pd.DataFrame:
    """From the first to the last value that the regimes allow; nan between, where another threshold is too close."""
    parts = []
    for j, curve in enumerate(curves, start=1):
        shown = np.flatnonzero(np.isfinite(curve.ratio))
        span = slice(shown[0], shown[-1] + 1)
        ratio = curve.ratio[span]
        parts.append(pd.DataFrame({"threshold": j, "value": curve.values[span], "likelihood_ratio": ratio, "scaled": ratio / curve.eta}))
    return pd.concat(parts, ignore_index=True)


def _counts(found: Prepared, regime: Any, regimes: int) -> pd.DataFrame:
    counts = period_counts(found.periods, found.period_names, regime, regimes)
    return pd.DataFrame(counts, index=pd.Index(found.period_names, name="period"), columns=[f"regime_{k}" for k in range(1, regimes + 1)])


def _spread(regime: Any, rows: Any, size: int) -> Any:
    full = np.full(size, np.nan)
    full[rows] = regime
    return full


def _figures(found: Prepared, done: fit.Search) -> Mapping[str, Any]:
    return {"n_candidates": done.candidates.size, "denominator": done.df, "balanced": found.balanced}


def _scheme(scheme: str) -> Message:
    return Message(f"threshold.scheme.{scheme}")


def _conventions(rules: Rules, scheme: str, model: fit.Model, done: fit.Search, thresholds: tuple[float, ...] | None) -> tuple[Convention, ...]:
    whole = [
        Convention("threshold.convention", f"threshold.convention.{rules.name}"),
        Convention("threshold.denominator", Message(f"threshold.denominator.{'xthreg' if rules.name == 'xthreg' else 'textbook'}", {"value": done.df})),
        Convention("threshold.way", f"threshold.way.{model.found}"),
    ]
    if scheme != "none":
        whole.append(Convention("threshold.scheme", _scheme(scheme), "threshold.source.bootstrap"))
    return tuple(whole)
