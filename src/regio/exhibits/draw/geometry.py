"""Shapes of a map in millimetres: the view, room for insets, rings that are fine enough and no finer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.shapes import Bounds, Shapes

if TYPE_CHECKING:
    from matplotlib.path import Path
    from numpy.typing import NDArray

    Ring = NDArray[np.float64]

FINE = 0.1  # millimetres: corners nearer than this to the last one are left out
MARGIN = 0.02  # of the view, around everything
SIZES = (0.3, 0.26, 0.22)  # of the view's height, that an inset may take
PLACES = (  # right or left, up or low, and how much wider the view becomes: low on the right first
    *((1, 0, more) for more in (0.0, 0.03, 0.06, 0.09, 0.12)),
    *((0, 0, 0.0), (0, 1, 0.0), (1, 1, 0.0)),
)


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows, in the units of its shapes; ``insets``: where these stand."""

    bounds: Bounds
    insets: tuple[Bounds, ...] = ()
    taken: NDArray[Any] | None = None  # points that are drawn on

    @property
    def size(self) -> tuple[float, float]:
        return self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]


def rings_of(shapes: Shapes) -> Iterable[Ring]:
    yield from (np.asarray(ring, float) for rings in shapes.outlines.values() for ring in rings)
    yield from (np.asarray(ring, float) for ring in (*shapes.ground, *shapes.lines))


def view_of(shapes: Shapes) -> View:
    """The bounds with a margin, widened where an inset has no room."""
    layers = [np.asarray(layer.points, float).reshape(-1, 2) for layer in shapes.layers]
    low, high = _extent([*rings_of(shapes), *layers]) if shapes.bounds is None else (np.array(shapes.bounds[:2], float), np.array(shapes.bounds[2:], float))
    span = np.where(high > low, high - low, 1.0)
    low, high = low - MARGIN * span, high + MARGIN * span
    edge = float(max(high - low)) / 150
    points = np.vstack([_dense(ring, edge) for ring in [*rings_of(shapes), *layers]])
    bounds: Bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    placed: list[Bounds] = []
    for inset in shapes.insets:
        shape = (inset.bounds[2] - inset.bounds[0]) / (inset.bounds[3] - inset.bounds[1])
        box, bounds = room_for(shape, points, bounds, placed)
        placed.append(box)
    return View(bounds, tuple(placed), points)


def room_for(
    shape: float, points: NDArray[Any], bounds: Bounds, taken: Sequence[Bounds], sizes: Sequence[float] = SIZES, widest: float = 1.0
) -> tuple[Bounds, Bounds]:
    """A box (width by height: ``shape``) in a corner, clear of the points; where there is none, to the right of everything. The box and the bounds,
    which may have become wider.
    """
    high = bounds[3] - bounds[1]
    gap = 0.012 * high
    for right, up, more in PLACES:
        if more > widest:
            continue
        edge = bounds[2] + more * (bounds[2] - bounds[0])
        for size in sizes:
            tall, wide = size * high, size * high * shape
            x = edge - wide if right else bounds[0]
            y = bounds[3] - tall if up else bounds[1]
            box = (x, y, x + wide, y + tall)
            if not _holds(points, box, gap) and not any(_touch(box, other, gap) for other in taken):
                return box, (bounds[0], bounds[1], max(bounds[2], edge), bounds[3])
    tall, wide = sizes[0] * high, sizes[0] * high * shape
    box = (bounds[2] + gap, bounds[1], bounds[2] + gap + wide, bounds[1] + tall)
    return box, (bounds[0], bounds[1], box[2], bounds[3])


def _touch(one: Bounds, other: Bounds, gap: float) -> bool:
    return one[0] < other[2] + gap and other[0] < one[2] + gap and one[1] < other[3] + gap and other[1] < one[3] + gap


