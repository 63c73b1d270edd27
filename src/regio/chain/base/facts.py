"""Facts: values as numbers or ranges, what a fact must have, and what is marked on it wherever it is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.schema import KINDS, NUMERIC_KINDS
from regio.contract.finding import Finding, error, suggestion

if TYPE_CHECKING:
    from regio.chain.base.build import Raw

UNDATED = ("", "undated", "n.d.", "无日期", "未注明", "日期不详")
NO_SOURCE = ("", "none given", "none", "unknown", "no source", "n/a", "-", "—", "无", "无来源", "未注明", "来源不详")
RANGE = re.compile(r"^\s*([-−+]?[\d.,]+)\s*(?:-|–|—|~|to|至)\s*([\d.,]+)\s*$")
YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?")


def read_facts(facts: pd.DataFrame, raw: Raw | None) -> tuple[pd.DataFrame, list[Finding], list[Finding]]:
    """The facts with ``number``, ``low``, ``high``, ``year``, ``sourced`` and ``dated``; mistakes; notes."""
    problems: list[Finding] = []
    rows = [_parsed(str(value)) for value in facts["value"]]
    facts = facts.assign(number=np.array([r[0] for r in rows], float), low=np.array([r[1] for r in rows], float), high=np.array([r[2] for r in rows], float))
    facts["kind"] = [kind or ("" if low == low else "relation") for kind, low in zip(facts["kind"], facts["low"], strict=True)]
    facts["year"] = np.array([year_of(str(p)) for p in facts["period"]], float)
    facts["sourced"] = ~facts["source"].astype(str).str.lower().isin(NO_SOURCE)
    facts["dated"] = facts["year"].notna()
    if raw is None or not len(facts):
        return facts, [], []
    for i, fact in enumerate(facts.itertuples(index=False)):
        problems += _problems(fact, raw, i)
    again = np.flatnonzero(facts["id"].duplicated().to_numpy()).tolist()
    problems += [error("chain.twice", raw.at(row, "id"), found=str(facts["id"].iloc[row]), column="id") for row in again]
    notes = []
    for code in ("sourced", "dated"):
        bare = facts.loc[~facts[code], "id"]
        if len(bare):
            notes.append(
                Finding(f"chain.not_{code}", {"count": len(bare), "total": len(facts), "ids": tuple(bare[:8]) + (("…",) if len(bare) > 8 else ())}, "note")
            )
    return facts, problems, notes


def _problems(fact: Any, raw: Raw, i: int) -> list[Finding]:
    found = []
    if fact.kind not in KINDS:
        found.append(error("chain.not_a_choice", raw.at(i, "kind"), column="kind", found=fact.kind, choices=KINDS, near=suggestion(fact.kind, KINDS)))
    if fact.kind in NUMERIC_KINDS and fact.low != fact.low:
        found.append(error("chain.not_a_number", raw.at(i, "value"), column="value", found=fact.value))
    if fact.low == fact.low and not fact.unit:
        found.append(error("chain.no_unit", raw.at(i, "unit"), id=fact.id, value=fact.value))
    if fact.kind == "outlook" and not fact.scenario:
        found.append(error("chain.no_scenario", raw.at(i, "scenario"), id=fact.id))
    return found


def _parsed(value: str) -> tuple[float, float, float]:
    """Number, low and high of a written value; a range has no number."""
    plain = value.strip().replace("−", "-")
    try:
        number = float(plain.replace(",", "").rstrip("%"))
    except ValueError:
        found = RANGE.match(value)
        if not found:
            return np.nan, np.nan, np.nan
        try:
            return np.nan, float(found[1].replace(",", "")), float(found[2].replace(",", ""))
        except ValueError:
            return np.nan, np.nan, np.nan
    return number, number, number


def year_of(period: str) -> float:
    """The first year that a period names, with the month as its fraction."""
    found = YEAR.search(period)
    if not found:
        return np.nan
    return int(found[1]) + ((int(found[2]) - 1) / 12 if found[2] else 0.0)


def marks(fact: Any) -> tuple[str, ...]:
    """What must be said of a fact wherever it is shown: words of the catalogue under ``chain.mark``."""
    found = [] if fact["sourced"] else ["no_source"]
    if not fact["dated"]:
        found.append("undated")
    if fact["scenario"]:
        found.append("scenario")
    if fact["flag"]:
        found.append("flagged")
    return tuple(found)
