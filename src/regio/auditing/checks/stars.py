"""Stars against the statistic in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from regio.auditing.inference import BOOTSTRAP, bracket_t, brackets, fewest_df, levels, star_range, two_sided, usual_df
from regio.auditing.judgement import Judgement, Severity, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable, Term
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        given = levels(table.note)
        if not any(t.stars for m in table.models for t in m.terms):
            continue
        for model in table.models:
            for term in model.terms:
                if term.paren:
                    yield _judge(look, table, model, term, given)


def _judge(look: Look, table: PaperTable, model: Model, term: Term, given: Mapping[int, float]) -> Judgement:
    where = place(table.id, model.col, term.var)
    reading = brackets(look, table)
    t = bracket_t(look, table, term, reading.kind)
    printed = f"{term.coef}{term.stars} ({term.paren})"
    if t is None:
        return look.unread("stars", where, printed) if look.number(term.coef) is None or look.number(term.paren) is None else _sign(where, printed)
    found = judge(term.stars, t, given, usual_df(look, model), fewest_df(look, model))
    verdict: Verdict = "not_checkable" if found.verdict == "inconsistent" and BOOTSTRAP.search(table.note) else found.verdict
    return Judgement("stars", where, printed, str(found.p), verdict, _severity(look, term, found), found.note, found.assumption, found.power, (where,))


def _sign(where: str, printed: str) -> Judgement:
    return Judgement("stars", where, printed, "", "inconsistent", "digit", Message("audit.note.sign", {"printed": printed}), cells=(where,))


@dataclass(frozen=True, slots=True)
class Starred:
    verdict: Verdict
    p: Interval
    note: Message
    assumption: Message | None
    power: float


def judge(stars: str, t: Interval, given: Mapping[int, float], usual: float, fewest: float) -> Starred:
    """Stars beside a statistic: with the usual degrees of freedom, with those of clusters, one-sided."""
    low, high = star_range(stars, given)
    p = two_sided(t, usual)
    values = {"stars": stars or Message("audit.no_stars"), "p": str(p)}
    share = sum(not _fits(p, *star_range("*" * n, given)) for n in (0, *given)) / len(given) if given else 0.0
    if _fits(p, low, high):
        return Starred("consistent", p, Message("audit.note.stars_fit", values), None, share)
    if _fits(wide := two_sided(t, fewest), low, high):
        return Starred("consistent_if", wide, Message("audit.note.stars_fit", values), Message("audit.if.few_df", {"df": fewest}), share)
    if _fits(Interval(p.low / 2, p.high / 2), low, high):
        return Starred("consistent_if", p, Message("audit.note.stars_differ", values), Message("audit.if.one_sided"), share)
    return Starred("inconsistent", p, Message("audit.note.stars_differ", values), None, share)


def _fits(p: Interval, low: float, high: float) -> bool:
    return p.low <= high and p.high >= low


def _severity(look: Look, term: Term, found: Starred) -> Severity:
    """A conclusion changes where stars come or go altogether."""
    return "conclusion" if found.verdict == "inconsistent" and (not term.stars or found.p.low > 0.1) else "star"
