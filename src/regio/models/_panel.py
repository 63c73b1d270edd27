"""The complete rows of a panel in memory, for methods that need to know which region and period a row is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, error
from regio.models._sample import complete, left_out
from regio.models.core.blocks import Array, Seen
from regio.models.core.levels import Codes


@dataclass(frozen=True, slots=True)
class Rows:
    """frame (n rows); region, period: codes (n,) in sorted order; regions, periods: what they stand for."""

    frame: pd.DataFrame
    region: Codes
    period: Codes
    regions: pd.Index
    periods: pd.Index
    seen: Seen
    findings: tuple[Finding, ...]

    @property
    def left_out(self) -> int:
        return self.seen.rows - len(self.frame)

    def values(self, columns: Sequence[str]) -> Array:
        """(n, k)"""
        return self.frame[list(columns)].to_numpy(dtype=float)


def panel_rows(data: Any, columns: Sequence[str], kind: str, effects: Sequence[str] = ()) -> Rows:
    """The rows that have every column, both keys, and the columns of the effects, which may hold text.

    Raises
    ------
    ArgumentError
        for a table without a region or a period, or a column named twice
    """
    absent = [which for which in ("region", "period") if getattr(data.keys, which) is None]
    if absent:
        raise ArgumentError(*(error(f"contract.no_{which}", kind=kind, argument=f"{which} = …") for which in absent))
    keys = (data.keys.region, data.keys.period)
    words = [word for effect in effects for word in effect.split("*") if word not in ("region", "period")]
    others = tuple(dict.fromkeys((*keys, *words)))
    found = complete(data.rows, tuple(dict.fromkeys(columns)), tuple((name,) for name in others))
    frame = data.rows.iloc[found.rows]
    region, regions = pd.factorize(frame[keys[0]], sort=True)
    period, periods = pd.factorize(frame[keys[1]], sort=True)
    notes = left_out(found.seen, tuple(dict.fromkeys((*columns, *others))))
    return Rows(frame, np.asarray(region), np.asarray(period), pd.Index(regions), pd.Index(periods), found.seen, notes)
