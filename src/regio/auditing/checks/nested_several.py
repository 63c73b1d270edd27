"""Columns of one outcome that differ by several terms: R² does not fall, and leaving out all of them costs no less than leaving out any one."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import errors_of
from regio.auditing.inference import bracket_t, brackets, estimators, shared
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for first in table.models:
            for second in table.models:
                more = [v for v in second.regressors if v not in first.regressors]
                alike = first.dependent == second.dependent and first.values.get("N") == second.values.get("N") and first.effects == second.effects
                if alike and len(more) > 1 and set(first.regressors) < set(second.regressors) and first.values.get("N") and not second.stage:
                    yield from _judge(look, table, first, second, more)


def _judge(look: Look, table: PaperTable, first: Model, second: Model, more: list[str]) -> Iterator[Judgement]:
    one, two = look.value(table, first, "R2"), look.value(table, second, "R2")
    names = shared(look, (table, first), (table, second))
    if one is None or two is None or one.low >= 1:
        return
    where, floor = place(table.id, second.col, "R2"), place(table.id, first.col, "R2")
    least, cells, conventional = one.low, [where, floor], True
    sizes = _sizes(look, table, second, more, names)
    if sizes and two.low < 1:
        name, ratio = max(sizes.items(), key=lambda pair: pair[1])
        if 1 - (1 - one.low) / (1 + ratio) > least:
            least, conventional = 1 - (1 - one.low) / (1 + ratio), errors_of(look, table).conventional
            cells.append(place(table.id, second.col, name))
    fine, falls = two.high >= least - 1e-9, two.high < one.low - 1e-9
    sure = bool(names) and names != ("unknown",) and (conventional or falls)
    verdict: Verdict = "consistent" if fine else "inconsistent" if sure else "consistent_if"
    note = Message("audit.note.r2_at_least", {"first": first.values["R2"], "least": str(Interval(least, least)), "added": tuple(more)})
    assumption = None if fine else Message("audit.if.same_rows" if falls else "audit.if.same_errors" if sure else "audit.if.conventional")
    yield Judgement("nested_several", where, second.values["R2"], f"≥ {least:.5g}", verdict, "digit", note, assumption, cells=tuple(cells))


def _sizes(look: Look, table: PaperTable, second: Model, more: list[str], names: tuple[str, ...]) -> dict[str, float]:
    """Added term → the least t²/df that its digits allow."""
    kind, options = brackets(look, table).kind, estimators(look, second) or {}
    most = max((df for name, df in options.items() if name in names), default=0)
    found = {}
    for var in more:
        term = second.term(var)
        t = bracket_t(look, table, term, kind) if term is not None and kind != "p" else None
        if t is not None and most:
            found[var] = t.low**2 / most
    return found
