"""Lines over an ordered axis, one a group, with bands where they have bounds (折线图)."""

from __future__ import annotations

from typing import Any

from regio.exhibits.draw.look import DASHES, GREY, LINE, MARKERS, MOST_GROUPS, PALETTE
from regio.exhibits.draw.sheet import Sheet, estimated, settle, zero_line
from regio.exhibits.draw.spelling import steps
from regio.exhibits.models import text

HEIGHT = {90: 52.0, 140: 68.0, 190: 84.0}
MARKED = 30  # points of a line: above this they bear no markers


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    axes, channels = sheet.axes, sheet.exhibit.channels
    frame = sheet.exhibit.frame
    places = _places(sheet)
    groups = sheet.names("group") if sheet.has("group") else [None]
    for i, group in enumerate(groups):
        part = frame if group is None else frame[sheet.column("group") == group]
        x = [places[value] for value in part[channels["x"].column]] if places else part[channels["x"].column].astype(float).tolist()
        y = part[channels["y"].column].astype(float).to_numpy()
        look = _look(i, len(groups), len(part))
        if sheet.has("low") and sheet.has("high"):
            low, high = (part[channels[side].column].astype(float).to_numpy() for side in ("low", "high"))
            axes.fill_between(x, low, high, color=look["color"], alpha=0.16, linewidth=0)
        (drawn,) = axes.plot(x, y, **look)
        if group is not None and len(groups) <= MOST_GROUPS:
            sheet.legend[0].append(drawn)
            sheet.legend[1].append(sheet.name(group))
    if len(groups) > MOST_GROUPS:
        sheet.legend = ([axes.lines[0]], [sheet.say(text("figure.many_lines", count=len(groups)))])
    _scales(sheet, width, places)
    settle(sheet, width, HEIGHT[width])


def _places(sheet: Sheet) -> dict[Any, float]:
    """Where a name stands on the axis: years at their number, other names one after the other; nothing for measured numbers."""
    if sheet.exhibit.channels["x"].kind == "number":
        return {}
    names = sheet.names("x")
    if all(str(name).lstrip("-").isdigit() for name in names):
        return {name: float(name) for name in names}
    return {name: float(i) for i, name in enumerate(names)}


def _look(i: int, groups: int, points: int) -> dict[str, Any]:
    if groups > MOST_GROUPS:
        return {"color": GREY, "linewidth": 0.6, "alpha": 0.7}
    style = {"color": PALETTE[i % len(PALETTE)], "linestyle": DASHES[i // len(PALETTE)], "linewidth": LINE}
    if points <= MARKED:
        style |= {"marker": MARKERS[i % len(MARKERS)], "markersize": 3, "markeredgewidth": 0}
    return style


def _scales(sheet: Sheet, width: int, places: dict[Any, float]) -> None:
    axes = sheet.axes
    low, high = axes.get_ylim()
    ticks, texts = steps(low, high)
    if float(sheet.column("y").min()) < 0:
        zero_line(axes, upright=False)
    axes.set_ylim(low, high)
    sheet.ticks("y", ticks, texts)
    left, right = axes.get_xlim()
    if left == right:
        left, right = left - 0.5, right + 0.5
    across = estimated(sheet, width, texts)

    def millimetre(place: float) -> float:
        return (place - left) / (right - left) * across

    if places:
        names = sorted(places, key=lambda name: places[name])
        sheet.thinned("x", [places[name] for name in names], [sheet.fitted(sheet.name(name), 7.5, across / 3) for name in names], millimetre)
    else:
        sheet.thinned("x", *steps(left, right), millimetre)
    axes.set_xlim(left, right)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, HEIGHT[width])
