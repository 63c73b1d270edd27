"""Lines over an ordered axis, one a group, with bands where they have bounds (折线图)."""

from __future__ import annotations

from typing import Any

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import DASHES, GREY, LINE, MARKERS, MOST_GROUPS, PALETTE
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import at_places, measured_y, name_places, named_x, tick_room
from regio.exhibits.draw.sheet import Panel, Sheet, head_panels, panel_height, split

HEIGHT = {90: 52.0, 140: 68.0, 190: 84.0}
MARKED = 30  # points of a line: above this they bear no markers


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    places = name_places(sheet)
    groups = sheet.groups()
    for panel in split(sheet, width):
        for i, group in enumerate(groups):
            _line(sheet, panel, places, group, _look(i, len(groups), len(panel.frame) // max(1, len(groups))))
    _legend(sheet, groups)
    reference_lines(sheet, width)
    across = tick_room(sheet, width)
    height = panel_height(sheet, across, HEIGHT[width])
    measured_y(sheet, height)
    named_x(sheet, places, across)
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)


def _line(sheet: Sheet, panel: Panel, places: dict[Any, float], group: Any, look: dict[str, Any]) -> None:
    part = sheet.rows_of(panel.frame, "group", group)
    if part.empty:
        return
    x = at_places(sheet, part, places)
    if sheet.has("low") and sheet.has("high"):
        low, high = (sheet.of(part, side).astype(float).to_numpy() for side in ("low", "high"))
        panel.axes.fill_between(x, low, high, color=look["color"], alpha=0.16, linewidth=0)
    panel.axes.plot(x, sheet.of(part, "y").astype(float).to_numpy(), **look)


def _legend(sheet: Sheet, groups: list[Any]) -> None:
    from matplotlib.lines import Line2D

    if groups == [None] or (sheet.has("facet") and sheet.column("facet").equals(sheet.column("group"))):
        return
    if len(groups) > MOST_GROUPS:
        sheet.key(Line2D([], [], **_look(0, len(groups), 99)), sheet.said("figure.many_lines", count=len(groups)))
        return
    points = max(len(panel.frame) for panel in sheet.panels) // len(groups)
    for i, group in enumerate(groups):
        sheet.key(Line2D([], [], **_look(i, len(groups), points)), sheet.name(group))


def _look(i: int, groups: int, points: int) -> dict[str, Any]:
    if groups > MOST_GROUPS:
        return {"color": GREY, "linewidth": 0.6, "alpha": 0.7}
    style = {"color": PALETTE[i % len(PALETTE)], "linestyle": DASHES[i // len(PALETTE)], "linewidth": LINE}
    if points <= MARKED:
        style |= {"marker": MARKERS[i % len(MARKERS)], "markersize": 3, "markeredgewidth": 0}
    return style
