"""A table of effects: z = b/SE, p from z, and intervals in order and around the effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regio.auditing.inference import two_sided
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("bootstrap",)
ENDS = (("percentile_low", "percentile_high"), ("corrected_low", "corrected_high"))


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            yield from _statistics(look, table, row)
            yield from _intervals(look, table, row)


def _statistics(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    v = {c: look.interval(row.get(c), table, c) for c in ("coef", "se", "z", "p")}
    coef, se, z, p = (v[c] for c in ("coef", "se", "z", "p"))
    if coef is not None and se is not None and z is not None:
        yield look.compare("bootstrap", place(table.id, row["effect"], "z"), row["z"], coef / se, table=table, cell="z")
    if z is not None and coef is not None and (z.low > 0 > coef.high or z.high < 0 < coef.low):
        yield Judgement(
            "bootstrap", place(table.id, row["effect"], "z"), row["z"], row["coef"], "inconsistent", "digit", Message("audit.note.sign", {"printed": row["z"]})
        )
    if z is not None and p is not None:
        where = place(table.id, row["effect"], "p")
        yield look.compare(
            "bootstrap", where, row["p"], two_sided(z, 1e9), table=table, cell="p", fails="consistent_if", assumption=Message("audit.if.not_normal")
        )


def _intervals(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    coef, z = look.interval(row.get("coef"), table, "coef"), look.interval(row.get("z"), table, "z")
    for names in ENDS:
        low, high = (look.interval(row.get(n), table, n) for n in names)
        if low is None or high is None or coef is None:
            continue
        where, printed = place(table.id, row["effect"], names[0]), f"[{row[names[0]]}, {row[names[1]]}]"
        if low.low > high.high:
            yield Judgement("bootstrap", where, printed, "", "inconsistent", "digit", Message("audit.note.ends"))
            continue
        inside = low.low <= coef.high and high.high >= coef.low
        verdict: Verdict = "consistent" if inside else "consistent_if"
        assumption = None if inside else Message("audit.if.skewed")
        yield Judgement(
            "bootstrap", where, printed, row["coef"], verdict, "digit", Message("audit.note.inside" if inside else "audit.note.outside"), assumption
        )
        excludes = low.low > 0 or high.high < 0
        if z is not None and excludes != (abs(z).middle > 1.96) and (abs(z).low > 3.3 or abs(z).high < 1.3):
            note = Message("audit.note.interval_and_z", {"printed": printed, "z": row["z"]})
            yield Judgement(
                "bootstrap", place(table.id, row["effect"], names[1]), printed, row["z"], "consistent_if", "conclusion", note, Message("audit.if.skewed")
            )
