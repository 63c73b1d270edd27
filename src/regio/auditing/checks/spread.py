"""What range, mean and n allow a standard deviation to be, what the median allows the mean to be, and how far mean and median can lie apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, power
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("descriptives",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            found = {c: v for c in ("mean", "median", "sd", "min", "max") if (v := look.interval(row.get(c), table, c)) is not None}
            n = look.whole(row.get("n"))
            if all(c in found for c in ("mean", "min", "max")) and (found["mean"].low > found["max"].high or found["mean"].high < found["min"].low):
                yield _skipped(table, row)
                continue
            if n and n > 2 and all(c in found for c in ("mean", "sd", "min", "max")):
                yield _sd(look, table, row, found, n)
            if n and all(c in found for c in ("mean", "median", "sd")):
                yield _mean_median(look, table, row, found, n)
            if n and n > 2 and all(c in found for c in ("mean", "median", "min", "max")):
                yield _mean(look, table, row, found, n)


def _skipped(table: PaperTable, row: Mapping[str, str]) -> Judgement:
    return Judgement("spread", place(table.id, row["var"], "sd"), row.get("sd", ""), "", "not_checkable", "digit", Message("audit.note.order_first"))


def _sd(look: Look, table: PaperTable, row: Mapping[str, str], v: Mapping[str, Interval], n: int) -> Judgement:
    where = place(table.id, row["var"], "sd")
    range_ = Interval(_least(v, n), _most(v, n))
    own = v["sd"]
    fine = own.meets(range_)
    strength = power(row["sd"], look.counted(row["sd"], table, "sd"), range_, look.rule)
    note = Message("audit.agrees" if fine else "audit.differs", {"printed": row["sd"], "computed": str(range_)})
    cells = tuple(place(table.id, row["var"], c) for c in ("sd", "mean", "min", "max"))
    return Judgement("spread", where, row["sd"], str(range_), "consistent" if fine else "inconsistent", "digit", note, None, strength, cells)


def _most(v: Mapping[str, Interval], n: int) -> float:
    """All rows at the two ends: (m − a)(b − m) n/(n − 1)."""
    a, b = v["min"].low, v["max"].high
    middle = min(max((a + b) / 2, v["mean"].low), v["mean"].high)
    return math.sqrt(max(0.0, (middle - a) * (b - middle)) * n / (n - 1))


def _least(v: Mapping[str, Interval], n: int) -> float:
    """One row at each end, the others together where they make the mean right."""

    def squares(m: float) -> float:
        up, down = max(b - m, 0.0), max(m - a, 0.0)
        return up**2 + down**2 + (up - down) ** 2 / (n - 2)

    a, b = v["min"].high, v["max"].low
    if b <= a:
        return 0.0
    middle = min(max((a + b) / 2, v["mean"].low), v["mean"].high)
    return math.sqrt(squares(middle) / (n - 1))


def _mean_median(look: Look, table: PaperTable, row: Mapping[str, str], v: Mapping[str, Interval], n: int) -> Judgement:
    """|mean − median| is at most the SD of all rows."""
    where = place(table.id, row["var"], "median")
    reach = v["sd"].high * math.sqrt((n - 1) / n)
    range_ = Interval(v["mean"].low - reach, v["mean"].high + reach)
    cells = tuple(place(table.id, row["var"], c) for c in ("median", "mean", "sd"))
    return look.compare("spread", where, row["median"], range_, table=table, cell="median", cells=cells)


def _mean(look: Look, table: PaperTable, row: Mapping[str, str], v: Mapping[str, Interval], n: int) -> Judgement:
    """Half the rows lie on either side of the median."""
    where = place(table.id, row["var"], "mean")
    half = (n - 1) // 2
    below = above = half
    a, m, b = v["min"], v["median"], v["max"]
    middle = n - below - 1
    low = (below * a.low + middle * m.low + b.low) / n
    high = (a.high + (n - above - 1) * m.high + above * b.high) / n
    cells = tuple(place(table.id, row["var"], c) for c in ("mean", "median", "min", "max"))
    return look.compare("spread", where, row["mean"], Interval(low, high), table=table, cell="mean", cells=cells)
