"""The sheet a form draws on: panels of a given size in millimetres, and around them whatever room their texts need."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.fonts import Face
from regio.exhibits.draw.look import PAD, POINT, SMALL, TICK, TITLE
from regio.exhibits.draw.spelling import every, millimetres, wrapped
from regio.exhibits.models import EMPTY, Cell, Figure, label, text
from regio.exhibits.numbers import MINUS
from regio.exhibits.style import Style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

Say = Callable[[Cell], str]
MOST_PANELS = 48
LEAST_PANEL = 26.0  # millimetres that a panel is wide at least
TALLEST = 235.0  # millimetres of all panels together
BETWEEN = 3.0  # millimetres between two panels
HEADING = 5.0  # millimetres that the title of a panel takes


@dataclass(slots=True)
class Panel:
    """One pair of axes and the rows of the frame that are drawn on it; ``left`` and ``bottom``: it bears the texts of that axis."""

    axes: Axes
    frame: pd.DataFrame
    facet: Any = None
    row: int = 0
    column: int = 0
    left: bool = True
    bottom: bool = True


@dataclass(slots=True)
class Sheet:
    """``picture`` and ``axes`` (of the first panel) belong to matplotlib; ``width`` in millimetres, None where the form chooses; ``beside``: axes on
    the right, such as a colour bar; ``prints``: small print below; ``size``: millimetres of a panel, once it is settled.
    """

    exhibit: Figure
    say: Say
    face: Face
    picture: Picture
    axes: Axes
    width: int | None
    style: Style = field(default_factory=Style)
    marks: tuple[str, ...] = ()
    beside: Axes | None = None
    beside_size: tuple[float, float] = (0.0, 0.0)
    legend: tuple[list[Artist], list[str]] = field(default_factory=lambda: ([], []))
    panels: list[Panel] = field(default_factory=list)
    rows: int = 1
    columns: int = 1
    outer_titles: tuple[str, str] = ("", "")
    prints: list[str] = field(default_factory=list)
    size: tuple[float, float] = (0.0, 0.0)
    room: float = 0.0  # millimetres kept free on the right for texts

    def column(self, channel: str) -> pd.Series:
        return self.exhibit.frame[self.exhibit.channels[channel].column]

    def of(self, part: pd.DataFrame, channel: str) -> pd.Series:
        """A channel in some rows of the frame."""
        return part[self.exhibit.channels[channel].column]

    def rows_of(self, part: pd.DataFrame, channel: str, value: Any) -> pd.DataFrame:
        """The rows with this value of a channel; all of them for None."""
        return part if value is None else part[self.of(part, channel) == value]

    def has(self, channel: str) -> bool:
        return channel in self.exhibit.channels

    def title(self, channel: str) -> str:
        return title_of(self.exhibit, channel, self.say)

    def names(self, channel: str) -> list[Any]:
        """The values of a channel, each once, in the order in which they appear."""
        return list(self.column(channel).dropna().unique())

    def groups(self) -> list[Any]:
        return self.names("group") if self.has("group") else [None]

    def name(self, value: object) -> str:
        return name_of(self.exhibit, value, self.say)

    def numbered(self, names: Sequence[Any]) -> bool:
        """Whether the names are whole numbers, such as years, and are printed as such (codes of regions are not)."""
        return bool(names) and all(re.fullmatch(r"[-−]?\d+", self.name(name)) for name in names)

    def letters(self, size: float) -> dict[str, Any]:
        return {"fontproperties": self.face.properties(size), "parse_math": False}

    def fitted(self, text: str, size: float, width: float, lines: int = 2) -> str:
        return self.face.shown(wrapped(self.face, text, size, width, lines))

    def said(self, code: str, **values: Any) -> str:
        return self.say(text(code, **values))

    def ticks(self, axis: str, places: Sequence[float], texts: Sequence[str], size: float = TICK, **more: Any) -> None:
        """Ticks of an axis at these places; the outer panels bear these texts."""
        for panel in self.panels:
            draw = panel.axes.set_xticks if axis == "x" else panel.axes.set_yticks
            outer = panel.bottom if axis == "x" else panel.left
            draw(list(places), [self.face.shown(text) if outer else "" for text in texts], **self.letters(size), **more)

    def thinned(self, axis: str, places: Sequence[float], texts: Sequence[str], millimetre: Callable[[float], float], size: float = TICK) -> None:
        """The same, leaving out what would touch its neighbour."""
        k = every(self.face, texts, [millimetre(p) for p in places], size, upright=axis == "y")
        self.ticks(axis, places[::k], texts[::k], size)

    def no_ticks(self, axis: str) -> None:
        for panel in self.panels:
            panel.axes.tick_params(axis=axis, length=0)  # type: ignore[arg-type]

    def axis_titles(self, x: str, y: str, width: float, height: float) -> None:
        if len(self.panels) > 1:
            across, tall = width * self.columns, height * self.rows
            self.outer_titles = self.fitted(x, TITLE, across) if x else "", self.fitted(y, TITLE, tall) if y else ""
            return
        for words, room, draw in ((x, width, self.axes.set_xlabel), (y, height, self.axes.set_ylabel)):
            if words:
                draw(self.fitted(words, TITLE, room), labelpad=3, **self.letters(TITLE))

    def key(self, drawn: Artist, words: str) -> None:
        """One more entry of the legend."""
        self.legend[0].append(drawn)
        self.legend[1].append(words)


def title_of(exhibit: Figure, channel: str, say: Say) -> str:
    cell = exhibit.channels[channel].title if channel in exhibit.channels else EMPTY
    return say(cell)


def name_of(exhibit: Figure, value: object, say: Say) -> str:
    """A name in the frame: the figure's own words, else a label."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    said = say(exhibit.words.get(text, label(text)))
    return MINUS + said[1:] if said[:1] == "-" and said[1:].isdigit() else said


