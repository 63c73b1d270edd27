"""A balanced panel (平衡面板): every region in every period. Every row that is left out or added is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.roles import Columns, Data
from regio.preparing.prepared import Prepared, need_keys, preparation

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.preparing._cells import Ints, Mask

REASONS = {"regions": "panel.change.region_incomplete", "periods": "panel.change.period_incomplete"}


@preparation
def balance(data: Data, *, columns: Columns = (), drop: Literal["regions", "periods"] = "regions", add_rows: bool = False) -> Prepared:
    """Rows of the regions (or periods) that are complete, or the rows that are missing.

    Parameters
    ----------
    data : Panel with a region and a period key
    columns : columns that must hold a value in every row, each (n,); none: the row must be there
    drop : incomplete ``regions`` or incomplete ``periods`` are left out
    add_rows : leave nothing out, but add an empty row for each region and period of the table that has none (``fill`` can then fill it)

    Returns
    -------
    Prepared
        a change for each row that was left out or added. Added rows stand at the end

    Raises
    ------
    ArgumentError
        for a table without region and period; where ``add_rows`` is given with ``columns``
    DataError
        where no region (or period) is complete

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> rows = pd.DataFrame({"place": ["a", "a", "b"], "year": [1, 2, 1], "x": [1.0, 2.0, 3.0]})
    >>> panel = Panel(rows, region="place", period="year")
    >>> [(c.region, c.period) for c in balance(panel).changes]
    [('b', '1')]
    >>> [(c.region, c.period) for c in balance(panel, add_rows=True).changes]
    [('b', '2')]
    """
    import numpy as np
    import pandas as pd

    from regio.preparing._cells import inside, row_changes

    need_keys(data, "balance", "add_rows" if add_rows else f'drop = "{drop}"', "region", "period")
    regions, periods = inside(data), pd.factorize(data.rows[data.keys.period], sort=True)[0]
    if add_rows:
        if columns:
            raise ArgumentError(error("balance.columns_and_rows", columns=columns))
        return _with_rows(data, regions, periods)
    there = np.zeros((regions.max() + 1, periods.max() + 1), dtype=bool)
    there[regions, periods] = data.rows[list(columns)].notna().all(axis=1).to_numpy() if columns else True
    keep: Mask = np.all(there, axis=1)[regions] if drop == "regions" else np.all(there, axis=0)[periods]
    if not keep.any():
        raise DataError(error(f"balance.no_{drop}", regions=there.shape[0], periods=there.shape[1], columns=columns))
    return Prepared(data.with_rows(data.rows[keep]), row_changes(data, ~keep, REASONS[drop]), _note(regions, periods, keep, drop))


def _note(regions: Ints, periods: Ints, keep: Mask, drop: str) -> tuple[Finding, ...]:
    if keep.all():
        return (Finding("balance.nothing_to_do", {}, "note"),)
    which = regions if drop == "regions" else periods
    values = {"rows": int((~keep).sum()), "count": len(set(which[~keep])), "kept": len(set(which[keep]))}
    return (Finding(f"balance.left_out_{drop}", values, "note"),)


def _with_rows(data: Panel, regions: Ints, periods: Ints) -> Prepared:
    """One empty row for each pair that has none, in the order of regions in the table and of periods."""
    import numpy as np
    import pandas as pd

    from regio.preparing._cells import row_changes

    keys, rows = data.keys, data.rows
    missing = np.ones((regions.max() + 1, periods.max() + 1), dtype=bool)
    missing[regions, periods] = False
    at, when = np.nonzero(missing)
    if not len(at):
        return Prepared(data, (), (Finding("balance.nothing_to_do", {}, "note"),))
    row_of = np.unique(regions, return_index=True)[1][at]  # the first row of the region (or unit) tells its keys
    new = {name: rows[name].iloc[row_of].array for name in (keys.region, keys.unit) if name}
    assert keys.period is not None
    new[keys.period] = rows[keys.period].iloc[np.unique(periods, return_index=True)[1][when]].array
    whole = rows.index.dtype.kind in "iu" and rows.index.is_unique
    labels = np.arange(len(at)) + (int(rows.index.max()) + 1 if whole else len(rows))
    old = rows if whole else rows.reset_index(drop=True)
    added = pd.DataFrame(new, index=labels).reindex(columns=rows.columns)
    values = [c for c in rows.columns if c not in keys.names]
    together = pd.concat([old[list(keys.names)], added[list(keys.names)]]).assign(**{c: old[c].reindex([*old.index, *labels]) for c in values})
    panel = data.with_rows(together[list(rows.columns)])
    mask = np.arange(len(together)) >= len(rows)
    return Prepared(panel, row_changes(panel, mask, "panel.change.row_added"), (Finding("balance.added", {"count": len(at)}, "note"),))
