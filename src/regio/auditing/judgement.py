"""What a check finds: one class for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regio.language import Message

Verdict = Literal["consistent", "consistent_if", "inconsistent", "not_checkable"]
Severity = Literal["conclusion", "star", "digit", "label"]
VERDICTS: tuple[Verdict, ...] = ("inconsistent", "consistent_if", "not_checkable", "consistent")
SEVERITIES: tuple[Severity, ...] = ("conclusion", "star", "digit", "label")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One relation between printed numbers.

    ``where``: the cell it is about, ``T6/(1)/digital``; ``cells``: all cells that it reads; ``computed``: what follows from the others, an interval as a
    text; ``power``: share of one-digit changes of the printed number that the check would show.
    """

    check: str
    where: str
    printed: str
    computed: str
    verdict: Verdict
    severity: Severity
    note: Message
    assumption: Message | None = None
    power: float | None = None
    cells: tuple[str, ...] = ()

    @property
    def formula(self) -> Message:
        return Message(f"audit.formula.{self.check}")

    @property
    def key(self) -> tuple[str, str]:
        return self.check, self.where
