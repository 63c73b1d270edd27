"""What stands below a picture, and what it says to those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regio.exhibits.draw.alternative import alt_text
from regio.exhibits.models import Cell, Figure, Text
from regio.exhibits.style import Style
from regio.exhibits.typeset import named, stopped, words
from regio.language import Language, say, spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    name: str
    language: Language
    title: str
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # such as "calibrated, not observed"
    alt: str = ""


def caption(
    figure: Figure,
    language: Language,
    *,
    style: Style | None = None,
    labels: Mapping[str, Text] | None = None,
    title: Text | None = None,
    marks: Sequence[Text] = (),
) -> Caption:
    """The words around a figure in one language; arguments as in ``typeset``."""
    style, labels = style or Style(), labels or {}

    def said(cell: Cell) -> str:
        return words(cell, style, labels, language)

    heading = spell(named(figure.title, labels) if title is None else title, language)
    notes = stopped([say(named(note, labels), language) for note in figure.notes], language)
    return Caption(
        name=figure.name,
        language=language,
        title=heading,
        notes=notes,
        labels=tuple(spell(mark, language) for mark in marks),
        alt=alt_text(figure, heading, said, style, language),
    )
