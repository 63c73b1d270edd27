"""Rows to arrays: complete rows of one part, effects and clusters as codes, deviations from the means of the first effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.compute.rows import Rows
from regio.contract.finding import EstimationError, error

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
MAX_SECOND = 5_000  # levels of the second effect: its cross products are held as a square array


@dataclass(frozen=True, slots=True)
class Model:
    """Which columns play which part.

    ``effects``: the first is swept out of every column (``()``: only the grand mean is), the levels of the second become dummies (base: the
    first level). Each effect, like each of ``clusters``, is a tuple of columns whose combinations are the levels.
    """

    outcome: str
    regressors: tuple[str, ...]
    effects: tuple[tuple[str, ...], ...] = ((),)
    clusters: tuple[tuple[str, ...], ...] = ()
    weights: str | None = None
    drop_singletons: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        named = (self.outcome, *self.regressors, *(c for effect in self.effects for c in effect), *(c for cluster in self.clusters for c in cluster), *([self.weights] if self.weights else []))
        return tuple(dict.fromkeys(named))

    @property
    def pooled(self) -> bool:
        """No first effect: one group, whose mean is not known before the last part."""
        return not self.effects[0]

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.outcome, *self.regressors, *([self.weights] if self.weights else []))


@dataclass(frozen=True)
class Block:
    """One part. values: (1 + k, n) outcome and regressors; first: (n,) codes 0…groups−1 of the first effect, all 0 where there is none;
    second: (n,) codes of the second effect; clusters: codes of each cluster column; weights: (n,)."""

    values: Array
    first: Codes
    groups: int
    second: Codes | None
    clusters: tuple[Codes, ...]
    weights: Array | None
    rows: Codes  # places of the rows used in the part

    @property
    def n(self) -> int:
        return self.values.shape[1]

    @cached_property
    def group_weight(self) -> Array:
        """(groups,) number of rows, or total weight, of each group."""
        return np.bincount(self.first, self.weights, self.groups).astype(float)

    @cached_property
    def means(self) -> Array:
        """(1 + k, groups)"""
        if self.groups == 1:
            return (self.values.mean(1) if self.weights is None else self.values @ self.weights / self.weights.sum())[:, None]
        weighted = self.values if self.weights is None else self.values * self.weights
        return np.stack([np.bincount(self.first, row, self.groups) for row in weighted]) / self.group_weight

    @cached_property
    def within(self) -> Array:
        """(1 + k, n) deviations from the means of the first effect."""
        return self.values - (self.means if self.groups == 1 else self.means[:, self.first])

    def shares(self, levels: int) -> Array:
        """(groups, levels): the share of each level of the second effect in each group."""
        assert self.second is not None
        counts = np.bincount(self.first * levels + self.second, self.weights, self.groups * levels).reshape(self.groups, levels)
        shares: Array = counts / self.group_weight[:, None]
        return shares


@dataclass(frozen=True)
class Source:
    """The blocks of a model, again and again in the same order. A table that fits one part is turned into arrays once."""

    rows: Rows
    model: Model
    levels: dict[tuple[str, ...], pd.Index] = field(default_factory=dict)  # of the second effect and of the clusters, over all parts
    excluded: set[object] = field(default_factory=set)  # levels of the second effect that were dropped as singletons

    @property
    def second_levels(self) -> int:
        """Levels of the second effect; 0 where there is none."""
        _ = self.blocks
        return len(self.levels[self.model.effects[1]]) if len(self.model.effects) > 1 else 0

    @cached_property
    def blocks(self) -> Sequence[Block] | _Parts:
        parts = _Parts(self)
        two = [frame for _, frame in zip(range(2), parts.frames(), strict=False)]
        if len(two) < 2:
            return [block for frame in two if (block := self._only(Arrays.of(frame, self.model))).n]
        for effect in self._global_effects():
            self.levels[effect] = parts.levels(effect)
        if self.model.drop_singletons and len(self.model.effects) == 2:
            parts.exclude_singletons()
        return parts

    def _only(self, arrays: Arrays) -> Block:
        """The block of a table that fits one part: codes and levels of every effect at once."""
        first, second = self.model.effects[0], self.model.effects[1] if len(self.model.effects) > 1 else None
        while True:
            own: dict[tuple[str, ...], Codes] = {}
            for effect in self._global_effects():
                codes, found = pd.factorize(arrays.levels(effect), sort=True)
                own[effect], self.levels[effect] = codes, pd.Index(found)
            first_codes, groups = arrays.codes(first)
            if not self.model.drop_singletons:
                break
            alone = [np.bincount(c)[c] == 1 for c in ([first_codes] if first else []) + ([own[second]] if second else [])]
            drop = np.logical_or.reduce(alone) if alone else np.zeros(0, dtype=bool)
            if not drop.any():
                break
            arrays = arrays.take(~drop)
        self._check_levels()
        return arrays.block(first_codes, groups, own[second] if second else None, tuple(own.get(c, first_codes) for c in self.model.clusters))

    def _check_levels(self) -> None:
        for effect in self.model.effects[1:]:
            if len(self.levels[effect]) > MAX_SECOND:
                raise EstimationError(error("regress.many_levels", effect="*".join(effect), levels=len(self.levels[effect]), limit=MAX_SECOND))

    def _global_effects(self) -> list[tuple[str, ...]]:
        """Effects whose levels run through all parts; clusters that are the groups of the first effect need none."""
        model = self.model
        clusters = () if model.clusters == model.effects[:1] else model.clusters
        return list(dict.fromkeys([*model.effects[1:], *clusters]))


@dataclass(frozen=True, slots=True)
class Arrays:
    """The complete rows of a frame, a column an array. rows: their places in the frame."""

    model: Model
    columns: dict[str, Any]
    rows: Codes

    @classmethod
    def of(cls, frame: pd.DataFrame, model: Model) -> Arrays:
        columns: dict[str, Any] = {}
        keep = np.ones(len(frame), dtype=bool)
        for name in model.columns:
            column = frame[name]
            if name in model.numbers:
                values = column.to_numpy(dtype=float, na_value=np.nan)
                finite = np.isfinite(values)
                if not finite.all():
                    if infinite := int(np.isinf(values).sum()):
                        raise EstimationError(error("regress.infinite", column=name, count=infinite))
                    keep &= finite
                columns[name] = values
            else:
                if column.hasnans:
                    keep &= column.notna().to_numpy()
                columns[name] = column.values
        arrays = cls(model, columns, np.arange(len(frame)))
        return arrays if keep.all() else arrays.take(keep)

    def take(self, keep: NDArray[np.bool_]) -> Arrays:
        return Arrays(self.model, {name: column[keep] for name, column in self.columns.items()}, self.rows[keep])

    def levels(self, effect: tuple[str, ...]) -> Any:
        if len(effect) == 1:
            return self.columns[effect[0]]
        combined = np.empty(len(self.rows), dtype=object)
        combined[:] = list(zip(*(self.columns[c] for c in effect), strict=True))
        return combined

    def codes(self, effect: tuple[str, ...]) -> tuple[Codes, int]:
        """Codes 0, 1, … in order of appearance, and how many; one group for no effect."""
        if not effect:
            return np.zeros(len(self.rows), dtype=np.intp), 1
        codes, found = pd.factorize(self.levels(effect))
        return codes, len(found)

    def block(self, first: Codes, groups: int, second: Codes | None, clusters: tuple[Codes, ...]) -> Block:
        model = self.model
        weights = self.columns[model.weights] if model.weights else None
        if weights is not None and (weights <= 0).any():
            raise EstimationError(error("regress.bad_weights", column=model.weights, count=int((weights <= 0).sum())))
        values = np.array([self.columns[name] for name in (model.outcome, *model.regressors)])
        return Block(values, first, groups, second, clusters, weights, self.rows)


@dataclass(frozen=True)
class _Parts:
    """Blocks of a table that comes in several parts."""

    source: Source

    def frames(self) -> Iterator[pd.DataFrame]:
        model = self.source.model
        return self.source.rows.parts(model.columns, together=model.effects[0][0] if model.effects[0] else None)

    def __iter__(self) -> Iterator[Block]:
        for frame in self.frames():
            block = self._block(Arrays.of(frame, self.source.model))
            if block.n:
                yield block

    def _block(self, arrays: Arrays) -> Block:
        source, model = self.source, self.source.model
        if source.excluded:
            arrays = arrays.take(~pd.Index(arrays.levels(model.effects[1])).isin(list(source.excluded)))
        first, groups = arrays.codes(model.effects[0])
        if model.drop_singletons and model.effects[0]:
            single = np.bincount(first, minlength=groups)[first] == 1
            if single.any():
                arrays = arrays.take(~single)
                first, groups = arrays.codes(model.effects[0])
        second = source.levels[model.effects[1]].get_indexer(arrays.levels(model.effects[1])) if len(model.effects) > 1 else None
        clusters = tuple(source.levels[c].get_indexer(arrays.levels(c)) if c in source.levels else first for c in model.clusters)
        return arrays.block(first, groups, second, clusters)

    def levels(self, effect: tuple[str, ...]) -> pd.Index:
        """The sorted levels over the complete rows of every part."""
        found: pd.Index | None = None
        for frame in self.frames():
            level = pd.Index(pd.unique(Arrays.of(frame, self.source.model).levels(effect)))
            found = level if found is None else found.union(level, sort=False)
        assert found is not None
        return found.sort_values()

    def exclude_singletons(self) -> None:
        """Levels of the second effect that occur once are dropped with their row, until none is left (groups of one row go in each block)."""
        source, effect = self.source, self.source.model.effects[1]
        source._check_levels()
        while True:
            counts = np.zeros(len(source.levels[effect]))
            for block in self:
                assert block.second is not None
                counts += np.bincount(block.second[block.second >= 0], minlength=len(counts))
            single = set(source.levels[effect][counts == 1])
            if not single - source.excluded:
                source.levels[effect] = source.levels[effect][counts > 0]
                return
            source.excluded.update(single)
