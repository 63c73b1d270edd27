"""Where everything stands in a picture: panels, colour bar, titles of axes, legend, small print and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.look import AMBER, GREY, INCH, INK, PAD, POINT, SMALL, TICK, TITLE
from regio.exhibits.draw.sheet import BETWEEN, Panel, Sheet
from regio.exhibits.draw.spelling import millimetres

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

Room = tuple[float, float, float, float]  # millimetres to the left, right, below and above
LEADING = 1.35  # of a line, by the size of its letters


def settle(sheet: Sheet, width: int, height: float) -> None:
    """Give each panel ``height`` millimetres and its part of what is left of ``width``; the picture becomes as high as its texts need.
    May be called again when there is more small print.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    picture = sheet.picture
    canvas: Any = FigureCanvasAgg(picture)
    for artist in [*picture.texts, *picture.legends]:
        artist.remove()
    outer_x, outer_y = (0.0 if not words else TITLE * POINT * LEADING * (words.count("\n") + 1) + 1.0 for words in sheet.outer_titles)
    across = (width - 2 * PAD) * 0.8 / sheet.columns
    beside: Room = (0.0, 0.0, 0.0, 0.0)
    for _ in range(2):
        picture.set_size_inches(width / INCH, height / 0.6 / INCH)
        for panel in sheet.panels:
            panel.axes.set_position((0.2, 0.2, across / width, 0.6))
        if sheet.beside is not None:
            sheet.beside.set_position((0.8, 0.2, sheet.beside_size[0] / width, 0.6 * sheet.beside_size[1] / height))
            beside = _around(sheet.beside, canvas)
        rooms = [(panel, _around(panel.axes, canvas)) for panel in sheet.panels]
        left, right = (_widest(rooms, side, "column", sheet.columns) for side in (0, 1))
        low, high = (_widest(rooms, side, "row", sheet.rows) for side in (2, 3))
        gap = max(right[-1], beside[0]) + 2.5
        if sheet.beside is not None:
            right[-1] = gap + sheet.beside_size[0] + beside[1]
            high[0] = max(high[0], beside[3])
        across = (width - 2 * PAD - outer_y - sum(left) - sum(right) - BETWEEN * (sheet.columns - 1)) / sheet.columns
    legend = _legend(sheet, width)
    legend_height = legend.get_window_extent(canvas.get_renderer()).height / picture.dpi * INCH + PAD if legend else 0.0
    prints = [(words, INK) for words in sheet.prints] + [(mark, AMBER) for mark in sheet.marks]
    lines = [(sheet.fitted(words, SMALL, width - 2 * PAD, 1 if colour == AMBER else 3), colour) for words, colour in prints]
    prints_height = sum(_height(words) for words, _ in lines) + (PAD if lines else 0)
    middle = sum(high) + sum(low) + height * sheet.rows + BETWEEN * (sheet.rows - 1)
    if sheet.beside is not None and sheet.rows == 1:
        middle = max(middle, high[0] + sheet.beside_size[1] + beside[2])
    below = PAD + prints_height + legend_height
    total = below + outer_x + middle + PAD
    picture.set_size_inches(width / INCH, total / INCH)
    lefts = [PAD + outer_y + sum(left[: c + 1]) + sum(right[:c]) + c * (across + BETWEEN) for c in range(sheet.columns)]
    tops = [total - PAD - sum(high[: r + 1]) - sum(low[:r]) - r * (height + BETWEEN) for r in range(sheet.rows)]
    for panel in sheet.panels:
        panel.axes.set_position((lefts[panel.column] / width, (tops[panel.row] - height) / total, across / width, height / total))
    if sheet.beside is not None:
        bar, tall = sheet.beside_size
        sheet.beside.set_position(((lefts[-1] + across + gap) / width, (tops[0] - tall) / total, bar / width, tall / total))
    if legend:
        legend.set_bbox_to_anchor((PAD / width, (PAD + prints_height) / total), picture.transFigure)
    _outer_titles(sheet, (lefts[0], lefts[-1] + across), (tops[-1] - height, tops[0]), (width, total), below)
    at = PAD
    for words, colour in reversed(lines):
        picture.text(PAD / width, at / total, words, color=colour, va="bottom", linespacing=LEADING, **sheet.letters(SMALL))
        at += _height(words)
    sheet.size = across, height


def _height(words: str) -> float:
    return (words.count("\n") + 1) * SMALL * POINT * LEADING


def _widest(rooms: list[tuple[Panel, Room]], side: int, along: str, n: int) -> list[float]:
    return [max((room[side] for panel, room in rooms if getattr(panel, along) == i), default=0.0) for i in range(n)]


def _outer_titles(sheet: Sheet, across: tuple[float, float], tall: tuple[float, float], size: tuple[float, float], below: float) -> None:
    x, y = sheet.outer_titles
    if x:
        sheet.picture.text(sum(across) / 2 / size[0], (below + 0.5) / size[1], x, ha="center", va="bottom", **sheet.letters(TITLE))
    if y:
        sheet.picture.text((PAD + 0.2) / size[0], sum(tall) / 2 / size[1], y, ha="left", va="center", rotation=90, **sheet.letters(TITLE))


def _around(axes: Axes, canvas: Any) -> Room:
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


def zero_line(axes: Axes, *, upright: bool) -> None:
    draw = axes.axvline if upright else axes.axhline
    draw(0.0, color=GREY, linewidth=0.7, zorder=0.5)
