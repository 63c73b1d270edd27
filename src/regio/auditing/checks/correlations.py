"""|r| ≤ 1, and stars against t = r √((n − 2)/(1 − r²))."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.checks.stars import judge
from regio.auditing.inference import levels
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("correlations",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        n = rows(look, table)
        given = levels(table.note)
        starred = any(row.get("stars") for row in table.rows)
        for row in table.rows:
            where = place(table.id, row["row"], row["col"])
            r = look.interval(row["r"], table, "r")
            if r is None:
                yield look.unread("correlations", where, row["r"])
                continue
            size = abs(r)
            if size.low > 1:
                yield Judgement("correlations", where, row["r"], "[−1, 1]", "inconsistent", "digit", Message("audit.note.r_above_one"))
                continue
            if not starred or not n or n < 4 or row["row"] == row["col"] or size.low == 1 or (abs(r.middle) == 1 and not row.get("stars")):
                continue
            found = judge(row.get("stars", ""), Interval(_t(size.low, n), _t(size.high, n)), given, n - 2, n - 2)
            printed = row["r"] + row.get("stars", "")
            yield Judgement("correlations", where, printed, str(found.p), found.verdict, "star", found.note, found.assumption, found.power)


def rows(look: Look, table: PaperTable) -> int | None:
    """N of a correlation table: its own, that of the descriptives, or the whole sample."""
    own = look.whole(table.values.get("observations"))
    if own:
        return own
    printed = {n for t in look.paper.of_kind("descriptives") for row in t.rows if (n := look.whole(row.get("n")))}
    if len(printed) == 1:
        return printed.pop()
    sample = look.paper.sample
    return sample.units * sample.periods if not printed and sample.units and sample.periods else None


def _t(r: float, n: int) -> float:
    return math.inf if r >= 1 else r * math.sqrt((n - 2) / (1 - r * r))
