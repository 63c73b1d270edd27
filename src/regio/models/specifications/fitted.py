"""Many models of one block: the slope of the treatment, its error, and its test, with no refit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from regio.models.core.blocks import Array
from regio.models.core.solve import DEPENDENT
from regio.models.specifications.block import Block, indicator

BLOCK = 4_000_000  # residuals that are held at a time


@dataclass(frozen=True, slots=True)
class Slopes:
    """Arrays (m,), one entry a model; reason: why a model cannot be estimated, or empty. squares, scores: Σ e² and Σ over units of squared scores, times
    nothing.
    """

    estimate: Array
    variance: Array
    df: Array
    reason: np.ndarray


def slopes_of(block: Block, outcome: int, treatment: int, lists: list[tuple[int, ...]], errors: tuple[str, ...]) -> list[Slopes]:
    """The slope on ``treatment`` beside each list of other columns (places in the block), for each kind of errors."""
    m = len(lists)
    estimate, inverse = np.full(m, np.nan), np.full(m, np.nan)
    squares = {kind: np.full(m, np.nan) for kind in errors}
    reason = np.array([_unfit(block, outcome, treatment, others) for others in lists], dtype=object)
    sizes = np.array([len(others) for others in lists])
    root = np.sqrt(np.where(block.own > 0, block.own, 1.0))
    cross = block.cross / np.outer(root, root)
    for size in np.unique(sizes):
        here = np.flatnonzero((sizes == size) & (reason == ""))
        for start in range(0, len(here), max(1, BLOCK // max(block.n, 1))):
            part = here[start : start + max(1, BLOCK // max(block.n, 1))]
            places = np.array([(*lists[i], treatment) for i in part])
            solved, own, singular = _solved(cross, places, outcome)
            reason[part[singular]] = "collinear"
            part, places = part[~singular], places[~singular]
            if not len(part):
                continue
            solved, own = solved[~singular] / root[places][:, :, None], own[~singular]
            weights, residual = np.zeros((2, len(part), len(block.columns)))
            rows = np.arange(len(part))[:, None]
            weights[rows, places] = solved[:, :, 1] / root[treatment]
            residual[rows, places] = -solved[:, :, 0] * root[outcome]
            residual[:, outcome] = 1.0
            e, treated = residual @ block.values, weights @ block.values
            scores = treated * e
            estimate[part] = solved[:, -1, 0] * root[outcome] + scores.sum(1)  # what rounding in the cross products left over
            inverse[part] = own / root[treatment] ** 2
            for kind in errors:
                squares[kind][part] = (e * e).sum(1) * inverse[part] if kind == "classical" else _squares(block, scores, kind)
    return [_with_errors(block, kind, estimate, squares[kind], sizes + 1, reason) for kind in errors]


def _unfit(block: Block, outcome: int, treatment: int, others: tuple[int, ...]) -> str:
    if block.problem:
        return block.problem
    return "" if block.varying[[outcome, treatment, *others]].all() else "no_variation"


def _solved(cross: Array, places: np.ndarray, outcome: int) -> tuple[Array, Array, np.ndarray]:
    """(m, k, 2) solutions for the outcome and for the last column alone, (m,) the last diagonal entry of the inverse, and which systems are singular."""
    systems = cross[places[:, :, None], places[:, None, :]]
    right = np.zeros((*places.shape, 2))
    right[:, :, 0] = cross[places, outcome]
    right[:, -1, 1] = 1.0
    singular = _dependent(systems)
    systems[singular] = np.eye(places.shape[1])
    solved = np.linalg.solve(systems, right)
    return solved, solved[:, -1, 1], singular


def _dependent(systems: Array) -> np.ndarray:
    """(m,) whether some column is a combination of those before it."""
    try:
        pivots = np.linalg.cholesky(systems).diagonal(axis1=1, axis2=2) ** 2
    except np.linalg.LinAlgError:
        if len(systems) == 1:
            return np.ones(1, dtype=bool)
        half = len(systems) // 2
        return np.concatenate([_dependent(systems[:half]), _dependent(systems[half:])])
    return np.asarray((pivots <= DEPENDENT).any(axis=1))


def _squares(block: Block, scores: Array, errors: str) -> Array:
    codes, count = block.units(errors)
    sums = scores if errors == "hc1" else scores @ indicator(codes, count)
    squares: Array = (sums * sums).sum(1)
    return squares


def _with_errors(block: Block, errors: str, estimate: Array, squares: Array, k: np.ndarray, reason: np.ndarray) -> Slopes:
    reason, variance, df = reason.copy(), np.full(len(k), np.nan), np.full(len(k), np.nan)
    for size in np.unique(k):
        here = k == size
        if problem := block.refused(errors, int(size)):
            reason[here & (reason == "")] = problem
            continue
        variance[here] = squares[here] * block.scale(errors, int(size))
        df[here] = block.df(errors, int(size))
    return Slopes(np.where(reason == "", estimate, np.nan), np.where(reason == "", variance, np.nan), df, reason)


def tested(estimate: Array, variance: Array, df: Array, level: float) -> dict[str, Array]:
    """The columns of an estimate."""
    std_error = np.sqrt(np.maximum(variance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / std_error
    reach = stdtrit(df, (1 + level) / 2) * std_error
    return {
        "estimate": estimate,
        "std_error": std_error,
        "statistic": statistic,
        "p_value": 2 * stdtr(df, -np.abs(statistic)),
        "conf_low": estimate - reach,
        "conf_high": estimate + reach,
    }
