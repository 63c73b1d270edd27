"""Lagrange multiplier test for a threshold with errors of unequal variance, and its fixed-regressor bootstrap: Hansen (1996, 2000)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.compute.engine import generator
from regio.models._threshold.problem import Codes
from regio.models.core.blocks import Array

SINGULAR = 1e-11  # of a variance: below this share what the others leave of it is rounding
CELLS = 400_000  # candidates times draws times covariances that are held at a time


@dataclass(frozen=True)
class Multiplier:
    """n rows in the order of the threshold variable. switching (n, k₁) and design (n, k): orthonormal columns, the constant among both; the first
    span those that switch; residual (n,) of the model without a threshold; counts (G,) rows below each candidate.
    """

    switching: Array
    design: Array
    residual: Array
    counts: Codes


def multiplier(switching: Array, design: Array, outcome: Array, counts: Codes) -> Multiplier:
    """The statistic does not change where columns are replaced by others that span the same, so orthonormal ones are used."""
    whole = np.linalg.qr(design / np.sqrt((design**2).sum(0)))[0]
    own = np.linalg.qr(switching / np.sqrt((switching**2).sum(0)))[0]
    return Multiplier(own, whole, outcome - whole @ (whole.T @ outcome), counts)


def lagrange(test: Multiplier, residuals: Array) -> Array:
    """(G, B) statistics s′ V⁻¹ s of residuals (n, B): s sums x e below the candidate, V is its covariance, robust to unequal variances."""
    x, z, last = test.switching, test.design, test.counts - 1
    k = x.shape[1]
    squares = residuals**2
    scores = np.stack([np.cumsum(x[:, [a]] * residuals, axis=0)[last] for a in range(k)], axis=-1)  # (G, B, k)
    below = np.cumsum(x[:, :, None] * z[:, None, :], axis=0)[last][:, None]  # (G, 1, k, m)
    own = _running(x, x, squares, last)
    mixed = _running(x, z, squares, last)
    whole = np.einsum("na,nb,nd->dab", z, z, squares)  # (B, m, m)
    cross = below @ np.swapaxes(mixed, 2, 3)
    variance = own - cross - np.swapaxes(cross, 2, 3) + below @ whole @ np.swapaxes(below, 2, 3)
    return _quadratic(variance, scores)


def _running(left: Array, right: Array, squares: Array, last: Codes) -> Array:
    """(G, B, k, m) sums of left × right × e² over the rows below each candidate."""
    parts = [[np.cumsum((left[:, a] * right[:, b])[:, None] * squares, axis=0)[last] for b in range(right.shape[1])] for a in range(left.shape[1])]
    return np.stack([np.stack(row, axis=-1) for row in parts], axis=-2)


def _quadratic(variance: Array, scores: Array) -> Array:
    """(G, B) s′ V⁻¹ s by elimination; a direction in which V is singular is left out."""
    k = scores.shape[-1]
    v = [[variance[..., a, b].copy() for b in range(k)] for a in range(k)]
    s = [scores[..., a].copy() for a in range(k)]
    size = [row[a].copy() for a, row in enumerate(v)]
    total = np.zeros_like(s[0])
    for a in range(k):
        fine = v[a][a] > SINGULAR * size[a]
        inverse = np.divide(1.0, v[a][a], out=np.zeros_like(total), where=fine)
        total += s[a] * s[a] * inverse
        for b in range(a + 1, k):
            ratio = v[b][a] * inverse
            s[b] -= ratio * s[a]
            for d in range(b, k):
                v[d][b] = v[b][d] = v[d][b] - ratio * v[d][a]
    return total


def largest(chunk: tuple[int, int, int], test: Multiplier) -> Array:
    """(draws,) the largest statistic where the residuals are multiplied by independent standard normal numbers and fitted again."""
    random, left = generator(chunk), chunk[1]
    n, (k, m) = len(test.residual), (test.switching.shape[1], test.design.shape[1])
    step = max(1, CELLS // (n * k * m))
    found = []
    while left:
        draws = min(step, left)
        noise = random.standard_normal((draws, n)).T * test.residual[:, None]
        noise -= test.design @ (test.design.T @ noise)
        found.append(lagrange(test, noise).max(axis=0))
        left -= draws
    return np.concatenate(found)
