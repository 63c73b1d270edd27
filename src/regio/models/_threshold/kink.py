"""A kink: the slope of one column changes at γ and the regression function does not jump.

Below γ the switching part is x − γ: the engine's sums for the columns x and 1 give the sum of squares for every γ, also between two values of x,
where it is a ratio of two parabolas with one stationary point. So the optimum is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from regio.compute.engine import generator
from regio.models._threshold.bootstrap import CELLS, Pool, swept_draws
from regio.models._threshold.path import SINGULAR, Path
from regio.models.core.blocks import Array


@dataclass(frozen=True)
class Segments:
    """G stretches between neighbouring values of x, from low (G,) to high (G,); path: its columns are x and 1."""

    path: Path
    low: Array
    high: Array

    def gain(self, c: Array, kink: Array) -> Array:
        """(G, B) by how much a kink at ``kink`` (G, B) or (G, 1), each in its own stretch, lowers the sum of squares. c (2, G, B)."""
        m = self.path.moment
        size = m[0, 0][:, None] - 2 * kink * m[0, 1][:, None] + kink**2 * m[1, 1][:, None]
        raw = self.path.raw[0, 0][:, None] - 2 * kink * self.path.raw[0, 1][:, None] + kink**2 * self.path.raw[1, 1][:, None]
        fine = size > SINGULAR * raw
        gain: Array = (c[0] - kink * c[1]) ** 2 * np.divide(1.0, size, out=np.zeros_like(size), where=fine)
        return gain

    def best(self, c: Array) -> tuple[Array, Array]:
        """(B,) the best kink of each draw and its gain."""
        m = self.path.moment
        above = c[1] * m[0, 0][:, None] - c[0] * m[0, 1][:, None]
        below = c[1] * m[0, 1][:, None] - c[0] * m[1, 1][:, None]
        low, high = self.low[:, None], self.high[:, None]
        inner = np.clip(np.divide(above, below, out=np.broadcast_to(low, below.shape).copy(), where=below != 0), low, high)
        tried = [np.broadcast_to(low, inner.shape), inner, np.broadcast_to(high, inner.shape)]
        gains = np.stack([self.gain(c, low), self.gain(c, inner), self.gain(c, high)])
        which, place = np.unravel_index(gains.reshape(-1, gains.shape[2]).argmax(0), gains.shape[:2])
        draws = np.arange(gains.shape[2])
        kinks = np.stack(tried)[which, place, draws]
        return kinks, gains[which, place, draws]

    def curve(self, c: Array, kinks: Array) -> Array:
        """(K,) gains of one outcome, c (2, G), at kinks inside the stretches."""
        place = np.clip(np.searchsorted(self.high, kinks), 0, len(self.high) - 1)
        own = Segments(self.path.take(place), self.low[place], self.high[place])
        return own.gain(c[:, place, None], kinks[:, None])[:, 0]


@dataclass(frozen=True)
class KinkDraws:
    """residual, explained (n,): of the model that is drawn from, net of the fixed columns; kink: None for the F test, else the estimate whose
    likelihood ratio is drawn.
    """

    segments: Segments
    residual: Array
    explained: Array
    scheme: str
    pool: Pool
    df: int
    inside: bool
    kink: float | None

    @property
    def path(self) -> Path:
        return self.segments.path


def statistics(chunk: tuple[int, int, int], test: KinkDraws) -> Array:
    """(draws,) F of a kink, or the likelihood ratio of the true one."""
    random, left = generator(chunk), chunk[1]
    step = max(16, min(250, CELLS // (4 * max(test.path.problem.n, test.path.size))))
    found = []
    while left:
        draws = min(step, left)
        found.append(_block(random, draws, test))
        left -= draws
    return np.concatenate(found)


def _block(random: Generator, draws: int, test: KinkDraws) -> Array:
    c, ssr = swept_draws(random, draws, test)
    _, gain = test.segments.best(c)
    reference = np.zeros(draws)
    if test.kink is not None:
        place = int(np.clip(np.searchsorted(test.segments.high, test.kink), 0, test.path.size - 1))
        own = Segments(test.path.take(np.array([place])), test.segments.low[[place]], test.segments.high[[place]])
        reference = own.gain(c[:, [place]], np.array([[test.kink]]))[0]
    statistic: Array = np.maximum(gain - reference, 0.0) / (ssr - gain) * test.df
    return statistic
