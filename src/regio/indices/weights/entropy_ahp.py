"""Improved entropy weights (改进熵值法，熵权与层次分析结合): ratios of divergences on the scale 1 to 9, then AHP. Pure functions."""

from __future__ import annotations

import math

import numpy as np

from regio.indices.scale import Floats
from regio.indices.weights.ahp import ahp
from regio.indices.weights.entropy import divergences, entropy
from regio.indices.weights.learnt import Learnt

TOP = 9  # of Saaty's scale


def mapped_scale(ratio: float) -> tuple[int, float, Floats]:
    """The scale onto which ratios of divergences are mapped.

    Parameters
    ----------
    ratio : D, the largest ratio of two divergences, at least 1

    Returns
    -------
    tuple
        α, the top step (nearest integer to D, at most 9); R = (D/α)^(1/(α − 1)), 1 where α is 1; the values k R^(k − 1) of the steps 1 to α, so that step
        1 stands for equal and step α for D

    Examples
    --------
    >>> steps, base, values = mapped_scale(26.0)
    >>> steps, round(base, 4), round(float(values[-1]), 6)
    (9, 1.1418, 26.0)
    """
    top = TOP if ratio > TOP else max(math.floor(ratio + 0.5), 1)
    base = (ratio / top) ** (1 / (top - 1)) if top > 1 else 1.0
    steps = np.arange(1, top + 1)
    return top, base, steps * base ** (steps - 1.0)


def judgement_of(divergence: Floats, nearest: str = "absolute") -> tuple[Floats, dict[str, float], Floats]:
    """The judgement matrix (k, k), the facts D, alpha, R, and the mapped scale, from positive divergences (k,).

    ``nearest``: a ratio takes the step whose mapped value is nearest, as an absolute difference or in logs; ties take the smaller step.
    """
    ratio = float(divergence.max() / divergence.min())
    top, base, values = mapped_scale(ratio)
    pairs = np.maximum(divergence[:, None] / divergence, divergence / divergence[:, None])
    off = np.abs(np.log(values) - np.log(pairs[..., None])) if nearest == "log" else np.abs(values - pairs[..., None])
    step = 1.0 + _first_least(off)
    larger = divergence[:, None] >= divergence
    return np.where(larger, step, 1 / step), {"D": ratio, "alpha": float(top), "R": base}, values


def _first_least(off: Floats) -> Floats:
    """The first step whose distance is the least up to rounding."""
    least = off.min(axis=-1, keepdims=True)
    found: Floats = (off <= least + 1e-12 * np.maximum(least, 1.0)).argmax(axis=-1).astype(float)
    return found


def entropy_ahp(scaled: Floats, nearest: str = "absolute", shift: float = 0.0) -> Learnt:
    """Weights from entropies by way of a judgement matrix.

    Parameters
    ----------
    scaled : (n, k), not negative, every column varies

    Returns
    -------
    Learnt
        with columns ``entropy``, ``divergence`` and ``entropy_weight`` (without the detour), and the facts of ``judgement_of`` and of ``ahp``
    """
    return from_divergences(divergences(scaled, shift), nearest)


def from_divergences(divergence: Floats, nearest: str = "absolute") -> Learnt:
    """The same from divergences (k,); those that are zero have no weight and no place in the matrix."""
    columns = {"entropy": 1 - divergence, "divergence": divergence, "entropy_weight": entropy(divergence)}
    varies = divergence > 0
    if not varies.any():
        return Learnt(np.full(len(divergence), np.nan), columns)
    matrix, facts, _ = judgement_of(divergence[varies], nearest)
    found = ahp(matrix)
    weights = np.zeros(len(divergence))
    weights[varies] = found.weights
    whole = np.full((len(divergence), len(divergence)), np.nan)
    whole[np.ix_(varies, varies)] = matrix
    return Learnt(weights, columns, facts | dict(found.facts), whole)
