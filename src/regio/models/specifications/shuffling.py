"""The treatment given to others: whole paths swapped between regions, rows of one period, or rows at random.

Rows are moved, not values: a draw says for each row from which row it takes its treatment. Units stand in the order of their names, so that draws do not
depend on the order of the rows, and chunks of draws have random numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from regio.compute.engine import generator
from regio.models.core.levels import Codes, coded

HELD = 4_000_000  # places of rows that are held at a time
Scheme = Literal["permutation", "stratified", "iid"]


@dataclass(frozen=True, slots=True)
class Shuffle:
    """strata: arrays (rows of a unit, units), places of rows; within a stratum whole columns change places. fixed: units that stand alone."""

    strata: tuple[Codes, ...]
    n: int
    units: int
    fixed: int

    def drawn(self, chunk: tuple[int, int, int]) -> Codes:
        """(n, draws of the chunk): from which row each row takes its treatment."""
        return np.concatenate(list(self.blocks(chunk)), axis=1)

    def blocks(self, chunk: tuple[int, int, int]) -> Iterator[Codes]:
        """The same, some draws at a time."""
        random, left = generator(chunk), chunk[1]
        while left > 0:
            draws = min(left, max(1, HELD // self.n))
            left -= draws
            moved = np.tile(np.arange(self.n)[:, None], draws)
            for places in self.strata:
                orders = random.permuted(np.tile(np.arange(places.shape[1]), (draws, 1)), axis=1)
                moved[places.ravel()] = places[:, orders].swapaxes(1, 2).reshape(places.size, draws)
            yield moved


def shuffle(scheme: Scheme, region: Any, period: Any | None) -> Shuffle:
    """``region``, ``period`` (n,): keys of the rows; None: one period. Regions with the same periods change places."""
    units = coded([region])[0]
    times = np.zeros(len(units), dtype=np.intp) if period is None else coded([period])[0]
    order = np.lexsort((times, units))
    if scheme == "iid":
        return _made([order[None, :]], len(units))
    if scheme == "stratified":
        by = np.lexsort((units, times))
        return _made([part[None, :] for part in np.split(by, np.flatnonzero(np.diff(times[by])) + 1)], len(units))
    paths = np.split(order, np.flatnonzero(np.diff(units[order])) + 1)
    alike: dict[bytes, list[Codes]] = {}
    for path in paths:
        alike.setdefault(times[path].tobytes(), []).append(path)
    return _made([np.column_stack(group) for group in alike.values()], len(units))


def _made(strata: list[Codes], n: int) -> Shuffle:
    alone = sum(places.shape[1] for places in strata if places.shape[1] == 1)
    units = sum(places.shape[1] for places in strata)
    return Shuffle(tuple(places for places in strata if places.shape[1] > 1), n, units, alone)


def keys_of(data: Any, rows: pd.DataFrame) -> tuple[Any, Any | None]:
    region, period = data.keys.region, data.keys.period
    return rows[region].values, None if period is None else rows[period].values
