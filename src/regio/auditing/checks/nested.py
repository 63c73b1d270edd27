"""Two columns that differ by one term: R² of the second follows from that of the first and the t of the added term."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import errors_of, nested_pairs, nested_r2
from regio.auditing.inference import shared
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for first, second, added in nested_pairs(table):
            one, two = look.value(table, first, "R2"), look.value(table, second, "R2")
            if one is None or two is None:
                continue
            where = place(table.id, second.col, "R2")
            cells = (where, place(table.id, first.col, "R2"), place(table.id, second.col, added))
            printed = second.values["R2"]
            estimators = shared(look, (table, first), (table, second))
            if two.high < one.low:
                note = Message("audit.note.r2_falls", {"first": first.values["R2"], "second": printed, "added": added})
                verdict = "inconsistent" if estimators else "consistent_if"
                yield Judgement("nested", where, printed, f"≥ {first.values['R2']}", verdict, "digit", note, Message("audit.if.same_rows"), None, cells)  # type: ignore[arg-type]
                continue
            range_ = nested_r2(look, table, first, second, added)
            if range_ is None:
                continue
            sure = errors_of(look, table).conventional and estimators
            yield look.compare(
                "nested",
                where,
                printed,
                range_,
                table=table,
                cell="R2",
                fails="inconsistent" if sure else "consistent_if",
                assumption=Message("audit.if.same_errors" if sure else "audit.if.conventional"),
                cells=cells,
            )
