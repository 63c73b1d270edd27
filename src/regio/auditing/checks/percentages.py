"""A percentage of n units is a whole number of them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("facts",)
DECIMALS = 2  # shown in a percentage that is tried without being told of what


def run(look: Look) -> Iterator[Judgement]:
    n = look.paper.sample.units
    if not n:
        return
    for claim in look.paper.claims:
        for value in claim.values:
            number, interval = look.number(value.printed), look.interval(value.printed)
            told = value.of == "units"
            if number is None or interval is None or not number.percent or not (told or (number.decimals >= DECIMALS and "share" in value.name)):
                continue
            near = _counts(interval, n)
            where = place(claim.id, value.name)
            values = {"printed": value.printed, "n": n, "count": near[0] if near else round(interval.middle * n)}
            verdict: Verdict = "consistent" if near else "inconsistent" if told else "not_checkable"
            note = Message("audit.note.whole_count" if near else "audit.note.no_whole_count", values)
            power = 1 - min(1.0, (interval.width + 1e-12) * n)
            yield Judgement(
                "percentages", where, value.printed, f"{values['count']}/{n}", verdict, "digit", note, Message("audit.if.of_units", {"n": n}), power
            )


def _counts(share: Interval, n: int) -> list[int]:
    first = math.ceil(share.low * n - 1e-9)
    return [k for k in range(first, math.floor(share.high * n + 1e-9) + 1) if 0 <= k <= n]
