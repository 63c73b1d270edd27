"""Generalised method of moments with a threshold: two steps over all candidates, in the data and, many at a time, in draws of regions.

At a given threshold the moments ḡ(θ) = ā − Ḡ(γ)θ are linear in θ, so every sum over rows is made once, within regions; a draw weighs regions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.compute.engine import generator
from regio.models._threshold.bootstrap import wild_weights
from regio.models._threshold.dynamic_design import Moments
from regio.models.core.blocks import Array
from regio.models.core.levels import Codes

BLOCK = 8_000_000  # numbers that are held at a time
SCHEME = "wild_rademacher"  # of the test


def inverse(matrix: Array) -> Array:
    """(…, L, L) of covariances, free of units; where one is singular the generalised inverse."""
    size = np.sqrt(np.einsum("...ll->...l", matrix))
    size = np.where(size > 0, size, 1.0)
    both = size[..., :, None] * size[..., None, :]
    found: Array = np.linalg.pinv(matrix / both, rcond=1e-10, hermitian=True) / both
    return found


def criterion(outcome: Array, slopes: Array, weights: Array) -> tuple[Array, Array]:
    """(…, G) least J = ḡ′Wḡ at each candidate and (…, G, K) θ there, of outcome (…, L), slopes (…, G, L, K), weights (…, L, L)."""
    weighed = np.swapaxes(slopes, -1, -2) @ weights[..., None, :, :]
    a, c = weighed @ slopes, (weighed @ outcome[..., None, :, None])[..., 0]
    size = np.sqrt(np.maximum(np.einsum("...kk->...k", a), 0.0))
    size = np.where(size > 0, size, 1.0)
    scaled = a / (size[..., :, None] * size[..., None, :])
    try:
        theta = np.linalg.solve(scaled, (c / size)[..., None])[..., 0] / size
    except np.linalg.LinAlgError:
        theta = (np.linalg.pinv(scaled, hermitian=True) @ (c / size)[..., None])[..., 0] / size
    u = outcome[..., None, :] - (slopes @ theta[..., None])[..., 0]
    j: Array = np.einsum("...gl,...gl->...g", u @ weights, u)
    return j, theta


@dataclass(frozen=True, slots=True)
class Steps:
    """Of B draws: criterion (B, G), place (B,) of the threshold, theta (B, K), weights (B, L, L), variance of the moments (B, L, L), contributions
    (R, B, L), all of the second step.
    """

    criterion: Array
    place: Codes
    theta: Array
    weights: Array
    variance: Array
    contributions: Array


def two_steps(moments: Moments, counts: Array, shift: Array | float = 0.0) -> Steps:
    """First weights from the instruments alone, then from the first step's moments. counts (B, R): how often each region is there; shift (L,): what
    is taken off every region's moments, so that they are zero on average in the world that draws come from.
    """
    regions = moments.regions
    own = moments.outcome - shift
    outcome = counts @ own / regions
    slopes = np.tensordot(counts, moments.slopes, axes=1) / regions
    weights = inverse(np.tensordot(counts, moments.spread, axes=1) / regions)
    for step in (1, 2):
        j, thetas = criterion(outcome, slopes, weights)
        place = j.argmin(axis=1)
        theta = thetas[np.arange(len(place)), place]
        u = own[:, None] - np.einsum("iblk,bk->ibl", moments.slopes[:, place], theta)
        variance = np.einsum("bi,ibl,ibm->blm", counts, u, u, optimize=True) / regions
        if step == 1:
            weights = inverse(variance)
    return Steps(j, place, theta, weights, variance, u)


@dataclass(frozen=True, slots=True)
class Estimate:
    """theta (K,), covariance (K, K) with γ taken as known, criterion (G,) times the regions, place of γ̂; projection (K, L): θ̂ − θ = projection · ḡ(θ)."""

    theta: Array
    covariance: Array
    criterion: Array
    place: int
    weights: Array
    contributions: Array
    projection: Array

    @property
    def distance(self) -> Array:
        """(G,) how far J lies above its least value."""
        found: Array = self.criterion - self.criterion[self.place]
        return found


def estimated(moments: Moments) -> Estimate:
    found = two_steps(moments, np.ones((1, moments.regions)))
    place, weights = int(found.place[0]), found.weights[0]
    slopes = moments.slopes[:, place].mean(axis=0)
    projection = inverse(slopes.T @ weights @ slopes) @ slopes.T @ weights
    covariance = projection @ found.variance[0] @ projection.T / moments.regions
    return Estimate(found.theta[0], covariance, moments.regions * found.criterion[0], place, weights, found.contributions[:, 0], projection)


@dataclass(frozen=True, slots=True)
class Resampling:
    """The world that draws of whole regions come from: moments less their mean at the estimates."""

    moments: Moments
    place: int
    shift: Array


def resampling(moments: Moments, found: Estimate) -> Resampling:
    return Resampling(moments, found.place, found.contributions.mean(axis=0))


def resampled(chunk: tuple[int, int, int], world: Resampling) -> Array:
    """(draws, K + 2) of one chunk: θ, the place of the threshold, and how far J at the data's threshold lies above its least value."""
    random, left = generator(chunk), chunk[1]
    moments = world.moments
    regions = moments.regions
    step = _block(moments)
    parts = []
    while left:
        draws = min(step, left)
        counts = random.multinomial(regions, np.full(regions, 1 / regions), size=draws).astype(float)
        found = two_steps(moments, counts, world.shift)
        distance = regions * (found.criterion[:, world.place] - found.criterion.min(axis=1))
        parts.append(np.column_stack([found.theta, found.place, distance]))
        left -= draws
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Linearity:
    """The test that all switching slopes are zero. residual (R, L): moments of each region under that, less their mean."""

    moments: Moments
    statistic: float
    residual: Array


