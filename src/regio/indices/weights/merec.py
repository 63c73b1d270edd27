"""MEREC weights (MEREC 法): how much the performance of the rows changes when an indicator is removed. A pure function."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares


def merec(scaled: Floats) -> Learnt:
    """Weights in proportion to E_j = Σ_i |S'_ij − S_i|.

    Parameters
    ----------
    scaled : (n, k), positive, more is better

    Notes
    -----
    With l_ij = ln(z_ij / min_i z_ij): S_i = ln(1 + Σ_j l_ij / k) and S'_ij the same without the term of j, still divided by k. Keshavarz-Ghorabaee and
    others (2021), Symmetry 13, 525.

    Examples
    --------
    Without ``a`` rows 2 and 3 change, by 0.298 and 0.229; without ``b`` only row 3, by 0.229.

    >>> merec(np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]])).weights.round(3).tolist()
    [0.697, 0.303]
    """
    logs = np.log(scaled / scaled.min(axis=0))
    total, k = logs.sum(axis=1), scaled.shape[1]
    performance = np.log1p(total / k)
    removed = np.log1p((total[:, None] - logs) / k)
    effect = np.abs(removed - performance[:, None]).sum(axis=0)
    return Learnt(shares(effect), {"removal_effect": effect})
