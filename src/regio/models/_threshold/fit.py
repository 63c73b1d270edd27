"""A threshold model from end to end: the sequence of thresholds, their refinement, tests, confidence sets and slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from regio.compute.engine import Engine, repeat
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.models._threshold.bootstrap import RESAMPLED, Draws, inside_effect, pool_of, statistics
from regio.models._threshold.candidates import Candidates, candidates, with_given
from regio.models._threshold.confidence import Piece, critical, pieces, scale
from regio.models._threshold.path import Path, path
from regio.models._threshold.prepare import Prepared
from regio.models._threshold.rules import Rules
from regio.models._threshold.search import Limits, combinations, given, joint, others_fixed, refine, sequence
from regio.models.core.blocks import Array

PAIRS = 30_000_000  # combinations of two thresholds that are all tried; above this a grid is
GRID = {2: 2_000, 3: 60}  # candidates of that grid
ALONE = 0.1  # share of regions with a pattern of periods of their own, above which whole regions cannot be resampled


@dataclass(frozen=True, slots=True)
class Model:
    """The model with m thresholds. picks: places among the candidates, rising; found: sequence, refined, joint."""

    picks: tuple[int, ...]
    ssr: float
    found: str


@dataclass(frozen=True, slots=True)
class Test:
    """F of one threshold more; nan p where it was not drawn."""

    statistic: float
    ssr: tuple[float, float]
    p: tuple[float, float]
    criticals: tuple[float, ...]
    draws: int
    scheme: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Likelihood ratio along one threshold, the others held. values, ratio (G,); scaled: by what the scaled ratio divides, relative to the variance."""

    values: Array
    ratio: Array
    eta: float
    pieces: tuple[Piece, ...]
    scaled_pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Search:
    """Everything but the slopes. sequence: picks as they were found; ssr: sums of squares along it."""

    candidates: Candidates
    path: Path
    c: Array
    sequence: tuple[int, ...]
    sequence_ssr: tuple[float, ...]
    models: tuple[Model, ...]
    df: int
    findings: tuple[Finding, ...]


def search(found: Prepared, rules: Rules, trim: tuple[float, ...], grid: int | None, thresholds: tuple[float, ...] | None) -> Search:
    """The thresholds of every model up to as many as there are stages in ``trim``."""
    problem = found.problem
    options = candidates(problem, rules, trim, grid or rules.grid)
    own: list[int] = []
    if thresholds is not None:
        options, own = with_given(problem, rules, options, thresholds)
    findings: list[Finding] = []
    if not options.size or options.limits[0].first > options.limits[0].last:
        distinct = int((np.diff(problem.values) > 0).sum()) + 1
        raise EstimationError(error("threshold.no_candidates", distinct=distinct, rows=problem.n, share=100 * trim[0], regions=rules.regions))
    way = path(problem, options.counts)
    c = way.running(problem.swept_outcome)
    df = rules.denominator(problem.rows if rules.drop_last else problem.n, 0 if rules.drop_last else problem.groups, problem.regions, len(found.period_names))
    if thresholds is not None:
        ssr = [float(given(way, c, problem.ssr, own[:m]).ssr[0]) for m in range(len(own) + 1)]
        models = [Model(tuple(sorted(own[:m])), ssr[m], "given") for m in range(1, len(own) + 1)]
        return Search(options, way, c, tuple(own), tuple(ssr), tuple(models), df, ())
    picks, ssrs = sequence(way, options.limits, c[..., None], np.array([problem.ssr]))
    usable = 0
    for before, after in pairwise(ssrs):
        if after[0] >= before[0]:
            break
        usable += 1
    if not usable:
        raise EstimationError(error("threshold.no_gain"))
    if usable < len(trim):
        findings.append(Finding("threshold.no_room", {"wanted": len(trim), "found": usable}, "warning"))
    order = [int(p[0]) for p in picks[:usable]]
    sums = [float(s[0]) for s in ssrs[: usable + 1]]
    models = [_model(way, options, c, problem.ssr, order[:m], sums[m], rules) for m in range(1, usable + 1)]
    for m, model in enumerate(models, start=1):
        if model.found == "joint":
            findings.append(Finding("threshold.joint_better", {"count": m, "sequence": sums[m], "joint": model.ssr}, "note"))
    return Search(options, way, c, tuple(order), tuple(sums), tuple(models), df, tuple(findings))


