"""Levels of effects and clusters: values to codes 0, 1, … in one part, and the levels of two parts brought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]
SPAN = 1_000_000  # whole numbers that lie closer together than this are coded by a table, not by hashes


@dataclass(frozen=True, slots=True)
class Levels:
    """The combinations of values that occur, in order; columns: one index for each column of the effect, each (t,)."""

    columns: tuple[pd.Index, ...]

    def __len__(self) -> int:
        return len(self.columns[0])

    def take(self, kept: Any) -> Levels:
        """Some of the levels."""
        return Levels(tuple(column[kept] for column in self.columns))

    def places(self, other: Levels) -> Codes:
        """Where each level of ``other`` stands among these; −1 where it does not."""
        if self.same(other):
            return np.arange(len(self))
        if len(self.columns) == 1:
            return self.columns[0].get_indexer(other.columns[0])
        codes = _codes_of([a.append(b) for a, b in zip(self.columns, other.columns, strict=True)])[0]
        found: Codes = pd.Index(codes[: len(self)]).get_indexer(pd.Index(codes[len(self) :]))
        return found

    def joined(self, other: Levels) -> tuple[Levels, Codes, Codes]:
        """Every level of both, and where the levels of each stand among them."""
        inside = self.places(other)
        if (inside >= 0).all():
            return self, np.arange(len(self)), inside
        codes, union = coded([a.append(b) for a, b in zip(self.columns, other.columns, strict=True)])
        return union, codes[: len(self)], codes[len(self) :]

    def same(self, other: Levels) -> bool:
        return self is other or all(a.equals(b) for a, b in zip(self.columns, other.columns, strict=True))


def coded(columns: Sequence[Any]) -> tuple[Codes, Levels]:
    """(n,) codes of the combinations of columns, and the combinations in sorted order."""
    codes, levels = _codes_of(columns)
    return codes, Levels(levels)


def _codes_of(columns: Sequence[Any]) -> tuple[Codes, tuple[pd.Index, ...]]:
    codes, values = _one(columns[0])
    levels: tuple[pd.Index, ...] = (values,)
    for column in columns[1:]:
        more, values = _one(column)
        codes, found = _one(codes * len(values) + more)
        mixed = found.to_numpy()
        levels = (*(level[mixed // len(values)] for level in levels), values[mixed % len(values)])
    return codes, levels


def _one(column: Any) -> tuple[Codes, pd.Index]:
    """(n,) codes and the sorted values of one column."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "i" and len(column):
        low, high = int(column.min()), int(column.max())
        if high - low < min(SPAN, 4 * len(column)):
            offsets = column - low
            there = np.zeros(high - low + 1, dtype=bool)
            there[offsets] = True
            found = np.flatnonzero(there)
            codes: Codes = (np.cumsum(there) - 1)[offsets]
            return codes, pd.Index(found.astype(column.dtype) + column.dtype.type(low))
    codes, values = pd.factorize(column, sort=True)
    return codes, pd.Index(values)


def appearing_codes(columns: Sequence[Any]) -> tuple[Codes, int, bool]:
    """(n,) codes of the combinations of columns in order of appearance, how many there are, and whether equal ones stand together."""
    if len(columns) == 1:
        return _appearing(columns[0])
    mixed: Any = None
    for column in columns:
        codes, values = pd.factorize(column)
        mixed = codes if mixed is None else pd.factorize(mixed * len(values) + codes)[0]
    return _appearing(mixed)


def _appearing(column: Any) -> tuple[Codes, int, bool]:
    if isinstance(column, np.ndarray) and column.dtype.kind == "i" and len(column):
        steps = column[1:] != column[:-1]
        if not (column[1:] < column[:-1]).any():
            codes = np.zeros(len(column), dtype=np.intp)
            np.cumsum(steps, out=codes[1:])
            return codes, int(codes[-1]) + 1, True
    codes, found = pd.factorize(column)
    return codes, len(found), not (codes[1:] < codes[:-1]).any()


@dataclass(frozen=True, slots=True)
class Distinct:
    """The different values of a column over several parts; those of a part are brought together with the rest once they are as many."""

    pieces: tuple[pd.Index, ...] = ()

    @classmethod
    def of(cls, column: Any) -> Distinct:
        """Missing values do not count."""
        return cls((pd.Index(_one(column)[1] if _whole(column) else pd.unique(column)).dropna(),))

    def __len__(self) -> int:
        return len(self._joined()) if self.pieces else 0

    def __add__(self, other: Distinct) -> Distinct:
        both = Distinct((*self.pieces, *other.pieces))
        waiting = sum(len(piece) for piece in both.pieces[1:])
        return Distinct((both._joined(),)) if waiting >= len(both.pieces[0]) else both

    def _joined(self) -> pd.Index:
        first, *others = self.pieces
        together: pd.Index = first.append(others).unique() if others else first
        return together


def _whole(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype.kind == "i"
