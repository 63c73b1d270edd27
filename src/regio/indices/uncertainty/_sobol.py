"""How much of the variance of a result is due to each source: first-order and total indices of Sobol'. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.indices.scale import Floats

STILL = 1e-24  # a variance this small beside the mean squared is rounding


@dataclass(frozen=True, slots=True)
class Sobol:
    """first, total: (d, q) by source and result, nan for a result that does not vary; first_error, total_error: (d,) standard errors for the first result,
    zero where every combination was looked at.
    """

    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats


def from_draws(a: Floats, b: Floats, mixed: Floats) -> Sobol:
    """Indices from a design of two independent samples.

    Parameters
    ----------
    a, b : (n, q) results of two samples of all sources
    mixed : (d, n, q) results of the first sample with source i taken from the second

    Notes
    -----
    First order: mean of f_B (f_AB − f_A) over the variance, Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), table 2 (b); total: half the mean
    of (f_A − f_AB)² over it, Jansen (1999); the variance is that of both samples together, and its mean is taken off before. Standard errors by the delta
    method for the first result, the n rows of the design as units.
    """
    centre = (a.mean(axis=0) + b.mean(axis=0)) / 2
    a, b = a - centre, b - centre
    variance = _mean_product(a, a) / 2 + _mean_product(b, b) / 2
    variance = np.where(variance <= STILL * np.maximum(1.0, centre**2), np.nan, variance)
    found = np.empty((4, len(mixed), a.shape[1]))
    for i, one in enumerate(mixed):
        moved = one - centre
        moved -= a
        found[0, i], found[1, i] = _mean_product(b, moved) / variance, _mean_product(moved, moved) / 2 / variance
        terms = np.array([b[:, 0] * moved[:, 0], moved[:, 0] ** 2 / 2])
        influence = (terms - found[:2, i, :1] * (a[:, 0] ** 2 + b[:, 0] ** 2) / 2) / variance[0]
        found[2:, i, 0] = influence.std(axis=1, ddof=1) / np.sqrt(len(a))
    return Sobol(found[0], found[1], found[2, :, 0], found[3, :, 0])


def _mean_product(one: Floats, other: Floats) -> Floats:
    found: Floats = np.einsum("nq,nq->q", one, other) / len(one)
    return found


def from_all(results: Floats) -> Sobol:
    """Exact indices where each source has a few alternatives, each as likely.

    Parameters
    ----------
    results : (m₁, …, m_d, q) of every combination

    Notes
    -----
    First order: variance of the means over the other sources; total: mean of the variances over this source alone; both over the variance of all.

    Examples
    --------
    y = x₁ + 2 x₂ with both in {0, 1}: a fifth and four fifths, nothing in common.

    >>> made = from_all(np.array([[[0.0], [2.0]], [[1.0], [3.0]]]))
    >>> made.first[:, 0].tolist(), made.total[:, 0].tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    d = results.ndim - 1
    flat = results.reshape(-1, results.shape[-1])
    centred = results - flat.mean(axis=0)
    variance = (centred**2).mean(axis=tuple(range(d)))
    variance = np.where(variance <= STILL * np.maximum(1.0, flat.mean(axis=0) ** 2), np.nan, variance)
    first = [centred.mean(axis=tuple(j for j in range(d) if j != i)).var(axis=0) / variance for i in range(d)]
    total = [centred.var(axis=i).mean(axis=tuple(range(d - 1))) / variance for i in range(d)]
    shape, none = (d, results.shape[-1]), np.zeros(d)
    return Sobol(np.array(first).reshape(shape), np.array(total).reshape(shape), none, none)
