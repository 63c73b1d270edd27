"""A table of numbers as colours: rows down, columns across (热力图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.look import EVEN, LEAST, PALE, POINT, SMALL, TITLE, TWO_SIDED
from regio.exhibits.draw.sheet import Sheet, estimated, settle
from regio.exhibits.draw.spelling import every, millimetres, numbers, steps, wrapped
from regio.exhibits.models import text

if TYPE_CHECKING:
    from numpy.typing import NDArray

TALL, USUAL, LONGEST = 5.5, 3.5, 225.0  # millimetres of a row where there are few and where there are many; of all rows
BAR = (3.0, 40.0)
DOTS = 6000  # cells: above this the colours go into a vector file as one image


def paint(sheet: Sheet) -> None:
    rows, columns = sheet.names("y"), _columns(sheet)
    width = sheet.width or (140 if len(columns) <= 24 else 190)
    values = _matrix(sheet, rows, columns)
    row = TALL if len(rows) <= 14 else min(USUAL, LONGEST / len(rows))
    size = max(LEAST, min(SMALL, row / POINT * 0.72))
    _draw(sheet, values)
    height = row * len(rows)
    names = [wrapped(sheet.face, sheet.name(name), size, 0.32 * width, 1) for name in rows]
    k = every(sheet.face, names, [i * row for i in range(len(rows))], size, upright=True)
    sheet.ticks("y", [i + 0.5 for i in range(len(rows))][::k], names[::k], size)
    across = estimated(sheet, width, names, right=22)
    _heads(sheet, [sheet.name(name) for name in columns], across)
    sheet.axes.tick_params(length=0, pad=2)
    sheet.axes.spines[:].set_visible(False)
    sheet.axis_titles(sheet.title("x"), sheet.title("y") if height > 15 else "", across, height)
    _bar(sheet, values, height)
    settle(sheet, width, height)


def _columns(sheet: Sheet) -> list[Any]:
    """Years in their order, other names as they come."""
    names = sheet.names("x")
    return sorted(names, key=int) if all(str(name).lstrip("-").isdigit() for name in names) else names


def _matrix(sheet: Sheet, rows: list[Any], columns: list[Any]) -> NDArray[np.float64]:
    names = [sheet.exhibit.channels[channel].column for channel in ("y", "x", "value")]
    frame = sheet.exhibit.frame.drop_duplicates(names[:2])
    wide = frame.pivot(index=names[0], columns=names[1], values=names[2]).reindex(index=rows, columns=columns)
    return np.asarray(wide.to_numpy(float))


def _draw(sheet: Sheet, values: NDArray[np.float64]) -> None:
    from matplotlib.patches import Patch

    low, high = _limits(values)
    gone = ~np.isfinite(values)
    sheet.axes.set_facecolor(PALE)
    sheet.axes.pcolormesh(
        np.ma.masked_array(values, gone),
        cmap=_colours(values),
        vmin=low,
        vmax=high,
        edgecolors="white",
        linewidth=0.4 if values.size <= DOTS else 0,
        rasterized=values.size > DOTS,
    )
    sheet.axes.set_xlim(0, values.shape[1])
    sheet.axes.set_ylim(values.shape[0], 0)
    if gone.any():
        sheet.legend = ([Patch(facecolor=PALE, linewidth=0)], [sheet.say(text("figure.no_value"))])


def _limits(values: NDArray[np.float64]) -> tuple[float, float]:
    """From the smallest to the largest; where both signs occur, as far on both sides of zero."""
    found = values[np.isfinite(values)]
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    if low < 0 < high:
        return -max(-low, high), max(-low, high)
    return (low, high) if low < high else (low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2)


def _colours(values: NDArray[np.float64]) -> str:
    return TWO_SIDED if np.nanmin(values, initial=0) < 0 < np.nanmax(values, initial=0) else EVEN


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


def _bar(sheet: Sheet, values: NDArray[np.float64], height: float) -> None:
    low, high = _limits(values)
    tall = min(BAR[1], max(height, 14.0))
    bar = sheet.picture.add_axes((0.9, 0.2, 0.02, 0.6))
    shades = np.linspace(low, high, 129)
    bar.pcolormesh([0, 1], shades, (shades[:-1, None] + shades[1:, None]) / 2, cmap=_colours(values), vmin=low, vmax=high, rasterized=True)
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
