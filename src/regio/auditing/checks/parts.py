"""A part is not larger than its whole, a share is part over whole and not more than one, and the parts of one whole add up to no more than it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regio.auditing.checks.growth import tenfold
from regio.auditing.facts import Quantity, key, quantities
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.numbers import SLACK, total
from regio.language import Message

KINDS = ("facts",)
WHOLES = ("global", "world", "national", "total", "全球", "全国", "世界")
PARTS = (("added", "total"),)


def run(look: Look) -> Iterator[Judgement]:
    found = quantities(look)
    levels: dict[str, list[Quantity]] = {}
    for q in found:
        if q.measure == "level":
            levels.setdefault(q.period, []).append(q)
    for alike in levels.values():
        for whole in alike:
            if whole.subject.casefold().startswith(WHOLES) or any(q.of for q in alike):
                yield from (_larger(part, whole) for part in alike if _is_part(part, whole))
    for share in found:
        if share.measure == "share" and not share.bounded:
            yield from _share(share, found)
            yield from _above_one(share)
    yield from _sums(found)


def _is_part(part: Quantity, whole: Quantity) -> bool:
    if part is whole or part.measure != "level" or whole.measure != "level" or (part.unit, part.attribute) != (whole.unit, whole.attribute):
        return False
    one, two = key(part.subject), key(whole.subject)
    if part.of and key(part.of) == two:
        return True
    return any(two == key(w) + one for w in WHOLES) or (part.claim == whole.claim and any((one, two) == (key(a), key(b)) for a, b in PARTS))


def _larger(part: Quantity, whole: Quantity) -> Judgement:
    fine = part.interval.low <= whole.interval.high
    values = {"part": part.printed, "whole": whole.printed, "where": part.where, "factor": "10"}
    slip = not fine and whole.interval.high * 10 >= part.interval.low
    note = Message("audit.note.part_fits" if fine else "audit.note.whole_tenfold" if slip else "audit.note.part_larger", values)
    return Judgement(
        "parts", whole.where, whole.printed, f"≥ {part.printed}", "consistent" if fine else "inconsistent", "digit", note, cells=(whole.where, part.where)
    )


def _share(share: Quantity, found: Sequence[Quantity]) -> Iterator[Judgement]:
    """Share × whole = part, for the part in the same sentence and the whole that the share names."""
    if not share.of:
        return
    levels = [q for q in found if q.measure == "level" and q.period == share.period and key(q.attribute) == key(share.attribute)]
    parts = [q for q in levels if key(q.subject) == key(share.subject)]
    wholes = [q for q in levels if key(q.subject) == key(share.of)]
    for part in parts if share.attribute else parts[:1]:  # rows of facts stand each for itself
        for whole in wholes[:1]:
            if whole.interval.low <= 0 or part.unit != whole.unit:
                continue
            computed = part.interval / whole.interval
            fine = computed.meets(share.interval)
            factor = tenfold(share.interval, computed)
            values = {"printed": share.printed, "computed": f"{computed * 100.0}%", "part": part.printed, "whole": whole.printed, "factor": factor}
            note = Message("audit.note.share_fits" if fine else "audit.note.share_tenfold" if factor else "audit.note.share_differs", values)
            yield Judgement(
                "parts", share.where, share.printed, f"{computed * 100.0}%", "consistent" if fine else "inconsistent", "digit", note,
                cells=(share.where, part.where, whole.where),
            )  # fmt: skip


def _above_one(share: Quantity) -> Iterator[Judgement]:
    """A share of a whole that the text names lies between 0 and 1."""
    if share.of and (share.interval.low > 1 or share.interval.high < 0):
        note = Message("audit.note.out_of_domain", {"printed": share.printed, "low": 0.0, "high": 1.0, "source": share.of})
        yield Judgement("parts", share.where, share.printed, "[0, 1]", "inconsistent", "digit", note)


def _sums(found: Sequence[Quantity]) -> Iterator[Judgement]:
    """Parts that tables of facts give of one whole, against the whole; more than it is possible only where the parts overlap."""
    groups: dict[tuple[str, ...], dict[str, Quantity]] = {}
    for q in found:
        if q.of and q.attribute and q.period and q.measure in ("share", "level") and not q.bounded:
            name = (q.measure, key(q.of), key(q.attribute), q.period, q.unit if q.measure == "level" else "")
            groups.setdefault(name, {}).setdefault(key(q.subject), q)
    wholes = {(key(q.subject), key(q.attribute), q.period, q.unit): q for q in reversed(found) if q.measure == "level" and not q.bounded}
    for (measure, of, attribute, period, unit), parts in groups.items():
        whole = wholes.get((of, attribute, period, unit)) if measure == "level" else None
        if len(parts) < 2 or (measure == "level" and whole is None):
            continue
        most = 1.0 if whole is None else whole.interval.high
        first, *others = parts.values()
        computed = total(q.interval for q in parts.values())
        fine = computed.low <= most * (1 + SLACK)
        text = f"{computed * 100.0}%" if measure == "share" else str(computed)
        printed = "100%" if whole is None else whole.printed
        note = Message("audit.note.parts_add_up" if fine else "audit.note.parts_exceed", {"count": len(parts), "sum": text, "whole": printed})
        where, verdict = (first.where if whole is None else whole.where), "consistent" if fine else "consistent_if"
        cells = tuple(q.where for q in ((whole,) if whole else ()) + (first, *others))
        yield Judgement("parts", where, f"Σ {text}", f"≤ {printed}", verdict, "digit", note, None if fine else Message("audit.if.parts_overlap"), cells=cells)  # type: ignore[arg-type]
