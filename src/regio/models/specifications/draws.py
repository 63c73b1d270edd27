"""Every model again for each draw of the treatment: a walk over the sets of controls, on cross products by unit.

At each step of the walk one more control is swept out of the columns that are left and of all draws of the treatment at once, so that a model costs a few
operations on (units, draws) and no system is solved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from regio.models.core.blocks import Array
from regio.models.core.levels import Codes
from regio.models.core.solve import DEPENDENT
from regio.models.specifications.block import Block, indicator
from regio.models.specifications.shuffling import Shuffle

HELD = 4_000_000  # cells of (columns, units, draws) that are held at a time
LARGEST_Z = 38.0  # beyond it the tail of the normal distribution is zero in double precision
STATISTICS = ("median", "share_significant", "mean_z")


@dataclass(frozen=True, slots=True)
class Task:
    """Models that share a block, a treatment and a kind of errors. Places are those in the block: ``controls`` are walked over, ``always`` swept out first.
    models: (outcome, set of controls as bits) → place of the model among all.
    """

    block: Block
    treatment: int
    outcomes: tuple[int, ...]
    always: tuple[int, ...]
    controls: tuple[int, ...]
    errors: str
    models: dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Family:
    """raw (treatments, rows of the sample): the values that are moved, in the order of ``order``, treatment → row; df (models,)."""

    tasks: tuple[Task, ...]
    raw: Array
    order: dict[int, int]
    df: Array
    level: float
    shuffle: Shuffle


@dataclass(frozen=True, slots=True)
class Node:
    """products (units, r, r) of the controls that are left and the outcomes; with_draws (r, units, B): products with the draws; own (units, B)."""

    products: Array
    with_draws: Array
    own: Array

    def without(self, i: int) -> Node:
        """Column i and those before it gone, the rest and the draws net of column i."""
        total = self.products[:, i, i:].sum(0)
        share = total[1:] / total[0]
        mixed, square = self.products[:, i, i + 1 :], self.products[:, i, i]
        products = self.products[:, i + 1 :, i + 1 :] - mixed[:, :, None] * share - share[:, None] * mixed[:, None, :]
        products += np.multiply.outer(square, np.outer(share, share))
        slope = self.with_draws[i].sum(0) / total[0]
        net = (mixed - square[:, None] * share).T
        with_draws = self.with_draws[i + 1 :] - share[:, None, None] * self.with_draws[i] - net[:, :, None] * slope
        own = self.own - 2 * slope * self.with_draws[i] + slope**2 * square[:, None]
        return Node(products, with_draws, own)


def of_chunk(chunk: tuple[int, int, int], family: Family) -> Array:
    """(draws, statistics) of one chunk."""
    return np.concatenate([joint(*models_of(family, moved), family.df, family.level) for moved in family.shuffle.blocks(chunk)])


def models_of(family: Family, moved: Codes) -> tuple[Array, Array]:
    """(models, B) estimates and t statistics where each row takes its treatment from the row that ``moved`` (rows, B) says."""
    estimate, statistic = np.full((2, len(family.df), moved.shape[1]), np.nan)
    for task in family.tasks:
        units = task.block.units(task.errors)[1]
        step = max(1, HELD // max(1, units * (len(task.always) + len(task.controls) + len(task.outcomes))))
        for start in range(0, moved.shape[1], step):
            here = slice(start, start + step)
            raw = family.raw[family.order[task.treatment]][moved[task.block.rows, here]].T
            for place, b, t in _walked(task, task.block.swept(raw)):
                estimate[place, here], statistic[place, here] = b, t
    return estimate, statistic


def joint(estimate: Array, statistic: Array, df: Array, level: float) -> Array:
    """(B, 3): the median estimate; the greater of the shares of models that are significant with a positive and with a negative sign; the mean z."""
    limit = stdtrit(df, (1 + level) / 2)[:, None]
    shares = np.maximum((statistic >= limit).mean(0), (statistic <= -limit).mean(0))
    with np.errstate(divide="ignore"):
        z = np.sign(statistic) * np.minimum(-ndtri(stdtr(df[:, None], -np.abs(statistic))), LARGEST_Z)
    whole = np.isfinite(estimate).all()
    found: Array = np.column_stack((np.median(estimate, 0) if whole else np.nanmedian(estimate, 0), shares, z.mean(0) if whole else np.nanmean(z, 0)))
    return found


def _walked(task: Task, draws: Array) -> Iterator[tuple[int, Array, Array]]:
    """(model, estimates (B,), t statistics (B,)); draws (B, n), net of the effects."""
    block, (codes, count) = task.block, task.block.units(task.errors)
    columns = [*task.always, *task.controls, *task.outcomes]
    sums, values = indicator(codes, count), block.values[columns]
    pairs = np.stack([(values * row) @ sums for row in values])
    with_draws = np.stack([((draws * row) @ sums).T for row in values])
    node = Node(np.moveaxis(pairs, 2, 0), with_draws, ((draws * draws) @ sums).T)
    scales = {k: block.scale(task.errors, k) for k in range(1, len(columns) + 1) if not block.refused(task.errors, k)}
    own, fewest = DEPENDENT * block.own[columns], DEPENDENT * block.own[task.treatment]
    for place in range(len(task.always)):
        if not node.products[:, 0, 0].sum() > own[place]:
            return
        node = node.without(0)
    first = len(task.always)

    def walk(node: Node, start: int, chosen: int, size: int) -> Iterator[tuple[int, Array, Array]]:
        controls = len(task.controls) - start
        for j, outcome in enumerate(task.outcomes):
            place = task.models.get((outcome, chosen))
            if place is not None:
                yield place, *_slope(node, controls + j, task.errors, scales[size], fewest)
        for i in range(controls):
            if node.products[:, i, i].sum() > own[first + start + i]:
                yield from walk(node.without(i), start + i + 1, chosen | 1 << (start + i), size + 1)

    yield from walk(node, 0, 0, first + 1)


def _slope(node: Node, outcome: int, errors: str, scale: float, fewest: float) -> tuple[Array, Array]:
    product, own = node.with_draws[outcome], node.own.sum(0)
    own = np.where(own > fewest, own, np.nan)
    b = product.sum(0) / own
    if errors == "classical":
        variance = scale * (node.products[:, outcome, outcome].sum() - b * b * own) / own
    else:
        variance = scale * ((product - b * node.own) ** 2).sum(0) / own**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return b, b / np.sqrt(np.maximum(variance, 0.0))
