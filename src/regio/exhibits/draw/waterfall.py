"""Contributions that add up, each bar from where the last one ended; totals start from zero (瀑布图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.columns import HEIGHT, LONGEST
from regio.exhibits.draw.layout import settle, zero_line
from regio.exhibits.draw.look import GREY, LEAST, PALETTE, SLATE, TICK
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import limit, measured_x, measured_y
from regio.exhibits.draw.sheet import Sheet, estimated, split
from regio.exhibits.draw.spelling import every, millimetres, readable, wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOTAL = "total"
ROW = 5.4  # millimetres of a bar that lies
RISE, FALL = PALETTE[0], PALETTE[1]


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    split(sheet, width)
    texts = [sheet.name(name) for name in sheet.column("x")]
    value = sheet.column("y").to_numpy(float)
    totals = sheet.column("group").astype(str).eq(TOTAL).to_numpy() if sheet.has("group") else np.zeros(len(value), bool)
    start, end = _bounds(value, totals)
    shown = readable(value.tolist(), sheet.style.decimals)
    across = estimated(sheet, width, ["0,000"])
    slot = across / max(4, len(texts))
    short = [wrapped(sheet.face, words, TICK, slot - 1, 2) for words in texts]
    whole = all(words.replace("\n", " ").replace(" ", "") == text.replace(" ", "") for words, text in zip(short, texts, strict=True))
    upright = whole and max(millimetres(sheet.face, words, LEAST) for words in shown) < slot - 0.6
    _bars(sheet, start, end, _colours(sheet, value, totals), upright=upright)
    reference_lines(sheet, width, lying=not upright)
    (_upright if upright else _lying)(sheet, width, short if upright else texts, shown, np.maximum(start, end))


def _bounds(value: NDArray[np.float64], totals: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where each bar starts and ends."""
    start, end, reached = np.zeros(len(value)), np.zeros(len(value)), 0.0
    for i, (amount, total) in enumerate(zip(np.nan_to_num(value), totals, strict=True)):
        start[i] = 0.0 if total else reached
        end[i] = reached = start[i] + float(amount)
    return start, end


def _colours(sheet: Sheet, value: NDArray[np.float64], totals: NDArray[np.bool_]) -> list[str]:
    """Totals, and either the groups of the frame or rises and falls; those that occur enter the legend."""
    from matplotlib.patches import Patch

    groups = [g for g in sheet.names("group") if str(g) not in (TOTAL, "")] if sheet.has("group") else []
    colours: list[str] = []
    found: dict[str, str] = {}
    for i, amount in enumerate(value):
        group = sheet.column("group").iloc[i] if groups else None
        if totals[i]:
            colour, words = SLATE, sheet.name(TOTAL) if TOTAL in sheet.exhibit.words else sheet.said("figure.total")
        elif group in groups:
            colour, words = PALETTE[groups.index(group) % len(PALETTE)], sheet.name(group)
        else:
            colour, words = (FALL, sheet.said("figure.fall")) if amount < 0 else (RISE, sheet.said("figure.rise"))
        colours.append(colour)
        found.setdefault(words, colour)
    for words, colour in found.items():
        sheet.key(Patch(facecolor=colour, linewidth=0), words)
    return colours


def _bars(sheet: Sheet, start: NDArray[np.float64], end: NDArray[np.float64], colours: list[str], *, upright: bool) -> None:
    places, axes = np.arange(len(start)), sheet.axes
    style: dict[str, Any] = {"color": GREY, "linewidth": 0.6, "zorder": 0.8}
    if upright:
        axes.bar(places, end - start, 0.66, bottom=start, color=colours, zorder=1)
        axes.hlines(end[:-1], places[:-1] + 0.33, places[1:] - 0.33, **style)
    else:
        axes.barh(places, end - start, 0.66, left=start, color=colours, zorder=1)
        axes.vlines(end[:-1], places[:-1] + 0.33, places[1:] - 0.33, **style)


def _upright(sheet: Sheet, width: int, texts: list[str], shown: list[str], tops: NDArray[np.float64]) -> None:
    height = HEIGHT[width]
    axes = sheet.axes
    slack = max(0.0, (4 - len(texts)) / 2)
    limit(sheet, "x", -0.6 - slack, len(texts) - 0.4 + slack)
    low, high = axes.get_ylim()
    limit(sheet, "y", low, high + (high - low) * 4.0 / height)
    across = estimated(sheet, width, measured_y(sheet, height))
    sheet.ticks("x", list(range(len(texts))), texts)
    sheet.no_ticks("x")
    low, high = axes.get_ylim()
    for place, (top, words) in enumerate(zip(tops, shown, strict=True)):
        axes.text(place, top + (high - low) * 0.5 / height, sheet.face.shown(words), ha="center", va="bottom", zorder=3, **sheet.letters(LEAST))
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)


def _lying(sheet: Sheet, width: int, texts: list[str], shown: list[str], tops: NDArray[np.float64]) -> None:
    axes = sheet.axes
    lines = max(wrapped(sheet.face, words, TICK, 0.36 * width, 2).count("\n") for words in texts)
    height = min(LONGEST, max(14.0, len(texts) * (ROW + 1.8 * lines)))
    limit(sheet, "y", len(texts) - 0.4, -0.6)
    row = height / len(texts)
    names = [wrapped(sheet.face, words, TICK, 0.36 * width, 2 if row > 6 else 1) for words in texts]
    sheet.thinned("y", list(range(len(texts))), names, lambda place: place * row)
    sheet.no_ticks("y")
    across = estimated(sheet, width, [line for words in names for line in words.split("\n")])
    low, high = axes.get_xlim()
    room = max(millimetres(sheet.face, words, LEAST) for words in shown) + 2
    limit(sheet, "x", low, high + (high - low) * room / max(across - room, 10))
    measured_x(sheet, across)
    if axes.get_xlim()[0] < 0:
        zero_line(axes, upright=True)
    low, high = axes.get_xlim()
    k = every(sheet.face, shown, [i * row for i in range(len(shown))], LEAST, upright=True)
    for place in range(0, len(shown), k):
        at = tops[place] + (high - low) * 0.7 / across
        axes.text(at, place, sheet.face.shown(shown[place]), ha="left", va="center", zorder=3, **sheet.letters(LEAST))
    reference_titles(sheet, width, across, height, lying=True)
    sheet.axis_titles(sheet.title("y"), sheet.title("x"), across, height)
    settle(sheet, width, height)
