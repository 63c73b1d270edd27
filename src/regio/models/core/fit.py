"""A fit: cross products, solution, residual pass, covariance, and the figures that Stata's block prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtrc

from regio.compute.engine import Engine
from regio.compute.rows import Rows
from regio.contract.finding import EstimationError, Finding, error
from regio.models.core.blocks import Array, Model, Seen
from regio.models.core.conventions import KERNEL, Counts, Name, counts_dummies, df_test, factor
from regio.models.core.inference import Inference, inference, wald
from regio.models.core.kernel import bartlett, kernel_lags
from regio.models.core.levels import Codes
from regio.models.core.products import Grand, Products, System, system
from regio.models.core.scores import Dimension, Place, Scores, Wanted, scores
from regio.models.core.solve import Dependence, Solution, dependences, solve, varies
from regio.models.core.source import Effect, Source
from regio.models.core.survey import Survey, survey

if TYPE_CHECKING:
    from regio.models.core.wild import Wild

NAN = float("nan")
ROUNDED = 1e-13  # of the largest eigenvalue: below this a negative one is rounding


@dataclass(frozen=True, slots=True)
class Fit:
    """coefficients (k + 1,) and covariance (k + 1, k + 1): the regressors, then the constant; figures: the ``fit`` mapping of a result."""

    coefficients: Array
    covariance: Array
    inference: Inference
    n: int  # rows used
    figures: Mapping[str, object]
    sizes: Mapping[Effect, int]  # levels of each effect and each cluster
    seen: Seen
    rows: Codes | None  # places of the rows used, where the table came in one part
    findings: tuple[Finding, ...]
    lags: int | None = None  # of Driscoll-Kraay errors
    wild: Wild | None = None  # filled in by whoever asks for it
    moments: tuple[tuple[float, ...], ...] = ()  # (k + 1, 3): mean, SD and SD within the first effect of y and each regressor


def fit(
    rows: Rows,
    model: Model,
    *,
    errors: str,
    convention: Name,
    level: float = 0.95,
    lags: int | None = None,
    counted: tuple[str, ...] = (),
    engine: Engine | None = None,
) -> Fit:
    """Least squares with up to two absorbed effects, in two passes over the rows. ``lags``: of Driscoll-Kraay errors, None for the usual rule;
    ``counted``: key columns whose different values are counted where the table comes in parts.

    Raises
    ------
    EstimationError
        where a regressor does not vary or depends on others, or rows or clusters are too few
    """
    source = Source(rows, model, counted)
    first, coding = survey(source, engine)
    if not first.products.n:
        raise EstimationError(error("regress.no_rows", rows=first.seen.rows))
    p = first.products.products() if isinstance(first.products, Grand) else first.products
    _check_groups(p, model)
    s = system(p, coding.centre)
    solution = _solution(p, s, model)
    counts = _counts(first, p, s, solution, model)
    _check_counts(counts, model, errors, convention, lags)
    bread = _bread(solution, p.weight)
    second = scores(source, coding, solution.coefficients, _wanted(first, p, model, errors, bread, source.only is not None), engine)
    beta = solution.coefficients + solution.inverse @ second.gradient[:-1]  # what rounding in the cross products left over
    used = kernel_lags(lags, counts.clusters[0]) if errors == KERNEL else None
    sandwich = _covariance(second, bread, counts, errors, convention, used)
    free = counts_dummies(convention)
    take = _coefficients_of(s, solution.kept, dummies=free)
    coefficients = take @ np.append(beta, s.means[0])
    covariance, repaired = take @ sandwich @ take.T, False
    if errors == "cluster" and len(model.clusters) == 3:
        deviations = np.sqrt(np.diag(s.total)[1 : 1 + s.k] / (p.weight * (1 - 1 / p.n)))
        covariance, repaired = two_way(covariance, np.append(deviations, 1.0))
    df = df_test(errors, counts)
    if free:
        tested = np.flatnonzero(solution.kept)
        f = wald(beta[tested], sandwich[np.ix_(tested, tested)], df)
    else:
        f = wald(coefficients[: s.k], covariance[: s.k, : s.k], df)
    figures = _figures(p, s, solution, beta, second.rss, counts, model, errors, convention, f)
    return Fit(
        coefficients,
        covariance,
        inference(coefficients, covariance, df, level),
        p.n,
        figures,
        _sizes(first, p, source),
        first.seen,
        None if source.only is None else source.only.block.rows,
        _notes(f, counts, repaired),
        used,
        moments=_moments(p, s, model),
    )


def _moments(p: Products, s: System, model: Model) -> tuple[tuple[float, ...], ...]:
    """Of the columns themselves; the last one is nan where nothing is absorbed. Plain numbers: a small fit should not pay for them."""
    q, scale = s.k + 1, p.n / p.weight
    inside = s.within.diagonal()[:q].tolist() if not model.pooled and p.n > p.groups else [NAN] * q
    overall, net = scale / (p.n - 1), scale / max(p.n - p.groups, 1)
    columns = zip(s.means[:q].tolist(), s.total.diagonal()[:q].tolist(), inside, strict=True)
    return tuple((mean, sqrt(total * overall), sqrt(max(within * net, 0.0)) if within == within else NAN) for mean, total, within in columns)


def _sizes(first: Survey, p: Products, source: Source) -> dict[Effect, int]:
    model = source.model
    sizes = {cluster: grouping.count for cluster, grouping in zip(model.clusters, first.groupings, strict=True)}
    sizes |= {(name,): len(values) for name, values in zip(source.counted, first.counted, strict=False)}
    sizes |= {model.second: first.levels} if model.second else {}
    return sizes | ({} if model.pooled else {model.effects[0]: p.groups})


def _solution(p: Products, s: System, model: Model) -> Solution:
    inside = s.within[1:, 1:]
    m = len(inside)
    varying = varies(inside, s.total[1:, 1:], s.means[1:], p.weight)
    if not varies(s.within[:1, :1], s.total[:1, :1], s.means[:1], p.weight)[0]:
        raise EstimationError(error("regress.outcome_constant", column=model.outcome))
    for j in np.flatnonzero(~varying[: s.k]):
        raw = varies(s.total[1:, 1:], s.total[1:, 1:], s.means[1:], p.weight)[j]
        code = "regress.no_within_variation" if raw else "regress.constant_regressor"
        raise EstimationError(error(code, column=model.regressors[j], effects=_effect_names(model)))
    order = np.roll(np.arange(m), -s.k)  # dummies first: a redundant dummy is dropped, a redundant regressor is an error
    order = order[varying[order]]
    small = np.ix_(order, order)
    kept_small, found = dependences(inside[small], np.arange(len(order)))
    kept = np.zeros(m, dtype=bool)
    kept[order[kept_small]] = True
    for dependence in found:
        if order[dependence.column] < s.k:
            raise EstimationError(_collinear(dependence, order, s, model))
    return solve(inside, s.within[1:, 0], kept)


def _collinear(dependence: Dependence, order: np.ndarray, s: System, model: Model) -> Finding:
    column = model.regressors[order[dependence.column]]
    others = tuple(dict.fromkeys(model.regressors[order[j]] if order[j] < s.k else "*".join(model.effects[1]) for j in dependence.others))
    return error("regress.collinear", column=column, others=others, effects=_effect_names(model))


def _effect_names(model: Model) -> tuple[str, ...]:
    return tuple("*".join(effect) for effect in model.effects if effect)


def _check_groups(p: Products, model: Model) -> None:
    if not model.pooled and p.groups == 1:
        raise EstimationError(error("regress.one_group", effect="*".join(model.effects[0])))


def _counts(first: Survey, p: Products, s: System, solution: Solution, model: Model) -> Counts:
    own = first.groupings[:2]
    nested = (not model.pooled and any(g.holds_first for g in own), model.second is not None and any(g.holds_second for g in own))
    return Counts(p.n, s.k, int(solution.kept[s.k :].sum()), p.groups, first.levels, tuple(g.count for g in own), nested)


def _check_counts(counts: Counts, model: Model, errors: str, convention: Name, lags: int | None) -> None:
    if counts.df_residual <= 0:
        parameters = counts.n - counts.df_residual
        raise EstimationError(error("regress.too_few_rows", rows=counts.n, parameters=parameters))
    if errors == KERNEL and counts.clusters[0] <= max(lags or 0, 1):
        raise EstimationError(error("regress.few_periods", periods=counts.clusters[0], lags=1 if lags is None else max(lags, 1)))
    if errors != "cluster":
        return
    names = tuple("*".join(c) for c in model.clusters[:2])
    if min(counts.clusters) < 2:
        raise EstimationError(error("regress.one_cluster", cluster=names))
    if convention == "xtreg" and len(names) > 1:
        raise EstimationError(error("regress.xtreg_two_clusters", cluster=names))
    if convention == "xtreg" and not model.pooled and not counts.nested[0]:
        raise EstimationError(error("regress.not_nested", effect="*".join(model.effects[0]), cluster=names))


def _bread(solution: Solution, weight: float) -> Array:
    """Inverse cross products of [X, dummies, constant], the constant being orthogonal to the rest."""
    m = len(solution.inverse)
    bread = np.zeros((m + 1, m + 1))
    bread[:m, :m] = solution.inverse
    bread[m, m] = 1 / weight
    return bread


def _wanted(first: Survey, p: Products, model: Model, errors: str, bread: Array, whole: bool) -> Wanted:
    dimensions = []
    for i, (cluster, grouping) in enumerate(zip(model.clusters, first.groupings, strict=True)):
        place: Place = "inside" if errors != KERNEL and (whole or grouping.levels is None) else "across"
        place = "first" if place == "inside" and model.is_first(cluster) else place
        dimensions.append(Dimension(place, None if whole else grouping.levels, grouping.count, -1 if i == 2 else 1))
    mean = p.total.mean if model.pooled else None
    shares = p.level_weight / p.weight if model.pooled and len(p.level_weight) else None
    return Wanted(errors, tuple(dimensions), first.levels, bread, mean, shares)


def _covariance(second: Scores, bread: Array, counts: Counts, errors: str, convention: Name, lags: int | None) -> Array:
    """Covariance (m, m) of [X, dummies, constant at the means]."""
    if errors == "classical":
        classical: Array = bread * (second.rss / counts.df_residual)
        return classical
    meat = second.meat
    for sums in second.across:
        by_cluster = sums.sums()
        meat = meat + (bartlett(by_cluster, lags) if lags is not None else sums.sign * (by_cluster.T @ by_cluster))
    sandwich: Array = bread @ meat @ bread * factor(convention, errors, counts)
    return sandwich


def two_way(covariance: Array, deviations: Array) -> tuple[Array, bool]:
    """A two-way sandwich with its negative eigenvalues set to zero, and whether slopes had any.

    As in reghdfe columns are first divided by their standard deviations, so that units do not matter, and slopes are repaired by themselves.
    """
    units = np.outer(deviations, deviations)
    slopes, repaired = _not_negative((covariance * units)[:-1, :-1])
    whole, _ = _not_negative(covariance * units)
    whole[:-1, :-1] = slopes
    return whole / units, repaired


def _not_negative(covariance: Array) -> tuple[Array, bool]:
    """Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering, section 2.3."""
    if not len(covariance):
        return covariance, False
    values, vectors = np.linalg.eigh(covariance)
    if values[0] >= -ROUNDED * values[-1]:
        return covariance.copy(), False
    return (vectors * np.maximum(values, 0)) @ vectors.T, True


def _coefficients_of(s: System, kept: np.ndarray, *, dummies: bool) -> Array:
    """The rows that turn [X, dummies, mean of y] into [X, constant]; the constant is at zero of X, and at the base level where dummies count."""
    take = np.zeros((s.k + 1, len(kept) + 1))
    take[: s.k, : s.k] = np.eye(s.k)
    take[s.k, : s.k] = -s.means[1 : 1 + s.k]
    if dummies:
        take[s.k, s.k : -1] = -s.means[1 + s.k :] * kept[s.k :]
    take[s.k, -1] = 1.0
    return take


def _figures(
    p: Products,
    s: System,
    solution: Solution,
    beta: Array,
    rss: float,
    counts: Counts,
    model: Model,
    errors: str,
    convention: Name,
    f: tuple[float, tuple[int, int], float],
) -> dict[str, object]:
    scale = p.n / p.weight
    rss = float(rss * scale)  # weights are scaled to a mean of one
    tss, within = float(s.total[0, 0] * scale), _within_variation(s, solution, convention) * scale
    df = counts.df_residual
    r2 = 1 - rss / tss
    with_groups = not model.pooled
    return {
        "n": counts.n,
        "n_regions": NAN,
        "n_periods": NAN,
        "n_clusters": counts.clusters,
        "n_effects": counts.groups if with_groups else 0,
        "singletons": p.singles if with_groups else 0,
        "df_residual": df,
        "rss": rss,
        "r2": r2,
        "r2_adjusted": 1 - (1 - r2) * (counts.n - 1) / df,
        "r2_within": 1 - rss / within if with_groups or (model.second and not counts_dummies(convention)) else NAN,
        **_stata_block(p, s, beta, rss, counts, model, errors, convention),
        "f_statistic": f[0],
        "f_df": f[1],
        "f_p_value": f[2],
        "sigma_e": float(np.sqrt(rss / df)),
    }


def _within_variation(s: System, solution: Solution, convention: Name) -> float:
    """Variation of y within the effects: of the first alone where levels of the second count as regressors, else of both."""
    if counts_dummies(convention) or len(solution.kept) == s.k:
        return float(s.within[0, 0])
    kept = solution.kept.copy()
    kept[: s.k] = False
    right = s.within[1:, 0]
    return float(s.within[0, 0] - right @ solve(s.within[1:, 1:], right, kept).coefficients)


def _stata_block(
    p: Products, s: System, beta: Array, rss: float, counts: Counts, model: Model, errors: str, convention: Name
) -> dict[str, float | tuple[int, int]]:
    """What ``xtreg, fe`` prints about the effects; empty (nan) where there is no first effect or another convention is asked for."""
    names = ("r2_between", "r2_overall", "sigma_u", "rho", "corr_effects", "f_effects", "f_effects_df", "f_effects_p_value")
    if model.pooled or not counts_dummies(convention):
        return dict.fromkeys(names, NAN)
    effect, explained = np.r_[1.0, -beta], np.r_[0.0, beta]  # of [y, X, dummies]: u = effect · means, xb = explained · columns
    between_weighted = s.total - s.within
    y = np.zeros(len(effect))
    y[0] = 1.0
    sigma_u = float(np.sqrt(effect @ s.between @ effect / (counts.groups - 1)))
    sigma_e2 = rss / counts.df_residual
    block: dict[str, float | tuple[int, int]] = {
        "r2_between": _squared_correlation(s.between, y, explained),
        "r2_overall": _squared_correlation(s.total, y, explained),
        "sigma_u": sigma_u,
        "rho": sigma_u**2 / (sigma_u**2 + sigma_e2),
        "corr_effects": float(effect @ between_weighted @ explained / np.sqrt(spread)) if (spread := _spread(s, effect, explained)) > 0 else NAN,
    }
    if errors != "classical":
        return {**block, "f_effects": NAN, "f_effects_df": NAN, "f_effects_p_value": NAN}
    m = len(beta)
    kept, _ = dependences(s.total[1:, 1:], np.arange(m))
    restricted = solve(s.total[1:, 1:], s.total[1:, 0], kept)
    rss_pooled = (s.total[0, 0] - s.total[1:, 0] @ restricted.coefficients) * p.n / p.weight
    df = (counts.groups - 1, counts.df_residual)
    f = (rss_pooled - rss) / df[0] / sigma_e2
    return {**block, "f_effects": float(f), "f_effects_df": df, "f_effects_p_value": float(fdtrc(*df, f))}


def _spread(s: System, effect: Array, explained: Array) -> float:
    """Variation of the effects times that of what the regressors explain; zero where there are no regressors."""
    return float((effect @ (s.total - s.within) @ effect) * (explained @ s.total @ explained))


def _squared_correlation(cross: Array, a: Array, b: Array) -> float:
    denominator = (a @ cross @ a) * (b @ cross @ b)
    return float((a @ cross @ b) ** 2 / denominator) if denominator > 0 else NAN


def _notes(f: tuple[float, tuple[int, int], float], counts: Counts, repaired: bool) -> tuple[Finding, ...]:
    notes = [Finding("regress.not_positive", severity="note")] if repaired else []
    if np.isnan(f[0]) and f[1][0]:
        notes.append(Finding("regress.no_f", {"restrictions": f[1][0], "clusters": min(counts.clusters, default=0)}, "note"))
    return tuple(notes)