def split(sheet: Sheet, width: int, *, least: float = LEAST_PANEL) -> list[Panel]:
    """One panel a value of ``facet``, or one alone; sheets without facets need no other than this call."""
    frame = sheet.exhibit.frame
    facets = sheet.names("facet") if sheet.has("facet") else [None]
    if facets != [None] and sheet.numbered(facets):
        facets = sorted(facets, key=lambda facet: int(str(facet)))
    shown = facets[:MOST_PANELS]
    if len(facets) > len(shown):
        sheet.prints.append(sheet.said("figure.more_panels", shown=len(shown), count=len(facets)))
    n = len(shown)
    sheet.columns = _columns(n, max(1, int((width - 2 * PAD) // least)))
    sheet.rows = ceil(n / sheet.columns)
    for i, facet in enumerate(shown):
        axes = sheet.axes if i == 0 else sheet.picture.add_axes((0.2, 0.2, 0.6, 0.6), label=f"panel {i}")
        row, column = divmod(i, sheet.columns)
        part = sheet.rows_of(frame, "facet", facet)
        sheet.panels.append(Panel(axes, part, facet, row, column, column == 0, i + sheet.columns >= n))
    return sheet.panels


def _columns(n: int, most: int) -> int:
    """Up to three side by side; else the fewest empty places (one does not count), and of those with the same number the one nearest to a square."""
    if n <= min(3, most):
        return n
    tried = range(min(most, ceil(sqrt(n))), min(n, most, 2 * ceil(sqrt(n))) + 1)
    return min(tried, key=lambda c: (max(0, -n % c - 1), c))


def head_panels(sheet: Sheet, across: float) -> None:
    """The titles of the panels, once it is known how wide these will be."""
    if not sheet.has("facet"):
        return
    for panel in sheet.panels:
        words = sheet.fitted(sheet.name(panel.facet), SMALL, across, 2)
        panel.axes.set_title(words, loc="left", pad=3, **sheet.letters(SMALL))


def panel_height(sheet: Sheet, across: float, usual: float, *, shape: float = 0.78) -> float:
    """Millimetres: the usual height of one panel alone; several are as high as their width allows and the page has room for."""
    if len(sheet.panels) < 2:
        return usual
    return min(usual, max(20.0, across * shape), TALLEST / sheet.rows - HEADING)


def estimated(sheet: Sheet, width: int, texts: Sequence[str] = (), right: float = 0.0) -> float:
    """Millimetres that each panel will be wide, before they are settled: no more than it will be."""
    left = max((millimetres(sheet.face, text, TICK) for text in texts), default=0.0)
    across = width - 2 * PAD - left - TITLE * POINT * 2.2 - 4 - right - sheet.room
    return max(20.0 if sheet.columns == 1 else 8.0, (across - (sheet.columns - 1) * (BETWEEN + 2)) / sheet.columns)
