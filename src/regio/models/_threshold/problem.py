"""A panel as the search reads it: rows in the order of the threshold variable, columns as deviations from the means of the absorbed effect.

Only sums over the rows of one regime change along the threshold variable, so each candidate costs a running sum, not a fit. Rows are multiplied
by the root of their weight; *within* projects off the levels of the absorbed effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from regio.models.core.blocks import Array

Codes = NDArray[np.intp]
NO_VARIATION = 1e-13  # of the variation of a fixed column: below this it does not vary within the effects
DEPENDENT = 1e-6  # what earlier columns leave of one, as a share of its length: below this it repeats them
CLOSE = 1e-3  # below this share Cholesky would lose digits


@dataclass(frozen=True, slots=True)
class Sweep:
    """Takes off the part of columns that the levels of one effect explain."""

    group: Codes
    root: Array | None
    weight: Array  # (N,)
    order: Codes  # (n,) rows group after group, in the order of the rows inside each
    starts: Codes  # (N + 1,)
    sums: csr_array  # (N, n)

    @classmethod
    def of(cls, group: Codes, groups: int, root: Array | None) -> Sweep:
        n = len(group)
        ones = np.ones(n) if root is None else root
        sizes = np.bincount(group, minlength=groups)
        order = stable_order(group, groups)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        weight: Array = np.bincount(group, ones * ones, groups).astype(float)
        return cls(group, root, weight, order, starts, csr_array((ones[order], order, starts), shape=(groups, n)))

    def __call__(self, columns: Array) -> Array:
        """(n, …) → (n, …)"""
        wide = columns if columns.ndim == 2 else columns[:, None]
        means = (self.sums @ wide / self.weight[:, None])[self.group]
        swept: Array = wide - (means if self.root is None else means * self.root[:, None])
        return swept.reshape(columns.shape)


@dataclass(frozen=True)
class Problem:
    """n rows sorted by ``values``; N levels of the absorbed effect; k fixed and r switching columns.

    values (n,); switching (n, r), times the root weight; fixed (n, k), orthonormal over the kept rows; outcome (n,) residual on the fixed columns;
    sweep: the absorbed effect; region (n,) and place (n,): whose row it is and which of that region's; kept (n,): None, or False for
    rows that demeaning uses and the sum of squares does not; root (n,): root weights, None for ones; order (n,): where the rows stood.
    """

    values: Array
    switching: Array
    fixed: Array
    outcome: Array
    sweep: Sweep
    region: Codes
    regions: int
    place: Codes
    root: Array | None
    kept: NDArray[np.bool_] | None
    order: Codes
    ssr: float  # without a threshold
    dropped: tuple[int, ...] = ()  # fixed columns that do not vary or repeat others

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def rows(self) -> int:
        """Rows in the sum of squares."""
        return self.n if self.kept is None else int(self.kept.sum())

    @property
    def group(self) -> Codes:
        return self.sweep.group

    @property
    def groups(self) -> int:
        return len(self.sweep.weight)

    @property
    def r(self) -> int:
        return int(self.switching.shape[1])

    @cached_property
    def swept_fixed(self) -> Array:
        """(n, k) the fixed columns as running sums of raw switching columns meet them."""
        return self.fixed if self.kept is None else self.sweep(self.fixed)

    @cached_property
    def swept_outcome(self) -> Array:
        return self.outcome if self.kept is None else self.sweep(self.outcome)

    @cached_property
    def next_same(self) -> Codes:
        """(n,) the next row of the same region; n where there is none."""
        by_region = self.sweep.order if self.region is self.group else stable_order(self.region, self.regions)
        following = np.full(self.n, self.n)
        same = self.region[by_region[1:]] == self.region[by_region[:-1]]
        following[by_region[:-1][same]] = by_region[1:][same]
        return following

    def kept_part(self, columns: Array) -> Array:
        if self.kept is None:
            return columns
        part: Array = columns * (self.kept if columns.ndim == 1 else self.kept[:, None])
        return part


def stable_order(codes: Codes, count: int) -> Codes:
    """(n,) rows code after code. Short codes are sorted by radix."""
    return np.argsort(codes.astype(np.uint16) if count <= 65_536 else codes, kind="stable")


def problem(
    values: Array,
    outcome: Array,
    switching: Array,
    fixed: Array,
    group: Codes,
    region: Codes,
    place: Codes,
    *,
    weights: Array | None = None,
    kept: NDArray[np.bool_] | None = None,
) -> Problem:
    """The rows of a panel made ready. fixed: every column that has one slope, the switching ones among them; dummies of further effects too."""
    order = np.argsort(values, kind="stable")
    root = None if weights is None else np.sqrt(weights[order] * (len(weights) / weights.sum()))
    groups, regions = int(group.max()) + 1, int(region.max()) + 1
    own = group[order]
    region = own if region is group else region[order]
    sweep = Sweep.of(own, groups, root)
    kept = None if kept is None else kept[order]
    scaled = np.column_stack([outcome[order], fixed[order]])
    raw_size = np.sqrt((scaled**2).sum(0))
    if root is not None:
        scaled = scaled * root[:, None]
    inside = sweep(scaled)
    if kept is not None:
        inside = inside * kept[:, None]
    basis, dropped = _basis(inside[:, 1:], raw_size[1:])
    left = inside[:, 0] - basis @ (basis.T @ inside[:, 0])
    left -= basis @ (basis.T @ left)
    columns = switching[order] if root is None else switching[order] * root[:, None]
    return Problem(values[order], columns, basis, left, sweep, region, regions, place[order], root, kept, order, float(left @ left), dropped)


def _basis(columns: Array, size: Array) -> tuple[Array, tuple[int, ...]]:
    """(n, k) orthonormal columns that span those given, and which of these were not needed."""
    lengths = np.sqrt(np.einsum("nk,nk->k", columns, columns))
    varies = lengths > NO_VARIATION**0.5 * np.maximum(size, 1e-300)
    scaled = columns[:, varies] / lengths[varies]
    if varies.all() and (quick := _by_cholesky(scaled)) is not None:
        return quick, ()
    q, upper = np.linalg.qr(scaled)
    needed = np.abs(np.diag(upper)) > DEPENDENT
    if not needed.all():
        q = np.linalg.qr(scaled[:, needed])[0]
    places = np.flatnonzero(varies)
    gone = {*np.flatnonzero(~varies).tolist(), *places[~needed].tolist()}
    return q, tuple(sorted(gone))


def _by_cholesky(columns: Array) -> Array | None:
    """Orthonormal columns by Cholesky twice, which is as exact as QR where columns are not close to dependent; None where they are."""
    if not columns.shape[1]:
        return columns
    for _ in range(2):
        try:
            factor = np.linalg.cholesky(columns.T @ columns)
        except np.linalg.LinAlgError:
            return None
        if np.diag(factor).min() < CLOSE:
            return None
        columns = columns @ np.linalg.inv(factor).T
    return columns
