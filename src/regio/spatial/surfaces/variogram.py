"""Semivariances of pairs of points, and models fitted to them. Cressie (1985), Mathematical Geology 17(5); Journel and Huijbregts (1978)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from regio.contract.finding import DataError, error
from regio.spatial.places.sphere import Floats

BINS = 12
LEAST_BINS = 3  # that a model is fitted to
TRIALS = 120  # ranges that are tried before the best is refined
REACH = 2.0  # the longest range over the longest distance of a pair
ROUNDS = 6  # of reweighting
LOW = 0.01  # of the largest semivariance: no model counts as lower when it weighs
SHAPES: dict[str, Callable[[Floats], Floats]] = {  # of the distance over the range: rise from 0 to 1; practical range: 95 % at 1
    "spherical": lambda u: np.where(u < 1, 1.5 * u - 0.5 * u**3, 1.0),
    "exponential": lambda u: 1 - np.exp(-3 * u),
    "gaussian": lambda u: 1 - np.exp(-3 * u**2),
}


@dataclass(frozen=True, slots=True)
class Variogram:
    """γ(h) = nugget + (sill − nugget) shape(h/range) for h > 0, and 0 at 0; ``range``: where the sill, or 95 % of the way to it, is reached."""

    model: str
    nugget: float
    sill: float
    range: float

    def __call__(self, distance: Floats) -> Floats:
        found = self.nugget + (self.sill - self.nugget) * SHAPES[self.model](np.asarray(distance, float) / self.range)
        return np.where(np.asarray(distance) > 0, found, 0.0)


def semivariances(distances: Floats, values: Floats) -> pd.DataFrame:
    """Means of (z_i − z_j)²/2 over pairs up to half of the largest distance, in equal steps: ``distance, semivariance, pairs``."""
    i, j = np.triu_indices(len(values), 1)
    apart, half = distances[i, j], (values[i] - values[j]) ** 2 / 2
    reach = distances.max() / 2
    near = apart <= reach
    step = np.minimum((apart[near] / reach * BINS).astype(int), BINS - 1)
    pairs = np.bincount(step, minlength=BINS)
    kept = pairs > 0
    means = (np.bincount(step, weights, BINS)[kept] / pairs[kept] for weights in (apart[near], half[near]))
    return pd.DataFrame(dict(zip(("distance", "semivariance"), means, strict=True))).assign(pairs=pairs[kept])


def fitted(found: pd.DataFrame, model: str, column: str) -> Variogram:
    """The model with the least Σ pairs (semivariance/γ(h) − 1)² (Cressie 1985), by least squares whose weights pairs/γ(h)² are taken from the round before;
    nugget and sill not negative.

    Raises
    ------
    DataError
        where there are too few distances
    """
    if len(found) < LEAST_BINS:
        raise DataError(error("interpolate.few_distances", column=column, count=len(found), least=LEAST_BINS))
    h, gamma, pairs = (found[name].to_numpy(float) for name in ("distance", "semivariance", "pairs"))
    weights, reach, parts = pairs, 0.0, np.zeros(2)
    for _ in range(ROUNDS):
        reach, parts = _least(h, gamma, np.sqrt(weights), model)
        level = parts[0] + parts[1] * SHAPES[model](h / reach)
        weights = pairs / np.maximum(level, LOW * gamma.max()) ** 2
    nugget, rise = parts
    return Variogram(model, float(nugget), float(nugget + rise), reach)


def _least(h: Floats, gamma: Floats, root: Floats, model: str) -> tuple[float, Floats]:
    """The range, and nugget and rise, with the least weighted squares: for a range the rest is linear."""

    def solve(reach: float) -> tuple[Floats, float]:
        columns = np.column_stack([np.ones_like(h), SHAPES[model](h / reach)])
        parts, rest = optimize.nnls(columns * root[:, None], gamma * root)
        return parts, float(rest)

    root = root / root.max()
    trials = np.geomspace(h.min() / 2, REACH * h.max(), TRIALS)
    best = int(np.argmin([solve(reach)[1] for reach in trials]))
    low, high = trials[max(0, best - 1)], trials[min(TRIALS - 1, best + 1)]
    reach = float(optimize.minimize_scalar(lambda r: solve(r)[1], bounds=(low, high), method="bounded", options={"xatol": 1e-10 * high}).x)
    return reach, solve(reach)[0]
