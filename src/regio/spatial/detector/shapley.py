"""Shares of the factors in what all of them explain together: Shapley values over every set of factors, the empty one included.

Zones of a set of factors are the leaves of a regression tree (Breiman, Friedman, Olshen and Stone 1984) grown on it and pruned by its cost-complexity
(at least 20 rows to split, 7 in a leaf, a complexity of 0.01: the defaults of rpart, on which LESH rests). A node is split once for each factor, however
many sets pass through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import numpy as np

from regio.spatial.detector.statistics import Floats, Ints

SPLIT, LEAF, COMPLEXITY, DEPTH = 20, 7, 0.01, 30


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """Measured values, or codes of labels (which are put in the order of their mean outcome at each node)."""

    values: Floats
    labels: bool


@dataclass(slots=True, eq=False)
class Node:
    rows: Ints
    error: float
    depth: int
    splits: dict[int, Split | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Split:
    gain: float
    left: Node
    right: Node


class Forest:
    """Trees on any set of factors; nodes are shared between them."""

    def __init__(self, outcome: Floats, features: Sequence[Feature], weights: Floats | None = None) -> None:
        self.outcome, self.features = outcome, features
        self.weights = np.ones(len(outcome)) if weights is None else weights
        self.root = self._node(np.arange(len(outcome)), 0)
        self.penalty = COMPLEXITY * self.root.error

    def q(self, factors: Sequence[int]) -> float:
        """Of the leaves of the pruned tree."""
        if not (factors and self.root.error > 0):
            return 0.0
        return max(0.0, 1 - self._pruned(self.root, tuple(factors))[0] / self.root.error)

    def _pruned(self, node: Node, factors: tuple[int, ...]) -> tuple[float, int]:
        """Error and number of the leaves under a node, after pruning."""
        if node.error <= self.penalty or len(node.rows) < SPLIT or node.depth >= DEPTH:
            return node.error, 1
        found = [split for split in (self._split(node, j) for j in factors) if split]
        if not found:
            return node.error, 1
        best = max(found, key=lambda split: split.gain)
        sides = [self._pruned(side, factors) for side in (best.left, best.right)]
        error, leaves = sides[0][0] + sides[1][0], sides[0][1] + sides[1][1]
        return (error, leaves) if error + self.penalty * (leaves - 1) < node.error else (node.error, 1)

    def _node(self, rows: Ints, depth: int) -> Node:
        weights = self.weights[rows]
        mean = np.average(self.outcome[rows], weights=weights)
        return Node(rows, float(weights @ (self.outcome[rows] - mean) ** 2), depth)

    def _split(self, node: Node, j: int) -> Split | None:
        if j not in node.splits:
            node.splits[j] = self._best(node, self.features[j])
        return node.splits[j]

    def _best(self, node: Node, feature: Feature) -> Split | None:
        values, outcome, weights = feature.values[node.rows], self.outcome[node.rows], self.weights[node.rows]
        if feature.labels:
            values = _by_mean(values.astype(np.intp), outcome, weights)
        order = np.argsort(values, kind="stable")
        ordered, weights = values[order], weights[order]
        deviations = outcome[order] - np.average(outcome, weights=self.weights[node.rows])
        cuts = np.flatnonzero(ordered[1:] > ordered[:-1]) + 1
        cuts = cuts[(cuts >= LEAF) & (cuts <= len(order) - LEAF)]
        if not len(cuts):
            return None
        heavy, sums = np.cumsum(weights)[cuts - 1], np.cumsum(weights * deviations)[cuts - 1]
        total = weights.sum()
        gains = sums**2 * total / (heavy * (total - heavy))
        cut = cuts[int(np.argmax(gains))]
        if not gains.max() > 1e-12 * node.error:
            return None
        left, right = np.sort(order[:cut]), np.sort(order[cut:])
        return Split(float(gains.max()), self._node(node.rows[left], node.depth + 1), self._node(node.rows[right], node.depth + 1))


def _by_mean(codes: Ints, outcome: Floats, weights: Floats) -> Floats:
    """Codes replaced by the place of their mean outcome."""
    heavy = np.bincount(codes, weights)
    means = np.bincount(codes, weights * outcome) / np.where(heavy > 0, heavy, 1.0)
    ranks: Floats = np.argsort(np.argsort(means, kind="stable"), kind="stable").astype(np.float64)
    return ranks[codes]


def shapley(worth: Mapping[frozenset[int], float], factors: int) -> Floats:
    """(factors,) shares from the worth of every set, that of the empty one included: they add up to the worth of all less that of none."""
    shares = np.zeros(factors)
    for j in range(factors):
        others = [i for i in range(factors) if i != j]
        for size in range(factors):
            weight = 1 / (factors * comb(factors - 1, size))
            for chosen in combinations(others, size):
                shares[j] += weight * (worth[frozenset((*chosen, j))] - worth[frozenset(chosen)])
    return shares


def subsets(factors: int) -> list[frozenset[int]]:
    return [frozenset(chosen) for size in range(factors + 1) for chosen in combinations(range(factors), size)]
