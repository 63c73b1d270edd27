"""A panel kink model end to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from regio.compute.engine import Engine, repeat
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Convention, Provenance
from regio.language import Message
from regio.models._regress import estimate
from regio.models._sample import Sample
from regio.models._threshold.assemble import CRITICALS, ESTIMATES
from regio.models._threshold.bootstrap import inside_effect, pool_of
from regio.models._threshold.candidates import candidates
from regio.models._threshold.fit import scheme_used
from regio.models._threshold.kink import KinkDraws, Segments, statistics
from regio.models._threshold.path import path
from regio.models._threshold.prepare import Prepared, Wanted, prepare
from regio.models._threshold.rules import Rules
from regio.models.core.blocks import Array
from regio.models.core.inference import inference

R = TypeVar("R")
RULES = Rules("textbook", joint=False)
POINTS = 2_001  # places between the limits at which the curve is given, beside the values of x
KINK = "_kink"


def assembled(
    kind: Callable[..., R],
    data: Any,
    wanted: Wanted,
    *,
    errors: str,
    cluster: tuple[str, ...] | None,
    trim: float,
    draws: int,
    scheme: str,
    level: float,
    seed: int,
    engine: Engine | None,
) -> R:
    """The result of ``panel_kink``, its class handed in by the door."""
    if trim >= 0.5:
        raise ArgumentError(error("threshold.trim", found=trim))
    name = wanted.treatment[0]
    found, centre, unit = _prepared(data, wanted, name)
    segments = _segments(found, trim)
    problem = found.problem
    c = segments.path.running(problem.swept_outcome)
    best, gain = segments.best(c[..., None])
    if not gain[0] > 0:
        raise EstimationError(error("threshold.no_gain"))
    kink, ssr = float(best[0]), problem.ssr - float(gain[0])
    df = problem.n - problem.groups
    used, notes = scheme_used(found, scheme, RULES) if draws else ("none", ())
    statistic = float(gain[0]) / ssr * df
    tests, critical = _draw(found, segments, c, kink, statistic, draws=draws, scheme=used, seed=seed, level=level, df=df, engine=engine)
    curve = _curve(segments, c, kink, problem.ssr, ssr, df)
    set_low, set_high = _set(curve, critical)
    clustered = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    at = centre + unit * kink
    frame, covariance, fitted = _estimates(found, wanted, name, at, errors=errors, cluster=clustered, level=level)
    significant = not draws or tests["p_value"].iloc[0] <= 1 - level + 1e-12
    said = () if significant else (Finding("panel_kink.not_significant", {"p_value": float(tests["p_value"].iloc[0]), "level": round(100 * (1 - level), 6)}),)
    curve = curve.assign(value=centre + unit * curve["value"])
    return kind(
        outcome=wanted.outcome,
        treatment=name,
        controls=wanted.controls,
        kink=at,
        kink_low=centre + unit * set_low,
        kink_high=centre + unit * set_high,
        critical=critical,
        ssr=(problem.ssr, ssr),
        tests=tests,
        coefficients=frame,
        covariance=covariance,
        curves=curve,
        sizes=(int((found.columns[name] <= at).sum()), int((found.columns[name] > at).sum())),
        fit={**fitted.figures, "rss": ssr, "denominator": df},
        effects=wanted.effects,
        errors=errors,
        cluster=clustered,
        scheme=used,
        level=level,
        provenance=Provenance(rows_used=len(found.rows), rows_left_out=found.left_out, regions_used=problem.regions),
        conventions=(
            Convention("panel_kink.search", "panel_kink.search.exact"),
            Convention("threshold.denominator", Message("threshold.denominator.textbook", {"value": df})),
            *((Convention("threshold.scheme", f"threshold.scheme.{used}", "panel_kink.source"),) if draws else ()),
        ),
        findings=(*found.findings, *notes, *said),
    )


def _prepared(data: Any, wanted: Wanted, name: str) -> tuple[Prepared, float, float]:
    """The engine with the columns x and 1, x centred and scaled."""
    first = prepare(data, wanted, RULES)
    centre, unit = float(first.columns[name].mean()), float(first.columns[name].std())
    rows = data.rows.assign(**{name: (data.rows[name] - centre) / unit})
    return _with_columns(prepare(Sample(rows, data.keys), wanted, RULES), first), centre, unit


def _with_columns(scaled: Prepared, raw: Prepared) -> Prepared:
    return Prepared(scaled.problem, raw.rows, raw.periods, raw.period_names, raw.strata, raw.balanced, raw.sample, raw.columns, raw.findings, raw.left_out)


def _segments(found: Prepared, trim: float) -> Segments:
    problem = found.problem
    options = candidates(problem, RULES, (trim,), None)
    if not options.size or options.limits[0].first >= options.limits[0].last:
        distinct = int((np.diff(problem.values) > 0).sum()) + 1
        raise EstimationError(error("threshold.no_candidates", distinct=distinct, rows=problem.n, share=100 * trim, regions=RULES.regions))
    chosen = slice(options.limits[0].first, options.limits[0].last + 1)
    return Segments(path(problem, options.counts[chosen]), options.values[chosen], options.following[chosen])


def _draw(
    found: Prepared, segments: Segments, c: Array, kink: float, statistic: float, *, draws: int, scheme: str, seed: int, level: float, df: int, engine: Any
) -> tuple[pd.DataFrame, float]:
    """The test, and the critical value of the set of kinks: nan where nothing was drawn."""
    names = ["statistic", "p_value", "p_share", "scheme", "draws", *CRITICALS]
    index = pd.Index([1], name="kinks")
    nan = float("nan")
    if not draws:
        return pd.DataFrame([(statistic, nan, nan, "none", 0, nan, nan, nan)], index=index, columns=names), nan
    problem = found.problem
    inside = inside_effect(problem, scheme)
    none = np.zeros(problem.n)
    null = KinkDraws(segments, problem.outcome, none, scheme, pool_of(problem, problem.outcome, found.strata), df, inside, None)
    sample = repeat(statistics, draws, seed, null, engine=engine)
    explained = _explained(found, kink)
    residual = problem.outcome - explained
    bent = KinkDraws(segments, residual, explained, scheme, pool_of(problem, residual, found.strata), df, inside, kink)
    ratios = repeat(statistics, draws, seed, bent, engine=engine)
    frame = pd.DataFrame([(statistic, *RULES.p_values(sample, statistic), scheme, draws, *RULES.criticals(sample))], index=index, columns=names)
    place = min(len(ratios), int(np.ceil(round(level * (len(ratios) + 1), 9))))
    return frame, float(np.sort(ratios)[place - 1])


def _explained(found: Prepared, kink: float) -> Array:
    """(n,) what the kink explains, net of effects and fixed columns."""
    problem = found.problem
    below = (problem.switching[:, 0] - kink * problem.switching[:, 1]) * (problem.values <= kink)
    column = problem.sweep(below)
    column = column - problem.fixed @ (problem.fixed.T @ column)
    column = column - problem.fixed @ (problem.fixed.T @ column)
    explained: Array = column * float(column @ problem.outcome / (column @ column))
    return explained


def _curve(segments: Segments, c: Array, kink: float, whole: float, ssr: float, df: int) -> pd.DataFrame:
    spread = np.linspace(segments.low[0], segments.high[-1], POINTS)
    values = np.unique(np.concatenate([segments.low, spread, segments.high[-1:], [kink]]))
    ratio = (whole - segments.curve(c, values) - ssr) / (ssr / df)
    return pd.DataFrame({"value": values, "likelihood_ratio": np.maximum(ratio, 0.0)})


def _set(curve: pd.DataFrame, critical: float) -> tuple[float, float]:
    inside = curve.loc[curve["likelihood_ratio"] <= critical, "value"]
    return (float(inside.min()), float(inside.max())) if len(inside) else (float("nan"), float("nan"))


def _estimates(
    found: Prepared, wanted: Wanted, name: str, kink: float, *, errors: str, cluster: tuple[str, ...], level: float
) -> tuple[pd.DataFrame, pd.DataFrame, Any]:
    """Slopes on both sides and the kink. Their covariance is that of a regression on the derivatives, which stand in for columns at the optimum."""
    x = found.columns[name] - kink
    low, high = f"{name}:1", f"{name}:2"
    rows = found.sample.rows.assign(**{low: np.minimum(x, 0.0), high: np.maximum(x, 0.0)})
    keys = found.sample.keys
    plain, _ = _fit(Sample(rows, keys), wanted, (low, high, *wanted.controls), "classical", (), level)
    turn = -np.where(x <= 0, plain.coefficients[0], plain.coefficients[1])
    fitted, _ = _fit(Sample(rows.assign(**{KINK: turn}), keys), wanted, (low, high, *wanted.controls, KINK), errors, cluster, level)
    coefficients = np.concatenate([plain.coefficients[:-1], [kink], plain.coefficients[-1:]])
    own = inference(coefficients, fitted.covariance, int(fitted.figures["f_df"][1]), level)
    terms = pd.Index([low, high, *wanted.controls, KINK, "_cons"], name="term")
    table = np.column_stack((coefficients, own.std_error, own.statistic, own.p_value, own.conf_low, own.conf_high))
    frame = pd.DataFrame(table, index=terms, columns=ESTIMATES)
    frame.loc[KINK, ["statistic", "p_value"]] = np.nan  # that the kink is at zero is no hypothesis of interest
    return frame, pd.DataFrame(fitted.covariance, index=terms, columns=terms.rename(None)), fitted


def _fit(sample: Sample, wanted: Wanted, regressors: tuple[str, ...], errors: str, cluster: tuple[str, ...], level: float) -> tuple[Any, int]:
    return estimate(
        sample,
        wanted.outcome,
        regressors,
        effects=wanted.effects,
        errors=errors,
        cluster=cluster,
        convention="xtreg",
        weights=wanted.sample_weights,
        level=level,
    )
