"""Interactions of a treatment with periods, its leads and lags, and F tests of what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error, suggestion
from regio.models._collinearity import net_of, varies
from regio.models._sample import Sample, common_sample
from regio.models.core.blocks import Array
from regio.models.core.inference import inference, wald
from regio.models.core.levels import appearing_codes
from regio.models.regress import COEFFICIENTS, Regress, fitted_regress

NAN = float("nan")
TESTS = ["statistic", "df", "df_residual", "p_value"]


@dataclass(frozen=True, slots=True)
class Traced:
    slopes: pd.DataFrame
    distances: pd.DataFrame
    split: pd.DataFrame
    tests: pd.DataFrame
    models: tuple[Regress, ...]
    base: str
    left_out: tuple[str, ...]
    findings: tuple[Finding, ...]


def traced(
    data: Any,
    outcome: str,
    treatment: str,
    controls: tuple[str, ...],
    since: Any,
    base: Any,
    leads: int,
    lagged: int,
    options: Mapping[str, Any],
) -> Traced:
    if data.keys.period is None:
        raise ArgumentError(error("contract.no_period", kind="event_slopes", argument="period = …"))
    if treatment in controls:
        raise ArgumentError(error("regress.twice", columns=(treatment,)))
    rows = _complete(data, outcome, (treatment, *controls), options)
    column = rows[data.keys.period]
    codes, periods = pd.factorize(column, sort=True)
    places = {str(value): i for i, value in enumerate(periods)}
    start, at = _place(places, since, "since"), _place(places, base, "base")
    if start == 0:
        raise ArgumentError(error("event_slopes.nothing_before", since=str(since)))
    x = rows[treatment].to_numpy(dtype=float)
    constant = "region" in options["effects"] and _constant_within(rows, data.keys.region, x)
    notes: list[Finding] = []
    if constant and at is None:
        at = 0 if start is None else start - 1
        notes.append(Finding("event_slopes.base_chosen", {"treatment": treatment, "base": str(periods[at])}, "note"))
    fit = _Fit(Sample(rows, data.keys), outcome, controls, options)
    dead = [i for i in range(len(periods)) if not np.any(x[codes == i]) and i != at]
    if dead:
        notes.append(Finding("event_slopes.no_treatment", {"periods": tuple(str(periods[i]) for i in dead), "treatment": treatment}, "note"))
    live = [i for i in range(len(periods)) if i not in dead and i != at]
    columns = {f"{treatment} @ {periods[i]}": np.where(codes == i, x, 0.0) for i in live}
    main = at is not None and not constant
    first = fit(({treatment: x} if main else {}) | columns)
    slopes = _slopes(first, live, periods, at, main)
    tests = _tests(first, live, at, start, main)
    models, split = [first], _empty("side")
    if start is not None:
        two, table = _split(fit, treatment, x, codes < start, constant)
        if two is not None:
            models.append(two)
            split, tests["split"] = table
    distances = _empty("distance")
    if leads or lagged:
        far = fit.distances(data, treatment, leads, lagged)
        models.append(far)
        distances = _distances(far, leads, lagged)
        tests |= _distance_tests(far, leads, lagged)
    frame = pd.DataFrame.from_dict(tests, orient="index", columns=TESTS).rename_axis("test")
    findings = [finding for model in models for finding in model.findings]
    return Traced(
        slopes,
        distances,
        split,
        frame,
        tuple(models),
        "" if at is None else str(periods[at]),
        tuple(str(periods[i]) for i in dead),
        (*notes, *(f for i, f in enumerate(findings) if f not in findings[:i])),
    )


def _complete(data: Any, outcome: str, regressors: Sequence[str], options: Mapping[str, Any]) -> pd.DataFrame:
    from regio.models._regress import make_model
    from regio.models._regress_exhibits import CLUSTERED

    used = ("region",) if options["errors"] in CLUSTERED and options["cluster"] is None else options["cluster"] or ()
    model = make_model(data, outcome, regressors, **{name: options[name] for name in ("effects", "errors", "convention")}, cluster=used)
    sample, _ = common_sample(data, [model])
    rows: pd.DataFrame = sample.rows
    if not len(rows):
        raise EstimationError(error("regress.no_rows", rows=len(data.rows)))
    return rows


def _place(places: Mapping[str, int], wanted: Any, argument: str) -> int | None:
    if wanted is None:
        return None
    if str(wanted) not in places:
        known = tuple(places)
        raise ArgumentError(error("event_slopes.unknown_period", argument=argument, found=str(wanted), periods=known, near=suggestion(str(wanted), known)))
    return places[str(wanted)]


def _constant_within(rows: pd.DataFrame, region: str, x: Array) -> bool:
    codes, count, _ = appearing_codes([rows[region].to_numpy()])
    values = x[:, None]
    return not varies(net_of(values, [(codes, count)]), values)[0]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Regressions on the same rows with other columns for the treatment."""

    sample: Sample
    outcome: str
    controls: tuple[str, ...]
    options: Mapping[str, Any]

    def __call__(self, columns: Mapping[str, Array]) -> Regress:
        rows = self.sample.rows
        kept = rows.drop(columns=[name for name in columns if name in rows.columns])
        wide = pd.concat([kept, pd.DataFrame(dict(columns), index=rows.index)], axis=1)
        return fitted_regress(Sample(wide, self.sample.keys), self.outcome, tuple(columns), self.controls, sample_weights=None, **self.options)

    def distances(self, data: Any, treatment: str, leads: int, lagged: int) -> Regress:
        """Leads and lags come from the whole table, also from rows that lack another column."""
        keys = data.keys
        if keys.region is None:
            raise ArgumentError(error("contract.no_region", kind="event_slopes", argument="leads, lagged"))
        codes, periods = pd.factorize(data.rows[keys.period], sort=True)
        if leads + lagged >= len(periods) - 1:
            raise ArgumentError(error("event_slopes.too_far", leads=leads, lagged=lagged, periods=len(periods)))
        region, count, _ = appearing_codes([data.rows[keys.region].to_numpy()])
        wide = np.full((count, len(periods)), np.nan)
        wide[region, codes] = data.rows[treatment].to_numpy(dtype=float)
        columns = {}
        for j in range(-leads, lagged + 1):
            there = (codes - j >= 0) & (codes - j < len(periods))
            moved = np.full(len(codes), np.nan)
            moved[there] = wide[region[there], codes[there] - j]
            columns[_distance_name(treatment, j)] = moved
        frame = pd.concat([data.rows, pd.DataFrame(columns, index=data.rows.index)], axis=1)
        return fitted_regress(Sample(frame, keys), self.outcome, tuple(columns), self.controls, sample_weights=None, **self.options)


