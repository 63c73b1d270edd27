"""Whose rules: what a candidate is, which rows count, and by what F is divided.

textbook    Every distinct value is a candidate; the lower regime is q ≤ γ; F has n − N; a regime holds the share ``trim`` of the rows and five regions.
hansen1999  The program of Hansen (1999): 400 quantiles of the distinct values, q < γ, the last demeaned period of each region left out of the sum of
            squares, candidates next to a threshold left out by places on the grid, White errors without a factor, p as the share above F.
xthreg      Stata's xthreg: 300 quantiles, F with T(N − 1), p as the share above F.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from regio.models.core.blocks import Array

LEVELS = (0.10, 0.05, 0.01)


@dataclass(frozen=True, slots=True)
class Rules:
    """strict: the lower regime is q < γ; grid: the usual number of quantiles, None for every value; places: neighbours of a threshold are left out by
    places on the grid; drop_last: as in Hansen's program; regions: least number in a regime; joint: whether combinations are searched.
    """

    name: str = "textbook"
    strict: bool = False
    grid: int | None = None
    places: bool = False
    drop_last: bool = False
    balanced: bool = False
    regions: int = 5
    joint: bool = True

    def denominator(self, n: int, groups: int, regions: int, periods: int) -> int:
        """By what the sum of squares is divided in F and in the likelihood ratio."""
        return periods * (regions - 1) if self.name == "xthreg" else n - groups

    def p_values(self, draws: Array, statistic: float) -> tuple[float, float]:
        """((1 + R) / (1 + B), R / B)"""
        above = int((draws > statistic).sum() if self.balanced else (draws >= statistic).sum())
        return (1 + above) / (1 + len(draws)), above / len(draws)

    def criticals(self, draws: Array) -> tuple[float, ...]:
        """At 10, 5 and 1 %: the order statistic ⌈(1 − a)(B + 1)⌉, so that F is above it where (1 + R)/(1 + B) ≤ a; programs take ⌈(1 − a) B⌉."""
        ordered = np.sort(draws)
        size = len(draws) if self.balanced else len(draws) + 1
        places = [ceil(round((1 - level) * size, 9)) for level in LEVELS]
        return tuple(float(ordered[p - 1]) if 1 <= p <= len(ordered) else float("nan") for p in places)


RULES = {
    "textbook": Rules(),
    "hansen1999": Rules("hansen1999", strict=True, grid=400, places=True, drop_last=True, balanced=True, regions=0, joint=False),
    "xthreg": Rules("xthreg", grid=300, balanced=True, regions=0, joint=False),
}
