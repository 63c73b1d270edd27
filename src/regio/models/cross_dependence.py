"""Whether residuals of different regions go together: Pesaran's CD test (截面相关检验)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, Effects, Key
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import items, number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossDependence(Result):
    """tests: rows ``cd`` and, with at least two periods for every pair and a balanced panel, ``lm`` (Breusch-Pagan), with ``statistic, df, p_value``;
    pairs: how many pairs of regions are compared, and how many had too few common periods; mean_correlation, mean_absolute: over the pairs.
    """

    outcome: str
    regressors: tuple[str, ...]
    effects: tuple[str, ...]
    tests: pd.DataFrame
    n_regions: int
    n_periods: int
    pairs: int
    pairs_left_out: int
    mean_correlation: float
    mean_absolute: float

    def exhibits(self) -> tuple[Table, ...]:
        heads = ("statistic", "df", "p_value")
        rows = [
            Row(
                str(item.Index),
                text(f"cross_dependence.{item.Index}"),
                (Cell("statistic", item.statistic, item.p_value), number(item.df), number(item.p_value, "p_value")),
                block="tests",
            )
            for item in items(self.tests)
        ]
        empty = (Cell("text"), Cell("text"))
        rows += [
            Row(
                name,
                text(f"cross_dependence.{name}"),
                (Cell("count" if name.startswith(("n_", "pairs")) else "number", getattr(self, name)), *empty),
                block="facts",
            )
            for name in ("mean_correlation", "mean_absolute", "n_regions", "n_periods", "pairs")
        ]
        return (
            Table(
                name="tests",
                frame=self.tests,
                columns=tuple(Column(name, (text(f"cross_dependence.{name}"),)) for name in heads),
                rows=tuple(rows),
                title=Message("cross_dependence.title", {"outcome": label(self.outcome)}),
                notes=(Message("cross_dependence.note"), Message(f"cross_dependence.note.{'residuals' if self.regressors or self.effects else 'raw'}")),
            ),
        )


@method
def cross_dependence(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: Effects = ("region",),
    region: Key = None,
    period: Key = None,
) -> CrossDependence:
    """Pesaran's CD test on the residuals of a regression, or on a column itself.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows), balanced or not
    outcome : column explained, (n,)
    treatment, controls : regressors, each (n,); none, with ``effects=()``: the column itself is tested
    effects : what is absorbed, as in ``regress``
    region, period : key columns, where data is a plain frame

    Returns
    -------
    CrossDependence
        ``.tests``, ``.mean_correlation``, ``.mean_absolute``, ``.pairs``

    Raises
    ------
    ArgumentError
        without a region or period key
    EstimationError
        where no two regions have three periods in common, and as ``regress``

    Notes
    -----
    CD = √(1/M) Σ_{i<j} √T_ij ρ_ij, ρ_ij the correlation of the residuals of regions i and j over the T_ij ≥ 3 periods that both have, M the number of
    such pairs; N(0, 1) where regions are independent. In a balanced panel √(2T/(N(N−1))) Σ ρ_ij. Pesaran (2021), Empirical Economics 60(1). LM = T Σ ρ²,
    χ² with N(N−1)/2 degrees of freedom: Breusch and Pagan (1980), Review of Economic Studies 47(1), for T well above N. After period effects
    residuals add to zero in each period and CD is biased towards a rejection: Juodis and Reese (2022), Journal of Business & Economic Statistics 40(3).

    Examples
    --------
    Two regions whose correlation is 1 over four periods: √4 · 1.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["a"] * 4 + ["b"] * 4, "year": [1, 2, 3, 4] * 2, "y": [1.0, 3, 2, 5, 2.0, 6, 4, 10]})
    >>> regio.cross_dependence(frame, "y", effects=(), region="place", period="year").tests["statistic"].round(6).to_dict()["cd"]
    2.0
    """
    from regio.models._cross_dependence import tested

    found = tested(data, outcome, (*treatment, *controls), effects)
    rows = found.rows
    notes = [*rows.findings]
    if any("period" in effect.split("*") for effect in effects):
        notes.append(Finding("cross_dependence.period_effects", severity="warning"))
    if found.left_out:
        notes.append(Finding("cross_dependence.pairs_left_out", {"pairs": found.left_out, "of": found.left_out + found.pairs}, "note"))
    facts: dict[str, Any] = {"n_regions": len(rows.regions), "n_periods": len(rows.periods), "pairs": found.pairs, "pairs_left_out": found.left_out}
    return CrossDependence(
        outcome=outcome,
        regressors=(*treatment, *controls),
        effects=effects,
        tests=found.tests,
        mean_correlation=found.mean,
        mean_absolute=found.absolute,
        **facts,
        provenance=Provenance(rows_used=len(rows.frame), rows_left_out=rows.left_out, regions_used=len(rows.regions)),
        conventions=(Convention("cross_dependence.cd", "cross_dependence.note", "cross_dependence.source"),),
        findings=tuple(notes),
    )
