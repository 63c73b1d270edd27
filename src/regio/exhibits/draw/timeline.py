"""Events in lanes, each named beside its mark (时间线)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.diagram import tint
from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import GREY, LEAST, MARKERS, PALE, PALETTE, POINT, SMALL, TICK
from regio.exhibits.draw.references import reference_lines, reference_titles
from regio.exhibits.draw.scales import limit
from regio.exhibits.draw.sheet import Sheet, estimated, split
from regio.exhibits.draw.spelling import every, millimetres, steps, wrapped

if TYPE_CHECKING:
    import pandas as pd

TALLEST = 225.0
ASIDE = 1.4  # millimetres from a mark to its name
BETWEEN = 1.6  # millimetres from one event to the next in a row
MOST_YEARS = 400  # ticks that are looked at one by one
THICK = 2.4  # millimetres of a bar
TRIED = ((SMALL, 46.0, 2), (SMALL, 46.0, 1), (LEAST, 34.0, 1), (LEAST, 22.0, 1))  # letters, width and lines of a name: the first that the page has room for


@dataclass(slots=True)
class Event:
    """``start`` and ``end`` on the axis; the rest in millimetres: where its name stands and what it takes of its row."""

    start: float
    end: float
    lane: int
    words: str
    group: Any
    shown: str = ""
    at: float = 0.0
    span: tuple[float, float] = (0.0, 0.0)
    row: int = 0


def paint(sheet: Sheet) -> None:
    width = sheet.width or 190
    split(sheet, width)
    lanes = sheet.names("y")
    heads = [wrapped(sheet.face, sheet.name(lane), TICK, 0.2 * width, 2) for lane in lanes]
    events = _events(sheet, lanes)
    across = estimated(sheet, width, [line for head in heads for line in head.split("\n")])
    low, high = min(e.start for e in events), max(e.end for e in events)
    slack = (high - low) * 0.02 or 1.0
    low, high = low - slack, high + slack
    for reference in sheet.exhibit.references:
        low, high = (min(low, reference.at), max(high, reference.at)) if reference.axis == "x" else (low, high)
    lines, row, lost = _arranged(sheet, events, len(lanes), (low, high), across)
    least = [max(1, head.count("\n") + 1) * TICK * POINT * 1.35 + 1.4 for head in heads]
    tall = [max(least[i], n * row + 1.4) for i, n in enumerate(lines)]
    tops = [sum(tall[:i]) for i in range(len(lanes))]
    height = sum(tall)
    limit(sheet, "x", low, high)
    limit(sheet, "y", height, 0)
    for i in range(1, len(lanes), 2):
        sheet.axes.axhspan(tops[i], tops[i] + tall[i], facecolor=PALE, alpha=0.45, linewidth=0, zorder=0)
    _draw(sheet, events, (tops, tall, lines), row, across)
    sheet.ticks("y", [top + t / 2 for top, t in zip(tops, tall, strict=True)], heads)
    sheet.no_ticks("y")
    sheet.axes.spines["left"].set_visible(False)
    reference_lines(sheet, width)
    _years(sheet, (low, high), across, whole=all(e.start.is_integer() and e.end.is_integer() for e in events))
    reference_titles(sheet, width, across, height)
    sheet.axis_titles(sheet.title("x"), sheet.title("y"), across, height)
    if lost:
        sheet.prints.append(sheet.said("figure.left_out", count=lost))
    settle(sheet, width, height)


def year(value: Any) -> float:
    """A number as it is; a date (a timestamp, or text such as 2020-07 or 2020-07-15) as a year with its fraction."""
    import pandas as pd

    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        day = pd.Timestamp(value)
        return float(day.year + (day.day_of_year - 1) / (366 if day.is_leap_year else 365))


def _events(sheet: Sheet, lanes: list[Any]) -> list[Event]:
    frame: pd.DataFrame = sheet.exhibit.frame
    frame = frame[sheet.of(frame, "x").notna() & sheet.of(frame, "y").notna()]
    ends = sheet.of(frame, "high") if sheet.has("high") else sheet.of(frame, "x")
    groups = sheet.of(frame, "group") if sheet.has("group") else [None] * len(frame)
    made = []
    for start, end, lane, name, group in zip(sheet.of(frame, "x"), ends, sheet.of(frame, "y"), sheet.of(frame, "name"), groups, strict=True):
        first = year(start)
        last = max(first, year(end)) if end == end and end is not None else first
        made.append(Event(first, last, lanes.index(lane), sheet.name(name) if name == name and name is not None else "", group))
    return sorted(made, key=lambda e: (e.start, e.end))


def _arranged(sheet: Sheet, events: list[Event], lanes: int, limits: tuple[float, float], across: float) -> tuple[list[int], float, int]:
    """Rows of each lane, millimetres of a row, and how many names have no room; the events know their places."""
    for size, widest, lines in TRIED:
        for event in events:
            _measure(sheet, event, limits, across, size, widest, lines)
        row = max(THICK + 0.8, max(e.shown.count("\n") + 1 for e in events) * size * POINT * 1.3 + 0.5)
        counts = _rows(events, lanes)
        if sum(counts) * row + 1.4 * lanes <= TALLEST:
            return counts, row, 0
    lost = 0
    most = max(2, int((TALLEST - 1.4 * lanes) / row / lanes)) - 1
    for event in events:
        if event.row >= most:  # in a row of marks without names
            event.row, lost, event.shown = most, lost + bool(event.shown), ""
    return [min(most + 1, n) for n in counts], row, lost


def _measure(sheet: Sheet, event: Event, limits: tuple[float, float], across: float, size: float, widest: float, lines: int) -> None:
    """The name right of the mark; left of it where it would leave the picture; inside a bar that is long enough."""
    low, high = limits
    first, last = ((at - low) / (high - low) * across for at in (event.start, event.end))
    event.shown = wrapped(sheet.face, event.words, size, min(widest, across * 0.45), lines)
    extent = millimetres(sheet.face, event.shown, size) if event.shown else 0.0
    half = 1.0 if event.start == event.end else 0.0
    if extent and last - first > extent + 2:
        event.at, event.span = first + 1.0, (first, last)
    elif last + half + ASIDE + extent <= across or first - half - ASIDE - extent < 0:
        event.at = min(last + half + ASIDE, across - extent)
        event.span = (min(first - half, event.at), event.at + extent)
    else:
        event.at = first - half - ASIDE - extent
        event.span = (event.at, last + half)


def _rows(events: list[Event], lanes: int) -> list[int]:
    taken: list[list[list[tuple[float, float]]]] = [[] for _ in range(lanes)]
    for event in events:
        rows = taken[event.lane]
        a, b = event.span
        event.row = next((i for i, spans in enumerate(rows) if all(a > d + BETWEEN or b < c - BETWEEN for c, d in spans)), len(rows))
        if event.row == len(rows):
            rows.append([])
        rows[event.row].append(event.span)
    return [max(1, len(rows)) for rows in taken]


def _draw(sheet: Sheet, events: list[Event], lanes: tuple[list[float], list[float], list[int]], row: float, across: float) -> None:
    from matplotlib.lines import Line2D

    axes, groups = sheet.axes, [g for g in sheet.groups() if g is not None]
    tops, tall, lines = lanes
    low, high = axes.get_xlim()
    size = LEAST if row < SMALL * POINT * 1.3 else SMALL
    for event in events:
        i = groups.index(event.group) if event.group in groups else 0
        colour = PALETTE[i % len(PALETTE)]
        up = tops[event.lane] + (tall[event.lane] - lines[event.lane] * row) / 2 + (event.row + 0.5) * row
        if event.end > event.start:
            thick = max(THICK, (event.shown.count("\n") + 1) * size * POINT * 1.2)
            axes.broken_barh(
                [(event.start, event.end - event.start)], (up - thick / 2, thick), facecolor=tint(colour, 0.35), edgecolor=colour, linewidth=0.6, zorder=2
            )
        else:
            axes.plot([event.start], [up], marker=MARKERS[i % len(MARKERS)], markersize=4, markeredgewidth=0, color=colour, zorder=3)
        at = low + event.at / across * (high - low)
        if event.shown:
            axes.text(at, up, sheet.face.shown(event.shown), ha="left", va="center", linespacing=1.15, zorder=4, **sheet.letters(size))
    for i, group in enumerate(groups):
        sheet.key(Line2D([], [], linestyle="none", marker=MARKERS[i % len(MARKERS)], markersize=4, color=PALETTE[i % len(PALETTE)]), sheet.name(group))


def _years(sheet: Sheet, limits: tuple[float, float], across: float, *, whole: bool) -> None:
    """Whole years where they are enough for ticks, else months."""
    low, high = limits
    ticks, numbers = steps(low, high, 8)
    if all(tick.is_integer() for tick in ticks):
        texts = [str(int(tick)) for tick in ticks]
    elif high - low > MOST_YEARS:
        texts = numbers
    elif whole or high - low >= 3:
        first, last = int(-(-low // 1)), int(high // 1)
        ticks = [float(tick) for tick in range(first, last + 1)]
        texts = [str(int(tick)) for tick in ticks]
    else:
        months = range(int(-(-low * 12 // 1)), int(high * 12 // 1) + 1)
        ticks = [month / 12 for month in months]
        texts = [f"{month // 12}-{month % 12 + 1:02d}" for month in months]
    k = every(sheet.face, texts, [(t - low) / (high - low) * across for t in ticks], TICK)
    sheet.ticks("x", ticks[::k], texts[::k])
    sheet.axes.grid(axis="x", color=GREY, linewidth=0.3, alpha=0.5, zorder=0.1)
    sheet.axes.set_axisbelow(True)
