"""From a call of ``index`` or ``entropy_weights`` to frames: weights, bounds, scores, and what a reader should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.compute.fingerprint import of_column
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.method import HASHED_ROWS
from regio.contract.result import Provenance
from regio.indices._cells import cells
from regio.indices._indicators import Indicator, choose
from regio.indices._score import ALL, Scope, Scored, Weigh, score
from regio.indices.scale import Floats, is_constant
from regio.indices.weights.entropy import divergences, entropy
from regio.indices.weights.equal import equal
from regio.indices.weights.given import given

DECIMALS = 9  # scores that agree to this many decimals share a rank


@dataclass(frozen=True, slots=True)
class Weighed:
    """Frames as the result classes describe them, without scores."""

    weights: pd.DataFrame
    bounds: pd.DataFrame
    provenance: Provenance
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Computed(Weighed):
    """The same with scores."""

    scores: pd.DataFrame


def compute(
    data: Any,
    indicators: tuple[str, ...] | None,
    *,
    directions: Any,
    dimensions: Any,
    scope: Scope,
    weights: str | Mapping[str, float] = "entropy",
    shift: float = 0.0,
    kind: str,
) -> Computed:
    """Reads the cells, learns scale and weights in the scope, and adds up."""
    if not 0 <= shift < float("inf"):
        raise ArgumentError(error("index.shift", found=f"{shift:g}"))
    if scope != "pooled" and data.keys.period is None:
        raise ArgumentError(error("contract.no_period", kind=kind, argument=f'scope = "{scope}"'))
    chosen, notes = choose(data, indicators, directions, dimensions)
    names = tuple(i.name for i in chosen)
    weigh = _scheme(data, names, weights, shift)
    found = cells(data, names, scope != "pooled")
    negative = np.array([i.direction == "negative" for i in chosen])
    headings = {d: [j for j, i in enumerate(chosen) if i.dimension == d] for d in dict.fromkeys(i.dimension for i in chosen if i.dimension)}
    parts = [ALL] if found.parts is None else list(found.parts.values())
    scored = score(found.values, negative, weigh, parts=parts, scope=scope, headings=list(headings.values()))
    periods = None if found.parts is None else tuple(found.parts)
    weights_of, bounds, findings = described(chosen, scored, periods, scope)
    columns = {"score": scored.scores} | dict(zip(headings, scored.sub_scores, strict=True))
    scores = pd.concat([found.keys, pd.DataFrame(columns, index=found.keys.index)], axis=1)
    hashes = {name: of_column(data.rows[name]) for name in names} if indicators is None and len(scores) <= HASHED_ROWS else {}
    return Computed(weights_of, bounds, Provenance(columns=hashes), (*notes, *findings), scores)


def described(
    chosen: Sequence[Indicator], scored: Scored, periods: tuple[Any, ...] | None, scope: Scope
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Finding, ...]]:
    """The frames of weights and of bounds, and what a reader should know.

    Raises
    ------
    EstimationError
        for weights that could not be learnt, or that rest on an indicator that cannot be scaled
    """
    names = tuple(i.name for i in chosen)
    _check(scored, names, periods)
    headings = tuple(dict.fromkeys(i.dimension for i in chosen if i.dimension))
    bounds = _frame({"low": scored.low, "high": scored.high}, names, periods if scope == "by_period" else None)
    return _weights_frame(chosen, scored, periods), bounds, tuple(_findings(scored, names, periods, scope, headings, chosen))


def rank(scores: pd.DataFrame) -> pd.DataFrame:
    """Keys and rank of each row: 1 is best, ties share the better rank, inside each period where there are periods."""
    rounded = scores["score"].round(DECIMALS)
    groups = rounded.groupby(scores["period"].to_numpy()) if "period" in scores else rounded
    keys = scores[[c for c in ("region", "unit", "period") if c in scores]]
    return keys.assign(rank=groups.rank(method="min", ascending=False).astype(np.int64))


def _scheme(data: Any, names: tuple[str, ...], weights: str | Mapping[str, float], shift: float) -> Weigh:
    def by_entropy(scaled: Floats, constant: NDArray[np.bool_]) -> tuple[Floats, Floats | None]:
        divergence = np.where(constant, 0.0, divergences(scaled, shift))
        return entropy(divergence), divergence

    if weights == "entropy":
        return by_entropy
    if weights == "equal":
        return lambda scaled, constant: (equal(constant), None)
    own = weights if isinstance(weights, Mapping) else {name: data.variable(name).weight for name in names}
    fixed = np.array(given(names, own))
    return lambda scaled, constant: (fixed, None)


def _check(scored: Scored, names: tuple[str, ...], periods: tuple[Any, ...] | None) -> None:
    """Weights that could not be learnt, or that rest on an indicator that cannot be scaled."""
    empty = np.isnan(scored.weights).any(axis=1)
    if empty.any() and periods is None:
        raise EstimationError(error("index.all_constant", columns=names))
    if empty.any():
        raise EstimationError(error("index.all_constant_in_period", columns=names, periods=_some(periods or (), empty)))
    stuck = (is_constant(scored.low, scored.high) & (scored.weights > 0)).any(axis=0)
    if stuck.any():
        raise EstimationError(error("index.constant_given", columns=_some(names, stuck)))


def _findings(
    scored: Scored, names: tuple[str, ...], periods: tuple[Any, ...] | None, scope: Scope, headings: tuple[str, ...], chosen: Sequence[Indicator]
) -> list[Finding]:
    found = []
    flat = is_constant(scored.low, scored.high) if scored.divergences is None else scored.divergences == 0
    if (always := flat.all(axis=0)).any():
        found.append(Finding("index.constant", {"columns": _some(names, always)}))
    for j in np.flatnonzero(flat.any(axis=0) & ~always):
        found.append(Finding("index.constant_in_period", {"column": names[j], "periods": _some(periods or (), flat[:, j])}))
    for heading in headings:
        columns = [j for j, i in enumerate(chosen) if i.dimension == heading]
        if (empty := scored.weights[:, columns].sum(axis=1) == 0).any():
            found.append(Finding("index.no_sub_score", {"dimension": heading, "count": int(empty.sum())}))
    if scope == "by_period":
        found.append(Finding("index.levels"))
    if scope == "pooled_scale":
        found.append(Finding("index.weights_differ", severity="note"))
    return found


def _some(names: Sequence[Any], mask: Any) -> tuple[str, ...]:
    return tuple(str(name) for name, true in zip(names, mask, strict=True) if true)


def _weights_frame(chosen: Sequence[Indicator], scored: Scored, periods: tuple[Any, ...] | None) -> pd.DataFrame:
    values = {"weight": scored.weights}
    if scored.divergences is not None:
        values |= {"entropy": 1 - scored.divergences, "divergence": scored.divergences}
    frame = _frame(values, tuple(i.name for i in chosen), periods)
    repeated = list(chosen) * (len(periods) if periods else 1)
    return frame.assign(direction=[i.direction for i in repeated], dimension=[i.dimension for i in repeated])


def _frame(values: Mapping[str, Floats], names: tuple[str, ...], periods: tuple[Any, ...] | None) -> pd.DataFrame:
    """Arrays (P, k) as columns, by indicator or by period and indicator."""
    single = pd.Index(names, name="indicator")
    index = single if periods is None else pd.MultiIndex.from_product([pd.Index(periods, name="period"), single])
    return pd.DataFrame({name: array.ravel() for name, array in values.items()}, index=index)
