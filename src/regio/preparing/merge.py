"""Columns of another table beside those that are there (合并数据). Every region and period without a partner is listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.roles import Data, OneOrMany, Role, SourceName
from regio.preparing.prepared import Prepared

if TYPE_CHECKING:
    from regio.panel import Panel

Names = Annotated[tuple[str, ...], OneOrMany(), Role("names")]  # of the other table, not of this one
SHOWN = 5  # examples in a message


def merge(data: Data, *, source: SourceName, columns: Names | None = None) -> Prepared:
    """The rows of a table with columns of another one, matched by the keys that both have.

    Parameters
    ----------
    data : Panel, (n rows); its rows and their order stay
    source : Panel (in a study the name of a source) whose columns are taken. One without a period key (areas of regions) or without a region key
        (a national price index) gives its value to every period, to every region; one with a unit key alone (what firms are) to every row of the firm
    columns : columns that are taken; None: all but the keys

    Returns
    -------
    Prepared
        the same rows with further columns; a change for each row without a partner in the source (its new cells are empty) and for each row of the
        source without a partner here (it is not taken), and the changes that the taken cells had undergone before

    Raises
    ------
    ArgumentError
        where a column exists on both sides or is not in the source, or where the tables have no key in common
    DataError
        where the source has several rows for one place here, or no row finds a partner

    Examples
    --------
    >>> import pandas as pd
    >>> from regio import Panel
    >>> panel = Panel(pd.DataFrame({"place": ["a", "a", "b"], "year": [1, 2, 1], "x": [1.0, 2.0, 3.0]}), region="place", period="year")
    >>> areas = Panel(pd.DataFrame({"province": ["b", "a"], "area": [20.0, 10.0]}), region="province")
    >>> merge(panel, source=areas).panel.rows["area"].tolist()
    [10.0, 10.0, 20.0]
    """
    from regio.panel import Panel

    if not isinstance(source, Panel):
        raise ArgumentError(error("merge.not_a_table", found=type(source).__name__))
    keys = [key for key in ("region", "period", "unit") if getattr(data.keys, key) and getattr(source.keys, key)]
    if not keys:
        raise ArgumentError(error("merge.no_common_key"))
    taken = _columns(data, source, columns)
    partner = _partners(data, source, keys)
    found = source.rows[list(taken)].reset_index(drop=True).reindex(partner).set_axis(data.rows.index)
    rows = data.rows.assign(**{name: found[name] for name in taken})
    known = {v.name for v in data.variables}
    panel = Panel(
        rows,
        region=data.keys.region,
        period=data.keys.period,
        unit=data.keys.unit,
        variables=(*data.variables, *(v for v in source.variables if v.name in taken and v.name not in known)),
        changes=data.changes,
        labels=(*data.labels, *(mark for mark in source.labels if mark not in data.labels)),
    )
    return Prepared(panel, *_account(data, source, partner, taken))


def _columns(data: Panel, source: Panel, columns: Sequence[str] | None) -> tuple[str, ...]:
    """The columns that are taken, each of them free here."""
    known = source.value_columns
    taken = known if columns is None else (columns,) if isinstance(columns, str) else tuple(dict.fromkeys(columns))
    problems = [error("panel.unknown_column", column=name, columns=known, near=suggestion(name, known)) for name in taken if name not in known]
    if clash := tuple(name for name in taken if name in data.rows.columns):
        problems.append(error("merge.clash", columns=clash, free=tuple(name for name in known if name not in data.rows.columns)))
    if not taken:
        problems.append(error("merge.nothing"))
    if problems:
        raise ArgumentError(*problems)
    return taken


def _partners(data: Panel, source: Panel, keys: Sequence[str]) -> Any:
    """(n,) place of the row of the source that belongs to each row, −1 for none."""
    import numpy as np
    import pandas as pd

    def place(panel: Panel) -> Any:
        columns = [panel.rows[getattr(panel.keys, key)].array for key in keys]
        return pd.Index(columns[0]) if len(columns) == 1 else pd.MultiIndex.from_arrays(columns)

    here, there = place(data), place(source)
    if there.has_duplicates:
        twice = there[there.duplicated()].unique()[:SHOWN]
        raise DataError(error("merge.several_rows", keys=tuple(keys), examples=tuple(map(str, twice))))
    found = np.asarray(there.get_indexer(here))
    if not (found >= 0).any():
        raise DataError(error("merge.no_partner", keys=tuple(keys), here=str(here[0]), there=str(there[0])))
    return found


def _account(data: Panel, source: Panel, partner: Any, taken: Sequence[str]) -> tuple[tuple[Any, ...], tuple[Finding, ...]]:
    """What was listed for the taken cells before, and the rows without a partner on either side."""
    import numpy as np

    from regio.preparing._cells import examples, row_changes

    alone = partner < 0
    left = ~np.isin(np.arange(len(source)), partner)
    changes = (
        *(change for change in source.changes if change.variable in taken),
        *row_changes(data, alone, "panel.change.no_partner"),
        *row_changes(source, left, "panel.change.not_taken"),
    )
    notes = [Finding("merge.no_partner_here", {"count": int(alone.sum()), "cells": examples(data, alone)})] if alone.any() else []
    notes += [Finding("merge.not_taken", {"count": int(left.sum()), "cells": examples(source, left)}, "note")] if left.any() else []
    return changes, tuple(notes)
