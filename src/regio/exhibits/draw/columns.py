"""What all bars share: whether they stand or lie, and their axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regio.exhibits.draw.layout import settle, zero_line
from regio.exhibits.draw.look import POINT, TICK
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import limit, measured_x, measured_y
from regio.exhibits.draw.sheet import TALLEST, Sheet, estimated, head_panels, panel_height
from regio.exhibits.draw.spelling import every, wrapped

HEIGHT = {90: 48.0, 140: 62.0, 190: 76.0}
THICK = {1: 4.6, 2: 6.4}  # millimetres that one name takes where bars lie, by number of groups
LONGEST = 230.0
LINE, LINE_GAP = TICK * POINT * 1.25, 1.6  # millimetres of a line of a name, and between two names
MOST_LINES = 3
FEWEST = 4  # names that the width is made for


@dataclass(frozen=True, slots=True)
class Layout:
    names: list[Any]
    texts: list[str]
    upright: bool


def layout_of_bars(sheet: Sheet, width: int, groups: int) -> Layout:
    """Upright where all names, or names that are years, fit below their bars."""
    names = sheet.names("x")
    years = sheet.exhibit.channels["x"].kind == "label" and sheet.numbered(names)
    if years:
        names = sorted(names, key=int)
    across = estimated(sheet, width, ["0,000"])
    texts = [sheet.name(name) for name in names]
    slack = _slack(sheet, len(names))
    places = [(i + 0.6 + slack) / (len(names) + 2 * slack + 0.2) * across for i in range(len(names))]
    broad = groups * len(names) * 0.8 <= across  # bars of less than a millimetre are no bars
    return Layout(names, texts, years or (broad and every(sheet.face, texts, places, TICK) == 1))


def _slack(sheet: Sheet, names: int) -> float:
    """Room on either side, in bars: a single bar does not fill the picture."""
    return max(0.0, (FEWEST - names) / 2) if len(sheet.panels) == 1 else 0.0


def axes_of_bars(sheet: Sheet, width: int, layout: Layout, groups: int) -> None:
    """Scales, names, references, and the sheet settled."""
    reference_lines(sheet, width, lying=not layout.upright)
    (_upright if layout.upright else _lying)(sheet, width, layout.texts, groups)


def _upright(sheet: Sheet, width: int, texts: list[str], _: int) -> None:
    across = estimated(sheet, width, ["0,000"])
    height = panel_height(sheet, across, HEIGHT[width])
    slack = _slack(sheet, len(texts))
    limit(sheet, "x", -0.6 - slack, len(texts) - 0.4 + slack)
    across = estimated(sheet, width, measured_y(sheet, height))
    sheet.thinned("x", list(range(len(texts))), texts, lambda place: (place + 0.6 + slack) / (len(texts) + 2 * slack + 0.2) * across)
    sheet.no_ticks("x")
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    settle(sheet, width, height)


def _lying(sheet: Sheet, width: int, texts: list[str], groups: int) -> None:
    limit(sheet, "y", len(texts) - 0.4, -0.6)
    longest = LONGEST if len(sheet.panels) == 1 else TALLEST / sheet.rows - 6
    thick = THICK.get(groups, groups * 2.4 + 1.6)
    most = max(1, min(MOST_LINES, int((longest / len(texts) - LINE_GAP) / LINE))) if texts else 1
    shown = [wrapped(sheet.face, text, TICK, 0.38 * width, most) for text in texts]
    deepest = max((text.count("\n") for text in shown), default=0) + 1
    height = min(longest, max(12.0, len(texts) * max(thick, deepest * LINE + LINE_GAP if deepest > 1 else 0)))
    sheet.thinned("y", list(range(len(texts))), shown, lambda place: place * height / len(texts))
    sheet.no_ticks("y")
    across = estimated(sheet, width, [line for text in shown for line in text.split("\n")])
    measured_x(sheet, across)
    if sheet.axes.get_xlim()[0] < 0:
        for panel in sheet.panels:
            zero_line(panel.axes, upright=True)
    head_panels(sheet, across)
    reference_titles(sheet, width, across, height, lying=True)
    sheet.axis_titles(sheet.title("y"), sheet.title("x"), across, height)
    settle(sheet, width, height)
