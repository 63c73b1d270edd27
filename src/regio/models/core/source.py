"""The blocks of a model: one for a table in memory, or one after the other for a table that comes in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from regio.compute.rows import Rows
from regio.contract.finding import EstimationError, error
from regio.models.core.blocks import Array, Arrays, Block, Model, Seen
from regio.models.core.levels import Codes, Levels, merged, sorted_codes

MAX_SECOND = 5_000  # levels of the second effect: its cross products are held as a square array
Effect = tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """The blocks of a model, again and again in the same order. A table that comes in one part is turned into arrays once.

    Values are taken about ``centre``, the means of the first part: slopes do not change, and digits that a large offset would cost are kept.
    """

    rows: Rows
    model: Model
    sizes: dict[Effect, int] = field(default_factory=dict)  # levels of the second effect and of the clusters, over all parts

    @cached_property
    def blocks(self) -> Sequence[Block] | Parts:
        first, only = self._first
        if not only:
            return Parts.of(self)
        block = self._one_block(first)
        return [block] if block.n else []

    @property
    def second_levels(self) -> int:
        """Levels of the second effect; 0 where there is none."""
        _ = self.blocks
        return self.sizes[self.model.second] if self.model.second else 0

    @property
    def seen(self) -> Seen:
        """Of the whole table; where it comes in parts, after a pass over them."""
        return self.blocks.passes[-1] if isinstance(self.blocks, Parts) else self._first[0].seen

    @cached_property
    def centre(self) -> Array:
        return self._first[0].centre()

    @cached_property
    def _first(self) -> tuple[Arrays, bool]:
        """The first part, and whether it is the only one."""
        frames = self.frames()
        first = next(frames, None)
        arrays = Arrays.of(pd.DataFrame(columns=list(self.model.columns)) if first is None else first, self.model)
        return arrays, next(frames, None) is None

    def frames(self) -> Iterator[pd.DataFrame]:
        model = self.model
        return self.rows.parts(model.columns, together=None if model.pooled else model.effects[0][0])

    def _one_block(self, arrays: Arrays) -> Block:
        """The block of a table that comes in one part: codes and levels of every effect at once."""
        model = self.model
        while True:
            codes: dict[Effect, Codes] = {}
            for effect in model.coded_in_all_parts:
                codes[effect], self.sizes[effect] = sorted_codes(arrays.of_effect(effect))
            first, groups = arrays.codes(model.effects[0])
            if not model.drop_singletons:
                break
            absorbed = [*([] if model.pooled else [first]), *([codes[model.second]] if model.second else [])]
            alone = reduce(np.logical_or, [np.bincount(c)[c] == 1 for c in absorbed if len(c)], np.zeros(len(first), dtype=bool))
            if not alone.any():
                break
            arrays = arrays.take(~alone)
        _check_second(self)
        second = codes[model.second] if model.second else None
        return arrays.block(self.centre, first, groups, second, self.sizes.get(model.second or (), 0), tuple(codes.get(c, first) for c in model.clusters))


@dataclass(frozen=True)
class Parts:
    """Blocks of a table that comes in several parts. passes: what the last pass over them has seen."""

    source: Source
    levels: dict[Effect, Levels]
    passes: list[Seen] = field(default_factory=list)

    @classmethod
    def of(cls, source: Source) -> Parts:
        """Finds the levels that run through all parts: a pass, a second one for combinations of columns, and some for singletons."""
        effects = source.model.coded_in_all_parts
        values: dict[str, pd.Index] = {}
        for frame in source.frames() if effects else ():
            columns = Arrays.of(frame, source.model).columns
            values |= {c: merged(values.get(c), columns[c]) for c in dict.fromkeys(c for effect in effects for c in effect)}
        parts = cls(source, {effect: Levels(tuple(values[c] for c in effect)) for effect in effects})
        parts._find_combinations()
        parts._record()
        _check_second(source)
        if source.model.drop_singletons:
            parts._exclude_singletons()
        return parts

    def __iter__(self) -> Iterator[Block]:
        seen = Seen()
        for frame in self.source.frames():
            arrays = Arrays.of(frame, self.source.model)
            seen = seen + arrays.seen
            block = self._block(arrays)
            if block.n:
                yield block
        self.passes[:] = [seen]

    def _block(self, arrays: Arrays) -> Block:
        model = self.source.model
        if model.second and model.drop_singletons:
            known = self.levels[model.second].codes(arrays.of_effect(model.second)) >= 0
            arrays = arrays if known.all() else arrays.take(known)
        first, groups = arrays.codes(model.effects[0])
        if model.drop_singletons and not model.pooled:
            alone = np.bincount(first, minlength=groups)[first] == 1
            if alone.any():
                arrays = arrays.take(~alone)
                first, groups = arrays.codes(model.effects[0])
        codes = {effect: levels.codes(arrays.of_effect(effect)) for effect, levels in self.levels.items()}
        second = codes[model.second] if model.second else None
        return arrays.block(
            self.source.centre, first, groups, second, self.source.sizes.get(model.second or (), 0), tuple(codes.get(c, first) for c in model.clusters)
        )

    def _find_combinations(self) -> None:
        several = [effect for effect in self.levels if len(effect) > 1]
        found: dict[Effect, list[Codes]] = {effect: [] for effect in several}
        for frame in self.source.frames() if several else ():
            arrays = Arrays.of(frame, self.source.model)
            for effect in several:
                found[effect].append(np.unique(self.levels[effect].mixed(arrays.of_effect(effect))))
        for effect in several:
            self.levels[effect] = self.levels[effect].with_combinations(np.concatenate(found[effect]))

    def _exclude_singletons(self) -> None:
        """Levels of the second effect that occur once go with their row, until none is left (groups of one row go in each block)."""
        second = self.source.model.second
        while self.levels:
            counts = self._counts()
            alone = second is not None and bool((counts[second] == 1).any())
            for effect, levels in self.levels.items():
                self.levels[effect] = levels.keep(counts[effect] > (1 if alone and effect == second else 0))
            self._record()
            if not alone:
                return

    def _counts(self) -> dict[Effect, Codes]:
        """Rows in each level of each effect that runs through all parts."""
        totals = {effect: np.zeros(len(levels), dtype=np.intp) for effect, levels in self.levels.items()}
        for block in self:
            coded = dict(zip(self.source.model.clusters, block.clusters, strict=True))
            if self.source.model.second and block.second is not None:
                coded[self.source.model.second] = block.second
            for effect, total in totals.items():
                total += np.bincount(coded[effect], minlength=len(total))
        return totals

    def _record(self) -> None:
        self.source.sizes.update({effect: len(levels) for effect, levels in self.levels.items()})


def _check_second(source: Source) -> None:
    second = source.model.second
    if second and source.sizes[second] > MAX_SECOND:
        raise EstimationError(error("regress.many_levels", effect="*".join(second), levels=source.sizes[second], limit=MAX_SECOND))
