"""Growth rates against levels: x₂/x₁ − 1, chains over several years; the same fact printed twice; ratios and changes inside one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regio.auditing.facts import YEAR, Quantity, key, quantities
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("facts",)
Dated = tuple[str, str, str]  # subject, attribute, period
CHAIN = 4  # years that growth rates may bridge


def run(look: Look) -> Iterator[Judgement]:
    found = [q for q in quantities(look) if not (YEAR.fullmatch(q.printed) and "year" in q.subject)]  # a year is no level
    levels: dict[Dated, Quantity] = {}
    for q in found:
        if q.measure == "level" and q.period.isdigit() and not q.bounded:
            levels[_dated(q)] = levels.get(_dated(q), q) if q.attribute else q  # of several rows of facts the first stands
    rates: dict[Dated, Quantity] = {}
    for q in found:
        if q.measure == "growth" and q.period.isdigit() and q.subject:
            rates.setdefault(_dated(q), q)
    for q in found:
        if q.measure == "growth" and q.period.isdigit() and not q.bounded and q.claim:
            yield from _rate(q, levels)
    yield from _chains(levels, rates)
    yield from _twice(found)
    yield from _inside(look, found)


def _dated(q: Quantity, years: int = 0) -> Dated:
    """Subject, attribute and the period, or one some years from it."""
    return key(q.subject), key(q.attribute), str(int(q.period) + years)


def _rate(q: Quantity, levels: dict[Dated, Quantity]) -> Iterator[Judgement]:
    now, before = levels.get(_dated(q)), levels.get(_dated(q, -1))
    if now is not None and before is not None and before.interval.low > 0:
        yield _judge(q, now.interval / before.interval - 1, (q.where, now.where, before.where))


def _chains(levels: dict[Dated, Quantity], rates: dict[Dated, Quantity]) -> Iterator[Judgement]:
    """A level that growth rates carry on to a later level, over more than one year."""
    for start in levels.values():
        value, cells = start.interval, [start.where]
        for step in range(1, CHAIN + 1):
            rate = rates.get(_dated(start, step))
            if rate is None or rate.bounded:
                break
            value, cells = value * (rate.interval + 1), [*cells, rate.where]
            end = levels.get(_dated(start, step))
            if end is not None and step > 1:
                yield _judge(end, value, (end.where, *cells))


def _twice(found: Sequence[Quantity]) -> Iterator[Judgement]:
    seen: dict[tuple[str, ...], Quantity] = {}
    for q in found:
        if not q.subject or not q.period or q.bounded:
            continue
        name = (key(q.subject), key(q.attribute), key(q.of) if q.attribute else "", q.period, q.measure, q.unit)
        if name not in seen:
            seen[name] = q
        elif seen[name].claim != q.claim:
            first = seen[name]
            yield _judge(q if q.claim else first, (first if q.claim else q).interval, (q.where, first.where))


def _inside(look: Look, found: Sequence[Quantity]) -> Iterator[Judgement]:
    """One sentence that gives two levels and what lies between them."""
    for claim in look.paper.claims:
        own = [q for q in found if q.claim == claim.id]
        change = [q for q in own if q.measure == "growth" and "%" in q.printed]
        for q in change:
            levels = sorted((o for o in own if o.measure == "level" and o.period.isdigit() and key(o.subject).endswith(key(q.subject))), key=lambda o: o.period)
            if (
                len(levels) == 2
                and levels[0].period < levels[1].period
                and levels[0].interval.low > 0
                and q.subject
                and int(levels[1].period) - int(levels[0].period) > 1
            ):
                yield _judge(q, levels[1].interval / levels[0].interval - 1, (q.where, *(o.where for o in levels)))
        ratio = [q for q in own if q.where.endswith("/ratio")]
        pairs = [q for q in own if q.where.rpartition("/")[2].startswith("coef_") and q.interval.low > 0]
        if len(ratio) == 1 and len(pairs) == 2:
            high, low = sorted(pairs, key=lambda q: -q.interval.middle)
            yield _judge(ratio[0], high.interval / low.interval, (ratio[0].where, high.where, low.where))


def _judge(q: Quantity, computed: Interval, cells: tuple[str, ...]) -> Judgement:
    fine = q.interval.meets(computed)
    shown = computed * (1 / q.scale) if q.measure == "level" else computed * 100.0  # in the unit that is printed
    text = str(shown) + ("%" if q.measure != "level" else "")
    values = {"printed": q.printed, "computed": text}
    magnitude = tenfold(q.interval, computed)
    note = (
        Message("audit.agrees", values)
        if fine
        else Message("audit.note.tenfold", values | {"factor": magnitude})
        if magnitude
        else Message("audit.differs", values)
    )
    return Judgement("growth", q.where, q.printed, text, "consistent" if fine else "inconsistent", "digit", note, cells=cells)


def tenfold(printed: Interval, computed: Interval) -> str:
    """A power of ten that would put it right, roughly."""
    for power in (10.0, 0.1, 100.0, 0.01, 1000.0, 0.001):
        if printed.low > 0 and computed.low > 0 and 0.8 < printed.middle * power / computed.middle < 1.25:
            return f"{power:g}"
    return ""
