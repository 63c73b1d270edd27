"""A variable that is defined as a proportion of a whole lies between 0 and 1 (or 0 and 100)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import plain
from regio.language import Message

KINDS = ("descriptives",)
PART = re.compile(r"\b(proportion|share|fraction) of\b|占比|比重|比例|份额", re.IGNORECASE)
DOMAINS = {"proportion": (0.0, 1.0), "percent": (0.0, 100.0), "positive": (0.0, float("inf")), "correlation": (-1.0, 1.0)}


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            domain, source = _domain(look, row)
            if domain not in DOMAINS:
                continue
            low, high = DOMAINS[domain]
            for cell in ("min", "max", "mean"):
                value = look.interval(row.get(cell), table, cell)
                if value is None:
                    continue
                if not source and cell == "max" and value.low > 1.5:
                    break  # printed in per cent
                where = place(table.id, row["var"], cell)
                fine = value.high >= low and value.low <= high
                values = {"printed": row[cell], "low": low, "high": high, "source": source or row["var"]}
                note = Message("audit.note.in_domain" if fine else "audit.note.out_of_domain", values)
                if cell == "max" or not fine:
                    yield Judgement(
                        "proportions", where, row[cell], f"[{low:g}, {high:g}]", "consistent" if fine else "inconsistent", "digit", note,
                        Message("audit.if.definition", {"source": source or domain}),
                    )  # fmt: skip


def _domain(look: Look, row: Mapping[str, str]) -> tuple[str, str]:
    """The domain that a row or a definition gives, and the words that say so."""
    if row.get("domain"):
        return row["domain"], ""
    name = look.paper.variable(row["var"])
    words = {plain(w) for w in _words(look, name)}
    for claim in look.paper.claims:
        if claim.kind == "definition" and PART.search(claim.quote) and any(len(w) > 4 and w in plain(claim.quote) for w in words):
            return "proportion", claim.id
    if PART.search(look.paper.variables.get(row["var"], "")):
        return "proportion", row["var"]
    return "", ""


def _words(look: Look, name: str) -> Iterator[str]:
    """What the table of variables calls it."""
    for table in look.paper.of_kind("variables"):
        for row in table.rows:
            if any(look.paper.variable(cell) == name for cell in row.values()):
                yield from row.values()
