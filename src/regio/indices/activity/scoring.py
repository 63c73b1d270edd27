"""The score of agglomeration: entropy weights over the measures of the regions that have a firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.indices.scale import Floats, min_max
from regio.indices.weights.entropy import divergences, entropy

FALLING = -0.5  # correlation of the Herfindahl index with the number of firms below which it measures few firms


@dataclass(frozen=True, slots=True)
class Scores:
    scores: Floats
    weights: pd.DataFrame
    findings: tuple[Finding, ...]


def scored(values: Floats, periods: Any, names: Sequence[str], *, no_firm: str, scope: str) -> Scores:
    """Scores (n,) of measures (n, k); rows with a missing measure are left out of scale and weights, or count as zero.

    Raises
    ------
    ArgumentError
        for a scope by period without periods
    EstimationError
        where no measure varies, in all or in a period
    """
    if scope != "pooled" and periods is None:
        raise ArgumentError(error("contract.no_period", kind="agglomeration", argument=f'scope = "{scope}"'))
    filled = np.nan_to_num(values) if no_firm == "zero" else values
    known = np.isfinite(filled).all(axis=1)
    if known.sum() < 2:
        raise EstimationError(error("agglomeration.one_region", count=int(known.sum())))
    levels = [None] if scope == "pooled" else list(np.unique(periods[known]))
    whole = min_max(np.asfortranarray(filled[known]), np.zeros(len(names), bool))
    scores, frames, flat = np.full(len(values), np.nan), [], set()
    for level in levels:
        rows = np.flatnonzero(known if level is None else known & (periods == level))
        own = min_max(np.asfortranarray(filled[rows]), np.zeros(len(names), bool))
        scaled = own if scope == "by_period" else whole
        z = own.values if scope == "by_period" else whole.values[np.searchsorted(np.flatnonzero(known), rows)]
        divergence = np.where(own.constant, 0.0, divergences(z) if len(rows) > 1 else 0.0)
        if not divergence.sum() > 0:
            raise EstimationError(error("agglomeration.all_constant", period="" if level is None else f" ({level})"))
        flat |= {name for name, constant in zip(names, own.constant, strict=True) if constant}
        weight = entropy(divergence)
        scores[rows] = (z * weight).sum(axis=1)
        frame = pd.DataFrame({"weight": weight, "entropy": 1 - divergence, "divergence": divergence, "low": scaled.low, "high": scaled.high})
        frames.append(frame.set_axis(pd.Index(names, name="measure")))
    weights = frames[0] if scope == "pooled" else pd.concat(dict(zip(levels, frames, strict=True)), names=["period"])
    constant = tuple(name for name in names if name in flat)
    return Scores(scores, weights, (Finding("agglomeration.constant", {"measures": constant}),) if constant else ())


def doubts(scores: pd.DataFrame, denominator: str) -> list[Finding]:
    """Where the Herfindahl index falls with the number of firms, it measures that number."""
    known = scores[["herfindahl", "n_firms"]].dropna()
    if denominator != "region" or len(known) < 3 or known["herfindahl"].nunique() < 2 or known["n_firms"].nunique() < 2:
        return []
    r = float(np.corrcoef(known["herfindahl"], known["n_firms"])[0, 1])
    return [Finding("agglomeration.few_firms_first", {"r": round(r, 3)})] if r < FALLING else []
