"""Descriptive statistics, with the variation between and within regions (描述性统计)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import ArgumentError, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Data, GroupColumn, Key
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

STATISTICS = ("n", "mean", "median", "sd", "sd_between", "sd_within", "skewness", "kurtosis", "min", "max")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Describe(Result):
    """statistics: one row a variable (and group, where ``by`` is given, as the outer index level), with the columns ``n, mean, median, sd,
    sd_between, sd_within, skewness, kurtosis, min, max``; between and within are missing where the table has no region key.
    """

    statistics: pd.DataFrame
    by: str | None = None

    def exhibits(self) -> tuple[Table, ...]:
        shown = [s for s in STATISTICS if s == "n" or self.statistics[s].notna().any()]
        columns = tuple(Column(s, (text(f"describe.{s}"),)) for s in shown)
        rows = []
        for key, values in self.statistics.iterrows():
            group, name = key if isinstance(key, tuple) else (None, key)
            head = label(name) if group is None else text("describe.in_group", variable=label(name), group=label(str(group)))
            cells = tuple(Cell("count" if s == "n" else "number", _value(values[s])) for s in shown)
            rows.append(Row(str(name) if group is None else f"{group}.{name}", head, cells, block=str(group)))
        notes = (Message("describe.note.moments"), *((Message("describe.note.within"),) if "sd_within" in shown else ()))
        table = Table(
            name="statistics",
            frame=self.statistics,
            columns=columns,
            rows=tuple(rows),
            title=Message("describe.title"),
            stub=text("describe.variable"),
            notes=notes,
        )
        return (table,)


@method
def describe(data: Data, columns: Columns | None = None, *, by: GroupColumn | None = None, region: Key = None, period: Key = None) -> Describe:
    """Number, location, spread, shape and extremes of columns.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    columns : numeric columns, each (n,); None is every numeric column that is not a key
    by : do it once for each value of this column, or of ``region`` or ``period``
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Describe
        ``.statistics``, one row a variable

    Notes
    -----
    SD has divisor n − 1. As in Stata's ``xtsum``, the SD between regions is that of the regions' means (equally weighted, divisor N − 1), the SD
    within is that of x_it − x̄_i + x̄ (divisor n − 1). Skewness m₃/m₂^1.5 and kurtosis m₄/m₂² with divisor n (a normal has 3), as in Stata's
    ``summarize, detail``.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "x": [1.0, 3.0, 5.0, 7.0]})
    >>> regio.describe(frame, "x", region="place", period="year").statistics[["mean", "sd_between", "sd_within"]].round(4).values.tolist()
    [[4.0, 2.8284, 1.1547]]
    """
    import pandas as pd

    from regio.models._describe import summarise

    rows = data.rows
    group = {"region": data.keys.region, "period": data.keys.period}.get(by or "", by)
    keys = (*data.keys.names, group)
    names = list(dict.fromkeys(columns or (c for c in rows.columns if c not in keys and rows[c].dtype.kind in "iufb")))
    if not names:
        raise ArgumentError(error("describe.no_numbers", columns=tuple(map(str, rows.columns))))
    regions = rows[data.keys.region] if data.keys.region else None
    used = len(rows)
    if group is None:
        statistics = summarise(rows[names], regions)
    else:
        inner = None if group == data.keys.region else regions
        places = rows.groupby(group, sort=True).indices  # by place: labels of rows may occur twice
        if not places:
            raise ArgumentError(error("describe.no_groups", column=group))
        parts = {value: summarise(rows[names].iloc[at], None if inner is None else inner.iloc[at]) for value, at in places.items()}
        statistics = pd.concat(parts, names=[group, "variable"])
        used = sum(map(len, places.values()))
    conventions = (Convention("describe.skewness", "describe.note.moments"), Convention("describe.sd_within", "describe.note.within"))
    provenance = Provenance(rows_used=used, rows_left_out=len(rows) - used)  # rows without a group are in no part
    return Describe(statistics=statistics, by=group, conventions=conventions, provenance=provenance)


def _value(number: float) -> float | None:
    return None if number != number else float(number)
