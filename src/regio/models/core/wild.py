"""The wild cluster bootstrap of single coefficients: the null imposed, t studentised in every draw, intervals by inversion of the test.

Nothing is fitted again. With z the residual of a column on all others, and residuals under b = b₀ equal to e + (b − b₀) z, the numerator of a draw's t
and each cluster's score are linear in the weights of the clusters and in b₀; so |t*(b₀)| against |t(b₀)| is five numbers a draw, whatever b₀ is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np

from regio.compute.engine import chunks, generator
from regio.models.core.blocks import Array, Block
from regio.models.core.levels import Codes
from regio.models.core.solve import NO_VARIATION, dependences

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Scheme = Literal["wild_rademacher", "wild_webb"]
WILD = "wild_cluster"
WEIGHTS: dict[str, tuple[float, ...]] = {
    "wild_rademacher": (-1.0, 1.0),
    "wild_webb": (-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5),  # Webb's six points
}
ENUMERATED = 4096  # up to so many draws every one is made, once
BLOCK = 4_000_000  # weights that are held at a time
TIED = 1e-9  # relative: a draw this close to the estimate's own t counts as equal to it
FAR, GRID, HALVES = 18, 400, 60  # doublings of a standard error; points between; halves of a step
CRITICAL = (0.90, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Wild:
    """Arrays (tested,); critical (tested, 3): 10, 5 and 1 % values of |t*|; nan for what was not tested."""

    p_value: Array
    p_share: Array
    conf_low: Array
    conf_high: Array
    critical: Array
    draws: int
    enumerated: bool
    units: int

    def after(self, count: int) -> Wild:
        """Without the first coefficients."""
        parts = {name: getattr(self, name)[count:] for name in ("p_value", "p_share", "conf_low", "conf_high", "critical")}
        return replace(self, **parts)

    @property
    def least(self) -> float:
        """The smallest p that these draws can give: the estimate itself, and its mirror image, are among those enumerated."""
        return 2 / self.draws if self.enumerated else 1 / (1 + self.draws)


@dataclass(frozen=True, slots=True)
class Design:
    """Columns (m, n) net of the first effect, none a combination of others; residual (n,); unit (n,) the cluster of a row. cells: codes of the first
    effect with the weight of each level, where its levels do not lie inside clusters.
    """

    columns: Array
    residual: Array
    unit: Codes
    units: int
    cells: tuple[Codes, Array] | None
    root: Array

    @property
    def sums(self) -> csr_array:
        """(units, n): times a column gives its sums by cluster."""
        from scipy.sparse import csr_array  # not at the top: a fit without draws need not wait for it

        n = len(self.unit)
        return csr_array((np.ones(n), (self.unit, np.arange(n))), shape=(self.units, n))

    def by_cell(self, values: Array) -> Array:
        """(units, levels) sums."""
        assert self.cells is not None
        codes, weight = self.cells
        levels = len(weight)
        cells = np.bincount(self.unit * levels + codes, values * self.root, self.units * levels).astype(float)
        return cells.reshape(self.units, levels)


def design(block: Block, centre: Array, *, pooled: bool, unit: Codes, units: int) -> Design:
    """The columns of a model in memory: [X, dummies of the second effect], and a constant where there is no first effect."""
    root = np.ones(block.n) if block.weights is None else np.sqrt(block.weights)
    dummies = np.zeros((0, block.n)) if block.second is None else (block.second == np.arange(1, block.levels)[:, None]).astype(float)
    cells = None
    if pooled:
        values = np.vstack([block.values + centre[:, None], dummies, np.ones(block.n)])
    else:
        values = np.vstack([block.within, dummies if block.second is None else dummies - block.shares[block.first].T[1:]])
        inside = np.zeros(block.groups, dtype=np.intp)
        inside[block.first] = unit
        cells = None if (inside[block.first] == unit).all() else (block.first, block.group_weight)
    values = values * root
    k = len(block.values) - 1
    columns = values[1:]
    size = (columns**2).sum(1)
    varying = np.flatnonzero((np.arange(len(size)) < k) | (size > NO_VARIATION * block.n))  # the fit has looked at the regressors
    order = np.r_[varying[varying >= k][::-1], varying[varying < k]]  # the constant and dummies first, as in the fit
    scaled = columns / np.sqrt(np.where(size > 0, size, 1.0))[:, None]
    found = dependences((scaled @ scaled.T)[np.ix_(order, order)], np.arange(len(order)))[0]
    kept = np.sort(order[found])
    columns = columns[kept]
    solution = np.linalg.lstsq((scaled[kept]).T, values[0], rcond=None)[0]
    return Design(columns, values[0] - solution @ scaled[kept], unit, units, cells, root)


@dataclass(frozen=True, slots=True)
class Draws:
    """Of one coefficient. own: zz² / Σ ŝ², which turns δ² into the square of the estimate's t (up to a factor that both sides have); the rest (B,):
    numerator n₀ + δ n₁ and sum of squared scores q₀₀ + 2 δ q₀₁ + δ² q₁₁ of each draw, δ = b − b₀.
    """

    own: float
    n0: Array
    n1: Array
    q00: Array
    q01: Array
    q11: Array

    def beyond(self, delta: Array) -> Array:
        """(len(delta),) how many draws have |t*| at least as large as the estimate's, ties included."""
        d = delta[:, None]
        left = (self.n0 + d * self.n1) ** 2
        right = self.own * d**2 * np.maximum(self.q00 + 2 * d * self.q01 + d**2 * self.q11, 0.0)
        return np.asarray((left >= right * (1 - TIED)).sum(1), dtype=np.float64)

    def size(self, delta: float) -> Array:
        """(B,) |t*| up to the factor."""
        squares = self.q00 + 2 * delta * self.q01 + delta**2 * self.q11
        size: Array = np.abs(self.n0 + delta * self.n1) / np.sqrt(np.where(squares > 0, squares, np.nan))
        return size


