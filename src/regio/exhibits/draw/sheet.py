"""The sheet a form draws on: one pair of axes of a given size in millimetres, and around it whatever room its texts need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.fonts import Face
from regio.exhibits.draw.look import AMBER, GREY, INCH, PAD, POINT, SMALL, TICK, TITLE
from regio.exhibits.draw.spelling import every, millimetres, wrapped
from regio.exhibits.models import EMPTY, Cell, Figure, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture
    from matplotlib.legend import Legend

Say = Callable[[Cell], str]


@dataclass(slots=True)
class Sheet:
    """``picture`` and ``axes`` belong to matplotlib; ``width`` in millimetres, None where the form chooses; ``beside``: axes on the right, such as a
    colour bar.
    """

    exhibit: Figure
    say: Say
    face: Face
    picture: Picture
    axes: Axes
    width: int | None
    marks: tuple[str, ...] = ()
    beside: Axes | None = None
    beside_size: tuple[float, float] = (0.0, 0.0)
    legend: tuple[list[Artist], list[str]] = field(default_factory=lambda: ([], []))

    def column(self, channel: str) -> pd.Series:
        return self.exhibit.frame[self.exhibit.channels[channel].column]

    def has(self, channel: str) -> bool:
        return channel in self.exhibit.channels

    def title(self, channel: str) -> str:
        return title_of(self.exhibit, channel, self.say)

    def names(self, channel: str) -> list[Any]:
        """The values of a channel, each once, in the order in which they appear."""
        return list(self.column(channel).dropna().unique())

    def name(self, value: object) -> str:
        return name_of(self.exhibit, value, self.say)

    def letters(self, size: float) -> dict[str, Any]:
        return {"fontproperties": self.face.properties(size), "parse_math": False}

    def fitted(self, text: str, size: float, width: float, lines: int = 2) -> str:
        return self.face.shown(wrapped(self.face, text, size, width, lines))

    def ticks(self, axis: str, places: Sequence[float], texts: Sequence[str], size: float = TICK, **more: Any) -> None:
        """Ticks of an axis at these places, with these texts."""
        draw = self.axes.set_xticks if axis == "x" else self.axes.set_yticks
        draw(list(places), [self.face.shown(text) for text in texts], **self.letters(size), **more)

    def thinned(self, axis: str, places: Sequence[float], texts: Sequence[str], millimetre: Callable[[float], float], size: float = TICK) -> None:
        """The same, leaving out what would touch its neighbour."""
        k = every(self.face, texts, [millimetre(p) for p in places], size, upright=axis == "y")
        self.ticks(axis, places[::k], texts[::k], size)

    def axis_titles(self, x: str, y: str, width: float, height: float) -> None:
        for text, room, draw in ((x, width, self.axes.set_xlabel), (y, height, self.axes.set_ylabel)):
            if text:
                draw(self.fitted(text, TITLE, room), labelpad=3, **self.letters(TITLE))


def title_of(exhibit: Figure, channel: str, say: Say) -> str:
    cell = exhibit.channels[channel].title if channel in exhibit.channels else EMPTY
    return say(cell)


def name_of(exhibit: Figure, value: object, say: Say) -> str:
    """A name in the frame: the figure's own words, else a label."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return say(exhibit.words.get(text, label(text)))


def settle(sheet: Sheet, width: int, height: float) -> None:
    """Give the axes ``height`` millimetres and what is left of ``width``; the picture becomes as high as its texts need."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    picture, axes = sheet.picture, sheet.axes
    canvas: Any = FigureCanvasAgg(picture)
    picture.set_size_inches(width / INCH, height / INCH)
    axes.set_position((0.2, 0.2, 0.6, 0.6))
    left, right, low, high = _around(axes, canvas)
    bar, gap, own = 0.0, 0.0, (0.0, 0.0, 0.0, 0.0)
    if sheet.beside is not None:
        sheet.beside.set_position((0.8, 0.2, sheet.beside_size[0] / width, 0.6))
        own = _around(sheet.beside, canvas)
        bar, gap = sheet.beside_size[0], max(right, own[0]) + 2.5
        right = gap + bar + own[1]
    legend = _legend(sheet, width)
    legend_height = legend.get_window_extent(canvas.get_renderer()).height / picture.dpi * INCH + PAD if legend else 0.0
    marks_height = len(sheet.marks) * (SMALL * POINT * 1.35) + (PAD if sheet.marks else 0)
    top = max(high, own[3])
    total = PAD + top + height + low + legend_height + marks_height + PAD
    across = width - 2 * PAD - left - right
    bottom = total - PAD - top - height
    picture.set_size_inches(width / INCH, total / INCH)
    axes.set_position(((PAD + left) / width, bottom / total, across / width, height / total))
    if sheet.beside is not None:
        tall = sheet.beside_size[1]
        sheet.beside.set_position(((PAD + left + across + gap) / width, (bottom + height - tall) / total, bar / width, tall / total))
    if legend:
        legend.set_bbox_to_anchor((PAD / width, (PAD + marks_height) / total), picture.transFigure)
    for i, mark in enumerate(reversed(sheet.marks)):
        words = sheet.fitted(mark, SMALL, width - 2 * PAD, 1)
        picture.text(PAD / width, (PAD + i * SMALL * POINT * 1.35) / total, words, color=AMBER, va="bottom", **sheet.letters(SMALL))


def _around(axes: Axes, canvas: Any) -> tuple[float, float, float, float]:
    """Millimetres that texts and ticks take to the left, right, below and above of the axes."""
    outer = axes.get_tightbbox(canvas.get_renderer())
    inner = axes.get_window_extent()
    if outer is None:
        return 0.0, 0.0, 0.0, 0.0
    dots = axes.get_figure(root=True).dpi / INCH  # type: ignore[union-attr]
    found = (inner.x0 - outer.x0, outer.x1 - inner.x1, inner.y0 - outer.y0, outer.y1 - inner.y1)
    left, right, low, high = (max(0.0, value / dots) for value in found)
    return left, right, low, high


def _legend(sheet: Sheet, width: int) -> Legend | None:
    """Below the axes, in as many columns as fit."""
    handles, texts = sheet.legend
    if not handles:
        return None
    room = width - 2 * PAD
    texts = [sheet.fitted(text, TICK, room - 10) for text in texts]
    widest = max(millimetres(sheet.face, text, TICK) for text in texts)
    columns = max(1, min(len(texts), int(room // (widest + 10))))
    made = sheet.picture.legend(
        handles,
        ["·"] * len(texts),
        loc="lower left",
        ncols=columns,
        frameon=False,
        prop=sheet.face.properties(TICK),
        borderpad=0,
        borderaxespad=0,
        handlelength=2.2,
        handletextpad=0.6,
        columnspacing=1.4,
        labelspacing=0.35,
    )
    for text, words in zip(made.get_texts(), texts, strict=True):
        text.set_text(words)
    return made


def estimated(sheet: Sheet, width: int, texts: Sequence[str] = (), right: float = 0.0) -> float:
    """Millimetres that the axes will be wide, before they are settled: no more than it will be."""
    left = max((millimetres(sheet.face, text, TICK) for text in texts), default=0.0)
    return max(20.0, width - 2 * PAD - left - TITLE * POINT * 2.2 - 4 - right)


def zero_line(axes: Axes, *, upright: bool) -> None:
    draw = axes.axvline if upright else axes.axhline
    draw(0.0, color=GREY, linewidth=0.7, zorder=0.5)
