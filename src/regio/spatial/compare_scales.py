"""The detector at several sizes of spatial units (空间尺度比较)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Columns, Count, Data, GroupColumns, Key, Level
from regio.exhibits.models import Cell, Channel, Exhibit, Figure, Row, Table, label, text
from regio.exhibits.models import Column as TableColumn
from regio.language import Message
from regio.spatial.geodetector import Methods, Numbers, Rule

if TYPE_CHECKING:
    import pandas as pd

ROWS = "rows"  # the scale of the table itself


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompareScales(Result):
    """factors: by scale and factor ``q, p_value, q_adjusted, rank, classes, method``; scales: by scale ``n, mean_q, q_90, mean_adjusted, significant``; best:
    the scale with the largest 90 % quantile of q; best_adjusted: with the largest mean adjusted q.
    """

    outcome: str
    factors: pd.DataFrame
    scales: pd.DataFrame
    best: str
    best_adjusted: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        names = list(dict.fromkeys(self.factors.index.get_level_values("factor")))
        columns = (
            *(TableColumn(str(name), (label(str(name)),)) for name in names),
            *(TableColumn(key, (text(f"compare_scales.{key}"),)) for key in ("n", "q_90", "mean_adjusted")),
        )
        rows = tuple(self._row(str(scale), names) for scale in self.scales.index)
        title = Message("compare_scales.title", {"outcome": label(self.outcome)})
        notes = (Message("compare_scales.note", {"best": _said(self.best), "adjusted": _said(self.best_adjusted)}),)
        table = Table(name="scales", frame=self.factors, columns=columns, rows=rows, title=title, stub=text("compare_scales.scale"), notes=notes)
        channels = {
            "x": Channel("scale", text("compare_scales.scale"), kind="label"),
            "y": Channel("q", text("geodetector.head.q")),
            "group": Channel("factor", kind="label"),
        }
        words = {ROWS: text("compare_scales.rows")}
        return table, Figure(name="curves", form="line", frame=self.factors.reset_index(), channels=channels, title=title, words=words)

    def _row(self, scale: str, names: Sequence[str]) -> Row:
        found = self.factors.xs(scale).reset_index().set_index("factor").to_dict("index")
        cells = [Cell("estimate", found[name]["q"], found[name]["p_value"]) for name in names]
        line = self.scales.loc[scale].to_dict()
        return Row(
            scale, _scale(scale), (*cells, Cell("count", int(line["n"])), Cell("number", float(line["q_90"])), Cell("number", float(line["mean_adjusted"])))
        )


def _said(name: str) -> Message | Cell:
    return Message("compare_scales.rows") if name == ROWS else label(name)


def _scale(name: str) -> Cell:
    return text("compare_scales.rows") if name == ROWS else label(name)


@method
def compare_scales(
    data: Data,
    outcome: Column,
    factors: GroupColumns,
    *,
    coordinates: Columns = (),
    sizes: tuple[float, ...] = (),
    units: GroupColumns = (),
    discretise: Rule | Mapping[str, Rule | Sequence[float]] = "auto",
    methods: Methods = ("equal", "quantile", "natural", "geometric", "standard_deviation"),
    classes: Numbers = (3, 4, 5, 6, 7, 8),
    min_rows: Count | None = None,
    convention: Literal["textbook", "gd", "gdverse", "cran"] = "textbook",
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> CompareScales:
    """The factor detector, with its search, on the rows and on larger and larger spatial units.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    outcome : column explained, (N,)
    factors : explanatory columns, each (N,)
    coordinates : columns x and y, in one unit of length, of which square cells are made
    sizes : widths of the cells, in that unit
    units : columns that name larger units (county, prefecture, province), smallest first
    discretise, methods, classes, min_rows, convention : as in ``geodetector``
    level : 1 − level is what counts as significant
    region, period : key columns, where data is a plain frame

    Returns
    -------
    CompareScales
        ``.factors``, ``.scales``, ``.best``, ``.best_adjusted``

    Raises
    ------
    ArgumentError
        for neither sizes nor units, sizes without coordinates or not positive
    EstimationError
        for a scale at which the detector has too few units

    Notes
    -----
    A unit has the mean of its rows for numbers, the commonest label for labels. To take the scale with the largest 90 % quantile of q over the factors
    is the rule of Song et al. (2020), GIScience & Remote Sensing 57(5). But q also grows because units become fewer, by (L − 1)/(N − 1) alone, which the
    adjusted q takes out; so the scale with the largest mean adjusted q is named beside it.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 7.0, 8.0] * 4, "zone": list("aabb") * 4, "county": [f"c{i // 2}" for i in range(16)]})
    >>> regio.compare_scales(frame, "y", "zone", units="county").factors["q"].round(3).tolist()
    [0.973, 1.0]
    """
    from regio.spatial.detector.scales import compare

    options = {"discretise": discretise, "methods": methods, "classes": classes, "min_rows": min_rows, "convention": convention, "level": level}
    found, scales, provenance, findings = compare(data, outcome, factors, coordinates, sizes, units, options)
    return CompareScales(
        outcome=outcome,
        factors=found,
        scales=scales,
        best=str(scales["q_90"].idxmax()),
        best_adjusted=str(scales["mean_adjusted"].idxmax()),
        provenance=provenance,
        conventions=(Convention("geodetector.whose", f"geodetector.whose.{convention}", "geodetector.source"),),
        findings=findings,
    )
