"""One instrument: F of the first stage is t²; the p of the LM statistic comes from χ²(instruments − endogenous + 1); F against the Stock-Yogo value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("instruments",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for i, row in enumerate(table.rows):
            yield from _row(look, table, row, str(i + 1) if len(table.rows) > 1 else "")


def _row(look: Look, table: PaperTable, row: Mapping[str, str], name: str) -> Iterator[Judgement]:
    from scipy.special import chdtrc

    v = {k: look.interval(row.get(k), table, k) for k in ("first_stage_t", "kp_lm", "kp_lm_p", "kp_f", "cragg_donald_f", "stock_yogo")}
    count = (look.whole(row.get("instruments")) or 1) - (look.whole(row.get("endogenous")) or 1) + 1
    said = "instruments" in row
    lm, p, f, t = v["kp_lm"], v["kp_lm_p"], v["kp_f"], v["first_stage_t"]
    assumption = Message("audit.if.instruments", {"df": count})
    if lm is not None and p is not None:
        computed = Interval(float(chdtrc(count, lm.high)), float(chdtrc(count, max(lm.low, 0.0))))
        where = place(table.id, name, "kp_lm_p")
        yield look.compare(
            "instruments",
            where,
            row["kp_lm_p"],
            computed,
            table=table,
            cell="kp_lm_p",
            fails="inconsistent" if said else "consistent_if",
            assumption=assumption,
        )
    if f is not None and t is not None and count == 1:
        where = place(table.id, name, "kp_f")
        yield look.compare(
            "instruments", where, row["kp_f"], t.square(), table=table, cell="kp_f", fails="consistent_if", assumption=Message("audit.if.one_instrument")
        )
    if f is not None and f.high < 0:
        yield Judgement("instruments", place(table.id, name, "kp_f"), row["kp_f"], "≥ 0", "inconsistent", "digit", Message("audit.note.negative_f"))
    elif f is not None and v["stock_yogo"] is not None:
        passes = f.low > v["stock_yogo"].high
        note = Message("audit.note.above_limit" if passes else "audit.note.below_limit", {"printed": row["kp_f"], "limit": row["stock_yogo"]})
        yield Judgement("instruments", place(table.id, name, "stock_yogo"), row["kp_f"], row["stock_yogo"], "consistent", "conclusion", note)
