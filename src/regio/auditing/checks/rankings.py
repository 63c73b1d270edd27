"""“East and west lead, the centre catches up” against the numbers of the last period."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.checks.group_means import OVERALL, Means, sources
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, ending
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("group_means",)
LEADING = re.compile(
    r"(?P<one>\w+) and (?P<two>\w+)(?: regions?)? lead\w*,?\s*(?:with |and |the )*(?P<last>\w+)(?: regions?)? (?:is |are )?(?:catch|lag|trail)", re.IGNORECASE
)
STEMS = ("northeast", "east", "cent", "west", "north", "south", "coast", "inland")


def run(look: Look) -> Iterator[Judgement]:
    for _, means, _ in sources(look):
        latest = _latest(means)
        for claim in look.paper.claims:
            found = LEADING.search(claim.quote)
            if not found:
                continue
            names = [_stem(found[k]) for k in ("one", "two", "last")]
            values = [latest.get(n) for n in names]
            if any(v is None for v in values) or "" in names:
                continue
            one, two, last = (v for v in values if v is not None)
            fine = min(one[0].high, two[0].high) >= last[0].low
            shown = tuple(v[1] for v in (one, two, last))
            note = Message("audit.note.ranking_fits" if fine else "audit.note.ranking_differs", {"values": shown})
            yield Judgement("rankings", claim.id, ending(claim.quote, 90), ", ".join(shown), "consistent" if fine else "inconsistent", "conclusion", note)


def _latest(means: Means) -> dict[str, tuple[Interval, str]]:
    """Group → its mean in the last period in which it has one."""
    found: dict[str, tuple[Interval, str]] = {}
    for _, groups in sorted(means.items()):
        for group, (value, _) in groups.items():
            if group.casefold() not in OVERALL and _stem(group):
                found[_stem(group)] = (value, f"{group} {value.middle:g}")
    return found


def _stem(name: str) -> str:
    return next((s for s in STEMS if name.casefold().startswith(s)), "")
