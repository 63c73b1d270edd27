"""A measure of inequality in parts: within + between (+ transvariation) = total, each share part over total, the shares one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, total
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("decomposition",)
PARTS = ("within", "between", "transvariation")


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            yield from _row(look, table, row)


def _row(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    def where(cell: str) -> str:
        return place(table.id, row["name"], cell)

    whole = look.interval(row["total"], table, "total")
    parts = {p: v for p in PARTS if (v := look.interval(row.get(p), table, p)) is not None}
    shares = {p: v for p in PARTS if (v := look.interval(row.get(f"{p}_share"), table, f"{p}_share")) is not None}
    if whole is None:
        yield look.unread("decomposition", where("total"), row["total"])
        return
    if len(parts) > 1:
        computed = total(parts.values())
        overlap = len(parts) == 2 and computed.high < whole.low  # a Gini coefficient has a third part, a Theil index none
        fails: Verdict = "consistent_if" if overlap else "inconsistent"
        yield look.compare(
            "decomposition", where("total"), row["total"], computed, table=table, cell="total", fails=fails,
            assumption=Message("audit.if.third_part") if overlap else None, cells=(where("total"), *map(where, parts)),
        )  # fmt: skip
    percent = 100.0 if sum(v.middle for v in shares.values()) > 10 else 1.0
    for name, share in shares.items():
        if name in parts and whole.low > 0:
            computed = parts[name] / whole * percent
            read = (where(f"{name}_share"), where(name), where("total"))
            yield look.compare("decomposition", read[0], row[f"{name}_share"], computed, table=table, cell=f"{name}_share", cells=read)
        elif share.high < 0 or share.low > percent:
            note = Message("audit.note.out_of_domain", {"printed": row[f"{name}_share"], "low": 0.0, "high": percent, "source": name})
            yield Judgement("decomposition", where(f"{name}_share"), row[f"{name}_share"], f"[0, {percent:g}]", "inconsistent", "digit", note)
    if len(shares) == 3 or (len(shares) == 2 and len(parts) == 2 and total(parts.values()).meets(whole)):
        found = total(shares.values())
        fine = found.meets(Interval(percent, percent))
        note = Message("audit.note.sum_is_one" if fine else "audit.note.sum_is_not_one", {"sum": str(found), "whole": percent})
        cells = tuple(where(f"{p}_share") for p in shares)
        yield Judgement("decomposition", where("shares"), str(found), f"{percent:g}", "consistent" if fine else "inconsistent", "digit", note, cells=cells)
