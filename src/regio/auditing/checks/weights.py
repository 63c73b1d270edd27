"""Weights of an index: each in [0, 1], their sum 1 within rounding; the weights of a dimension add up to its own. A slip of one cell is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, alternatives, parse, shown, total
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("weights",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        values = []
        for i, row in enumerate(table.rows):
            where = place(table.id, row.get("indicator") or str(i + 1), "weight")
            value = look.interval(row["weight"], table, "weight")
            if value is None:
                yield look.unread("weights", where, row["weight"])
            elif value.high < 0 or value.low > 100:
                yield Judgement("weights", where, row["weight"], "[0, 1]", "inconsistent", "digit", Message("audit.note.weight_range"))
            if value is not None:
                values.append((where, row["weight"], value))
        if len(values) == len(table.rows) > 1:
            yield _sum(table, values)
            yield from _dimensions(look, table)


def _sum(table: PaperTable, values: Sequence[tuple[str, str, Interval]]) -> Judgement:
    found = total(v for _, _, v in values)
    whole = 100.0 if found.low > 50 else 1.0
    fine = found.holds(whole)
    where = place(table.id, "sum")
    note = Message("audit.note.sum_is_one" if fine else "audit.note.sum_is_not_one", {"sum": str(found), "whole": whole})
    suspect: tuple[str, ...] = ()
    if not fine and (slip := _slip(values, found, whole)):
        note = Message("audit.note.sum_slip", {"sum": str(found), "whole": whole, "cell": slip[0], "printed": slip[1], "instead": slip[2]})
        suspect = (slip[0],)
    power = 1 - min(1.0, found.width / 0.9)
    return Judgement(
        "weights",
        where,
        shown(found.middle),
        shown(whole),
        "consistent" if fine else "inconsistent",
        "digit",
        note,
        None,
        power,
        (*suspect, *(w for w, _, _ in values)),
    )


def _slip(values: Sequence[tuple[str, str, Interval]], found: Interval, whole: float) -> tuple[str, str, str] | None:
    """The one cell that a moved point, or else one other digit, puts right; nothing where several would."""
    shifted: list[tuple[str, str, str]] = []
    changed: list[tuple[str, str, str]] = []
    for where, text, value in values:
        rest = Interval(found.low - value.low, found.high - value.high)
        for candidates, store in ((_moved(text), shifted), (list(alternatives(text)), changed)):
            for other in candidates:
                number = parse(other)
                if number is not None and (rest + number.interval()).holds(whole):
                    store.append((where, text, other))
    return shifted[0] if len(shifted) == 1 else changed[0] if not shifted and len(changed) == 1 else None


def _moved(text: str) -> list[str]:
    """The point one place to the left or to the right, the decimals kept."""
    number = parse(text)
    if number is None or number.decimals < 1:
        return []
    return [f"{int(number.value * scale * 10**number.decimals + 1e-9) / 10**number.decimals:.{number.decimals}f}" for scale in (0.1, 10.0)]


def _dimensions(look: Look, table: PaperTable) -> Iterator[Judgement]:
    names = [row.get("dimension", "") for row in table.rows]
    for name in dict.fromkeys(n for n in names if n):
        rows = [row for row in table.rows if row.get("dimension") == name]
        printed = next((row["dimension_weight"] for row in rows if row.get("dimension_weight")), None)
        parts = [look.interval(row["weight"], table, "weight") for row in rows]
        if printed and all(p is not None for p in parts):
            computed = total(p for p in parts if p is not None)
            yield look.compare("weights", place(table.id, name, "dimension_weight"), printed, computed, table=table, cell="dimension_weight")
