"""The detector on rows that come in parts: two passes, or three where a factor has very many different values. Nothing is held but sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
import pandas as pd

from regio.compute.engine import combine
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Provenance
from regio.contract.tables import check_numeric
from regio.spatial.breaks import SUPERVISED, Profile, coded, ranges
from regio.spatial.detector.analyse import Found, alone, choose, each, together
from regio.spatial.detector.compute import Computed, check_names, collected, importance, notes_of
from regio.spatial.detector.factors import Strata, label_of, labels_in_order, range_labels, rule_of
from regio.spatial.detector.options import Options
from regio.spatial.detector.search import candidates
from regio.spatial.detector.statistics import Detected, Floats, Moments, detect, summed

DIFFERENT = 1_000_000  # values of a factor that are told apart; above this a grid of GRID cells over its range
GRID = 1 << 20
STRATA = 2000  # of a factor with labels


@dataclass(frozen=True, slots=True)
class Plan:
    """What every pass needs. columns: of the factors; centre: what is taken from the outcome."""

    outcome: str
    columns: tuple[str, ...]
    weights: str | None
    centre: float


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """Different values of a factor with rows, weight and sum of the centred outcome of each; no values, but the range, where there are too many."""

    values: Any
    rows: Floats
    weight: Floats
    total: Floats
    low: float = np.inf
    high: float = -np.inf
    full: bool = True

    def __add__(self, other: Self) -> Distinct:
        low, high = min(self.low, other.low), max(self.high, other.high)
        if not (self.full and other.full):
            return _unknown(low, high)
        every = np.concatenate([self.values, other.values])
        codes, values = pd.factorize(every)
        if len(values) > DIFFERENT:
            return _unknown(low, high)
        rows, weight, total = (summed(codes, np.concatenate([getattr(self, name), getattr(other, name)]), len(values)) for name in ("rows", "weight", "total"))
        return Distinct(values, rows, weight, total, low, high)


def _unknown(low: float, high: float) -> Distinct:
    """Too many values: the range alone."""
    return Distinct(np.empty(0), np.empty(0), np.empty(0), np.empty(0), low, high, False)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The first pass: rows in all and complete ones, the moments of the outcome, the values of each factor."""

    rows: int
    missing: Mapping[str, int]
    whole: Moments
    factors: tuple[Distinct, ...]

    def __add__(self, other: Self) -> Seen:
        missing = {name: count + other.missing[name] for name, count in self.missing.items()}
        return Seen(self.rows + other.rows, missing, self.whole + other.whole, tuple(a + b for a, b in zip(self.factors, other.factors, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The last pass: moments of the strata of each set of factors."""

    of: Mapping[tuple[int, ...], Moments]

    def __add__(self, other: Self) -> Tables:
        return Tables({chosen: moments + other.of[chosen] for chosen, moments in self.of.items()})


def compute_parts(data: Any, outcomes: Sequence[str], factors: Sequence[str], options: Options, by: str | None, sample_weights: str | None) -> Computed:
    """As ``compute``, of a table that is never whole in memory."""
    refused = [("by", by), ("draws", options.draws)]
    problems = [error("geodetector.parts_by", argument=name) for name, value in refused if value]
    rules = options.discretise.values() if isinstance(options.discretise, dict) else (options.discretise, *options.methods)
    problems += [error("geodetector.parts_methods", method=m) for m in SUPERVISED if m in [rule for rule in rules if isinstance(rule, str)]]
    if problems:
        raise ArgumentError(*problems)
    keys = {"region": data.keys.region, "period": data.keys.period}
    columns = {name: keys.get(name) or name for name in factors}
    check_names(outcomes, factors, columns, sample_weights, None)
    found = [_one(data.rows, outcome, columns, options, sample_weights) for outcome in outcomes]
    prefixed = [({"outcome": outcome} if len(outcomes) > 1 else {}, own) for outcome, (own, *_) in zip(outcomes, found, strict=True)]
    frames = collected(prefixed)
    _, used, left, findings = found[0]
    notes = [*findings, *notes_of(prefixed), Finding("geodetector.in_parts", {}, "note")]
    return Computed(frames, importance(frames["factors"], options.level), {}, Provenance(rows_used=used, rows_left_out=left), tuple(notes))


def _one(rows: Any, outcome: str, columns: Mapping[str, str], options: Options, weights: str | None) -> tuple[Found, int, int, list[Finding]]:
    wanted = tuple(dict.fromkeys([outcome, *columns.values(), *([weights] if weights else [])]))
    first = next(iter(rows.parts(wanted)))
    check_numeric(first, [outcome, *([weights] if weights else [])])
    centre = float(np.nan_to_num(first[outcome].to_numpy(float)[np.isfinite(first[outcome].to_numpy(float))].mean())) if len(first) else 0.0
    plan = Plan(outcome, tuple(columns.values()), weights, centre)
    seen = combine(_seen, rows.parts(wanted), plan, engine=options.engine)
    used = int(seen.whole.rows[0])
    if used < 3:
        raise EstimationError(error("geodetector.few_rows", rows=used, inside=""))
    mean = float(seen.whole.means[0])
    if not seen.whole.spread > 1e-24 * used * max(abs(centre + mean), 1e-300) ** 2:
        raise EstimationError(error("geodetector.constant_outcome", column=outcome, inside=""))
    scale = used / float(seen.whole.weight[0])
    own, findings = Found(), []
    strata, edges = [], []
    for name, column, values in zip(columns, plan.columns, _gridded(rows, wanted, plan, seen.factors, options), strict=True):
        made, inner, note = _cut(name, first[column], values, mean, seen.whole.spread, options, own)
        strata.append(made)
        edges.append(inner)
        findings += note
    sets = [chosen for size in range(1, max(options.ways, 2) + 1) for chosen in combinations(range(len(strata)), size)]
    last = Plan(outcome, plan.columns, weights, centre + mean)
    tables = combine(_tables, rows.parts(wanted), last, tuple(edges), tuple(sets), engine=options.engine).of
    moments, detected = [], []
    for i, made in enumerate(strata):
        kept = tables[i,].rows > 0
        moments.append(_scaled(tables[i,].kept(kept), scale))
        strata[i] = _kept(made, kept)
        detected.append(detect(moments[-1], last.centre, options.convention, options.single_rows))

    def cross(chosen: Sequence[int]) -> Detected:
        both = tables[tuple(chosen)]
        return detect(_scaled(both.kept(both.rows > 0), scale), last.centre, options.convention, options.single_rows)

    alone(own, strata, detected, options)
    each(own, strata, moments, last.centre, options)
    together(own, strata, detected, cross, used, options)
    gaps = tuple(f"{name} ({count})" for name, count in seen.missing.items() if count)
    if gaps:
        findings.append(Finding("regress.rows_left_out", {"rows": seen.rows - used, "columns": gaps}, "note"))
    return own, used, seen.rows - used, findings


def _scaled(moments: Moments, scale: float) -> Moments:
    return Moments(moments.weight * scale, moments.total * scale, moments.square * scale, moments.rows)


def _kept(made: Strata, kept: np.ndarray) -> Strata:
    if kept.all():
        return made
    places = np.flatnonzero(kept).tolist()
    low, high = (tuple(side[i] for i in places) if side else () for side in (made.low, made.high))
    return Strata(made.name, made.codes, tuple(made.labels[i] for i in places), made.method, low, high)


def _part(part: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, Floats, Floats]:
    """Complete rows of a part, their centred outcome and weights."""
    names = [plan.outcome, *plan.columns, *([plan.weights] if plan.weights else [])]
    part = part[list(dict.fromkeys(names))].dropna()
    for name in part:
        if part[name].dtype.kind == "f" and (count := int(np.isinf(part[name].to_numpy()).sum())):
            raise EstimationError(error("regress.infinite", column=name, count=count))
    weights = part[plan.weights].to_numpy(float) if plan.weights else np.ones(len(part))
    if (bad := int((weights <= 0).sum())) and plan.weights:
        raise EstimationError(error("regress.bad_weights", column=plan.weights, count=bad))
    return part, part[plan.outcome].to_numpy(float) - plan.centre, weights


def _seen(part: pd.DataFrame, plan: Plan) -> Seen:
    missing = {name: int(part[name].isna().sum()) for name in dict.fromkeys((plan.outcome, *plan.columns))}
    kept, centred, weights = _part(part, plan)
    whole = Moments.of(np.zeros(len(kept), dtype=np.intp), 1, centred, weights)
    return Seen(len(part), missing, whole, tuple(_distinct(kept[name], centred, weights) for name in plan.columns))


def _distinct(column: pd.Series, centred: Floats, weights: Floats) -> Distinct:
    codes, values = pd.factorize(column.array)
    found = Moments.of(codes, len(values), centred, weights)
    numeric = column.dtype.kind in "iuf" and len(values) > 0
    low, high = (float(values.min()), float(values.max())) if numeric else (np.inf, -np.inf)
    values = np.asarray(values, dtype=float if numeric else object)
    return Distinct(values, found.rows, found.weight, found.total, low, high)


def _gridded(rows: Any, wanted: tuple[str, ...], plan: Plan, factors: tuple[Distinct, ...], options: Options) -> list[Distinct]:
    """Factors with too many values get a pass more, on a grid over their range."""
    coarse = tuple((name, values.low, values.high) for name, values in zip(plan.columns, factors, strict=True) if not values.full)
    if not coarse:
        return list(factors)
    cells = iter(combine(_cells, rows.parts(wanted), plan, coarse, engine=options.engine).of.items())
    found = []
    for values in factors:
        if values.full:
            found.append(values)
            continue
        _, moments = next(cells)
        there = moments.rows > 0
        upper = values.low + (values.high - values.low) * (np.arange(GRID) + 1) / GRID
        kept = moments.kept(there)
        found.append(Distinct(upper[there], kept.rows, kept.weight, kept.total, values.low, values.high, False))
    return found


def _cells(part: pd.DataFrame, plan: Plan, coarse: tuple[tuple[str, float, float], ...]) -> Tables:
    kept, centred, weights = _part(part, plan)
    found: dict[tuple[int, ...], Moments] = {}
    for i, (name, low, high) in enumerate(coarse):
        place = np.ceil((kept[name].to_numpy(float) - low) / (high - low) * GRID) - 1
        found[i,] = Moments.of(np.clip(place, 0, GRID - 1).astype(np.intp), GRID, centred, weights)
    return Tables(found)


def _cut(
    name: str, sample: pd.Series, values: Distinct, mean: float, square: float, options: Options, own: Found
) -> tuple[Strata, tuple[bool, Any], list[Finding]]:
    """The strata of a factor, and what tells them apart: inner edges, or the labels in order."""
    column = pd.Series(values.values if sample.dtype.kind in "iuf" else values.values.astype(object))
    least = max(1, int(len(column) * options.min_rows / max(values.rows.sum(), 1))) if values.full else options.min_rows
    rule, note = rule_of(name, column, options.discretise, options.methods, options.classes, least)
    notes = [note] if note else []
    if isinstance(rule, tuple) and not rule:
        if len(column) > STRATA:
            raise EstimationError(error("geodetector.too_many_strata", column=name, limit=STRATA))
        if len(column) < 2:
            raise EstimationError(error("geodetector.one_stratum", column=name, inside=""))
        order = labels_in_order(values.values)
        return Strata(name, np.empty(0, dtype=np.intp), tuple(label_of(values.values[i]) for i in order), "labels"), (True, values.values[order]), notes
    order = np.argsort(values.values)
    profile = Profile(values.values[order], values.weight[order], values.rows[order])
    method = "manual"
    if isinstance(rule, tuple):
        sums = np.concatenate([[0.0], np.cumsum(values.total[order] - mean * values.weight[order])])
        setting, _ = choose(name, candidates([profile], rule, options.classes, options.convention)[0], sums, square, options, "", own)
        rule, method = setting.inner, setting.method
        if not values.full:
            notes.append(Finding("geodetector.grid", {"column": name, "count": GRID}, "note"))
    bounds = ranges(values.low, rule, values.high)
    low, high = (tuple(bound[side] for bound in bounds) for side in (0, 1))
    return Strata(name, np.empty(0, dtype=np.intp), range_labels(low, high), method, low, high), (False, np.asarray(rule)), notes


def _tables(part: pd.DataFrame, plan: Plan, edges: tuple[tuple[bool, Any], ...], sets: tuple[tuple[int, ...], ...]) -> Tables:
    kept, centred, weights = _part(part, plan)
    codes, sizes = [], []
    for name, (words, inner) in zip(plan.columns, edges, strict=True):
        codes.append(pd.Index(inner).get_indexer(pd.Index(kept[name].to_numpy())) if words else coded(kept[name].to_numpy(float), inner))
        sizes.append(len(inner) + (not words))
    found = {}
    for chosen in sets:
        together = np.zeros(len(kept), dtype=np.intp)
        for i in chosen:
            together = together * sizes[i] + codes[i]
        found[chosen] = Moments.of(together, int(np.prod([sizes[i] for i in chosen])), centred, weights)
    return Tables(found)
