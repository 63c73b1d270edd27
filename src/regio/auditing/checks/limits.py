"""“Below the critical value of 5”: every single value of the table that the sentence speaks of, not only their mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("vif",)
BELOW = re.compile(r"below|less than|under|lower than|smaller than|not exceed|低于|小于|不超过", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    for claim in look.paper.claims:
        limit = next(((v, x) for v in claim.values if v.name in ("threshold", "limit") and (x := look.interval(v.printed)) is not None), None)
        if limit is None or not BELOW.search(claim.quote):
            continue
        for id_ in claim.about:
            table = look.paper.table(id_)
            if table is None or table.kind not in KINDS:
                continue
            value, bound = limit
            above = [f"{row['var']} {row['vif']}" for row in table.rows if (x := look.interval(row["vif"], table, "vif")) is not None and x.low > bound.middle]
            note = Message("audit.note.all_below" if not above else "audit.note.some_above", {"limit": value.printed, "above": tuple(above)})
            verdict: Verdict = "inconsistent" if above else "consistent"
            yield Judgement(
                "limits", place(claim.id, value.name), value.printed, ", ".join(above), verdict, "conclusion", note, Message("audit.if.every_value")
            )
