"""Checks across the tables of a chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from regio.chain.base.names import SEGMENTED, listed
from regio.contract.finding import Finding, error, suggestion

if TYPE_CHECKING:
    from regio.chain.base.build import Raw

ROUNDING = 1e-9
SHOWN = 20
KEYS = {
    "segments": ["segment"],
    "edges": ["from", "to"],
    "firms": ["firm", "region", "segment", "period"],
    "entities": ["entity"],
    "presence": ["place", "segment"],
}


def cross_checked(frames: Mapping[str, pd.DataFrame], raws: Mapping[str, Raw]) -> list[Finding]:
    """What is wrong between tables: unknown segments, rows that stand twice, shares of a buyer above one, bounds the wrong way round."""
    problems: list[Finding] = []
    known = tuple(frames["segments"]["segment"])
    there = set(known)
    for table, column in (*SEGMENTED, ("policies", "segments")):
        raw = raws.get(table)
        if raw is None:
            continue
        cells = frames[table][column]
        bad = {cell for cell in cells.unique() if any(part not in there for part in (listed([cell]) if column == "segments" else [cell]) if part)}
        for i in np.flatnonzero(cells.isin(bad).to_numpy())[:SHOWN]:
            found = next(part for part in (listed([cells.iloc[i]]) if column == "segments" else [cells.iloc[i]]) if part not in there)
            problems.append(error("chain.unknown_segment", raw.at(int(i), column), found=found, known=known[:30], near=suggestion(found, known)))
    known_facts = set(frames["facts"]["id"])
    for i in np.flatnonzero([bool(x) and x not in known_facts for x in frames["mapping"]["id"]]) if "mapping" in raws else ():
        problems.append(error("chain.unknown_fact", raws["mapping"].at(int(i), "id"), found=str(frames["mapping"]["id"].iloc[i])))
    for table, keys in KEYS.items():
        raw = raws.get(table)
        for i in np.flatnonzero(frames[table].duplicated(keys).to_numpy())[:SHOWN] if raw is not None else ():
            row = " → ".join(str(frames[table][key].iloc[i]) for key in keys if str(frames[table][key].iloc[i]))
            problems.append(error("chain.twice", raw.at(int(i)), found=row, column=", ".join(keys)))  # type: ignore[union-attr]
    return problems + _edges(frames["edges"], raws.get("edges")) + _bounds(frames["segments"], raws.get("segments"))


def _edges(edges: pd.DataFrame, raw: Raw | None) -> list[Finding]:
    if raw is None or not len(edges):
        return []
    problems = [
        error("chain.self_loop", raw.at(int(i)), segment=str(edges["from"].iloc[i])) for i in np.flatnonzero((edges["from"] == edges["to"]).to_numpy())[:SHOWN]
    ]
    total = edges.groupby("to", sort=False)["cost_share"].sum()
    for buyer in total.index[total > 1 + ROUNDING]:
        row = int(np.flatnonzero((edges["to"] == buyer).to_numpy())[-1])
        problems.append(error("chain.cost_shares", raw.at(row, "cost_share"), buyer=str(buyer), total=float(total[buyer])))
    return problems


def _bounds(segments: pd.DataFrame, raw: Raw | None) -> list[Finding]:
    if raw is None:
        return []
    wrong = (segments["import_low"] > segments["import_high"]).to_numpy()
    return [
        error(
            "chain.bounds",
            raw.at(int(i), "import_low"),
            segment=str(segments["segment"].iloc[i]),
            low=float(segments["import_low"].iloc[i]),
            high=float(segments["import_high"].iloc[i]),
        )
        for i in np.flatnonzero(wrong)[:SHOWN]
    ]
