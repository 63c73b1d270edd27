"""The second pass: residuals, and sums of scores for the errors asked for.

Columns of a score are [X, dummies 2…t, constant], all as deviations from the means of the first effect; the constant is then orthogonal to
the rest. Dense dummy columns exist only for a stretch of rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from regio.compute.engine import Engine, combine
from regio.models.core.blocks import Array, Block
from regio.models.core.levels import Codes
from regio.models.core.source import Source

STRETCH = 4_000_000  # cells of the dense array
FITTED = 1e-10  # one less the leverage: below this a row counts as fitted exactly


@dataclass(frozen=True, slots=True)
class Scores:
    """rss; gradient (m,): sums of score columns, zero at the exact solution; meat (m, m): for hc1 and hc3, and for clusters equal to the
    groups of the first effect; clusters: for each other cluster dimension the (levels, m) sums of scores.
    """

    rss: float
    gradient: Array
    meat: Array
    clusters: tuple[Array, ...]

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.rss + other.rss,
            self.gradient + other.gradient,
            self.meat + other.meat,
            tuple(a + b for a, b in zip(self.clusters, other.clusters, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """errors: classical, hc1, hc3 or cluster; by_group: clusters are the groups of the first effect; levels of the second effect (0: none);
    cluster_levels: number of levels of each cluster dimension, an intersection of two included; bread (m, m) for leverages;
    mean (1 + k,) and shares (levels,): of all rows, where there is no first effect.
    """

    errors: str
    by_group: bool
    levels: int
    cluster_levels: tuple[int, ...]
    bread: Array
    mean: Array | None = None
    shares: Array | None = None


def scores(source: Source, coefficients: Array, wanted: Wanted, engine: Engine | None = None) -> Scores:
    """coefficients: (k + t − 1,) of X and of the dummies."""
    return combine(_of_block, source.blocks, coefficients, wanted, engine=engine)


def _of_block(block: Block, coefficients: Array, wanted: Wanted) -> Scores:
    within = block.within if wanted.mean is None else block.values - wanted.mean[:, None]
    k, m = len(within) - 1, len(coefficients) + 1
    residual = within[0] - coefficients[:k] @ within[1:]
    shares = None
    if wanted.levels:
        assert block.second is not None
        shares = block.shares if wanted.shares is None else wanted.shares[None, :]
        steps = np.r_[0.0, coefficients[k:]]
        residual -= steps[block.second] - (shares @ steps)[block.first]
    weighted = residual if block.weights is None else residual * block.weights
    gradient = np.zeros(m)
    gradient[:k] = within[1:] @ weighted
    if wanted.levels:
        assert block.second is not None
        gradient[k:-1] = np.bincount(block.second, weighted, wanted.levels)[1:]
    gradient[-1] = weighted.sum()
    meat, clusters = np.zeros((m, m)), tuple(np.zeros((n, m)) for n in wanted.cluster_levels)
    if wanted.errors == "cluster" and wanted.by_group:
        sums = _group_sums(block, within, weighted, wanted.levels)
        meat = sums.T @ sums
    elif wanted.errors == "cluster":
        for rows, columns in _stretches(block, within, shares, wanted.levels):
            for into, code in zip(clusters, block.clusters, strict=True):
                _add_by_code(into, code[rows], columns * weighted[rows])
    elif wanted.errors in ("hc1", "hc3"):
        for rows, columns in _stretches(block, within, shares, wanted.levels):
            u = weighted[rows] if wanted.errors == "hc1" else _jackknifed(weighted[rows], _leverage(block, rows, columns, wanted))
            scaled = columns * u
            meat += scaled @ scaled.T
    return Scores(float(weighted @ residual), gradient, meat, clusters)


def _group_sums(block: Block, within: Array, weighted: Array, levels: int) -> Array:
    """(groups, m): within a group residuals add to zero, so the shares drop out of the dummies' scores, and the constant's score is zero."""
    columns = [np.bincount(block.first, row * weighted, block.groups) for row in within[1:]]
    if levels:
        assert block.second is not None
        cells = np.bincount(block.first * levels + block.second, weighted, block.groups * levels).reshape(block.groups, levels)
        columns += list(cells.T[1:])
    return np.stack([*columns, np.zeros(block.groups)], axis=1)


def _stretches(block: Block, within: Array, shares: Array | None, levels: int) -> Iterator[tuple[slice, Array]]:
    """(rows, (m, rows) dense columns) for one stretch after the other."""
    m = len(within) + max(levels - 1, 0)
    step = max(1, STRETCH // m)
    for start in range(0, block.n, step):
        rows = slice(start, min(start + step, block.n))
        stretch = within[1:, rows]
        if shares is not None and block.second is not None:
            dummies = -shares[block.first[rows]]  # a copy
            dummies[np.arange(len(dummies)), block.second[rows]] += 1
            stretch = np.vstack([stretch, dummies.T[1:]])
        yield rows, np.vstack([stretch, np.ones(stretch.shape[1])])


def _add_by_code(into: Array, codes: Codes, columns: Array) -> None:
    for j, row in enumerate(columns):
        into[:, j] += np.bincount(codes, row, len(into))


def _jackknifed(residual: Array, leverage: Array) -> Array:
    """Residuals over one less the leverage. A row that its own effect fits exactly has leverage one, no residual and no say in the slopes."""
    left = 1 - leverage
    free = left > FITTED
    return np.where(free, residual, 0.0) / np.where(free, left, 1.0)


def _leverage(block: Block, rows: slice, columns: Array, wanted: Wanted) -> Array:
    """Diagonal of the hat matrix of the model with all its dummies."""
    own = columns[:-1]
    inside = np.einsum("ij,ij->j", own, wanted.bread[:-1, :-1] @ own)
    share = 1 / block.group_weight[block.first[rows]] if wanted.mean is None else np.full(own.shape[1], wanted.bread[-1, -1])
    weights = 1.0 if block.weights is None else block.weights[rows]
    leverage: Array = (inside + share) * weights
    return leverage
