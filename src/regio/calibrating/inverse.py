"""Tables on which a method of Regio gives a wanted answer: indicators of an index, one system of a coupling, a factor of a detector.

Each asks the method itself, or the part of it that gives the number, again and again, so that the answer is exact under the method's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.parts import Solved
from regio.contract.finding import DataError, error
from regio.contract.replay import replay
from regio.contract.result import Call
from regio.indices.coordination.degree import coordination_degree
from regio.panel import Panel
from regio.spatial.detector.orders import q_of_orders

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
EDGE = 1e-4  # how far free cells stay from the ends of the scale, which pinned cells hold
ROUNDS = 400
NEAR = 1e-13
HALVINGS = 60
MIXES = 11  # shares of the outcome in a factor that are tried
DIGITS = 9  # of a distance: two orders are as near as each other on every machine, or on none
SWAPS = 300  # pairs of values of a factor whose exchange is tried after that


def indicators(
    score: Array, names: Sequence[str], keys: pd.DataFrame, options: Mapping[str, Any], weights: Mapping[str, float], spread: float, random: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Indicators (n, k) in [0, 1], each reaching both ends, whose index is ``score`` (n,); what the index is of them (n,); and their weights (k,).

    weights: weights that the index must find, if any. Each round asks the index, moves every row by what its score lacks, and bends an indicator
    (a power keeps both ends) whose weight is too large or too small.
    """
    n, k = len(score), len(names)
    if not (score.min() > 0 and score.max() < 1):
        raise DataError(error("calibrate.score_outside", low=float(score.min()), high=float(score.max())))
    order = np.argsort(score)
    pinned = np.zeros((n, k), dtype=bool)
    lowest, highest = order[:k], order[::-1][:k]
    pinned[lowest, range(k)] = pinned[highest, range(k)] = True
    room = np.minimum(score, 1 - score)[:, None]
    x = score[:, None] + spread * room * random.standard_normal((n, k))
    call = Call("index", {"indicators": tuple(names), **options})
    target = np.array([weights[name] for name in names]) if weights else None
    found, learnt = np.zeros(n), np.zeros(k)
    for _ in range(ROUNDS):
        x = np.clip(x, EDGE, 1 - EDGE)
        x[lowest, range(k)], x[highest, range(k)] = 0.0, 1.0
        result: Any = replay(call, _panel(keys, names, x))
        found = result.scores["score"].to_numpy(float)
        gap = score - found
        learnt = result.weights["weight"].to_numpy(float)[:k]
        bent = np.zeros(k) if target is None else np.log(target / learnt)
        if np.abs(gap).max() < NEAR and np.abs(bent).max() < NEAR * 10:
            break
        free = ~pinned & (((x > EDGE) | (gap[:, None] > 0)) & ((x < 1 - EDGE) | (gap[:, None] < 0)))
        share = np.maximum(free.mean(axis=1, keepdims=True), 1 / k)
        x = np.where(free, x + gap[:, None] / share, x)
        x = np.clip(x, 0.0, 1.0) ** np.exp(0.5 * bent)
    return x, found, learnt


def _panel(keys: pd.DataFrame, names: Sequence[str], x: Array) -> Panel:
    return Panel(keys.assign(**{name: x[:, j] for j, name in enumerate(names)}), region="region", period="period")


def degree(solved: Solved, columns: Mapping[str, Array], value: Array | float, keys: pd.DataFrame) -> Array:
    """The degree of coordination (n,) where the system that is sought has this value."""
    n = len(keys)
    u = np.column_stack([np.broadcast_to(value if name == solved.solve else columns[name], n) for name in solved.systems])
    return coordination_degree(np.clip(u, 0.0, 1.0), solved.form)


def system(solved: Solved, columns: Mapping[str, Array], keys: pd.DataFrame) -> tuple[Array, Array]:
    """The system that brings the degree of coordination to its column, and the degree that it brings; by halving, as the degree rises with it."""
    wanted = columns[solved.degree]
    low, high = np.full(len(wanted), solved.low), np.full(len(wanted), solved.high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = degree(solved, columns, middle, keys) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return middle, degree(solved, columns, middle, keys)


def factor(own: Array, outcome: Array, q: float, half: float, options: Mapping[str, Any], random: np.random.Generator) -> tuple[Array, float]:
    """A factor of one period, its values put in an order mixed with the outcome's so that its q is as near as can be; and the q that it has."""

    def standard(x: Array) -> Array:
        return np.asarray((x - x.mean()) / (x.std() or 1.0))

    values = np.sort(own)
    of = q_of_orders(values, outcome, options)

    def mixed(share: float) -> Array:
        return np.asarray(values[np.argsort(np.argsort(share * standard(outcome) + np.sqrt(1 - share**2) * standard(own), kind="stable"))])

    tried = [(round(abs(of(x) - q), DIGITS), i, x) for i, x in enumerate(mixed(share) for share in np.linspace(0, 1, MIXES))]
    nearest, _, best = min(tried)
    for _ in range(SWAPS):
        if nearest < half:
            break
        i, j = random.choice(len(best), 2, replace=False)
        x = best.copy()
        x[i], x[j] = x[j], x[i]
        distance = round(abs(of(x) - q), DIGITS)
        if distance < nearest:
            nearest, best = distance, x
    return best, of(best)


def computed(kind: str, options: Mapping[str, Any], panel: Panel, part: str, keys: pd.DataFrame) -> Array:
    """A column that a method makes of another table, one value a region and period."""
    column = replay(Call(kind, options), panel).columns()[part]
    frame = column.rename("_made").reset_index() if column.index.nlevels > 1 else panel.rows[["region", "period"]].assign(_made=column).drop_duplicates()
    return keys.merge(frame[["region", "period", "_made"]], on=["region", "period"], how="left")["_made"].to_numpy(float)
