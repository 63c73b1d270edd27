"""A table of classes: limits in order, each class beginning where the one before ends, each name once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("classes",)
LIMITS = re.compile(r"(-?\d*\.?\d+)\s*[,，~～–—-]\s*(-?\d*\.?\d+)")


@dataclass(frozen=True, slots=True)
class Class:
    low: float
    high: float
    name: str
    printed: str


def classes(table: PaperTable) -> list[Class]:
    found = []
    for row in table.rows:
        m = LIMITS.search(row["interval_printed"])
        if m:
            found.append(Class(float(m.group(1)), float(m.group(2)), row["type"], row["interval_printed"]))
    return found


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        found = classes(table)
        for row in table.rows:
            if not LIMITS.search(row["interval_printed"]):
                yield look.unread("classes", place(table.id, row["type"]), row["interval_printed"])
        ordered = sorted(found, key=lambda c: c.low)
        for one, two in pairwise(ordered):
            fine = abs(one.high - two.low) <= 0.011 * max(1.0, abs(one.high)) and one.low < one.high
            note = Message("audit.note.classes_meet" if fine else "audit.note.classes_apart", {"one": one.printed, "two": two.printed})
            yield Judgement("classes", place(table.id, two.name), two.printed, one.printed, "consistent" if fine else "inconsistent", "label", note)
        names = [c.name.strip().casefold() for c in found]
        for name in {n for n in names if names.count(n) > 1}:
            yield Judgement("classes", place(table.id, name), name, "", "inconsistent", "label", Message("audit.note.class_twice", {"name": name}))
