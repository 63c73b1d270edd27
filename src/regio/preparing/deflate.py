"""Values at constant prices (平减). Every deflated cell is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Convention
from regio.contract.roles import Column, Columns, Data, Role
from regio.preparing.prepared import Prepared, need_keys, preparation

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.preparing._cells import Floats, Mask

Period = Annotated[int | float | str, Role("number")]


@preparation
def deflate(data: Data, *, columns: Columns, by: Column, base: Period | None = None, chained: bool = False) -> Prepared:
    """Columns divided by a price index of their region: value / (index / 100).

    Parameters
    ----------
    data : Panel with a region and a period key
    columns : columns in current prices, each (n,)
    by : the price index, (n,): a level, or with ``chained`` the previous year = 100 (上年=100)
    base : period whose prices the result is in; None: the index as it is given
    chained : the index says each period against the one before, as Chinese yearbooks print it; it is multiplied up first, and needs a base

    Returns
    -------
    Prepared
        a change for each cell; where the index is missing (or the chain to the base is broken) the cell is emptied, and a warning names these rows

    Raises
    ------
    ArgumentError
        for a table without the keys needed, a base that is not a period, a chained index without base, a column that is its own index
    DataError
        where the index is zero or negative, or a region lacks the base

    Notes
    -----
    Level: P_t / 100 as given, P_t / P_base with a base, chained P_t = P_(t−1) · I_t / 100 with P_base = 1, forwards and backwards.

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> rows = pd.DataFrame({"place": ["a"] * 3, "year": [2011, 2012, 2013], "gdp": [100.0, 220.0, 363.0], "index": [105.0, 110.0, 110.0]})
    >>> done = deflate(Panel(rows, region="place", period="year"), columns="gdp", by="index", base=2011, chained=True)
    >>> done.panel.rows["gdp"].round(6).tolist()
    [100.0, 200.0, 300.0]
    """
    from regio.preparing._cells import examples, numbers, with_cells

    _check(data, columns, by, base, chained)
    index = numbers(data, by)
    if (index <= 0).any():
        raise DataError(error("deflate.not_positive", column=by, count=int((index <= 0).sum()), cells=examples(data, index <= 0)))
    level = index if base is None else _levels(data, by, index, base, chained)
    after = {name: numbers(data, name) * 100 / level for name in dict.fromkeys(columns)}
    panel, changes = with_cells(data, after, dict.fromkeys(after, "panel.change.deflated"))
    code = "deflate.level.as_given" if base is None else "deflate.level.chained" if chained else "deflate.level.base"
    return Prepared(panel, changes, _lost(data, after, by, level), (Convention("deflate.level", code),))


def _check(data: Panel, columns: tuple[str, ...], by: str, base: object, chained: bool) -> None:
    if by in columns:
        raise ArgumentError(error("deflate.itself", column=by))
    if chained and base is None:
        raise ArgumentError(error("deflate.no_base", column=by))
    if base is not None:
        need_keys(data, "deflate", f"base = {base!r}", "region", "period")
        if not _at_base(data, base).any():
            known = data.rows[data.keys.period]
            raise ArgumentError(error("panel.unknown_period", found=base, first=known.min(), last=known.max()))


def _at_base(data: Panel, base: object) -> Mask:
    import numpy as np

    return np.asarray(data.rows[data.keys.period] == base)


def _levels(data: Panel, by: str, index: Floats, base: object, chained: bool) -> Floats:
    """(n,) the price level, base = 100, nan where it is not known.

    The index is spread out as regions × periods of the calendar, so that a period that is not there breaks a chain.
    """
    import numpy as np

    from regio.preparing._calendar import calendar
    from regio.preparing._cells import SHOWN, inside, places

    regions, ticks, at = inside(data), calendar(data).ticks, _at_base(data, base)
    start = int(ticks[at][0])
    grid = np.full((int(regions.max()) + 1, int(ticks.max()) + 1), np.nan)
    grid[regions, ticks] = index
    has_base = np.zeros(len(grid), dtype=bool)
    has_base[regions[at]] = True if chained else ~np.isnan(index[at])
    lacking = ~has_base[regions]
    if lacking.any():
        first = np.zeros(len(index), dtype=bool)
        first[[int(np.flatnonzero(regions == r)[0]) for r in np.flatnonzero(~has_base)]] = True
        raise DataError(error("deflate.no_base_in_region", column=by, base=base, count=int((~has_base).sum()), regions=tuple(places(data, first)[0][:SHOWN])))
    if not chained:
        return np.asarray(index * 100 / grid[regions, start])
    level = np.full_like(grid, np.nan)
    level[:, start] = 100.0
    for t in range(start + 1, grid.shape[1]):
        level[:, t] = level[:, t - 1] * grid[:, t] / 100
    for t in range(start - 1, -1, -1):
        level[:, t] = level[:, t + 1] * 100 / grid[:, t + 1]
    return np.asarray(level[regions, ticks])


def _lost(data: Panel, after: dict[str, Floats], by: str, level: Floats) -> tuple[Finding, ...]:
    """Cells that are empty now because the price level is not known."""
    import numpy as np

    from regio.preparing._cells import examples, numbers

    lost = {name: ~np.isnan(numbers(data, name)) & np.isnan(level) for name in after}
    return tuple(
        Finding("deflate.missing", {"column": name, "by": by, "count": int(mask.sum()), "cells": examples(data, mask)})
        for name, mask in lost.items()
        if mask.any()
    )
