"""Estimates with their intervals, one a row, and a line at zero (系数图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.layout import settle, zero_line
from regio.exhibits.draw.look import MARKERS, MOST_GROUPS, PALETTE, POINT, TICK
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import limit, measured_x
from regio.exhibits.draw.sheet import TALLEST, Panel, Sheet, estimated, head_panels, split
from regio.exhibits.draw.spelling import wrapped

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

ROW, GROUP = 7.0, 3.2  # millimetres of a row, and of each further group in it
LONGEST = 230.0
LINES = 4  # of a name, before it is cut off


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    panels = split(sheet, width, least=34.0)
    terms, groups = sheet.names("y"), sheet.groups()
    names = [wrapped(sheet.face, sheet.name(term), TICK, 0.36 * width, LINES) for term in terms]
    row = max(ROW + GROUP * (len(groups) - 1), max(name.count("\n") + 1 for name in names) * TICK * POINT * 1.3 + 2)
    longest = LONGEST if len(panels) == 1 else TALLEST / sheet.rows - 6
    height = max(14.0, min(longest, len(terms) * row))
    if height < len(terms) * row:
        names = [wrapped(sheet.face, sheet.name(term), TICK, 0.36 * width, 1) for term in terms]
    for i, group in enumerate(groups):
        drawn = [_estimates(sheet, panel, terms, group, i, len(groups)) for panel in panels]
        if group is not None and len(groups) <= MOST_GROUPS:
            sheet.key(drawn[0], sheet.name(group))
    for panel in panels:
        zero_line(panel.axes, upright=True)
        panel.axes.spines["left"].set_visible(False)
    reference_lines(sheet, width)
    limit(sheet, "y", len(terms) - 0.4, -0.6)
    sheet.thinned("y", list(range(len(terms))), names, lambda place: place * height / len(terms))
    sheet.no_ticks("y")
    across = estimated(sheet, width, [line for name in names for line in name.split("\n")])
    measured_x(sheet, across)
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)


def _estimates(sheet: Sheet, panel: Panel, terms: list[Any], group: Any, i: int, n: int) -> Line2D:
    part = sheet.rows_of(panel.frame, "group", group)
    part = part[sheet.of(part, "y").notna()]
    places = np.array([terms.index(term) for term in sheet.of(part, "y")], float) + (i - (n - 1) / 2) * min(0.22, 0.8 / n)
    value, low, high = (sheet.of(part, channel).to_numpy(float) for channel in ("x", "low", "high"))
    colour = PALETTE[i % len(PALETTE)]
    panel.axes.hlines(places, low, high, color=colour, linewidth=1.1, zorder=2)
    style: dict[str, Any] = {"linestyle": "none", "marker": MARKERS[i % len(MARKERS)], "markersize": 4, "markeredgewidth": 0, "color": colour}
    (drawn,) = panel.axes.plot(value, places, zorder=3, **style)
    return drawn