def _distance_name(treatment: str, j: int) -> str:
    return f"{treatment} @ t{-j:+d}" if j else f"{treatment} @ t"


def _empty(index: str) -> pd.DataFrame:
    return pd.DataFrame(index=pd.Index([], name=index), columns=list(COEFFICIENTS), dtype=float)


def _slopes(model: Regress, live: Sequence[int], periods: Any, at: int | None, main: bool) -> pd.DataFrame:
    """Rows are periods in order; nan where the treatment was nowhere."""
    found = model.coefficients.iloc[int(main) : int(main) + len(live)].to_numpy()
    table = np.full((len(periods), len(COEFFICIENTS)), np.nan)
    table[list(live)] = found
    if at is not None:
        table[at, 0] = 0.0
    index = pd.Index([int(p) if isinstance(p, int | np.integer) else str(p) for p in periods], name="period")
    return pd.DataFrame(table, index=index, columns=list(COEFFICIENTS))


def _f(model: Regress, take: Array) -> tuple[float, float, float, float]:
    """(F, restrictions, residual degrees of freedom, p) that take · coefficients are zero."""
    wide = np.zeros((len(take), len(model.coefficients)))
    wide[:, : take.shape[1]] = take
    b, v = model.coefficients["estimate"].to_numpy(), model.covariance.to_numpy()
    f, (restrictions, df), p = wald(wide @ b, wide @ v @ wide.T, model.fit["f_df"][1])
    return f, float(restrictions), float(df), p


def _same(places: Sequence[int], width: int, zero: bool) -> Array:
    """Rows that ask whether coefficients at these places are equal; ``zero``: are all zero."""
    take = np.zeros((len(places) if zero else max(len(places) - 1, 0), width))
    for row in range(len(take)):
        take[row, places[row if zero else row + 1]] = 1.0
        if not zero:
            take[row, places[0]] = -1.0
    return take


def _tests(model: Regress, live: Sequence[int], at: int | None, start: int | None, main: bool) -> dict[str, tuple[float, ...]]:
    width, shift = len(live) + int(main), int(main)

    def same(inside: Sequence[int]) -> Array:
        """Equality over the periods in ``inside``: those of the base are differences from it."""
        places = [shift + live.index(i) for i in inside if i in live]
        return _same(places, width, zero=at in inside)

    every = sorted([*live, *([] if at is None else [at])])
    found = {"equal": same(every)}
    if start is not None:
        before, after = [i for i in every if i < start], [i for i in every if i >= start]
        found["pre_trend"] = same(before)
        found["within_split"] = np.vstack([same(before), same(after)])
    return {name: _f(model, take) for name, take in found.items() if len(take)}


def _split(fit: _Fit, treatment: str, x: Array, before: Any, constant: bool) -> tuple[Regress | None, Any]:
    """The model with a slope on each side of the date; of a treatment that does not vary within regions only the difference is there."""
    old, new = np.where(before, x, 0.0), np.where(before, 0.0, x)
    columns = {f"{treatment} @ since": new} if constant else {f"{treatment} @ before": old, f"{treatment} @ since": new}
    if not (np.any(old) and np.any(new)):
        return None, None
    model = fit(columns)
    take = np.array([[1.0]]) if constant else np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]])
    k = take.shape[1]
    b, v = model.coefficients["estimate"].to_numpy()[:k], model.covariance.to_numpy()[:k, :k]
    found = inference(take @ b, take @ v @ take.T, model.fit["f_df"][1], model.level)
    table = np.column_stack((take @ b, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high))
    names = ["difference"] if constant else ["before", "since", "difference"]
    return model, (pd.DataFrame(table, index=pd.Index(names, name="side"), columns=list(COEFFICIENTS)), _f(model, take[-1:]))


def _distances(model: Regress, leads: int, lagged: int) -> pd.DataFrame:
    """Rows are distances in time from the treatment, −leads … lagged."""
    found = model.coefficients.iloc[: leads + lagged + 1]
    return found.set_axis(pd.Index(range(-leads, lagged + 1), name="distance"), axis=0)


def _distance_tests(model: Regress, leads: int, lagged: int) -> dict[str, tuple[float, ...]]:
    width = leads + lagged + 1
    chosen = {"leads": list(range(leads)), "lags": list(range(leads + 1, width))}
    return {name: _f(model, _same(places, width, zero=True)) for name, places in chosen.items() if places}
