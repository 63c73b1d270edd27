"""From a call of ``regress`` to the core: names of effects and clusters to columns, and an account of rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, Finding, error
from regio.models.core.blocks import Arrays, Model
from regio.models.core.conventions import Name
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
    engine: Any = None,
) -> tuple[Fit, int]:
    """The fit, its figures completed by the numbers of regions and periods, and the number of rows left out."""
    model = make_model(data, outcome, regressors, effects=effects, errors=errors, cluster=cluster, convention=convention, weights=weights)
    in_parts = hasattr(data.rows, "parts")
    rows = data.rows if in_parts else FrameRows(data.rows)
    total = 0 if in_parts else len(data.rows)
    fitted = fit(rows, model, errors=errors, convention=convention, level=level, total_rows=total, engine=engine)
    n = fitted.figures["n"]
    assert isinstance(n, int)
    left_out = 0 if in_parts else total - n
    used = data.rows if in_parts or not left_out else data.rows.iloc[Arrays.of(data.rows, model).rows]
    figures = {**fitted.figures, **_extent(data, model, fitted, used, in_parts)}
    findings = (*fitted.findings, *(_left_out(data, model, len(used), n) if left_out else ()))
    return replace(fitted, figures=figures, findings=findings), left_out


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
    problems += [error("regress.three_effects", effects=tuple(effects))] if len(effects) > 2 else []
    problems += [error("regress.three_clusters", cluster=tuple(cluster))] if len(cluster) > 2 else []
    problems += [error("regress.cluster_ignored", errors=errors)] if cluster and errors != "cluster" else []
    if problems:
        raise ArgumentError(*problems)
    keys = {"region": data.keys.region, "period": data.keys.period}
    absorbed = [tuple(keys.get(word, word) for word in effect.split("*")) for effect in sorted(effects, key=lambda e: e == "period")]
    if convention == "xtreg" and tuple(effects) == ("period",):
        absorbed = [(), *absorbed]  # Stata's regress with period dummies: they count in F
    clusters = [tuple(keys.get(word, word) for word in (c,)) for c in cluster]
    if len(clusters) == 2:
        clusters.append((*clusters[0], *clusters[1]))
    return Model(outcome, regressors, tuple(absorbed) or ((),), tuple(clusters), weights, convention != "xtreg" and bool(effects))


def _extent(data: Any, model: Model, fitted: Fit, used: Any, in_parts: bool) -> dict[str, int]:
    """Numbers of regions and periods among the rows used; known already where they are the levels of an effect."""
    found = {}
    for which in ("region", "period"):
        name = getattr(data.keys, which)
        if name is None:
            continue
        for effect, levels in zip(model.effects, fitted.levels, strict=True):
            if effect == (name,):
                found[f"n_{which}s"] = levels
        if f"n_{which}s" not in found and not in_parts:
            found[f"n_{which}s"] = int(used[name].nunique())
    return found


def _left_out(data: Any, model: Model, complete: int, n: int) -> tuple[Finding, ...]:
    findings = []
    if complete < len(data.rows):
        missing = tuple(f"{name} ({count})" for name in model.columns if (count := int(data.rows[name].isna().sum())))
        findings.append(Finding("regress.rows_left_out", {"rows": len(data.rows) - complete, "columns": missing}, "note"))
    if n < complete:
        findings.append(Finding("regress.singletons_dropped", {"rows": complete - n}, "note"))
    return tuple(findings)
