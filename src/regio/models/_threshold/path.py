"""Running sums along the threshold variable: what every candidate needs for its sum of squares, and what two candidates have in common.

With D(g) the switching columns below g, M the projection off effects and fixed columns, and y₀ = M y::

    S(g) = S₀ − c′ M_gg⁻¹ c,    c(g) = D(g)′ y₀,    M_gh = D(g)′ M D(h)

c, D′D and D′W are running sums; what demeaning takes off D′D is a running sum too, because it changes only in the group whose row enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from regio.models._threshold.problem import Codes, Problem
from regio.models.core.blocks import Array

SINGULAR = 1e-10  # of D′D: below this share what the fixed columns leave of D is rounding


@dataclass(frozen=True)
class Path:
    """G candidates, each the number of rows below it. raw, moment (r, r, G); fixed (r, G, k)."""

    problem: Problem
    counts: Codes
    raw: Array
    moment: Array
    fixed: Array

    @property
    def size(self) -> int:
        return len(self.counts)

    def take(self, chosen: Codes | slice) -> Path:
        return Path(self.problem, self.counts[chosen], self.raw[..., chosen], self.moment[..., chosen], self.fixed[:, chosen])

    def running(self, columns: Array) -> Array:
        """(r, G, …) sums over the rows below each candidate of the switching columns times ``columns`` (n,) or (n, B)."""
        if columns.ndim == 1:
            last = self.counts - 1
            sums: Array = np.stack([np.cumsum(column * columns)[last] for column in self.problem.switching.T])
            return sums
        return np.stack([_accumulated(bins @ columns) for bins in self.bins])

    @cached_property
    def bins(self) -> tuple[csr_array, ...]:
        """Arrays (G, n), one a switching column: the rows that enter between one candidate and the next."""
        rows = np.arange(self.counts[-1])
        starts = np.r_[0, self.counts]
        shape = (self.size, self.problem.n)
        return tuple(csr_array((column[: self.counts[-1]], rows, starts), shape=shape) for column in self.problem.switching.T)

    @cached_property
    def shares(self) -> tuple[tuple[csr_array, ...], ...]:
        """The same by group, one (G, N) array for each switching column and each part that demeaning takes off."""
        rows, starts = self.problem.group[: self.counts[-1]], np.r_[0, self.counts]
        shape = (self.size, self.problem.groups)
        return tuple(tuple(csr_array((part[: self.counts[-1]], rows, starts), shape=shape) for part in parts) for parts in _parts(self.problem))

    def covariance(self, picks: Codes) -> Array:
        """(r, r, G, U) M_gh of every candidate g and the candidates ``picks`` h: rows are columns of D(g), the second axis those of D(h)."""
        r, places = self.problem.r, np.arange(self.size)
        lower = np.minimum(places[:, None], picks)
        profiles = self._profiles(picks)
        found = np.empty((r, r, self.size, len(picks)))
        for a in range(r):
            for b in range(r):
                taken = sum(_accumulated(share @ profile) for share, profile in zip(self.shares[a], profiles[b], strict=True))
                np.subtract(self.raw[a, b][lower], taken, out=found[a, b])
                found[a, b] -= self.fixed[a] @ self.fixed[b, picks].T
        return found

    def _profiles(self, picks: Codes) -> list[list[Array]]:
        """(N, U) for each switching column and part: its sum by group over the rows below each pick."""
        order = np.argsort(picks, kind="stable")
        groups, width = self.problem.groups, len(picks) + 1
        place = np.searchsorted(self.counts[picks[order]], np.arange(self.problem.n), side="right")
        cell = self.problem.group * width + place
        back = np.argsort(order, kind="stable")

        def profile(part: Array) -> Array:
            below: Array = np.cumsum(np.bincount(cell, part, groups * width).reshape(groups, width)[:, :-1], axis=1)
            return below[:, back]

        return [[profile(part) for part in parts] for parts in _parts(self.problem)]


def path(problem: Problem, counts: Codes) -> Path:
    """Running sums of a problem at these numbers of rows."""
    last, r = counts - 1, problem.r
    parts = _parts(problem)
    before = [[_before(part, problem) for part in own] for own in parts]
    raw, moment = np.empty((r, r, len(counts))), np.empty((r, r, len(counts)))
    fixed = np.stack([np.cumsum(column[:, None] * problem.swept_fixed, axis=0)[last] for column in problem.switching.T])
    for a in range(r):
        for b in range(a, r):
            raw[a, b] = raw[b, a] = np.cumsum(problem.switching[:, a] * problem.switching[:, b])[last]
            entering = sum(pa * xb + xa * pb + xa * xb for xa, xb, pa, pb in zip(parts[a], parts[b], before[a], before[b], strict=True))
            net = raw[a, b] - np.cumsum(entering)[last] - np.einsum("gk,gk->g", fixed[a], fixed[b])
            moment[a, b] = moment[b, a] = net
    return Path(problem, counts, raw, moment, fixed)


def _parts(problem: Problem) -> list[list[Array]]:
    """For each switching column the entries (n,) whose squared sums by group demeaning, and rows that are not kept, take off D′D."""
    root = 1.0 if problem.root is None else problem.root
    weight = problem.sweep.weight[problem.group]
    means = root / np.sqrt(weight)
    if problem.kept is None:
        return [[column * means] for column in problem.switching.T]
    lost = np.where(problem.kept, 0.0, 1.0) - 1.0 / weight
    return [[column * means, column * lost] for column in problem.switching.T]


def _before(part: Array, problem: Problem) -> Array:
    """(n,) the sum over the rows of the same group that come earlier."""
    sweep = problem.sweep
    grouped = part[sweep.order]
    sums = np.cumsum(grouped)
    sums -= grouped
    earlier = np.empty_like(part)
    earlier[sweep.order] = sums - np.repeat(sums[sweep.starts[:-1]], np.diff(sweep.starts))
    return earlier


def _accumulated(sums: Array) -> Array:
    return np.cumsum(sums, axis=0, out=sums)
