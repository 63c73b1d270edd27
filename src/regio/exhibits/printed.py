"""Printed: a table in words and digits, in one language. What renderers write and what an audit reads."""

from __future__ import annotations

from dataclasses import dataclass

from regio.exhibits.models import Kind
from regio.language import Language


@dataclass(frozen=True, slots=True)
class PrintedCell:
    text: str
    kind: Kind = "text"
    stars: str = ""
    address: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text + self.stars


@dataclass(frozen=True, slots=True)
class PrintedRow:
    key: str
    head: str
    cells: tuple[PrintedCell, ...]
    part: str = ""
    rule_above: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A header cell over ``span`` columns."""

    text: str
    span: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    name: str
    language: Language
    title: str
    stub: str
    heads: tuple[tuple[Head, ...], ...]
    column_keys: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # such as "calibrated, not observed": shown by every renderer
