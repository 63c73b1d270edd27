"""A p-value counted from B draws is a whole number of them: k/B or (k + 1)/(B + 1)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("threshold",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        draws = look.whole(table.values.get("replications"))
        for row in table.rows:
            p = look.interval(row.get("p"), table, "p")
            if p is None:
                continue
            where = place(table.id, row["test"], "p")
            if not draws:
                yield Judgement("granularity", where, row["p"], "", "not_checkable", "digit", Message("audit.note.no_draws"))
                continue
            near = _nearest(p, draws)
            yield look.compare("granularity", where, row["p"], near, table=table, cell="p", assumption=Message("audit.if.counted", {"draws": draws}))


def _nearest(p: Interval, draws: int) -> Interval:
    """A count inside the interval, else the nearest one."""
    for bottom in (draws, draws + 1):
        k = math.ceil(max(p.low, 0.0) * bottom - 1e-9)
        if k / bottom <= p.high + 1e-12:
            return Interval(k / bottom, k / bottom)
    k = round(p.middle * draws)
    return Interval(k / draws, k / draws)
