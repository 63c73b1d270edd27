"""Columns cut into classes (离散化)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method as door
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, GroupColumn, Key
from regio.exhibits.models import Cell, Row, Table, label, text
from regio.exhibits.models import Column as TableColumn
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

Way = Literal["equal", "quantile", "natural", "geometric", "standard_deviation", "head_tail", "tree", "robust", "manual"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Discretise(Result):
    """classes: (N rows of the table) the class of each row by column, from 1, missing where the value is; ranges: ``column, class, low, high, count``, with
    the group first where ``by`` is given; a class is (low, high], the smallest value in the first.
    """

    classes: pd.DataFrame
    ranges: pd.DataFrame
    way: str
    by: str | None

    def exhibits(self) -> tuple[Table, ...]:
        groups = (self.by,) if self.by else ()
        columns = tuple(TableColumn(name, (text(f"discretise.{name}"),)) for name in ("range", "count"))
        rows = []
        for item in self.ranges.to_dict("records"):
            words = [str(item[name]) for name in (*groups, "column", "class")]
            head = text(
                "discretise.row_in_group" if groups else "discretise.row", **{"column": label(item["column"]), "number": item["class"]} | self._group(item)
            )
            cells = (text("discretise.bounds", low=float(item["low"]), high=float(item["high"])), Cell("count", int(item["count"])))
            rows.append(Row(".".join(words), head, cells, block=".".join(words[:-1])))
        title = Message("discretise.title", {"way": Message(f"discretise.way.{self.way}")})
        notes = (Message("discretise.note"),)
        return (Table(name="ranges", frame=self.ranges, columns=columns, rows=tuple(rows), title=title, stub=text("discretise.class"), notes=notes),)

    def _group(self, item: Mapping[Any, Any]) -> dict[str, Cell]:
        return {"group": label(str(item[self.by]))} if self.by else {}

    def columns(self) -> Mapping[str, pd.Series]:
        return {str(name): self.classes[name] for name in self.classes.columns}


@door
def discretise(
    data: Data,
    columns: Columns,
    *,
    method: Way = "natural",
    classes: Count = 5,
    edges: tuple[float, ...] | None = None,
    outcome: Column | None = None,
    min_rows: Count = 1,
    by: GroupColumn | None = None,
    region: Key = None,
    period: Key = None,
) -> Discretise:
    """Classes of columns of numbers, numbered from 1.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    columns : what is cut, each (N,)
    method : ``equal``, ``quantile``, ``natural`` (exact), ``geometric``, ``standard_deviation``, ``head_tail`` (at most ``classes``), ``manual``; ``tree`` and
        ``robust`` look at the outcome
    classes : how many
    edges : inner edges of ``manual``, ascending, in the unit of the columns
    outcome : column that ``tree`` and ``robust`` look at, (N,)
    min_rows : fewest rows in a class, of ``tree`` and ``robust``
    by : edges of its own for each value of this column, or of ``region`` or ``period``
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Discretise
        ``.classes``, ``.ranges``

    Raises
    ------
    ArgumentError
        for edges that are missing or not ascending, or an outcome that is missing
    DataError
        for infinite cells
    EstimationError
        for more classes than different values, or classes that would be empty under ``natural``, ``tree`` and ``robust``

    Notes
    -----
    Classes are (lower, upper]. equal: min + i (max − min)/k. quantile: R type 7. natural: least Σ (x − x̄_class)², exact. geometric: min (max/min)^(i/k) for
    values of one sign, else even steps of arsinh(x/s), s the median of |x| > 0. standard_deviation: mean + (i − k/2) w, w = s, from six classes on s/2.
    head_tail: Jiang (2013). tree: greedy splits; robust: the exact optimum of the sum of squares between classes (Zhang, Song and Wu 2022). Where values
    repeat, ``equal``, ``quantile``, ``geometric`` and ``standard_deviation`` may give fewer classes; that is found and said.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> result = regio.discretise(pd.DataFrame({"x": [1.0, 2.0, 3.0, 10.0]}), "x", method="natural", classes=2)
    >>> result.classes["x"].tolist()
    [1.0, 1.0, 1.0, 2.0]
    """
    import pandas as pd

    from regio.spatial.detector.cutting import cut

    frame, ranges, findings = cut(data, columns, by, method=method, classes=classes, edges=edges, outcome=outcome, min_rows=min_rows)
    return Discretise(
        classes=frame,
        ranges=pd.DataFrame(ranges),
        way=method,
        by=by,
        provenance=Provenance(rows_used=int(frame.notna().all(axis=1).sum()), rows_left_out=int(frame.isna().any(axis=1).sum())),
        conventions=(Convention("discretise.how", f"discretise.way.{method}"),),
        findings=findings,
    )
