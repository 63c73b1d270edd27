"""min ≤ median ≤ max and min ≤ mean ≤ max."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("descriptives",)
PAIRS = (("min", "median"), ("min", "mean"), ("median", "max"), ("mean", "max"), ("min", "max"))


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            found = {c: v for c in ("min", "median", "mean", "max") if (v := look.interval(row.get(c), table, c)) is not None}
            pairs = [(a, b) for a, b in PAIRS if a in found and b in found]
            broken = [(a, b) for a, b in pairs if found[a].low > found[b].high]
            where = place(table.id, row["var"])
            printed = ", ".join(f"{c} {row[c]}" for c in found)
            if broken:
                worst = max("mean", "max", "min", "median", key=lambda c: sum(c in p for p in broken))
                note = Message(
                    "audit.note.order",
                    {"pairs": tuple(Message("audit.note.above", {"a": _named(a), "x": row[a], "b": _named(b), "y": row[b]}) for a, b in broken)},
                )
                cells = (place(table.id, row["var"], worst), *(place(table.id, row["var"], c) for p in broken for c in p))
                yield Judgement("order", place(table.id, row["var"], worst), row[worst], "", "inconsistent", "digit", note, cells=tuple(dict.fromkeys(cells)))
            elif pairs:
                yield Judgement("order", where, printed, "", "consistent", "digit", Message("audit.note.in_order"))
            if (sd := look.interval(row.get("sd"), table, "sd")) is not None and sd.high < 0:
                where = place(table.id, row["var"], "sd")
                yield Judgement("order", where, row["sd"], "≥ 0", "inconsistent", "digit", Message("audit.note.negative_sd"))


def _named(cell: str) -> Message:
    return Message(f"audit.statistic.{cell}")
