"""SPADE and IDSA: the detectors that weigh pairs of rows by how near they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.engine import generator, repeat
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Convention, Provenance
from regio.spatial.breaks import SUPERVISED, coded
from regio.spatial.detector.analyse import Factor
from regio.spatial.detector.compute import check_names, complete, prepare
from regio.spatial.detector.nearness import Space, overlay_of, weights_between
from regio.spatial.detector.options import Options
from regio.spatial.detector.search import Setting, looking, usable
from regio.spatial.detector.statistics import Floats, Ints

MOST_FACTORS = 10  # of every set of which the zones are made
BATCH = 100  # permutations at once


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One discretisation of a factor: psd, of the outcome; kept, of the factor itself (1 for labels); compensated, psd/kept."""

    method: str
    classes: int
    codes: Ints
    psd: float
    kept: float

    @property
    def compensated(self) -> float:
        return self.psd / self.kept if self.kept > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What both methods start from."""

    space: Space
    outcome: Floats
    levels: dict[str, list[Level]]
    index: pd.Index
    provenance: Provenance
    findings: tuple[Finding, ...]
    conventions: tuple[Convention, ...]


def ground(data: Any, outcome: str, factors: Sequence[str], neighbours: Any, coordinates: Sequence[str], options: Options) -> Ground:
    keys = {"region": data.keys.region, "period": data.keys.period}
    columns = {name: keys.get(name) or name for name in factors}
    check_names((outcome,), factors, columns, None, None)
    rows, findings = complete(data.rows, (outcome,), list(columns.values()), None, None)
    y = rows[outcome].to_numpy(float)
    if not np.ptp(y) > 0:
        raise EstimationError(error("geodetector.constant_outcome", column=outcome, inside=""))
    kept = np.ones(len(data.rows), dtype=bool) if len(rows) == len(data.rows) else data.rows.index.isin(rows.index)
    weights, said = weights_between(data, kept, neighbours, coordinates)
    space = Space(weights)
    if not space.degree.sum() > 0:
        raise ArgumentError(error("spade.no_neighbours"))
    made, notes = prepare(rows, columns, None, options)
    levels = {factor.name: _levels(factor, y, space, options) for factor in made}
    used = Provenance(rows_used=len(rows), rows_left_out=len(data.rows) - len(rows))
    return Ground(space, y, levels, rows.index, used, (*findings, *notes), said)


def _levels(factor: Factor, y: Floats, space: Space, options: Options) -> list[Level]:
    if factor.strata is not None:
        strata = factor.strata
        if len(strata) < 2:
            raise EstimationError(error("geodetector.one_stratum", column=factor.name, inside=""))
        return [Level(strata.method, len(strata), strata.codes, float(space.power(y, strata.codes)), 1.0)]
    made = factor.candidates
    assert made is not None
    assert factor.values is not None
    found: list[Setting] = []
    if len(made.profile) > 1:
        good = usable(made, options.min_rows, options.convention)
        found = [s for s, ok in zip(made.settings, good, strict=True) if ok]
        methods = [m for m in factor.methods if m in SUPERVISED]
        found += looking(made.profile, made.profile.sums(y - y.mean()), methods, options.classes, options.min_rows)
    if not found:
        classes = tuple(map(str, options.classes))
        raise EstimationError(
            error("geodetector.no_setting", column=factor.name, different=len(made.profile), rows=options.min_rows, classes=classes, inside="")
        )
    levels = []
    for setting in found:
        codes = coded(factor.values, setting.inner)
        levels.append(Level(setting.method, setting.classes, codes, float(space.power(y, codes)), float(space.power(factor.values, codes))))
    if not any(level.kept > 0 for level in levels):
        raise EstimationError(error("spade.nothing_kept", column=factor.name))
    return levels


def spade_frames(base: Ground, draws: int, seed: int, engine: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By factor, and by factor and level."""
    names = list(base.levels)
    levels = pd.DataFrame(
        [(n, v.method, v.classes, v.psd, v.kept, v.compensated) for n in names for v in base.levels[n]],
        columns=["factor", "method", "classes", "psd", "kept", "compensated"],
    )
    multilevel = [float(np.mean([level.compensated for level in base.levels[n]])) for n in names]
    p = np.full(len(names), np.nan)
    if draws:
        drawn = repeat(_permuted_levels, draws, seed, base, engine=engine)
        p = (1 + (drawn >= np.array(multilevel) - 1e-12).sum(axis=0)) / (1 + draws)
    rank = [1 + sum(other > own for other in multilevel) for own in multilevel]
    best = levels.loc[levels.groupby("factor", sort=False)["compensated"].idxmax()].set_index("factor").loc[names]
    index = pd.Index(names, name="factor")
    columns = {"q": multilevel, "p_value": p, "rank": rank, "psd": best["psd"].tolist(), "classes": best["classes"].tolist(), "method": best["method"].tolist()}
    return pd.DataFrame(columns, index=index), levels


