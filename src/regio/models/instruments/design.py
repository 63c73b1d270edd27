"""Rows to arrays: complete rows, columns net of effects, what may be wrong with them, and how scores add up under the errors asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from regio.compute.rows import FrameRows
from regio.contract.finding import EstimationError, Finding, error
from regio.models._collinearity import combinations, net_of, varies
from regio.models.core.blocks import Array, Block, Model, Seen
from regio.models.core.conventions import KERNEL, Counts, factor, parameters
from regio.models.core.kernel import bartlett, kernel_lags
from regio.models.core.levels import Codes
from regio.models.core.source import Source
from regio.models.core.survey import Survey, survey


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of columns by the part they play; ``controls`` without the constant."""

    outcome: str
    endogenous: tuple[str, ...]
    instruments: tuple[str, ...]
    controls: tuple[str, ...]

    @property
    def ordered(self) -> tuple[str, ...]:
        """The order in which dependences are looked for: the later column is the one to blame."""
        return (*self.controls, *self.instruments, *self.endogenous)


@dataclass(frozen=True, slots=True)
class ScoreSums:
    """How scores of rows add up. clusters: (codes (n,), number) of each dimension, the third one their intersection; lags: of Driscoll-Kraay."""

    errors: str
    clusters: tuple[tuple[Codes, int], ...] = ()
    lags: int | None = None

    def meat(self, columns: Array, residuals: Array) -> Array:
        """(r·k, r·k) covariance sums of residual × column, the residual running slowest; columns (n, k), residuals (n,) or (n, r)."""
        v = residuals.reshape(len(columns), -1)
        if self.errors == "classical":
            return np.asarray(np.kron(v.T @ v / len(v), columns.T @ columns), dtype=np.float64)
        scores = (v[:, :, None] * columns[:, None, :]).reshape(len(v), -1)
        if not self.clusters:
            robust: Array = scores.T @ scores
            return robust
        meat = np.zeros((scores.shape[1],) * 2)
        for sign, (codes, count) in zip((1, 1, -1), self.clusters, strict=False):
            sums = np.stack([np.bincount(codes, column, count) for column in scores.T], axis=1).astype(np.float64)
            meat += bartlett(sums, self.lags) if self.lags is not None else sign * (sums.T @ sums)
        return meat

    @property
    def fewest(self) -> int:
        """The smallest number of clusters; 0 where there are none."""
        return min((count for _, count in self.clusters), default=0)


@dataclass(frozen=True, slots=True)
class Design:
    """y (n,), x (n, m), z (n, k), c (n, controls) net of the effects, or about their means where there are none: then ``c`` ends with a constant.

    means, totals: of each column, its mean and Σ (v − v̄)² before effects are taken out; counts: with k = 0, to be filled in for each equation.
    """

    roles: Roles
    y: Array
    x: Array
    z: Array
    c: Array
    means: Mapping[str, float]
    totals: Mapping[str, float]
    counts: Counts
    sums: ScoreSums
    seen: Seen
    rows: Codes
    singletons: int
    large_sample: bool

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def pooled(self) -> bool:
        """Whether the last column of ``c`` is a constant."""
        return bool(self.c.shape[1] > len(self.roles.controls))

    @property
    def regressors(self) -> Array:
        return np.column_stack((self.x, self.c))

    @property
    def exogenous(self) -> Array:
        return np.column_stack((self.z, self.c))

    def counted(self, k: int) -> Counts:
        """Counts of an equation with k slopes."""
        return replace(self.counts, k=k)

    def df(self, k: int) -> int:
        """Second degrees of freedom of F: clusters less one, else rows less everything estimated."""
        return self.sums.fewest - 1 if self.sums.clusters else self.counted(k).df_residual

    def small(self, k: int) -> float:
        """What a sandwich, or an RSS/n, is multiplied by in a small sample."""
        counts = self.counted(k)
        return self.n / counts.df_residual if self.sums.errors == "classical" else factor("ivreghdfe", self.sums.errors, counts)

    def wald_factor(self, k: int) -> float:
        """From a large-sample Wald statistic of an equation with k slopes to one in F form, not yet divided by the number of restrictions."""
        left = self.n - parameters("ivreghdfe", self.sums.errors, self.counted(k))
        g = self.sums.fewest
        return left / (self.n - 1) * (g - 1) / g if self.sums.clusters else left / self.n

    @property
    def slopes(self) -> int:
        """Of the second stage."""
        return len(self.roles.endogenous) + len(self.roles.controls)

    @property
    def first_slopes(self) -> int:
        return len(self.roles.instruments) + len(self.roles.controls)


def design(frame: pd.DataFrame, roles: Roles, model: Model, *, errors: str, lags: int | None, large_sample: bool, region: str | None) -> Design:
    """Raises EstimationError for columns without variation or dependent on others, too few rows, clusters or periods."""
    source = Source(FrameRows(frame, part_rows=max(len(frame), 1)), model)
    first, _ = survey(source)
    part = source.only
    assert part is not None
    block = part.block
    if not block.n:
        raise EstimationError(error("regress.no_rows", rows=first.seen.rows))
    absorbed = [(block.first, block.groups)] if not model.pooled else []
    absorbed += [(block.second, block.levels)] if block.second is not None else []
    for effect, (_, levels) in zip(model.effects, absorbed, strict=False):
        if levels == 1:
            raise EstimationError(error("regress.one_group", effect="*".join(effect)))
    values = np.ascontiguousarray(block.values.T)
    net = net_of(values, absorbed)
    place = {name: j for j, name in enumerate((roles.outcome, *model.regressors))}
    counts = _counts(first, block, model, large_sample)
    slopes = len(roles.controls) + max(len(roles.instruments), len(roles.endogenous))
    if (left := replace(counts, k=slopes).df_residual) <= 0:
        raise EstimationError(error("regress.too_few_rows", rows=block.n, parameters=block.n - left))
    _check_variation(net, values, place, roles, model, frame.iloc[block.rows], region)
    _check_dependence(net, place, roles, model)
    centred = net_of(values, ())
    used = frame.iloc[block.rows]
    x, z, c = (net[:, [place[name] for name in names]] for names in (roles.endogenous, roles.instruments, roles.controls))
    made = Design(
        roles,
        net[:, 0],
        x,
        z,
        np.column_stack((c, np.ones(block.n))) if model.pooled else c,
        {name: float(used[name].mean()) for name in place},
        {name: float(centred[:, j] @ centred[:, j]) for name, j in place.items()},
        counts,
        _sums(block, errors, lags),
        first.seen,
        block.rows,
        first.seen.complete - block.n,
        large_sample,
    )
    _check_counts(made, model, lags)
    return made


