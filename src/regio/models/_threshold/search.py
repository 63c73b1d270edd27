"""The search itself, for one outcome or for many draws of it at once: pick the best candidate, take it off, pick the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regio.models._threshold.path import SINGULAR, Path
from regio.models._threshold.problem import Codes
from regio.models.core.blocks import Array

NOT_ALLOWED = -1.0
CELLS = 300_000  # candidates times draws that are held at a time


@dataclass(slots=True)
class State:
    """B outcomes after some picks. c (r, G, B); moment (r, r, G, B or 1); ssr (B,); basis: columns (r, G, B) that were taken off."""

    c: Array
    moment: Array
    ssr: Array
    basis: list[Array]

    @classmethod
    def start(cls, path: Path, c: Array, ssr: Array) -> State:
        """``c`` (r, G, B) may be written on."""
        return cls(c, path.moment[..., None], ssr, [])

    def gains(self, path: Path) -> Array:
        """(G, B) by how much each candidate lowers the sum of squares."""
        r = len(self.c)
        if r == 1:
            m = self.moment[0, 0]
            fine = m > SINGULAR * path.raw[0, 0][:, None]
            gain: Array = self.c[0] * self.c[0]
            gain *= np.divide(1.0, m, out=np.zeros_like(m), where=fine)
            return gain
        c, m = [row.copy() for row in self.c], self.moment.copy()
        gain = np.zeros_like(c[0])
        for a in range(r):
            fine = m[a, a] > SINGULAR * path.raw[a, a][:, None]
            inverse = np.divide(1.0, m[a, a], out=np.zeros_like(m[a, a]), where=fine)
            gain += c[a] * c[a] * inverse
            for b in range(a + 1, r):
                ratio = m[b, a] * inverse
                c[b] = c[b] - ratio * c[a]
                for d in range(b, r):
                    m[d, b] = m[b, d] = m[d, b] - ratio * m[d, a]
        return gain

    def take_off(self, path: Path, picks: Codes) -> None:
        """Every draw's pick joins the fixed columns. ``picks`` (B,)."""
        unique, where = np.unique(picks, return_inverse=True)
        covariance = path.covariance(unique)
        draws = np.arange(len(picks))
        same = len(unique) == len(picks) and bool((unique == picks).all())
        for a in range(len(self.c)):
            v = covariance[:, a] if same else covariance[:, a][:, :, where]
            for u in self.basis:
                v = v - u * u[a, picks, draws]
            pivot = v[a, picks, draws]
            fine = pivot > SINGULAR * path.raw[a, a, picks]
            u = v * np.divide(1.0, np.sqrt(np.maximum(pivot, 0.0)), out=np.zeros_like(pivot), where=fine)
            share = u[a, picks, draws]
            amount = self.c[a, picks, draws] * np.divide(1.0, share, out=np.zeros_like(share), where=fine)
            self.c = self.c - u * amount
            self.moment = self.moment - u[:, None] * u[None, :]
            self.ssr = self.ssr - amount * amount
            self.basis.append(u)


@dataclass(frozen=True, slots=True)
class Limits:
    """Which candidates a stage allows: from ``first`` to ``last``, and beside a pick g those from reach[g] on, or whose reach ends before it."""

    first: int
    last: int
    reach: Codes  # (G,)

    def allowed(self, size: int, picks: list[Codes]) -> NDArray[np.bool_]:
        """(G, B) or (G, 1)"""
        places = np.arange(size)[:, None]
        fine = (places >= self.first) & (places <= self.last)
        for pick in picks:
            fine = fine & ((places >= self.reach[pick]) | (self.reach[:, None] <= pick))
        return fine


def best(state: State, path: Path, allowed: NDArray[np.bool_]) -> tuple[Codes, Array]:
    """(B,) the candidate with the largest gain, and that gain; −1 where none is allowed."""
    gain = np.where(allowed, state.gains(path), NOT_ALLOWED)
    pick = gain.argmax(0)
    return pick, gain[pick, np.arange(gain.shape[1])]


