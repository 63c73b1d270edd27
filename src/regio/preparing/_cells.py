"""Cells of a panel as arrays, and the list of those that differ afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from regio.panel import Change, Panel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
SHOWN = 5  # examples in a message
EXACT = 2.0**53  # whole numbers below it have a float of their own


def numbers(panel: Panel, column: str) -> Floats:
    """(n,) a column as floats, missing cells as nan."""
    values: Floats = panel.rows[column].to_numpy(dtype=float, na_value=np.nan)
    return values


def inside(panel: Panel) -> Ints:
    """(n,) the region of each row (the unit, where rows are units) as a code: nothing is carried from one to another."""
    name = panel.keys.unit or panel.keys.region
    return codes(panel, name)


def codes(panel: Panel, column: str | None) -> Ints:
    """(n,) the group of each row, −1 where it has none; one group for None. ``region`` and ``period`` stand for the keys."""
    if column is None:
        return np.zeros(len(panel), dtype=np.int64)
    found, _ = pd.factorize(panel.rows[key_column(panel, column)].array)
    return np.asarray(found, dtype=np.int64)


def key_column(panel: Panel, word: str) -> str:
    """The column that a word of ``by`` stands for."""
    return {"region": panel.keys.region, "period": panel.keys.period}.get(word) or word


def places(panel: Panel, mask: Mask) -> tuple[list[str], list[str]]:
    """Region and period of some rows as texts; a unit stands behind its region."""
    rows, keys = panel.rows.loc[mask], panel.keys
    regions = [str(x) for x in rows[keys.region]] if keys.region else [""] * len(rows)
    if keys.unit:
        regions = [f"{region}/{unit}".strip("/") for region, unit in zip(regions, rows[keys.unit], strict=True)]
    periods = [str(x) for x in rows[keys.period]] if keys.period else [""] * len(rows)
    return regions, periods


def examples(panel: Panel, mask: Mask) -> tuple[str, ...]:
    """The first of these rows by their keys, by their labels where there are none."""
    names = list(panel.keys.names)
    first = np.flatnonzero(mask)[:SHOWN]
    if names:
        shown = ["(" + ", ".join(map(str, place)) + ")" for place in panel.rows.iloc[first][names].itertuples(index=False)]
    else:
        shown = [str(label) for label in panel.rows.index[first]]
    return tuple(shown)


def differ(before: Floats, after: Floats) -> Mask:
    """(n,) where two columns do not hold the same: a missing cell equals a missing cell."""
    same: Mask = (before == after) | (np.isnan(before) & np.isnan(after))
    return ~same


def written(number: float) -> str:
    """A number at full precision, empty where it is missing: reading it gives the same number."""
    if np.isnan(number):
        return ""
    return str(int(number)) if number == np.floor(number) and abs(number) < EXACT else repr(float(number))


def with_cells(panel: Panel, after: Mapping[str, Floats], reasons: Mapping[str, Any]) -> tuple[Panel, tuple[Change, ...]]:
    """The panel with new cells in some columns, and a change for each cell that differs.

    Parameters
    ----------
    after : column → (n,)
    reasons : column → (n,) message codes, or one code for all
    """
    changes: list[Change] = []
    replaced: dict[str, pd.Series] = {}
    for name, values in after.items():
        before = numbers(panel, name)
        mask = differ(before, values)
        if not mask.any():
            continue
        replaced[name] = pd.Series(values, index=panel.rows.index)
        changes += _listed(panel, name, before, values, mask, np.broadcast_to(np.asarray(reasons[name], dtype=object), mask.shape))
    return panel.with_rows(panel.rows.assign(**replaced)), tuple(changes)


def _listed(panel: Panel, name: str, before: Floats, after: Floats, mask: Mask, why: npt.NDArray[np.object_]) -> Iterator[Change]:
    regions, periods = places(panel, mask)
    for region, period, old, new, reason in zip(regions, periods, before[mask].tolist(), after[mask].tolist(), why[mask], strict=True):
        yield Change(name, region, period, written(old), written(new), reason)


def row_changes(panel: Panel, mask: Mask, reason: str) -> tuple[Change, ...]:
    """A change for each of these rows as a whole."""
    return tuple(Change("", region, period, reason=reason) for region, period in zip(*places(panel, mask), strict=True))
