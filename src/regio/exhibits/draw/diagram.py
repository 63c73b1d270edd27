"""Boxes and arrows: a path diagram with estimates on its arrows, or a network (路径图、网络图)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.arrows import DASHES, arrow, draw_arrow, flow, label_place
from regio.exhibits.draw.boxes import Node, Plan, nodes_of, planned
from regio.exhibits.draw.labels import left_out, name_points
from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import GREY, INK, PAD, PALETTE, POINT, SLATE, SMALL
from regio.exhibits.draw.placing import Box
from regio.exhibits.draw.scales import limit
from regio.exhibits.draw.sheet import Sheet, split
from regio.exhibits.draw.spelling import millimetres
from regio.exhibits.numbers import digits, stars

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regio.exhibits.draw.arrows import Curve

LABELLED = 30  # arrows: above this they bear no labels, and their values are widths
BOW, SLACK = 10.0, 2.4  # millimetres kept free beside a diagram with arrows both ways; above and below the arrows
NARROW, BROAD = 0.3, 2.2  # points


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    value: float
    p_value: float
    words: str
    group: Any


def paint(sheet: Sheet) -> None:
    edges, nodes = _edges(sheet), nodes_of(sheet)
    width = sheet.width or (190 if len(nodes) > 10 else 140)
    labelled = len(edges) <= LABELLED
    between = max((millimetres(sheet.face, _label(sheet, edge, edges), SMALL) + 7 for edge in edges), default=0.0) if labelled else 0.0
    split(sheet, width)
    across = width - 2 * PAD
    ends = [(edge.source, edge.target) for edge in edges]
    plan = planned(sheet, nodes, ends, across, HEIGHT[width], min(between, 26.0))
    if not plan.columns and any((b, a) in ends for a, b in ends if a != b):
        plan = planned(sheet, nodes, ends, across - 2 * BOW, HEIGHT[width], min(between, 26.0))
        plan.move(BOW, 0.0)
    back = plan.columns and any(plan.boxes[b][0] <= plan.boxes[a][2] for a, b in ends if a != b)
    curves = _curves(edges, plan, (0.0, 0.0, across, plan.height + (6.0 if back else 0.0)))
    low = min([0.0, *(float(curve[:, 1].min()) - SLACK for curve in curves)])
    high = max([plan.height, *(float(curve[:, 1].max()) + SLACK for curve in curves)])
    plan.move(0.0, -low)
    curves = [curve - np.array([0.0, low]) for curve in curves]
    height = high - low
    sheet.axes.set_axis_off()
    sheet.ticks("x", [], [])
    sheet.ticks("y", [], [])
    limit(sheet, "x", 0, across)
    limit(sheet, "y", 0, height)
    groups = list(dict.fromkeys(node.group for node in nodes if node.group is not None))
    _nodes(sheet, nodes, plan, groups)
    lost = _arrows(sheet, edges, curves, plan, (0.0, 0.0, across, height), labelled=labelled)
    settle(sheet, width, height)
    if not plan.boxed:
        points = [plan.centre(node.name) for node in nodes]
        lost += name_points(sheet, sheet.panels[0], points, [node.words for node in nodes]).count(None)
    left_out(sheet, lost, width, height)


HEIGHT = {90: 52.0, 140: 66.0, 190: 84.0}


def _edges(sheet: Sheet) -> list[Edge]:
    """The rows of the frame that have both ends."""
    frame = sheet.exhibit.frame
    ends = [str(c) for c in (sheet.exhibit.channels["source"].column, sheet.exhibit.channels["target"].column)]
    frame = frame[frame[ends].notna().all(axis=1)]
    empty: NDArray[np.float64] = np.full(len(frame), np.nan)
    value, p_value = (sheet.of(frame, c).to_numpy(float) if sheet.has(c) else empty for c in ("value", "p_value"))
    words = [sheet.name(name) if name == name and name is not None else "" for name in sheet.of(frame, "name")] if sheet.has("name") else [""] * len(frame)
    groups = sheet.of(frame, "group").tolist() if sheet.has("group") else [None] * len(frame)
    rows = zip(frame[ends[0]], frame[ends[1]], value.tolist(), p_value.tolist(), words, groups, strict=True)
    return [Edge(str(a), str(b), v, p, w, g) for a, b, v, p, w, g in rows]


def tint(colour: str, share: float = 0.2) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return red, green, blue


def _nodes(sheet: Sheet, nodes: list[Node], plan: Plan, groups: list[Any]) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch, Patch

    axes = sheet.axes
    for node in nodes:
        colour = PALETTE[groups.index(node.group) % len(PALETTE)] if node.group is not None else SLATE
        if not plan.boxed:
            axes.add_patch(Circle(plan.centre(node.name), plan.radius, facecolor=colour, edgecolor="white", linewidth=0.4, zorder=3))
            continue
        x0, y0, x1, y1 = plan.boxes[node.name]
        face = tint(colour) if node.group is not None else "white"
        shape = "round,pad=0,rounding_size=0.8"
        axes.add_patch(FancyBboxPatch((x0, y0), x1 - x0, y1 - y0, boxstyle=shape, facecolor=face, edgecolor=colour, linewidth=0.8, zorder=3))
        words = sheet.face.shown(plan.words[node.name])
        axes.text((x0 + x1) / 2, (y0 + y1) / 2, words, ha="center", va="center", linespacing=1.2, zorder=4, **sheet.letters(plan.letter))
    for i, group in enumerate(groups):
        colour = PALETTE[i % len(PALETTE)]
        sheet.key(Patch(facecolor=tint(colour) if plan.boxed else colour, edgecolor=colour, linewidth=0.8), sheet.name(group))


def _curves(edges: list[Edge], plan: Plan, bounds: Box) -> list[Curve]:
    pairs = {(edge.source, edge.target) for edge in edges}
    curves = []
    for edge in edges:
        source, target = plan.boxes[edge.source], plan.boxes[edge.target]
        others = [box for name, box in plan.boxes.items() if name not in (edge.source, edge.target)] if plan.boxed else []
        if plan.columns and edge.source != edge.target:
            curves.append(flow(source, target, others, bounds))
        else:
            curves.append(arrow(source, target, others, both_ways=(edge.target, edge.source) in pairs))
    return curves


def _arrows(sheet: Sheet, edges: list[Edge], curves: list[Curve], plan: Plan, bounds: Box, *, labelled: bool) -> int:
    """Arrows and their labels; how many labels have no room."""
    widths = _widths(sheet, edges) if not labelled else [0.9] * len(edges)
    looks = _looks(sheet, edges, labelled=labelled)
    for curve, width, (colour, dashed) in zip(curves, widths, looks, strict=True):
        draw_arrow(sheet.axes, curve, colour=colour, width=width, dashed=dashed)
    if not labelled:
        return 0
    taken, lost = list(plan.boxes.values()), 0
    for i, edge in enumerate(edges):
        words = _label(sheet, edge, edges)
        if not words:
            continue
        words = sheet.fitted(words, SMALL, 30, 2)
        extent = millimetres(sheet.face, words, SMALL) + 0.8, (words.count("\n") + 1) * SMALL * POINT * 1.3
        box = label_place(curves[i], *extent, taken, [c for k, c in enumerate(curves) if k != i], bounds)
        if box is None:
            lost += 1
            continue
        taken.append(box)
        ground = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"}
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        sheet.axes.text(x, y, words, ha="center", va="center", color=INK, zorder=5, bbox=ground, **sheet.letters(SMALL))
    return lost


def _label(sheet: Sheet, edge: Edge, edges: list[Edge]) -> str:
    whole = all(other.value.is_integer() for other in edges if other.value == other.value)
    number = "" if np.isnan(edge.value) else digits(edge.value, 0 if whole else sheet.style.decimals) + stars(edge.p_value, sheet.style)
    return " ".join(filter(None, (edge.words, number)))


def _widths(sheet: Sheet, edges: list[Edge]) -> list[float]:
    """By the size of the value, and a line of small print that says so."""
    sizes = np.abs([edge.value for edge in edges])
    largest = float(np.nanmax(sizes, initial=0.0))
    if not largest:
        return [0.6] * len(edges)
    title = sheet.title("value")
    low, high = (digits(float(v), sheet.style.decimals) for v in (np.nanmin([e.value for e in edges]), np.nanmax([e.value for e in edges])))
    sheet.prints.append(sheet.said("figure.widths", value=title, low=low, high=high) if title else sheet.said("figure.widths_plain", low=low, high=high))
    broad = BROAD if len(edges) <= 2 * LABELLED else BROAD * 0.55
    return [NARROW + (broad - NARROW) * float(size) / largest if size == size else NARROW for size in sizes]


def _looks(sheet: Sheet, edges: list[Edge], *, labelled: bool) -> list[tuple[str, int]]:
    """Colour and dashes: by group, or negative values apart; dashed where an estimate bears no star. Where nodes have colours, groups of arrows are told by
    dashes alone.
    """
    from matplotlib.lines import Line2D

    groups = list(dict.fromkeys(edge.group for edge in edges if edge.group is not None and edge.group == edge.group))
    plain = INK if labelled else GREY
    if sheet.exhibit.nodes is not None and "group" in sheet.exhibit.nodes and 1 < len(groups) <= len(DASHES):
        for i, group in enumerate(groups):
            sheet.key(Line2D([], [], color=plain, linewidth=1.0, linestyle=DASHES[i]), sheet.name(group))
        return [(plain, groups.index(edge.group) if edge.group in groups else 0) for edge in edges]
    looks: list[tuple[str, int]] = []
    for edge in edges:
        negative = not groups and not labelled and edge.value < 0
        colour = PALETTE[groups.index(edge.group) % len(PALETTE)] if edge.group in groups else PALETTE[1] if negative else plain
        looks.append((colour, edge.p_value == edge.p_value and not stars(edge.p_value, sheet.style)))
    for i, group in enumerate(groups):
        sheet.key(Line2D([], [], color=PALETTE[i % len(PALETTE)], linewidth=1.0), sheet.name(group))
    if any(colour == PALETTE[1] for colour, _ in looks) and not groups:
        sheet.key(Line2D([], [], color=PALETTE[1], linewidth=1.0), sheet.said("figure.negative"))
    if any(dashed for _, dashed in looks) and sheet.style.stars:
        least = max(level for level, _ in sheet.style.stars)
        sheet.key(Line2D([], [], color=plain, linewidth=1.0, linestyle=(0, (3, 1.6))), f"p ≥ {least:g}")
    return looks
