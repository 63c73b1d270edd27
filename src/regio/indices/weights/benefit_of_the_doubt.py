"""Benefit of the doubt (数据包络赋权): each row is scored with the weights that suit it best. Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares

ON_FRONTIER = 1 - 1e-9  # scores of linear programs are exact to about 1e-10


def own_weights(scaled: Floats, frontier: Floats, least_share: float = 0.0) -> Floats:
    """The weights (N, k) that give each row its best score.

    Parameters
    ----------
    scaled : (N, k), not negative
    frontier : (m, k) rows that no weights may score above one
    least_share : of each indicator in the score of a row, w_j z_j / Σ w z

    Notes
    -----
    max_w Σ_j w_j z_ij subject to Σ_j w_j z_lj ≤ 1 for every row l of the frontier, w ≥ 0 and w_j z_ij ≥ s Σ_l w_l z_il. Weights do not sum to one: they are
    prices. Melyn and Moesen (1991); Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.2], [0.5, 0.5]])
    >>> (own_weights(rows, rows) * rows).sum(axis=1).round(6).tolist()
    [1.0, 1.0]
    """
    from scipy.optimize import linprog

    k = scaled.shape[1]
    limits = np.ones(len(frontier))
    found = np.empty(scaled.shape)
    for i, row in enumerate(scaled):
        rows, ends = [frontier], [limits]
        if least_share > 0:
            rows.append(least_share * np.tile(row, (k, 1)) - np.diag(row))
            ends.append(np.zeros(k))
        solved = linprog(-row, A_ub=np.vstack(rows), b_ub=np.concatenate(ends), bounds=(0, None), method="highs")
        found[i] = solved.x if solved.success else np.nan
    return found


def benefit_of_the_doubt(scaled: Floats) -> Learnt:
    """The frontier of the rows (n, k), and as weights the mean share of each indicator in the scores, without a least share."""
    weights = own_weights(scaled, scaled)
    parts = weights * scaled
    total = parts.sum(axis=1)
    mean = (parts[total > 0] / total[total > 0, None]).mean(axis=0) if (total > 0).any() else np.full(scaled.shape[1], np.nan)
    return Learnt(shares(mean), frontier=scaled[total >= ON_FRONTIER], facts={"frontier_rows": float((total >= ON_FRONTIER).sum())})
