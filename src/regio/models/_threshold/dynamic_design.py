"""Instruments and regressors of a dynamic panel with a threshold, summed within regions: all that an estimate or a draw needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.models._threshold.dynamic_data import DynamicWanted, Wide, lag
from regio.models.core.blocks import Array

REGIONS = 5  # least number in a regime
SHARE, MOST = 3, 2  # regions an instrument: below the first fewer are used, and regions are said to be few; below the second it is refused
CUTS = (3, 2)  # candidates at which instruments switch: the first, the last, one between. Beyond the outermost one no threshold is identified
DEPENDENT = 1e-8  # relative: what is left of an instrument beside those before it
Instrument = tuple[str, str, float]  # variable, how it is used, where it switches (nan: nowhere)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the rows of a region. outcome (R, L), slopes (R, G, L, K), spread (R, L, L): instruments with the outcome, with the regressors at each
    candidate, and with themselves; candidates (G,) and following: the next greater value; fixed: regressors, the first ones, with one slope.
    """

    outcome: Array
    slopes: Array
    spread: Array
    candidates: Array
    following: Array
    fixed: int
    names: tuple[Instrument, ...]
    lags: int
    findings: tuple[Finding, ...]

    @property
    def regions(self) -> int:
        return int(self.outcome.shape[0])

    @property
    def count(self) -> int:
        return int(self.outcome.shape[1])


def design(wide: Wide, wanted: DynamicWanted, *, lags: int, trim: float, grid: int) -> Moments:
    """Raises ArgumentError and EstimationError where nothing can be searched."""
    if trim >= 0.5:
        raise ArgumentError(error("threshold.trim", found=trim))
    if grid < 2:
        raise ArgumentError(error("threshold.grid", found=grid))
    if lags < 1:
        raise ArgumentError(error("dynamic_threshold.lags"))
    values, following = candidates(wide, wanted.threshold_variable, trim, grid)
    cuts, levels, findings = room(wide.regions, wanted, lags)
    names, columns = instruments(wide, wanted, values[np.round(np.linspace(0, len(values) - 1, cuts)).astype(int)], levels)
    basis: Array | None
    reached: Array | None
    basis, reached = periods(wide) if len(wanted.effects) > 1 else (None, None)
    inside = np.where(wide.equations[..., None], np.stack(columns, axis=2), 0.0)
    kept = independent(inside.reshape(-1, inside.shape[2]), basis)
    names = tuple(names[k] for k in kept)
    z = _without(inside[:, :, kept], basis)
    fixed = [wide.lagged, *(wide.values[name] for name in (*wanted.treatment, *wanted.controls))]
    _varying(wide, wanted, fixed)
    ones = np.ones(wide.used.shape)
    switching = [*([ones] if wanted.regime_intercept else []), *([wide.lagged] if wanted.regime_lag else []), *(wide.values[n] for n in wanted.treatment)]
    if len(names) < len(fixed) + len(switching) + 1:
        raise EstimationError(error("dynamic_threshold.few_instruments", instruments=len(names), parameters=len(fixed) + len(switching) + 1))
    pulled = np.einsum("ist,isl->itl", wide.operator, z) * wide.used[..., None]  # the transformation carried over to the instruments
    across = None if basis is None else np.einsum("isl,isp->ilp", z, basis)

    def summed(column: Array) -> Array:
        own: Array = np.einsum("itl,it->il", pulled, np.where(wide.used, column, 0.0))
        if across is None or reached is None:
            return own
        effect = np.einsum("itp,it->p", reached, np.where(wide.used, column, 0.0))
        less: Array = own - across @ effect
        return less

    common = np.stack([summed(c) for c in fixed], axis=2)
    q = wide.values[wanted.threshold_variable]
    slopes = np.empty((wide.regions, len(values), len(names), len(fixed) + len(switching)))
    slopes[..., : len(fixed)] = common[:, None]
    for g, value in enumerate(values):
        for k, column in enumerate(switching, start=len(fixed)):
            slopes[:, g, :, k] = summed(column * (q > value))
    return Moments(
        summed(wide.values[wanted.outcome]),
        slopes,
        np.einsum("itl,itm->ilm", pulled, pulled),
        values,
        following,
        len(fixed),
        names,
        levels,
        findings,
    )


def candidates(wide: Wide, variable: str, trim: float, grid: int) -> tuple[Array, Array]:
    """Values of the threshold variable that leave the share ``trim`` of the rows and five regions on both sides; at most ``grid`` of them, evenly by rows."""
    values = wide.values[variable]
    q = np.sort(values[wide.used])
    if q[0] == q[-1]:
        raise EstimationError(error("threshold.constant", column=variable))
    distinct, counts = np.unique(q, return_counts=True)
    below = np.cumsum(counts)
    low = np.sort(np.where(wide.used, values, np.inf).min(axis=1))
    high = np.sort(np.where(wide.used, values, -np.inf).max(axis=1))
    least = np.maximum(1, trim * len(q))
    fits = (below >= least) & (len(q) - below >= least)
    fits &= (np.searchsorted(low, distinct, side="right") >= REGIONS) & (len(high) - np.searchsorted(high, distinct, side="right") >= REGIONS)
    places = np.flatnonzero(fits)
    if not len(places):
        raise EstimationError(error("threshold.no_candidates", distinct=len(distinct), rows=len(q), share=100 * trim, regions=REGIONS))
    if len(places) > grid:
        at = np.linspace(below[places[0]], below[places[-1]], grid)
        places = np.unique(places[np.minimum(np.searchsorted(below[places], at), len(places) - 1)])
    return distinct[places], distinct[places + 1]


