"""Principal components: one total behind all shares, cumulative shares that add up, eigenvalues from the largest down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("components",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        columns = {c: [look.interval(row.get(c), table, c) for row in table.rows] for c in ("eigenvalue", "share", "cumulative")}
        yield from _order(table, columns["eigenvalue"])
        yield from _shares(look, table, columns["eigenvalue"], columns["share"])
        yield from _sums(look, table, columns["share"], columns["cumulative"])


def _order(table: PaperTable, values: Sequence[Interval | None]) -> Iterator[Judgement]:
    for (row, one), (after, two) in pairwise(zip(table.rows, values, strict=True)):
        if one is not None and two is not None and two.low > one.high:
            where, above = (place(table.id, r["component"], "eigenvalue") for r in (after, row))
            note = Message("audit.note.eigenvalue_order")
            yield Judgement("components", where, after["eigenvalue"], f"≤ {row['eigenvalue']}", "inconsistent", "digit", note, cells=(where, above))


def _shares(look: Look, table: PaperTable, values: Sequence[Interval | None], shares: Sequence[Interval | None]) -> Iterator[Judgement]:
    """Eigenvalue over share is the same total in every row: the total of all other rows gives the share of each."""
    totals = [
        (i, v / s) for i, (v, s) in enumerate(zip(values, shares, strict=True)) if v is not None and s is not None and s.low > 0 and v.low > 0
    ]  # fmt: skip
    for i, _ in totals:
        others = [t for j, t in totals if j != i]
        low, high = max((t.low for t in others), default=1.0), min((t.high for t in others), default=0.0)
        value = values[i]
        if value is None or low > high:
            continue
        where = place(table.id, table.rows[i]["component"], "share")
        cells = (where, place(table.id, table.rows[i]["component"], "eigenvalue"))
        yield look.compare("components", where, table.rows[i]["share"], value / Interval(low, high), table=table, cell="share", cells=cells)


def _sums(look: Look, table: PaperTable, shares: Sequence[Interval | None], sums: Sequence[Interval | None]) -> Iterator[Judgement]:
    before: Interval | None = Interval(0.0, 0.0)
    for row, share, total in zip(table.rows, shares, sums, strict=True):
        if before is not None and share is not None and total is not None:
            where = place(table.id, row["component"], "cumulative")
            cells = (where, place(table.id, row["component"], "share"))
            yield look.compare("components", where, row["cumulative"], before + share, table=table, cell="cumulative", cells=cells)
        before = total
