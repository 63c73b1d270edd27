"""“Significant at the 1 % level” against the stars of the coefficient that the same sentence quotes; the tests of a threshold against the level claimed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.inference import levels, star_range
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Claim, PaperTable, Term
from regio.language import Message

KINDS = ("regression", "threshold")
NOT = re.compile(r"fail|not significant|insignificant|not pass|不显著|未通过", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    for claim in look.paper.claims:
        level = next((look.interval(v.printed) for v in claim.values if v.name == "level"), None)
        if level is None:
            continue
        yield from _tests(look, claim, level)
        if NOT.search(claim.quote):
            continue
        for value in claim.values:
            for table, column, term in _quoted(look, claim, value.printed) if value.name != "level" else ():
                best = star_range(term.stars, levels(table.note))[1]
                fine = level.low <= best <= level.high * 1.0001 or best <= level.low
                values = {"level": level.middle, "stars": term.stars or Message("audit.no_stars")}
                note = Message("audit.note.level_fits" if fine else "audit.note.level_differs", values)
                where = place(claim.id, value.name)
                yield Judgement(
                    "claimed_levels",
                    where,
                    f"{term.coef}{term.stars}",
                    f"≤ {level.middle:g}",
                    "consistent" if fine else "inconsistent",
                    "star",
                    note,
                    cells=(where, place(table.id, column, term.var)),
                )


def _quoted(look: Look, claim: Claim, printed: str) -> Iterator[tuple[PaperTable, str, Term]]:
    own = look.interval(printed)
    for id_ in claim.about:
        table = look.paper.table(id_)
        if own is None or table is None or table.kind != "regression":
            continue
        hits = [(table, m.col, t) for m in table.models for t in m.terms if (v := look.coef(table, t)) is not None and v.meets(own) and t.var != "_cons"]
        yield from hits[:1]


def _tests(look: Look, claim: Claim, level: Interval) -> Iterator[Judgement]:
    """F against its critical value and p against the level, where the sentence gives them."""
    found = {v.name.partition("_")[0]: v for v in claim.values if v.name.partition("_")[0] in ("F", "p", "crit")}
    negative = bool(NOT.search(claim.quote))
    f, p, c = ((look.interval(found[k].printed) if k in found else None) for k in ("F", "p", "crit"))
    if p is not None:
        fine = p.high > level.low if negative else p.low <= level.high
        where = place(claim.id, found["p"].name)
        note = Message("audit.note.p_and_level", {"p": found["p"].printed, "level": level.middle})
        yield Judgement(
            "claimed_levels",
            where,
            found["p"].printed,
            f"{'>' if negative else '≤'} {level.middle:g}",
            "consistent" if fine else "inconsistent",
            "conclusion",
            note,
        )
    if f is not None and c is not None:
        fine = f.low <= c.high if negative else f.high >= c.low
        where = place(claim.id, found["F"].name)
        note = Message("audit.note.f_and_critical", {"F": found["F"].printed, "critical": found["crit"].printed})
        yield Judgement(
            "claimed_levels",
            where,
            found["F"].printed,
            f"{'<' if negative else '>'} {found['crit'].printed}",
            "consistent" if fine else "inconsistent",
            "conclusion",
            note,
        )
