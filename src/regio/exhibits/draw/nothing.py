"""A picture that says that there is nothing to draw (无可绘制)."""

from __future__ import annotations

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import SLATE, TITLE
from regio.exhibits.draw.sheet import Panel, Sheet
from regio.exhibits.models import Figure

HEIGHT = 16.0
NAMES_ONLY = {"heat_map": ("x", "y"), "timeline": ("x", "y"), "diagram": ("source", "target"), "map": ()}  # channels without which nothing can be drawn


def is_nothing(figure: Figure) -> bool:
    """Whether no row of the frame can be drawn."""
    if figure.form == "map":
        return figure.shapes is None or not figure.shapes.outlines
    needed = NAMES_ONLY.get(figure.form) or tuple(c for c in ("x", "y", "group") if c in figure.channels)
    rows = figure.frame[[figure.channels[channel].column for channel in needed]].notna().all(axis=1).any()
    return not rows and not (figure.form == "diagram" and figure.nodes is not None and len(figure.nodes) > 0)


def paint(sheet: Sheet) -> None:
    width = sheet.width or 90
    sheet.panels = [Panel(sheet.axes, sheet.exhibit.frame)]
    sheet.axes.set_axis_off()
    words = sheet.fitted(sheet.said("figure.nothing"), TITLE, width - 10, 2)
    sheet.axes.text(0.5, 0.5, words, ha="center", va="center", color=SLATE, transform=sheet.axes.transAxes, **sheet.letters(TITLE))
    settle(sheet, width, HEIGHT)
