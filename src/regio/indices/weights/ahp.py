"""The analytic hierarchy process (层次分析法): weights from a matrix of pairwise judgements. Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import Learnt, shares
from regio.indices.weights.random_index import random_index

ACCEPTED = 0.1  # Saaty's limit of the consistency ratio


def ahp(judgement: Floats) -> Learnt:
    """Weights from the principal eigenvector of a judgement matrix.

    Parameters
    ----------
    judgement : (k, k), positive, a_ji = 1/a_ij

    Returns
    -------
    Learnt
        with facts ``lambda_max``, ``consistency_index`` (λ − k)/(k − 1), ``random_index`` and its Monte Carlo error, ``consistency_ratio``

    Notes
    -----
    A matrix of one or two indicators is always consistent: its ratio is zero. Saaty (1980), The analytic hierarchy process.

    Examples
    --------
    >>> ahp(np.array([[1.0, 3.0], [1 / 3, 1.0]])).weights.round(6).tolist()
    [0.75, 0.25]
    """
    k = len(judgement)
    values, vectors = np.linalg.eig(judgement)
    first = int(values.real.argmax())
    lambda_max = float(values[first].real)
    index = max(lambda_max - k, 0.0) / (k - 1) if k > 2 else 0.0
    mean, error = random_index(k)
    ratio = index / mean if k > 2 else 0.0
    facts = {"lambda_max": lambda_max, "consistency_index": index, "random_index": mean, "random_index_error": error, "consistency_ratio": ratio}
    return Learnt(shares(np.abs(vectors[:, first].real)), {}, facts, judgement)


def completed(rows: tuple[tuple[float, ...], ...], k: int) -> Floats:
    """The full matrix (k, k) from all its rows, or from those above the diagonal: k − 1 numbers, then k − 2, down to one.

    Examples
    --------
    >>> completed(((2.0, 4.0), (2.0,)), 3).tolist()
    [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
    """
    if len(rows) == k:
        return np.array(rows, dtype=float)
    matrix = np.ones((k, k))
    for i, row in enumerate(rows):
        matrix[i, i + 1 :] = row
        matrix[i + 1 :, i] = 1 / np.array(row)
    return matrix
