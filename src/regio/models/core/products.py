"""Cross products of [y, X, dummies of the second effect]: within the first effect, in total, and between its groups.

One pass; every summary adds up over parts. Nothing here forms a dummy column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from regio.compute.sums import Sums
from regio.models.core.blocks import Array, Block
from regio.models.core.levels import Codes


@dataclass(frozen=True, slots=True)
class Products:
    """q = 1 + k columns (y, X), t levels of the second effect (0 where there is none).

    n, weight: rows and their total weight; groups, singles: levels of the first effect, and those with one row
    within: (q, q); total: Sums over rows; between: Sums over group means of [y, X, shares of levels]
    level_weight (t,), level_sums (q, t): weight and weighted column sums of each level
    level_within (q, t), levels_within (t, t): products with the dummies, within the first effect
    """

    n: int
    weight: float
    groups: int
    singles: int
    within: Array
    total: Sums
    between: Sums
    level_weight: Array
    level_sums: Array
    level_within: Array
    levels_within: Array

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def moved(self, places: Codes, t: int) -> Products:
        """The same, where the levels of the second effect stand at these places among t."""
        if len(places) == t:
            return self
        q = len(self.within)
        columns = np.concatenate([np.arange(q), q + places])
        mean, cross = np.zeros(q + t), np.zeros((q + t, q + t))
        mean[columns], cross[np.ix_(columns, columns)] = self.between.mean, self.between.cross
        square = np.zeros((t, t))
        square[np.ix_(places, places)] = self.levels_within
        return replace(
            self,
            between=Sums(self.between.n, mean, cross),
            level_weight=_at(self.level_weight, places, t),
            level_sums=_at(self.level_sums, places, t),
            level_within=_at(self.level_within, places, t),
            levels_within=square,
        )


def _at(values: Array, places: Codes, t: int) -> Array:
    wide = np.zeros((*values.shape[:-1], t))
    wide[..., places] = values
    return wide


def products_of(block: Block, *, pooled: bool) -> Products | Grand:
    """The summary of one part. ``pooled``: there is no first effect."""
    return _grand(block) if pooled else _of_block(block)


@dataclass(frozen=True, slots=True)
class Grand:
    """What adds up when there is no first effect: deviations are taken from a mean that is known only at the end."""

    n: int
    total: Sums
    level_weight: Array
    level_sums: Array

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def moved(self, places: Codes, t: int) -> Grand:
        if len(places) == t:
            return self
        return replace(self, level_weight=_at(self.level_weight, places, t), level_sums=_at(self.level_sums, places, t))

    def products(self) -> Products:
        total, weight = self.total, self.level_weight
        q, t = self.level_sums.shape
        return Products(
            self.n,
            total.n,
            1,
            int(self.n == 1),
            total.cross,
            total,
            Sums(1.0, np.zeros(q + t), np.zeros((q + t, q + t))),
            weight,
            self.level_sums,
            self.level_sums - np.outer(total.mean, weight),
            np.diag(weight) - np.outer(weight, weight) / total.n,
        )


def _grand(block: Block) -> Grand:
    weight, sums = _by_level(block)
    return Grand(block.n, Sums.of(block.values.T, block.weights), weight, sums)


def _by_level(block: Block) -> tuple[Array, Array]:
    """Weight (t,) and weighted column sums (q, t) of each level of the second effect."""
    if block.second is None:
        return np.zeros(0), np.zeros((len(block.values), 0))
    weighted = block.values if block.weights is None else block.values * block.weights
    weight = np.bincount(block.second, block.weights, block.levels).astype(float)
    return weight, np.stack([np.bincount(block.second, row, block.levels) for row in weighted])


def _of_block(block: Block) -> Products:
    q, levels = len(block.values), block.levels
    weighted = block.within if block.weights is None else block.within * block.weights
    weight = block.group_weight
    means = block.means
    total = Sums.of(means.T, weight)
    within = weighted @ block.within.T
    level_weight, level_sums = _by_level(block)
    level_within: Array
    levels_within: Array
    if levels:
        assert block.second is not None
        shares = block.shares
        level_within = np.stack([np.bincount(block.second, row, levels) for row in weighted])
        levels_within = np.diag(level_weight) - (shares * weight[:, None]).T @ shares
        between = Sums.of(np.hstack([means.T, shares]))
    else:
        between = Sums.of(means.T)
        level_within = np.zeros((q, 0))
        levels_within = np.zeros((0, 0))
    return Products(
        block.n,
        float(weight.sum()),
        block.groups,
        int((block.sizes == 1).sum()),
        within,
        Sums(total.n, total.mean, total.cross + within),
        between,
        level_weight,
        level_sums,
        level_within,
        levels_within,
    )


@dataclass(frozen=True, slots=True)
class System:
    """The three square arrays over [y, X, dummies 2…t], and the means of these columns; dummies of the base level are left out."""

    within: Array
    total: Array
    between: Array
    means: Array
    k: int  # regressors, dummies not counted


def system(p: Products, centre: Array) -> System:
    """``centre`` (q,): what the values were taken about; it comes back in the means."""
    q, t = len(p.within), len(p.level_weight)
    means = p.total.mean + centre
    if not t:
        return System(p.within, p.total.cross, p.between.cross, means, q - 1)
    share = p.level_weight / p.weight
    mixed = p.level_sums - np.outer(p.total.mean, p.level_weight)
    levels = np.diag(p.level_weight) - np.outer(share, p.level_weight)
    between = p.between.cross
    return System(
        _joined(p.within, p.level_within, p.levels_within),
        _joined(p.total.cross, mixed, levels),
        _joined(between[:q, :q], between[:q, q:], between[q:, q:]),
        np.concatenate([means, share[1:]]),
        q - 1,
    )


def _joined(columns: Array, mixed: Array, levels: Array) -> Array:
    """One array out of products of columns, of columns with levels, and of levels, the base level left out."""
    q, m = mixed.shape[0], mixed.shape[0] + mixed.shape[1] - 1
    joined = np.empty((m, m))
    joined[:q, :q] = columns
    joined[:q, q:] = mixed[:, 1:]
    joined[q:, :q] = mixed[:, 1:].T
    joined[q:, q:] = levels[1:, 1:]
    return joined
