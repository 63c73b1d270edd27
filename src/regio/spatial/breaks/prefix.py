"""Sums of squares of any run of sorted values at once: prefix sums of counts, values and squares, run outward from the median.

Centred at the median and summed away from it, neither a large offset nor a far tail costs the digits of the bulk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """count, total, square: (m + 1,) such that a difference of two of them is the sum over the values between."""

    count: Floats
    total: Floats
    square: Floats

    @classmethod
    def of(cls, values: Floats, counts: Floats) -> Self:
        middle = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))
        centred = values - values[middle]
        totals = counts * centred
        return cls(_outward(counts, middle), _outward(totals, middle), _outward(totals * centred, middle))

    def __len__(self) -> int:
        return len(self.count) - 1

    def at(self, places: Ints) -> Prefix:
        return Prefix(self.count[places], self.total[places], self.square[places])

    def mirrored(self) -> Prefix:
        return Prefix(-self.count[::-1], self.total[::-1], -self.square[::-1])

    def between(self, starts: Ints, stops: Ints) -> Floats:
        """Sum of squares within each run of values from a start up to a stop."""
        return squares(self.count[stops] - self.count[starts], self.total[stops] - self.total[starts], self.square[stops] - self.square[starts])


def squares(count: Floats, total: Floats, square: Floats) -> Floats:
    """Σ(x − x̄)² from a count, a sum and a sum of squares; 0 where nothing is there."""
    found: Floats = np.maximum(square - total * total / np.where(count > 0, count, 1.0), 0.0)
    return found


def _outward(terms: Floats, middle: int) -> Floats:
    found = np.zeros(len(terms) + 1)
    found[middle + 1 :] = np.cumsum(terms[middle:])
    found[:middle] = -np.cumsum(terms[:middle][::-1])[::-1]
    return found
