"""The shape of a path over time by a declared rule: rise, fall, peak, valley, N, M, W. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

TURN = 0.1  # of the range of the path: a move back by less is no turn
STILL = 0.01  # a path within this range is flat: a tenth of the step between grades
SHAPES = {"+": "rise", "-": "fall", "+-": "peak", "-+": "valley", "+-+": "n", "-+-": "inverted_n", "+-+-": "m", "-+-+": "w"}


def turns(path: Sequence[float], least: float) -> tuple[int, ...]:
    """Places of the turning points: highs and lows between which the path moves by ``least`` or more; the first leg may begin at a high or low that is
    itself nearer to the start than that, and is no turn.

    Examples
    --------
    >>> turns([0.30, 0.40, 0.39, 0.45, 0.35, 0.50, 0.46], 0.03)
    (3, 4, 5)
    """
    found: list[int] = []
    high = low = 0
    direction = 0
    for i, value in enumerate(path):
        high = i if value > path[high] else high
        low = i if value < path[low] else low
        if direction >= 0 and path[high] - value >= least and i > high:
            if direction > 0 or (high > 0 and path[high] - path[0] >= least):
                found.append(high)
            direction, low, high = -1, i, i
        elif direction <= 0 and value - path[low] >= least and i > low:
            if direction < 0 or (low > 0 and path[0] - path[low] >= least):
                found.append(low)
            direction, high, low = 1, i, i
    return tuple(found)


def shape(path: Sequence[float]) -> tuple[str, tuple[int, ...]]:
    """The name of the shape and the places of its turns.

    A turn counts where the path moves back by at least a tenth of its range; a path whose range is below 0.01 is flat; more than three turns are
    ``fluctuating``.

    Examples
    --------
    >>> shape([0.35, 0.45, 0.40, 0.52, 0.49])
    ('m', (1, 2, 3))
    >>> shape([0.1, 0.2, 0.19, 0.3])[0], shape([0.2, 0.2])[0]
    ('rise', 'flat')
    """
    spread = max(path) - min(path)
    if len(path) < 2 or spread < STILL:
        return "flat", ()
    places = turns(path, TURN * spread)
    ends = [0, *places, len(path) - 1]
    signs = "".join("+" if path[b] > path[a] else "-" for a, b in pairwise(ends))
    return SHAPES.get(signs, "fluctuating"), places