def _counts(first: Survey, block: Block, model: Model, large_sample: bool) -> Counts:
    """``ivreg2`` knows effects as dummies that are partialled out: it counts them also where they lie inside the clusters."""
    dummies = 0
    if block.second is not None:
        cells = coo_array((np.ones(block.n), (block.first, block.groups + block.second)), shape=(block.groups + block.levels,) * 2)
        dummies = block.levels - int(connected_components(cells, directed=False)[0])
    own = first.groupings[:2]
    nested = (not model.pooled and any(g.holds_first for g in own), model.second is not None and any(g.holds_second for g in own))
    clusters = tuple(g.count for g in own)
    return Counts(block.n, 0, dummies, block.groups, block.levels, clusters, (False, False) if large_sample else nested)


def _sums(block: Block, errors: str, lags: int | None) -> ScoreSums:
    clusters = tuple(zip(block.clusters, block.cluster_levels, strict=True))
    return ScoreSums(errors, clusters, kernel_lags(lags, clusters[0][1]) if errors == KERNEL else None)


def _effect_names(model: Model) -> tuple[str, ...]:
    return tuple("*".join(effect) for effect in model.effects if effect)


def _check_variation(net: Array, values: Array, place: dict[str, int], roles: Roles, model: Model, used: pd.DataFrame, region: str | None) -> None:
    left, raw = varies(net, values), varies(net_of(values, ()), values)
    names = (roles.outcome, *roles.endogenous, *roles.instruments, *roles.controls)
    flat = [name for name in names if not left[place[name]]]
    if not flat:
        return
    fixed = tuple(name for name in flat if name in roles.instruments and raw[place[name]])
    if fixed and region is not None and any(region in effect for effect in model.effects) and time_invariant(used, fixed, region) == fixed:
        raise EstimationError(error("two_stage.time_invariant_instrument", columns=fixed))
    name = flat[0]
    if name == roles.outcome:
        raise EstimationError(error("regress.outcome_constant", column=name))
    kind = "no_within_variation" if raw[place[name]] else "constant"
    raise EstimationError(*(error(f"two_stage.{kind}", column=n, effects=_effect_names(model)) for n in flat if raw[place[n]] == raw[place[name]]))


def time_invariant(frame: pd.DataFrame, columns: Sequence[str], region: str) -> tuple[str, ...]:
    """Which columns have one value only in each region."""
    found = frame.groupby(region, observed=True)[list(columns)].nunique()
    return tuple(name for name in columns if (found[name] <= 1).all())


def _check_dependence(net: Array, place: dict[str, int], roles: Roles, model: Model) -> None:
    names = roles.ordered
    found = combinations(net[:, [place[name] for name in names]])
    if not found:
        return
    problems = []
    for one in found:
        column, others = names[one.column], tuple(names[j] for j in one.others)
        kind = "instrument" if column in roles.instruments else "endogenous"
        if column in roles.controls:
            code = "regress.collinear"
        else:
            code = f"two_stage.{kind}_collinear" if set(others) <= {*roles.controls, *(roles.endogenous if kind == "endogenous" else ())} else ""
            code = code or ("two_stage.instrument_collinear" if kind == "instrument" else "two_stage.perfect_first_stage")
        problems.append(error(code, column=column, others=others, effects=_effect_names(model)))
    raise EstimationError(*problems)


def _check_counts(d: Design, model: Model, lags: int | None) -> None:
    k = len(d.roles.instruments)
    if d.sums.errors == KERNEL:
        if d.sums.fewest <= max(lags or 0, 1):
            raise EstimationError(error("regress.few_periods", periods=d.sums.fewest, lags=1 if lags is None else max(lags, 1)))
    elif d.sums.clusters:
        names = tuple("*".join(cluster) for cluster in model.clusters[:2])
        if d.sums.fewest < 2:
            raise EstimationError(error("regress.one_cluster", cluster=names))
        if d.sums.fewest < k + 2:
            raise EstimationError(error("two_stage.few_clusters", clusters=d.sums.fewest, cluster=names, instruments=k, least=k + 2))


def notes(d: Design, model: Model) -> tuple[Finding, ...]:
    """Rows that were left out, and why."""
    from regio.models._sample import left_out

    gone = (Finding("regress.singletons_dropped", {"rows": d.singletons}, "note"),) if d.singletons else ()
    return (*left_out(d.seen, model.columns), *gone)


def extent(frame: pd.DataFrame, d: Design, keys: Any) -> dict[str, float]:
    """Numbers of regions and periods among the rows used; nan where there is no such key."""
    used = frame.iloc[d.rows]
    return {f"n_{which}s": float("nan") if (name := getattr(keys, which)) is None else int(used[name].nunique()) for which in ("region", "period")}
