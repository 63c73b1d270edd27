"""The parts of a model's table, again and again in the same order, and how a part becomes a block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain

import numpy as np
import pandas as pd

from regio.compute.rows import Rows
from regio.models.core.blocks import Array, Arrays, Block, Model, Seen
from regio.models.core.levels import Codes, Levels, coded

MAX_SECOND = 5_000  # levels of the second effect: its cross products are held as a square array
Effect = tuple[str, ...]


class TooManyLevelsError(Exception):
    """Of the second effect; how many is counted where this is caught."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How parts become blocks. Values are taken about ``centre`` (1 + k,), the means of the first part: slopes do not change, and digits that a
    large offset would cost are kept. excluded: levels of the second effect that are left out. second: its levels over all parts, once known.
    """

    model: Model
    centre: Array
    counted: tuple[str, ...] = ()  # key columns whose different values are counted
    excluded: Levels | None = None
    second: Levels | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A block and what its codes stand for: the levels of the second effect and of each cluster dimension (None where one was not asked for)."""

    block: Block
    seen: Seen
    second: Levels | None
    clusters: tuple[Levels | None, ...]
    counted: tuple[pd.Series, ...] = ()


@dataclass(frozen=True)
class Source:
    """A table that comes in one part is turned into arrays once; of one that comes in several, each pass reads the parts again."""

    rows: Rows
    model: Model
    counted: tuple[str, ...] = ()

    @cached_property
    def coding(self) -> Coding:
        return Coding(self.model, self._first[1].centre(), self.counted)

    @cached_property
    def only(self) -> Part | None:
        """The one part of a table that comes in one."""
        frame, arrays, others = self._first
        return None if others else _whole(frame, arrays, self.coding)

    def frames(self) -> Iterator[pd.DataFrame]:
        """The parts; those that were read to see whether there is more than one are not read again in the first pass."""
        read = self.__dict__.pop("_read", None)
        return chain(*read) if read else self._parts()

    @cached_property
    def _first(self) -> tuple[pd.DataFrame, Arrays, bool]:
        """The first part, its arrays, and whether there are others."""
        frames = self._parts()
        first = next(frames, None)
        if first is None:
            first = pd.DataFrame(columns=[*self.model.columns, *self.counted])
        arrays = Arrays.of(first, self.model)
        second = next(frames, None)
        if second is not None:
            self.__dict__["_read"] = ([first, second], frames)
        return first, arrays, second is not None

    def _parts(self) -> Iterator[pd.DataFrame]:
        return iter(self.rows.parts(tuple(dict.fromkeys((*self.model.columns, *self.counted))), together=self.model.together))


def part_of(frame: pd.DataFrame, coding: Coding) -> Part:
    """One part of several. Without the rows alone in their group, where singletons are dropped, and without excluded levels."""
    model = coding.model
    arrays = Arrays.of(frame, model)
    if coding.excluded is not None and model.second:
        codes, levels = coded(arrays.of_effect(model.second))
        gone = coding.excluded.places(levels) >= 0
        arrays = arrays.take(~gone[codes]) if gone.any() else arrays
    first = arrays.grouped(model.effects[0])
    if model.drop_singletons and not model.pooled:
        alone = np.bincount(first[0], minlength=first[1])[first[0]] == 1
        if alone.any():
            arrays = arrays.take(~alone)
            first = arrays.grouped(model.effects[0])
    second: tuple[Codes, int] | None = None
    levels_of_second: Levels | None = None
    if model.second:
        codes, levels_of_second = coded(arrays.of_effect(model.second))
        if coding.second is not None:
            codes, levels_of_second = coding.second.places(levels_of_second)[codes], coding.second
        second = codes, len(levels_of_second)
    return _made(frame, arrays, coding, first, second, levels_of_second)


def _whole(frame: pd.DataFrame, arrays: Arrays, coding: Coding) -> Part:
    """A table that comes in one part: singletons of both effects go until none is left."""
    model = coding.model
    while True:
        first = arrays.grouped(model.effects[0])
        second, levels = coded(arrays.of_effect(model.second)) if model.second else (None, None)
        if not model.drop_singletons:
            break
        absorbed = [*([] if model.pooled else [first[0]]), *([] if second is None else [second])]
        alone = reduce(np.logical_or, [np.bincount(c)[c] == 1 for c in absorbed if len(c)], np.zeros(len(first[0]), dtype=bool))
        if not alone.any():
            break
        arrays = arrays.take(~alone)
    return _made(frame, arrays, coding, first, None if second is None or levels is None else (second, len(levels)), levels)


def _made(frame: pd.DataFrame, arrays: Arrays, coding: Coding, first: tuple[Codes, int, bool], second: tuple[Codes, int] | None, levels: Levels | None) -> Part:
    model = coding.model
    if levels is not None and len(levels) > MAX_SECOND:
        raise TooManyLevelsError
    clusters: list[tuple[Codes, int]] = []
    labels: list[Levels | None] = []
    for cluster in model.clusters:
        if model.is_first(cluster):
            clusters.append(first[:2])
            labels.append(None)
        elif cluster == model.second and second is not None:
            clusters.append(second)
            labels.append(levels)
        else:
            codes, own = coded(arrays.of_effect(cluster))
            clusters.append((codes, len(own)))
            labels.append(own)
    counted = tuple(frame[name].iloc[arrays.rows] for name in coding.counted)
    return Part(arrays.block(coding.centre, first, second, clusters), arrays.seen, levels, tuple(labels), counted)
