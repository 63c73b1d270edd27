"""What stands below a picture, and what it says to those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regio.exhibits.draw.sheet import Say, name_of, title_of
from regio.exhibits.models import Cell, Figure, Text
from regio.exhibits.numbers import digits
from regio.exhibits.style import Style
from regio.exhibits.typeset import named, words
from regio.language import Language, Message, say, spell

SPOKEN = 12  # estimates that an alternative text lists


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
    notes = tuple(say(named(note, labels), language) for note in figure.notes)
    return Caption(
        name=figure.name,
        language=language,
        title=heading,
        notes=notes,
        labels=tuple(spell(mark, language) for mark in marks),
        alt=say(_alt(figure, heading, said, style), language),
    )


def _alt(figure: Figure, heading: str, said: Say, style: Style) -> Message:
    columns = {name: figure.frame[channel.column] for name, channel in figure.channels.items()}
    if figure.form == "coefficients":
        rows = list(zip(*(columns[c] for c in ("y", "x", "low", "high")), strict=True))[:SPOKEN]
        terms = tuple(
            Message("figure.alt.term", {"name": name_of(figure, y, said), **dict(zip(("estimate", "low", "high"), _digits(rest, style), strict=True))})
            for y, *rest in rows
        )
        return Message("figure.alt.coefficients", {"title": heading, "terms": terms})
    titles = {name: title_of(figure, name, said) for name in columns}
    values = columns["value" if figure.form == "heat_map" else "y"].astype(float)
    low, high = _digits([values.min(), values.max()], style)
    counts: dict[str, object] = (
        {"rows": columns["y"].nunique(), "columns": columns["x"].nunique(), "value": titles["value"]}
        if figure.form == "heat_map"
        else {"x": titles["x"], "y": titles["y"], "groups": columns["group"].nunique() if "group" in columns else 1}
    )
    return Message(f"figure.alt.{figure.form}", {"title": heading, "low": low, "high": high, **counts})


def _digits(values: Sequence[float], style: Style) -> list[str]:
    return [digits(float(value), style.decimals) for value in values]
