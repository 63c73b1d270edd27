"""Scale, weigh, add up, in the scope that was asked for. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regio.indices.scale import Floats, min_max

Scope = Literal["pooled", "by_period", "pooled_scale"]
Rows = NDArray[np.intp] | slice
Weigh = Callable[[Floats, NDArray[np.bool_]], tuple[Floats, Floats | None]]  # scaled (n, k), constant (k,) → weights (k,), divergences (k,) or None
ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Scored:
    """For P parts (periods, or 1), N rows, k indicators, d headings: ``low``, ``high`` (1 or P, k); ``constant``, ``weights``, ``divergences``
    (P, k); ``scores`` (N,); ``sub_scores`` (d, N), nan where the weights of a heading are all zero.
    """

    low: Floats
    high: Floats
    weights: Floats
    divergences: Floats | None
    scores: Floats
    sub_scores: Floats


def score(
    values: Floats,
    negative: NDArray[np.bool_],
    weigh: Weigh,
    *,
    parts: Sequence[Rows] = (ALL,),
    scope: Scope = "pooled",
    headings: Sequence[Sequence[int]] = (),
) -> Scored:
    """Scores Σ_j w_j z_j of the rows and, for each heading d (a list of columns), Σ_{j∈d} w_j z_j / Σ_{j∈d} w_j.

    Parameters
    ----------
    values : (N, k), finite
    negative : (k,), True where less is better
    weigh : from scaled values, and which columns could not be scaled because they are constant, to weights and divergences
    parts : rows of each period; one part of all rows under ``pooled``
    scope : ``by_period``: scale and weights inside each part; ``pooled_scale``: one scale, weights inside each part
    headings : columns of each heading
    """
    pooled = min_max(values, negative) if scope != "by_period" else None
    low, high, weights, divergences = [], [], [], []
    scores, sub_scores = np.empty(len(values)), np.empty((len(headings), len(values)))
    for rows in parts:
        scaled = pooled or min_max(values[rows], negative)
        z = scaled.values if pooled is None or rows is ALL else scaled.values[rows]
        weight, divergence = weigh(z, scaled.constant)
        scores[rows] = add_up(z, weight, range(len(weight)))
        for d, columns in enumerate(headings):
            total = weight[list(columns)].sum()
            sub_scores[d, rows] = add_up(z, weight, columns) / total if total > 0 else np.nan
        low.append(scaled.low)
        high.append(scaled.high)
        weights.append(weight)
        divergences.append(divergence)
    bounds = (np.array(low), np.array(high)) if pooled is None else (pooled.low[None], pooled.high[None])
    learnt = [d for d in divergences if d is not None]
    return Scored(*bounds, np.array(weights), np.array(learnt) if learnt else None, scores, sub_scores)


def add_up(scaled: Floats, weights: Floats, columns: Sequence[int]) -> Floats:
    """(n,) Σ_j w_j z_j over some columns, in their order, so that the sum does not depend on threads."""
    total, term = np.zeros(len(scaled)), np.empty(len(scaled))
    for j in columns:
        if weights[j]:
            total += np.multiply(scaled[:, j], weights[j], out=term)
    return total
