"""Entropy weights (熵值法): the more unequally an indicator is spread over the rows, the more it weighs. Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats, is_constant
from regio.indices.weights.learnt import Learnt

AT_ONCE = 2**16  # cells: a larger table is read column by column, which needs less memory
SMALLEST = np.finfo(np.float64).tiny  # stands in for zero inside the logarithm: 0 · ln(SMALLEST) is exactly 0


def divergences(scaled: Floats, shift: float = 0.0) -> Floats:
    """One minus the entropy of the shares of each column (差异系数).

    Parameters
    ----------
    scaled : (N, k), not negative, N ≥ 2
    shift : added to every value before shares are taken

    Returns
    -------
    (k,) array
        g = 1 − e with e = −(1/ln N) Σ p ln p, p = z/Σz and 0 · ln 0 = 0; 0 for a column of equal values

    Notes
    -----
    With u = N p the divergence is (1/(N ln N)) Σ (u ln u − u + 1). No term is negative, so that g keeps its digits where e is close to one,
    which 1 − e would lose.

    Examples
    --------
    Shares 1/4 and 3/4: e = (0.25 ln 4 + 0.75 ln(4/3))/ln 2 = 0.811.

    >>> divergences(np.array([[1.0], [3.0]])).round(3).tolist()
    [0.189]
    """
    rows, columns = scaled.shape
    if scaled.size <= AT_ONCE:
        return _at_once(scaled, shift)
    found = np.zeros(columns)
    share, logs = np.empty(rows), np.empty(rows)
    for j in range(columns):
        np.add(scaled[:, j], shift, out=share)
        total = share.sum()
        if is_constant(share.min(), share.max()):
            continue
        np.multiply(share, rows / total, out=share)
        np.log(np.maximum(share, SMALLEST, out=logs), out=logs)
        np.multiply(logs, share, out=logs)
        np.subtract(share, 1.0, out=share)
        np.subtract(logs, share, out=logs)
        found[j] = max(logs.sum(), 0.0) / (rows * np.log(rows))
    return found


def _at_once(scaled: Floats, shift: float) -> Floats:
    """The same for all columns together, where the table is small."""
    rows = len(scaled)
    share = np.add(scaled, shift, order="F")
    total, flat = share.sum(axis=0), is_constant(share.min(axis=0), share.max(axis=0))
    share *= rows / np.where(flat, 1.0, total)
    logs = np.log(np.maximum(share, SMALLEST))
    logs *= share
    share -= 1.0
    logs -= share
    found: Floats = np.where(flat, 0.0, np.maximum(logs.sum(axis=0), 0.0) / (rows * np.log(rows)))
    return found


def divergence_terms(values: Floats, centre: float) -> tuple[float, float]:
    """Sums of v ln v − v + 1 and of v over some rows, v = z/centre; ``centre`` is close to the mean of z (n,) over all rows."""
    v = values / centre
    logs = np.log(np.maximum(v, SMALLEST))
    return float((v * logs - (v - 1.0)).sum()), float(v.sum())


def divergences_of(terms: Floats, sums: Floats, rows: int) -> Floats:
    """The divergences (k,) from sums over all rows. With c = N/Σv, u = c v: Σ (u ln u − u + 1) = c Σ (v ln v − v + 1) + N (ln c − c + 1), where the last
    term is nearly nothing if centres are close to the means, so that no digits are lost.
    """
    off = np.where(sums > 0, rows / np.where(sums > 0, sums, 1.0) - 1.0, 0.0)
    total = (1.0 + off) * terms + rows * (np.log1p(off) - off)
    found: Floats = np.maximum(total, 0.0) / (rows * np.log(rows))
    return found


def entropy(divergence: Floats) -> Floats:
    """Weights (k,) in proportion to the divergences; nan where all are zero."""
    total = divergence.sum()
    return divergence / total if total > 0 else np.full(len(divergence), np.nan)


def entropy_weights(scaled: Floats, shift: float = 0.0) -> Learnt:
    """Weights, with columns ``entropy`` and ``divergence``, of scaled values (n, k) that are not negative."""
    divergence = divergences(scaled, shift)
    return Learnt(entropy(divergence), {"entropy": 1 - divergence, "divergence": divergence})