def _model(way: Path, options: Candidates, c: Array, ssr: float, order: list[int], value: float, rules: Rules) -> Model:
    m = len(order)
    if m == 1:
        return Model(tuple(order), value, "sequence")
    picks, refined, rounds = refine(way, options.limits[:m], c, ssr, order)
    model = Model(tuple(sorted(picks)), refined, "refined" if rounds else "sequence")
    if not rules.joint or m > 3:
        return model
    picks, value = _joint(way, options.limits[m - 1], c, ssr, m)
    if not picks:
        return model
    limits = (options.limits[m - 1],) * m
    picks, value, _ = refine(way, limits, c, ssr, picks)
    return Model(tuple(sorted(picks)), value, "joint") if value < model.ssr * (1 - 1e-12) else model


def _joint(way: Path, limit: Limits, c: Array, ssr: float, m: int) -> tuple[list[int], float]:
    """The best combination of m thresholds; on a grid where there are too many."""
    size = limit.last - limit.first + 1
    if m == 2 and size * (size - 1) // 2 <= PAIRS:
        return joint(way, limit, c, ssr, combinations(limit, way.size, 1))
    chosen = np.unique(np.linspace(limit.first, limit.last, min(GRID[m], size)).round().astype(int))
    reach = np.searchsorted(chosen, limit.reach[chosen])
    picks, value = joint(way.take(chosen), Limits(0, len(chosen) - 1, reach), c[:, chosen], ssr, combinations(Limits(0, len(chosen) - 1, reach), 0, m - 1))
    return [int(chosen[p]) for p in picks], value


def scheme_used(found: Prepared, scheme: str, rules: Rules) -> tuple[str, tuple[Finding, ...]]:
    """Whole regions are drawn among those observed in the same periods; where too many have no like, wild weights by region take their place."""
    if rules.drop_last and scheme not in RESAMPLED:
        raise ArgumentError(error("threshold.hansen_scheme", scheme=scheme))
    if scheme not in RESAMPLED or found.balanced:
        return scheme, ()
    regions, alone = found.problem.regions, found.alone
    values = {"alone": alone, "regions": regions}
    if scheme == "stratified":
        return scheme, (Finding("threshold.alone", values, "warning"),) if alone else ()
    if alone <= ALONE * regions:
        return "stratified", (Finding("threshold.stratified", values, "warning"),)
    return "wild_rademacher", (Finding("threshold.wild", values, "warning"),)


def tests(found: Prepared, done: Search, rules: Rules, *, draws: int, scheme: str, seed: int, engine: Engine | None) -> tuple[Test, ...]:
    """F of each threshold of the sequence against the model with one less."""
    counts = range(1, len(done.sequence) + 1)
    return tuple(test_of(found, done, rules, k, draws=draws, scheme=scheme, seed=seed, engine=engine) for k in counts)


def test_of(found: Prepared, done: Search, rules: Rules, k: int, *, draws: int, scheme: str, seed: int, engine: Engine | None) -> Test:
    """F of the k-th threshold."""
    problem = found.problem
    before, after = done.sequence_ssr[k - 1], done.sequence_ssr[k]
    statistic = (before - after) / after * done.df
    if not draws or done.models[0].found == "given":
        return Test(statistic, (before, after), (float("nan"),) * 2, (float("nan"),) * 3, 0, "none")
    residual = residual_of(found, done, list(done.sequence[: k - 1]))
    test = Draws(
        done.path,
        done.candidates.limits[:k],
        residual,
        problem.outcome - residual if k > 1 else np.zeros(problem.n),
        scheme,
        pool_of(problem, residual, found.strata),
        done.df,
        inside_effect(problem, scheme),
    )
    sample = repeat(statistics, draws, seed, test, engine=engine)
    return Test(statistic, (before, after), rules.p_values(sample, statistic), rules.criticals(sample), draws, scheme)


