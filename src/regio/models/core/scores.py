"""The second pass: residuals, and sums of scores for the errors asked for.

Columns of a score are [X, dummies 2…t, constant], all as deviations from the means of the first effect; the constant is then orthogonal to
the rest. Dense dummy columns exist only for a stretch of rows at a time.

Sums of scores by cluster are linear in cross products by group, so that one pass could do. It would take squares of the residual out of fourth
powers of y and lose half of the digits where the fit is good; residuals of rows keep them, and serve every kind of errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import pandas as pd

from regio.compute.engine import Engine, combine
from regio.models.core.blocks import Array, Block
from regio.models.core.levels import Codes, Levels
from regio.models.core.source import Coding, Part, Source, part_of

STRETCH = 4_000_000  # cells of the dense array
FITTED = 1e-10  # one less the leverage: below this a row counts as fitted exactly
Place = Literal["first", "inside", "across"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Of clusters. place: ``first``, the groups of the first effect; ``inside``, each cluster in one part; ``across``, in several. levels: over all
    parts, where across; count: of them; sign: of its share in the meat.
    """

    place: Place
    levels: Levels | None
    count: int
    sign: int = 1


@dataclass(frozen=True, slots=True)
class ByCluster:
    """Sums of scores of clusters that lie in several parts, as (their places among ``count``, (clusters, m)) of one part after the other."""

    count: int
    sign: int  # of its share in the meat
    pieces: tuple[tuple[Codes, Array], ...]

    def __add__(self, other: Self) -> Self:
        both = replace(self, pieces=(*self.pieces, *other.pieces))
        waiting = sum(len(places) for places, _ in both.pieces[1:])
        return replace(self, pieces=((np.arange(self.count), both.sums()),)) if waiting > self.count else both

    def sums(self) -> Array:
        """(count, m)"""
        total = np.zeros((self.count, self.pieces[0][1].shape[1]))
        for places, sums in self.pieces:
            total[places] += sums
        return total


@dataclass(frozen=True, slots=True)
class Scores:
    """rss; gradient (m,): sums of score columns, zero at the exact solution; meat (m, m): for hc1 and hc3, and of clusters that lie in one part
    each; across: of each other cluster dimension the sums of scores.
    """

    rss: float
    gradient: Array
    meat: Array
    across: tuple[ByCluster, ...]

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.rss + other.rss,
            self.gradient + other.gradient,
            self.meat + other.meat,
            tuple(a + b for a, b in zip(self.across, other.across, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """errors: as in a call; dimensions: of clusters; levels of the second effect (0: none); bread (m, m) for leverages; mean (1 + k,) and shares
    (levels,): of all rows, where there is no first effect.
    """

    errors: str
    dimensions: tuple[Dimension, ...]
    levels: int
    bread: Array
    mean: Array | None = None
    shares: Array | None = None


def scores(source: Source, coding: Coding, coefficients: Array, wanted: Wanted, engine: Engine | None = None) -> Scores:
    """coefficients: (k + t − 1,) of X and of the dummies."""
    if source.only is not None:
        return _of_part(source.only, coefficients, wanted)
    return combine(_of_frame, source.frames(), coding, coefficients, wanted, engine=engine)


def _of_frame(frame: pd.DataFrame, coding: Coding, coefficients: Array, wanted: Wanted) -> Scores:
    return _of_part(part_of(frame, coding), coefficients, wanted)


def _of_part(part: Part, coefficients: Array, wanted: Wanted) -> Scores:
    block = part.block
    within = block.within if wanted.mean is None else block.values - wanted.mean[:, None]
    k, m = len(within) - 1, len(coefficients) + 1
    residual = within[0] - coefficients[:k] @ within[1:]
    shares = None
    if wanted.levels:
        assert block.second is not None
        shares = block.shares if wanted.shares is None else wanted.shares[None, :]
        steps = np.r_[0.0, coefficients[k:]]
        residual -= steps[block.second]
        residual += block.spread(shares @ steps) if len(shares) == block.groups else shares @ steps
    weighted = residual if block.weights is None else residual * block.weights
    gradient = np.zeros(m)
    gradient[:k] = within[1:] @ weighted
    if wanted.levels:
        assert block.second is not None
        gradient[k:-1] = np.bincount(block.second, weighted, wanted.levels)[1:]
    gradient[-1] = weighted.sum()
    meat, across = np.zeros((m, m)), []
    if wanted.errors in ("hc1", "hc3"):
        for rows, columns in _stretches(block, within, shares):
            u = weighted[rows] if wanted.errors == "hc1" else _jackknifed(weighted[rows], _leverage(block, rows, columns, wanted))
            scaled = columns * u
            meat += scaled @ scaled.T
    for dimension, sums, labels in zip(wanted.dimensions, _cluster_sums(block, within, weighted, shares, wanted), part.clusters, strict=True):
        if dimension.place == "across":
            places = np.arange(len(sums)) if labels is None or dimension.levels is None else dimension.levels.places(labels)
            across.append(ByCluster(dimension.count, dimension.sign, ((places, sums),)))
        else:
            meat += dimension.sign * (sums.T @ sums)
    return Scores(float(weighted @ residual), gradient, meat, tuple(across))


def _cluster_sums(block: Block, within: Array, weighted: Array, shares: Array | None, wanted: Wanted) -> list[Array]:
    """For each dimension the (clusters in this part, m) sums of scores."""
    if not wanted.dimensions:
        return []
    m = len(within) + max(wanted.levels - 1, 0)
    others = [i for i, dimension in enumerate(wanted.dimensions) if dimension.place != "first"]
    sums = {i: np.zeros((block.cluster_levels[i], m)) for i in others}
    for rows, columns in _stretches(block, within, shares) if others else ():
        scaled = columns * weighted[rows]
        for i in others:
            _add_by_code(sums[i], block.clusters[i][rows], scaled)
    return [sums[i] if i in sums else _group_sums(block, within, weighted, wanted.levels) for i in range(len(wanted.dimensions))]


def _group_sums(block: Block, within: Array, weighted: Array, levels: int) -> Array:
    """(groups, m): within a group residuals add to zero, so the shares drop out of the dummies' scores, and the constant's score is zero."""
    sums = np.zeros((block.groups, len(within) + max(levels - 1, 0)))
    for j, row in enumerate(within[1:]):
        sums[:, j] = block.by_group(row * weighted)
    if levels:
        cells = np.bincount(block.cells, weighted, block.groups * levels).reshape(block.groups, levels)
        sums[:, len(within) - 1 : -1] = cells[:, 1:]
    return sums


def _stretches(block: Block, within: Array, shares: Array | None) -> Iterator[tuple[slice, Array]]:
    """(rows, (m, rows) dense columns) for one stretch after the other."""
    m = len(within) + max(block.levels - 1, 0)
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
