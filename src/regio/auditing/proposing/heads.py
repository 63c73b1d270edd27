"""The head of a table whose columns touch: parted where its columns stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from regio.auditing.proposing.lines import GAP
from regio.auditing.proposing.signs import APART, HANG, Piece, Row, inside

NEAR = (1.5, 1.5, 4.0)  # points, by side, from where its column stands that a head without a gap may be parted


@dataclass(frozen=True, slots=True)
class Limits:
    """The chosen boundaries: of each column its pieces in the body; the lowest and highest place of each boundary; the side that columns are aligned at."""

    columns: list[tuple[int, int]]
    pieces: list[list[Piece | None]]
    places: list[tuple[float, float]]
    middles: list[float]  # of the columns
    side: int


def misfit(head: Sequence[Row], limits: Limits) -> float:
    """How far the cells of a head are from where those of the columns are aligned."""
    edges: tuple[Callable[[Piece], float], ...] = (lambda p: p.left, lambda p: p.right, lambda p: (p.left + p.right) / 2)
    edge, off = edges[limits.side], 0.0
    for k in range(1, len(limits.columns)):
        own = [edge(p) for row in limits.pieces if (p := row[k]) is not None]
        heads = [edge(p) for row in head for p in headed(row, limits)]
        off += min((abs(median(own) - h) for h in heads), default=0.0) if own else 0.0
    return off


def headed(row: Row, limits: Limits) -> Iterator[Piece]:
    """The cells of a line of the head: parted at gaps, and once between any two columns where no sign and no word goes over."""
    gaps = {i: (row.signs[i].left - row.signs[i - 1].right) / row.size for i in range(1, len(row.signs))}
    cuts = {i for i, gap in gaps.items() if gap > GAP}
    for k, (low, high) in enumerate(limits.places):
        here = [i for i in gaps if row.signs[i - 1].right <= high + HANG and row.signs[i].left >= low - HANG]
        if not here or cuts & set(here):
            continue
        off = {i: _off_place(row, i, max((c for c in cuts if c < i), default=0), limits, k) for i in here}
        best = min(here, key=lambda i: (inside(row, i) and not (k == 0 and off[i] < HANG), off[i]))
        whole = (k > 0 and off[best] >= NEAR[limits.side]) or (inside(row, best) and not (k == 0 and off[best] < HANG))
        if gaps[best] >= APART or not whole:
            cuts.add(best)
    for start, end in pairwise((0, *sorted(cuts), len(row.signs))):
        if (piece := row.piece(start, end)) is not None:
            yield piece


def _off_place(row: Row, i: int, start: int, limits: Limits, k: int) -> float:
    """How far a head that ends before a sign, or the one that begins with it, is from where its column stands."""
    left, right = row.signs[i - 1].right, row.signs[i].left
    if limits.side < 2:
        return abs(right - limits.places[k][1]) if limits.side == 0 else abs(left - limits.places[k][0])
    if k:
        return abs((row.signs[start].left + left) / 2 - limits.middles[k])
    ends = [j for j in range(i + 1, len(row.signs)) if not inside(row, j)]  # names stand left: the next head tells
    return min(abs((right + row.signs[j - 1].right) / 2 - limits.middles[1]) for j in (*ends, len(row.signs)))
