"""Columns of one outcome, one set of regressors and one N that print different numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from regio.auditing.inference import df_of_f, estimators, implied
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    seen: dict[tuple[object, ...], list[tuple[PaperTable, Model]]] = {}
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            key = (look.paper.variable(model.dependent), frozenset(map(look.paper.variable, model.regressors)), look.whole(model.values.get("N")))
            if key[2] and not model.stage:
                seen.setdefault(key, []).append((table, model))
    for same in seen.values():
        kept: list[tuple[PaperTable, Model]] = []  # one of each set of equal columns
        for table, model in same:
            if not any(_equal(look, table, model, *other) for other in kept):
                kept.append((table, model))
        for (t1, m1), (t2, m2) in combinations(kept, 2):
            yield _judge(look, t1, m1, t2, m2)


def _equal(look: Look, t1: PaperTable, m1: Model, t2: PaperTable, m2: Model) -> bool:
    pairs = [(look.coef(t1, a), look.coef(t2, b)) for a in m1.terms if (b := m2.term(a.var))]
    return all(a is None or b is None or a.meets(b) for a, b in pairs)


def _judge(look: Look, t1: PaperTable, m1: Model, t2: PaperTable, m2: Model) -> Judgement:
    one, two = implied(look, t1, m1), implied(look, t2, m2)
    told = [df_of_f(look, t, m) is not None and estimators(look, m) for t, m in ((t1, m1), (t2, m2))]
    apart = bool(all(told) and one and two and not set(one) & set(two))
    where, other = place(t2.id, m2.col), place(t1.id, m1.col)
    values = {"other": other, "one": tuple(Message(f"audit.estimator.{n}") for n in one), "two": tuple(Message(f"audit.estimator.{n}") for n in two)}
    note = Message("audit.note.estimators_apart" if apart else "audit.note.numbers_apart", values)
    assumption = Message("audit.if.estimators" if apart else "audit.if.something_else")
    first = m2.terms[0]
    return Judgement("same_specification", where, first.coef, m1.terms[0].coef, "consistent_if", "conclusion", note, assumption, cells=(where, other))
