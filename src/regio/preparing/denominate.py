"""Values per head, per area, per unit of output (标准化为人均、地均等). Every divided cell is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Gt

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.roles import Column, Columns, Data, Role
from regio.preparing.prepared import Prepared, preparation

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.preparing._cells import Floats

Factor = Annotated[float, Gt(0), Role("number")]


@preparation
def denominate(data: Data, *, columns: Columns, by: Column, times: Factor = 1.0) -> Prepared:
    """Columns divided by a size of the region: value / denominator × times.

    Parameters
    ----------
    data : Panel
    columns : columns that are divided, each (n,)
    by : the denominator, such as population or area, (n,)
    times : a factor, such as 10000 for values per ten thousand heads. Units are the user's: nothing is converted

    Returns
    -------
    Prepared
        a change for each cell; where the denominator is missing the cell is emptied, and a warning names these rows

    Raises
    ------
    ArgumentError
        where a column is its own denominator
    DataError
        where a denominator is zero: such cells are named

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> rows = pd.DataFrame({"place": ["a", "b"], "gdp": [30.0, 80.0], "people": [2.0, 4.0]})
    >>> denominate(Panel(rows, region="place"), columns="gdp", by="people", times=10).panel.rows["gdp"].tolist()
    [150.0, 200.0]
    """
    from regio.preparing._cells import examples, numbers, with_cells

    if by in columns:
        raise ArgumentError(error("denominate.itself", column=by))
    divisor = numbers(data, by)
    if (divisor == 0).any():
        raise DataError(error("denominate.zero", column=by, count=int((divisor == 0).sum()), cells=examples(data, divisor == 0)))
    after = {name: numbers(data, name) / divisor * times for name in dict.fromkeys(columns)}
    panel, changes = with_cells(data, after, dict.fromkeys(after, "panel.change.denominated"))
    return Prepared(panel, changes, _lost(data, after, by, divisor))


def _lost(data: Panel, after: dict[str, Floats], by: str, divisor: Floats) -> tuple[Finding, ...]:
    """Cells that are empty now because their denominator is missing."""
    import numpy as np

    from regio.preparing._cells import examples, numbers

    lost = {name: ~np.isnan(numbers(data, name)) & np.isnan(divisor) for name in after}
    return tuple(
        Finding("denominate.missing", {"column": name, "by": by, "count": int(mask.sum()), "cells": examples(data, mask)})
        for name, mask in lost.items()
        if mask.any()
    )
