"""A number of things and the things that the same sentence, or the table it speaks of, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.paper import Claim, Value
from regio.language import Message

KINDS = ("weights", "indicator_system", "classes")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen")
CHINESE = "零一二三四五六七八九十"
LIST = re.compile(r"[:：]\s*(?P<a>[^.。:]+)|\((?P<b>[^()]*,[^()]*)\)|(?:types?|areas?|parts?|categories)[^,;:]*?[,—–]\s*(?P<c>[^.。:]+)")


def run(look: Look) -> Iterator[Judgement]:
    for claim in look.paper.claims:
        if claim.kind == "count":
            yield from _listed(claim)
        for value in claim.values:
            yield from _rows(look, claim, value)


def number(text: str) -> int | None:
    """A count in digits or words."""
    word = text.strip().casefold().removesuffix("fold")
    if word.isdigit():
        return int(word)
    if word in NUMBERS:
        return NUMBERS.index(word)
    return CHINESE.index(word) if len(word) == 1 and word in CHINESE else None


def _listed(claim: Claim) -> Iterator[Judgement]:
    found = LIST.search(re.sub(r"\$[^$]*\$", "X", claim.quote))
    stated = [(v, n) for v in claim.values if (n := number(v.printed)) is not None]
    if not found or len(stated) != 1:
        return
    value, n = stated[0]
    low, high = _items(next(t for t in found.groups() if t))
    fine = low <= n <= high
    values = {"printed": value.printed, "low": low, "high": high}
    verdict: Verdict = "consistent" if fine else "inconsistent" if low > 2 or n > 2 else "not_checkable"
    note = Message("audit.note.list_fits" if fine else "audit.note.list_differs", values)
    yield Judgement("counts", place(claim.id, value.name), value.printed, f"[{low}, {high}]", verdict, "label", note)


def _items(text: str) -> tuple[int, int]:
    """How many things a list names: at least those that commas part, at most those that “and” parts as well."""
    parts = [p for p in (text.split(";") if ";" in text else re.split(r"[,，、]", re.sub(r"\([^()]*\)", "", text))) if p.strip()]
    if ";" in text or "；" in text:
        return len(parts), len(parts)
    joined = sum(len(re.findall(r"\band\b|和|及|与", p.strip())) - p.strip().startswith(("and ", "和", "及")) for p in parts)
    least = len(parts) if len(parts) > 1 else 1
    return least, least + joined


def _rows(look: Look, claim: Claim, value: Value) -> Iterator[Judgement]:
    """Indicators, levels and classes that a table prints as rows."""
    n = number(value.printed)
    if n is None or not re.search(r"indicator|levels?$|grades?$|class", value.name) or "secondary" in value.name or "year" in value.name:
        return
    for id_ in claim.about:
        table = look.paper.table(id_)
        if table is None or table.kind not in KINDS or not table.available:
            continue
        rows = sum(bool(row.get("indicator") or row.get("type")) for row in table.rows)
        note = Message("audit.note.rows_fit" if rows == n else "audit.note.rows_listed", {"printed": value.printed, "rows": rows, "table": id_})
        yield Judgement("counts", place(claim.id, value.name), value.printed, str(rows), "consistent" if rows == n else "inconsistent", "label", note)
