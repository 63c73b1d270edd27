"""From a call of a method to frames: weights, bounds, scores, rules, and what a reader should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.fingerprint import of_column
from regio.contract.finding import ArgumentError, EstimationError, Finding, error, suggestion
from regio.contract.method import HASHED_ROWS
from regio.contract.result import Provenance
from regio.contract.tables import check_numeric
from regio.indices._cells import Cells, cells
from regio.indices._indicators import Indicator, choose
from regio.indices._plan import How, bare_plan, headings_of, plan_of, weighting_of
from regio.indices._rules import IndexRules, read_rules
from regio.indices._score import ALL, InadmissibleError, Plan, Rows, Scored, score
from regio.indices._words import Scope
from regio.indices.scale import SCALES, Floats

DECIMALS = 9  # scores that agree to this many decimals share a rank
KIND = "index"  # whose rules these are: every method that scales, weighs and aggregates shares them


@dataclass(frozen=True, slots=True)
class Weighed:
    """Frames as the result classes describe them, without scores."""

    weights: pd.DataFrame
    bounds: pd.DataFrame
    provenance: Provenance
    findings: tuple[Finding, ...]
    rules: IndexRules | None = None
    between: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class Computed(Weighed):
    """The same with scores; scored: the arrays behind them, chosen: the indicators."""

    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    scored: Scored | None = None
    chosen: tuple[Indicator, ...] = ()


def compute(
    data: Any,
    indicators: tuple[str, ...] | None,
    *,
    directions: Any,
    dimensions: Any,
    scope: Scope,
    weights: str | tuple[str, ...] | Mapping[str, float] = "entropy",
    shift: float = 0.0,
    kind: str,
    goalposts: Any = None,
    how: How | None = None,
) -> Computed:
    """Reads the cells, learns scale and weights in the scope or takes rules that were learnt before, and aggregates."""
    how = how or How(shift=shift)
    if not 0 <= how.shift < float("inf"):
        raise ArgumentError(error("index.shift", found=f"{how.shift:g}"))
    if how.rules is not None:
        return _by_rules(data, indicators, weights, scope, kind, how)
    check_periods(data, kind, scope, how)
    chosen, notes = choose(data, indicators, directions, dimensions, goalposts)
    found, plan, scored = learnt_scores(data, chosen, weights, scope, how)
    periods = None if found.parts is None else tuple(found.parts)
    rules = learnt_rules(chosen, scored, periods, how.options(weights, scope), len(found.values))
    learnt = described(chosen, scored, periods, scope, SCALES[how.scale].parameters)
    return _computed(data, indicators, found, chosen, scored, plan, rules, periods, (*notes, *learnt.findings), learnt)


def check_periods(data: Any, kind: str, scope: str, how: How) -> None:
    if data.keys.period is None and (scope != "pooled" or how.base):
        argument = f'scope = "{scope}"' if scope != "pooled" else "base"
        raise ArgumentError(error("contract.no_period", kind=kind, argument=argument))


def learnt_scores(data: Any, chosen: Sequence[Indicator], weights: Any, scope: Scope, how: How, found: Cells | None = None) -> tuple[Cells, Plan, Scored]:
    """The cells of the indicators, where they are not known already, what is to be computed, and the scores; whether weights could be learnt is looked at by
    ``check_weights``.
    """
    names = tuple(i.name for i in chosen)
    plan = plan_of(data, chosen, weights, scope, how)
    found = found or cells(data, names, scope != "pooled")
    parts = [ALL] if found.parts is None else list(found.parts.values())
    try:
        return found, plan, score(found.values, plan, parts=parts, base=_base(found, how.base), one_scale=scope == "pooled_scale")
    except InadmissibleError as problem:
        raise EstimationError(_inadmissible(problem, names, weights, how)) from None


def _computed(
    data: Any,
    indicators: tuple[str, ...] | None,
    found: Cells,
    chosen: tuple[Indicator, ...],
    scored: Scored,
    plan: Plan,
    rules: IndexRules,
    periods: tuple[Any, ...] | None,
    findings: tuple[Finding, ...],
    learnt: Weighed,
) -> Computed:
    names, headings = [i.name for i in chosen], headings_of(chosen)
    columns = {"score": scored.scores} | dict(zip(headings, scored.sub_scores, strict=True))
    scores = pd.concat([found.keys, pd.DataFrame(columns, index=found.keys.index)], axis=1)
    hashes = {name: of_column(data.rows[name]) for name in names} if indicators is None and len(scores) <= HASHED_ROWS else {}
    more = _outside(scored, names) + _undefined(scored)
    provenance = Provenance(columns=hashes)
    between = _between_frame(chosen, scored, plan, periods)
    return Computed(learnt.weights, learnt.bounds, provenance, (*findings, *more), rules, between, _facts(scored, periods), scores, scored, chosen)


def _by_rules(data: Any, indicators: tuple[str, ...] | None, weights: Any, scope: str, kind: str, how: How) -> Computed:
    """Scores by rules that were learnt before: indicators, directions and every option are theirs."""
    rules = read_rules(how.rules, KIND)
    _check_conflicts(rules, how, weights, scope, kind)
    chosen = tuple(Indicator(*item) for item in zip(rules.indicators, rules.directions, rules.dimensions, rules.best, strict=True))
    check_columns(data, indicators, rules)
    theirs = How(**{f.name: rules.options[f.name] for f in fields(How) if f.name in rules.options})
    plan = bare_plan(chosen, theirs)
    found = cells(data, rules.indicators, rules.periods is not None, least=1)
    parts: list[Rows] = [ALL] if found.parts is None else list(found.parts.values())
    learnt = rules.parts if rules.periods is None else [dict(zip(map(str, rules.periods), rules.parts, strict=True)).get(str(p)) for p in found.parts or ()]
    if unknown := tuple(str(p) for p, part in zip(found.parts or (), learnt, strict=False) if part is None):
        raise ArgumentError(error("index.no_rules_of_period", periods=unknown, known=tuple(map(str, rules.periods or ())), scope=rules.options["scope"]))
    try:
        scored = score(found.values, plan, parts=parts, one_scale=rules.options["scope"] == "pooled_scale", rules=[part for part in learnt if part is not None])
    except InadmissibleError as problem:
        raise EstimationError(_inadmissible(problem, rules.indicators, rules.options["weighting"], theirs)) from None
    periods = None if found.parts is None else tuple(found.parts)
    frozen = Finding("index.frozen", {"rows": rules.rows}, "note")
    bounds = _bounds_frame(scored, rules.indicators, periods, rules.options["scope"], SCALES[theirs.scale].parameters)
    described = Weighed(_weights_frame(chosen, scored, periods), bounds, Provenance(), ())
    return _computed(data, indicators, found, chosen, scored, plan, rules, periods, (frozen,), described)


def _check_conflicts(rules: IndexRules, how: How, weights: Any, scope: str, kind: str) -> None:
    """An option that was given and says something else than the rules."""
    given = how.options(weights, scope) | {"weights": weights}
    usual = How().options("entropy", "pooled") | {"weights": "entropy"}
    theirs = dict(rules.options) | {"weights": rules.options["schemes"] or rules.options["weighting"]}
    for name in ("weighting", "schemes"):
        given.pop(name)
    problems = [
        error("index.other_option", kind=kind, option=name, found=str(value), rules=str(theirs[name]))
        for name, value in given.items()
        if value not in (usual[name], theirs[name])
    ]
    if problems:
        raise ArgumentError(*problems)


def check_columns(data: Any, indicators: tuple[str, ...] | None, rules: IndexRules) -> None:
    columns = tuple(map(str, data.rows.columns))
    problems = [
        error("index.unknown_column", argument="rules", column=name, columns=columns, near=suggestion(name, columns))
        for name in rules.indicators
        if name not in columns
    ]
    if indicators is not None and set(indicators) != set(rules.indicators):
        problems.append(error("index.other_indicators", found=indicators, rules=rules.indicators))
    if problems:
        raise ArgumentError(*problems)
    check_numeric({name: data.rows[name] for name in rules.indicators}, list(rules.indicators))


def _base(found: Cells, base: tuple[Any, ...]) -> Rows:
    """The rows of the base periods."""
    if not base:
        return ALL
    periods = found.keys["period"].astype(str).to_numpy()
    known = tuple(dict.fromkeys(periods))
    unknown = tuple(str(p) for p in base if str(p) not in known)
    if unknown:
        raise ArgumentError(error("index.no_base", found=unknown, periods=known))
    rows = np.flatnonzero(np.isin(periods, [str(p) for p in base]))
    if len(rows) < 2:
        raise ArgumentError(error("index.one_row_in_period", periods=tuple(map(str, base))))
    return rows


def learnt_rules(chosen: Sequence[Indicator], scored: Scored, periods: tuple[Any, ...] | None, options: Mapping[str, Any], rows: int) -> IndexRules:
    return IndexRules(
        kind=KIND,
        indicators=tuple(i.name for i in chosen),
        directions=tuple(i.direction for i in chosen),
        best=tuple(i.best for i in chosen),
        dimensions=tuple(i.dimension for i in chosen),
        options=options,
        periods=periods,
        parts=tuple(lesson.rules for lesson in scored.lessons),
        rows=rows,
    )


def described(
    chosen: Sequence[Indicator],
    scored: Scored,
    periods: tuple[Any, ...] | None,
    scope: Scope,
    parameters: tuple[str, ...] = ("low", "high"),
) -> Weighed:
    """The frames of weights and of bounds, and what a reader should know.

    Raises
    ------
    EstimationError
        for weights that could not be learnt, or that rest on an indicator that cannot be scaled
    """
    names = tuple(i.name for i in chosen)
    check_weights(scored, names, periods)
    bounds = _bounds_frame(scored, names, periods, scope, parameters)
    findings = tuple(_findings(scored, names, periods, scope, headings_of(chosen), chosen))
    return Weighed(_weights_frame(chosen, scored, periods), bounds, Provenance(), findings)


def rank(scores: pd.DataFrame, by: str = "score") -> pd.DataFrame:
    """Keys and rank of each row: 1 is best, ties share the better rank, inside each period where there are periods; none without a score."""
    rounded = scores[by].round(DECIMALS)
    groups = rounded.groupby(scores["period"].to_numpy()) if "period" in scores else rounded
    keys = scores[[c for c in ("region", "unit", "period") if c in scores]]
    ranks = groups.rank(method="min", ascending=False)
    return keys.assign(rank=ranks.astype("Int64" if ranks.isna().any() else np.int64))


def _inadmissible(problem: InadmissibleError, names: Sequence[str], weights: Any, how: How) -> Finding:
    what = weighting_of(weights) if problem.what == "weights" else how.aggregate
    code = "index.not_positive" if problem.needs == "positive" else "index.negative"
    return error(code, what=what, argument=problem.what, scale=how.scale, columns=_some(names, problem.columns))


def check_weights(scored: Scored, names: tuple[str, ...], periods: tuple[Any, ...] | None) -> None:
    """Weights that could not be learnt, or that rest on an indicator that cannot be scaled."""
    empty = np.isnan(scored.weights).any(axis=1)
    alike = (scored.constant if scored.divergences is None else scored.divergences == 0).all(axis=1)
    if (silent := empty & ~alike).any():
        raise EstimationError(error("index.no_information", columns=names, periods=_some(periods or (), silent) if periods else ("—",)))
    if empty.any() and periods is None:
        raise EstimationError(error("index.all_constant", columns=names))
    if empty.any():
        raise EstimationError(error("index.all_constant_in_period", columns=names, periods=_some(periods or (), empty)))
    stuck = (scored.constant & (scored.weights > 0)).any(axis=0)
    if stuck.any():
        raise EstimationError(error("index.constant_given", columns=_some(names, stuck)))


def _findings(
    scored: Scored, names: tuple[str, ...], periods: tuple[Any, ...] | None, scope: Scope, headings: tuple[str, ...], chosen: Sequence[Indicator]
) -> list[Finding]:
    found = []
    flat = scored.constant if scored.divergences is None else scored.divergences == 0
    if (always := flat.all(axis=0)).any():
        found.append(Finding("index.constant", {"columns": _some(names, always)}))
    for j in np.flatnonzero(flat.any(axis=0) & ~always):
        found.append(Finding("index.constant_in_period", {"column": names[j], "periods": _some(periods or (), flat[:, j])}))
    for heading in headings:
        columns = [j for j, i in enumerate(chosen) if i.dimension == heading]
        if (empty := scored.weights[:, columns].sum(axis=1) == 0).any():
            found.append(Finding("index.no_sub_score", {"dimension": heading, "count": int(empty.sum())}))
    if scope == "by_period":
        found.append(Finding("index.levels"))
    if scope == "pooled_scale":
        found.append(Finding("index.weights_differ", severity="note"))
    return found + _judged(scored)


def _judged(scored: Scored) -> list[Finding]:
    """A judgement matrix that contradicts itself."""
    ratios = [lesson.learnt.facts["consistency_ratio"] for lesson in scored.lessons if "consistency_ratio" in lesson.learnt.facts]
    worst = max(ratios, default=0.0)
    return [Finding("index.inconsistent", {"ratio": f"{worst:.3f}"})] if worst > 0.1 else []


def _outside(scored: Scored, names: Sequence[str]) -> tuple[Finding, ...]:
    places = tuple(f"{name} ({count})" for name, count in zip(names, scored.outside, strict=True) if count)
    return (Finding("index.outside", {"columns": places}),) if places else ()


def _undefined(scored: Scored) -> tuple[Finding, ...]:
    count = int(np.isnan(scored.scores).sum())
    return (Finding("index.undefined", {"count": count}),) if count else ()


def _some(names: Sequence[Any], mask: Any) -> tuple[str, ...]:
    return tuple(str(name) for name, true in zip(names, mask, strict=True) if true)


def _weights_frame(chosen: Sequence[Indicator], scored: Scored, periods: tuple[Any, ...] | None) -> pd.DataFrame:
    """Weight, what the scheme has beside it, direction, heading; the weight inside the heading and best values where there are any."""
    learnt = [lesson.learnt for lesson in scored.lessons]
    values = {"weight": scored.weights}
    if scored.divergences is not None:
        values |= {"entropy": 1 - scored.divergences, "divergence": scored.divergences}
    for name in learnt[0].columns if learnt else ():
        if name not in values and all(name in one.columns for one in learnt):
            values[name] = np.array([one.columns[name] for one in learnt])
    if scored.lessons and scored.lessons[0].rules.between is not None:
        values["weight_within"] = np.array([lesson.rules.weights for lesson in scored.lessons])
    frame = _frame(values, tuple(i.name for i in chosen), periods)
    repeated = list(chosen) * (len(periods) if periods else 1)
    frame = frame.assign(direction=[i.direction for i in repeated], dimension=[i.dimension for i in repeated])
    if any(i.best for i in chosen):
        frame["best"] = ["–".join(f"{value:g}" for value in i.best) for i in repeated]
    return frame


def _bounds_frame(
    scored: Scored, names: tuple[str, ...], periods: tuple[Any, ...] | None, scope: str, parameters: tuple[str, ...] = ("low", "high")
) -> pd.DataFrame:
    """The parameters of the scale in raw units; of ranks the least and the greatest value."""
    of = scored.parameters
    found = dict(zip(parameters, np.moveaxis(of, 1, 0), strict=True)) if parameters else {"low": of[:, 0], "high": of[:, -1]}
    return _frame(found, names, periods if scope == "by_period" else None)


def _between_frame(chosen: Sequence[Indicator], scored: Scored, plan: Plan, periods: tuple[Any, ...] | None) -> pd.DataFrame:
    """By heading (period and heading): its weight and its number of indicators."""
    headings = headings_of(chosen)
    total = np.array([[row[list(columns)].sum() for columns in plan.headings] for row in scored.weights]).reshape(len(scored.weights), len(headings))
    count = np.array([[len(columns) for columns in plan.headings]] * len(total)).reshape(total.shape)
    return _frame({"weight": total, "indicators": count}, headings, periods, "dimension")


def _facts(scored: Scored, periods: tuple[Any, ...] | None) -> pd.DataFrame:
    """One row a part: what the scheme of weights says beside the weights."""
    found = [dict(lesson.learnt.facts) for lesson in scored.lessons]
    index = pd.Index(periods or [""], name="period")
    return pd.DataFrame(found, index=index)


def _frame(values: Mapping[str, Floats], names: tuple[str, ...], periods: tuple[Any, ...] | None, name: str = "indicator") -> pd.DataFrame:
    """Arrays (P, k) as columns, by indicator or by period and indicator."""
    single = pd.Index(names, name=name, dtype=None if names else object)
    index = single if periods is None else pd.MultiIndex.from_product([pd.Index(periods, name="period"), single])
    return pd.DataFrame({name: array.ravel() for name, array in values.items()}, index=index)