def room(regions: int, wanted: DynamicWanted, lags: int) -> tuple[int, int, tuple[Finding, ...]]:
    """(quantiles, lagged levels, what to say): as many instruments as asked for, fewer where that is more than a third of the regions."""
    inside = (*wanted.treatment, *wanted.controls)
    endogenous = sum(name in wanted.endogenous for name in inside)
    switching = wanted.regime_intercept + wanted.regime_lag + len(wanted.treatment)
    choices = [*((CUTS[0], k) for k in range(lags, 0, -1)), (CUTS[1], 1)]
    sizes = [k * (1 + endogenous) + len(inside) - endogenous + len(wanted.instruments) + cuts * switching for cuts, k in choices]
    place = next((i for i, size in enumerate(sizes) if size * SHARE <= regions), len(sizes) - 1)
    size = sizes[place]
    if size * MOST > regions:
        raise EstimationError(error("dynamic_threshold.too_few_regions", regions=regions, instruments=size, needed=size * MOST))
    findings = []
    if size * SHARE > regions:
        findings.append(Finding("dynamic_threshold.few_regions", {"regions": regions, "instruments": size, "share": SHARE}))
    if place:
        cuts, kept = choices[place]
        findings.append(Finding("dynamic_threshold.fewer_instruments", {"asked": sizes[0], "instruments": size, "lags": kept, "cuts": cuts}, "note"))
    return *choices[place], tuple(findings)


def instruments(wide: Wide, wanted: DynamicWanted, cuts: Array, lags: int) -> tuple[tuple[Instrument, ...], list[Array]]:
    """Each one column, summed over all periods: what is exogenous in deviations, what is not in lagged levels."""
    q = wide.values[wanted.threshold_variable]
    late = wanted.threshold_variable in wanted.endogenous
    names: list[Instrument] = []
    columns: list[Array] = []

    def add(name: str, way: str, column: Array, cut: float = float("nan")) -> None:
        names.append((name, way, cut))
        columns.append(column)

    levels = {name: _centred(wide, name) for name in (wanted.outcome, *wanted.treatment, *wanted.controls)}
    for name in (wanted.outcome, *(n for n in (*wanted.treatment, *wanted.controls) if n in wanted.endogenous)):
        for by in range(1, min(lags, wide.used.shape[1] - 1) + 1):
            add(name, f"lag{by}", np.nan_to_num(lag(levels[name], by)))
    for name in (*wanted.treatment, *wanted.controls, *wanted.instruments):
        if name not in wanted.endogenous:
            add(name, "own", wide.transformed(wide.values[name]))
    sorter = lag(q) if late else q
    for cut in cuts:
        above = (sorter > cut).astype(float)
        moving = wide.transformed if not late else np.nan_to_num
        if wanted.regime_intercept:
            add(wanted.threshold_variable, "regime", moving(above), float(cut))
        if wanted.regime_lag:
            add(wanted.outcome, "lag1", above * np.nan_to_num(lag(levels[wanted.outcome])), float(cut))
        for name in wanted.treatment:
            if name in wanted.endogenous:
                add(name, "lag1", above * np.nan_to_num(lag(levels[name])), float(cut))
            else:
                add(name, "own", moving(above * np.nan_to_num(levels[name])), float(cut))
    return tuple(names), columns


def _centred(wide: Wide, name: str) -> Array:
    values = wide.values[name]
    found: Array = values - values[wide.used].mean()
    return found


def periods(wide: Wide) -> tuple[Array, Array]:
    """(R, T, P) orthonormal deviations of the dummies of periods, and the same carried over to untransformed columns."""
    stacked = wide.operator.reshape(-1, wide.operator.shape[2])
    vectors, values, _ = np.linalg.svd(stacked, full_matrices=False)
    basis = vectors[:, values > 1e-10 * values[0]].reshape(*wide.used.shape, -1)
    return basis, np.einsum("ist,isp->itp", wide.operator, basis) * wide.used[..., None]


def _without(columns: Array, basis: Array | None) -> Array:
    if basis is None:
        return columns
    found: Array = columns - basis @ np.einsum("isp,isl->pl", basis, columns)
    return found


def independent(columns: Array, basis: Array | None) -> list[int]:
    """Places of the columns (n, L) that are no combinations of those before them."""
    room_taken = np.zeros((len(columns), 0)) if basis is None else basis.reshape(len(columns), -1)
    kept = []
    for k, column in enumerate(columns.T):
        rest = column - room_taken @ (room_taken.T @ column)
        rest = rest - room_taken @ (room_taken.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > DEPENDENT * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(k)
            room_taken = np.column_stack([room_taken, rest / size])
    return kept


def _varying(wide: Wide, wanted: DynamicWanted, fixed: list[Array]) -> None:
    names = (wanted.outcome, *wanted.treatment, *wanted.controls)
    columns = np.stack([wide.transformed(c - np.mean(c[wide.used])) for c in fixed], axis=2).reshape(-1, len(fixed))
    levels = np.array([np.linalg.norm(np.where(wide.used, c - np.mean(c[wide.used]), 0.0)) for c in fixed])
    sizes = np.linalg.norm(columns, axis=0)
    kept = [k for k in independent(columns, periods(wide)[0] if len(wanted.effects) > 1 else None) if sizes[k] > DEPENDENT * levels[k]]
    for k, name in enumerate(names):
        if k not in kept:
            raise EstimationError(error("dynamic_threshold.no_variation", column=name))
