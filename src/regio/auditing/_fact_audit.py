"""The audit of a chain's facts as frames and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from regio.auditing.audit import audit
from regio.auditing.chains import FACTS, SHARES, as_paper
from regio.auditing.judgement import VERDICTS, Judgement
from regio.chain.base.exhibits import called, table, words
from regio.chain.base.model import Chain, Names
from regio.contract.finding import Finding
from regio.exhibits.models import EMPTY, Cell, Column, Exhibit, Row, Table, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.auditing.fact_audit import FactAudit

COLUMNS = ["fact", "subject", "attribute", "period", "unit", "check", "printed", "computed", "others", "verdict", "severity"]
MOST_OTHERS = 4  # facts named beside a relation
QUIET = ("dates",)  # checks of which only what fails is listed


def compute(chain: Chain, checks: tuple[str, ...], rounding: Any) -> tuple[dict[str, Any], list[Finding]]:
    found = audit(as_paper(chain), rounding=rounding, checks=checks)
    facts = {row["id"]: row for row in chain.facts.to_dict("records")}
    markets = chain.tables[SHARES].to_dict("records") if SHARES in chain.tables else []
    facts |= {f"{SHARES}/{i + 1}": {"subject": row["market"], "attribute": "share", "period": row["period"]} for i, row in enumerate(markets)}
    relations = pd.DataFrame([_relation(j, facts) for j in found.judgements], columns=COLUMNS)
    counts = found.summary.reset_index()
    wrong = relations.loc[relations["verdict"] == "inconsistent"]
    notes = [Finding("chain.differs", {"count": len(wrong), "ids": tuple(dict.fromkeys(wrong["fact"]))})] if len(wrong) else []
    names = chain.words([*relations["subject"], *relations["attribute"], *chain.facts["unit"].unique()])
    return {
        "relations": relations,
        "counts": counts,
        "flagged": _readings(chain, found.judgements, checks, rounding),
        "judgements": found.judgements,
        "names": names,
    }, notes


def _fact(cell: str) -> str:
    """The fact that an address names; the address itself where it is of another table."""
    head, _, rest = cell.partition("/")
    return rest if head == FACTS else cell


def _relation(j: Judgement, facts: dict[Any, Any]) -> dict[str, Any]:
    name = _fact(j.where)
    fact = facts.get(name, {})
    others = ", ".join(_fact(cell) for cell in dict.fromkeys(j.cells) if cell != j.where)
    found = {"fact": name, "check": j.check, "printed": j.printed, "computed": j.computed, "others": others, "verdict": j.verdict, "severity": j.severity}
    return found | {key: str(fact.get(key, "")) for key in ("subject", "attribute", "period", "unit")}


def _fails(judgements: tuple[Judgement, ...], cell: str) -> int:
    return sum(j.verdict == "inconsistent" and cell in (j.where, *j.cells) for j in judgements)


def _readings(chain: Chain, printed: tuple[Judgement, ...], checks: tuple[str, ...], rounding: Any) -> pd.DataFrame:
    """Each other reading of a flagged fact in place of its printed value: how many relations fail then."""
    rows = []
    for fact in chain.facts[(chain.facts["flag"] != "") & (chain.facts["reading"] != "")].to_dict("records"):
        again = audit(as_paper(chain, {fact["id"]: str(fact["reading"])}), rounding=rounding, checks=checks)
        cell = f"{FACTS}/{fact['id']}"
        kept = {key: fact[key] for key in ("subject", "attribute", "unit", "reading")}
        rows.append(
            {"fact": fact["id"], "period": str(fact["period"]), "printed": fact["value"], **kept}
            | {"fails": _fails(printed, cell), "fails_reading": _fails(again.judgements, cell)}
        )
    return pd.DataFrame(rows, columns=["fact", "subject", "attribute", "period", "unit", "printed", "fails", "reading", "fails_reading"])


def exhibits(result: FactAudit) -> tuple[Exhibit, ...]:
    made: list[Exhibit] = [_relations(result), _counts(result.counts)]
    if len(result.flagged):
        columns = {"subject": "name", "period": "plain", "printed": "plain", "fails": "count", "reading": "plain", "fails_reading": "count"}
        notes = (Message("chain.fact_audit.readings_note"),)
        made.append(table("readings", result.flagged, columns, ["fact"], Message("chain.fact_audit.readings"), names=result.names, notes=notes))
    return tuple(made)


def _relations(result: FactAudit) -> Table:
    listed = ~(result.relations["check"].isin(QUIET) & (result.relations["verdict"] == "consistent"))
    heads = ("subject", "period", "check", "printed", "computed", "others", "verdict")
    rows = []
    for i, row in result.relations[listed].iterrows():
        cells = (
            called(result.names, row["subject"]),
            Cell("text", row["period"]) if row["period"] else EMPTY,
            text(f"audit.check.{row['check']}"),
            Cell("text", _amount(row["printed"], result.names)),
            Cell("text", row["computed"]),
            _few(row["others"]),
            text(f"audit.verdict.{row['verdict']}"),
        )
        rows.append(Row(f"{row['fact']}.{i}", Cell("text", row["fact"]), cells))
    notes = [Message("chain.fact_audit.note"), *_said(result)]
    if not listed.all():
        notes.append(Message("chain.fact_audit.quiet", {"count": int((~listed).sum())}))
    columns = tuple(Column(name, (text(f"chain.head.{name}"),)) for name in heads)
    return Table(
        name="relations",
        frame=result.relations,
        columns=columns,
        rows=tuple(rows),
        title=Message("chain.fact_audit.title"),
        stub=text("chain.head.fact"),
        notes=tuple(notes),
    )


def _few(others: str) -> Cell:
    """The first of many facts."""
    names = others.split(", ") if others else []
    if len(names) > MOST_OTHERS:
        return text("chain.fact_audit.few", first=", ".join(names[: MOST_OTHERS - 1]), more=len(names) - MOST_OTHERS + 1)
    return Cell("text", others) if names else EMPTY


def _amount(printed: str, names: Names) -> Any:
    """A number with its unit, the unit in the words of the chain."""
    value, _, unit = printed.partition(" ")
    return Message("chain.amount_of", {"value": value, "unit": words(names, unit)}) if unit in names else printed


def _in_words(note: Message, names: Names) -> Message:
    """A note with the units in it in the words of the chain."""
    return Message(note.code, {key: _amount(value, names) if isinstance(value, str) else value for key, value in note.values.items()})


def _said(result: FactAudit) -> list[Message]:
    """What the audit says of the relations that fail."""
    return [
        Message("chain.fact_audit.said", {"fact": fact, "note": _in_words(j.note, result.names)})
        for fact, j in zip(result.relations["fact"], result.judgements, strict=True)
        if j.verdict == "inconsistent"
    ]


def _counts(counts: pd.DataFrame) -> Table:
    columns = tuple(Column(v, (text(f"audit.verdict.{v}"),)) for v in VERDICTS)
    rows = tuple(
        Row(row["check"], text(f"audit.check.{row['check']}"), tuple(Cell("count", int(row[v])) for v in VERDICTS)) for row in counts.to_dict("records")
    )
    return Table(name="counts", frame=counts, columns=columns, rows=rows, title=Message("chain.fact_audit.counts"), stub=text("audit.head.check"))
