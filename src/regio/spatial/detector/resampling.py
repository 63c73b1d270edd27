"""What chance does to q: permutations of the outcome, also over the whole search; regions drawn again; each region left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regio.compute.engine import generator
from regio.spatial.breaks import Profile
from regio.spatial.detector.search import Candidates, looking
from regio.spatial.detector.statistics import Floats, Ints, Moments

CELLS = 4_000_000  # numbers held at once
TABLE = 2_000_000  # regions × strata: above this regions are not left out one by one


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """A factor whose strata were searched: its candidates, which of them may be chosen, which one was (−1 where it looks at the outcome), and the
    methods that look at the outcome. A factor with labels has one candidate.
    """

    made: Candidates
    usable: np.ndarray
    chosen: int
    methods: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    min_rows: int = 1


def permuted(chunk: tuple[int, int, int], outcome: Floats, weights: Floats | None, factors: Sequence[Searched]) -> Floats:
    """(draws, 2 · factors) for each draw q of the chosen strata and the largest q of the search, rows of the outcome (with their weights) permuted."""
    random, draws = generator(chunk), chunk[1]
    step = max(1, CELLS // len(outcome))
    found = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        order = random.permuted(np.tile(np.arange(len(outcome)), (size, 1)), axis=1)
        drawn = outcome[order]
        found.append(np.column_stack([q for factor in factors for q in _both(factor, drawn, None if weights is None else weights[order])]))
    return np.concatenate(found)


def _both(factor: Searched, drawn: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    square = float((drawn[0] ** 2 if weights is None else weights[0] * drawn[0] ** 2).sum())
    profile = factor.made.profile
    weighed = drawn if weights is None else weights * drawn
    sums = profile.sums(weighed)
    if not factor.made.settings:
        q = np.empty((len(drawn), 0))
    elif weights is None:
        q = factor.made.q(sums, square, drop=False)
    else:
        heavy = factor.made.of_classes(profile.sums(weights))
        between = np.add.reduceat(factor.made.of_classes(sums) ** 2 / heavy, factor.made.heads, axis=-1)
        q = np.clip((between - sums[:, -1:] ** 2 / weights[0].sum()) / square, 0, 1)
    best = np.where(factor.usable, q, -np.inf).max(axis=1, initial=-np.inf)
    if factor.methods:
        best = np.maximum(best, [_looking(factor, row, square) for row in sums])
    return (q[:, factor.chosen] if factor.chosen >= 0 else np.full(len(drawn), np.nan)), best


def _looking(factor: Searched, sums: Floats, square: float) -> float:
    """The largest q of the methods that look at the outcome, for one draw."""
    settings = looking(factor.made.profile, sums, factor.methods, factor.classes, factor.min_rows)
    return float(Candidates(factor.made.profile, settings).q(sums, square, drop=False).max()) if settings else -np.inf


def labelled(codes: Ints, strata: int, weights: Floats | None) -> Searched:
    """A factor with labels as a search with one candidate."""
    from regio.spatial.detector.search import Setting

    profile = Profile.of(codes.astype(float), weights)
    made = Candidates(profile, (Setting("labels", strata, np.arange(strata - 1, dtype=float)),))
    return Searched(made, np.ones(1, dtype=bool), 0)


def regions_out(regions: Ints, count: int, codes: Ints, strata: int, centred: Floats, weights: Floats | None) -> tuple[Moments, Floats] | None:
    """Moments by region and stratum, (regions, strata) each, and q without each region; None where the table would be too large."""
    if count * strata > TABLE:
        return None
    flat = Moments.of(regions * strata + codes, count * strata, centred, weights)
    table = Moments(*(column.reshape(count, strata) for column in (flat.weight, flat.total, flat.square, flat.rows)))
    return table, _q(*(column.sum(0) - column for column in (table.weight, table.total, table.square)))


def drawn_again(chunk: tuple[int, int, int], tables: Sequence[Moments]) -> Floats:
    """(draws, factors) q of as many regions, drawn with replacement."""
    random, draws = generator(chunk), chunk[1]
    count = len(tables[0].weight)
    step = max(1, CELLS // count)
    found = []
    for start in range(0, draws, step):
        times = random.multinomial(count, np.full(count, 1 / count), size=min(step, draws - start)).astype(float)
        found.append(np.column_stack([_q(times @ table.weight, times @ table.total, times @ table.square) for table in tables]))
    return np.concatenate(found)


def _q(weight: Floats, total: Floats, square: Floats) -> Floats:
    """The q from moments (…, strata)."""
    there = weight > 1e-12 * weight.sum(-1, keepdims=True)
    between = np.where(there, total**2 / np.where(there, weight, 1.0), 0.0).sum(-1)
    centre = total.sum(-1) ** 2 / weight.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.clip((between - centre) / (square.sum(-1) - centre), 0.0, 1.0)
    return found