def wild(made: Design, estimates: Array, std_errors: Array, *, draws: int, scheme: Scheme, seed: int, level: float) -> Wild:
    """Tests of b = 0 for each estimate: those of the first columns of the design, and of its last one (the constant) where there is one more."""
    triangle = np.linalg.qr(made.columns.T, mode="r")
    half = np.linalg.inv(triangle)
    inverse = half @ half.T
    weights, count, enumerated = drawn(made.units, draws, scheme, seed)
    tested = [*range(len(estimates) - 1), -1]
    own = [_of_column(made, inverse, j, weights) if np.isfinite(s) and s > 0 else None for j, s in zip(tested, std_errors, strict=True)]
    found = np.full((len(own), 7), np.nan)
    for row, one, b, s in zip(found, own, estimates, std_errors, strict=True):
        if one is not None:
            row[:] = _tested(one, float(b), float(s), count, enumerated, level)
    return Wild(found[:, 0], found[:, 1], found[:, 2], found[:, 3], found[:, 4:], count, enumerated, made.units)


def drawn(units: int, draws: int, scheme: Scheme, seed: int) -> tuple[list[Array], int, bool]:
    """Weights as blocks (units, some draws), how many draws they stand for, and whether these are all there are.

    Signs of all clusters turned around give the same |t|, so that of an enumeration only half is made.
    """
    points = WEIGHTS[scheme]
    if len(points) ** units <= max(ENUMERATED, draws if len(points) == 2 else 0):
        half = [p for p in points if p > 0]
        every = np.array(list(product(half, *(points,) * (units - 1)))).T
        return [every], len(points) ** units, True
    blocks = [block for chunk in chunks(draws, seed) for block in _blocks(units, chunk, np.array(points))]
    return blocks, draws, False


def _blocks(units: int, chunk: tuple[int, int, int], points: Array) -> Iterator[Array]:
    random, left = generator(chunk), chunk[1]
    step = max(1, BLOCK // units)
    for start in range(0, left, step):
        yield points[random.integers(0, len(points), size=(min(step, left - start), units))].T


def _of_column(made: Design, inverse: Array, j: int, weights: list[Array]) -> Draws:
    z = inverse[j] @ made.columns / inverse[j, j]
    sums = made.sums
    products = sums @ (made.columns * z).T
    residuals = sums @ (made.columns * made.residual).T
    s0, s1 = sums @ (z * made.residual), sums @ (z * z)
    cells = None if made.cells is None else (made.by_cell(z), made.by_cell(made.residual), made.cells[1])
    pieces = []
    for v in weights:
        w0 = s0[:, None] * v - products @ (inverse @ (residuals.T @ v))
        w1 = s1[:, None] * v - products @ (inverse @ (products.T @ v))
        if cells is not None:
            of_z, of_residual, weight = cells
            w0 -= of_z @ ((of_residual.T @ v) / weight[:, None])
            w1 -= of_z @ ((of_z.T @ v) / weight[:, None])
        pieces.append(np.stack([s0 @ v, s1 @ v, (w0**2).sum(0), (w0 * w1).sum(0), (w1**2).sum(0)]))
    return Draws(float(s1.sum() ** 2 / (s0**2).sum()), *np.hstack(pieces))


def _tested(one: Draws, estimate: float, std_error: float, count: int, enumerated: bool, level: float) -> Array:
    """p, share, the two limits, and three critical values of |t*|."""
    made = len(one.n0)

    def p(delta: Array) -> Array:
        beyond = one.beyond(delta)
        share: Array = beyond / made if enumerated else (1 + beyond) / (1 + made)
        return share

    at = np.array([estimate])
    never = enumerated and 2 / count > 1 - level  # the estimate itself and its mirror image are always among the draws
    limits = [-np.inf, np.inf] if never else [estimate - _limit(p, side * std_error, 1 - level) for side in (1.0, -1.0)]
    factor = abs(estimate / std_error) / (abs(estimate) * np.sqrt(one.own)) if estimate else np.nan
    sizes = np.sort(one.size(estimate) * factor)
    critical = [np.nan if np.isnan(sizes).any() else sizes[min(int(np.ceil(q * made)) - 1, made - 1)] for q in CRITICAL]
    return np.array([float(p(at)[0]), float(one.beyond(at)[0]) / made, *limits, *critical])


def _limit(p: Callable[[Array], Array], step: float, alpha: float) -> float:
    """The distance δ from the estimate, on one side, beyond which b₀ is always rejected; infinite where it never is."""
    far: Array = np.float64(step) * 2.0 ** np.arange(-4, FAR, dtype=np.float64)
    inside = np.flatnonzero(p(far) > alpha)
    if len(inside) == 0:
        low, high = 0.0, far[0]
    elif inside[-1] == len(far) - 1:
        return float(np.copysign(np.inf, step))
    else:
        high = far[inside[-1] + 1]
        grid = np.linspace(0.0, high, GRID)
        last = int(np.flatnonzero(p(grid) > alpha)[-1])
        low, high = grid[last], grid[min(last + 1, GRID - 1)]
    for _ in range(HALVES):
        middle = (low + high) / 2
        low, high = (middle, high) if p(np.array([middle]))[0] > alpha else (low, middle)
    return float((low + high) / 2)
