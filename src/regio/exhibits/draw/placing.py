"""Labels that keep clear of one another: everything in millimetres, the same places every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Box = tuple[float, float, float, float]  # left, low, right, high
CLEAR = 0.3  # millimetres between two boxes
ASIDE = 1.3  # millimetres between a point and its label


def spread(places: Sequence[float], extents: Sequence[float], low: float, high: float) -> list[float]:
    """The places moved as little as need be so that the extents around them do not overlap, in their order, inside low and high where they fit."""
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    blocks: list[tuple[float, float, list[int]]] = []  # sum of the wished starts, length, members
    for i in order:
        block = (places[i] - extents[i] / 2, extents[i], [i])
        while blocks and _start(blocks[-1], low, high) + blocks[-1][1] > _start(block, low, high):
            before = blocks.pop()
            wished = before[0] + block[0] - before[1] * len(block[2])
            block = (wished, before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    moved = list(places)
    for block in blocks:
        at = _start(block, low, high)
        for i in block[2]:
            moved[i] = at + extents[i] / 2
            at += extents[i]
    return moved


def _start(block: tuple[float, float, list[int]], low: float, high: float) -> float:
    return max(low, min(block[0] / len(block[2]), high - block[1]))


def rows_apart(places: Sequence[float], extents: Sequence[float], gap: float = 1.6) -> list[int]:
    """For each the lowest row in which it does not touch another."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for place, extent in zip(places, extents, strict=True):
        span = (place - extent / 2, place + extent / 2)
        row = next((i for i, taken in enumerate(rows) if all(span[0] > b + gap or span[1] < a - gap for a, b in taken)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        found.append(row)
    return found


def overlap(one: Box, other: Box, clear: float = CLEAR) -> bool:
    return one[0] < other[2] + clear and other[0] < one[2] + clear and one[1] < other[3] + clear and other[1] < one[3] + clear


def inside(box: Box, bounds: Box) -> bool:
    return box[0] >= bounds[0] and box[1] >= bounds[1] and box[2] <= bounds[2] and box[3] <= bounds[3]


def around(x: float, y: float, width: float, height: float, aside: float = ASIDE) -> list[Box]:
    """Boxes of a label beside a point: right, left, above, below, and the corners; without ``aside`` upon it, or moved a little."""
    w, h, d = width / 2, height / 2, aside
    if not aside:
        return [
            (x + cx * w - w, y + cy * h - h, x + cx * w + w, y + cy * h + h)
            for cx, cy in ((0, 0), (0, 0.7), (0, -0.7), (0.4, 0), (-0.4, 0), (0, 1.2), (0, -1.2))
        ]
    centres = [(d + w, 0), (-d - w, 0), (0, d + h), (0, -d - h), (d + w, d), (d + w, -d), (-d - w, d), (-d - w, -d), (w, d + h), (-w, d + h), (w, -d - h)]
    far = 2.2 * d
    centres += [(far + w, far + h), (-far - w, far + h), (far + w, -far - h), (-far - w, -far - h), (0, far + d + h), (0, -far - d - h)]
    return [(x + cx - w, y + cy - h, x + cx + w, y + cy + h) for cx, cy in centres]


def place_labels(candidates: Sequence[Sequence[Box]], obstacles: Iterable[Box], bounds: Box) -> list[Box | None]:
    """For each label the first of its boxes that is free of obstacles and of the labels before it; None where there is none."""
    taken = list(obstacles)
    placed: list[Box | None] = []
    for boxes in candidates:
        free = next((box for box in boxes if inside(box, bounds) and not any(overlap(box, other) for other in taken)), None)
        if free is not None:
            taken.append(free)
        placed.append(free)
    return placed
