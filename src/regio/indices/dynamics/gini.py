"""Gini coefficient of regions, period by period (基尼系数)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Data, GroupColumn, Key
from regio.exhibits.models import Exhibit, label
from regio.indices.dynamics._frames import frame_table, kinds_of, line, part_head, weighting
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gini(Result):
    """inequality: one row a part (period), with ``n, mean, gini`` (n² in the denominator) and ``gini_unbiased`` (n(n − 1); missing where rows are
    weighted).
    """

    inequality: pd.DataFrame
    column: str
    by: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        title = Message("gini.title", {"column": label(self.column)})
        kinds = kinds_of(self.inequality.dropna(axis="columns", how="all"))
        notes = (Message("gini.note"),)
        table = frame_table(self.inequality, kinds, name="inequality", prefix="gini", title=title, stub=part_head(self.by), notes=notes)
        return (table, *line(self.inequality, name="lines", x="part", y="gini", title=title, y_title="gini.gini_head"))


@method
def gini(data: Data, column: Column, *, by: GroupColumn | None = None, sample_weights: Column | None = None, region: Key = None, period: Key = None) -> Gini:
    """Gini coefficient of a column, for each period.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    column : not negative, (N,)
    by : do it once for each value of this column, of ``region`` or of ``period``; None is the period where the table has one, else everything
    sample_weights : weight of a row, such as its population, positive; None: rows count alike
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Gini
        ``.inequality``: n, mean, gini, gini_unbiased by part

    Raises
    ------
    ArgumentError
        for a column that does not exist
    DataError
        for negative or infinite values, weights that are not positive, a part with a single row

    Notes
    -----
    G = Σ_i Σ_j |y_i − y_j| / (2 n² ȳ), pairs of a row with itself included; ``gini_unbiased`` divides by n(n − 1) instead of n². With weights p that
    sum to one: Σ_i Σ_j p_i p_j |y_i − y_j| / (2 Σ p y). Rows without a value are left out and counted. Gini (1912), Variabilità e mutabilità.

    Examples
    --------
    Mean absolute difference of 1 and 3 over all four pairs is 1; over twice the mean 2: 1/4.

    >>> import pandas as pd, regio
    >>> regio.gini(pd.DataFrame({"y": [1.0, 3.0]}), "y").inequality[["gini", "gini_unbiased"]].values.tolist()
    [[0.25, 0.5]]
    """
    from regio.indices.dynamics._parts import gini_frame
    from regio.indices.dynamics._values import read

    found = read(data, column, by=by, sample_weights=sample_weights, need="not_negative")
    inequality, findings = gini_frame(found, column)
    return Gini(
        inequality=inequality,
        column=column,
        by=found.by,
        provenance=found.provenance,
        conventions=(Convention("gini.gini_head", "gini.convention"), weighting(sample_weights)),
        findings=(*found.findings, *findings),
    )
