"""Filling missing cells inside a region (插值填补). Every filled cell is listed, with the way it was filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Convention
from regio.contract.roles import Columns, Count, Data, Role
from regio.preparing.prepared import Prepared, need_keys, preparation

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.preparing._gaps import Filled

Periods = Annotated[int, Ge(1), Role("count")]
WINDOW = 5
INSIDE = {
    "linear": "panel.change.filled_linear",
    "moving_average": "panel.change.filled_moving_average",
    "growth": "panel.change.filled_growth",
    "forward": "panel.change.filled_carry_forward",
    "backward": "panel.change.filled_carry_backward",
    "nearest": "panel.change.filled_carry_nearest",
}
ENDS = {"nearest": "panel.change.filled_end_nearest", "line": "panel.change.filled_end_line", "growth": "panel.change.filled_end_growth"}


@preparation
def fill(
    data: Data,
    *,
    columns: Columns,
    method: Literal["linear", "moving_average", "carry", "growth"] = "linear",
    window: Count = WINDOW,
    carry: Literal["forward", "backward", "nearest"] = "forward",
    ends: Literal["leave", "nearest", "line"] = "leave",
    limit: Periods | None = None,
) -> Prepared:
    """Missing cells out of known ones of the same region; known cells stay as they are.

    Parameters
    ----------
    data : Panel with a region and a period key
    columns : columns that are filled, each (n,)
    method : between two known cells: ``linear`` the straight line by calendar, ``moving_average`` the mean of the known cells within reach,
        ``carry`` a neighbour's value, ``growth`` a constant rate of growth (positive values only)
    window : periods of the moving average, the cell itself in the middle: odd
    carry : the value before (``forward``), after (``backward``), or the nearest in time, the earlier one where both are as near
    ends : before the first and after the last known cell of a region: ``leave`` missing, the ``nearest`` known value, or the ``line`` through the
        two nearest known cells (under ``growth``: their rate of growth)
    limit : longest gap that is filled, in periods; longer ones stay whole. None: any

    Returns
    -------
    Prepared
        a change for each filled cell; notes on how many were filled and what stays missing. Rows that are not there are not made (``balance``)

    Raises
    ------
    ArgumentError
        for a table without region and period, an even window, an option of another method
    DataError
        where growth is asked across values that are not positive

    Notes
    -----
    Linear: x_t = x_a + (x_b − x_a)(t − a)/(b − a); growth: x_t = x_a (x_b/x_a)^((t − a)/(b − a)), a and b the known periods around t.

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> rows = pd.DataFrame({"place": ["a"] * 4, "year": [2016, 2017, 2018, 2020], "x": [2.0, 4.0, None, 10.0]})
    >>> done = fill(Panel(rows, region="place", period="year"), columns="x")
    >>> done.panel.rows["x"].tolist()
    [2.0, 4.0, 6.0, 10.0]
    >>> [(c.period, c.before, c.after) for c in done.changes]
    [('2018', '', '6')]
    """
    from regio.preparing._calendar import calendar
    from regio.preparing._cells import examples, inside, numbers, with_cells
    from regio.preparing._gaps import fill_gaps

    _check(data, method, window, carry)
    time, regions = calendar(data), inside(data)
    after, reasons = {}, {}
    notes, problems = list(time.notes()), []
    for name in dict.fromkeys(columns):
        values = numbers(data, name)
        filled = fill_gaps(values, regions, time, method=method, window=window, carry=carry, ends=ends, limit=limit)
        if filled.refused.any():
            problems.append(error("fill.not_positive", column=name, count=int(filled.refused.sum()), cells=examples(data, filled.refused)))
        after[name], reasons[name] = filled.values, _reasons(filled, method, carry, ends)
        notes += _notes(data, name, filled)
    if problems:
        raise DataError(*problems)
    panel, changes = with_cells(data, after, reasons)
    return Prepared(panel, changes, tuple(notes), (Convention("fill.method", f"fill.method.{method}"), Convention("fill.ends", f"fill.ends.{ends}")))


def _check(data: Panel, method: str, window: int, carry: str) -> None:
    need_keys(data, "fill", f'method = "{method}"', "region", "period")
    if window % 2 == 0:
        raise ArgumentError(error("fill.even_window", window=window))
    idle = [("window", "moving_average")] if window != WINDOW and method != "moving_average" else []
    idle += [("carry", "carry")] if carry != "forward" and method != "carry" else []
    if idle:
        raise ArgumentError(*(error("fill.idle_option", option=option, method=method, needs=needs) for option, needs in idle))


def _reasons(filled: Filled, method: str, carry: str, ends: str) -> object:
    import numpy as np

    end = ENDS.get("growth" if method == "growth" and ends == "line" else ends, "")
    return np.where(filled.ends, end, INSIDE[carry if method == "carry" else method])


def _notes(data: Panel, name: str, filled: Filled) -> list[Finding]:
    import numpy as np

    from regio.preparing._cells import examples

    done, left = int((filled.gaps | filled.ends).sum()), np.isnan(filled.values)
    notes = [Finding("fill.filled", {"column": name, "count": done, "cells": len(data), "share": round(100 * done / len(data), 1)}, "note")] if done else []
    if left.any():
        ends = int((left & filled.outside).sum())
        notes.append(Finding("fill.still_missing", {"column": name, "count": int(left.sum()), "ends": ends, "cells": examples(data, left)}, "note"))
    return notes
