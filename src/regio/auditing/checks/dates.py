"""Years in order, the sample that the text states in several places, and facts that are older than what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.facts import YEAR, row_place
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("facts",)
SAMPLE = re.compile(r"\bpanel\b|\bsample\b|provinces|面板|样本", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    yield from _before_it_happened(look)
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


def _before_it_happened(look: Look) -> Iterator[Judgement]:
    """A source of one year cannot have observed a later one; what bears the name of a scenario is not observed."""
    for table in look.paper.of_kind("facts"):
        for row in table.rows:
            stated, years = YEAR.findall(row.get("period", "")), YEAR.findall(row.get("source", ""))
            if row.get("scenario") or not stated or not years:
                continue
            last, published = max(stated), max(years)
            fine = last <= published
            note = Message("audit.note.source_later" if fine else "audit.note.source_earlier", {"period": last, "source": published})
            yield Judgement("dates", row_place(table, row), last, f"≤ {published}", "consistent" if fine else "inconsistent", "label", note)
