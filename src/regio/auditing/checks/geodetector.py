"""q in [0, 1], ranks by q, and p at least that of the central F for some number of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regio.auditing.checks.topsis import ranks
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("geodetector",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            where = place(table.id, row["factor"], row.get("period", ""), "q")
            q = look.interval(row["q"], table, "q")
            if q is None:
                yield look.unread("geodetector", where, row["q"])
            elif q.high < 0 or q.low > 1:
                yield Judgement("geodetector", where, row["q"], "[0, 1]", "inconsistent", "digit", Message("audit.note.q_range"))
            elif row.get("p"):
                yield from _p(look, table, row, q)
        yield from ranks(look, table, "geodetector", "q", "factor")


def _p(look: Look, table: PaperTable, row: Mapping[str, str], q: Interval) -> Iterator[Judgement]:
    """The test is of a non-central F, so that its p is never below the central one."""
    from scipy.special import fdtrc

    where = place(table.id, row["factor"], row.get("period", ""), "p")
    n = look.whole(table.values.get("observations")) or look.paper.sample.units
    p = look.interval(row["p"], table, "p")
    if p is None or not n:
        yield Judgement("geodetector", where, row["p"], "", "not_checkable", "digit", Message("audit.note.no_n", {"df": ""}))
        return
    given = look.whole(row.get("classes"))
    high = min(max(q.high, 0.0), 1 - 1e-12)
    least = min(float(fdtrc(k - 1, n - k, high / (1 - high) * (n - k) / (k - 1))) for k in ([given] if given else range(2, n - 1)))
    bound = Interval(least, 1.0)
    note = Message("audit.note.p_too_small", {"printed": row["p"], "least": least})
    yield look.compare(
        "geodetector", where, row["p"], bound, table=table, cell="p", severity="star", note=note, assumption=Message("audit.if.rows", {"n": n}), cells=(where,)
    )
