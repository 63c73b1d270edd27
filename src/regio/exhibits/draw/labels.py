"""Names beside points, each where there is room for it; what has none is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import LEAST, POINT
from regio.exhibits.draw.placing import ASIDE, Box, around, overlap, place_labels
from regio.exhibits.draw.sheet import Panel, Sheet
from regio.exhibits.draw.spelling import millimetres

WIDEST = 34.0  # millimetres of a name
LINE = LEAST * POINT * 1.3


def name_points(
    sheet: Sheet,
    panel: Panel,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    obstacles: Sequence[Box] = (),
    lines: Sequence[Box] = (),
    aside: float = ASIDE,
) -> list[Box | None]:
    """Write the texts beside the points (millimetres from the lower left of the panel, which is settled); on ``lines`` only where there is no other
    place; without ``aside`` upon them. Where each stands, None where it does not.
    """
    across, height = sheet.size
    shown = [sheet.fitted(words, LEAST, WIDEST, 1) for words in texts]
    half = aside * 0.6
    dots: list[Box] = [(x - half, y - half, x + half, y + half) for x, y in points] if aside else []
    extents = [millimetres(sheet.face, words, LEAST) + 0.4 for words in shown]
    candidates = [around(x, y, extent, LINE, aside) for (x, y), extent in zip(points, extents, strict=True)]
    if lines:
        candidates = [sorted(boxes, key=lambda box: any(overlap(box, line, 0.0) for line in lines)) for boxes in candidates]
    placed = place_labels(candidates, [*obstacles, *dots], (0, 0, across, height))
    for words, box in zip(shown, placed, strict=True):
        if box is not None:
            at = (box[0] + box[2]) / 2 / across, (box[1] + box[3]) / 2 / height
            panel.axes.text(*at, words, transform=panel.axes.transAxes, ha="center", va="center", zorder=6, path_effects=halo(), **sheet.letters(LEAST))
    return placed


def halo() -> list[Any]:
    """A white rim around letters, so that they can be read over lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.4, foreground="white")]


def left_out(sheet: Sheet, count: int, width: int, height: float) -> None:
    """Say below the picture how many names have no room."""
    if count:
        sheet.prints.append(sheet.said("figure.left_out", count=count))
        settle(sheet, width, height)
