"""From a table to the arrays of a dynamic panel: regions × periods of the calendar, gaps as missing, deviations from what comes later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, DataError, EstimationError, Finding, error
from regio.models._sample import left_out
from regio.models.core.blocks import Array, Arrays, Model
from regio.models.core.levels import Codes, coded
from regio.preparing._calendar import of_periods

Mask = NDArray[np.bool_]
CELLS = 50_000_000  # regions × periods × periods that are held


@dataclass(frozen=True, slots=True)
class DynamicWanted:
    """What a call asks of the table."""

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    threshold_variable: str
    instruments: tuple[str, ...]
    endogenous: tuple[str, ...]
    effects: tuple[str, ...]
    regime_intercept: bool
    regime_lag: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.outcome, *self.treatment, *self.controls, self.threshold_variable, *self.instruments)))


@dataclass(frozen=True, slots=True)
class Wide:
    """values: column → (R, T), nan where missing; lagged: the outcome one period earlier; used (R, T): rows of the model; rows: their places in the table;
    operator (R, T, T): what makes deviations; equations (R, T): rows that have one.
    """

    values: dict[str, Array]
    lagged: Array
    used: Mask
    rows: Codes
    cells: tuple[Codes, Codes]
    operator: Array
    equations: Mask
    findings: tuple[Finding, ...]
    left_out: int

    @property
    def regions(self) -> int:
        return len(self.used)

    def transformed(self, column: Array) -> Array:
        """(R, T) deviations of a column."""
        found: Array = np.einsum("ist,it->is", self.operator, np.where(self.used, column, 0.0))
        return found


def lag(column: Array, by: int = 1) -> Array:
    """(R, T) the same ``by`` periods earlier, nan where there is no such period."""
    found = np.full_like(column, np.nan)
    found[:, by:] = column[:, : column.shape[1] - by]
    return found


def forward(used: Mask) -> Array:
    """(R, T, T): each row less the mean of the rows after it, times √(m / (m + 1)), m their number: Arellano and Bover (1995). Gaps are no matter."""
    regions, periods = used.shape
    found = np.zeros((regions, periods, periods))
    after = used[:, ::-1].cumsum(axis=1)[:, ::-1] - used
    for t in range(periods):
        m = after[:, t]
        has = used[:, t] & (m > 0)
        factor = np.sqrt(m[has] / (m[has] + 1.0))
        found[has, t, t] = factor
        found[has, t, t + 1 :] = -(factor / m[has])[:, None] * used[has, t + 1 :]
    return found


def spread(data: Any, wanted: DynamicWanted) -> Wide:
    """Raises ArgumentError, DataError and EstimationError where the model cannot be estimated."""
    _check(wanted, data.keys)
    names, frame = wanted.columns, data.rows
    seen = Arrays.of(frame, Model(wanted.outcome, names[1:], ((),))).seen
    if not seen.complete:
        raise EstimationError(error("regress.no_rows", rows=seen.rows))
    region = coded([frame[data.keys.region].to_numpy()])[0]
    time = of_periods(frame[data.keys.period])
    tick = np.asarray(time.ticks, dtype=np.intp)
    shape = int(region.max()) + 1, int(tick.max()) + 1
    if shape[0] * shape[1] ** 2 > CELLS:
        raise DataError(error("dynamic_threshold.too_long", regions=shape[0], periods=shape[1]))
    values = {}
    for name in names:
        values[name] = np.full(shape, np.nan)
        values[name][region, tick] = frame[name].to_numpy(dtype=float, na_value=np.nan)
    lagged = lag(values[wanted.outcome])
    used = np.logical_and.reduce([np.isfinite(lagged), *(np.isfinite(values[name]) for name in names)])
    used &= (used.sum(axis=1) > 1)[:, None]
    if not used.any():
        raise EstimationError(error("dynamic_threshold.no_rows", rows=len(frame)))
    keep = used.any(axis=1)
    places = np.flatnonzero(used[region, tick])
    operator = forward(used[keep])
    renumbered = np.cumsum(keep) - 1
    findings = [*left_out(seen, names), *time.notes()]
    without = seen.complete - len(places)
    findings += [Finding("dynamic_threshold.no_lag", {"rows": without}, "note")] if without else []
    return Wide(
        {name: column[keep] for name, column in values.items()},
        lagged[keep],
        used[keep],
        places,
        (renumbered[region[places]], tick[places]),
        operator,
        np.abs(operator).sum(axis=2) > 0,
        tuple(findings),
        len(frame) - len(places),
    )


def _check(wanted: DynamicWanted, keys: Any) -> None:
    if keys.region is None or keys.period is None:
        raise ArgumentError(error("dynamic_threshold.no_keys"))
    problems = [] if wanted.treatment or wanted.regime_intercept or wanted.regime_lag else [error("threshold.no_treatment")]
    problems += [error("threshold.outcome_splits", column=wanted.outcome)] if wanted.threshold_variable == wanted.outcome else []
    twice = _twice((wanted.outcome, *wanted.treatment, *wanted.controls))
    problems += [error("regress.twice", columns=twice)] if twice else []
    inside = (*wanted.treatment, *wanted.controls, wanted.threshold_variable)
    problems += [error("dynamic_threshold.not_endogenous", column=name, known=tuple(dict.fromkeys(inside))) for name in wanted.endogenous if name not in inside]
    problems += [error("dynamic_threshold.instrument_inside", column=name) for name in wanted.instruments if name in (wanted.outcome, *inside)]
    absorbed = tuple("region" if e == keys.region else "period" if e == keys.period else e for e in wanted.effects)
    if sorted(absorbed) not in (["region"], ["period", "region"]):
        problems.append(error("dynamic_threshold.effects", found=wanted.effects))
    if problems:
        raise ArgumentError(*problems)


def _twice(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if list(names).count(name) > 1))


def regimes(wide: Wide, frame: pd.DataFrame, variable: str, value: float) -> Array:
    """(rows of the table,) 1 or 2; nan where the row was not used."""
    found = np.full(len(frame), np.nan)
    found[wide.rows] = 1.0 + (wide.values[variable][wide.cells] > value)
    return found
