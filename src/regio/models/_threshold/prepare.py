"""From a table to the arrays of a search: complete rows, codes of regions, periods and effects, dummies of a second effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.models._regress import estimate, make_model
from regio.models._sample import Sample, left_out
from regio.models._threshold.problem import Codes, Problem, problem
from regio.models._threshold.rules import Rules
from regio.models.core.blocks import Array, Arrays, Model
from regio.models.core.levels import coded

ROUNDING = 1e-24  # sum of squares left, as a share of the outcome's: below this nothing is left


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call asks of the table."""

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    threshold_variable: str
    effects: tuple[str, ...]
    sample_weights: str | None = None
    regime_intercept: bool = False

    @property
    def regressors(self) -> tuple[str, ...]:
        return (*self.treatment, *self.controls)


@dataclass(frozen=True)
class Prepared:
    """The rows that are used. rows: their places in the table; periods (n,) codes and their names; strata (R,): regions observed in the same periods."""

    problem: Problem
    rows: Codes
    periods: Codes
    period_names: tuple[Any, ...]
    strata: Codes
    balanced: bool
    sample: Sample
    columns: dict[str, Array]
    findings: tuple[Finding, ...]
    left_out: int

    @property
    def alone(self) -> int:
        """Regions whose pattern of periods no other region has."""
        return int((np.bincount(self.strata) == 1).sum())


def prepare(data: Any, wanted: Wanted, rules: Rules) -> Prepared:
    """Raises ArgumentError and EstimationError where the model cannot be searched."""
    _check(wanted)
    arrays, seen = _complete(data, wanted)
    if not len(arrays.rows):
        raise EstimationError(error("regress.no_rows", rows=seen.rows))
    findings = [*left_out(seen, arrays.model.columns)]
    arrays, alone = _without_singletons(arrays)
    findings += [Finding("threshold.singletons", {"rows": alone}, "note")] if alone else []
    values = arrays.columns[wanted.threshold_variable]
    if not len(values) or values.min() == values.max():
        raise EstimationError(error("threshold.constant", column=wanted.threshold_variable))
    group = arrays.codes(arrays.model.effects[0])[0]
    region = _regions(data, arrays, group)
    periods, names = _periods(data, arrays)
    place, strata, balanced = _pattern(region, periods, len(names))
    if rules.balanced and not (balanced and wanted.effects == ("region",)):
        raise EstimationError(error("threshold.needs_balanced", convention=rules.name))
    found = problem(
        values,
        arrays.columns[wanted.outcome],
        _switching(arrays, wanted),
        np.column_stack([np.zeros((len(values), 0)), *(arrays.columns[name] for name in wanted.regressors), *_dummies(arrays)]),
        group,
        region,
        place,
        weights=arrays.columns[wanted.sample_weights] if wanted.sample_weights else None,
        kept=place < len(names) - 1 if rules.drop_last else None,
    )
    sample = Sample(data.rows.iloc[arrays.rows], data.keys)
    nothing = found.ssr <= ROUNDING * float((arrays.columns[wanted.outcome] ** 2).sum())
    if nothing or any(place < len(wanted.regressors) for place in found.dropped):
        linear(sample, wanted)  # says which column it is
    return Prepared(found, arrays.rows, periods, names, strata, balanced, sample, arrays.columns, tuple(findings), seen.rows - len(arrays.rows))


def linear(sample: Sample, wanted: Wanted) -> Any:
    """The model without a threshold, by the core: for its errors."""
    return estimate(
        sample,
        wanted.outcome,
        wanted.regressors,
        effects=wanted.effects,
        errors="classical",
        cluster=(),
        convention="xtreg",
        weights=wanted.sample_weights,
        level=0.95,
    )


def _check(wanted: Wanted) -> None:
    problems = [] if wanted.treatment or wanted.regime_intercept else [error("threshold.no_treatment")]
    problems += [error("threshold.outcome_splits", column=wanted.outcome)] if wanted.threshold_variable == wanted.outcome else []
    if problems:
        raise ArgumentError(*problems)


def _complete(data: Any, wanted: Wanted) -> tuple[Arrays, Any]:
    named = make_model(
        data,
        wanted.outcome,
        wanted.regressors,
        effects=wanted.effects,
        errors="classical",
        cluster=(),
        convention="reghdfe",
        weights=wanted.sample_weights,
    )
    extra = () if wanted.threshold_variable in wanted.regressors else (wanted.threshold_variable,)
    keys = tuple((name,) for name in (data.keys.region, data.keys.period) if name is not None)
    model: Model = replace(named, regressors=(*named.regressors, *extra), clusters=keys, drop_singletons=False)
    arrays = Arrays.of(data.rows, model)
    weights = arrays.columns[wanted.sample_weights] if wanted.sample_weights else None
    if weights is not None and (weights <= 0).any():
        raise EstimationError(error("regress.bad_weights", column=wanted.sample_weights, count=int((weights <= 0).sum())))
    return arrays, arrays.seen


def _without_singletons(arrays: Arrays) -> tuple[Arrays, int]:
    """Without rows that are alone in their level of the first effect: they add nothing to any sum of squares."""
    if arrays.model.pooled:
        return arrays, 0
    codes = arrays.codes(arrays.model.effects[0])[0]
    several = np.bincount(codes)[codes] > 1
    return (arrays, 0) if several.all() else (arrays.take(several), int((~several).sum()))


def _regions(data: Any, arrays: Arrays, group: Codes) -> Codes:
    """The very same array as ``group`` where regions are the effect; each row a region where the table has no such key."""
    key = data.keys.region
    if key is None:
        return np.arange(len(arrays.rows))
    return group if arrays.model.effects[0] == (key,) else arrays.codes((key,))[0]


def _periods(data: Any, arrays: Arrays) -> tuple[Codes, tuple[Any, ...]]:
    if data.keys.period is None:
        return np.zeros(len(arrays.rows), dtype=np.intp), ("",)
    codes, levels = coded([arrays.columns[data.keys.period]])
    return codes, tuple(levels.columns[0])


def _pattern(region: Codes, periods: Codes, count: int) -> tuple[Codes, Codes, bool]:
    """(n,) each row's place among its region's, (R,) codes of the sets of periods, and whether all regions have every period."""
    order = np.lexsort((periods, region))
    sizes = np.bincount(region)
    starts = np.cumsum(sizes) - sizes
    place = np.empty(len(region), dtype=np.intp)
    place[order] = np.arange(len(region)) - starts[region[order]]
    if (sizes == count).all():
        return place, np.zeros(len(sizes), dtype=np.intp), True
    seen = np.zeros((len(sizes), count), dtype=bool)
    seen[region, periods] = True
    return place, np.unique(seen, axis=0, return_inverse=True)[1].ravel(), False


def _switching(arrays: Arrays, wanted: Wanted) -> Array:
    ones = [np.ones(len(arrays.rows))] if wanted.regime_intercept else []
    return np.column_stack([*(arrays.columns[name] for name in wanted.treatment), *ones])


def _dummies(arrays: Arrays) -> list[NDArray[np.float64]]:
    if not arrays.model.second:
        return []
    codes, count = arrays.codes(arrays.model.second)
    return [(codes == level).astype(float) for level in range(1, count)]


def period_counts(periods: Codes, names: Sequence[Any], regime: Codes, regimes: int) -> NDArray[np.intp]:
    """(T, regimes) rows of each regime in each period."""
    return np.bincount(periods * regimes + regime - 1, minlength=len(names) * regimes).reshape(len(names), regimes)
