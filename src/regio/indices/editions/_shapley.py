"""A total split over its sources so that no order of them matters: the Shapley value. Pure functions."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Value = Callable[[Mask], Floats]  # which sources are switched (m, p) → (m, …)
EXACT = 12  # sources: up to here every set of them is looked at


def all_sets(players: int) -> Mask:
    """(2^p, p) every set of sources; bit j of the row number is source j."""
    sets: Mask = (np.arange(2**players)[:, None] >> np.arange(players)) % 2 == 1
    return sets


def shares(values: Floats, players: int) -> Floats:
    """(p, …) the Shapley value of each source, from the values (2^p, …) of all sets in the order of ``all_sets``.

    Notes
    -----
    Weights |S|! (p − |S| − 1)!/p! are whole numbers over p!: where values are whole numbers the sums before the division are exact, and shares add up to the
    total up to the rounding of that division. Shapley (1953), A value for n-person games; Shorrocks (2013), Journal of Economic Inequality 11.

    Examples
    --------
    Together 12, alone 4 and 2, nothing 0: each gets what it adds on average.

    >>> shares(np.array([0.0, 4.0, 2.0, 12.0]), 2).tolist()
    [7.0, 5.0]
    """
    sets = np.arange(2**players)
    size = all_sets(players).sum(axis=1)
    weight = np.array([float(factorial(s) * factorial(players - s - 1)) for s in range(players)])
    found = []
    for j in range(players):
        without = sets[(sets >> j) % 2 == 0]
        steps = values[without + 2**j] - values[without]
        found.append(np.tensordot(weight[size[without]], steps, axes=(0, 0)) / factorial(players))
    return np.array(found)


def sampled(value: Value, players: int, draws: int, generator: np.random.Generator) -> Floats:
    """(p,) the mean over random orders, each with its reverse: shares add up to the total in every order, so also on average."""
    orders = np.array([generator.permutation(players) for _ in range(max(draws, 1))])
    orders = np.concatenate([orders, orders[:, ::-1]])
    total = np.zeros(players)
    for order in orders:
        masks = np.zeros((players + 1, players), dtype=bool)
        for step, player in enumerate(order):
            masks[step + 1 :, player] = True
        total[order] += np.diff(value(masks))
    return total / len(orders)


def shapley(value: Value, players: int, draws: int, generator: np.random.Generator) -> tuple[Floats, bool]:
    """Shares (p,) and whether they are exact."""
    if players <= EXACT:
        return shares(value(all_sets(players)), players), True
    return sampled(value, players, draws, generator), False
