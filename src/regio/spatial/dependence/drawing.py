"""Permutations: of all values for a global statistic, of the others' values around each region for a local one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.compute.engine import Engine, chunks, combine, generator, repeat
from regio.spatial.dependence.moments import Sums
from regio.spatial.places.sphere import Floats

CELLS = 1_000_000  # numbers held at once
TOLERANCE = 1e-10  # relative: draws this near to the observed value count as as far


def drawn(measure: str, values: Floats, matrix: Any, draws: int, seed: int, engine: Engine | None = None) -> Floats:
    """(draws,) the global statistic of random orders of the values."""
    sums = Sums.of(matrix)
    base = values - values.mean() if measure != "getis_ord" else values
    symmetric = ((matrix + matrix.T) / 2).tocsr()
    return np.asarray(repeat(_chunk, draws, seed, measure, base, symmetric, sums, engine=engine)).ravel() if draws else np.empty(0)


def _chunk(chunk: tuple[int, int, int], measure: str, values: Floats, matrix: Any, sums: Sums) -> Floats:
    rng, n = generator(chunk), len(values)
    step = max(1, CELLS // n)
    total = values @ values
    cross, lean = [], []
    for start in range(0, chunk[1], step):
        orders = rng.permuted(np.broadcast_to(values, (min(step, chunk[1] - start), n)), axis=1)
        columns = np.ascontiguousarray(orders.T)
        cross.append(np.einsum("ij,ij->j", columns, matrix @ columns))
        if measure == "geary":
            lean.append((sums.rows + sums.columns) @ columns**2)
    found = np.concatenate(cross)
    if measure == "moran":
        return np.asarray(n / sums.s0 * found / total)
    if measure == "geary":
        return np.asarray((n - 1) * (np.concatenate(lean) - 2 * found) / (2 * sums.s0 * total))
    return np.asarray(found / (values.sum() ** 2 - total))


def p_of_draws(estimate: float, found: Floats) -> tuple[float, float]:
    """(1 + R)/(1 + B) and R/B, R the draws at least as far from the mean of the draws."""
    centre = float(found.mean())
    far = int((np.abs(found - centre) >= abs(estimate - centre) * (1 - TOLERANCE)).sum())
    return (1 + far) / (1 + len(found)), far / len(found)


def local_counts(score: Floats, values: Floats, matrix: Any, own: Floats, draws: int, seed: int, engine: Engine | None = None) -> NDArray[np.int64]:
    """(2, n) draws in which a region's sum over its neighbours is at least, and at most, that observed, the others' values placed around it at random
    (Anselin 1995). ``own``: (n,) weight of its own value. The same random places serve every region.
    """
    counts: NDArray[np.int64] = combine(_local, chunks(draws, seed), score, values, matrix, own, engine=engine)
    return counts


def _local(chunk: tuple[int, int, int], observed: Floats, values: Floats, matrix: Any, own: Floats) -> NDArray[np.int64]:
    rng, n = generator(chunk), len(values)
    most = int(np.diff(matrix.indptr).max(initial=0))
    step = max(1, CELLS // n)
    counts = np.zeros((2, n), dtype=np.int64)
    edge = TOLERANCE * max(float(np.abs(observed).max(initial=0)), 1e-300)
    for start in range(0, chunk[1], step):
        places = rng.permuted(np.broadcast_to(np.arange(n - 1), (min(step, chunk[1] - start), n - 1)), axis=1)[:, :most]
        for i in range(n):
            weights = matrix.data[matrix.indptr[i] : matrix.indptr[i + 1]]
            if not len(weights):
                continue
            others = np.delete(values, i)
            sums = others[places[:, : len(weights)]] @ weights + own[i] * values[i]
            counts[0, i] += int((sums >= observed[i] - edge).sum())
            counts[1, i] += int((sums <= observed[i] + edge).sum())
    return counts


def p_of_counts(counts: NDArray[np.int64], draws: int, alternative: str) -> Floats:
    """Two-sided: twice the smaller tail; directed: the smaller tail, as GeoDa prints it."""
    tail = (1 + counts.min(axis=0)) / (1 + draws)
    return np.asarray(np.minimum(2 * tail, 1.0) if alternative == "two_sided" else tail)


def adjusted(p_values: Floats, correction: str) -> Floats:
    """p-values corrected for the number of tests: fdr (Benjamini and Hochberg 1995), holm, bonferroni, none; missing ones stay missing."""
    found = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    p, m = p_values[known], len(known)
    order = np.argsort(p, kind="stable")
    if correction == "none" or not m:
        found[known] = p
    elif correction == "bonferroni":
        found[known] = np.minimum(p * m, 1)
    elif correction == "holm":
        found[known[order]] = np.minimum(np.maximum.accumulate(p[order] * np.arange(m, 0, -1)), 1)
    else:
        found[known[order]] = np.minimum(np.minimum.accumulate((p[order] * m / np.arange(1, m + 1))[::-1])[::-1], 1)
    return found
