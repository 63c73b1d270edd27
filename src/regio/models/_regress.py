"""From a call of ``regress`` to the core: names of effects and clusters to columns, and an account of rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, Finding, error
from regio.models._regress_exhibits import CLUSTERED
from regio.models._trends import with_trends
from regio.models.core.blocks import Model
from regio.models.core.conventions import KERNEL, Name
from regio.models.core.fit import Fit, fit
from regio.models.core.inference import Inference, wald
from regio.models.core.source import Source
from regio.models.core.wild import WILD, Scheme, design, wild


@dataclass(frozen=True, slots=True)
class Repetitions:
    """Of the wild bootstrap."""

    draws: int = 999
    scheme: Scheme = "wild_rademacher"
    seed: int = 0


def estimate(
    data: Any,
    outcome: str,
    regressors: Sequence[str],
    *,
    effects: Sequence[str],
    errors: str,
    cluster: Sequence[str],
    convention: Name,
    weights: str | None,
    level: float,
    lags: int | None = None,
    trends: Sequence[str] = (),
    repetitions: Repetitions | None = None,
    engine: Any = None,
) -> tuple[Fit, int]:
    """The fit, its figures completed by the numbers of regions and periods, and the number of rows left out."""
    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "weights": weights}
    model = make_model(data, outcome, regressors, **options)
    if lags is not None and errors != KERNEL:
        raise ArgumentError(error("regress.lags_ignored", errors=errors))
    _check_wild(data, errors, cluster, repetitions)
    if trends:
        wide, added = with_trends(data, model, trends)
        options |= {"level": level, "lags": lags, "repetitions": repetitions}
        fitted, left_out = estimate(wide, outcome, (*added, *regressors), **options)
        return _without(fitted, len(added), level), left_out
    in_memory = isinstance(data.rows, pd.DataFrame)
    rows = FrameRows(data.rows, part_rows=len(data.rows)) if in_memory else data.rows  # what is in memory needs no parts
    counted = () if in_memory else _counted(data, model)
    by = "cluster" if errors == WILD else errors
    fitted = fit(rows, model, errors=by, convention=convention, level=level, lags=lags, counted=counted, engine=engine)
    if errors == WILD:
        fitted = _resampled(fitted, rows, model, repetitions or Repetitions(), level)
    figures = {**fitted.figures, **_extent(data, fitted)}
    return replace(fitted, figures=figures, findings=(*_left_out(fitted, model), *fitted.findings)), fitted.seen.rows - fitted.n


def _check_wild(data: Any, errors: str, cluster: Sequence[str], repetitions: Repetitions | None) -> None:
    if errors != WILD:
        return
    problems = [error("regress.wild_two_clusters", cluster=tuple(cluster))] if len(cluster) > 1 else []
    problems += [error("regress.wild_no_draws")] if repetitions is not None and not repetitions.draws else []
    if not isinstance(data.rows, pd.DataFrame):
        problems.append(error("regress.in_memory", option="errors", value=WILD))
    if problems:
        raise ArgumentError(*problems)


def _without(fitted: Fit, count: int, level: float) -> Fit:
    """The same fit, its first coefficients not shown; F tests the others alone."""
    b, v = fitted.coefficients[count:], fitted.covariance[count:, count:]
    f = wald(b[:-1], v[:-1, :-1], fitted.figures["f_df"][1])  # type: ignore[index]
    parts = {name: getattr(fitted.inference, name)[count:] for name in Inference.__slots__}
    figures = {**fitted.figures, "f_statistic": f[0], "f_df": f[1], "f_p_value": f[2]}
    findings = tuple(finding for finding in fitted.findings if finding.code != "regress.no_f" or np.isnan(f[0]))
    bootstrap = None if fitted.wild is None else fitted.wild.after(count)
    moments = (*fitted.moments[:1], *fitted.moments[1 + count :])
    return replace(fitted, coefficients=b, covariance=v, inference=Inference(**parts), figures=figures, findings=findings, wild=bootstrap, moments=moments)


def _resampled(fitted: Fit, rows: Any, model: Model, repetitions: Repetitions, level: float) -> Fit:
    """The fit with p-values and intervals of the wild bootstrap; the constant behind absorbed effects is a mean of effects and is not tested."""
    source = Source(rows, model)
    assert source.only is not None
    block = source.only.block
    made = design(block, source.coding.centre, pooled=model.pooled, unit=block.clusters[0], units=block.cluster_levels[0])
    asked = fitted.inference.std_error.copy()
    if not model.pooled:
        asked[-1] = np.nan
    found = wild(made, fitted.coefficients, asked, draws=repetitions.draws, scheme=repetitions.scheme, seed=repetitions.seed, level=level)
    tested = replace(fitted.inference, p_value=found.p_value, conf_low=found.conf_low, conf_high=found.conf_high)
    notes = fitted.findings
    if found.least > min(0.05, 1 - level):
        notes = (*notes, Finding("regress.wild_few", {"clusters": found.units, "draws": found.draws, "least": round(found.least, 4)}))
    return replace(fitted, inference=tested, wild=found, findings=notes)


def make_model(
    data: Any,
    outcome: str,
    regressors: Sequence[str],
    *,
    effects: Sequence[str],
    errors: str,
    cluster: Sequence[str],
    convention: Name,
    weights: str | None = None,
) -> Model:
    """Raises ArgumentError for the outcome among its regressors, a column given twice, or more than two effects or clusters."""
    regressors = tuple(regressors)
    twice = tuple(sorted({c for c in regressors if regressors.count(c) > 1}))
    problems = [error("regress.twice", columns=twice)] if twice else []
    problems += [error("regress.outcome_is_regressor", column=outcome)] if outcome in regressors else []
    problems += [error("regress.same_effect", effects=tuple(effects))] if len(set(effects)) < len(effects) else []
    problems += [error("regress.three_effects", effects=tuple(effects))] if len(effects) > 2 else []
    problems += [error("regress.three_clusters", cluster=tuple(cluster))] if len(cluster) > 2 else []
    problems += [error("regress.cluster_ignored", errors=errors)] if cluster and errors not in CLUSTERED else []
    problems += [error("regress.no_period")] if errors == KERNEL and data.keys.period is None else []
    if problems:
        raise ArgumentError(*problems)
    keys = {"region": data.keys.region, "period": data.keys.period}
    absorbed = [tuple(keys.get(word, word) for word in effect.split("*")) for effect in sorted(effects, key=lambda e: e == "period")]
    if convention == "xtreg" and tuple(effects) == ("period",):
        absorbed = [(), *absorbed]  # Stata's regress with period dummies: they count in F
    clusters = [tuple(keys.get(word, word) for word in (c,)) for c in cluster]
    if errors == KERNEL:
        clusters = [(data.keys.period,)]
    if len(clusters) == 2:
        clusters.append((*clusters[0], *clusters[1]))
    return Model(outcome, regressors, tuple(absorbed) or ((),), tuple(clusters), weights, convention != "xtreg" and bool(effects), errors == KERNEL)


def _counted(data: Any, model: Model) -> tuple[str, ...]:
    """Keys whose values are not counted anyway, as levels of an effect or a cluster."""
    known = {*model.effects, *model.clusters}
    return tuple(name for which in ("region", "period") if (name := getattr(data.keys, which)) is not None and (name,) not in known)


def _extent(data: Any, fitted: Fit) -> dict[str, int]:
    """Numbers of regions and periods among the rows used; known already where they are the levels of an effect or a cluster."""
    found = {}
    for which in ("region", "period"):
        name = getattr(data.keys, which)
        if (name,) in fitted.sizes:
            found[f"n_{which}s"] = fitted.sizes[name,]
        elif name is not None and fitted.rows is not None and isinstance(data.rows, pd.DataFrame):
            column = data.rows[name]
            found[f"n_{which}s"] = int((column if len(fitted.rows) == len(column) else column.iloc[fitted.rows]).nunique())
    return found


def _left_out(fitted: Fit, model: Model) -> tuple[Finding, ...]:
    findings, seen = [], fitted.seen
    if seen.complete < seen.rows:
        missing = tuple(f"{name} ({seen.missing[name]})" for name in model.columns if name in seen.missing)
        findings.append(Finding("regress.rows_left_out", {"rows": seen.rows - seen.complete, "columns": missing}, "note"))
    if fitted.n < seen.complete:
        findings.append(Finding("regress.singletons_dropped", {"rows": seen.complete - fitted.n}, "note"))
    return tuple(findings)
