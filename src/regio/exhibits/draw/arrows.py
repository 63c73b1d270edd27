"""Arrows between boxes, in millimetres: curves that keep clear of other boxes, and where their labels stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.placing import Box, inside, overlap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

T = np.linspace(0, 1, 61)[:, None]
BOWS = (0.0, 0.16, -0.16, 0.3, -0.3, 0.45, -0.45)  # how far a curve bows out, by its length
BOTH_WAYS = 0.14
DASHES: tuple[Any, ...] = ("-", (0, (3, 1.6)), (0, (1, 1.6)))
HEAD = 2.2  # millimetres of an arrow's head
LOOP = 6.0  # millimetres that a loop reaches up


def middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def arrow(source: Box, target: Box, others: Sequence[Box], *, both_ways: bool = False) -> Curve:
    """The curve from one box to another that crosses the fewest others; a box to itself: a loop on top."""
    if source == target:
        return _loop(source)
    bows = (BOTH_WAYS, 0.3, 0.45) if both_ways else BOWS
    curves = [_trimmed(_bowed(middle(source), middle(target), bow), source, target) for bow in bows]
    return min(curves, key=lambda curve: sum(_crosses(curve, box) for box in others))


def flow(source: Box, target: Box, others: Sequence[Box], bounds: Box) -> Curve:
    """From the right side of one box to the left side of another, level at both ends; to a box that does not stand further right: around below or
    above, where the fewest boxes are in the way.
    """
    if target[0] > source[2]:
        a, b = np.array([source[2], middle(source)[1]]), np.array([target[0], middle(target)[1]])
        reach = np.array([(b[0] - a[0]) * 0.5, 0.0])
        return _cubic(a, a + reach, b - reach, b)
    if abs(middle(source)[0] - middle(target)[0]) < 1.0:
        a, b = np.array([source[2], middle(source)[1]]), np.array([target[2], middle(target)[1]])
        aside = np.array([min(8.0, 3.0 + abs(b[1] - a[1]) * 0.1), 0.0])
        return _cubic(a, a + aside, b + aside, b)
    curves = []
    for side in (1, 3):
        a, b = np.array([middle(source)[0], source[side]]), np.array([middle(target)[0], target[side]])
        edge = bounds[side] + (0.5 if side == 1 else -0.5)
        for share in (0.35, 0.6, 1.0):
            depth = np.array([0.0, (edge - (a[1] + b[1]) / 2) * share * 4 / 3])
            curves.append(_cubic(a, a + depth, b + depth, b))
    return min(curves, key=lambda curve: sum(_crosses(curve, box) for box in others))


def _cubic(a: Curve, first: Curve, second: Curve, b: Curve) -> Curve:
    return np.asarray((1 - T) ** 3 * a + 3 * (1 - T) ** 2 * T * first + 3 * (1 - T) * T**2 * second + T**3 * b)


def _bowed(a: tuple[float, float], b: tuple[float, float], bow: float) -> Curve:
    start, end = np.array(a), np.array(b)
    along = end - start
    control = (start + end) / 2 + np.array([-along[1], along[0]]) * bow * 2
    return np.asarray((1 - T) ** 2 * start + 2 * (1 - T) * T * control + T**2 * end)


def _loop(box: Box) -> Curve:
    x, width = middle(box)[0], min(4.0, (box[2] - box[0]) / 3)
    a, b = np.array([x - width, box[3]]), np.array([x + width, box[3]])
    up = np.array([0.0, LOOP * 4 / 3])
    aside = np.array([width * 0.8, 0.0])
    return _cubic(a, a + up - aside, b + up + aside, b)


def _trimmed(curve: Curve, source: Box, target: Box) -> Curve:
    """What lies outside both boxes."""
    fine = np.column_stack([np.interp(np.linspace(0, 60, 601), np.arange(61), curve[:, k]) for k in (0, 1)])
    out = ~(_within(fine, source, 0.0) | _within(fine, target, 0.35))
    kept = fine[out]
    return kept if len(kept) > 4 else fine[250:351]


def _within(curve: Curve, box: Box, more: float) -> NDArray[np.bool_]:
    x, y = curve[:, 0], curve[:, 1]
    return np.asarray((x > box[0] - more) & (x < box[2] + more) & (y > box[1] - more) & (y < box[3] + more))


def _crosses(curve: Curve, box: Box) -> bool:
    return bool(_within(curve, box, 0.8).any())


def draw_arrow(axes: Axes, curve: Curve, *, colour: str, width: float, dashed: int, zorder: float = 1) -> None:
    """``dashed``: which of DASHES."""
    from matplotlib.patches import Polygon

    head = min(HEAD * (0.5 + 0.55 * width), 3.2)
    away = np.hypot(*(curve - curve[-1]).T)
    far = np.flatnonzero(away >= head)
    start = int(far[-1]) if len(far) else 0
    tip, back = curve[-1], curve[start]
    along = (tip - back) / (np.hypot(*(tip - back)) or 1.0)
    across = np.array([-along[1], along[0]]) * head * 0.36
    line = np.vstack([curve[: start + 1], tip - along * head * 0.8])
    axes.plot(line[:, 0], line[:, 1], color=colour, linewidth=width, linestyle=DASHES[dashed], zorder=zorder, solid_capstyle="butt")
    axes.add_patch(Polygon([tip, tip - along * head + across, tip - along * head - across], closed=True, facecolor=colour, linewidth=0, zorder=zorder + 0.1))


def label_place(curve: Curve, width: float, height: float, taken: Sequence[Box], others: Sequence[Curve], bounds: Box) -> Box | None:
    """A box for a label on its curve: free of boxes, and on as few other curves as can be."""
    best: tuple[int, Box] | None = None
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
        x, y = curve[int(share * (len(curve) - 1))]
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if not inside(box, bounds) or any(overlap(box, other, 0.4) for other in taken):
            continue
        crossed = sum(int(_within(other, box, 0.2).any()) for other in others)
        if best is None or crossed < best[0]:
            best = crossed, box
    return best[1] if best else None
