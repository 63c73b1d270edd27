"""What a table holds and what it lacks, as plain values that can be kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from regio.panel.panel import SHOWN, Panel


def coverage(panel: Panel, columns: Sequence[str]) -> Mapping[str, Any]:
    """For each region and period the share of the cells of these columns that are filled.

    Returns
    -------
    ``regions``, ``periods`` : names in order, empty where the table has no such key
    ``shares`` : a tuple of shares (one a period) for each region; None where the table has no row
    ``filled``, ``cells`` : over the whole table
    """
    present = panel.rows[list(columns)].notna().to_numpy()
    total = {"filled": int(present.sum()), "cells": int(present.size)}
    region, period = panel.keys.region, panel.keys.period
    if region is None or period is None or not present.size:
        return {"regions": (), "periods": (), "shares": (), **total}
    rows, regions = pd.factorize(panel.rows[region], sort=True)
    places, periods = pd.factorize(panel.rows[period], sort=True)
    shape = (len(regions), len(periods))
    flat = rows * shape[1] + places
    n = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape) * present.shape[1]
    filled = np.bincount(flat, weights=present.sum(axis=1), minlength=shape[0] * shape[1]).reshape(shape)
    shares = tuple(tuple(f / k if k else None for f, k in zip(*pair, strict=True)) for pair in zip(filled.tolist(), n.tolist(), strict=True))
    return {"regions": tuple(map(_plain, regions)), "periods": tuple(map(_plain, periods)), "shares": shares, **total}


def missing(panel: Panel, columns: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """For each column how many of its cells are filled and empty, from which to which period it has values, and in how many regions cells are empty.

    Returns
    -------
    one mapping a column: ``variable``, ``n``, ``missing``, ``share`` (missing), ``first``, ``last`` (None without periods or values), ``n_regions`` with
    empty cells (None without regions), ``regions``: the first few of them
    """
    region, period = panel.keys.region, panel.keys.period
    found = []
    for name in columns:
        empty = panel.rows[name].isna().to_numpy()
        periods = panel.rows[period][~empty] if period is not None else panel.rows.index[:0]
        gaps = sorted(map(_plain, panel.rows[region][empty].unique()), key=str) if region is not None else None
        found.append(
            {
                "variable": name,
                "n": int((~empty).sum()),
                "missing": int(empty.sum()),
                "share": float(empty.mean()),
                "first": _plain(periods.min()) if len(periods) else None,
                "last": _plain(periods.max()) if len(periods) else None,
                "n_regions": None if gaps is None else len(gaps),
                "regions": tuple((gaps or [])[:SHOWN]),
            }
        )
    return tuple(found)


def _plain(key: Any) -> Any:
    """A key as JSON knows it."""
    value = key.item() if hasattr(key, "item") else key
    return value if isinstance(value, int | str) else str(value)
