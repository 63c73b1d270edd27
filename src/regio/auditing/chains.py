"""An industrial chain as a printed paper: facts and shares of markets are rows of tables of facts, policies and entities are statements with two dates.

The checks that judge what a paper says judge the facts of a chain, and there are no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.auditing.paper import Cells, Claim, Paper, PaperTable, Value, plain

if TYPE_CHECKING:
    from regio.chain.base.model import Chain

FACTS, SHARES = "facts", "shares"
LEVELS = ("flow", "stock", "count", "ratio", "rank")
MEASURES = {"share": "share", "growth": "growth"}
PERCENT = ("percent", "%", "per cent")
UNDATED = ("", "undated")
UNKNOWN = ("", "none given")
SPANS = (("policies", "policy", "in_force", "until"), ("relations", "from", "start", "end"), ("entities", "entity", "start", "end"))


def as_paper(chain: Chain, readings: Mapping[str, str] | None = None) -> Paper:
    """The paper that a chain is. readings: id of a fact → the value that is read in place of the printed one."""
    tables = (PaperTable(FACTS, "facts", rows=tuple(_rows(chain, readings or {}))), PaperTable(SHARES, "facts", rows=tuple(_shares(chain))))
    return Paper(str(chain.settings.get("name", "")), tables=tuple(t for t in tables if t.rows), claims=tuple(_dates(chain)))


def joined(papers: Mapping[str, Paper], name: str) -> Paper:
    """Several chains as one paper: the tables of each bear its name; one chain alone stays as it is."""
    if len(papers) == 1:
        return replace(next(iter(papers.values())), name=name)
    tables = tuple(replace(t, id=f"{source}.{t.id}") for source, paper in papers.items() for t in paper.tables)
    claims = tuple(replace(c, id=f"{source}.{c.id}") for source, paper in papers.items() for c in paper.claims)
    return Paper(name, tables=tables, claims=claims)


def _rows(chain: Chain, readings: Mapping[str, str]) -> Iterator[Cells]:
    facts = chain.facts.to_dict("records")
    levels: dict[tuple[str, str], list[str]] = {}  # subject and period → what is measured of it
    for fact in facts:
        if fact["kind"] in LEVELS and not fact["scenario"]:
            levels.setdefault((plain(fact["subject"]), str(fact["period"])), []).append(fact["attribute"])
    for fact in facts:
        value = readings.get(fact["id"], str(fact["value"]))
        percent = fact["unit"] in PERCENT and fact["low"] == fact["low"]
        period = "" if str(fact["period"]).lower() in UNDATED else str(fact["period"])
        yield {
            "id": fact["id"],
            "subject": fact["subject"],
            "attribute": _attribute(fact, levels),
            "value": f"{value.rstrip('%')}%" if percent else value,
            "unit": "" if percent else fact["unit"],
            "period": period,
            "measure": MEASURES.get(fact["kind"], "level"),
            "of": fact["whole"] if period else "",
            "source": "" if fact["source"].lower() in UNKNOWN else fact["source"],
            "hedge": fact["hedge"],
            "scenario": fact["scenario"] or (fact["kind"] if fact["kind"] in ("outlook", "target") else ""),
        }


def _attribute(fact: Mapping[Any, Any], levels: Mapping[tuple[str, str], list[str]]) -> str:
    """What is measured. A growth rate is of the one thing that is known of its subject then, a share of the one thing known of its whole."""
    period = str(fact["period"])
    of = {"share": fact["whole"], "growth": fact["subject"]}.get(fact["kind"], "")
    known = tuple(dict.fromkeys(levels.get((plain(of), period), ()))) if of else ()
    if fact["kind"] == "growth" and not known:  # a rate between levels of other years
        known = tuple(dict.fromkeys(a for (subject, _), found in levels.items() if subject == plain(of) for a in found))
    return str(known[0] if len(known) == 1 else fact["attribute"])


def _shares(chain: Chain) -> Iterator[Cells]:
    """Shares of firms in markets."""
    for i, row in enumerate(chain.tables[SHARES].to_dict("records") if SHARES in chain.tables else ()):
        if row["share"] == row["share"]:
            yield {
                "id": str(i + 1),
                "subject": row["firm"],
                "attribute": "share",
                "value": f"{row['share'] * 100:.10g}%",
                "period": str(row["period"]),
                "measure": "share",
                "of": row["market"],
                "source": row["source"],
            }


def _dates(chain: Chain) -> Iterator[Claim]:
    """Whatever begins and ends."""
    frames = {"policies": chain.tables.get("policies"), "relations": chain.relations, "entities": chain.entities}
    for table, name, begin, end in SPANS:
        frame = frames[table]
        for i, row in enumerate(frame.to_dict("records") if frame is not None else ()):
            first, last = str(row[begin])[:4], str(row[end])[:4]
            if first.isdigit() and last.isdigit():
                values = (Value("year_first", first), Value("year_last", last))
                yield Claim(f"{table}.{row[name]}" if table != "relations" else f"{table}.{i + 1}", "number", "", values)
