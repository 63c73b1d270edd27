"""Where the nodes of a diagram stand and how large they are, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from regio.exhibits.draw.look import LEAST, POINT, SMALL, TICK
from regio.exhibits.draw.network import Edge, Places, in_columns, layers, one_way, springs
from regio.exhibits.draw.placing import Box, overlap
from regio.exhibits.draw.sheet import Sheet
from regio.exhibits.draw.spelling import millimetres, wrapped

TALLEST = 225.0
APART = 3.0  # millimetres between two boxes
GAP = 9.0  # millimetres between two columns, at least
NARROWEST = 13.0  # millimetres of a column
MOST_BOXES = 60  # nodes with places of their own: above this they are dots
LINES = 3
MOST_GROUPS = 7  # that may be columns
ALONG, BACK = 0.7, 0.2  # shares of edges that run on, at least, and back, at most


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    words: str
    text: str = ""
    group: Any = None
    place: tuple[float, float] | None = None


@dataclass(slots=True)
class Plan:
    """``boxes`` in millimetres; ``boxed``: names stand inside, else the nodes are dots; ``columns``: arrows run from left to right."""

    boxes: dict[str, Box]
    height: float
    boxed: bool = True
    columns: bool = False
    radius: float = 0.0
    letter: float = TICK
    words: dict[str, str] = field(default_factory=dict)

    def move(self, right: float, up: float) -> None:
        self.boxes = {name: (x0 + right, y0 + up, x1 + right, y1 + up) for name, (x0, y0, x1, y1) in self.boxes.items()}

    def centre(self, name: str) -> tuple[float, float]:
        x0, y0, x1, y1 = self.boxes[name]
        return (x0 + x1) / 2, (y0 + y1) / 2


def nodes_of(sheet: Sheet) -> list[Node]:
    """Those of ``nodes``, then those that only the edges name."""
    made: dict[str, Node] = {}
    table = sheet.exhibit.nodes
    if table is not None:
        for row in table.to_dict("records"):
            place = (float(row["x"]), float(row["y"])) if _known(row.get("x")) and _known(row.get("y")) else None
            text = sheet.name(row["text"]) if _known(row.get("text")) else ""
            group = row["group"] if _known(row.get("group")) else None
            made[str(row["name"])] = Node(str(row["name"]), sheet.name(row["name"]), text, group, place)
    frame = sheet.exhibit.frame
    for channel in ("source", "target"):
        for name in sheet.of(frame, channel).dropna():
            made.setdefault(str(name), Node(str(name), sheet.name(name)))
    return list(made.values())


def _known(value: Any) -> bool:
    return value is not None and value == value and value != ""


def planned(sheet: Sheet, nodes: list[Node], edges: Sequence[Edge], across: float, usual: float, between: float) -> Plan:
    """``between``: millimetres that labels of arrows need between two columns."""
    placed = {node.name: node.place for node in nodes if node.place is not None}
    names = [node.name for node in nodes]
    if not placed:
        plan = _columns(sheet, nodes, _sorted(nodes, edges), edges, across, between)
        if plan:
            return plan
    places: Places = placed if len(placed) == len(nodes) else springs(names, edges, placed)
    plan = _boxes(sheet, nodes, places, across, usual) if len(nodes) <= MOST_BOXES else None
    return plan or _dots(places, across, min(TALLEST, max(usual, 0.75 * across)))


def _sorted(nodes: list[Node], edges: Sequence[Edge]) -> list[list[str]]:
    """Columns of nodes: a column a group where most edges run from a group to a later one; layers where few edges run back; else none."""
    groups = list(dict.fromkeys(node.group for node in nodes))
    if None not in groups and 2 <= len(groups) <= MOST_GROUPS:
        of = {node.name: groups.index(node.group) for node in nodes}
        if sum(of[a] < of[b] for a, b in edges) >= ALONG * len(edges):
            return [[node.name for node in nodes if node.group == group] for group in groups]
    names = [node.name for node in nodes]
    forward, back = one_way(names, edges)
    return layers(names, forward) if forward and back <= BACK * (back + len(forward)) else []


def _columns(sheet: Sheet, nodes: list[Node], columns: list[list[str]], edges: Sequence[Edge], across: float, between: float) -> Plan | None:
    """In columns, where these are neither too many nor too full; None where they are."""
    if len(columns) < 2:
        return None
    gap = max(GAP, between, min(22.0, across * 0.1))
    if (across - gap * (len(columns) - 1)) / len(columns) < NARROWEST + 6:
        gap = max(GAP, between)
    wide = (across - gap * (len(columns) - 1)) / len(columns)
    if wide < NARROWEST:
        return None
    of = {node.name: node for node in nodes}
    for letter, lines, more, apart in ((TICK, 3, 2.0, 3.0), (SMALL, 3, 1.6, 2.0), (LEAST, 3, 1.2, 1.4), (LEAST, 2, 1.0, 1.0), (LEAST, 1, 0.8, 0.5)):
        words = {name: _words(sheet, of[name], letter, wide - 2.0, lines) for name in of}
        tall = {name: (words[name].count("\n") + 1) * letter * POINT * 1.28 + more for name in of}
        height = max(sum(tall[name] + apart for name in column) for column in columns)
        cut = lines == LINES and letter > LEAST and any("…" in text for text in words.values())
        if height <= TALLEST and not cut:
            break
    else:
        return None
    height = min(TALLEST, max(height, min(max(map(len, columns)), 6) * 10.0))
    up = in_columns(columns, edges, {name: tall[name] + apart for name in of}, height)
    boxes: dict[str, Box] = {}
    for i, column in enumerate(columns):
        widest = min(wide, max(millimetres(sheet.face, words[name], letter) for name in column) + 3.0)
        centre = i * (wide + gap) + wide / 2
        boxes |= {name: (centre - widest / 2, up[name] - tall[name] / 2, centre + widest / 2, up[name] + tall[name] / 2) for name in column}
    return Plan(boxes, height, columns=True, letter=letter, words=words)


def _words(sheet: Sheet, node: Node, letter: float, width: float, lines: int) -> str:
    words = wrapped(sheet.face, node.words, letter, width, lines)
    return words + ("\n" + wrapped(sheet.face, node.text, letter, width, max(1, lines - 1)) if node.text else "")


def _boxes(sheet: Sheet, nodes: list[Node], places: Places, across: float, usual: float) -> Plan | None:
    """The lowest picture, with the largest letters, in which no two boxes touch."""
    rows = len({round(y, 2) for _, y in places.values()})
    height = min(usual, 24.0 * rows)
    while height <= TALLEST:
        for letter, wide in ((TICK, 36.0), (TICK, 26.0), (SMALL, 20.0), (LEAST, 16.0)):
            words = {node.name: _words(sheet, node, letter, min(wide, across / 2), LINES) for node in nodes}
            boxes = _at(sheet, words, letter, places, across, height)
            if not any(overlap(a, b, APART) for a, b in combinations(boxes.values(), 2)):
                return Plan(boxes, height, letter=letter, words=words)
        height *= 1.18
    return None


def _at(sheet: Sheet, words: dict[str, str], letter: float, places: Places, across: float, height: float) -> dict[str, Box]:
    """Boxes around the places, all of them inside the picture."""
    wide = {name: millimetres(sheet.face, text, letter) + 4.0 for name, text in words.items()}
    tall = {name: (text.count("\n") + 1) * letter * POINT * 1.28 + 2.6 for name, text in words.items()}
    aside, above = max(wide.values()) / 2 + 0.3, max(tall.values()) / 2 + 0.3
    boxes = {}
    for name, (x, y) in places.items():
        cx = aside + min(1.0, max(0.0, x)) * max(0.0, across - 2 * aside)
        cy = above + min(1.0, max(0.0, y)) * max(0.0, height - 2 * above)
        boxes[name] = (cx - wide[name] / 2, cy - tall[name] / 2, cx + wide[name] / 2, cy + tall[name] / 2)
    return boxes


def _dots(places: Places, across: float, height: float) -> Plan:
    radius = 1.1 if len(places) <= 60 else 0.8
    boxes = {}
    for name, (x, y) in places.items():
        cx, cy = 12.0 + x * (across - 24.0), 3.0 + y * (height - 6.0)
        boxes[name] = (cx - radius, cy - radius, cx + radius, cy + radius)
    return Plan(boxes, height, boxed=False, radius=radius)
