"""Standard errors of the third step from those of the first: conventional errors only."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.checks.mediation import Steps, steps
from regio.auditing.evidence import errors_of
from regio.auditing.inference import bracket_t, brackets, estimators, shared
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for found in steps(look):
        if brackets(look, found.table).kind == "p":
            continue
        agreed = shared(look, (found.table, found.total), (found.table, found.first), (found.table, found.full))
        for var in found.total.regressors:
            yield from _judge(look, found, var, agreed)


def _judge(look: Look, found: Steps, var: str, agreed: tuple[str, ...]) -> Iterator[Judgement]:
    table = found.table
    r1, r3 = look.value(table, found.total, "R2"), look.value(table, found.full, "R2")
    one, three = _error(look, found, found.total, var), found.full.term(var)
    t = _t(look, found, found.first, var)
    if r1 is None or r3 is None or one is None or three is None or t is None or r1.high >= 1:
        return
    ranges = []
    for name in agreed or ("pooled",):
        df = [(estimators(look, m) or {}).get(name) for m in (found.total, found.first, found.full)]
        if df[0] and df[1] and df[2]:
            ratio = (1 - r3).clip(0.0, 1.0) / (1 - r1) * (df[0] / df[2]) * (1 + t.square() * (1 / df[1]))
            ranges.append(one * ratio.sqrt())
    if not ranges:
        return
    error = Interval(min(x.low for x in ranges), max(x.high for x in ranges))
    where = place(table.id, found.full.col, var)
    cells = (where, place(table.id, found.total.col, var), place(table.id, found.first.col, var))
    sure = errors_of(look, table).conventional and agreed
    printed, computed = three.paren, error
    if brackets(look, table).kind == "t":
        coef = look.coef(table, three)
        if coef is None or error.low <= 0:
            return
        computed = coef / error
    yield look.compare(
        "mediation_errors", where, printed, computed, table=table, cell="paren", fails="inconsistent" if sure else "consistent_if",
        assumption=Message("audit.if.same_errors" if sure else "audit.if.conventional"), cells=cells,
    )  # fmt: skip


def _t(look: Look, found: Steps, model: Model, var: str) -> Interval | None:
    term = model.term(var)
    return bracket_t(look, found.table, term, brackets(look, found.table).kind) if term else None


def _error(look: Look, found: Steps, model: Model, var: str) -> Interval | None:
    term, t = model.term(var), _t(look, found, model, var)
    if term is None or t is None:
        return None
    if brackets(look, found.table).kind == "se":
        return look.interval(term.paren, found.table, "paren")
    coef = look.coef(found.table, term)
    return None if coef is None or t.low <= 0 else abs(coef) / t
