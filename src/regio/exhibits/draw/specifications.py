"""Estimates in order with their intervals, over marks that say which choices are behind each of them (设定曲线)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import GREY, INK, LEAST, PALE, PALETTE, POINT, SMALL, TICK
from regio.exhibits.draw.sheet import Panel, Sheet, estimated
from regio.exhibits.draw.spelling import steps, wrapped

if TYPE_CHECKING:
    import pandas as pd

ABOVE, BELOW, GAP = 52.0, 150.0, 4.0  # millimetres of the estimates, of all rows of marks at most, and between both
ROW, LEAST_ROW = 3.6, 1.9
PLAIN = "#b5b5b5"  # of the group "none"
DOTS = 3000  # models and marks: above this they go into a vector file as one image


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    frame = sheet.exhibit.frame
    marks = frame[sheet.of(frame, "mark").notna()] if sheet.has("mark") else frame.iloc[:0]
    models = frame[sheet.of(frame, "mark").isna()] if sheet.has("mark") else frame
    rows = _rows(sheet, marks)
    row = max(LEAST_ROW, min(ROW, BELOW / max(len(rows), 1)))
    depth = row * len(rows)
    up = _scale(sheet, models, depth + (GAP if rows else 0.0))
    colours = _colours(sheet)
    for group, colour in colours.items():
        _estimates(sheet, sheet.rows_of(models, "group", group), up, colour, _thick(models, width))
        for i, (_, mark) in enumerate(rows):
            if mark is not None:
                part = sheet.rows_of(sheet.rows_of(marks, "mark", mark), "group", group)
                middle = depth - (i + 0.5) * row
                x = sheet.of(part, "x").to_numpy(float)
                sheet.axes.vlines(x, middle - 0.36 * row, middle + 0.36 * row, color=colour, linewidth=_thick(models, width), rasterized=len(frame) > DOTS)
    _axes(sheet, rows, row, depth, up, width, models)
    _legend(sheet, colours)
    settle(sheet, width, up.top)


def _rows(sheet: Sheet, marks: pd.DataFrame) -> list[tuple[Any, Any]]:
    """(heading, mark) from the top down; a heading has a row of its own."""
    found: list[tuple[Any, Any]] = []
    if marks.empty:
        return found
    for heading in sheet.of(marks, "heading").dropna().unique() if sheet.has("heading") else [None]:
        part = sheet.rows_of(marks, "heading", heading)
        found += [(heading, None)] if heading is not None else []
        found += [(heading, mark) for mark in sheet.of(part, "mark").unique()]
    return found


@dataclass(frozen=True, slots=True)
class Scale:
    """From estimates to millimetres above the foot of the picture."""

    base: float
    low: float
    high: float

    @property
    def top(self) -> float:
        return self.base + ABOVE

    def at(self, value: Any) -> Any:
        return self.base + (value - self.low) / (self.high - self.low) * ABOVE


def _scale(sheet: Sheet, models: pd.DataFrame, base: float) -> Scale:
    low = min(0.0, float(sheet.of(models, "low").min()), float(sheet.of(models, "y").min()))
    high = max(0.0, float(sheet.of(models, "high").max()), float(sheet.of(models, "y").max()))
    slack = 0.04 * ((high - low) or 1.0)
    return Scale(base, low - slack, high + slack)


def _colours(sheet: Sheet) -> dict[Any, str]:
    groups = sheet.groups()
    if groups == [None]:
        return {None: PALETTE[0]}
    known = [*sheet.exhibit.words, *groups]
    return {group: PLAIN if group == "none" else PALETTE[known.index(group) % len(PALETTE)] for group in sorted(groups, key=known.index)}


def _thick(models: pd.DataFrame, width: int) -> float:
    return min(1.6, max(0.35, 0.55 * 0.7 * width / POINT / max(len(models), 1)))


def _estimates(sheet: Sheet, part: pd.DataFrame, up: Scale, colour: str, thick: float) -> None:
    x, y, low, high = (sheet.of(part, channel).to_numpy(float) for channel in ("x", "y", "low", "high"))
    many = len(sheet.exhibit.frame) > DOTS
    sheet.axes.vlines(x, up.at(low), up.at(high), color=colour, alpha=0.45, linewidth=thick, zorder=2, rasterized=many)
    size = 3.5 if len(x) <= 100 else 1.6
    sheet.axes.plot(x, up.at(y), linestyle="none", marker="o", markersize=size, markeredgewidth=0, color=colour, zorder=3, rasterized=many)


def _axes(sheet: Sheet, rows: list[tuple[Any, Any]], row: float, depth: float, up: Scale, width: int, models: pd.DataFrame) -> None:
    axes = sheet.axes
    ticks, texts = steps(up.low, up.high, 6)
    size = max(LEAST, min(SMALL, row / POINT * 0.8))
    names = [wrapped(sheet.face, sheet.name(heading if mark is None else mark), size, 0.3 * width, 1) for heading, mark in rows]
    places = [depth - (i + 0.5) * row for i in range(len(rows))]
    left, right = float(sheet.of(models, "x").min()), float(sheet.of(models, "x").max())
    slack = max(0.5, 0.012 * (right - left))
    axes.set_xlim(left - slack, right + slack)
    axes.set_ylim(0, up.top)
    axes.hlines(up.at(0.0), left - slack, right + slack, color=GREY, linewidth=0.7, zorder=0.5)
    axes.vlines(left - slack, up.base, up.top, color=INK, linewidth=1.2)
    axes.spines["left"].set_visible(False)
    for (_, mark), place in zip(rows, places, strict=True):
        if mark is not None:
            axes.hlines(place, left, right, color=PALE, linewidth=0.4, zorder=0)
    axes.set_yticks([*places, *(up.at(tick) for tick in ticks)], [*map(sheet.face.shown, names), *map(sheet.face.shown, texts)], **sheet.letters(size))
    axes.tick_params(axis="y", length=0)
    for label, (_, mark) in zip(axes.get_yticklabels(), rows, strict=False):
        label.set_color(GREY if mark is None else INK)
    for label in axes.get_yticklabels()[len(rows) :]:
        label.set_fontsize(TICK)
    across = estimated(sheet, width, [*names, *texts])
    whole, said = steps(left, right, 6)
    sheet.panels.append(Panel(axes, sheet.exhibit.frame))
    sheet.thinned("x", whole, said, lambda place: (place - left) / max(right - left, 1.0) * across)
    sheet.axis_titles(sheet.title("x"), "", across, up.top)
    title = sheet.fitted(sheet.title("y"), SMALL, across, 2)
    axes.set_title(title, loc="left", pad=3, **sheet.letters(SMALL))


def _legend(sheet: Sheet, colours: dict[Any, str]) -> None:
    from matplotlib.lines import Line2D

    for group, colour in colours.items():
        if group is not None:
            sheet.key(Line2D([], [], linestyle="none", marker="o", markersize=4, markeredgewidth=0, color=colour), sheet.name(group))
