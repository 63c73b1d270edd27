"""From the words of a call to a plan: which scale, which scheme of weights, which aggregate, and whether they fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from regio.contract.finding import ArgumentError, Finding, error
from regio.indices._indicators import Indicator
from regio.indices._score import Plan, Weigh
from regio.indices.aggregate import AGGREGATES
from regio.indices.scale import SCALES, Floats, Mask
from regio.indices.weights.ahp import ahp, completed
from regio.indices.weights.combined import combined
from regio.indices.weights.entropy import entropy_weights
from regio.indices.weights.entropy_ahp import entropy_ahp
from regio.indices.weights.given import given
from regio.indices.weights.learnt import Learnt
from regio.indices.weights.schemes import SCHEMES, weigh

FIXED = ("given", "ahp")  # schemes that learn nothing from the table
SIGN = {"positive": 1.0, "negative": -1.0, "moderate": 0.0}
RECIPROCAL = 0.03  # judgements printed as 0.33 or 0.14 are the reciprocals of 3 and 7 within this


@dataclass(frozen=True, slots=True)
class How:
    """The options of an index beside its indicators and weights, with their defaults."""

    scale: str = "min_max"
    interval: tuple[float, float] = (0.0, 1.0)
    base: tuple[Any, ...] = ()
    combination: str = "mean"
    judgement: tuple[tuple[Any, ...], ...] = ()
    hierarchy: str = "flat"
    aggregate: str = "arithmetic"
    exponent: float = 0.5
    ideal: str = "sample"
    form: str = "standard"
    least_share: float = 0.0
    shift: float = 0.0
    nearest: str = "absolute"
    rules: Any = field(default=None, compare=False)

    def options(self, weights: Any, scope: str) -> dict[str, Any]:
        """What rules keep of a call."""
        names = ("scale", "interval", "combination", "hierarchy", "aggregate", "exponent", "ideal", "form", "least_share", "shift", "nearest", "base")
        schemes = tuple(weights) if isinstance(weights, tuple) else ()
        return {name: getattr(self, name) for name in names} | {"weighting": weighting_of(weights), "schemes": schemes, "scope": scope}


def weighting_of(weights: Any) -> str:
    """The name of a way to weigh."""
    return weights if isinstance(weights, str) else "combined" if isinstance(weights, tuple) else "given"


def plan_of(data: Any, chosen: Sequence[Indicator], weights: Any, scope: str, how: How) -> Plan:
    """The plan of a call that learns.

    Raises
    ------
    ArgumentError
        for options that do not fit together, and weights or judgements that cannot be read
    """
    problems = _doubts(chosen, weights, scope, how)
    if problems:
        raise ArgumentError(*problems)
    names = tuple(i.name for i in chosen)
    used = weights if isinstance(weights, tuple) else (weights,)
    schemes = [_scheme(data, names, one, how) for one in used]
    scheme = schemes[0] if len(schemes) == 1 else partial(_combine, schemes=schemes, names=used, how=how.combination)
    known = [SCHEMES[one] for one in used if isinstance(one, str) and one in SCHEMES]
    needs = max((s.needs for s in known), key=("any", "not_negative", "positive").index, default="any")
    first = weights if isinstance(weights, str | Mapping) else ""
    fixed = _fixed(data, names, first, how).weights if not isinstance(first, str) or first in FIXED else None
    return bare_plan(chosen, how, weigh=scheme, needs=needs, varies=any(s.varies for s in known), fixed=fixed)


def bare_plan(chosen: Sequence[Indicator], how: How, **learning: Any) -> Plan:
    """A plan without weights: enough where rules are given."""
    headings = tuple(tuple(j for j, i in enumerate(chosen) if i.dimension == d) for d in headings_of(chosen))
    best = np.array([[i.best[0], i.best[-1]] if i.best else [np.nan, np.nan] for i in chosen]).T
    return Plan(
        signs=np.array([SIGN[i.direction] for i in chosen]),
        best=best,
        given=_given(chosen, how.scale, best),
        scale=how.scale,
        interval=how.interval,
        aggregate=how.aggregate,
        exponent=how.exponent,
        ideal=how.ideal,
        form=how.form,
        least_share=how.least_share,
        headings=headings,
        nested=how.hierarchy == "nested",
        **learning,
    )


def headings_of(chosen: Sequence[Indicator]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i.dimension for i in chosen if i.dimension))


def _given(chosen: Sequence[Indicator], scale: str, best: Floats) -> Floats:
    """(2, k) what the user gives of the scale; for a moderate indicator the distances that stand for it."""
    found = np.full((2, len(chosen)), np.nan)
    for j, indicator in enumerate(chosen):
        if indicator.direction == "moderate" and SCALES[scale].needs:
            posts = indicator.goalposts
            worst = max(best[0, j] - posts[0], posts[-1] - best[1, j]) if len(posts) == 2 else np.nan
            found[:, j] = (0.0, worst) if SCALES[scale].needs == "low_high" else (0.0, 0.0)
        elif indicator.goalposts:
            found[:, j] = (indicator.goalposts[0], indicator.goalposts[-1])
    return found


def _doubts(chosen: Sequence[Indicator], weights: Any, scope: str, how: How) -> list[Finding]:
    used = weights if isinstance(weights, tuple) else (weights,)
    scale, aggregate = SCALES[how.scale], AGGREGATES[how.aggregate]
    low, high = how.interval
    problems = []
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        problems.append(error("index.interval", found=how.interval))
    elif how.interval != (0.0, 1.0) and (not scale.unit or aggregate.rescaled):
        problems.append(error("index.interval_useless", scale=how.scale, aggregate=how.aggregate))
    if not math.isfinite(how.exponent):
        problems.append(error("index.exponent", found=f"{how.exponent:g}"))
    if how.ideal == "fixed" and aggregate.ideal and not scale.unit:
        problems.append(error("index.fixed_ideal", scale=how.scale))
    if how.base and scope != "pooled":
        problems.append(error("index.base_scope", scope=scope))
    if aggregate.rescaled and how.scale in ("vector", "share"):
        problems.append(error("index.not_rescaled", scale=how.scale, aggregate=how.aggregate))
    if scale.needs:
        wanted = 2 if scale.needs == "low_high" else 1
        without = tuple(i.name for i in chosen if len(i.goalposts) != wanted and not (wanted == 1 and i.direction == "moderate"))
        problems += [error(f"index.no_{scale.needs}", scale=how.scale, columns=without)] if without else []
    return problems + _weight_doubts(chosen, used, how)


def _weight_doubts(chosen: Sequence[Indicator], used: Sequence[Any], how: How) -> list[Finding]:
    problems = []
    several = len(used) > 1
    if not used or len(set(map(str, used))) < len(used):
        problems.append(error("index.schemes_twice", schemes=tuple(map(str, used))))
    if how.hierarchy == "nested":
        without = tuple(i.name for i in chosen if not i.dimension)
        problems += [error("index.no_dimension", columns=without)] if without else []
        problems += [error("index.nested_weights")] if several and set(used) & set(FIXED) else []
    if "benefit_of_the_doubt" in used and (several or how.hierarchy == "nested" or how.aggregate != "arithmetic"):
        problems.append(error("index.own_weights"))
    if "benefit_of_the_doubt" not in used and how.least_share:
        problems.append(error("index.least_share_useless"))
    elif how.least_share * len(chosen) > 1:
        problems.append(error("index.least_share", found=f"{how.least_share:g}", limit=f"{1 / len(chosen):.4g}"))
    if "ahp" in used and not how.judgement:
        problems.append(error("index.no_judgement"))
    if how.judgement and "ahp" not in used:
        problems.append(error("index.judgement_useless"))
    return problems


def _scheme(data: Any, names: tuple[str, ...], weights: Any, how: How) -> Weigh:
    if not isinstance(weights, str) or weights in FIXED:
        fixed = _fixed(data, names, weights, how)
        return lambda scaled, constant: fixed
    learn = SCHEMES[weights].learn
    if weights == "entropy":
        learn = partial(entropy_weights, shift=how.shift)
    if weights == "entropy_ahp":
        learn = partial(entropy_ahp, nearest=how.nearest)
    return lambda scaled, constant: weigh(learn, scaled, constant)


def _fixed(data: Any, names: tuple[str, ...], weights: Any, how: How) -> Learnt:
    if weights == "ahp":
        return ahp(matrix_of(how.judgement, names))
    own = weights if isinstance(weights, Mapping) else {name: data.variable(name).weight for name in names}
    return Learnt(np.array(given(names, own)))


def _combine(scaled: Floats, constant: Mask, *, schemes: Sequence[Weigh], names: Sequence[str], how: str) -> Learnt:
    found = [scheme(scaled, constant) for scheme in schemes]
    weights, parts = combined(np.array([one.weights for one in found]), how)
    facts = {f"part_{name}": float(part) for name, part in zip(names, parts, strict=True) if not np.isnan(part)}
    return Learnt(weights, {f"weight_{name}": one.weights for name, one in zip(names, found, strict=True)}, facts)


def matrix_of(judgement: tuple[tuple[Any, ...], ...], names: Sequence[str]) -> Floats:
    """A judgement matrix (k, k) as it was written: numbers or fractions such as "1/3", all of it or what stands above the diagonal.

    Raises
    ------
    ArgumentError
        for another shape, entries that are no positive numbers, a diagonal other than one, or pairs that are not reciprocal
    """
    k = len(names)
    sizes = tuple(len(row) for row in judgement)
    if sizes not in ((k,) * k, tuple(range(k - 1, 0, -1))):
        raise ArgumentError(error("index.judgement_shape", found=sizes, columns=tuple(names), count=k))
    numbers = tuple(tuple(_number(item) for item in row) for row in judgement)
    bad = tuple(str(judgement[i][j]) for i, row in enumerate(numbers) for j, number in enumerate(row) if not (math.isfinite(number) and number > 0))
    if bad:
        raise ArgumentError(error("index.judgement_entry", found=bad))
    matrix = completed(numbers, k)
    off = np.argwhere(np.triu(np.abs(matrix * matrix.T - 1) > RECIPROCAL))
    if len(off):
        pairs = tuple(f"{names[i]} / {names[j]}: {matrix[i, j]:.4g}, {matrix[j, i]:.4g}" for i, j in off[:5])
        raise ArgumentError(error("index.judgement_pairs", pairs=pairs))
    return np.where(matrix >= 1, matrix, 1 / matrix.T)  # 0.33 beside 3 is one third


def _number(item: Any) -> float:
    above, _, below = str(item).partition("/")
    try:
        return float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError):
        return math.nan
