"""Marginal effects at values of a moderator: b_x + b_xz z, of a quadratic b₁ + 2 b₂ z; their standard errors need one covariance that no table prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from regio.auditing.checks.added_terms import Column, column
from regio.auditing.evidence import error_of
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable, Term
from regio.auditing.products import linear, products
from regio.language import Message

KINDS = ("marginal_effects", "regression", "descriptives")
AT = re.compile(
    r"(?P<base>mean|median|min(?:imum)?|max(?:imum)?|均值|中位数|最小值|最大值)\s*(?:(?P<sign>[+\-−–])\s*(?P<times>\d*\.?\d*)\s*[*×]?\s*(?:sd|s\.d\.|个?标准差))?",
    re.IGNORECASE,
)
BASES = {"均值": "mean", "中位数": "median", "最小值": "min", "最大值": "max", "minimum": "min", "maximum": "max"}


@dataclass(frozen=True, slots=True)
class Effect:
    """A row, the two terms that make it, and the number that the second is multiplied with."""

    row: Mapping[str, str]
    where: str
    column: Column
    first: Term
    product: Term
    factor: Interval  # z, or 2 z of a quadratic
    mean: Interval | None  # by which a centred moderator is less

    @property
    def cells(self) -> tuple[str, str]:
        return tuple(place(self.column[0].id, self.column[1].col, t.var) for t in (self.first, self.product))  # type: ignore[return-value]

    def value(self, look: Look, less: Interval | None = None) -> Interval | None:
        one, two = look.coef(self.column[0], self.first), look.coef(self.column[0], self.product)
        return None if one is None or two is None else one + two * (self.factor if less is None else self.factor - less)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind("marginal_effects"):
        kept: dict[tuple[str, ...], list[Effect]] = {}
        for row in table.rows:
            where = place(table.id, row["var"], row["at"], "effect")
            found = list(_effects(look, table, row, where))
            if not found:
                yield Judgement("marginal_effects", where, row["effect"], "", "not_checkable", "digit", Message("audit.note.no_product", {"name": row["var"]}))
                continue
            hit, judged = _effect(look, table, row, where, found)
            yield judged
            if judged.verdict == "consistent":
                kept.setdefault(hit.cells, []).append(hit)
        for effects in kept.values():
            yield from _errors(look, table, effects)


def _effects(look: Look, table: PaperTable, row: Mapping[str, str], where: str) -> Iterator[Effect]:
    """The columns that have the variable and its product; the one that is named, where one is."""
    named = row.get("column") or table.values.get("column", "")
    found = column(look, named)
    every = [(t, m) for t in look.paper.of_kind("regression") for m in t.models]
    for t, m in [found] if found is not None else [] if named else every:
        name, other = look.paper.variable(row["var"]), look.paper.variable(row["moderator"]) if row.get("moderator") else ""
        for p in products(look, m):
            first = linear(look, m, name)
            z = p.factors[1] if p.factors[0] == name else p.factors[0]
            if first is None or name not in p.factors or (other and other != z):
                continue
            at, mean = _at(look, table, row["at"], z), _described(look, z, "mean")
            if at is not None:
                yield Effect(row, where, (t, m), first, p.term, at * 2.0 if p.is_square else at, mean * 2.0 if p.is_square and mean is not None else mean)


def _at(look: Look, table: PaperTable, text: str, name: str) -> Interval | None:
    """A printed value, or one that the descriptives give: mean, mean − sd, 均值 + 标准差."""
    if (value := look.interval(text, table, "at")) is not None:
        return value
    found = AT.fullmatch(text.strip())
    if found is None:
        return None
    base = _described(look, name, BASES.get(found["base"].casefold(), found["base"].casefold()))
    if base is None or not found["sign"]:
        return base
    sd = _described(look, name, "sd")
    return None if sd is None else base + sd * (float(found["times"] or 1) * (1 if found["sign"] == "+" else -1))


def _described(look: Look, name: str, cell: str) -> Interval | None:
    for table in look.paper.of_kind("descriptives"):
        for row in table.rows:
            if look.paper.variable(row["var"]) == name:
                return look.interval(row.get(cell), table, cell)
    return None


def _effect(look: Look, table: PaperTable, row: Mapping[str, str], where: str, found: Sequence[Effect]) -> tuple[Effect, Judgement]:
    own = look.interval(row["effect"], table, "effect")
    ranges = [(e, r) for e in found if (r := e.value(look)) is not None]
    if own is None or not ranges:
        return found[0], look.unread("marginal_effects", where, row["effect"])
    hit, range_ = next(((e, r) for e, r in ranges if r.meets(own)), ranges[0])
    centred = not range_.meets(own) and any(e.mean is not None and (r := e.value(look, e.mean)) is not None and r.meets(own) for e in found)
    code = "centred" if centred else "same_column" if len(ranges) > 1 else ""
    return hit, look.compare(
        "marginal_effects", where, row["effect"], range_, table=table, cell="effect", severity="conclusion", fails="consistent_if" if code else "inconsistent",
        assumption=Message(f"audit.if.{code}") if code else None, cells=(where, *hit.cells),
    )  # fmt: skip


def _errors(look: Look, table: PaperTable, effects: Sequence[Effect]) -> Iterator[Judgement]:
    """SE² = V₁₁ + z² V₃₃ + 2 z V₁₃ under whatever errors: |V₁₃| is at most the product of the two, and the same in every row."""
    shares = [_covariance(look, table, e) for e in effects]
    for i, effect in enumerate(effects):
        parts, text = _variances(look, effect), effect.row.get("se") or effect.row.get("t", "")
        if parts is None or not text:
            continue
        one, two = parts
        reach = (one * two).sqrt().high
        v = Interval(-reach, reach)
        others = [s for j, s in enumerate(shares) if j != i and s is not None]
        low, high = max((s.low for s in others), default=v.low), min((s.high for s in others), default=v.high)
        if max(low, v.low) <= min(high, v.high):
            v = Interval(max(low, v.low), min(high, v.high))
        z = effect.factor
        error = (one + z.square() * two + z * v * 2.0).sqrt()
        cell = "se" if effect.row.get("se") else "t"
        value = look.interval(effect.row["effect"], table, "effect")
        if cell == "t" and (value is None or error.low <= 0):
            continue
        where = effect.where.removesuffix("effect") + cell
        computed = value / error if cell == "t" and value is not None else error
        yield look.compare(
            "marginal_effects", where, text, computed, table=table, cell=cell, assumption=Message("audit.if.same_covariance"), cells=(where, *effect.cells)
        )


def _variances(look: Look, effect: Effect) -> tuple[Interval, Interval] | None:
    found = [error_of(look, effect.column[0], t) for t in (effect.first, effect.product)]
    return None if found[0] is None or found[1] is None else (found[0].square(), found[1].square())


def _covariance(look: Look, table: PaperTable, effect: Effect) -> Interval | None:
    """V₁₃ as a row's own standard error gives it."""
    parts, error = _variances(look, effect), look.interval(effect.row.get("se"), table, "se")
    value, t = look.interval(effect.row["effect"], table, "effect"), look.interval(effect.row.get("t"), table, "t")
    if error is None and value is not None and t is not None and not t.low <= 0 <= t.high:
        error = abs(value) / abs(t)
    z = effect.factor
    if parts is None or error is None or z.low <= 0 <= z.high:
        return None
    return (error.square() - parts[0] - z.square() * parts[1]) / (z * 2.0)
