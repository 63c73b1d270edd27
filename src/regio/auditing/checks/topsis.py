"""Closeness to the ideal: c = d⁻/(d⁺ + d⁻), in [0, 1], and ranks that follow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("topsis",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            where = place(table.id, row["unit"], row.get("period", ""), "closeness")
            c, near, far = (look.interval(row.get(k), table, k) for k in ("closeness", "d_plus", "d_minus"))
            if c is None:
                yield look.unread("topsis", where, row["closeness"])
            elif c.high < 0 or c.low > 1:
                yield Judgement("topsis", where, row["closeness"], "[0, 1]", "inconsistent", "digit", Message("audit.note.closeness_range"))
            elif near is not None and far is not None and far.low + near.high > 0:
                low, high = max(far.low, 0.0), far.high
                computed = Interval(
                    low / (low + near.high) if low + near.high else 0.0, high / (high + max(near.low, 0.0)) if high + max(near.low, 0.0) else 1.0
                )
                yield look.compare("topsis", where, row["closeness"], computed, table=table, cell="closeness", cells=(where,))
        yield from ranks(look, table, "topsis", "closeness", "unit")


def ranks(look: Look, table: PaperTable, check: str, cell: str, name: str) -> Iterator[Judgement]:
    """Ranks from the largest value down, within each period."""
    periods: dict[str, list[Mapping[str, str]]] = {}
    for row in table.rows:
        if row.get("rank"):
            periods.setdefault(row.get("period", ""), []).append(row)
    for period, rows in periods.items():
        yield from _ranks(look, table, check, cell, name, period, rows)


def _ranks(look: Look, table: PaperTable, check: str, cell: str, name: str, period: str, rows: Sequence[Mapping[str, str]]) -> Iterator[Judgement]:
    values = [(row, look.interval(row[cell], table, cell), look.whole(row["rank"])) for row in rows]
    for row, value, rank in values:
        if value is None or rank is None:
            continue
        above = sum(other is not None and other.low > value.high for r, other, _ in values if r is not row)
        perhaps = sum(other is not None and other.high >= value.low for r, other, _ in values if r is not row)
        fine = above + 1 <= rank <= perhaps + 1 or (len(rows) - perhaps <= rank <= len(rows) - above and _ascending(values))
        where = place(table.id, row[name], period, "rank")
        note = Message("audit.note.rank_fits" if fine else "audit.note.rank_differs", {"rank": rank, "low": above + 1, "high": perhaps + 1})
        yield Judgement(check, where, row["rank"], f"[{above + 1}, {perhaps + 1}]", "consistent" if fine else "inconsistent", "label", note)


def _ascending(values: Sequence[tuple[Mapping[str, str], Interval | None, int | None]]) -> bool:
    """Whether the largest value bears the last rank: then ranks count upwards."""
    known = [(v.middle, r) for _, v, r in values if v is not None and r is not None]
    return bool(known) and max(known)[1] == len(values) and min(known)[1] == 1
