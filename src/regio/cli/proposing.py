"""``regio audit`` on a document: its tables are proposed, a person answers a few questions on a terminal, and a file to confirm is written."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from regio.auditing.inference import BRACKETS
from regio.auditing.proposing.claims import ProposedClaim
from regio.auditing.proposing.file import DOCUMENTS
from regio.auditing.proposing.meaning import KNOWN, OTHER
from regio.auditing.proposing.proposal import OLD, Proposal, Proposed, propose
from regio.contract.finding import ArgumentError, DataError, error
from regio.language import Language, say
from regio.study.store import write_aside

Ask = Callable[[str], str]
FINE = 0
WIDE, LONG = 16, 60  # characters of a cell and rows of a table on the screen
ENDING = ".audit.toml"


def is_document(paper: str) -> bool:
    """Whether tables must be proposed first."""
    return Path(paper).suffix.lower() in (*DOCUMENTS, *OLD)


def propose_paper(paper: str, out: Path | None, face: Language, *, ask: bool, json: bool) -> int:
    """Write ``PAPER.audit.toml`` beside the document, or ``out``.

    Raises
    ------
    DataError
        where the document cannot be read, or the file exists already: what a person confirmed is never written over
    """
    target = out or Path(paper).with_suffix(ENDING)
    if target.exists():
        raise DataError(error("audit.exists", str(target), file=str(target)))
    found = propose(paper)
    if ask and not json and sys.stdin is not None and sys.stdin.isatty():
        found = form(found, face, lambda question: input(question + " ").strip())
    try:
        write_aside(target, found.toml(face).encode("utf-8"))
    except OSError as problem:
        raise DataError(error("audit.not_written", str(target), reason=str(problem.strerror or problem))) from None
    if json:
        stored = {"ok": True, "file": str(target), "tables": [as_json(p, face) for p in found.tables], "claims": [claim_as_json(c) for c in found.claims]}
        print(json_.dumps(stored | {"notes": [n.to_dict() for n in found.notes]}, ensure_ascii=False))
        return FINE
    for note in found.notes:
        print(note.text(face), file=sys.stderr)
    for proposed in found.tables:
        print(_line(proposed, face))
    confirmed = sum(p.confirmed for p in found.tables)
    print(say("audit_import.written", face, file=str(target), confirmed=confirmed, count=len(found.tables)))
    if found.claims:
        print(say("audit_import.said", face, count=len(found.claims), confirmed=sum(c.confirmed for c in found.claims)))
    print(say("audit_import.next", face, file=str(target)))
    return FINE


def as_json(proposed: Proposed, face: Language) -> dict[str, object]:
    table = proposed.table
    levels = {"*" * n: level for n, level in proposed.star_levels.items()}
    about = {"id": table.id, "kind": table.kind, "label": table.label, "title": table.title, "page": proposed.page, "confirmed": proposed.confirmed}
    return about | {"brackets": proposed.brackets, "star_levels": levels, "evidence": [say(m, face) for m in proposed.evidence]}


def claim_as_json(said: ProposedClaim) -> dict[str, object]:
    values = [{k: v for k in ("name", "printed", "unit", "subject", "period", "measure") if (v := getattr(value, k))} for value in said.claim.values]
    return {"id": said.claim.id, "quote": said.claim.quote, "about": list(said.claim.about), "values": values, "confirmed": said.confirmed}


def form(proposal: Proposal, face: Language, ask: Ask) -> Proposal:
    """One question a table where it is read rightly, a few where it is not. Empty answers keep what is proposed."""
    for id_ in [p.table.id for p in proposal.tables]:
        if proposal[id_].table.kind == OTHER:
            print(f"{_line(proposal[id_], face)}\n")
            continue
        while True:
            print("\n".join(shown(proposal[id_], face)))
            answer = ask(say("audit_import.form.use", face)).casefold()
            if answer in ("", "y", "yes", "是"):
                proposal = proposal.corrected(id_, confirmed=True)
            elif answer in ("c", "更正"):
                proposal = _correct(proposal, id_, face, ask)
                continue
            elif answer not in ("n", "no", "否"):
                print(say("audit_import.form.again", face))
                continue
            break
    return _spoken(proposal, face, ask)


def _spoken(proposal: Proposal, face: Language, ask: Ask) -> Proposal:
    """One question a statement of the text, for those who want to go through them."""
    if not proposal.claims or ask(say("audit_import.form.claims", face, count=len(proposal.claims))).casefold() not in ("y", "yes", "是"):
        return proposal
    for said in proposal.claims:
        words = ", ".join(" ".join(part for part in (v.name, "=", v.printed, v.unit) if part) for v in said.claim.values)
        print(f"\n{said.claim.id}  {' '.join(said.claim.about)}\n  “{said.claim.quote}”\n  {words}")
        answer = ask(say("audit_import.form.claim", face)).casefold()
        if answer == "q":
            break
        if answer in ("", "y", "yes", "是"):
            proposal = proposal.agreed(said.claim.id)
    return proposal


def _correct(proposal: Proposal, id_: str, face: Language, ask: Ask) -> Proposal:
    """Kind, brackets, star levels and outcomes, each only where the table has it."""

    def put(option: str, now: str, change: Callable[[str], Proposal], **values: object) -> Proposal:
        while answer := ask(say(f"audit_import.form.{option}", face, now=now, **values)):
            try:
                return change(answer)
            except ArgumentError as problem:
                print(problem.text(face))
        return proposal

    proposal = put("kind", proposal[id_].table.kind, lambda a: proposal.corrected(id_, kind=a), known=KNOWN)
    now = proposal[id_]
    if now.brackets:
        proposal = put("brackets", now.brackets, lambda a: proposal.corrected(id_, brackets=a.casefold()), known=BRACKETS)
    if now.star_levels:
        shown_levels = ", ".join(f"{level:g}" for _, level in sorted(now.star_levels.items()))
        proposal = put("star_levels", shown_levels, lambda a: proposal.corrected(id_, star_levels=_levels(a)))
    if now.table.models:
        outcomes = ", ".join(m.dependent for m in now.table.models)
        proposal = put("dependents", outcomes, lambda a: proposal.corrected(id_, dependents=_parts(a)))
    return proposal


def _parts(answer: str) -> list[str]:
    return [part.strip() for part in answer.replace("，", ",").split(",")]


def _levels(answer: str) -> dict[int, float]:
    made: dict[int, float] = {}
    for n, part in enumerate(_parts(answer), 1):
        try:
            level = float(part.rstrip("%％")) / (100 if part.endswith(("%", "％")) else 1)
        except ValueError:
            level = 0.0
        if not 0 < level < 1:
            raise ArgumentError(error("audit_import.bad_level", stars="*" * n, level=part))
        made[n] = level
    return made


def _line(proposed: Proposed, face: Language) -> str:
    table = proposed.table
    return say("audit_import.form.table", face, id=table.id, label=table.label, title=table.title, kind=table.kind).replace("   ", "  ")


def shown(proposed: Proposed, face: Language) -> list[str]:
    """A table as it was read, and why."""
    table = proposed.table
    lines = ["", _line(proposed, face)]
    if table.models:
        names = sorted(dict.fromkeys(t.var for m in table.models for t in m.terms), key=lambda name: name == "_cons")
        rows = [["", *(m.col for m in table.models)], ["", *(m.dependent for m in table.models)]]
        for name in names:
            terms = [m.term(name) for m in table.models]
            rows.append([name, *("" if t is None else f"{t.coef}{t.stars} ({t.paren})" if t.paren else t.coef + t.stars for t in terms)])
        for value in dict.fromkeys(v for m in table.models for v in m.values):
            rows.append([value, *(m.values.get(value, "") for m in table.models)])
    elif table.kind == "correlations":
        rows = _matrix(table.variables, table.rows)
    else:
        fields = list(dict.fromkeys(k for row in table.rows for k in row))
        rows = [fields, *([row.get(k, "") for k in fields] for row in table.rows)]
    lines += _aligned(rows[:LONG])
    lines += ["…"] if len(rows) > LONG else []
    return [*lines, *(f"  · {say(m, face)}" for m in proposed.evidence)]


def _matrix(names: Sequence[str], rows: Sequence[object]) -> list[list[str]]:
    at = {(row["row"], row["col"]): f"{row['r']}{row.get('stars', '')}" for row in rows if isinstance(row, dict)}
    return [["", *names], *([a, *(at.get((a, b), "") for b in names)] for a in names)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    def width(text: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)

    cut = [[cell if len(cell) <= 2 * WIDE else cell[: 2 * WIDE - 1] + "…" for cell in row] for row in rows]
    widths = [max(width(row[j]) for row in cut) for j in range(max(map(len, cut), default=0))]
    return ["  " + "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cut]
