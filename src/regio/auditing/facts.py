"""Levels, growth rates and shares that a paper's text states, as quantities of one form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Cells, Claim, Fact, Paper, PaperTable, Value, plain

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "万": 1e4, "百万": 1e6, "亿": 1e8, "万亿": 1e12, "ten thousand": 1e4}
GROWTH = ("growth", "increase", "change", "decline", "增长", "增速")
SHARE = ("share", "proportion", "penetration", "占比", "份额")
BOUND = re.compile(r"\b(exceed\w*|more than|over|above|at least|less than|below|under|up to|as much as)\b|超过|以上|不足|近乎", re.IGNORECASE)
ABOUT = re.compile(r"\b(approximately|about|around|nearly|roughly|close to|approach\w*|some)\b|约|近|左右", re.IGNORECASE)
RANGE = re.compile(r"([\d.,]+)\s*(?:-|–|—|~|to|至)\s*([\d.,]+)\s*([%％]?)")
YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One stated number in units of one. ``where``: claim and name; ``bounded``: the text says more than, or less than; ``attribute``: what of the
    subject is measured, where it can be several things.
    """

    subject: str
    period: str
    measure: str  # level, growth, share
    interval: Interval
    printed: str
    where: str
    claim: str
    unit: str = ""
    of: str = ""
    bounded: bool = False
    about: bool = False
    attribute: str = ""
    scale: float = 1.0  # of its unit


def quantities(look: Look) -> list[Quantity]:
    """Those of the claims, of tables of facts, and of the facts from elsewhere (``claim`` is empty)."""
    found: list[Quantity] | None = look.known.get("quantities")
    if found is None:
        found = look.known["quantities"] = [*_claims(look), *_tables(look), *(q for f in look.paper.facts if (q := _fact(look, f)))]
    return found


def _claims(look: Look) -> Iterator[Quantity]:
    for claim in look.paper.claims:
        for value in claim.values:
            if (found := of_value(look, claim, value)) is not None:
                yield found


def of_value(look: Look, claim: Claim, value: Value) -> Quantity | None:
    """The quantity that a value of a claim states; its name says what its fields do not: ``nev_sales_2023``, ``nev_sales_growth``, ``share_2016``."""
    interval = _stated(look, value.printed)
    if interval is None:
        return None
    words = [w for w in value.name.split("_") if w]
    years = [w for w in words if YEAR.fullmatch(w)]
    measure = value.measure or ("growth" if any(w in GROWTH for w in words) else "share" if any(w in SHARE for w in words) else "level")
    rest = [w for w in words if w not in years and w not in GROWTH and w not in SHARE]
    stated = list(dict.fromkeys(YEAR.findall(claim.quote)))
    period = value.period or (years[-1] if years else stated[0] if len(stated) == 1 else "")
    before = _before(claim.quote, value.printed)
    bounded = bool(BOUND.search(before)) or "bound" in words
    about = bool(ABOUT.search(before))
    scale, unit = scaled(value.unit)
    if about:
        interval = Interval(interval.low - interval.width / 2, interval.high + interval.width / 2)
    if measure != "level" and "%" not in value.printed and "％" not in value.printed and interval.low > 1.5:
        interval = interval * 0.01
    subject, printed, where = value.subject or "_".join(rest), f"{value.printed} {value.unit}".strip(), place(claim.id, value.name)
    return Quantity(subject, period, measure, interval * scale, printed, where, claim.id, unit, value.of, bounded, about, scale=scale)


def _stated(look: Look, printed: str) -> Interval | None:
    """The values that a number or a range (``40-75%``) may stand for."""
    interval = look.interval(printed)
    ends = RANGE.fullmatch(printed.strip()) if interval is None else None
    if ends is None:
        return interval
    low, high = (look.interval(end + ends[3]) for end in (ends[1], ends[2]))
    return None if low is None or high is None else low.hull(high)


def _before(quote: str, printed: str) -> str:
    """The three words in front of a number."""
    at = quote.find(printed)
    return " ".join(quote[:at].split()[-3:]) if at > 0 else ""


def _tables(look: Look) -> Iterator[Quantity]:
    for table in look.paper.of_kind("facts"):
        for i, row in enumerate(table.rows):
            value = Value(
                f"{i + 1}", row["value"], row.get("unit", ""), "", row["subject"], row.get("period", ""), row.get("measure", "level"), row.get("of", "")
            )
            claim = Claim(place(table.id, f"{i + 1}"), "number", f"{row.get('hedge', '')} {row['value']}")  # a row is a statement of its own
            if (found := of_value(look, claim, value)) is not None:
                attribute = ", ".join(part for part in (row.get("attribute", ""), row.get("scenario", "")) if part)
                yield replace(found, where=row_place(table, row), attribute=attribute)


def row_place(table: PaperTable, row: Cells) -> str:
    """The address of a row of a table of facts."""
    return place(table.id, row["id"]) if row.get("id") else place(table.id, row["subject"], row.get("period", ""))


def _fact(look: Look, fact: Fact) -> Quantity | None:
    interval = look.interval(fact.printed)
    scale, unit = scaled(fact.unit)
    if interval is None:
        return None
    return Quantity(
        fact.subject, fact.period, fact.measure, interval * scale, f"{fact.printed} {fact.unit}".strip(), f"facts/{fact.subject}/{fact.period}", "", unit,
        scale=scale,
    )  # fmt: skip


def scaled(unit: str) -> tuple[float, str]:
    """A unit as a factor and the rest: ``million units`` is 10⁶ and ``units``."""
    text = unit.strip().casefold()
    for word in sorted(SCALES, key=len, reverse=True):
        if text.startswith(word):
            return SCALES[word], text[len(word) :].strip()
    return 1.0, text


def key(subject: str) -> str:
    return plain(subject)


def borrowed(paper: Paper) -> tuple[Fact, ...]:
    """The levels, growth rates and shares that one paper states, as facts for another."""
    found = []
    for claim in paper.claims:
        for value in claim.values:
            q = of_value(Look(paper), claim, value)
            if q is not None and q.subject and q.period and not q.bounded and not q.about:
                found.append(Fact(q.subject, value.printed, q.period, value.unit, f"{paper.name} {claim.id}", q.measure))
    return tuple(found)
