"""CRITIC weights (CRITIC 法): spread times conflict with the other indicators. Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares


def critic(scaled: Floats) -> Learnt:
    """Weights in proportion to C_j = σ_j Σ_l (1 − r_jl).

    Parameters
    ----------
    scaled : (n, k), every column varies

    Returns
    -------
    Learnt
        with columns ``spread`` σ (divisor n), ``conflict`` Σ (1 − r), ``information`` C

    Notes
    -----
    The divisor of σ is the same for all and cancels. Diakoulaki, Mavrotas and Papayannakis (1995), Computers and Operations Research 22.

    Examples
    --------
    The second column runs against the first and the third with it, so the second is in conflict with two and the others with one.

    >>> critic(np.array([[0.0, 1.0, 0.0], [0.5, 0.5, 0.5], [1.0, 0.0, 1.0]])).weights.round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    spread = scaled.std(axis=0)
    conflict = (1 - correlations(scaled)).sum(axis=0)
    information = spread * conflict
    tiny = information <= 1e-12 * spread.max()  # every column says the same: what is left is rounding
    return Learnt(shares(np.where(tiny, 0.0, information)), {"spread": spread, "conflict": conflict, "information": information})


def correlations(values: Floats) -> Floats:
    """(k, k) Pearson correlations of columns that vary, one on the diagonal."""
    centred = values - values.mean(axis=0)
    normed = centred / np.sqrt((centred**2).sum(axis=0))
    found: Floats = np.clip(normed.T @ normed, -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found
