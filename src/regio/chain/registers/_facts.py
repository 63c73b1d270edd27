"""Search in facts, and how many there are of what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import said, table
from regio.chain.base.facts import marks
from regio.chain.base.model import Chain, Names, chosen
from regio.chain.base.names import listed
from regio.chain.base.schema import KINDS
from regio.contract.finding import Finding
from regio.exhibits.models import Cell, Exhibit, Table
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.registers.facts import Facts

SEARCHED = ("id", "subject", "attribute", "value", "unit", "period", "segment", "place", "source", "location", "hedge", "scenario")
SHOWN = [
    "id",
    "subject",
    "attribute",
    "value",
    "number",
    "low",
    "high",
    "unit",
    "period",
    "kind",
    "segment",
    "place",
    "source",
    "location",
    "hedge",
    "scenario",
    "chains",
    "flag",
    "reading",
]
MOST_ROWS = 400  # of a printed table


def compute(chain: Chain, words: tuple[str, ...], kinds: tuple[str, ...], unsourced: bool) -> tuple[dict[str, Any], list[Finding]]:
    for kind in kinds:
        chosen(kind, KINDS, "chain.unknown_fact_kind")
    every = chain.facts
    marked = [";".join(marks(row)) for row in every.to_dict("records")]
    keep = np.ones(len(every), bool)
    if words:
        text_of = _searchable(chain)
        for word in words:
            keep &= np.array([word.casefold() in found for found in text_of], bool)
    if kinds:
        keep &= every["kind"].isin(kinds).to_numpy()
    if unsourced:
        keep &= ~(every["sourced"] & every["dated"]).to_numpy(bool)
    found = every.loc[keep, SHOWN].assign(marks=np.array(marked, object)[keep]).reset_index(drop=True)
    whole = not (words or kinds or unsourced)
    notes = []
    mapping = chain.tables["mapping"] if "mapping" in chain.tables else pd.DataFrame(columns=["raw", "id", "subject", "attribute", "reason"])
    unmapped = mapping[mapping["id"] == ""]
    if len(unmapped) and whole:
        notes.append(Finding("chain.unmapped", {"count": len(unmapped), "ids": tuple(unmapped["raw"][:8])}, "note"))
    names = chain.words(
        [
            *found["subject"],
            *found["value"],
            *found["segment"],
            *found["place"],
            *found["attribute"],
            *found["unit"],
            *found["scenario"],
            *found["hedge"],
            *found["source"],
            *found["flag"],
            *unmapped["reason"],
            *listed(every["chains"].unique()),
        ]
    )
    return {"facts": found, "coverage": coverage(every), "unmapped": unmapped.reset_index(drop=True), "names": names}, notes


def _searchable(chain: Chain) -> list[str]:
    """The text of each fact in which words are looked for; with every name that its subject and place have."""
    aliases = {row["entity"]: " ".join((row["aliases"], row["name_en"], row["name_zh"])) for row in chain.entities.to_dict("records")}

    def others(name: str) -> str:
        return " ".join((aliases.get(name, ""), *chain.names.get(name, {}).values()))

    rows = chain.facts[list(SEARCHED)].astype(str)
    return [" ".join((*row, others(row[1]), others(row[6]), others(row[7]), others(row[2]))).casefold() for row in rows.itertuples(index=False, name=None)]


def coverage(facts: pd.DataFrame) -> pd.DataFrame:
    """How many facts there are of each kind and chain, and how many of them have a number, a source, a date."""
    rows: list[dict[str, Any]] = []
    parts: list[tuple[str, str, pd.DataFrame]] = [("kind", kind, facts[facts["kind"] == kind]) for kind in KINDS]
    parts += [("chain", tag, facts[[tag in listed([c]) for c in facts["chains"]]]) for tag in listed(facts["chains"].unique())]
    for by, name, part in [*parts, ("all", "all", facts)]:
        if len(part):
            rows.append(
                {
                    "by": by,
                    "name": name,
                    "facts": len(part),
                    "numbers": int(part["low"].notna().sum()),
                    "sourced": int(part["sourced"].sum()),
                    "dated": int(part["dated"].sum()),
                }
            )
    return pd.DataFrame(rows, columns=["by", "name", "facts", "numbers", "sourced", "dated"])


def exhibits(result: Facts) -> tuple[Exhibit, ...]:
    names = result.names
    shown = result.facts.head(MOST_ROWS)
    columns = {"subject": "words", "attribute": "words", "value": "with:unit", "period": "when", "source": "words", "marks": "codes:mark"}
    notes = [Message("chain.facts.note")]
    if len(result.facts) > MOST_ROWS:
        notes.append(Message("chain.first_rows", {"count": MOST_ROWS, "total": len(result.facts)}))
    made: list[Exhibit] = [_marked(table("facts", shown, columns, ["id"], Message("chain.facts.title"), names=names, notes=notes), shown, names)]
    numbers = {"facts": "count", "numbers": "count", "sourced": "count", "dated": "count"}
    words = {row["name"]: _kind(row, names) for row in result.coverage.to_dict("records")}
    made.append(table("coverage", result.coverage, numbers, ["name", "by"], Message("chain.facts.coverage"), names=words, block="by"))
    flagged = result.facts[(result.facts["flag"] != "")]
    if len(flagged):
        errors = {"subject": "words", "attribute": "words", "value": "with:unit", "reading": "with:unit", "flag": "words"}
        made.append(table("flagged", flagged, errors, ["id"], Message("chain.facts.flagged"), names=names))
    if len(result.unmapped):
        made.append(table("unmapped", result.unmapped, {"reason": "words"}, ["raw"], Message("chain.facts.unmapped"), names=names))
    return tuple(made)


def _marked(made: Table, shown: pd.DataFrame, names: Names) -> Table:
    """The table, each value with its hedge and each mark of a scenario with its name."""
    value, marks_ = ([column.key for column in made.columns].index(key) for key in ("value", "marks"))
    rows = []
    for row, fact in zip(made.rows, shown.to_dict("records"), strict=True):
        cells = list(row.cells)
        if fact["hedge"]:
            cells[value] = Cell("text", Message("chain.hedged", {"value": cells[value].value, "hedge": said(names, fact["hedge"])}))
        if fact["scenario"]:
            every = tuple(_mark(mark, fact, names) for mark in fact["marks"].split(";"))
            cells[marks_] = Cell("text", Message("chain.all_names", {"names": every}))
        rows.append(replace(row, cells=tuple(cells)))
    return replace(made, rows=tuple(rows))


def _mark(mark: str, fact: dict[Any, Any], names: Names) -> Message:
    return Message("chain.mark.scenario_of", {"name": said(names, fact["scenario"])}) if mark == "scenario" else Message(f"chain.mark.{mark}")


def _kind(row: dict[Any, Any], names: Names) -> Any:
    return Message(f"chain.kind.{row['name']}") if row["by"] != "chain" else names.get(row["name"], row["name"])
