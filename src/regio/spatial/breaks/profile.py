"""A column sorted once: its different values, how many rows bear each, and, where an outcome is looked at, the sums of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """values: (m,) different values, ascending; counts: (m,) rows of each, or their weights; rows: (m,) rows of each; order: (n,) rows in ascending order of
    their value, None where the rows themselves are not at hand.
    """

    values: Floats
    counts: Floats
    rows: Floats
    order: Ints | None = None

    @classmethod
    def of(cls, values: Floats, weights: Floats | None = None) -> Self:
        """Of finite numbers (n,)."""
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        new = np.empty(len(ordered), dtype=bool)
        new[:1] = True
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        starts = np.flatnonzero(new)
        rows = np.diff(starts, append=len(ordered)).astype(float)
        counts = rows if weights is None else np.add.reduceat(weights[order], starts)
        return cls(ordered[starts] + 0.0, counts, rows, order)

    @classmethod
    def merged(cls, values: Floats, counts: Floats, rows: Floats) -> Self:
        """Of values that may repeat, with the rows of each: what the parts of a table add up to."""
        different, inverse = np.unique(values, return_inverse=True)
        sums = [np.bincount(inverse, column, len(different)).astype(float) for column in (counts, rows)]
        return cls(different, sums[0], sums[1])

    def __len__(self) -> int:
        return len(self.values)

    @property
    def low(self) -> float:
        return float(self.values[0])

    @property
    def high(self) -> float:
        return float(self.values[-1])

    @property
    def mean(self) -> float:
        middle = self.values[len(self.values) // 2]
        return float(middle + np.average(self.values - middle, weights=self.counts))

    @property
    def deviation(self) -> float:
        """The sample standard deviation."""
        total = self.rows.sum()
        squares = np.average((self.values - self.mean) ** 2, weights=self.counts)
        return float(np.sqrt(squares * total / max(total - 1, 1)))

    def places(self, inner: Floats) -> Ints:
        """How many of the different values are at or below each inner edge."""
        return np.searchsorted(self.values, inner, side="right")

    def ends(self) -> Ints:
        """(m + 1,) places in ``order`` at which the rows of each value begin, and the end."""
        return np.concatenate([[0], np.cumsum(self.rows)]).astype(np.intp)

    def sums(self, outcome: Floats) -> Floats:
        """(m + 1,) cumulated sums of a column over the rows in order, before each value and at the end; (b, m + 1) of many columns (b, n)."""
        if self.order is None:
            raise ValueError("the rows of this profile are not at hand")
        cumulated = np.cumsum(outcome[..., self.order], axis=-1)
        padded = np.concatenate([np.zeros((*cumulated.shape[:-1], 1)), cumulated], axis=-1)
        found: Floats = padded[..., self.ends()]
        return found

    def expand(self, classes: Ints) -> Ints:
        """The class of each row, given that of each value."""
        if self.order is None:
            raise ValueError("the rows of this profile are not at hand")
        codes = np.empty(len(self.order), dtype=np.intp)
        codes[self.order] = np.repeat(classes, self.rows.astype(np.intp))
        return codes
