"""From a call of ``regress`` to the core: names of effects and clusters to columns, and an account of rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, Finding, error
from regio.models.core.blocks import Model
from regio.models.core.conventions import KERNEL, Name
from regio.models.core.fit import Fit, fit


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
    engine: Any = None,
) -> tuple[Fit, int]:
    """The fit, its figures completed by the numbers of regions and periods, and the number of rows left out."""
    model = make_model(data, outcome, regressors, effects=effects, errors=errors, cluster=cluster, convention=convention, weights=weights)
    if lags is not None and errors != KERNEL:
        raise ArgumentError(error("regress.lags_ignored", errors=errors))
    in_memory = isinstance(data.rows, pd.DataFrame)
    rows = FrameRows(data.rows, part_rows=len(data.rows)) if in_memory else data.rows  # what is in memory needs no parts
    counted = () if in_memory else _counted(data, model)
    fitted = fit(rows, model, errors=errors, convention=convention, level=level, lags=lags, counted=counted, engine=engine)
    figures = {**fitted.figures, **_extent(data, fitted)}
    return replace(fitted, figures=figures, findings=(*_left_out(fitted, model), *fitted.findings)), fitted.seen.rows - fitted.n


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
    problems += [error("regress.cluster_ignored", errors=errors)] if cluster and errors != "cluster" else []
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
