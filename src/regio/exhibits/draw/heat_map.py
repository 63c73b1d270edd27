"""A table of numbers as colours: rows down, columns across (热力图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.colours import colour_bar, colour_limits, colour_map
from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import LEAST, PALE, POINT, SMALL
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.sheet import TALLEST, Panel, Sheet, estimated, head_panels, split
from regio.exhibits.draw.spelling import every, wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

TALL, USUAL, LONGEST = 5.5, 3.5, 225.0  # millimetres of a row where there are few and where there are many; of all rows
DOTS = 6000  # cells: above this the colours go into a vector file as one image


def paint(sheet: Sheet) -> None:
    rows, columns = sheet.names("y"), _columns(sheet)
    width = sheet.width or (140 if len(columns) <= 24 and not sheet.has("facet") else 190)
    panels = split(sheet, width)
    longest = LONGEST if len(panels) == 1 else TALLEST / sheet.rows - 6
    row = min(TALL if len(rows) <= 14 else USUAL, longest / len(rows))
    size = max(LEAST, min(SMALL, row / POINT * 0.72))
    values = {id(panel): _matrix(sheet, panel, rows, columns) for panel in panels}
    every_value = np.stack(list(values.values()))
    for panel in panels:
        _draw(sheet, panel, values[id(panel)], every_value)
    height = row * len(rows)
    names = [wrapped(sheet.face, sheet.name(name), size, (0.32 if len(panels) == 1 else 0.24) * width, 1) for name in rows]
    k = every(sheet.face, names, [i * row for i in range(len(rows))], size, upright=True)
    sheet.ticks("y", [i + 0.5 for i in range(len(rows))][::k], names[::k], size)
    reference_lines(sheet, width)
    across = estimated(sheet, width, names, right=22)
    _heads(sheet, [sheet.name(name) for name in columns], across)
    for panel in panels:
        panel.axes.tick_params(length=0, pad=2)
        panel.axes.spines[:].set_visible(False)
        panel.axes.set_xlim(0, len(columns))
        panel.axes.set_ylim(len(rows), 0)
    sheet.axis_titles(sheet.title("x"), sheet.title("y") if height > 15 else "", across, height)
    colour_bar(sheet, every_value, height)
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height)
    settle(sheet, width, height)


def _columns(sheet: Sheet) -> list[Any]:
    """Years in their order, other names as they come."""
    names = sheet.names("x")
    return sorted(names, key=int) if sheet.numbered(names) else names


def _matrix(sheet: Sheet, panel: Panel, rows: list[Any], columns: list[Any]) -> NDArray[np.float64]:
    names = [sheet.exhibit.channels[channel].column for channel in ("y", "x", "value")]
    frame = panel.frame.drop_duplicates(names[:2])
    wide = frame.pivot(index=names[0], columns=names[1], values=names[2]).reindex(index=rows, columns=columns)
    return np.asarray(wide.to_numpy(float))


def _draw(sheet: Sheet, panel: Panel, values: NDArray[np.float64], every_value: NDArray[np.float64]) -> None:
    from matplotlib.patches import Patch

    low, high = colour_limits(every_value)
    gone = ~np.isfinite(values)
    panel.axes.set_facecolor(PALE)
    panel.axes.pcolormesh(
        np.ma.masked_array(values, gone),
        cmap=colour_map(every_value),
        vmin=low,
        vmax=high,
        edgecolors="white",
        linewidth=0.4 if values.size <= DOTS else 0,
        rasterized=values.size > DOTS,
    )
    if gone.any() and not sheet.legend[0]:
        sheet.key(Patch(facecolor=PALE, linewidth=0), sheet.said("figure.no_value"))


def _heads(sheet: Sheet, names: list[str], across: float) -> None:
    """Names of the columns: level where they fit; years are thinned out; other names stand upright."""
    cell = across / len(names)
    places = [i + 0.5 for i in range(len(names))]
    years = all(name.isdigit() for name in names)
    k = every(sheet.face, names, [p * cell for p in places], SMALL)
    if k == 1 or years:
        sheet.ticks("x", places[::k], names[::k], SMALL)
        return
    shown = [wrapped(sheet.face, name, SMALL, 45, 1) for name in names]
    k = every(sheet.face, shown, [p * cell for p in places], SMALL, upright=True)
    sheet.ticks("x", places[::k], shown[::k], SMALL, rotation=90)
