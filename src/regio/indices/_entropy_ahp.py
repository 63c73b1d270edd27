"""Frames and findings of the improved entropy weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.indices._compute import Computed
from regio.indices.weights.entropy_ahp import TOP, mapped_scale

SAME = 1e-9  # weights this close are tied


def judgement_frame(found: Computed) -> pd.DataFrame:
    """The judgement matrices with their weights, by indicator (period and indicator); nan for an indicator without divergence."""
    assert found.scored is not None
    assert found.rules is not None
    names = list(found.rules.indicators)
    empty = np.full((len(names), len(names)), np.nan)
    rows = np.vstack([empty if lesson.learnt.matrix is None else lesson.learnt.matrix for lesson in found.scored.lessons])
    return pd.DataFrame(rows, index=found.weights.index, columns=names).assign(weight=found.weights["weight"])


def mapping_frame(facts: pd.DataFrame) -> pd.DataFrame:
    """By part: the ratio of divergences that each step stands for; nan above α."""
    rows = np.full((len(facts), TOP), np.nan)
    for i, ratio in enumerate(facts["D"]):
        top, _, values = mapped_scale(float(ratio))
        rows[i, :top] = values
    return pd.DataFrame(rows, index=facts.index, columns=[str(step) for step in range(1, TOP + 1)])


def findings(found: Computed) -> tuple[Finding, ...]:
    """Where rounding to steps ties indicators that entropy tells apart, or makes all alike."""
    weights, plain = (found.weights[name].to_numpy().reshape(len(found.facts), -1) for name in ("weight", "entropy_weight"))
    said = []
    if (found.facts["alpha"] == 1).any():
        said.append(Finding("entropy_ahp_weights.all_equal", {"ratio": f"{found.facts['D'].min():.3g}"}))
    ties = sum(_ties(a, b) for a, b in zip(weights, plain, strict=True))
    if ties:
        said.append(Finding("entropy_ahp_weights.ties", {"count": ties}, "note"))
    return tuple(said)


def _ties(weights: np.ndarray, plain: np.ndarray) -> int:
    """Pairs of indicators that have the same weight here and different entropy weights."""
    first, second = np.triu_indices(len(weights), 1)
    used = (weights[first] > 0) & (weights[second] > 0)
    return int((used & (np.abs(weights[first] - weights[second]) < SAME) & (np.abs(plain[first] - plain[second]) > SAME)).sum())
