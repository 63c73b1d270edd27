"""Threshold tests: critical values in order, p against them, F from sums of squares, the estimate inside its interval, the 5 % line of the LR plot at 7.352."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("threshold",)
CONFIDENCE = 0.95  # of the line in the LR plot
FEW = 300  # draws where the number is not printed
CRITICAL = {"critical_10": 0.1, "critical_5": 0.05, "critical_1": 0.01}


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        if "lr_critical" in table.values:
            value = -2 * math.log(1 - math.sqrt(CONFIDENCE))
            yield look.compare(
                "threshold", place(table.id, "lr_critical"), table.values["lr_critical"], Interval(value, value), table=table, cell="lr_critical"
            )
        for row in table.rows:
            yield from _critical(look, table, row)
            yield from _rest(look, table, row)


def _critical(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    found = {c: v for c in CRITICAL if (v := look.interval(row.get(c), table, c)) is not None}
    names = list(found)
    for one, two in pairwise(names):
        fine = found[one].low <= found[two].high
        where = place(table.id, row["test"], two)
        yield Judgement("threshold", where, row[two], f"≥ {row[one]}", "consistent" if fine else "inconsistent", "digit", Message("audit.note.critical_order"))
    f, p = look.interval(row.get("F"), table, "F"), look.interval(row.get("p"), table, "p")
    if f is None or p is None:
        return
    room = 2 / (look.whole(table.values.get("replications")) or FEW)  # a quantile of draws lies between two of them
    for name, value in found.items():
        level = CRITICAL[name]
        if f.low <= value.high and value.low <= f.high:
            continue
        above = f.low > value.high
        fine = p.low <= level + room if above else p.high >= level - room
        where = place(table.id, row["test"], "p")
        note = Message("audit.note.p_and_critical", {"F": row["F"], "critical": row[name], "p": row["p"], "level": level})
        computed = f"≤ {level:g}" if above else f"≥ {level:g}"
        yield Judgement(
            "threshold", where, row["p"], computed, "consistent" if fine else "inconsistent", "star", note, cells=(where, place(table.id, row["test"], "F"))
        )


def _rest(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    f, rss, null = (look.interval(row.get(c), table, c) for c in ("F", "rss", "rss_null"))
    n, t = look.whole(table.values.get("observations")), look.paper.sample.periods
    if f is not None and rss is not None and null is not None and rss.low > 0:
        rows = n or ((look.paper.sample.units or 0) * (t or 0))
        if rows and t:
            ranges = [(null / rss - 1) * float(d) for d in (rows * (t - 1) / t, rows)]
            hit = next((r for r in ranges if r.meets(f)), ranges[0])
            where = place(table.id, row["test"], "F")
            yield look.compare("threshold", where, row["F"], hit, table=table, cell="F", fails="consistent_if", assumption=Message("audit.if.balanced"))
    low, value, high = (look.interval(row.get(c), table, c) for c in ("ci_low", "estimate", "ci_high"))
    if low is not None and value is not None and high is not None:
        fine = low.low <= value.high and value.low <= high.high and low.low <= high.high
        where = place(table.id, row["test"], "estimate")
        printed = f"{row['estimate']} [{row['ci_low']}, {row['ci_high']}]"
        yield Judgement(
            "threshold", where, printed, "", "consistent" if fine else "inconsistent", "digit", Message("audit.note.inside" if fine else "audit.note.outside")
        )
