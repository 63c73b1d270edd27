"""What makes the score of a region: contributions, obstacles, change, peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.result import Provenance
from regio.indices._score import effective
from regio.indices.editions._edition import Edition, chosen_period, chosen_place, edition, ranks
from regio.indices.editions._shapley import Mask, shapley
from regio.indices.scale import Floats


@dataclass(frozen=True, slots=True)
class Made:
    """Fields of ``Profile``."""

    contributions: pd.DataFrame
    levels: pd.DataFrame
    peers: pd.DataFrame
    place: str
    at: str
    since: str
    additive: bool
    score: float
    reference: float
    before: float
    provenance: Provenance
    findings: tuple[Finding, ...]


def make(data: Any, of: Any, place: str, *, at: Any, since: Any, peers: int, draws: int, seed: int) -> Made:
    found = edition(data, of, "profile", at)
    who = chosen_place(found, place, found.at, "profile")
    rows = found.rows(found.at)
    own_row = found.row(who, found.at)
    earlier = _earlier(found, who, since)
    own, reference = found.values[own_row], found.values[rows].mean(axis=0)
    additive = found.plan.aggregate == "arithmetic" and found.part.frontier is None
    generator = np.random.default_rng(seed)
    gap, exact = _split(found, reference, own, additive, draws, generator)
    before = None if earlier is None else found.values[found.row(who, earlier)]
    change, _ = (np.full(len(own), np.nan), True) if before is None else _split(found, before, own, additive, draws, generator)
    scored = found.applied(found.values[rows])
    place_in = int(np.flatnonzero(rows == own_row)[0])
    score, weights = float(scored.scores[place_in]), effective(found.part, found.plan)
    if scored.own is not None:
        weights = scored.own[place_in]
    frame = pd.DataFrame(
        {
            "dimension": list(found.rules.dimensions),
            "value": own,
            "scaled": scored.scaled[place_in],
            "mean_scaled": scored.scaled.mean(axis=0),
            "rank": [int(ranks(scored.scaled[:, j])[place_in]) for j in range(len(own))],
            "weight": weights,
            "contribution": weights * scored.scaled[place_in] if found.plan.aggregate == "arithmetic" else np.full(len(own), np.nan),
            "gap": gap,
            "obstacle": _obstacles(found, own, score),
            "before": np.full(len(own), np.nan) if before is None else before,
            "change": change,
        },
        index=pd.Index(found.names, name="indicator"),
    )
    nearest, frame_of_peers = _peers(found, rows, place_in, scored.scaled, scored.scores, weights, peers)
    findings = () if exact else (Finding("profile.sampled", {"indicators": len(own), "orders": 2 * max(draws, 1)}, "note"),)
    return Made(
        contributions=frame,
        levels=_levels(found, [who, *nearest]),
        peers=frame_of_peers,
        place=str(who),
        at=str(found.at),
        since="" if earlier is None else str(earlier),
        additive=additive,
        score=score,
        reference=float(found.applied(reference[None]).scores[0]),
        before=float("nan") if before is None else float(found.applied(before[None]).scores[0]),
        provenance=Provenance(columns=found.hashes),
        findings=findings,
    )


def _earlier(found: Edition, who: Any, since: Any) -> Any:
    """The earlier period in which the region stands; None where there is none and none was asked for."""
    periods = sorted(set(found.period[found.who == who].tolist()))
    if since is None:
        return next((p for p in periods if p != found.at), None) if periods and periods[0] != found.at else None
    wanted = chosen_period(found.period, since, "profile")
    if found.row(who, wanted) is None or wanted == found.at:
        raise ArgumentError(error("profile.since", found=str(since), periods=tuple(str(p) for p in periods if p != found.at)))
    return wanted


def _split(found: Edition, start: Floats, stop: Floats, additive: bool, draws: int, generator: np.random.Generator) -> tuple[Floats, bool]:
    """The difference of two rows' scores, split over the indicators."""
    if additive:
        weights = effective(found.part, found.plan)
        scaled = found.applied(np.array([start, stop])).scaled
        return weights * (scaled[1] - scaled[0]), True

    def value(masks: Mask) -> Floats:
        return found.applied(np.where(masks, stop, start)).scores

    return shapley(value, len(start), draws, generator)


def _obstacles(found: Edition, own: Floats, score: float) -> Floats:
    """(k,) what the score would gain if one indicator were the best among the rows that the rules were made for, as a share of the sum of gains."""
    rows = found.values if found.rules.periods is None else found.values[found.rows(found.at)]
    scaled = found.applied(rows).scaled
    best = rows[np.argmax(scaled, axis=0), np.arange(rows.shape[1])]
    raised = np.where(np.eye(len(own), dtype=bool), best, own)
    gains = np.maximum(found.applied(raised).scores - score, 0.0)
    total = gains.sum()
    return gains / total if total > 0 else np.full(len(own), np.nan)


def _levels(found: Edition, names: list[Any]) -> pd.DataFrame:
    """Score and rank of some regions in each period, by the rules of that period."""
    rows = []
    for period in sorted(set(found.period.tolist())):
        here, scores = found.rows(period), found.scores(period)
        order = ranks(scores)
        rows += [(str(found.who[here[i]]), str(period), float(scores[i]), int(order[i]), len(here)) for i in range(len(here)) if found.who[here[i]] in names]
    frame = pd.DataFrame(rows, columns=["region", "period", "score", "rank", "n"])
    place = {str(name): i for i, name in enumerate(names)}
    return frame.sort_values("region", key=lambda column: column.map(place), kind="stable").set_index(["region", "period"])


def _peers(found: Edition, rows: Any, own: int, scaled: Floats, scores: Floats, weights: Floats, peers: int) -> tuple[list[Any], pd.DataFrame]:
    """The regions whose scaled indicators are nearest, by the weighted Euclidean distance, nearest first."""
    distance = np.sqrt((weights * (scaled - scaled[own]) ** 2).sum(axis=1))
    order = [i for i in np.lexsort((np.arange(len(rows)), np.round(distance, 12))) if i != own][:peers]
    names = [found.who[rows[i]] for i in order]
    frame = {"distance": distance[order], "score": scores[order], "rank": ranks(scores)[order]}
    return names, pd.DataFrame(frame, index=pd.Index([str(name) for name in names], name="region"))
