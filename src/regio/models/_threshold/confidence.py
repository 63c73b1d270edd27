"""Confidence sets of a threshold: the values whose likelihood ratio is small, in pieces, and a version scaled for heteroskedasticity.

Hansen (1999), equations 13 to 16; Hansen (2000), Econometrica 68(3), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regio.models.core.blocks import Array


def critical(level: float) -> float:
    """−2 ln(1 − √level): 7.3523 at 95 %.

    Examples
    --------
    >>> [round(critical(level), 4) for level in (0.90, 0.95, 0.99)]
    [5.9395, 7.3523, 10.5916]
    """
    return float(-2 * np.log(1 - np.sqrt(level)))


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring candidates that are all accepted."""

    low: float
    high: float
    count: int


def pieces(values: Array, ratio: Array, accepted_to: float, allowed: NDArray[np.bool_]) -> tuple[Piece, ...]:
    """Runs of accepted values. A value that the regimes do not allow neither belongs to a run nor ends it."""
    values, inside = values[allowed], ratio[allowed] <= accepted_to
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return tuple(Piece(float(values[a]), float(values[b - 1]), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def scale(values: Array, threshold: float, jump: Array, residual: Array, *, flat: bool = False) -> float:
    """E[jump² e² | q = γ] / E[jump² | q = γ], what the likelihood ratio is divided by in place of the variance.

    ``jump`` (n,): the difference of the regimes' regression functions in each row. Epanechnikov kernel, its width 2.344 s n^(−1/5), s the smaller of
    the standard deviation and the interquartile range / 1.349. A width that follows the curvature of jump² in q, as Hansen (2000) suggests, is zero
    where the treatment is q itself. ``flat``: a ratio of means over all rows. nan where no row lies close enough.
    """
    first = jump**2
    second = first * residual**2
    if flat:
        return float(second.sum() / first.sum()) if first.any() else float("nan")
    low, high = np.quantile(values, [0.25, 0.75])
    spreads = [s for s in (float(values.std()), float(high - low) / 1.349) if s > 0]
    if not spreads:
        return float("nan")
    u = (values - threshold) / (2.344 * min(spreads) / len(values) ** 0.2)
    kernel = (1 - u**2) * (np.abs(u) <= 1)
    below = float(kernel @ first)
    return float(kernel @ second) / below if below > 0 else float("nan")
