"""What a check sees: the paper under one rule of rounding, with the few questions that every check asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from regio.auditing.judgement import Judgement, Severity, Verdict
from regio.auditing.numbers import Interval, Number, Rule, effective, parse, power
from regio.auditing.paper import Model, Paper, PaperTable, Term
from regio.language import Message

GROUPS = {"mean": "level", "median": "level", "sd": "level", "min": "level", "max": "level"}  # cells of one block of digits


@dataclass
class Look:
    """A paper, and how its digits are read."""

    paper: Paper
    rule: Rule = "nearest"
    powers: bool = True  # whether power is worked out
    progress: Callable[[float], None] | None = None  # told how far a long search is
    known: dict[str, Any] = field(default_factory=dict)  # what checks have worked out and share

    @cached_property
    def decimals(self) -> Mapping[tuple[str, str], Mapping[int, int]]:
        """Table and block → decimals shown → decimals that count."""
        found: dict[tuple[str, str], list[str]] = {}
        for table in self.paper.tables:
            for cell, text in _texts(table):
                found.setdefault((table.id, GROUPS.get(cell, cell)), []).append(text)
        return {key: changes for key, texts in found.items() if (changes := effective(texts))}

    def number(self, text: str | None) -> Number | None:
        return parse(text) if text else None

    def counted(self, text: str, table: PaperTable | None, cell: str) -> int | None:
        """The decimals that count in a cell; None: those shown."""
        number = parse(text)
        if number is None or table is None:
            return None
        return self.decimals.get((table.id, GROUPS.get(cell, cell)), {}).get(number.decimals)

    def interval(self, text: str | None, table: PaperTable | None = None, cell: str = "") -> Interval | None:
        """The values that a cell may stand for; None where it holds no number."""
        number = parse(text) if text else None
        if number is None or text is None:
            return None
        return number.interval(self.rule, self.counted(text, table, cell))

    def whole(self, text: str | None) -> int | None:
        """A count, such as 203 or 203.0000."""
        number = parse(text) if text else None
        return int(number.value) if number is not None and float(number.value).is_integer() else None

    def coef(self, table: PaperTable, term: Term) -> Interval | None:
        return self.interval(term.coef, table, "coef")

    def value(self, table: PaperTable, model: Model, name: str) -> Interval | None:
        return self.interval(model.values.get(name), table, name)

    def compare(
        self,
        check: str,
        where: str,
        printed: str,
        computed: Interval,
        *,
        table: PaperTable | None = None,
        cell: str = "",
        fails: Verdict = "inconsistent",
        severity: Severity = "digit",
        assumption: Message | None = None,
        note: Message | None = None,
        cells: Iterable[str] = (),
    ) -> Judgement:
        """Printed against computed: they agree where their intervals meet."""
        own = self.interval(printed, table, cell)
        if own is None:
            return self.unread(check, where, printed)
        fine = own.meets(computed)
        verdict: Verdict = "consistent" if fine else fails
        said = Message("audit.agrees" if fine else "audit.differs", {"printed": printed, "computed": str(computed)}) if note is None or fine else note
        strength = power(printed, self.counted(printed, table, cell), computed, self.rule) if self.powers else None
        return Judgement(check, where, printed, str(computed), verdict, severity, said, assumption, strength, tuple(cells))

    def unread(self, check: str, where: str, printed: str) -> Judgement:
        return Judgement(check, where, printed, "", "not_checkable", "digit", Message("audit.no_number", {"printed": printed}))


def _texts(table: PaperTable) -> Iterable[tuple[str, str]]:
    for row in table.rows:
        yield from row.items()
    for model in table.models:
        for term in model.terms:
            yield "coef", term.coef
            yield "paren", term.paren
        yield from model.values.items()
    yield from table.values.items()


def ending(quote: str, length: int) -> str:
    """The last words of a quotation, no word cut."""
    if len(quote) <= length:
        return quote
    last = quote[-length:]
    return "…" + (last.split(" ", 1)[1] if " " in last else last)


def place(*parts: str) -> str:
    """An address of a cell."""
    return "/".join(p for p in parts if p)
