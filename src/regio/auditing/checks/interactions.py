"""q of two factors together is not below that of either, and the name of the type follows from the three numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable, plain
from regio.language import Message

KINDS = ("interactions", "geodetector")
TYPES = {  # type → how texts call it
    "nonlinear_enhance": r"non-?\s?linear\w*[ -]+enhanc|enhanc\w*,? non-?linear|非线性增强",
    "bivariate_enhance": r"(bi-?variate|two-?factor|bi-?factor|double)[ -]*enhanc|enhanc\w*,? bi|双因子增强|双线性增强",
    "nonlinear_weaken": r"non-?\s?linear\w*[ -]+weaken|weaken\w*,? non|非线性减弱",
    "univariate_weaken": r"(uni-?variate|single)[- ]*weaken|weaken\w*,? uni|单因子(非线性)?减弱",
    "independent": r"independen|独立",
}


def run(look: Look) -> Iterator[Judgement]:
    single: dict[tuple[str, str], Interval] = {}
    for table in look.paper.of_kind("geodetector"):
        for row in table.rows:
            value = look.interval(row["q"], table, "q")
            if value is not None:
                single[plain(row["factor"]), row.get("period", "")] = value
    for table in look.paper.of_kind("interactions"):
        for row in table.rows:
            yield from _row(look, table, row, single)


def _row(look: Look, table: PaperTable, row: Mapping[str, str], single: Mapping[tuple[str, str], Interval]) -> Iterator[Judgement]:
    where = place(table.id, f"{row['first']}∩{row['second']}", row.get("period", ""))
    q = look.interval(row["q"], table, "q")
    parts = [single.get((plain(row[c]), row.get("period", ""))) for c in ("first", "second")]
    if q is None or q.high < 0 or q.low > 1:
        yield Judgement("interactions", where, row["q"], "[0, 1]", "inconsistent" if q is not None else "not_checkable", "digit", Message("audit.note.q_range"))
        return
    one, two = parts
    if one is None or two is None:
        yield Judgement("interactions", where, row["q"], "", "not_checkable", "digit", Message("audit.note.no_factors"))
        return
    computed = Interval(max(one.low, two.low), 1.0)
    yield look.compare("interactions", where, row["q"], computed, table=table, cell="q", assumption=Message("audit.if.same_classes"), cells=(where,))
    if row.get("type"):
        said = next((name for name, words in TYPES.items() if re.search(words, row["type"], re.IGNORECASE)), "")
        possible = _types(q, one, two)
        verdict: Verdict = "not_checkable" if not said else "consistent" if said in possible else "inconsistent"
        names = tuple(Message(f"audit.interaction.{p}") for p in possible)
        yield Judgement(
            "interactions", place(where, "type"), row["type"], " / ".join(possible), verdict, "label", Message("audit.note.type_is", {"types": names})
        )


def _types(q: Interval, one: Interval, two: Interval) -> list[str]:
    low, high = Interval(min(one.low, two.low), min(one.high, two.high)), Interval(max(one.low, two.low), max(one.high, two.high))
    both = one + two
    found = []
    if q.high >= both.low:
        found.append("nonlinear_enhance")
    if q.meets(both):
        found.append("independent")
    if q.high >= high.low and q.low <= both.high:
        found.append("bivariate_enhance")
    if q.high >= low.low and q.low <= high.high:
        found.append("univariate_weaken")
    if q.low <= low.high:
        found.append("nonlinear_weaken")
    return found