def _permutations(chunk: tuple[int, int, int], y: Floats) -> Any:
    random = generator(chunk)
    for start in range(0, chunk[1], BATCH):
        size = min(BATCH, chunk[1] - start)
        yield random.permuted(np.tile(y, (size, 1)), axis=1).T


def _permuted_levels(chunk: tuple[int, int, int], base: Ground) -> Floats:
    """(draws, factors) the multilevel power of the outcome permuted."""
    found = []
    for drawn in _permutations(chunk, base.outcome):
        found.append(np.column_stack([np.mean([base.space.power(drawn, v.codes) / v.kept for v in levels], axis=0) for levels in base.levels.values()]))
    return np.concatenate(found)


def idsa_frames(base: Ground, overlay: str, draws: int, seed: int, engine: Any) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...], pd.Series]:
    """Every set of factors, the levels chosen, the best set, and its zones."""
    names = list(base.levels)
    if len(names) > MOST_FACTORS:
        raise ArgumentError(error("idsa.many_factors", count=len(names), limit=MOST_FACTORS))
    best = {n: max(base.levels[n], key=lambda v: v.compensated) for n in names}
    rows, zones = [], []
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            own = [best[n].codes for n in chosen]
            zone = own[0] if size == 1 else overlay_of(own, base.outcome, overlay)
            theta = float(base.space.power(base.outcome, zone))
            phi = best[chosen[0]].kept if size == 1 else _kept(base.space, own, zone)
            single = int((np.bincount(zone) == 1).sum())
            count = len(np.unique(zone))
            rows.append((" * ".join(chosen), size, theta / phi if phi > 0 else float("nan"), theta, phi, count, single))
            zones.append(zone)
    frame = pd.DataFrame(rows, columns=["factors", "ways", "q", "theta", "phi", "zones", "single_rows"])
    p = np.full(len(frame), np.nan)
    if draws:
        drawn = repeat(_permuted_zones, draws, seed, base, tuple(zones), engine=engine)
        p = (1 + (drawn >= frame["theta"].to_numpy() - 1e-12).sum(axis=0)) / (1 + draws)
    frame = frame.assign(p_value=p)
    top = int(frame["q"].fillna(-np.inf).to_numpy().argmax())
    levels = pd.DataFrame(
        [(best[n].method, best[n].classes, best[n].psd, best[n].kept, best[n].compensated) for n in names],
        columns=["method", "classes", "psd", "kept", "compensated"],
        index=pd.Index(names, name="factor"),
    )
    order = frame["q"].sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True), levels, tuple(frame["factors"][top].split(" * ")), pd.Series(zones[top] + 1.0)


def _kept(space: Space, codes: Sequence[Ints], zones: Ints) -> float:
    """Power of the zones over the strata themselves: 1 − Σ_i Σ_k N_ik Γ_ik / Σ_i N_i Γ_i."""
    totals = np.array([float(space.variance(own.astype(float))) for own in codes])
    powers = np.array([float(space.power(own.astype(float), zones)) for own in codes])
    return float(1 - ((1 - powers) * totals).sum() / totals.sum())


def _permuted_zones(chunk: tuple[int, int, int], base: Ground, zones: Sequence[Ints]) -> Floats:
    return np.concatenate([np.column_stack([base.space.power(drawn, zone) for zone in zones]) for drawn in _permutations(chunk, base.outcome)])
