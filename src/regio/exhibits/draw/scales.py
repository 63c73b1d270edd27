"""Scales that all panels share: where names stand, limits, ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.layout import zero_line
from regio.exhibits.draw.look import TICK
from regio.exhibits.draw.sheet import Sheet, estimated
from regio.exhibits.draw.spelling import steps

if TYPE_CHECKING:
    import pandas as pd


def name_places(sheet: Sheet, channel: str = "x") -> dict[Any, float]:
    """Where a name stands on the axis: years at their number, other names one after the other; nothing for measured numbers."""
    if sheet.exhibit.channels[channel].kind == "number":
        return {}
    names = sheet.names(channel)
    if sheet.numbered(names):
        return {name: float(name) for name in names}
    return {name: float(i) for i, name in enumerate(names)}


def at_places(sheet: Sheet, part: pd.DataFrame, places: dict[Any, float], channel: str = "x") -> list[float]:
    values = sheet.of(part, channel)
    return [places[value] for value in values] if places else values.astype(float).tolist()


def shared_limits(sheet: Sheet, axis: str, slack: float = 0.5) -> tuple[float, float]:
    """Limits that hold what each panel holds; all panels get them."""
    found = [panel.axes.get_xlim() if axis == "x" else panel.axes.get_ylim() for panel in sheet.panels]
    low, high = min(pair[0] for pair in found), max(pair[1] for pair in found)
    if low == high:
        low, high = low - slack, high + slack
    limit(sheet, axis, low, high)
    return low, high


def limit(sheet: Sheet, axis: str, low: float, high: float) -> None:
    for panel in sheet.panels:
        (panel.axes.set_xlim if axis == "x" else panel.axes.set_ylim)(low, high)


def measured_y(sheet: Sheet, height: float, *, zero: bool = True) -> list[str]:
    """The y axis of measured numbers: its limits, ticks, and a line at zero where there are values on both sides. What its ticks say."""
    low, high = shared_limits(sheet, "y")
    ticks, texts = steps(low, high, 6 if height > 40 else 4)
    if zero and low < 0 < high:
        for panel in sheet.panels:
            zero_line(panel.axes, upright=False)
    limit(sheet, "y", low, high)
    sheet.ticks("y", ticks, texts)
    return texts


def measured_x(sheet: Sheet, across: float) -> None:
    left, right = shared_limits(sheet, "x")
    sheet.thinned("x", *steps(left, right, 6 if across > 40 else 3), lambda place: (place - left) / (right - left) * across)
    limit(sheet, "x", left, right)


def named_x(sheet: Sheet, places: dict[Any, float], across: float) -> None:
    """The x axis of names or years, thinned out; of measured numbers where there are no places."""
    if not places:
        measured_x(sheet, across)
        return
    left, right = shared_limits(sheet, "x")
    names = sorted(places, key=lambda name: places[name])
    texts = [sheet.fitted(sheet.name(name), TICK, max(across / 3, 12)) for name in names]
    sheet.thinned("x", [places[name] for name in names], texts, lambda place: (place - left) / (right - left) * across)
    limit(sheet, "x", left, right)


def tick_room(sheet: Sheet, width: int) -> float:
    """Millimetres that a panel will be wide once the y axis bears the ticks that its values ask for."""
    low = min(panel.axes.get_ylim()[0] for panel in sheet.panels)
    high = max(panel.axes.get_ylim()[1] for panel in sheet.panels)
    return estimated(sheet, width, steps(low, high)[1])
