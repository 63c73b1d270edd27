"""Emptying extreme cells (截尾处理). Every emptied cell is listed."""

from __future__ import annotations

from regio.contract.roles import Columns, Data, GroupColumn, Share
from regio.preparing.prepared import Prepared, preparation

REASONS = {"lower": "panel.change.trimmed_lower", "upper": "panel.change.trimmed_upper"}


@preparation
def trim(
    data: Data,
    *,
    columns: Columns,
    share: Share | None = None,
    lower: Share | None = None,
    upper: Share | None = None,
    by: GroupColumn | None = None,
    skewed_only: bool = False,
) -> Prepared:
    """Cells beyond a percentile become missing, so that models lose these rows. ``winsorise`` pulls such cells in instead: the two are not the same.

    Parameters
    ----------
    data : Panel
    columns : columns that are treated, each (n,)
    share : share of the known cells in each tail (0.01 is 1 % on either side)
    lower, upper : shares of the two tails, where they differ; one that is not given is left alone
    by : percentiles inside each ``"period"``, each ``"region"`` or each value of a column; None: pooled over all rows
    skewed_only : only columns whose skewness is beyond ±2 and whose excess kurtosis is above 3.5, both corrected for the size of the sample

    Returns
    -------
    Prepared
        a change for each cell that was emptied

    Raises
    ------
    ArgumentError
        where no share is given, or both ways, or the tails overlap
    DataError
        where a column is empty, or so short that no cell lies in a tail

    Notes
    -----
    Percentiles as ``winsorise`` takes them; a cell that equals its percentile stays.

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> done = trim(Panel(pd.DataFrame({"x": [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]})), columns="x", share=0.1)
    >>> done.panel.rows["x"].tolist()
    [nan, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, nan]
    """
    from regio.preparing._tails import Tails, treat

    return treat(data, columns, Tails.of("trim", share, lower, upper, by, skewed_only, columns), REASONS)
