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

SINGULAR = 1e-10  # eigenvalues below this share of the greatest one count as nothing
BLOCK = 8_000_000  # numbers that are held at a time
SCHEME = "wild_rademacher"  # of the test


def root(matrix: Array) -> Array:
    """(…, L, L) roots r of the inverses, r′r = matrix⁻¹, free of units; of the generalised inverse where a matrix is singular."""
    size = np.sqrt(np.einsum("...ll->...l", matrix))
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(matrix / (size[..., :, None] * size[..., None, :]))
    kept = values > SINGULAR * values[..., -1:]
    scale = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    found: Array = scale[..., :, None] * np.swapaxes(vectors, -1, -2) / size[..., None, :]
    return found


def inverse(matrix: Array) -> Array:
    """(…, L, L)"""
    half = root(matrix)
    found: Array = np.swapaxes(half, -1, -2) @ half
    return found


def criterion(outcome: Array, slopes: Array, half: Array) -> tuple[Array, Array]:
    """(…, G) least J = ḡ′Wḡ at each candidate and (…, G, K) θ there, of outcome (…, L), slopes (…, G, L, K) and W = half′half (…, L, L)."""
    across = np.swapaxes(half, -1, -2)
    *_, candidates, moments, count = slopes.shape
    flat = np.swapaxes(slopes, -1, -2).reshape(*slopes.shape[:-3], candidates * count, moments)
    product = flat @ across
    x = product.reshape(*product.shape[:-2], candidates, count, moments)
    y = outcome[..., None, :] @ across
    a, c = x @ np.swapaxes(x, -1, -2), x @ y[..., None, 0, :, None]
    size = np.sqrt(np.einsum("...kk->...k", a))[..., None]
    size = np.where(size > 0, size, 1.0)
    scaled = a / (size * np.swapaxes(size, -1, -2))
    try:
        theta = np.linalg.solve(scaled, c / size) / size
    except np.linalg.LinAlgError:
        theta = np.linalg.pinv(scaled, hermitian=True) @ (c / size) / size
    u = y - (np.swapaxes(theta, -1, -2) @ x)[..., 0, :]
    j: Array = np.einsum("...l,...l->...", u, u)
    return j, theta[..., 0]


@dataclass(frozen=True, slots=True)
class Steps:
    """The second step of B draws. criterion (B, G), place (B,) of the threshold, theta (B, K), half (B, L, L): root of the weights, variance of the
    moments (B, L, L), contributions (R, B, L) of the regions to them.
    """

    criterion: Array
    place: Codes
    theta: Array
    half: Array
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
    half = root(np.tensordot(counts, moments.spread, axes=1) / regions)
    for step in (1, 2):
        j, thetas = criterion(outcome, slopes, half)
        place = j.argmin(axis=1)
        theta = thetas[np.arange(len(place)), place]
        u = own[:, None] - np.einsum("iblk,bk->ibl", moments.slopes[:, place], theta)
        variance = np.einsum("bi,ibl,ibm->blm", counts, u, u, optimize=True) / regions
        if step == 1:
            half = root(variance)
    return Steps(j, place, theta, half, variance, u)


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
    place, weights = int(found.place[0]), found.half[0].T @ found.half[0]
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
    full = moments.slopes.mean(axis=0)[None]
    mean = outcome.mean(axis=1)
    j, thetas = criterion(mean, full, np.broadcast_to(root(moments.spread.mean(axis=0)), (len(outcome), moments.count, moments.count)))
    place = j.argmin(axis=1)
    u = outcome - np.einsum("iblk,bk->bil", moments.slopes[:, place], thetas[np.arange(len(place)), place], optimize=True)
    half = root(np.einsum("bil,bim->blm", u, u, optimize=True) / moments.regions)
    before, theta = criterion(mean, plain, half)
    after = criterion(mean, full, half)[0].min(axis=1)
    return theta[:, 0], moments.regions * (before[:, 0] - after)


def _block(moments: Moments) -> int:
    regions, candidates, count, slopes = moments.slopes.shape
    return int(np.clip(BLOCK // ((regions + candidates) * count * slopes), 10, 250))
