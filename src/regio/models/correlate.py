"""Correlation matrix with stars (相关系数矩阵)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.finding import ArgumentError, EstimationError, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Data, GroupColumn, Key
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 3  # rows: with two every correlation is 1 or −1, and no degree of freedom is left


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correlate(Result):
    """correlations, p_values: (k, k), rows and columns in the order given; with ``by`` one such square for each group, the group as the outer
    index level; p_values are missing on the diagonal. n: rows behind every one of them; with ``by`` a Series, by group.
    """

    correlations: pd.DataFrame
    p_values: pd.DataFrame
    n: int | pd.Series
    by: str | None = None

    def exhibits(self) -> tuple[Table, ...]:
        names = list(self.correlations.columns)
        squares = list(self._squares())
        table = Table(
            name="correlations",
            frame=self.correlations,
            columns=tuple(Column(name, (Cell("text", f"({i})"),)) for i, name in enumerate(names, 1)),
            rows=tuple(row for group, r, p in squares for row in _rows(group, names, r.tolist(), p.tolist())),
            title=Message("correlate.title"),
            stub=text("correlate.variable"),
            notes=(Message("correlate.note.test"), self._size()),
        )
        return (table,)

    def _squares(self) -> Iterator[tuple[Any, Any, Any]]:
        """(group, correlations, p-values) for each group; the group is None where there are none."""
        if self.by is None:
            yield None, self.correlations.to_numpy(), self.p_values.to_numpy()
            return
        for group in self.correlations.index.unique(level=0):
            yield group, self.correlations.loc[group].to_numpy(), self.p_values.loc[group].to_numpy()

    def _size(self) -> Message:
        if isinstance(self.n, int):
            return Message("correlate.note.n", {"n": self.n})
        return Message("correlate.note.n_by_group", {"n": tuple(f"{group} ({n})" for group, n in self.n.items())})


@method
def correlate(data: Data, columns: Columns | None = None, *, by: GroupColumn | None = None, region: Key = None, period: Key = None) -> Correlate:
    """Pearson correlations of columns, each with a test that it is zero.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    columns : at least two numeric columns, each (n,); None is every numeric column that is not a key
    by : do it once for each value of this column, or of ``region`` or ``period``
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Correlate
        ``.correlations`` and ``.p_values``, (k, k); ``.n``

    Raises
    ------
    ArgumentError
        for a column that does not exist, or fewer than two columns
    DataError
        for cells that are not numbers
    EstimationError
        for a constant column, infinite cells, or fewer than three rows with a value in every column

    Notes
    -----
    r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²) over the rows that have a value in every column, as Stata's ``correlate``; so that all
    correlations describe the same rows and the matrix is one that data can have. p: two-sided, t = r √((n − 2)/(1 − r²)) with n − 2 degrees of
    freedom (Fisher 1915, Biometrika 10(4)); rows count as independent.

    Examples
    --------
    Deviations −1, 0, 1 and −1, 1, 0: r = 1/2, t = 1/√3 with one degree of freedom, p = 2/3.

    >>> import pandas as pd, regio
    >>> result = regio.correlate(pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [4.0, 6.0, 5.0]}))
    >>> result.correlations.round(4).values.tolist(), result.p_values["x"].round(4).tolist(), result.n
    ([[1.0, 0.5], [0.5, 1.0]], [nan, 0.6667], 3)
    """
    import pandas as pd

    from regio.models._correlate import pearson, standardised
    from regio.models._sample import complete, left_out

    rows = data.rows
    group = {"region": data.keys.region, "period": data.keys.period}.get(by or "", by)
    keys = (*data.keys.names, group)
    names = list(dict.fromkeys(columns or (c for c in rows.columns if c not in keys and rows[c].dtype.kind in "iufb")))
    if len(names) < 2:
        raise ArgumentError(error("correlate.two_columns", columns=tuple(names)))
    arrays = complete(rows, names, ((group,),) if group else ())
    values = rows[names].iloc[arrays.rows].to_numpy(dtype=float)
    places = {None: slice(None)} if group is None else rows.iloc[arrays.rows].groupby(group, sort=True, observed=True).indices
    r, p, n, problems = {}, {}, {}, []
    for value, at in places.items():
        inside = "" if group is None else Message("correlate.inside", {"column": group, "value": str(value)})
        n[value] = len(values[at])
        if n[value] < ENOUGH:
            gaps = tuple(f"{name} ({count})" for name, count in arrays.seen.missing.items())
            missing = Message("correlate.missing", {"columns": gaps}) if gaps else ""
            problems.append(error("correlate.too_few_rows", rows=n[value], inside=inside, missing=missing))
            continue
        scores, varying = standardised(values[at])
        problems += [error("correlate.constant", column=name, inside=inside) for name, varies in zip(names, varying, strict=True) if not varies]
        r[value], p[value] = (pd.DataFrame(square, index=pd.Index(names, name="variable"), columns=names) for square in pearson(scores))
    if problems or not places:
        raise EstimationError(*(problems or [error("correlate.no_groups", column=group)]))
    return Correlate(
        correlations=r[None] if group is None else pd.concat(r, names=[group]),
        p_values=p[None] if group is None else pd.concat(p, names=[group]),
        n=n[None] if group is None else pd.Series(n, name="n").rename_axis(group),
        by=group,
        provenance=Provenance(rows_used=len(values), rows_left_out=len(rows) - len(values)),
        conventions=(Convention("correlate.p_value", "correlate.note.test"),),
        findings=left_out(arrays.seen, (*names, *([group] if group else []))),
    )


def _rows(group: Any, names: list[str], r: list[list[float]], p: list[list[float]]) -> Iterator[Row]:
    """The lower triangle of one square; the diagonal is 1 and is not tested."""
    for i, name in enumerate(names):
        values = {"number": i + 1, "variable": label(name)}
        head = text("correlate.row", **values) if group is None else text("correlate.row_in_group", **values, group=label(str(group)))
        below = tuple(Cell("estimate", r[i][j], p[i][j]) for j in range(i))
        cells = (*below, Cell("number", 1.0), *(EMPTY for _ in names[i + 1 :]))
        yield Row(name if group is None else f"{group}.{name}", head, cells, block=str(group))
