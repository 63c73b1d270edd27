"""Years in order, and the sample that the text states in several places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("facts",)
SAMPLE = re.compile(r"\bpanel\b|\bsample\b|provinces|面板|样本", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    sample = look.paper.sample
    for claim in look.paper.claims:
        values = {v.name: v for v in claim.values}
        for one, two in (("first_year", "last_year"), ("phase1_last", "phase2_first"), ("plan_first", "plan_last"), ("year_first", "year_last"), ("y1", "y2")):
            a, b = (look.whole(values[k].printed) if k in values else None for k in (one, two))
            if a is not None and b is not None:
                note = Message("audit.note.years" if a < b else "audit.note.years_back", {"first": a, "last": b})
                yield Judgement("dates", place(claim.id, two), f"{a}–{b}", "", "consistent" if a < b else "inconsistent", "label", note)
        if "provinces" not in values and not ("first_year" in values and re.search("panel", claim.quote)):
            continue
        for name, expected in (("provinces", sample.units), ("first_year", sample.first_period), ("last_year", sample.last_period)):
            if (
                name in values
                and expected is not None
                and SAMPLE.search(claim.quote)
                and (name != "provinces" or "panel" in claim.quote or "sample" in claim.quote or "data" in claim.quote)
            ):
                fine = look.whole(values[name].printed) == expected
                note = Message("audit.note.sample_same" if fine else "audit.note.sample_differs", {"printed": values[name].printed, "expected": expected})
                yield Judgement("dates", place(claim.id, name), values[name].printed, str(expected), "consistent" if fine else "inconsistent", "label", note)
