"""Weights from principal components (主成分法权重). Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.critic import correlations
from regio.indices.weights.learnt import Learnt, shares

NEAR_ONE = 1e-9  # an eigenvalue this little above one is one, up to rounding


def components_of(correlation: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (k,) in descending order and eigenvectors (k, k) as columns, each signed so that its elements sum to a positive number.

    Where they sum to zero, the largest element in absolute value is made positive.
    """
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    sums = vectors.sum(axis=0)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    sign = np.where(np.where(np.abs(sums) > NEAR_ONE, sums, largest) < 0, -1.0, 1.0)
    return values, vectors * sign


def kept(values: Floats, rule: str | int | float = "kaiser") -> int:
    """How many components are kept: ``kaiser``: eigenvalues above one, at least one; a share below one: the fewest that explain it; a count."""
    if rule == "kaiser":
        return max(int((values > 1 + NEAR_ONE).sum()), 1)
    if isinstance(rule, float) and rule < 1:
        return int(np.searchsorted(np.cumsum(values) / values.sum(), rule - NEAR_ONE) + 1)
    return int(rule)


def pca(scaled: Floats) -> Learnt:
    """Weights in proportion to Σ_c λ_c |a_cj| over the components with λ > 1, a_c their eigenvectors in the correlation matrix.

    Parameters
    ----------
    scaled : (n, k), every column varies

    Examples
    --------
    Two indicators always share the first component equally.

    >>> pca(np.array([[0.0, 0.1], [0.4, 0.3], [1.0, 1.0]])).weights.round(6).tolist()
    [0.5, 0.5]
    """
    values, vectors = components_of(correlations(scaled))
    k = kept(values)
    size: Floats = np.abs(vectors[:, :k]) @ values[:k]
    return Learnt(shares(size), {}, {"components": float(k), "variance_share": float(values[:k].sum() / values.sum())})
