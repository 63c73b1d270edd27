"""A part is not larger than its whole, and a share is part over whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regio.auditing.checks.growth import tenfold
from regio.auditing.facts import Quantity, key, quantities
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
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


def _is_part(part: Quantity, whole: Quantity) -> bool:
    if part is whole or part.measure != "level" or whole.measure != "level" or part.unit != whole.unit:
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
    parts = [q for q in found if q.measure == "level" and q.period == share.period and key(q.subject) == key(share.subject)]
    wholes = [q for q in found if q.measure == "level" and q.period == share.period and key(q.subject) == key(share.of)]
    for part in parts[:1]:
        for whole in wholes[:1]:
            if whole.interval.low <= 0 or part.unit != whole.unit:
                continue
            computed = part.interval / whole.interval
            fine = computed.meets(share.interval)
            factor = tenfold(share.interval, computed)
            values = {"printed": share.printed, "computed": f"{computed * 100.0}%", "part": part.printed, "whole": whole.printed, "factor": factor}
            note = Message("audit.note.share_fits" if fine else "audit.note.share_differs", values)
            yield Judgement(
                "parts", share.where, share.printed, f"{computed * 100.0}%", "consistent" if fine else "inconsistent", "digit", note,
                cells=(share.where, part.where, whole.where),
            )  # fmt: skip
