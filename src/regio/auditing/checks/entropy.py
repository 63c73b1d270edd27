"""Entropy weights: e in [0, 1], d = 1 − e, w = d/Σd; weights in proportion to e itself are named as reversed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, total
from regio.language import Message

KINDS = ("weights",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        e = [look.interval(row.get("entropy"), table, "entropy") for row in table.rows]
        d = [look.interval(row.get("divergence"), table, "divergence") for row in table.rows]
        for row, one, other in zip(table.rows, e, d, strict=True):
            name = row.get("indicator", "")
            if one is not None and (one.high < 0 or one.low > 1):
                where = place(table.id, name, "entropy")
                yield Judgement("entropy", where, row["entropy"], "[0, 1]", "inconsistent", "digit", Message("audit.note.entropy_range"))
            elif one is not None and other is not None:
                where = place(table.id, name, "divergence")
                cells = (where, place(table.id, name, "entropy"))
                yield look.compare("entropy", where, row["divergence"], 1 - one, table=table, cell="divergence", cells=cells)
        known = [x for x in d if x is not None]
        parts = known if len(known) == len(d) else [1 - x for x in e if x is not None]
        if len(parts) != len(table.rows) or len(parts) < 2:
            continue
        ranges = shares(parts)
        reversed_ = shares([x for x in e if x is not None]) if all(x is not None for x in e) else []
        printed = [look.interval(row["weight"], table, "weight") for row in table.rows]
        backward = bool(reversed_) and all(p is not None and p.meets(r) for p, r in zip(printed, reversed_, strict=True))
        for row, range_ in zip(table.rows, ranges, strict=True):
            where = place(table.id, row.get("indicator", ""), "weight")
            note = Message("audit.note.reversed_weights") if backward else None
            yield look.compare(
                "entropy", where, row["weight"], range_, table=table, cell="weight", severity="conclusion" if backward else "digit", note=note, cells=(where,)
            )


def shares(parts: Sequence[Interval]) -> list[Interval]:
    """x/Σx of each part, exact: the part itself is used once."""
    found = []
    for i, part in enumerate(parts):
        rest = total(p for j, p in enumerate(parts) if j != i)
        low = part.low / (part.low + rest.high) if part.low + rest.high > 0 else 0.0
        high = part.high / (part.high + rest.low) if part.high + rest.low > 0 else 1.0
        found.append(Interval(max(low, 0.0), min(high, 1.0)) if low <= high else Interval(0.0, 1.0))
    return found
