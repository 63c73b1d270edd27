"""The fields of ``IndexUncertainty``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.contract.result import Provenance
from regio.indices.uncertainty._question import ask, hashes, periods_of, runs_of
from regio.indices.uncertainty._runs import places_by_period
from regio.indices.uncertainty._summary import (
    alternative_frame,
    rank_frame,
    region_frame,
    run_frame,
    score_frame,
    sensitivity,
    sensitivity_frame,
    shifts,
    sources_of,
)
from regio.indices.uncertainty._weights import removal_frame, weight_frame


@dataclass(frozen=True, slots=True)
class Made:
    """Fields of ``IndexUncertainty``."""

    ranks: pd.DataFrame
    scores: pd.DataFrame
    acceptability: pd.DataFrame
    sensitivity: pd.DataFrame
    by_region: pd.DataFrame
    alternatives: pd.DataFrame
    runs: pd.DataFrame
    weights: pd.DataFrame | None
    removals: pd.DataFrame | None
    at: str
    exact: bool
    provenance: Provenance
    findings: tuple[Finding, ...]


def make(data: Any, of: Any, variations: Any, *, options: Mapping[str, Any], level: float, at: Any, draws: int, seed: int, engine: Any) -> Made:
    kind = "index_uncertainty"
    asked = ask(data, of, variations, **options, draws=draws, kind=kind)
    question, keys = asked.question, asked.keys
    periods, rows, chosen = periods_of(keys, at, kind)
    base = question.learn(0)
    runs = runs_of(asked, draws, seed, rows, engine)
    ranks = places_by_period(runs.scores, periods)
    nominal = places_by_period(runs.nominal[None], periods)[0]
    rank, acceptability = rank_frame(keys, ranks, nominal, periods, level)
    sources = sources_of(question, asked.noise is not None)
    found = sensitivity(question, runs, ranks, nominal, rows)
    run = run_frame(question, runs, shifts(ranks[:, rows], nominal[rows]))
    weights = weight_frame(base, rows) if question.weighed else None
    regions = keys["unit" if "unit" in keys else "region"].to_numpy(dtype=object)
    removals = removal_frame(base, regions, rows) if question.weighed else None
    return Made(
        ranks=rank,
        scores=score_frame(keys, runs.scores, runs.nominal, level),
        acceptability=acceptability,
        sensitivity=sensitivity_frame(sources, [*question.shape, *([0] if asked.noise else [])], found, level),
        by_region=region_frame(keys, sources, found, rows),
        alternatives=alternative_frame(question, run),
        runs=run,
        weights=weights,
        removals=removals,
        at=str(chosen),
        exact=asked.exact,
        provenance=Provenance(columns=hashes(data, asked)),
        findings=(*asked.findings, *_findings(rank.iloc[rows], weights, removals)),
    )


def _findings(ranks: pd.DataFrame, weights: pd.DataFrame | None, removals: pd.DataFrame | None) -> list[Finding]:
    wide = ranks["high"] - ranks["low"]
    found = []
    if (count := int((wide > len(ranks) / 3).sum())) and len(ranks) > 3:
        found.append(Finding("index_uncertainty.wide", {"count": count, "regions": len(ranks)}))
    if weights is not None and (silent := weights.index[(weights["correlation"] < 0) & (weights["weight"] > 0)].tolist()):
        found.append(Finding("index_uncertainty.against", {"columns": tuple(map(str, silent))}))
    if removals is not None and len(removals) and abs(removals["change"].iloc[0]) > 0.1 * np.abs(removals["weight"].iloc[0]):
        first = removals.iloc[0]
        values = {"region": str(removals.index[0]), "indicator": str(first["indicator"]), "weight": f"{first['weight']:.3f}"}
        found.append(Finding("index_uncertainty.influence", values | {"without": f"{first['without']:.3f}"}, "note"))
    return found
