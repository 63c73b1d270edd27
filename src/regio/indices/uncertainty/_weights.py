"""Nominal weights beside what indicators do to the scores, and the region whose removal moves a weight most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.indices._score import ALL, InadmissibleError, apply, effective, learn, score
from regio.indices.aggregate import AGGREGATES
from regio.indices.scale import Floats
from regio.indices.uncertainty._learning import Learned

WEIGHTS = ("weight", "correlation", "importance", "variance_share")
REMOVALS = ("indicator", "weight", "without", "change")


def weight_frame(found: Learned, rows: NDArray[np.intp]) -> pd.DataFrame:
    """By indicator, over the rows that are scored by one set of rules: ``weight``; ``correlation`` with the score; ``importance``: its square over the sum of
    squares; ``variance_share``: w cov(z, score)/var(score), which adds up to one where the score is Σ w z, else missing.
    """
    assert found.plan is not None
    assert found.scored is not None
    part = _part(found, rows)
    lesson = found.scored.lessons[part]
    here = np.arange(len(found.values))[found.parts[part]]
    made = apply(found.values[here], found.plan, lesson.rules)
    weights = effective(lesson.rules, found.plan)
    scaled, scores = made.scaled - made.scaled.mean(axis=0), made.scores - made.scores.mean()
    spread, own = np.sqrt((scaled**2).sum(axis=0)), np.sqrt((scores**2).sum())
    product = scaled.T @ scores
    correlation = np.divide(product, spread * own, out=np.full(len(weights), np.nan), where=spread * own > 0)
    squares = np.nan_to_num(correlation) ** 2
    adds_up = AGGREGATES[found.plan.aggregate].combine is AGGREGATES["arithmetic"].combine and made.own is None
    share = weights * product / own**2 if adds_up and own > 0 else np.full(len(weights), np.nan)
    values = (weights, correlation, squares / squares.sum() if squares.sum() > 0 else squares, share)
    return pd.DataFrame(dict(zip(WEIGHTS, values, strict=True)), index=pd.Index(found.names, name="indicator"))


def removal_frame(found: Learned, regions: NDArray[Any], rows: NDArray[np.intp]) -> pd.DataFrame:
    """By region, the largest move of a weight first: the indicator whose weight moves most when the region's rows are left out of what is learnt from.

    Empty where weights are not learnt, or where each row has its own.
    """
    assert found.plan is not None
    assert found.scored is not None
    part = _part(found, rows)
    rules = found.scored.lessons[part].rules
    empty = pd.DataFrame(columns=list(REMOVALS), index=pd.Index([], name="region", dtype=object))
    if found.plan.fixed is not None or rules.frontier is not None or found.plan.weigh is None:
        return empty
    whole, learnt_from = effective(rules, found.plan), np.zeros(len(found.values), bool)
    learnt_from[found.base if found.parts[part] is ALL else found.parts[part]] = True
    names, made = [], []
    for region in dict.fromkeys(regions[learnt_from].tolist()):
        without = _weights_of(found, regions != region, learnt_from)
        if np.isnan(without).any():
            continue
        j = int(np.argmax(np.abs(without - whole)))
        names.append(region)
        made.append((found.names[j], whole[j], without[j], without[j] - whole[j]))
    frame = pd.DataFrame(made, columns=list(REMOVALS), index=pd.Index(names, name="region", dtype=object)) if made else empty
    if not frame["change"].abs().gt(0).any():
        return empty
    return frame.iloc[np.argsort(-frame["change"].abs().to_numpy(float), kind="stable")]


def _weights_of(found: Learned, kept: NDArray[np.bool_], learnt_from: NDArray[np.bool_]) -> Floats:
    """(k,) the weights learnt without some rows; nan where nothing can be learnt."""
    assert found.plan is not None
    plan = replace(found.plan, best=np.full(found.plan.best.shape, np.nan))  # the values are turned already
    rows = np.flatnonzero(learnt_from & kept)
    if len(rows) < 2:
        return np.full(len(found.names), np.nan)
    try:
        if not found.one_scale:
            return effective(learn(found.values[rows], plan).rules, plan)
        places = np.flatnonzero(learnt_from[kept])
        weights: Floats = score(found.values[kept], plan, parts=(places,), one_scale=True).weights[0]
    except InadmissibleError:
        return np.full(len(found.names), np.nan)
    return weights


def _part(found: Learned, rows: NDArray[np.intp]) -> int:
    """The part in which some rows stand."""
    parts: Sequence[Any] = found.parts
    return next(i for i, part in enumerate(parts) if part is ALL or rows[0] in part)
