"""What a run tells while it goes on: the terminal, and later other listeners, receive these in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from regio.contract.finding import Finding


@dataclass(frozen=True, slots=True)
class Started:
    """A source or a step begins; it is number ``number`` of ``total``."""

    name: str
    kind: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """Something a person should know came up."""

    name: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Finished:
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reused:
    """Nothing that the step depends on has changed: its stored result is used."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Failed:
    name: str
    findings: tuple[Finding, ...]


Event = Started | Found | Finished | Reused | Failed
Listener = Callable[[Event], None]


def both(first: Listener, second: Listener) -> Listener:
    """A listener that hands on to two others."""

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell


def nobody(event: Event) -> None:
    """A listener that does nothing."""
