"""Estimates with their intervals, one a row, and a line at zero (系数图)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regio.exhibits.draw.look import MARKERS, MOST_GROUPS, PALETTE, POINT, TICK
from regio.exhibits.draw.sheet import Sheet, estimated, settle, zero_line
from regio.exhibits.draw.spelling import steps, wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROW, GROUP = 7.0, 3.2  # millimetres of a row, and of each further group in it
LONGEST = 230.0
LINES = 4  # of a name, before it is cut off


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    axes, frame, channels = sheet.axes, sheet.exhibit.frame, sheet.exhibit.channels
    terms = sheet.names("y")
    groups = sheet.names("group") if sheet.has("group") else [None]
    names = [wrapped(sheet.face, sheet.name(term), TICK, 0.36 * width, LINES) for term in terms]
    row = max(ROW + GROUP * (len(groups) - 1), max(name.count("\n") + 1 for name in names) * TICK * POINT * 1.3 + 2)
    height = max(14.0, min(LONGEST, len(terms) * row))
    if height < len(terms) * row:
        names = [wrapped(sheet.face, sheet.name(term), TICK, 0.36 * width, 1) for term in terms]
    for i, group in enumerate(groups):
        part = frame if group is None else frame[sheet.column("group") == group]
        rows = [terms.index(term) for term in part[channels["y"].column]]
        places = np.array(rows, float) + (i - (len(groups) - 1) / 2) * min(0.22, 0.8 / len(groups))
        value, low, high = (_finite(part[channels[c].column].to_numpy(float)) for c in ("x", "low", "high"))
        colour = PALETTE[i % len(PALETTE)]
        axes.hlines(places, low, high, color=colour, linewidth=1.1, zorder=2)
        (drawn,) = axes.plot(value, places, linestyle="none", marker=MARKERS[i % len(MARKERS)], markersize=4, markeredgewidth=0, color=colour, zorder=3)
        if group is not None and len(groups) <= MOST_GROUPS:
            sheet.legend[0].append(drawn)
            sheet.legend[1].append(sheet.name(group))
    zero_line(axes, upright=True)
    axes.set_ylim(len(terms) - 0.4, -0.6)
    sheet.thinned("y", list(range(len(terms))), names, lambda place: place * height / len(terms))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    across = estimated(sheet, width, [line for name in names for line in name.split("\n")])
    low_end, high_end = axes.get_xlim()
    sheet.thinned("x", *steps(low_end, high_end), lambda place: (place - low_end) / (high_end - low_end) * across)
    axes.set_xlim(low_end, high_end)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)
