"""Texts inside a picture: cut into lines that fit, thinned out where they would touch, numbers with the digits that their steps need."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from regio.exhibits.draw.fonts import CHINESE, Face
from regio.exhibits.draw.look import POINT
from regio.exhibits.numbers import digits

GAP = 1.6  # millimetres between two labels


def millimetres(face: Face, text: str, size: float) -> float:
    return face.width(text, size) * POINT


def wrapped(face: Face, text: str, size: float, width: float, lines: int = 2) -> str:
    """The text in at most so many lines of ``width`` millimetres; what does not fit is cut off with a mark."""
    text = re.sub(r"\s+", " ", text).strip()
    if millimetres(face, text, size) <= width:
        return text
    made = [""]
    for piece in _pieces(text):
        if made[-1] and millimetres(face, (made[-1] + piece).rstrip(), size) > width:
            made.append("")
        made[-1] += piece if made[-1] else piece.lstrip()
    if len(made) > lines:
        made = [*made[: lines - 1], "".join(made[lines - 1 :])]
    return "\n".join(_cut(face, line.rstrip(), size, width) for line in made)


def _pieces(text: str) -> list[str]:
    """Where a line may break: behind a space, an underscore, a hyphen or a slash, and around a Chinese character (not before a mark that closes, nor
    behind one that opens).
    """
    found = re.findall(rf"[（《“]*{CHINESE.pattern}[，。；：、）》”]*|[^\s_/\-\u2e80-\uffef]*[\s_/\-]+|[^\s_/\-\u2e80-\uffef]+|.", text)
    return [str(piece) for piece in found]


def _cut(face: Face, line: str, size: float, width: float) -> str:
    if millimetres(face, line, size) <= width:
        return line
    kept = bisect_right(range(len(line)), width, key=lambda n: millimetres(face, line[: n + 1] + "…", size))
    return line[:kept].rstrip() + "…"


def every(face: Face, texts: Sequence[str], places: Sequence[float], size: float, *, upright: bool = False) -> int:
    """Print every k-th of the texts at these places (in millimetres): the smallest k by which none touches the next."""
    extent = [size * POINT if upright else millimetres(face, text, size) for text in texts]
    gap = GAP / 4 if upright else GAP
    for k in range(1, len(texts)):
        kept = range(0, len(texts), k)
        if all(abs(places[b] - places[a]) >= (extent[a] + extent[b]) / 2 + gap for a, b in pairwise(kept)):
            return k
    return max(1, len(texts))


def steps(low: float, high: float, most: int = 6) -> tuple[list[float], list[str]]:
    """Round numbers from ``low`` to ``high`` and how they read."""
    from matplotlib.ticker import MaxNLocator

    if not (math.isfinite(low) and math.isfinite(high)):
        return [], []
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = (high - low) * 1e-9
    ticks = [0.0 if abs(t) < slack else float(t) for t in found if low - slack <= t <= high + slack]
    return ticks, numbers(ticks)


def numbers(ticks: Sequence[float]) -> list[str]:
    """All with the decimals that the finest one needs."""
    step = min((abs(b - a) for a, b in pairwise(ticks)), default=abs(ticks[0]) if ticks else 1)
    decimals = 0
    while decimals < 9 and step and abs(round(step, decimals) - step) > step * 1e-6:
        decimals += 1
    return [digits(t, decimals) for t in ticks]


def readable(values: Sequence[float], most: int = 3) -> list[str]:
    """Numbers that stand in a picture: all with the decimals that give the largest three digits, and no more than ``most``."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    decimals = most if not largest else min(most, max(0, 2 - math.floor(math.log10(largest))))
    return [digits(float(v), decimals) for v in values]
