"""What the note says about the brackets, against what the stars say."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.inference import brackets
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look
from regio.language import Message

KINDS = ("regression",)
FEWEST = 4  # brackets that tell the kinds apart


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        reading = brackets(look, table)
        if not reading.terms or not any(t.stars for m in table.models for t in m.terms):
            continue
        claimed, best = reading.claimed, reading.kind
        kinds = {k: Message(f"audit.bracket.{k}") for k in ("t", "se", "p")}
        if claimed is None or claimed == best:
            rivals = [k for k, n in reading.failures.items() if k != best and n > reading.failures[best]]
            note = Message("audit.note.bracket_is", {"kind": kinds[best], "fits": reading.terms - reading.failures[best], "terms": reading.terms})
            verdict: Verdict = "consistent" if rivals or claimed else "not_checkable"
        else:
            apart = reading.failures[claimed] - reading.failures[best]
            verdict = "inconsistent" if apart >= min(FEWEST, reading.terms) and reading.failures[best] <= reading.failures[claimed] / 4 else "not_checkable"
            values = {"claimed": kinds[claimed], "best": kinds[best], "fails": reading.failures[claimed], "terms": reading.terms}
            note = Message("audit.note.bracket_differs", values | {"fails_best": reading.failures[best]})
        printed = table.values.get("paren_claimed", "") or table.note
        yield Judgement("brackets", table.id, printed[:80], best, verdict, "label", note)
