"""The first pass: cross products, and what is counted on the way: rows, groups, levels, clusters and whether effects lie inside them.

Every summary adds up over parts. Each part codes its own levels; two parts are brought together by the values of the levels, so that no pass is
needed to find them beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

import numpy as np
import pandas as pd

from regio.compute.engine import Engine, combine
from regio.contract.finding import EstimationError, error
from regio.models.core.blocks import Arrays, Seen
from regio.models.core.levels import Codes, Distinct, Levels, coded
from regio.models.core.products import Grand, Products, products_of
from regio.models.core.source import MAX_SECOND, Coding, Part, Source, TooManyLevelsError, part_of

ABSENT, SEVERAL = -2, -1  # homes: a level that was not seen; one that lies in several clusters


@dataclass(frozen=True, slots=True)
class Grouping:
    """One cluster dimension. levels: None where each cluster lies in one part; count: of clusters; holds_first: whether each group of the first
    effect lies in one cluster; homes: (t,) the cluster in which a level of the second effect lies, or SEVERAL.
    """

    levels: Levels | None
    count: int
    holds_first: bool
    homes: Codes

    @property
    def holds_second(self) -> bool:
        return len(self.homes) > 0 and bool((self.homes >= 0).all())

    def joined(self, other: Grouping, own_places: Codes, other_places: Codes, t: int) -> Grouping:
        """Both, where the levels of the second effect stand at these places among t."""
        if self.levels is None or other.levels is None:
            levels, count = None, self.count + other.count
            own, others = np.arange(self.count), np.arange(self.count, count)
        else:
            levels, own, others = self.levels.joined(other.levels)
            count = len(levels)
        left, right = np.full(t, ABSENT), np.full(t, ABSENT)
        left[own_places], right[other_places] = _renamed(self.homes, own), _renamed(other.homes, others)
        homes = np.where(left == ABSENT, right, np.where((right == ABSENT) | (left == right), left, SEVERAL))
        return Grouping(levels, count, self.holds_first and other.holds_first, homes)


@dataclass(frozen=True, slots=True)
class Survey:
    """second: levels of the second effect; second_rows: (t,) rows of each; groupings: one for each cluster dimension; counted: different values
    of the key columns asked for.
    """

    seen: Seen
    products: Products | Grand
    second: Levels | None
    second_rows: Codes
    groupings: tuple[Grouping, ...]
    counted: tuple[Distinct, ...] = ()

    @property
    def levels(self) -> int:
        return len(self.second_rows)

    def __add__(self, other: Self) -> Self:
        second, own, others = self.second, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        if self.second is not None and other.second is not None:
            second, own, others = self.second.joined(other.second)
            if len(second) > MAX_SECOND:
                raise TooManyLevelsError
        t = 0 if second is None else len(second)
        rows = np.zeros(t, dtype=np.intp)
        rows[own] += self.second_rows
        rows[others] += other.second_rows
        return type(self)(
            self.seen + other.seen,
            self.products.moved(own, t) + other.products.moved(others, t),  # type: ignore[operator]
            second,
            rows,
            tuple(a.joined(b, own, others, t) for a, b in zip(self.groupings, other.groupings, strict=True)),
            tuple(a + b for a, b in zip(self.counted, other.counted, strict=True)),
        )


def survey(source: Source, engine: Engine | None = None) -> tuple[Survey, Coding]:
    """The first pass, again without them while levels of the second effect with one row are found and singletons are dropped."""
    try:
        return _survey(source, engine)
    except TooManyLevelsError:
        raise EstimationError(error("regress.many_levels", effect="*".join(source.model.second or ()), levels=_number(source), limit=MAX_SECOND)) from None


def _survey(source: Source, engine: Engine | None) -> tuple[Survey, Coding]:
    coding = source.coding
    if source.only is not None:
        return surveyed(source.only, coding), coding
    while True:
        found: Survey = combine(_of_frame, source.frames(), coding, engine=engine)
        if not (coding.model.drop_singletons and found.second is not None and (found.second_rows == 1).any()):
            return found, replace(coding, second=found.second)
        alone = found.second.take(found.second_rows == 1)
        coding = replace(coding, excluded=alone if coding.excluded is None else coding.excluded.joined(alone)[0])


def _number(source: Source) -> int:
    """Levels of the second effect, in a pass of their own."""
    assert source.model.second is not None
    found = (coded(Arrays.of(frame, source.model).of_effect(source.model.second))[1] for frame in source.frames())
    return len(reduce(lambda a, b: a.joined(b)[0], found))


def _of_frame(frame: pd.DataFrame, coding: Coding) -> Survey:
    return surveyed(part_of(frame, coding), coding)


def surveyed(part: Part, coding: Coding) -> Survey:
    block, model = part.block, coding.model
    rows = np.zeros(0, dtype=np.intp) if block.second is None else np.bincount(block.second, minlength=block.levels)
    groupings = []
    for cluster, codes, count, labels in zip(model.clusters, block.clusters, block.cluster_levels, part.clusters, strict=True):
        inside = model.together is not None and model.together in cluster and not model.calendar
        holds = not model.pooled and (model.is_first(cluster) or not _several(block.first, block.groups, codes).any())
        homes = np.zeros(0, dtype=np.intp)
        if block.second is not None:
            homes = np.zeros(block.levels, dtype=np.intp)
            homes[block.second] = codes
            homes[_several(block.second, block.levels, codes)] = SEVERAL
        groupings.append(Grouping(None if inside else labels, count, holds, homes))
    counted = tuple(Distinct.of(column.array if isinstance(column.dtype, pd.api.extensions.ExtensionDtype) else column.to_numpy()) for column in part.counted)
    return Survey(part.seen, products_of(block, pooled=model.pooled), part.second, rows, tuple(groupings), counted)


def _several(inner: Codes, levels: int, outer: Codes) -> np.ndarray:
    """(levels,) which levels of the inner codes lie in several of the outer ones."""
    last = np.zeros(levels, dtype=np.intp)
    last[inner] = outer
    several = np.zeros(levels, dtype=bool)
    several[inner[last[inner] != outer]] = True
    return several


def _renamed(homes: Codes, places: Codes) -> Codes:
    return np.where(homes >= 0, places[np.maximum(homes, 0)], homes) if len(homes) else homes
