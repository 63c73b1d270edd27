"""Columns drawn with a given mean, spread, share between regions and trend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.parts import Drawn

Array = NDArray[np.float64]
ROUNDS = 200  # of clipping and rescaling


def standard(x: Array) -> Array:
    """Mean 0, standard deviation 1; a constant becomes 0."""
    spread = x.std(ddof=1)
    return np.asarray((x - x.mean()) / spread if spread > 0 else x * 0.0)


def draw(
    drawn: Drawn, region: NDArray[np.intp], period: NDArray[np.intp], unit: NDArray[np.intp] | None, groups: tuple[str, ...], others: Mapping[str, Array],
    random: np.random.Generator,
) -> Array:  # fmt: skip
    """One column (n rows). region, period, unit: codes of each row; others: columns that it may follow."""
    holder = region if unit is None else unit
    levels = random.standard_normal(int(holder.max()) + 1)
    if drawn.shift:
        levels = levels + np.array(
            [drawn.shift.get(groups[r], 0.0) for r in (range(len(levels)) if unit is None else region[np.unique(unit, return_index=True)[1]])]
        )
    own = np.sqrt(drawn.between) * standard(levels[holder])
    own = own + np.sign(drawn.trend) * np.sqrt(abs(drawn.trend)) * standard(period.astype(float))
    own = own + np.sqrt(max(1 - drawn.between - abs(drawn.trend), 0.0)) * standard(random.standard_normal(len(region)))
    followed = sum((rho * standard(others[name]) for name, rho in drawn.follows.items()), np.zeros(len(region)))
    rest = max(1 - sum(rho**2 for rho in drawn.follows.values()), 0.0)
    z = standard(followed + np.sqrt(rest) * standard(own))
    if drawn.distribution == "flag":
        return flagged(z, drawn.mean, region, holder)
    return shaped(drawn, z)


def flagged(z: Array, share: float, region: NDArray[np.intp], holder: NDArray[np.intp]) -> Array:
    """1 for the share of rows that stand highest, and for one holder in each region that would have none."""
    found = z > np.quantile(z, 1 - share)
    for r in np.unique(region):
        here = region == r
        if not found[here].any():
            found |= holder == holder[here][np.argmax(z[here])]
    return np.asarray(found, dtype=float)


def shaped(drawn: Drawn, z: Array) -> Array:
    """A standard column with the distribution, mean, standard deviation and limits that are asked for."""
    if drawn.distribution == "uniform":
        from scipy.special import ndtr

        low, high = (drawn.min or 0.0), (1.0 if drawn.max is None else drawn.max)
        return np.asarray(low + (high - low) * ndtr(z))
    if drawn.distribution == "lognormal":
        sigma = np.sqrt(np.log1p((drawn.sd / drawn.mean) ** 2))
        return limited(np.exp(np.log(drawn.mean) - sigma**2 / 2 + sigma * z), drawn)
    return limited(drawn.mean + drawn.sd * z, drawn)


def limited(x: Array, drawn: Drawn) -> Array:
    """Mean and standard deviation exactly, inside the limits: clip, rescale, again."""
    low, high = (-np.inf if drawn.min is None else drawn.min), (np.inf if drawn.max is None else drawn.max)
    for _ in range(ROUNDS):
        x = drawn.mean + drawn.sd * standard(x)
        if x.min() >= low and x.max() <= high:
            return x
        x = np.clip(x, low, high)
    return x