def _holds(points: NDArray[Any], box: Bounds, gap: float) -> bool:
    x, y = points[:, 0], points[:, 1]
    return bool(((x > box[0] - gap) & (x < box[2] + gap) & (y > box[1] - gap) & (y < box[3] + gap)).any())


def _extent(rings: Iterable[Ring]) -> tuple[NDArray[Any], NDArray[Any]]:
    points = np.vstack(list(rings))
    points = points[np.isfinite(points).all(axis=1)]
    return points.min(axis=0), points.max(axis=0)


def _dense(ring: Ring, edge: float) -> Ring:
    """The points of a line with others between them, none further from the next than ``edge``."""
    if len(ring) < 2:
        return ring
    steps = np.maximum(1, np.ceil(np.hypot(*np.diff(ring, axis=0).T) / edge)).astype(int)
    at = np.concatenate([i + np.arange(n) / n for i, n in enumerate(steps)] + [[len(ring) - 1.0]])
    index = np.arange(len(ring))
    return np.column_stack([np.interp(at, index, ring[:, k]) for k in (0, 1)])


def thinned(ring: Ring, fine: float) -> Ring:
    """Without corners that stand within about ``fine`` of the last one, or nearly on the line between their neighbours; a triangle stays."""
    ring = ring[np.isfinite(ring).all(axis=1)]
    if len(ring) <= 8:
        return ring
    kept = np.concatenate([[True], np.diff(np.round(ring / fine), axis=0).any(axis=1)])  # one corner a cell of a fine grid
    found = ring[kept] if kept.sum() > 3 else ring[:: max(1, len(ring) // 4)][:4]
    for _ in range(4):
        found = _straight(found, fine / 4)
    return found


def _straight(ring: Ring, fine: float) -> Ring:
    """Without every other corner that is nearly on the line between its neighbours."""
    if len(ring) <= 8:
        return ring
    a, b, c = ring[:-2:2], ring[1:-1:2], ring[2::2]
    n = min(len(a), len(b), len(c))
    along, away = c[:n] - a[:n], b[:n] - a[:n]
    length = np.hypot(*along.T)
    off = np.abs(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]) / np.where(length > 0, length, 1)
    kept = np.ones(len(ring), bool)
    kept[1 : 2 * n : 2] = (off > fine) | (length == 0)
    return ring[kept]


def outline(rings: Sequence[Ring]) -> Path:
    """One path of several rings; a ring inside an odd number of others is a hole, and runs the other way round."""
    from matplotlib.path import Path

    boxes = np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
    paths = []
    for i, ring in enumerate(rings):
        around = np.flatnonzero((boxes[:, 0] < boxes[i, 0]) & (boxes[:, 1] < boxes[i, 1]) & (boxes[:, 2] > boxes[i, 2]) & (boxes[:, 3] > boxes[i, 3]))
        hole = sum(Path(rings[k]).contains_point(ring[0]) for k in around.tolist()) % 2 == 1
        turned = ring if (_area(ring) > 0) != hole else ring[::-1]
        paths.append(Path(np.vstack([turned, turned[:1]]), closed=True))
    return Path.make_compound_path(*paths)


def _area(ring: Ring) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def middle_of(rings: Sequence[Ring]) -> tuple[float, float]:
    """A point well inside the largest ring: the middle of its widest level cut among nine."""
    ring = max(rings, key=lambda r: abs(_area(r)))
    low, high = ring[:, 1].min(), ring[:, 1].max()
    best = (0.0, float(ring[:, 0].mean()), float(ring[:, 1].mean()))
    ends = np.roll(ring, -1, axis=0)
    for share in (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7):
        y = low + share * (high - low)
        cut = (ring[:, 1] <= y) != (ends[:, 1] <= y)
        a, b = ring[cut], ends[cut]
        x = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
        for left, right in zip(x[::2], x[1::2], strict=False):
            if right - left > best[0] * 1.1:
                best = (float(right - left), float((left + right) / 2), float(y))
    return best[1], best[2]
