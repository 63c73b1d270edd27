"""Weights of several schemes made into one (组合赋权). Pure functions."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.learnt import shares


def combined(weights: Floats, how: str = "mean") -> tuple[Floats, Floats]:
    """One set of weights out of several.

    Parameters
    ----------
    weights : (m, k), each row sums to one
    how : ``mean``; ``product``: in proportion to the products (乘法合成归一化); ``game``: the mixture nearest to all of them (博弈论组合赋权)

    Returns
    -------
    tuple
        weights (k,), and the part of each scheme (m,) in the mixture; nan under ``product``

    Notes
    -----
    Under ``game`` the parts α solve Σ_l α_l w_m·w_l = w_m·w_m for every scheme m, by least squares, and |α| is divided by its sum.

    Examples
    --------
    >>> combined(np.array([[0.5, 0.5], [0.9, 0.1]]))[0].round(6).tolist()
    [0.7, 0.3]
    >>> combined(np.array([[0.5, 0.5], [0.9, 0.1]]), "product")[0].round(6).tolist()
    [0.9, 0.1]
    """
    if how == "product":
        return shares(weights.prod(axis=0)), np.full(len(weights), np.nan)
    parts = np.full(len(weights), 1 / len(weights))
    if how == "game":
        products = weights @ weights.T
        parts = shares(np.abs(np.linalg.lstsq(products, np.diag(products), rcond=None)[0]))
    return parts @ weights, parts