def residual_of(found: Prepared, done: Search, picks: Sequence[int]) -> Array:
    """(n,) residuals of the model with these thresholds, in the order of the problem's rows."""
    problem = found.problem
    if not picks:
        return problem.outcome
    design = _net(found, done, picks)
    residual: Array = problem.outcome - design @ np.linalg.lstsq(design, problem.outcome, rcond=None)[0]
    return residual


def _net(found: Prepared, done: Search, picks: Sequence[int]) -> Array:
    """(n, m r) the switching columns below each pick, net of effects and fixed columns."""
    problem = found.problem
    below = np.arange(problem.n)[:, None] < done.candidates.counts[list(picks)]
    columns = problem.sweep(np.hstack([problem.switching[:, [a]] * below for a in range(problem.r)]))
    columns = problem.kept_part(columns)
    columns = columns - problem.fixed @ (problem.fixed.T @ columns)
    net: Array = columns - problem.fixed @ (problem.fixed.T @ columns)
    return net


def curves(found: Prepared, done: Search, model: Model, level: float, *, flat: bool = False) -> tuple[Curve, ...]:
    """One for each threshold of a model, in rising order. ``flat``: the scale is one number, not read near the threshold."""
    problem, options = found.problem, done.candidates
    order = _stages(done, model)
    residual = residual_of(found, done, model.picks)
    design = _net(found, done, model.picks)
    jumps = np.linalg.lstsq(design, problem.outcome, rcond=None)[0].reshape(problem.r, len(model.picks))
    made = []
    for place, pick in enumerate(model.picks):
        others = [p for p in model.picks if p != pick]
        ssr, allowed = others_fixed(done.path, options.limits[order[place]], done.c, problem.ssr, others)
        allowed = allowed.copy()
        allowed[pick] = True
        smallest = min(model.ssr, float(ssr[allowed].min()))
        ratio = np.maximum(ssr - smallest, 0.0) / (smallest / done.df)
        ratio[pick] = max(model.ssr - smallest, 0.0) / (smallest / done.df)
        kept = np.ones(problem.n, dtype=bool) if problem.kept is None else problem.kept
        jump = problem.switching @ jumps[:, place]
        size = residual[kept] if flat else residual[kept] * np.sqrt(problem.rows / done.df)  # demeaning took part of the variance away
        eta = scale(problem.values[kept], options.values[pick], jump[kept], size, flat=flat) / (smallest / done.df)
        reach = critical(level)
        scaled = pieces(options.values, ratio / eta, reach, allowed) if eta > 0 else ()
        shown = np.where(allowed, ratio, np.nan)
        made.append(Curve(options.values, shown, eta, pieces(options.values, ratio, reach, allowed), scaled))
    return tuple(made)


def _stages(done: Search, model: Model) -> list[int]:
    """Whose limits hold for each threshold: those of the stage that found it, of the last stage where it was found jointly."""
    m = len(model.picks)
    own = {pick: stage for stage, pick in enumerate(done.sequence[:m])}
    return [own.get(pick, m - 1) for pick in model.picks]


def thresholds_of(done: Search, model: Model) -> tuple[float, ...]:
    return tuple(float(done.candidates.values[p]) for p in model.picks)


def criteria(found: Prepared, done: Search, fixed: int) -> NDArray[np.float64]:
    """(m + 1, 4) sum of squares, parameters, BIC and Hannan-Quinn of the models with 0 … m thresholds. A threshold counts as one parameter."""
    problem = found.problem
    n = problem.rows
    rows = []
    for m, ssr in enumerate([problem.ssr, *(model.ssr for model in done.models)]):
        parameters = problem.groups + fixed + m * (problem.r + 1)
        fit = n * np.log(ssr / n)
        rows.append((ssr, parameters, fit + parameters * np.log(n), fit + 2 * parameters * np.log(np.log(n))))
    return np.array(rows)
