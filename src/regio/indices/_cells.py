"""From a Panel to arrays: the cells of the indicators, the keys of the rows, the rows of each period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import DataError, Finding, error
from regio.indices.scale import Floats

SHOWN = 5  # examples in a message


@dataclass(frozen=True, slots=True)
class Cells:
    """``values`` (N, k), columns contiguous; ``keys``: region, unit and period as far as they are there, in the rows of the table; ``parts``:
    period → its rows, in order of the periods (None: one part, every row).
    """

    values: Floats
    keys: pd.DataFrame
    parts: dict[Any, NDArray[np.intp]] | None


def cells(data: Any, names: tuple[str, ...], by_period: bool, least: int = 2) -> Cells:
    """The cells of the indicators; ``least`` rows are needed, in all or in a period.

    Raises
    ------
    DataError
        for cells that are missing or infinite, naming columns and the first rows; for a single row, in all or in a period
    """
    values = np.asfortranarray(data.rows[list(names)].to_numpy(dtype=np.float64, na_value=np.nan))
    keys = key_frame(data)
    if not np.isfinite(values).all():
        raise DataError(*_unusable(values, names, keys))
    if len(values) < least:
        raise DataError(error("index.one_row"))
    parts = _parts(keys["period"]) if by_period else None
    if parts and (single := tuple(str(period) for period, rows in parts.items() if len(rows) < least)):
        raise DataError(error("index.one_row_in_period", periods=single))
    return Cells(values, keys, parts)


def key_frame(data: Any) -> pd.DataFrame:
    """The keys of the rows under their own words; without a region column each row is a region and bears its row label."""
    rows, keys = data.rows, data.keys
    found = {"region": rows[keys.region] if keys.region else pd.Series(rows.index.to_flat_index(), index=rows.index)}
    found |= {which: rows[name] for which in ("unit", "period") if (name := getattr(keys, which))}
    return pd.DataFrame({which: _plain(column) for which, column in found.items()}, index=rows.index)


def _plain(column: pd.Series) -> pd.Series:
    """Numbers and texts as they are, anything else (dates, categories) as text, so that a result can be stored."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.dtype.categories.dtype)
    if column.dtype.kind in "biuf" or isinstance(column.dtype, pd.StringDtype):
        return column
    if column.dtype != object:
        return column.astype(str)
    return column if all(isinstance(value, str | int | float) for value in column) else column.map(str)


def _parts(periods: pd.Series) -> dict[Any, NDArray[np.intp]]:
    codes, levels = pd.factorize(periods, sort=True)
    order = np.argsort(codes, kind="stable")
    cuts = np.cumsum(np.bincount(codes, minlength=len(levels)))[:-1]
    return dict(zip(levels.tolist(), np.split(order, cuts), strict=True))


def _unusable(values: Floats, names: tuple[str, ...], keys: pd.DataFrame) -> list[Finding]:
    problems = []
    for code, bad in (("missing", np.isnan(values)), ("infinite", np.isinf(values))):
        for j in np.flatnonzero(bad.any(axis=0)):
            rows = np.flatnonzero(bad[:, j])
            places = tuple(" ".join(map(str, row)) for row in keys.iloc[rows[:SHOWN]].itertuples(index=False))
            problems.append(error(f"index.{code}", column=names[j], count=len(rows), places=places + (("…",) if len(rows) > SHOWN else ())))
    return problems
