"""Quadratics: the turning point −b₁/(2 b₂) against the one that is printed, and against the range of its variable where the text claims a (inverted) U."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from regio.auditing.inference import brackets
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, ending, place
from regio.auditing.numbers import EVERYTHING, Interval
from regio.auditing.paper import Claim, Model, PaperTable, Term, Value
from regio.auditing.products import linear, products
from regio.language import Message

KINDS = ("regression", "descriptives")
INVERTED = re.compile(r"invert\w*[- ‐–]*[“\"']?U|inverse[- ][“\"']?U|倒\s*[“\"'「]?\s*U|hump[- ]?shape|∩", re.IGNORECASE)
UPRIGHT = re.compile(r"(?<![\w-])[“\"'「]?U[”\"'」]?\s*[-‐–]?\s*(?:shape|curve|relation|[型形])", re.IGNORECASE)
NOT = re.compile(r"\bno(?:t|r)?\b|neither|fails?|without|reject|不(?:存在|呈|是|支持)|没有|未(?:发现|呈|通过)|并非", re.IGNORECASE)
NAME = "turning_point"


@dataclass(frozen=True, slots=True)
class Quadratic:
    """The two terms of a variable in a column; ``weak``: that they are the two of one variable is told by no more than a name like x2."""

    table: PaperTable
    model: Model
    variable: str
    first: Term
    second: Term
    weak: bool

    @property
    def cells(self) -> tuple[str, str]:
        return place(self.table.id, self.model.col, self.first.var), place(self.table.id, self.model.col, self.second.var)

    def at(self, look: Look) -> Interval:
        """−b₁/(2 b₂), each number once: exact."""
        one, two = look.coef(self.table, self.first), look.coef(self.table, self.second)
        return -one / (two * 2.0) if one is not None and two is not None and not two.low <= 0 <= two.high else EVERYTHING

    def bend(self, look: Look) -> int:
        """The sign of b₂; 0 where it does not show. t tells the sign of a coefficient whose digits are rounded away."""
        t = look.interval(self.second.paren, self.table, "paren") if brackets(look, self.table).kind == "t" else None
        for value in (look.coef(self.table, self.second), t):
            if value is not None and (value.low > 0 or value.high < 0):
                return 1 if value.low > 0 else -1
        return 0


def run(look: Look) -> Iterator[Judgement]:
    every = [q for table in look.paper.of_kind("regression") for model in table.models for q in _of(look, table, model)]
    claimed = {id_ for claim in look.paper.claims if _shape(claim.quote) for id_ in claim.about}
    for q in every:
        printed = q.model.values.get(NAME, "")
        if printed:
            yield _point(look, place(q.table.id, q.model.col, NAME), printed, [q])
        if q.table.id not in claimed and (printed or not q.weak):
            yield from _range(look, place(*q.cells[1:], "range"), ", ".join((q.first.coef, q.second.coef)), [q], claimed=False)
    for claim in look.paper.claims:
        own = [q for q in every if q.table.id in claim.about]
        for value in claim.values:
            if value.name.startswith(NAME) and (found := [q for q in own if _named(look, value, q)]):
                yield _point(look, place(claim.id, value.name), value.printed, found)
        if own and (sign := _shape(claim.quote)):
            found = [q for q in own if any(_named(look, v, q) for v in claim.values if v.name.startswith(NAME) or v.subject)] or own
            yield from _claim(look, claim, found, sign)


def _of(look: Look, table: PaperTable, model: Model) -> Iterator[Quadratic]:
    for product in products(look, model):
        first = linear(look, model, product.factors[0])
        if product.is_square and first is not None:
            yield Quadratic(table, model, product.factors[0], first, product.term, product.weak)


def _named(look: Look, value: Value, q: Quadratic) -> bool:
    """Whether a number of the text is about this variable: by its subject, or as turning_point_x; a bare turning_point is about any."""
    name = value.subject or value.name.removeprefix(NAME).lstrip("_")
    return not name or look.paper.variable(name) == q.variable


def _shape(quote: str) -> int:
    """1: a U is claimed, −1: an inverted one, 0: none."""
    if NOT.search(quote):
        return 0
    return -1 if INVERTED.search(quote) else 1 if UPRIGHT.search(quote) else 0


def _point(look: Look, where: str, printed: str, found: Sequence[Quadratic]) -> Judgement:
    """A printed turning point; one in other units than the terms is one under an assumption."""
    ranges = [(q, q.at(look)) for q in found]
    own = look.interval(printed, found[0].table, NAME)
    if own is None or all(math.isinf(r.width) for _, r in ranges):
        return look.unread("turning_points", where, printed) if own is None else _open(where, printed)
    q, hit = next(((q, r) for q, r in ranges if r.meets(own)), next((q, r) for q, r in ranges if not math.isinf(r.width)))
    code = "" if hit.meets(own) else next((c for q, r in ranges for c, form in _forms(look, q).items() if not math.isinf(r.width) and form(r).meets(own)), "")
    return look.compare(
        "turning_points", where, printed, hit, table=q.table, cell=NAME, fails="consistent_if" if code else "inconsistent", severity="conclusion",
        assumption=Message(f"audit.if.{code}") if code else None, cells=(where, *q.cells),
    )  # fmt: skip


def _open(where: str, printed: str) -> Judgement:
    return Judgement("turning_points", where, printed, "", "not_checkable", "digit", Message("audit.note.few_digits", {"printed": printed}))


def _forms(look: Look, q: Quadratic) -> Mapping[str, Callable[[Interval], Interval]]:
    """Units in which a turning point may be told other than those of the terms: of a logarithm, of deviations from the mean, standardised, in per cent."""
    row = _described(look, q)
    mean, sd = row.get("mean"), row.get("sd")
    found: dict[str, Callable[[Interval], Interval]] = {
        "in_logs": lambda x: Interval(math.exp(min(x.low, 700.0)), math.exp(min(x.high, 700.0))),
        "in_percent": lambda x: x * 100.0,
    }
    if mean is not None:
        found["centred"] = lambda x: x + mean
    if mean is not None and sd is not None:
        found["standardised"] = lambda x: x * sd + mean
    return found


def _described(look: Look, q: Quadratic) -> dict[str, Interval]:
    for table in look.paper.of_kind("descriptives"):
        for row in table.rows:
            if look.paper.variable(row["var"]) == q.variable:
                return {c: v for c in ("mean", "sd", "min", "max") if (v := look.interval(row.get(c), table, c)) is not None}
    return {}


def _claim(look: Look, claim: Claim, found: Sequence[Quadratic], sign: int) -> Iterator[Judgement]:
    """The sign of b₂ and the place of the turning point, of any column that the sentence may be about."""
    where, printed = place(claim.id, "shape"), ending(claim.quote, 60)
    signs = [q.bend(look) for q in found]
    fits = [q for q, s in zip(found, signs, strict=True) if s == sign]
    fine = bool(fits)
    verdict: Verdict = "consistent" if fine else "not_checkable" if 0 in signs else "inconsistent"
    note = Message("audit.note.bend", {"numbers": tuple(f"{q.cells[1]} {q.second.coef}" for q in found), "shape": Message(f"audit.shape.{_key(sign)}")})
    yield Judgement("turning_points", where, printed, "", verdict, "conclusion", note, cells=(where, *(q.cells[1] for q in found)))
    if fine:
        yield from _range(look, place(claim.id, "range"), printed, fits, claimed=True)


def _key(sign: int) -> str:
    return "upright" if sign > 0 else "inverted"


def _range(look: Look, where: str, printed: str, found: Sequence[Quadratic], *, claimed: bool) -> Iterator[Judgement]:
    """The turning point inside the smallest and largest printed value of the variable."""
    known = [(q, r["min"], r["max"], q.at(look)) for q in found if {"min", "max"} <= set(r := _described(look, q))]
    known = [k for k in known if not math.isinf(k[3].width)]
    if not known:
        if claimed:
            yield Judgement("turning_points", where, printed, "", "not_checkable", "conclusion", Message("audit.note.no_range"))
        return
    inside = next((k for k in known if k[3].meets(Interval(k[1].low, k[2].high))), None)
    q, low, high, at = inside or known[0]
    limits = Interval(low.low, high.high)
    note = Message("audit.note.turn_inside" if inside else "audit.note.turn_outside", {"name": q.first.var, "at": str(at), "limits": str(limits)})
    code = "" if inside else next((c for q, a, b, x in known for c, form in _forms(look, q).items() if form(x).meets(Interval(a.low, b.high))), "")
    verdict: Verdict = "consistent" if inside else "inconsistent" if claimed and not code else "consistent_if"
    assumption = None if inside else Message(f"audit.if.{code if code and claimed else 'units_of_table' if claimed else 'no_turn'}")
    yield Judgement("turning_points", where, printed, str(at), verdict, "conclusion", note, assumption, cells=(where, *q.cells))
