"""Learn from rows, apply to rows: scale, weigh, aggregate. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from regio.indices._rules import PartRules
from regio.indices.aggregate import AGGREGATES, Needs, add_up, distances, inadmissible
from regio.indices.scale import SCALES, Floats, Mask, flat, is_constant, turned
from regio.indices.weights.benefit_of_the_doubt import own_weights
from regio.indices.weights.learnt import Learnt

Rows = NDArray[np.intp] | slice
Weigh = Callable[[Floats, Mask], Learnt]  # scaled (n, k), constant (k,) → weights
ALL = slice(None)


class InadmissibleError(Exception):
    """``what`` (weights or aggregate) ``needs`` other values than those of the columns (k,)."""

    def __init__(self, what: str, needs: Needs, columns: Mask) -> None:
        super().__init__(what)
        self.what, self.needs, self.columns = what, needs, columns


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed, apart from what is learnt. signs: (k,) as in ``scale``; best, given: (2, k), nan where there is none; headings: columns of each;
    fixed: (k,) weights that are not learnt. ``weigh`` is None where rules are given; ``needs`` and ``varies`` (columns must) are what it asks of scaled values.
    """

    signs: Floats
    best: Floats
    given: Floats
    weigh: Weigh | None = None
    needs: Needs = "any"
    varies: bool = False
    fixed: Floats | None = None
    scale: str = "min_max"
    interval: tuple[float, float] = (0.0, 1.0)
    aggregate: str = "arithmetic"
    exponent: float = 0.5
    ideal: str = "sample"
    form: str = "standard"
    least_share: float = 0.0
    headings: tuple[tuple[int, ...], ...] = ()
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rules of one part and what came with them: which columns could not be scaled, further quantities of the scheme, also between headings."""

    rules: PartRules
    constant: Mask
    learnt: Learnt
    between: Learnt | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """scores: (n,); sub_scores: (d, n); scaled: (n, k); distances: (2, n) from ideal and anti-ideal; own: (n, k) weights of each row."""

    scores: Floats
    sub_scores: Floats
    scaled: Floats
    distances: Floats | None = None
    own: Floats | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """For P parts (periods, or 1), N rows, k indicators, d headings. parameters: (1 or P, p, k); constant, weights: (P, k), weights inside headings times
    weights between them; divergences: (P, k) or None; scores: (N,); sub_scores: (d, N), nan where the weights of a heading are all zero; outside: (k,)
    how many scaled values lie outside the interval.
    """

    parameters: Floats
    weights: Floats
    divergences: Floats | None
    scores: Floats
    sub_scores: Floats
    constant: Mask
    lessons: tuple[Lesson, ...] = ()
    distances: Floats | None = None
    own: Floats | None = None
    outside: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    @property
    def low(self) -> Floats:
        return self.parameters[:, 0]

    @property
    def high(self) -> Floats:
        return self.parameters[:, 1]


def score(
    values: Floats, plan: Plan, *, parts: Sequence[Rows] = (ALL,), base: Rows = ALL, one_scale: bool = False, rules: Sequence[PartRules] | None = None
) -> Scored:
    """Scores of the rows, each part by its own rules.

    Parameters
    ----------
    values : (N, k), finite
    parts : rows of each period; one part of all rows where everything is pooled
    base : the rows of a single part that are learnt from; the others are only scored
    one_scale : the scale is learnt from all rows, weights inside each part
    rules : of each part, where nothing is to be learnt
    """
    values = turned(values, plan.best)
    common = _scale(values, plan) if one_scale and rules is None else None
    scores, sub_scores = np.empty(len(values)), np.empty((len(plan.headings), len(values)))
    apart = np.empty((2, len(values))) if AGGREGATES[plan.aggregate].ideal else None
    own = None
    outside = np.zeros(values.shape[1], np.intp)
    lessons = []
    for i, rows in enumerate(parts):
        lesson = known(rules[i]) if rules is not None else learn(values[base] if rows is ALL else values[rows], plan, common)
        lessons.append(lesson)
        if np.isnan(lesson.rules.weights).all():
            scores[rows], sub_scores[:, rows] = np.nan, np.nan
            continue
        found = apply(values[rows], plan, lesson.rules)
        scores[rows], sub_scores[:, rows] = found.scores, found.sub_scores
        if apart is not None and found.distances is not None:
            apart[:, rows] = found.distances
        if found.own is not None:
            own = np.empty(values.shape) if own is None else own
            own[rows] = found.own
        outside += _outside(found.scaled, plan)
    weights = np.array([effective(lesson.rules, plan) for lesson in lessons])
    learnt = [lesson.learnt.columns["divergence"] for lesson in lessons if "divergence" in lesson.learnt.columns]
    parameters = np.array([lesson.rules.parameters for lesson in (lessons[:1] if one_scale else lessons)])
    constant = np.array([lesson.constant for lesson in lessons])
    return Scored(parameters, weights, np.array(learnt) if learnt else None, scores, sub_scores, constant, tuple(lessons), apart, own, outside)


def learn(values: Floats, plan: Plan, common: tuple[Floats, Mask] | None = None) -> Lesson:
    """Rules from rows (n, k) of turned values; ``common``: parameters of the scale and columns it cannot scale, where that is known.

    Raises
    ------
    InadmissibleError
        where the scheme of weights or the aggregate cannot take the scaled values of a column
    """
    assert plan.weigh is not None
    own, unscalable = common or _scale(values, plan)
    scaled = _interval(SCALES[plan.scale].apply(values, plan.signs, own), plan)
    constant = unscalable | is_constant(scaled.min(axis=0), scaled.max(axis=0)) if plan.varies else unscalable
    _admit("weights", plan.needs, scaled, (~constant).astype(float))
    ideal = _ideal(scaled, plan)
    if not plan.nested:
        found = plan.weigh(scaled, constant)
        return Lesson(PartRules(own, found.weights, ideal=ideal, frontier=found.frontier), unscalable, found)
    inside, columns = np.zeros(len(constant)), [list(c) for c in plan.headings]
    parts = [_inside(scaled[:, c], constant[c], plan, c) for c in columns]
    for c, part in zip(columns, parts, strict=True):
        inside[c] = np.nan_to_num(part.weights)
    _admit("aggregate", AGGREGATES[plan.aggregate].needs, scaled, inside)
    sub_scores = _sub_scores(_rescaled(scaled, plan), plan, inside, _rescaled_ideal(ideal, plan)).T
    empty: Mask = np.asarray(np.isnan(sub_scores).any(axis=0))
    between = _between(np.where(empty, 0.0, sub_scores), empty, plan)
    whole = _joined(parts, columns, inside)
    rules = PartRules(own, inside, between.weights, ideal, _ideal_between(np.where(empty, 0.0, sub_scores), plan))
    return Lesson(rules, unscalable, whole, between)


def apply(values: Floats, plan: Plan, rules: PartRules) -> Applied:
    """Scores of rows (n, k) of turned values by rules; nothing is learnt from these rows, so that a row's score does not depend on the others.

    Raises
    ------
    InadmissibleError
        where the aggregate cannot take the scaled values of a column with weight
    """
    scaled = _interval(SCALES[plan.scale].apply(values, plan.signs, rules.parameters), plan)
    _admit("aggregate", "not_negative" if rules.frontier is not None else AGGREGATES[plan.aggregate].needs, scaled, rules.weights)
    if rules.frontier is not None:
        used = rules.weights != 0
        own = np.zeros(scaled.shape)
        own[:, used] = own_weights(scaled[:, used], rules.frontier[:, used], plan.least_share)
        parts = own * scaled
        sub = [_share(parts[:, list(c)].sum(axis=1), own[:, list(c)].sum(axis=1)) for c in plan.headings]
        return Applied(parts.sum(axis=1), np.array(sub).reshape(len(plan.headings), len(values)), scaled, own=own)
    ready, ideal = _rescaled(scaled, plan), _rescaled_ideal(rules.ideal, plan)
    sub_scores = _sub_scores(ready, plan, rules.weights, ideal)
    if rules.between is None:
        top, weights, marks = ready, rules.weights, ideal
    else:
        top, weights, marks = sub_scores.T, rules.between, rules.ideal_between
    scores = AGGREGATES[plan.aggregate].combine(top, weights, exponent=plan.exponent, ideal=marks, form=plan.form)
    apart = np.array(distances(top, weights, marks, plan.form)) if marks is not None else None
    return Applied(scores, sub_scores, scaled, apart)


def apply_draws(values: Floats, plan: Plan, rules: PartRules, weights: Floats) -> Floats:
    """Scores (D, n) of rows (n, k) of turned values under sets of weights (D, k) of the indicators in the whole index; all else by the rules.

    Raises
    ------
    InadmissibleError
        where the aggregate cannot take the scaled values of a column with weight
    """
    if rules.between is not None and plan.aggregate != "arithmetic":
        return np.array([apply(values, plan, _split(rules, plan, one)).scores for one in weights])
    scaled = _interval(SCALES[plan.scale].apply(values, plan.signs, rules.parameters), plan)
    _admit("aggregate", AGGREGATES[plan.aggregate].needs, scaled, effective(rules, plan))
    ideal = _rescaled_ideal(rules.ideal, plan)
    return AGGREGATES[plan.aggregate].combine(_rescaled(scaled, plan), weights, exponent=plan.exponent, ideal=ideal, form=plan.form)


def _split(rules: PartRules, plan: Plan, weights: Floats) -> PartRules:
    """The rules of a nested hierarchy with other weights (k,) of the indicators in the whole."""
    inside, columns = np.zeros(len(weights)), [list(c) for c in plan.headings]
    between = np.array([weights[c].sum() for c in columns])
    for c, total in zip(columns, between, strict=True):
        inside[c] = weights[c] / total if total > 0 else 0.0
    return replace(rules, weights=inside, between=between)


def effective(rules: PartRules, plan: Plan) -> Floats:
    """(k,) the weights of the indicators in the whole index."""
    found = rules.weights.copy()
    if rules.between is not None:
        for weight, columns in zip(rules.between, plan.headings, strict=True):
            found[list(columns)] *= weight
    return found


def known(rules: PartRules) -> Lesson:
    """A lesson that was learnt before."""
    return Lesson(rules, np.zeros(len(rules.weights), bool), Learnt(rules.weights, frontier=rules.frontier))


def _scale(values: Floats, plan: Plan) -> tuple[Floats, Mask]:
    scale = SCALES[plan.scale]
    parameters = scale.learn(values, plan.signs, plan.given)
    return parameters, flat(scale, values, parameters)


def _admit(what: str, needs: Needs, scaled: Floats, weights: Floats) -> None:
    if (bad := inadmissible(needs, scaled, weights)).any():
        raise InadmissibleError(what, needs, bad)


def _interval(scaled: Floats, plan: Plan) -> Floats:
    low, high = plan.interval
    return scaled if (low, high) == (0.0, 1.0) else low + (high - low) * scaled


def _rescaled(scaled: Floats, plan: Plan) -> Floats:
    form = AGGREGATES[plan.aggregate].rescaled
    if form is None:
        return scaled
    low, size = form[0] if SCALES[plan.scale].unit else form[1]
    return low + size * scaled


def _rescaled_ideal(ideal: Floats | None, plan: Plan) -> Floats | None:
    return None if ideal is None else _rescaled(ideal, plan)


def _ideal(scaled: Floats, plan: Plan) -> Floats | None:
    if not AGGREGATES[plan.aggregate].ideal:
        return None
    if plan.ideal == "fixed":
        return np.array([np.full(scaled.shape[1], plan.interval[1]), np.full(scaled.shape[1], plan.interval[0])])
    return np.array([scaled.max(axis=0), scaled.min(axis=0)])


def _ideal_between(sub_scores: Floats, plan: Plan) -> Floats | None:
    return _ideal(sub_scores, replace(plan, interval=(0.0, 1.0)))


def _sub_scores(scaled: Floats, plan: Plan, weights: Floats, ideal: Floats | None) -> Floats:
    """(d, n) of each heading, by its own weights divided by their sum."""
    found = np.full((len(plan.headings), len(scaled)), np.nan)
    for d, heading in enumerate(plan.headings):
        columns = list(heading)
        if (total := weights[columns].sum()) > 0:
            marks = None if ideal is None else ideal[:, columns]
            combine = AGGREGATES[plan.aggregate].combine
            if plan.aggregate == "arithmetic":
                found[d] = add_up(scaled, weights, columns) / total
            else:
                found[d] = combine(scaled[:, columns], weights[columns] / total, exponent=plan.exponent, ideal=marks, form=plan.form)
    return found


def _inside(scaled: Floats, constant: Mask, plan: Plan, columns: list[int]) -> Learnt:
    assert plan.weigh is not None
    if plan.fixed is None:
        return plan.weigh(scaled, constant)
    total = plan.fixed[columns].sum()
    return Learnt(plan.fixed[columns] / total if total > 0 else np.zeros(len(columns)))


def _between(sub_scores: Floats, empty: Mask, plan: Plan) -> Learnt:
    assert plan.weigh is not None
    if plan.fixed is not None:
        return Learnt(np.array([plan.fixed[list(c)].sum() for c in plan.headings]))
    low, high = sub_scores.min(axis=0), sub_scores.max(axis=0)
    return plan.weigh(sub_scores, empty | (high - low <= 1e-15))


def _joined(parts: Sequence[Learnt], columns: Sequence[list[int]], inside: Floats) -> Learnt:
    """Quantities of the indicators, each learnt inside its heading."""
    names = [name for name in parts[0].columns if all(name in part.columns for part in parts)]
    found = {name: np.empty(len(inside)) for name in names}
    for name in names:
        for c, part in zip(columns, parts, strict=True):
            found[name][c] = part.columns[name]
    return Learnt(inside, found)


def _share(part: Floats, total: Floats) -> Floats:
    found: Floats = np.divide(part, total, out=np.full(len(part), np.nan), where=total > 0)
    return found


def _outside(scaled: Floats, plan: Plan) -> NDArray[np.intp]:
    if not SCALES[plan.scale].unit:
        return np.zeros(scaled.shape[1], np.intp)
    low, high = plan.interval
    slack = 1e-12 * (high - low)
    found: NDArray[np.intp] = ((scaled < low - slack) | (scaled > high + slack)).sum(axis=0)
    return found
