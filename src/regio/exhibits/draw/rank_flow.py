"""Ranks over periods, the first on top, each line named at its end (位次变化图)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import DASHES, GREY, LEAST, LINE, MOST_GROUPS, PALETTE, POINT, SMALL
from regio.exhibits.draw.placing import spread
from regio.exhibits.draw.scales import at_places, limit, name_places, named_x
from regio.exhibits.draw.sheet import Sheet, estimated, split
from regio.exhibits.draw.spelling import millimetres, steps, wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROW, LONGEST = 4.6, 225.0  # millimetres of a rank; of all
NAME = 0.26  # of the width, that a name may take


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    split(sheet, width)
    places, groups = name_places(sheet), sheet.groups()
    ends = {group: end for group in groups if (end := _last(sheet, places, group))}
    order = sorted(ends, key=lambda g: (ends[g][1], -ends[g][0]))
    for i, group in enumerate(order):
        _flow(sheet, places, group, i, len(order))
    low, high = _ranks(sheet)
    n = high - low + 1
    row = min(ROW, LONGEST / n)
    height = max(18.0, row * n)
    limit(sheet, "y", high + 0.5, low - 0.5)
    ticks = _rank_ticks(low, high, height)
    sheet.ticks("y", ticks, [str(int(tick)) for tick in ticks])
    names = {group: wrapped(sheet.face, sheet.name(group), SMALL, NAME * width, 1) for group in order}
    room = max(millimetres(sheet.face, words, SMALL) for words in names.values()) + 2
    across = estimated(sheet, width, [str(high)], right=room)
    sheet.axes.margins(x=0.02)
    named_x(sheet, places, across)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    _names(sheet, order, ends, names, across, height)
    settle(sheet, width, height)


def _last(sheet: Sheet, places: dict[Any, float], group: Any) -> tuple[float, float] | None:
    """The last point of a group."""
    part = sheet.rows_of(sheet.exhibit.frame, "group", group)
    part = part[sheet.of(part, "y").notna()]
    points = sorted(zip(at_places(sheet, part, places), sheet.of(part, "y").astype(float), strict=True))
    return points[-1] if points else None


def _flow(sheet: Sheet, places: dict[Any, float], group: Any, i: int, n: int) -> None:
    part = sheet.rows_of(sheet.exhibit.frame, "group", group)
    x = np.array(at_places(sheet, part, places), float)
    order = np.argsort(x, kind="stable")
    y = sheet.of(part, "y").to_numpy(float)[order]
    colour = _colour(i, n)
    if sheet.has("low") and sheet.has("high"):
        low, high = (sheet.of(part, side).to_numpy(float)[order] for side in ("low", "high"))
        sheet.axes.vlines(x[order] + _aside(places, x, i, n), low, high, color=colour, linewidth=2.0, alpha=0.4, zorder=1)
    dashes = DASHES[i // len(PALETTE) % len(DASHES)]
    sheet.axes.plot(
        x[order], y, color=colour, linestyle=dashes, linewidth=LINE, marker="o", markersize=2.8, markeredgecolor="white", markeredgewidth=0.5, zorder=2
    )


def _aside(places: dict[Any, float], x: NDArray[np.float64], i: int, n: int) -> float:
    """Intervals of one period stand side by side, within half the way to the next."""
    every_place = np.unique([*places.values(), *x])
    step = float(np.diff(every_place).min()) if len(every_place) > 1 else 1.0
    return (i - (n - 1) / 2) * min(0.08, 0.5 / n) * step


def _colour(i: int, n: int) -> str:
    return PALETTE[i % len(PALETTE)] if n <= MOST_GROUPS else GREY


def _ranks(sheet: Sheet) -> tuple[int, int]:
    """The first and the last rank."""
    found = np.concatenate([sheet.column(channel).to_numpy(float) for channel in ("y", "low", "high") if sheet.has(channel)])
    return min(1, int(np.floor(np.nanmin(found)))), int(np.ceil(np.nanmax(found)))


def _rank_ticks(low: int, high: int, height: float) -> list[float]:
    """The first rank and every k-th: each, or multiples of five, where they have room."""
    row = height / (high - low + 1)
    if row < 0.01:  # these are no ranks
        return steps(low, high)[0]
    if row >= 3.2:
        return [float(rank) for rank in range(low, high + 1)]
    k = next(k for k in (5, 10, 20, 50, 100, 1000) if k * row >= 5 or k == 1000)
    return [float(low), *(float(rank) for rank in range(low + 1, high + 1) if rank % k == 0)]


def _names(sheet: Sheet, order: list[Any], ends: dict[Any, Any], names: dict[Any, str], across: float, height: float) -> None:
    """On the right, in the order of the last ranks; a line that ends early bears its name on the right too, behind a pale leader."""
    bottom, top = sheet.axes.get_ylim()
    right = sheet.axes.get_xlim()[1]
    wished = [(bottom - ends[group][1]) / (bottom - top) * height for group in order]
    line = SMALL * POINT * 1.12
    size = SMALL
    if line * len(order) > height:
        size, line = LEAST, LEAST * POINT * 1.1
    k = 1
    while line * len(order[::k]) > height:
        k += 1
    kept = order[::k]
    apart = spread(wished[::k], [line] * len(kept), 0.0, height)
    left_over = len(order) - len(kept)
    if left_over:
        sheet.prints.append(sheet.said("figure.left_out", count=left_over))
    for group, place in zip(kept, apart, strict=True):
        colour = _colour(order.index(group), len(order))
        x, y = ends[group]
        at = bottom - place / height * (bottom - top)
        sheet.axes.plot([x, right], [y, at], color=colour, linewidth=0.4, alpha=0.5, zorder=0.6, clip_on=False)
        sheet.axes.text(
            1 + 1.0 / across, place / height, names[group], transform=sheet.axes.transAxes, ha="left", va="center", color=colour, **sheet.letters(size)
        )
