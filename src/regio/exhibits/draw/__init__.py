"""Figures as pictures: one file a form. The only room that knows matplotlib, which is imported when something is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from math import inf, nan
from typing import TYPE_CHECKING

from regio.exhibits.draw.fonts import face_for
from regio.exhibits.draw.look import look
from regio.exhibits.draw.nothing import is_nothing
from regio.exhibits.draw.sheet import Say, Sheet, name_of, title_of
from regio.exhibits.models import Cell, Figure, Text
from regio.exhibits.style import Style
from regio.exhibits.typeset import named, words
from regio.language import Language, say, spell

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

OWN = (
    "no_value",
    "many_lines",
    "nothing",
    "more_panels",
    "left_out",
    "rise",
    "fall",
    "total",
    "negative",
    "widths",
    "no_outline",
)  # words of the forms themselves


def draw(
    figure: Figure,
    language: Language = "en",
    *,
    style: Style | None = None,
    labels: Mapping[str, Text] | None = None,
    title: Text | None = None,
    marks: Sequence[Text] = (),
) -> Picture:
    """A figure as a picture of matplotlib, in one language.

    ``labels``, ``title`` and ``marks`` as in ``typeset``. The title is not drawn: it stands in the caption, and in the file as metadata. Marks are
    drawn inside the picture.

    Raises
    ------
    FontError
        where no font here has the characters that are needed
    """
    from matplotlib.figure import Figure as Picture

    style, labels = style or Style(), labels or {}

    def said(cell: Cell) -> str:
        return words(cell, style, labels, language)

    drawn_marks = tuple(spell(mark, language) for mark in marks)
    figure = _finite(figure)
    face = face_for([*_texts(figure, said, language), *drawn_marks])
    with look():
        picture = Picture(label=spell(title if title is not None else named(figure.title, labels), language))
        form = import_module(f"regio.exhibits.draw.{'nothing' if is_nothing(figure) else figure.form}")
        form.paint(Sheet(figure, said, face, picture, picture.add_axes((0.2, 0.2, 0.6, 0.6)), style.width, style, drawn_marks))
    return picture


def _finite(figure: Figure) -> Figure:
    """The figure without infinite numbers, which have no place on an axis."""
    numbers = figure.frame.select_dtypes("number")
    infinite = numbers.columns[numbers.isin([inf, -inf]).any()]
    return replace(figure, frame=figure.frame.assign(**{c: figure.frame[c].replace([inf, -inf], nan) for c in infinite})) if len(infinite) else figure


def _texts(figure: Figure, said: Say, language: Language) -> list[str]:
    """Every text that may be drawn, so that one font can be found for all of them."""
    found = ["0123456789.,−…*()[]≥ km", *(say(f"figure.{word}", language, count=0, shown=0, value="", low="", high="", places="") for word in OWN)]
    found += [title_of(figure, channel, said) for channel in figure.channels]
    found += [said(reference.title) for reference in figure.references]
    for channel in figure.channels.values():
        column = figure.frame[channel.column]
        if channel.kind == "label" or column.dtype.kind not in "fiu":
            found += [name_of(figure, value, said) for value in column.dropna().unique()]
    if figure.nodes is not None:
        found += [name_of(figure, value, said) for column in ("name", "group", "text") if column in figure.nodes for value in figure.nodes[column].dropna()]
    if figure.shapes is not None:
        found += [said(cell) for cell in figure.shapes.cells()]
    return found
