"""Columns whose numbers are the same: the same model again, or a copy under another name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from regio.auditing.inference import bracket_t, brackets
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)
FEWEST = 3  # terms with at least three digits that must agree
DIGITS = 2.5


def run(look: Look) -> Iterator[Judgement]:
    columns = [(t, m) for t in look.paper.of_kind(*KINDS) for m in t.models]
    for (t1, m1), (t2, m2) in combinations(columns, 2):
        if not _same(look, t1, m1, t2, m2):
            continue
        different = [
            name
            for name, a, b in (
                ("outcome", look.paper.variable(m1.dependent), look.paper.variable(m2.dependent)),
                ("N", look.whole(m1.values.get("N")), look.whole(m2.values.get("N"))),
                ("regressors", {look.paper.variable(v) for v in m1.regressors}, {look.paper.variable(v) for v in m2.regressors}),
            )
            if a and b and a != b
        ]
        where, other = place(t2.id, m2.col), place(t1.id, m1.col)
        values = {"other": other, "different": tuple(Message(f"audit.part.{d}") for d in different)}
        note = Message("audit.note.copy" if different else "audit.note.same_column", values)
        yield Judgement("duplicates", where, m2.col, other, "inconsistent" if different else "consistent", "conclusion", note, cells=(where, other))


def twins(look: Look, table: PaperTable, model: Model) -> Iterator[tuple[PaperTable, Model]]:
    """Other columns that print the same numbers for the same terms."""
    for t in look.paper.of_kind(*KINDS):
        for m in t.models:
            if m is not model and _same(look, table, model, t, m) and set(m.regressors) == set(model.regressors):
                yield t, m


def _same(look: Look, t1: PaperTable, m1: Model, t2: PaperTable, m2: Model) -> bool:
    """Whether all terms agree in coefficient and in |t|, enough of them with enough digits."""
    if len(m1.terms) != len(m2.terms):
        return False
    sharp = 0
    for a, b in zip(m1.terms, m2.terms, strict=True):
        one, two = look.coef(t1, a), look.coef(t2, b)
        if one is None or two is None or not one.meets(two):
            return False
        s, t = bracket_t(look, t1, a, brackets(look, t1).kind), bracket_t(look, t2, b, brackets(look, t2).kind)
        if s is not None and t is not None and not s.meets(t):
            return False
        sharp += _digits(one) >= DIGITS and _digits(two) >= DIGITS
    return sharp >= FEWEST


def _digits(value: Interval) -> float:
    """Significant digits that an interval leaves."""
    from math import log10

    return 9.0 if not value.width else log10(max(abs(value.middle), 1e-300) / value.width)
