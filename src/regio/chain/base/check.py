"""Checks across the tables of a chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.names import SEGMENTED, listed
from regio.chain.base.schema import SETTINGS
from regio.contract.finding import Finding, Position, error, suggestion
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.base.build import Raw

ROUNDING = 1e-9
SHOWN = 20
KINDS_OF_SETTINGS: Mapping[str, type] = {
    **dict.fromkeys(("target", "home", "places", "name"), str),
    **dict.fromkeys(("stages", "chains", "labels", "verticals", "horizontals", "links", "business_model", "checklist", "layer"), list),
    "names": dict,
}
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
    problems += _edges(frames["edges"], raws.get("edges")) + _bounds(frames["segments"], raws.get("segments"))
    return problems + _other_names(frames["entities"], raws.get("entities"))


def checked_settings(settings: Mapping[str, Any]) -> list[Finding]:
    """Keys of the settings that are not known, and values of another kind than theirs."""
    where, problems = Position(SETTINGS), []
    for key, value in settings.items():
        if key not in KINDS_OF_SETTINGS:
            problems.append(error("chain.unknown_setting", where, key=key, keys=tuple(KINDS_OF_SETTINGS), near=suggestion(key, tuple(KINDS_OF_SETTINGS))))
        elif not isinstance(value, KINDS_OF_SETTINGS[key]):
            expected = Message(f"chain.setting_kind.{KINDS_OF_SETTINGS[key].__name__}")
            problems.append(error("chain.setting_type", where, key=key, found=str(value), expected=expected))
    return problems


def _other_names(entities: pd.DataFrame, raw: Raw | None) -> list[Finding]:
    """Other names that would stand for two entities."""
    if raw is None:
        return []
    owners = {name: name for name in entities["entity"]}
    problems: list[Finding] = []
    for i, row in enumerate(entities.to_dict("records")):
        for other in listed([row["aliases"]]):
            owner = owners.setdefault(other, row["entity"])
            if owner != row["entity"]:
                problems.append(error("chain.two_owners", raw.at(i, "aliases"), alias=other, first=owner, second=row["entity"]))
    return problems[:SHOWN]


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
