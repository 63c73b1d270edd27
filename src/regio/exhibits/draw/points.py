"""Points of two measures, with bounds and names where they have them (散点图)."""

from __future__ import annotations

from typing import Any

import numpy as np

from regio.exhibits.draw.labels import left_out, name_points
from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import GREY, MARKERS, MOST_GROUPS, PALETTE
from regio.exhibits.draw.placing import Box
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import at_places, measured_y, name_places, named_x, tick_room
from regio.exhibits.draw.sheet import Panel, Sheet, head_panels, panel_height, split

HEIGHT = {90: 62.0, 140: 84.0, 190: 105.0}
DOTS = 4000  # points: above this they go into a vector file as one image


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    places, groups = name_places(sheet), sheet.groups()
    for panel in split(sheet, width, least=34.0):
        for i, group in enumerate(groups):
            _points(sheet, panel, places, group, _look(i, len(groups), len(sheet.exhibit.frame)))
        panel.axes.margins(0.06, 0.08)
    _legend(sheet, groups)
    reference_lines(sheet, width)
    across = tick_room(sheet, width)
    height = panel_height(sheet, across, HEIGHT[width], shape=0.9)
    measured_y(sheet, height)
    named_x(sheet, places, across)
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)
    if sheet.has("name"):
        left_out(sheet, sum(_names(sheet, panel, places) for panel in sheet.panels), width, height)


def _look(i: int, n: int, points: int) -> dict[str, Any]:
    plain = n > MOST_GROUPS
    size = 4.0 if points <= 300 else 2.0 if points <= 2000 else 1.2
    return {
        "linestyle": "none",
        "marker": "o" if plain else MARKERS[i % len(MARKERS)],
        "markersize": size,
        "markeredgewidth": 0,
        "color": GREY if plain else PALETTE[i % len(PALETTE)],
        "alpha": 0.85 if points <= 300 else 0.5,
    }


def _points(sheet: Sheet, panel: Panel, places: dict[Any, float], group: Any, look: dict[str, Any]) -> None:
    part = sheet.rows_of(panel.frame, "group", group)
    x, y = at_places(sheet, part[sheet.of(part, "x").notna()], places), sheet.of(part, "y")[sheet.of(part, "x").notna()].astype(float)
    if not x:
        return
    if sheet.has("low") and sheet.has("high"):
        low, high = (sheet.of(part, side)[sheet.of(part, "x").notna()].astype(float) for side in ("low", "high"))
        panel.axes.vlines(x, low, high, color=look["color"], linewidth=0.8, zorder=2)
    panel.axes.plot(x, y, zorder=3, rasterized=len(x) > DOTS, **look)


def _legend(sheet: Sheet, groups: list[Any]) -> None:
    from matplotlib.lines import Line2D

    if groups != [None] and len(groups) <= MOST_GROUPS:
        for i, group in enumerate(groups):
            sheet.key(Line2D([], [], **_look(i, len(groups), 1)), sheet.name(group))


def _names(sheet: Sheet, panel: Panel, places: dict[Any, float]) -> int:
    """The names beside the points; how many have no room."""
    part = panel.frame[panel.frame[[sheet.exhibit.channels[c].column for c in ("x", "y")]].notna().all(axis=1)]
    (left, right), (low, high) = panel.axes.get_xlim(), panel.axes.get_ylim()
    across, height = sheet.size
    x = (np.array(at_places(sheet, part, places), float) - left) / (right - left) * across
    y = (sheet.of(part, "y").to_numpy(float) - low) / (high - low) * height
    named = sheet.of(part, "name")
    shown = named.notna() & (named.astype(str) != "")
    every = list(zip(x.tolist(), y.tolist(), strict=True))
    points = [point for point, kept in zip(every, shown, strict=True) if kept]
    dots = [(a - 0.7, b - 0.7, a + 0.7, b + 0.7) for a, b in every]
    lines: list[Box] = []
    for reference in sheet.exhibit.references:
        at = (reference.at - left) / (right - left) * across if reference.axis == "x" else (reference.at - low) / (high - low) * height
        lines.append((at, 0.0, at, height) if reference.axis == "x" else (0.0, at, across, at))
    placed = name_points(sheet, panel, points, [sheet.name(name) for name in named[shown]], obstacles=dots, lines=lines)
    return placed.count(None)
