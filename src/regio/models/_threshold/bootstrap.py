"""Bootstrap of the F tests: residuals of the smaller model are drawn, thresholds are searched again in every draw.

Regressors and threshold variable stay fixed, so only the running sums of the drawn residuals are new: no draw is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from regio.compute.engine import generator
from regio.models._threshold.path import Path
from regio.models._threshold.problem import Codes, Problem
from regio.models._threshold.search import Limits, sequence
from regio.models.core.blocks import Array
from regio.models.core.wild import WEIGHTS

CELLS = 1_500_000  # rows (or candidates) times draws that are held at a time
RESAMPLED = ("cluster", "stratified")


@dataclass(frozen=True)
class Pool:
    """What is drawn. table (n,): residuals region after region, each in the order of its periods; starts (R,): where a region's begin; members,
    first, size: regions by stratum, and for each region where its stratum begins there and how many it has.
    """

    table: Array
    starts: Codes
    members: Codes
    first: Codes
    size: Codes


class Drawable(Protocol):
    """What a draw needs of a test: see ``Draws``."""

    @property
    def path(self) -> Path: ...
    @property
    def residual(self) -> Array: ...
    @property
    def explained(self) -> Array: ...
    @property
    def scheme(self) -> str: ...
    @property
    def pool(self) -> Pool: ...
    @property
    def inside(self) -> bool: ...


@dataclass(frozen=True)
class Draws:
    """One test. residual, explained (n,): of the smaller model, net of the fixed columns; limits: one a threshold of the larger model."""

    path: Path
    limits: tuple[Limits, ...]
    residual: Array
    explained: Array
    scheme: str
    pool: Pool
    df: int
    inside: bool  # drawn residuals already sum to zero in each level of the effect


def statistics(chunk: tuple[int, int, int], test: Draws) -> Array:
    """(draws,) F of the last threshold, in draws of one chunk."""
    random, left = generator(chunk), chunk[1]
    step = max(16, min(250, CELLS // max(test.path.problem.n, test.path.size)))
    found = []
    while left:
        draws = min(step, left)
        found.append(_block(random, draws, test))
        left -= draws
    return np.concatenate(found)


def _block(random: Generator, draws: int, test: Draws) -> Array:
    c, ssr = swept_draws(random, draws, test)
    _, found = sequence(test.path, test.limits, c, ssr)
    statistic: Array = (found[-2] - found[-1]) / found[-1] * test.df
    return statistic


def swept_draws(random: Generator, draws: int, test: Drawable) -> tuple[Array, Array]:
    """Running sums (r, G, draws) of drawn outcomes net of the fixed columns, and their sums of squares (draws,)."""
    path, problem = test.path, test.path.problem
    noise = drawn(random, draws, test)
    if problem.kept is None and not test.inside:
        noise = problem.sweep(noise)
    swept = noise if problem.kept is None else problem.sweep(noise)
    w = problem.fixed.T @ noise
    c = path.running(swept)
    for a in range(problem.r):
        c[a] -= path.fixed[a] @ w
    ssr: Array = np.einsum("nb,nb->b", noise, noise) - np.einsum("kb,kb->b", w, w)
    if test.explained.any():
        own = test.explained if problem.kept is None else problem.sweep(test.explained)
        c += path.running(own)[..., None]
        ssr += float(test.explained @ test.explained) + 2 * (test.explained @ noise)
    return c, ssr


def drawn(random: Generator, draws: int, test: Drawable) -> Array:
    """(n, draws) residuals of each draw, in the order of the rows and times the root weight."""
    problem, pool = test.path.problem, test.pool
    if test.scheme.startswith("wild"):
        weights = wild_weights(random, draws, problem.regions, test.scheme)
        wild: Array = np.ascontiguousarray(weights.T)[problem.region] * test.residual[:, None]
        return wild
    if test.scheme == "iid":
        rows = random.integers(0, problem.n, size=(draws, problem.n)).T
    else:
        place = pool.first + random.integers(0, pool.size, size=(draws, problem.regions))
        source = pool.starts[pool.members[place]]
        rows = np.ascontiguousarray(source.T)[problem.region]
        rows += problem.place[:, None]
    resampled: Array = pool.table[rows]
    return resampled if problem.root is None else resampled * problem.root[:, None]


def wild_weights(random: Generator, draws: int, count: int, scheme: str) -> Array:
    """(draws, count) weights with mean 0 and variance 1.

    Rademacher ±1; Mammen (1993), Annals of Statistics 21(1); Webb's six points: Webb (2023), Canadian Journal of Economics 56(3).
    """
    if scheme == "wild_mammen":
        root = np.sqrt(5.0)
        mammen: Array = np.where(random.random((draws, count)) < (root + 1) / (2 * root), (1 - root) / 2, (1 + root) / 2)
        return mammen
    points = np.array(WEIGHTS[scheme])
    weights: Array = points[random.integers(0, len(points), size=(draws, count))]
    return weights


def pool_of(problem: Problem, residual: Array, strata: Codes) -> Pool:
    """``residual`` (n,) as the rows of the problem stand; ``strata`` (R,) codes."""
    plain = residual if problem.root is None else residual / problem.root
    order = np.lexsort((problem.place, problem.region))
    sizes = np.bincount(problem.region, minlength=problem.regions)
    members = np.argsort(strata, kind="stable")
    counts = np.bincount(strata)
    begins = np.cumsum(counts) - counts
    return Pool(plain[order], np.cumsum(sizes) - sizes, members, begins[strata], counts[strata])


def inside_effect(problem: Problem, scheme: str) -> bool:
    """Whether residuals that are drawn this way still sum to zero within each level of the absorbed effect."""
    home = np.full(problem.groups, -1)
    home[problem.group] = problem.region
    nested = bool((home[problem.group] == problem.region).all())
    whole = problem.groups == problem.regions  # a level is a region, and moves with it
    return nested and (scheme.startswith("wild") or (scheme in RESAMPLED and whole and problem.root is None))
