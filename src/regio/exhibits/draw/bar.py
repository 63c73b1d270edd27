"""Bars, one a name, or several side by side; upright where the names fit below them, else lying (柱状图)."""

from __future__ import annotations

from typing import Any

import numpy as np

from regio.exhibits.draw.columns import Layout, axes_of_bars, layout_of_bars
from regio.exhibits.draw.look import GREY, INK, PALETTE
from regio.exhibits.draw.sheet import Panel, Sheet, split

PATTERNS = ("", "//", "..", "xx", "\\\\", "--")


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    panels = split(sheet, width)
    groups = sheet.groups()
    layout = layout_of_bars(sheet, width, len(groups))
    for panel in panels:
        for i, group in enumerate(groups):
            _bars(sheet, panel, layout, group, i, len(groups))
    if groups != [None]:
        for i, group in enumerate(groups):
            sheet.key(patch(i, len(groups)), sheet.name(group))
    axes_of_bars(sheet, width, layout, len(groups))


def fill(i: int, n: int) -> dict[str, Any]:
    """How the i-th of n groups is filled."""
    style: dict[str, Any] = {"facecolor": PALETTE[i % len(PALETTE)] if n <= len(PALETTE) * len(PATTERNS) else GREY, "linewidth": 0}
    if i >= len(PALETTE):
        style |= {"hatch": PATTERNS[i // len(PALETTE) % len(PATTERNS)], "edgecolor": "white"}
    return style


def patch(i: int, n: int) -> Any:
    from matplotlib.patches import Patch

    return Patch(**fill(i, n))


def _bars(sheet: Sheet, panel: Panel, layout: Layout, group: Any, i: int, n: int) -> None:
    column = sheet.exhibit.channels["x"].column
    part = sheet.rows_of(panel.frame, "group", group)
    part = part.drop_duplicates(column).set_index(column).reindex(layout.names)
    value = sheet.of(part, "y").to_numpy(float)
    thick = 0.78 / n
    places = np.arange(len(layout.names)) - 0.39 + thick * (i + 0.5)
    style = fill(i, n) | {"zorder": 1}
    (panel.axes.bar if layout.upright else panel.axes.barh)(places, value, thick, **style)
    if sheet.has("low") and sheet.has("high"):
        low, high = (sheet.of(part, side).to_numpy(float) for side in ("low", "high"))
        bounds: dict[str, Any] = {
            "yerr" if layout.upright else "xerr": np.vstack([value - low, high - value]).clip(min=0),
            "fmt": "none",
            "ecolor": INK,
            "elinewidth": 0.8,
        }
        panel.axes.errorbar(places if layout.upright else value, value if layout.upright else places, capsize=1.6, zorder=2, **bounds)
