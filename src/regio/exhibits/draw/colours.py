"""Numbers as colours: limits, the colour map, and the bar that explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regio.exhibits.draw.look import EVEN, SMALL, TITLE, TWO_SIDED
from regio.exhibits.draw.sheet import Sheet
from regio.exhibits.draw.spelling import millimetres, numbers, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

BAR = (3.0, 40.0)


def colour_limits(values: NDArray[np.float64]) -> tuple[float, float]:
    """From the smallest to the largest; where both signs occur, as far on both sides of zero."""
    found = values[np.isfinite(values)]
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    if low < 0 < high:
        return -max(-low, high), max(-low, high)
    return (low, high) if low < high else (low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2)


def colour_map(values: NDArray[np.float64], even: str = EVEN) -> str:
    return TWO_SIDED if np.nanmin(values, initial=0) < 0 < np.nanmax(values, initial=0) else even


def colour_bar(sheet: Sheet, values: NDArray[np.float64], height: float, even: str = EVEN) -> None:
    low, high = colour_limits(values)
    tall = min(BAR[1], max(height, 14.0))
    bar = sheet.picture.add_axes((0.9, 0.2, 0.02, 0.6), label="colour bar")
    shades = np.linspace(low, high, 129)
    bar.pcolormesh([0, 1], shades, (shades[:-1, None] + shades[1:, None]) / 2, cmap=colour_map(values, even), vmin=low, vmax=high, rasterized=True)
    bar.set_xticks([])
    ticks, texts = steps(low, high, 5 if tall > 25 else 3)
    bar.set_yticks(ticks, [sheet.face.shown(t) for t in texts or numbers(ticks)], **sheet.letters(SMALL))
    bar.set_ylim(low, high)
    bar.yaxis.tick_right()
    bar.spines[:].set_visible(False)
    title = sheet.title("value")
    if title:
        short = millimetres(sheet.face, title, SMALL) <= 16
        if short:
            bar.set_title(sheet.face.shown(title), loc="left", pad=4, **sheet.letters(SMALL))
        else:
            bar.yaxis.set_label_position("right")
            bar.set_ylabel(sheet.fitted(title, TITLE, tall), labelpad=3, **sheet.letters(TITLE))
    sheet.beside, sheet.beside_size = bar, (BAR[0], tall)
