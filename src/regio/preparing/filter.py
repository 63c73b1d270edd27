"""Keeping some rows of a table (样本筛选). Every row that is left out is listed."""

from __future__ import annotations

from typing import Annotated, Any

from regio.contract.finding import ArgumentError, DataError, error
from regio.contract.roles import KEY_WORDS, Data, GroupColumn, OneOrMany
from regio.preparing.prepared import Prepared, preparation

Several = Annotated[tuple[str, ...], OneOrMany()]
Values = Annotated[tuple[int | float | str, ...], OneOrMany()]


@preparation
def filter(  # noqa: A001 the field's word
    data: Data,
    *,
    regions: Several | None = None,
    periods: Values | None = None,
    groups: Several = (),
    without: Several = (),
    column: GroupColumn | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    one_of: Values | None = None,
    present: bool = False,
) -> Prepared:
    """Rows that meet every condition given.

    Parameters
    ----------
    data : Panel
    regions, periods : names that are kept
    groups, without : regions or known groups of regions that are kept, or left out
    column : the column that the conditions below look at
    at_least, at_most : limits, both included; a missing cell meets neither
    one_of : values that are kept
    present : keep rows where the column is not empty

    Returns
    -------
    Prepared
        the rows, and a change for each row left out

    Raises
    ------
    ArgumentError
        where no condition is given, or one without its column, or a name is unknown
    DataError
        where no row is left, or the column does not hold numbers
    """
    import numpy as np

    from regio.preparing._cells import row_changes

    on_column = at_least is not None or at_most is not None or one_of is not None or present
    if on_column and column is None:
        raise ArgumentError(error("filter.no_column"))
    if column is not None and not on_column:
        raise ArgumentError(error("filter.no_condition", column=column))
    selected = any(x is not None for x in (regions, periods)) or groups or without
    if not on_column and not selected:
        raise ArgumentError(error("filter.nothing"))
    rows = data.rows
    keep = np.ones(len(rows), dtype=bool)
    if selected:
        kept = data.select(regions=regions, periods=periods, groups=groups, without=without).rows.index
        keep &= rows.index.isin(kept)
    if column is not None:
        keep &= _meets(rows[_named(data, column)], at_least, at_most, one_of, present)
    if not keep.any():
        raise DataError(error("filter.nothing_left", rows=len(rows)))
    return Prepared(data.with_rows(rows[keep]), row_changes(data, ~keep, "panel.change.row_left_out"))


def _named(data: Any, column: str) -> str:
    """The column of that name; ``region`` and ``period`` are the keys, whatever they are called."""
    name: str | None = getattr(data.keys, column) if column in KEY_WORDS else column
    if name is None:
        raise ArgumentError(error("panel.no_key", key=column))
    return name


def _meets(cells: Any, at_least: float | None, at_most: float | None, one_of: tuple[Any, ...] | None, present: bool) -> Any:
    import numpy as np

    meets = cells.notna().to_numpy(copy=True) if present else np.ones(len(cells), dtype=bool)
    if at_least is not None or at_most is not None:
        if cells.dtype.kind not in "biuf":
            raise DataError(error("panel.text_column", column=str(cells.name), example=str(cells.iloc[0])))
        numbers = cells.to_numpy(dtype=float, na_value=np.nan)
        meets &= ~np.isnan(numbers)
        meets &= numbers >= at_least if at_least is not None else True
        meets &= numbers <= at_most if at_most is not None else True
    if one_of is not None:
        meets &= cells.isin(list(one_of)).to_numpy()
    return meets
