"""Robust or clustered errors are claimed: do the numbers obey what only conventional errors obey?"""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import errors_of
from regio.auditing.inference import ROBUST, brackets
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.language import Message

KINDS = ("regression",)
LEAST = 1e-12  # smaller chances are not told apart


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        found = errors_of(look, table)
        if not found.holds + found.fails or brackets(look, table).kind == "p":
            continue
        claim = ROBUST.search(f"{table.values.get('paren_claimed', '')} {table.note}")
        values = {"holds": found.holds, "fails": found.fails, "chance": f"{found.chance:.0e}" if found.chance > LEAST else f"< {LEAST:.0e}"}
        printed = claim.group() if claim else ""
        if not claim:
            yield Judgement(
                "errors",
                table.id,
                printed,
                "conventional" if found.conventional else "",
                "consistent" if found.conventional else "not_checkable",
                "label",
                Message("audit.note.errors_are", values),
            )
        elif found.conventional:
            yield Judgement(
                "errors", table.id, printed, "conventional", "inconsistent", "label", Message("audit.note.errors_differ", values | {"claimed": printed})
            )
        else:
            yield Judgement("errors", table.id, printed, "", "not_checkable", "label", Message("audit.note.errors_open", values))