def linearity(moments: Moments) -> Linearity:
    theta, statistic = _supremum(moments, moments.outcome[None])
    residual = moments.outcome - moments.slopes[:, 0, :, : moments.fixed] @ theta[0]
    return Linearity(moments, float(statistic[0]), residual - residual.mean(axis=0))


def suprema(chunk: tuple[int, int, int], test: Linearity) -> Array:
    """(draws,) statistics of one chunk: each region's moments of the model without a threshold, times +1 or −1."""
    random, left = generator(chunk), chunk[1]
    step = _block(test.moments)
    parts = []
    while left:
        draws = min(step, left)
        signs = wild_weights(random, draws, test.moments.regions, SCHEME)
        parts.append(_supremum(test.moments, signs[..., None] * test.residual)[1])
        left -= draws
    return np.concatenate(parts)


def _supremum(moments: Moments, outcome: Array) -> tuple[Array, Array]:
    """(B, K₀) slopes without a threshold and (B,) the greatest Wald statistic, of outcome (B, R, L). With the same weights everywhere, those of the model
    with a threshold after its first step, it is how far J falls: N (J₀ − min J(γ)).
    """
    plain = moments.slopes[:, 0, :, : moments.fixed].mean(axis=0)[None]
    full = moments.slopes.mean(axis=0)
    mean = outcome.mean(axis=1)
    first = np.broadcast_to(inverse(moments.spread.mean(axis=0)), (len(outcome), moments.count, moments.count))
    j, thetas = criterion(mean, full, first)
    place = j.argmin(axis=1)
    u = outcome - np.einsum("iblk,bk->bil", moments.slopes[:, place], thetas[np.arange(len(place)), place], optimize=True)
    weights = inverse(np.einsum("bil,bim->blm", u, u, optimize=True) / moments.regions)
    before, theta = criterion(mean, plain, weights)
    after = criterion(mean, full, weights)[0].min(axis=1)
    return theta[:, 0], moments.regions * (before[:, 0] - after)


def _block(moments: Moments) -> int:
    regions, candidates, count, slopes = moments.slopes.shape
    return int(np.clip(BLOCK // ((regions + candidates) * count * slopes), 10, 250))
