"""What lies over the places of a map: traces, spots, surfaces; all in millimetres of the panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.arrows import draw_arrow
from regio.exhibits.draw.colours import colour_limits, colour_map
from regio.exhibits.draw.labels import name_points
from regio.exhibits.draw.look import MAP
from regio.exhibits.draw.shades import numbers, shapes_of
from regio.exhibits.draw.sheet import Panel, Sheet
from regio.exhibits.shapes import Spots, Surface, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    At = Callable[[Any], NDArray[np.float64]]

COLOURS = ("#D55E00", "#000000", "#CC79A7", "#E69F00", "#0072B2")  # that stand out from the scale of the places
LARGEST = 9.0  # points: the diameter of the largest spot


def paint_overlays(sheet: Sheet, at: At, *, panel: Panel | None = None, names_only: bool = False) -> int:
    """Draw them on one panel; or write their names on all of them, once the sheet is settled: how many have no room."""
    layers = shapes_of(sheet).layers
    titles = list(dict.fromkeys(sheet.say(layer.title) for layer in layers))
    if names_only:
        return sum(_names(sheet, one, [layer for layer in layers if _here(layer, one)], at) for one in sheet.panels)
    assert panel is not None
    for layer in layers:
        if _here(layer, panel):
            title = sheet.say(layer.title)
            colour = COLOURS[titles.index(title) % len(COLOURS)]
            if isinstance(layer, Trace):
                _trace(sheet, panel, layer, at(layer.points), colour, title)
            else:
                _spots(sheet, panel, layer, at(layer.points), colour, title)
    return 0


def _here(layer: Trace | Spots, panel: Panel) -> bool:
    return layer.facet is None or str(layer.facet) == str(panel.facet)


def _names(sheet: Sheet, panel: Panel, layers: Sequence[Trace | Spots], at: At) -> int:
    points = [(float(x), float(y)) for layer in layers if layer.names for x, y in at(layer.points)]
    return name_points(sheet, panel, points, [sheet.say(cell) for layer in layers for cell in layer.names]).count(None)


def _trace(sheet: Sheet, panel: Panel, trace: Trace, points: NDArray[Any], colour: str, title: str) -> None:
    from matplotlib.lines import Line2D

    if trace.closed:
        points = np.vstack([points, points[:1]])
    if trace.arrow and len(points) > 1:
        for a, b in pairwise(points):
            if np.hypot(*(b - a)) > 0:
                draw_arrow(panel.axes, np.linspace(a, b, 21), colour=colour, width=0.9, dashed=False, zorder=4)
    else:
        panel.axes.plot(points[:, 0], points[:, 1], color=colour, linewidth=1.1, zorder=4)
    if trace.names:
        panel.axes.plot(points[:, 0], points[:, 1], linestyle="none", marker="o", markersize=2.4, markeredgewidth=0, color=colour, zorder=4.5)
    if title and title not in sheet.legend[1]:
        sheet.key(Line2D([], [], color=colour, linewidth=1.1), title)


def _spots(sheet: Sheet, panel: Panel, spots: Spots, points: NDArray[Any], colour: str, title: str) -> None:
    from matplotlib.lines import Line2D

    area: Any = 3.4**2
    if spots.sizes is not None:
        sizes = np.asarray(spots.sizes, float)
        area = np.clip(np.nan_to_num(sizes), 0, None) / (np.nanmax(sizes, initial=0) or 1) * LARGEST**2
    panel.axes.scatter(points[:, 0], points[:, 1], s=area, c=colour, edgecolors="white", linewidths=0.4, alpha=0.85, zorder=4)
    if title and title not in sheet.legend[1]:
        sheet.key(Line2D([], [], linestyle="none", marker="o", markersize=3.4, markeredgewidth=0, color=colour), title)


def paint_surface(sheet: Sheet, axes: Axes, surface: Surface, at: At, outlines: Sequence[Path]) -> None:
    """The numbers of a grid as colours, inside the outlines."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    values = numbers(sheet)
    low, high = colour_limits(values)
    (x0, y0), (x1, y1) = at(np.reshape(surface.bounds, (2, 2)))
    grid = np.ma.masked_invalid(np.asarray(surface.values, float))
    limits = axes.get_xlim(), axes.get_ylim()
    drawn = axes.imshow(
        grid, extent=(x0, x1, y0, y1), origin="lower", aspect="auto", cmap=colour_map(values, MAP), vmin=low, vmax=high, interpolation="bilinear", zorder=1
    )
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
    drawn.set_clip_path(PathPatch(Path.make_compound_path(*outlines), transform=axes.transData))
