"""The grade of a number, in a table and in the text, against the paper's own table of classes; grades that the table does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from regio.auditing.checks.classes import Class, classes
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, ending, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Claim
from regio.language import Message

KINDS = ("classes", "coupling")
SAME = {"imbalance": "disorder", "imbalanced": "disorder", "dissonance": "disorder", "maladjustment": "disorder", "coordinated": "coordination"}
WORD = re.compile(r"[a-z][a-z-]*")


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind("classes"):
        found = classes(table)
        if not found:
            continue
        yield from _cells(look, found)
        for claim in look.paper.claims:
            if table.id in claim.about:
                yield from _words(claim, found)
                yield from _numbers(look, claim, found)


def _cells(look: Look, found: list[Class]) -> Iterator[Judgement]:
    for table in look.paper.of_kind("coupling"):
        for row in table.rows:
            value = look.interval(row.get("d"), table, "d")
            if value is None or not row.get("grade"):
                continue
            fits = _classes_of(value, found)
            fine = any(_pair(c.name) == _pair(row["grade"]) for c in fits)
            where = place(table.id, row["unit"], row.get("period", ""), "grade")
            note = Message(
                "audit.note.grade_fits" if fine else "audit.note.grade_differs",
                {"grade": row["grade"], "number": row["d"], "expected": tuple(c.name for c in fits)},
            )
            yield Judgement("grades", where, row["grade"], " / ".join(c.name for c in fits), "consistent" if fine else "inconsistent", "label", note)


def _words(claim: Claim, found: list[Class]) -> Iterator[Judgement]:
    """Pairs of a grade's first and last word that are no grade together."""
    pairs = {_pair(c.name) for c in found}
    firsts, lasts = {p[0] for p in pairs}, {p[1] for p in pairs}
    words = [SAME.get(w, w) for w in WORD.findall(claim.quote.casefold())]
    for one, two in dict.fromkeys(pairwise(words)):
        if two in lasts and one in firsts:
            fine = (one, two) in pairs
            label = f"{one} {two}"
            note = Message("audit.note.grade_known" if fine else "audit.note.no_such_grade", {"grade": label, "grades": tuple(c.name for c in found)})
            yield Judgement("grades", place(claim.id, label), label, "", "consistent" if fine else "inconsistent", "label", note)


def _numbers(look: Look, claim: Claim, found: list[Class]) -> Iterator[Judgement]:
    """A number of the text whose grade the same sentence names."""
    text = " ".join(SAME.get(w, w) for w in WORD.findall(claim.quote.casefold()))
    named = [c for c in found if " ".join(_pair(c.name)) in text or _near(c.name) in text]
    for value in claim.values:
        number = look.interval(value.printed)
        if not value.name.startswith(("D_", "mean_D", "d_")) or number is None:
            continue
        fits = _classes_of(number, found)
        fine = any(c in named for c in fits)
        verdict = "consistent" if fine else "not_checkable"
        note = Message(
            "audit.note.grade_fits" if fine else "audit.note.grade_is",
            {"grade": ending(claim.quote, 60), "number": value.printed, "expected": tuple(c.name for c in fits)},
        )
        yield Judgement("grades", place(claim.id, value.name), value.printed, " / ".join(c.name for c in fits), verdict, "label", note)  # type: ignore[arg-type]


def _classes_of(value: Interval, found: list[Class]) -> list[Class]:
    return [c for c in found if c.low <= value.high and (value.low < c.high or c.high >= 1)]


def _pair(name: str) -> tuple[str, str]:
    """First and last word of a grade; a Chinese name as it is."""
    words = [SAME.get(w, w) for w in WORD.findall(name.casefold())]
    return (words[0], words[-1]) if words else (name.strip(), name.strip())


def _near(name: str) -> str:
    """How texts call the class on the verge: near disorder."""
    return f"near {_pair(name)[1]}" if "verge" in name.casefold() else "\0"
