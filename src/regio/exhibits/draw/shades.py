"""The colours of a map: a scale of numbers with its bar, or classes with their entries in the legend."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.colours import colour_bar, colour_limits, colour_map
from regio.exhibits.draw.look import GREY, MAP, PALE, PALETTE, TWO_SIDED
from regio.exhibits.draw.sheet import Sheet
from regio.exhibits.shapes import Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colour = Any  # as matplotlib takes it
Shade = Callable[[Any], Colour | None]  # of a value; None: it is missing
NEUTRAL = ("not_significant", "none")  # classes that stand back
USUAL = {  # colours that readers know: of local clusters, as GeoDa draws them
    "high_high": "#d7301f",
    "low_low": "#2b6cb0",
    "low_high": "#9ecae1",
    "high_low": "#fcae91",
    "hot_spot": "#d7301f",
    "cold_spot": "#2b6cb0",
    "no_neighbours": "#ffffff",
}
MISSING: dict[str, Any] = {"facecolor": "#f4f4f4", "edgecolor": "#b0b0b0", "hatch": "/////", "linewidth": 0.3}


def shapes_of(sheet: Sheet) -> Shapes:
    assert sheet.exhibit.shapes is not None  # a map without shapes is not painted
    return sheet.exhibit.shapes


def numbers(sheet: Sheet) -> NDArray[np.float64]:
    """Every number that is drawn: of the places, and of the surfaces over them."""
    found = [sheet.column("value").to_numpy(float)]
    found += [np.asarray(surface.values, float).ravel() for surface in shapes_of(sheet).surfaces]
    return np.concatenate(found)


def by_number(sheet: Sheet, tall: float) -> Shade:
    from matplotlib import colormaps
    from matplotlib.colors import Normalize

    values = numbers(sheet)
    shades, scale = colormaps[colour_map(values, MAP)], Normalize(*colour_limits(values))
    if np.isfinite(values).any():
        colour_bar(sheet, values, tall, MAP)
    return lambda value: shades(scale(float(value))) if value is not None and np.isfinite(float(value)) else None


def by_class(sheet: Sheet) -> Shade:
    """Classes in their order: that of a categorical column, that of whole numbers, else as they come; the first two go from pale to dark."""
    from matplotlib import colormaps
    from matplotlib.patches import Patch

    column = sheet.column("value")
    categories = getattr(column, "cat", None)
    names = list(categories.categories) if categories is not None else sheet.names("value")
    whole = bool(names) and all(isinstance(name, int | float | np.integer) and float(name).is_integer() for name in names)
    if whole:
        names = sorted(names)
    n = len(names)
    colours: list[Colour]
    if whole and float(names[0]) < 0 < float(names[-1]):
        far = max(-float(names[0]), float(names[-1]))
        colours = [colormaps[TWO_SIDED](0.5 + 0.46 * float(name) / far) for name in names]
    elif whole or (categories is not None and categories.ordered):
        colours = list(colormaps[MAP](np.linspace(0.12, 0.95, n))) if n > 1 else [colormaps[MAP](0.6)]
    else:
        colours = [PALE if str(name) in NEUTRAL else USUAL.get(str(name), PALETTE[i % len(PALETTE)]) for i, name in enumerate(names)]
    of = dict(zip(names, colours, strict=True))
    for name, colour in of.items():
        sheet.key(Patch(facecolor=colour, edgecolor=GREY, linewidth=0.3), sheet.name(name))
    return lambda value: of.get(value) if value == value else None


def readable_on(colour: Colour) -> str:
    """Ink or white, whichever stands out."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(colour)
    return "#1b1b1b" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
