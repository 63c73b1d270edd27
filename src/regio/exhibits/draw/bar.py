"""Bars, one a name, or several side by side; upright where the names fit below them, else lying (柱状图)."""

from __future__ import annotations

from typing import Any

import numpy as np

from regio.exhibits.draw.look import GREY, INK, PALETTE, TICK
from regio.exhibits.draw.sheet import Sheet, estimated, settle, zero_line
from regio.exhibits.draw.spelling import every, steps, wrapped

HEIGHT = {90: 48.0, 140: 62.0, 190: 76.0}
THICK = {1: 4.6, 2: 6.4}  # millimetres that one name takes where bars lie, by number of groups
PATTERNS = ("", "//", "..", "xx", "\\\\", "--")
LONGEST = 230.0
FEWEST = 4  # names that the width is made for


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    names = sheet.names("x")
    across = estimated(sheet, width, ["0,000"])
    texts = [sheet.name(name) for name in names]
    places = [(i + 0.5) * across / len(names) for i in range(len(names))]
    years = sheet.exhibit.channels["x"].kind == "label" and all(str(name).isdigit() for name in names)
    upright = years or every(sheet.face, texts, places, TICK) == 1
    groups = sheet.names("group") if sheet.has("group") else [None]
    for i, group in enumerate(groups):
        _bars(sheet, names, group, i, len(groups), upright=upright)
    if upright:
        _upright(sheet, width, texts, across)
    else:
        _lying(sheet, width, texts, len(groups))


def _bars(sheet: Sheet, names: list[Any], group: Any, i: int, n: int, *, upright: bool) -> None:
    frame, channels = sheet.exhibit.frame, sheet.exhibit.channels
    part = frame if group is None else frame[sheet.column("group") == group]
    part = part.drop_duplicates(channels["x"].column).set_index(channels["x"].column).reindex(names)
    value = part[channels["y"].column].to_numpy(float)
    thick = 0.78 / n
    places = np.arange(len(names)) - 0.39 + thick * (i + 0.5)
    style: dict[str, Any] = {"color": PALETTE[i % len(PALETTE)] if n <= 42 else GREY, "linewidth": 0, "zorder": 1}
    if i >= len(PALETTE):
        style |= {"hatch": PATTERNS[i // len(PALETTE) % len(PATTERNS)], "edgecolor": "white"}
    drawn = sheet.axes.bar(places, value, thick, **style) if upright else sheet.axes.barh(places, value, thick, **style)
    if sheet.has("low") and sheet.has("high"):
        low, high = (part[channels[side].column].to_numpy(float) for side in ("low", "high"))
        bounds: dict[str, Any] = {"yerr" if upright else "xerr": np.vstack([value - low, high - value]), "fmt": "none", "ecolor": INK, "elinewidth": 0.8}
        sheet.axes.errorbar(places if upright else value, value if upright else places, capsize=1.6, zorder=2, **bounds)
    if group is not None:
        sheet.legend[0].append(drawn[0])
        sheet.legend[1].append(sheet.name(group))


def _upright(sheet: Sheet, width: int, texts: list[str], across: float) -> None:
    axes = sheet.axes
    slack = max(0.0, (FEWEST - len(texts)) / 2)  # a single bar does not fill the picture
    axes.set_xlim(-0.6 - slack, len(texts) - 0.4 + slack)
    low, high = axes.get_ylim()
    sheet.ticks("y", *steps(low, high))
    axes.set_ylim(low, high)
    if low < 0:
        zero_line(axes, upright=False)
    sheet.thinned("x", list(range(len(texts))), texts, lambda place: (place + 0.6 + slack) / (len(texts) + 2 * slack + 0.2) * across)
    axes.tick_params(axis="x", length=0)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, HEIGHT[width])
    settle(sheet, width, HEIGHT[width])


def _lying(sheet: Sheet, width: int, texts: list[str], groups: int) -> None:
    axes = sheet.axes
    axes.set_ylim(len(texts) - 0.4, -0.6)
    height = min(LONGEST, len(texts) * THICK.get(groups, groups * 2.4 + 1.6))
    lines = 2 if height / len(texts) >= 6 else 1
    shown = [wrapped(sheet.face, text, TICK, 0.38 * width, lines) for text in texts]
    sheet.thinned("y", list(range(len(texts))), shown, lambda place: place * height / len(texts))
    axes.tick_params(axis="y", length=0)
    across = estimated(sheet, width, [line for text in shown for line in text.split("\n")])
    low, high = axes.get_xlim()
    sheet.thinned("x", *steps(low, high), lambda place: (place - low) / (high - low) * across)
    axes.set_xlim(low, high)
    if low < 0:
        zero_line(axes, upright=True)
    sheet.axis_titles(sheet.title("y"), sheet.title("x"), across, height)
    settle(sheet, width, height)
