"""Search in facts, how many there are of what, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import table
from regio.chain.base.facts import marks
from regio.chain.base.model import Chain, Names, chosen
from regio.chain.base.names import listed
from regio.chain.base.schema import KINDS, NUMERIC_KINDS
from regio.contract.finding import Finding
from regio.exhibits.models import Exhibit, text
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
PERCENT = ("percent", "%", "per cent")


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
    checks = checked(every)
    wrong = checks[checks["verdict"] == "differs"]
    whole = not (words or kinds or unsourced)
    notes = [Finding("chain.differs", {"count": len(wrong), "ids": tuple(f"({ids})" for ids in wrong["facts"])})] if len(wrong) and whole else []
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
            *listed(every["chains"].unique()),
        ]
    )
    return {"facts": found, "coverage": coverage(every), "checks": checks, "unmapped": unmapped.reset_index(drop=True), "names": names}, notes


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


def half_digit(value: str) -> float:
    """Half a unit of the last digit that is written.

    Examples
    --------
    >>> half_digit("35.8"), half_digit("1594"), half_digit("0.50")
    (0.05, 0.5, 0.005)
    """
    whole, _, decimals = value.strip().replace(",", "").partition(".")
    return 0.5 * 10.0 ** -len(decimals) if whole or decimals else 0.5


def checked(facts: pd.DataFrame) -> pd.DataFrame:
    """Facts against one another, with the intervals of their printed digits."""
    rows = [*_growth(facts), *_shares(facts), *_twice(facts)]
    return pd.DataFrame(rows, columns=["rule", "subject", "attribute", "period", "facts", "printed", "computed", "low", "high", "verdict"])


def _range(fact: Any) -> tuple[float, float]:
    half = half_digit(str(fact["value"])) if fact["low"] == fact["high"] else 0.0
    return fact["low"] - half, fact["high"] + half


def _row(rule: str, fact: Any, others: list[Any], computed: tuple[float, float], middle: float) -> dict[str, Any]:
    low, high = _range(fact)
    agrees = low <= computed[1] + 1e-12 and computed[0] <= high + 1e-12
    return {
        "rule": rule,
        "subject": fact["subject"],
        "attribute": fact["attribute"],
        "period": str(fact["period"]),
        "facts": ", ".join([fact["id"], *(o["id"] for o in others)]),
        "printed": str(fact["value"]),
        "computed": middle,
        "low": computed[0],
        "high": computed[1],
        "verdict": "agrees" if agrees else "differs",
    }


def _growth(facts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    levels = facts[facts["kind"].isin(("flow", "stock", "count")) & facts["number"].notna() & facts["year"].notna()]
    for fact in facts[(facts["kind"] == "growth") & facts["number"].notna() & facts["unit"].isin(PERCENT)].to_dict("records"):
        own = levels[levels["subject"] == fact["subject"]]
        for (_, _), part in own.groupby(["attribute", "unit"], sort=False):
            now, then = part[part["year"] == fact["year"]], part[part["year"] == fact["year"] - 1]
            for a in now.to_dict("records"):
                for b in then.to_dict("records"):
                    (al, ah), (bl, bh) = _range(a), _range(b)
                    if bl > 0:
                        yield _row("growth", fact, [a, b], ((al / bh - 1) * 100, (ah / bl - 1) * 100), (a["number"] / b["number"] - 1) * 100)


def _shares(facts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    levels = facts[facts["kind"].isin(("flow", "stock", "count")) & facts["number"].notna()]
    for fact in facts[(facts["kind"] == "share") & (facts["whole"] != "") & facts["number"].notna() & facts["unit"].isin(PERCENT)].to_dict("records"):
        same = levels[levels["period"].astype(str) == str(fact["period"])]
        for a in same[same["subject"] == fact["subject"]].to_dict("records"):
            for b in same[(same["subject"] == fact["whole"]) & (same["unit"] == a["unit"]) & (same["attribute"] == a["attribute"])].to_dict("records"):
                (al, ah), (bl, bh) = _range(a), _range(b)
                if bl > 0:
                    yield _row("share", fact, [a, b], (al / bh * 100, ah / bl * 100), a["number"] / b["number"] * 100)


def _twice(facts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    known = facts[facts["kind"].isin(NUMERIC_KINDS) & facts["number"].notna() & (facts["scenario"] == "")]
    for _, part in known.groupby(["subject", "attribute", "period", "unit"], sort=False):
        rows = part.to_dict("records")
        for other in rows[1:]:
            yield _row("same", rows[0], [other], _range(other), other["number"])


def exhibits(result: Facts) -> tuple[Exhibit, ...]:
    names = result.names
    shown = result.facts.head(MOST_ROWS)
    columns = {"subject": "name", "attribute": "name", "value": "name", "unit": "name", "period": "plain", "source": "plain", "marks": "codes:mark"}
    notes = [Message("chain.facts.note")]
    if len(result.facts) > MOST_ROWS:
        notes.append(Message("chain.first_rows", {"count": MOST_ROWS, "total": len(result.facts)}))
    made: list[Exhibit] = [table("facts", shown, columns, ["id"], Message("chain.facts.title"), names=names, notes=notes)]
    numbers = {"facts": "count", "numbers": "count", "sourced": "count", "dated": "count"}
    words = {row["name"]: _kind(row, names) for row in result.coverage.to_dict("records")}
    made.append(table("coverage", result.coverage, numbers, ["name", "by"], Message("chain.facts.coverage"), names=words, block="by"))
    if len(result.checks):
        heads = {"facts": text("chain.head.compared")}
        checks = {"rule": "code:rule", "subject": "name", "period": "plain", "printed": "plain", "low": "number", "high": "number", "verdict": "code:verdict"}
        made.append(
            table(
                "checks",
                result.checks,
                checks,
                ["facts", "rule"],
                Message("chain.facts.checks"),
                names=names,
                notes=(Message("chain.facts.checks_note"),),
                heads=heads,
            )
        )
    flagged = result.facts[(result.facts["flag"] != "")]
    if len(flagged):
        errors = {"subject": "name", "attribute": "name", "value": "plain", "reading": "plain", "unit": "name", "flag": "plain"}
        made.append(table("flagged", flagged, errors, ["id"], Message("chain.facts.flagged"), names=names))
    if len(result.unmapped):
        made.append(table("unmapped", result.unmapped, {"subject": "plain", "attribute": "plain", "reason": "plain"}, ["raw"], Message("chain.facts.unmapped")))
    return tuple(made)


def _kind(row: dict[Any, Any], names: Names) -> Any:
    return Message(f"chain.kind.{row['name']}") if row["by"] != "chain" else names.get(row["name"], row["name"])
