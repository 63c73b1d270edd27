"""Levels of effects and clusters: values to codes 0, 1, … that mean the same in every part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Levels:
    """values: the sorted levels of each column of an effect; combinations: sorted codes of those that occur, None for one column."""

    values: tuple[pd.Index, ...]
    combinations: pd.Index | None = None

    def __len__(self) -> int:
        return len(self.values[0] if self.combinations is None else self.combinations)

    def codes(self, columns: Sequence[Any]) -> Codes:
        """(n,) codes; −1 for what is not a level."""
        mixed = self.mixed(columns)
        return mixed if self.combinations is None else self.combinations.get_indexer(pd.Index(mixed))

    def mixed(self, columns: Sequence[Any]) -> Codes:
        """(n,) one number for the values of all columns; −1 where one of them is not known."""
        codes: Codes = self.values[0].get_indexer(columns[0])
        for values, column in zip(self.values[1:], columns[1:], strict=True):
            more = values.get_indexer(column)
            codes = np.where((codes < 0) | (more < 0), -1, codes * len(values) + more)
        return codes

    def keep(self, kept: NDArray[np.bool_]) -> Levels:
        """Some of the levels."""
        if self.combinations is None:
            return Levels((self.values[0][kept],))
        return Levels(self.values, self.combinations[kept])

    def with_combinations(self, found: Codes) -> Levels:
        return Levels(self.values, pd.Index(np.unique(found)))


def sorted_codes(columns: Sequence[Any]) -> tuple[Codes, int]:
    """(n,) codes of the combinations of columns in sorted order, and how many there are."""
    codes, found = pd.factorize(columns[0], sort=True)
    if len(columns) == 1:
        return codes, len(found)
    for column in columns[1:]:
        more, values = pd.factorize(column, sort=True)
        codes = codes * len(values) + more
    return sorted_codes([codes])


def appearing_codes(columns: Sequence[Any]) -> tuple[Codes, int]:
    """The same in order of appearance, which is quicker."""
    codes, found = pd.factorize(columns[0])
    if len(columns) == 1:
        return codes, len(found)
    for column in columns[1:]:
        more, values = pd.factorize(column)
        codes = codes * len(values) + more
    return appearing_codes([codes])


def merged(levels: pd.Index | None, column: Any) -> pd.Index:
    """The sorted union of levels and of the values of a column."""
    own: pd.Index = pd.Index(pd.unique(column))
    union: pd.Index = pd.Index(pd.factorize(own if levels is None else levels.append(own), sort=True)[1])
    return union
