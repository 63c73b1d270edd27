"""Runs of an index: every combination of the alternatives, or joint draws of all sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.compute.engine import chunks, generator, repeat
from regio.contract.finding import ArgumentError, error
from regio.indices._compute import DECIMALS
from regio.indices.scale import Floats
from regio.indices.uncertainty._learning import Learned, Perturb, Question

Whole = NDArray[np.int32]
Chunk = tuple[int, int, int]
Design = tuple[NDArray[np.intp], Floats | None]  # combinations (m,) and numbers for the noise (m, K)


@dataclass(frozen=True, slots=True)
class Noise:
    """Of the weights: ``uniform``: each times 1 ± size; ``dirichlet``: around them, a weight of 1/K with about this relative standard deviation."""

    size: float
    form: str
    indicators: int

    def perturb(self) -> Perturb:
        return partial(perturbed, size=self.size, form=self.form)


@dataclass(frozen=True, slots=True)
class Runs:
    """R runs of N rows. combinations: (R,) number of the combination of each; scores: (R, N); design: of draws, the rows looked at closely (d, R/2, n) in the
    first sample with one source taken from the second, None where every combination is there.
    """

    combinations: NDArray[np.intp]
    scores: Floats
    nominal: Floats
    design: Floats | None = None


def perturbed(weights: Floats, uniform: Floats, *, size: float, form: str) -> Floats:
    """(D, k) in proportion to weights around ``weights`` (k,), by numbers in [0, 1) (D, k).

    Examples
    --------
    >>> perturbed(np.array([0.5, 0.5]), np.array([[0.0, 0.75]]), size=0.2, form="uniform").round(3).tolist()
    [[0.4, 0.55]]
    """
    if form == "uniform":
        moved: Floats = weights * (1 + size * (2 * uniform - 1))
        return moved
    from scipy.special import gammaincinv

    used = weights > 0
    found = np.zeros(uniform.shape)
    found[:, used] = gammaincinv(weights[used] * len(weights) / size**2, uniform[:, used])
    return found


def every(question: Question) -> Runs:
    """Every combination, the last source fastest; the first run is the call itself."""
    numbers = np.arange(int(np.prod(question.shape)))
    learned = question.learn_all(numbers)
    return Runs(numbers, np.array([learned[i].scores for i in range(len(numbers))]), learned[0].scores)


def drawn(question: Question, draws: int, noise: Noise | None, seed: int, rows: NDArray[np.intp] | None, engine: Any = None) -> Runs:
    """Joint draws of all sources: two samples of half the draws each, independent of each other.

    Parameters
    ----------
    rows : of which the design is kept, to tell the sources apart; None: no design
    """
    pairs = -(-draws // 2)
    shape = question.shape
    numbers: set[int] = {0}
    for chunk in chunks(pairs, seed):
        for combinations, _ in _designs(chunk, shape, noise, rows is not None):
            numbers.update(np.unique(combinations).tolist())
    learned = question.learn_all(sorted(numbers))
    if noise is not None and (own := next((i for i, one in learned.items() if one.weighs_rows), None)) is not None:
        alternatives = question.said(question.combination(own))
        raise ArgumentError(error("index_uncertainty.failed", alternatives=alternatives), error("index_uncertainty.own_weights"))
    n = len(learned[0].scores)
    sent = {number: one.scoring() for number, one in learned.items()}
    found = repeat(_scores, pairs, seed, sent, shape, noise, rows, engine=engine)
    names = [[c for c, _ in _designs(chunk, shape, noise, False)] for chunk in chunks(pairs, seed)]
    combinations = np.concatenate([np.concatenate([pair[which] for pair in names]) for which in (0, 1)])
    scores = np.concatenate([found[:, :n], found[:, n : 2 * n]])
    design = None if rows is None else np.moveaxis(found[:, 2 * n :].reshape(len(found), -1, len(rows)), 1, 0)
    return Runs(combinations, scores, learned[0].scores, design)


def _designs(chunk: Chunk, shape: Sequence[int], noise: Noise | None, mixed: bool) -> list[Design]:
    """Combinations (m,) and numbers for the noise (m, K) of the first sample, the second, and the first with each source out of the second."""
    d = len(shape)
    uniform = generator(chunk).random((2, chunk[1], d + (noise.indicators if noise else 0)))
    choices = (uniform[:, :, :d] * np.array(shape, dtype=float)).astype(np.intp)
    noises = uniform[:, :, d:]
    found = [(choices[0], noises[0]), (choices[1], noises[1])]
    if mixed:
        found += [(np.where(np.arange(d) == i, choices[1], choices[0]), noises[0]) for i in range(d)]
        found += [(choices[0], noises[1])] if noise else []
    return [(_numbers(one, shape), other if noise else None) for one, other in found]


def _numbers(choices: NDArray[np.intp], shape: Sequence[int]) -> NDArray[np.intp]:
    return np.ravel_multi_index(tuple(choices.T), tuple(shape)) if len(shape) else np.zeros(len(choices), np.intp)


def _scores(chunk: Chunk, learned: dict[int, Learned], shape: Sequence[int], noise: Noise | None, rows: NDArray[np.intp] | None) -> Floats:
    """(m, 2 N + d n): scores of all rows in both samples, and of some rows in the mixed ones."""
    designs = _designs(chunk, shape, noise, rows is not None)
    found = [_evaluated(designs[:2], learned, noise, np.arange(len(learned[0].scores)))]
    found += [] if rows is None else [_evaluated(designs[2:], learned, noise, rows)]
    return np.concatenate([part for parts in found for part in parts], axis=1)


def _evaluated(designs: Sequence[Design], learned: dict[int, Learned], noise: Noise | None, rows: NDArray[np.intp]) -> list[Floats]:
    """(m, n) scores of some rows for each design, those of one combination together."""
    numbers = np.concatenate([combinations for combinations, _ in designs])
    found = np.empty((len(numbers), len(rows)))
    uniform = None if noise is None else np.concatenate([numbers_ for _, numbers_ in designs if numbers_ is not None])
    for number in np.unique(numbers):
        here, one = np.flatnonzero(numbers == number), learned[int(number)]
        found[here] = one.scores[rows] if uniform is None or noise is None else one.under(uniform[here], noise.perturb(), rows)
    return np.split(found, len(designs))


def places(scores: Floats) -> Whole:
    """(R, n) ranks inside each run: 1 is best, scores that agree to nine decimals share the better rank.

    Examples
    --------
    >>> places(np.array([[0.2, 0.9, 0.2, 0.1]])).tolist()
    [[2, 1, 2, 4]]
    """
    rounded = -np.round(scores, DECIMALS)
    order = np.argsort(rounded, axis=1)
    ordered = np.take_along_axis(rounded, order, axis=1)
    position = np.broadcast_to(np.arange(1, scores.shape[1] + 1, dtype=np.int32), scores.shape).copy()
    position[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(position, axis=1, out=position)
    found = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(found, order, position, axis=1)
    return found


def places_by_period(scores: Floats, periods: Sequence[NDArray[np.intp]]) -> Whole:
    """(R, N) ranks inside each run and period, by the rows of each period."""
    if len(periods) == 1:
        return places(scores)
    found = np.empty(scores.shape, dtype=np.int32)
    for rows in periods:
        found[:, rows] = places(scores[:, rows])
    return found