def sequence(path: Path, limits: tuple[Limits, ...], c: Array, ssr: Array) -> tuple[list[Codes], list[Array]]:
    """Picks and sums of squares, one after the other, for as many thresholds as there are limits: sums before the first pick, then after each."""
    state = State.start(path, c, ssr)
    picks: list[Codes] = []
    found = [ssr]
    for stage, limit in enumerate(limits):
        pick, gain = best(state, path, limit.allowed(path.size, picks))
        picks.append(pick)
        found.append(found[-1] - np.maximum(gain, 0.0))
        if stage + 1 < len(limits):
            state.take_off(path, pick)
    return picks, found


def given(path: Path, c: Array, ssr: float, picks: list[int]) -> State:
    """The state of one outcome with these picks taken off."""
    state = State.start(path, c[..., None], ssr=np.array([ssr]))
    for pick in picks:
        state.take_off(path, np.array([pick]))
    return state


def others_fixed(path: Path, limit: Limits, c: Array, ssr: float, others: list[int]) -> tuple[Array, NDArray[np.bool_]]:
    """(G,) sums of squares along one threshold with the others held, and which candidates are allowed there."""
    state = given(path, c, ssr, others)
    allowed = limit.allowed(path.size, [np.array([o]) for o in others])[:, 0]
    curve: Array = float(state.ssr[0]) - state.gains(path)[:, 0]
    return curve, allowed


def refine(path: Path, limits: tuple[Limits, ...], c: Array, ssr: float, picks: list[int]) -> tuple[list[int], float, int]:
    """Each threshold again with the others held, until none moves: picks, sum of squares, and rounds that moved one."""
    picks, rounds = list(picks), 0
    value = float(given(path, c, ssr, picks).ssr[0])
    while len(picks) > 1 and rounds < 100:
        moved = False
        for i, limit in enumerate(limits):
            others = picks[:i] + picks[i + 1 :]
            curve, allowed = others_fixed(path, limit, c, ssr, others)
            place = int(np.where(allowed, curve, np.inf).argmin())
            if allowed[place] and curve[place] < value - 1e-13 * abs(value):
                picks[i], value, moved = place, float(curve[place]), True
        if not moved:
            break
        rounds += 1
    return picks, value, rounds


def joint(path: Path, limit: Limits, c: Array, ssr: float, above: list[Codes]) -> tuple[list[int], float]:
    """The best combination of thresholds. ``above``: picks (P,) of every threshold but the lowest, in rising order of the first array; each combination
    is tried with every candidate below it.
    """
    found: list[int] = []
    value, step = np.inf, max(1, CELLS // path.size)
    for start in range(0, len(above[0]), step):
        chosen = [pick[start : start + step] for pick in above]
        top = int(chosen[0].max()) + 1
        part, reach = path.take(slice(0, top)), limit.reach[:top]
        b = len(chosen[0])
        state = State.start(part, np.broadcast_to(c[:, :top, None], (len(c), top, b)), np.full(b, ssr))
        for pick in chosen:
            state.take_off(part, pick)
        below = (np.arange(top)[:, None] >= limit.first) & (reach[:, None] <= np.min(chosen, axis=0))
        pick, gain = best(state, part, below)
        total = np.where(gain >= 0, state.ssr - gain, np.inf)
        place = int(total.argmin())
        if total[place] < value:
            found, value = sorted([int(pick[place]), *(int(p[place]) for p in chosen)]), float(total[place])
    return found, value


def combinations(limit: Limits, size: int, order: int) -> list[Codes]:
    """Every combination of ``order`` candidates that the limits allow, the largest rising."""
    places = np.arange(limit.first, limit.last + 1)
    if order == 1:
        return [places]
    high, low = np.meshgrid(places, places, indexing="ij")
    fine = limit.reach[low] <= high
    return [high[fine], low[fine]]
