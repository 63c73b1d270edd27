"""Densities, one a group, each over its own base line (山脊图)."""

from __future__ import annotations

import numpy as np

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import EVEN, GREY, INK, PALETTE, TICK
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import limit, measured_x
from regio.exhibits.draw.sheet import Sheet, estimated, split
from regio.exhibits.draw.spelling import wrapped

LEAST, MOST, LONGEST = 3.4, 9.0, 190.0  # millimetres from one base line to the next; of all
HIGHEST = 2.0  # rows that the highest density reaches up


def paint(sheet: Sheet) -> None:
    from matplotlib import colormaps

    width = sheet.width or 140
    split(sheet, width)
    groups = sheet.groups()
    years = sheet.numbered(groups)
    if years:
        groups = sorted(groups, key=int)
    n = len(groups)
    row = max(LONGEST / n if n > LONGEST / LEAST else LEAST, min(MOST, LONGEST / n))
    largest = float(np.nanmax(sheet.column("y").to_numpy(float), initial=0.0)) or 1.0
    shades = colormaps[EVEN](np.linspace(0.05, 0.9, n))
    for i, group in enumerate(groups):
        part = sheet.rows_of(sheet.exhibit.frame, "group", group).sort_values(sheet.exhibit.channels["x"].column, kind="stable")
        x, y = sheet.of(part, "x").to_numpy(float), sheet.of(part, "y").to_numpy(float)
        base, colour = float(n - 1 - i), shades[i] if years else PALETTE[0]
        up = base + y / largest * HIGHEST
        sheet.axes.axhline(base, color=GREY, linewidth=0.4, zorder=1 + 2 * i)
        sheet.axes.fill_between(x, base, up, facecolor=colour, alpha=0.75, linewidth=0, zorder=1 + 2 * i)
        sheet.axes.plot(x, up, color="white", linewidth=1.6, zorder=1.5 + 2 * i)
        sheet.axes.plot(x, up, color=INK, linewidth=0.7, zorder=1.6 + 2 * i)
    reference_lines(sheet, width)
    for line in sheet.axes.lines[-len(sheet.exhibit.references) or len(sheet.axes.lines) :]:
        line.set_zorder(2 * n + 5)
    height = row * (n - 1 + HIGHEST) + 2
    limit(sheet, "y", -0.15, n - 1 + HIGHEST + 0.1)
    names = [wrapped(sheet.face, sheet.name(group), TICK, 0.3 * width, 1) for group in groups]
    sheet.thinned("y", [float(n - 1 - i) for i in range(n)], names, lambda place: place * row)
    sheet.no_ticks("y")
    sheet.axes.spines["left"].set_visible(False)
    sheet.axes.margins(x=0.01)
    across = estimated(sheet, width, names)
    measured_x(sheet, across)
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("group") or sheet.title("y"), across, height)
    settle(sheet, width, height)
