"""Variance inflation factors, pooled and net of effects (方差膨胀因子)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Data, Effects, Key
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 10  # Marquardt (1970), a rule of thumb and no test
MEAN = "_mean"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collinearity(Result):
    """inflation: k rows, one a column in the order given, with ``vif, tolerance, vif_within, tolerance_within``; the last two are missing where
    no effects are given, as is mean_vif_within. mean_vif, mean_vif_within: the means of the factors.
    """

    inflation: pd.DataFrame
    mean_vif: float
    mean_vif_within: float
    effects: tuple[str, ...] = ()

    def exhibits(self) -> tuple[Table, ...]:
        shown = list(self.inflation.columns[: 4 if self.effects else 2])
        ordered = self.inflation.sort_values("vif", ascending=False, kind="stable")
        rows = [Row(str(name), label(name), tuple(Cell("number", float(row[c])) for c in shown), block="columns") for name, row in ordered.iterrows()]
        means = {"vif": Cell("number", self.mean_vif), "vif_within": Cell("number", self.mean_vif_within)}
        rows.append(Row(MEAN, text("collinearity.mean"), tuple(means.get(c, EMPTY) for c in shown), block="mean"))
        table = Table(
            name="inflation",
            frame=self.inflation,
            columns=tuple(Column(c, self._heads(c)) for c in shown),
            rows=tuple(rows),
            title=Message("collinearity.title"),
            stub=text("collinearity.variable"),
            notes=(
                Message("collinearity.note.vif"),
                *(
                    (Message("collinearity.note.within", {"effects": tuple(n if isinstance(n, Message) else label(n) for n in _names_of(self.effects))}),)
                    if self.effects
                    else ()
                ),
            ),
        )
        return (table,)

    def _heads(self, column: str) -> tuple[Cell, ...]:
        """Two header rows where there are effects: pooled and within stand over their columns."""
        kind, _, within = column.partition("_")
        head = text(f"collinearity.{kind}")
        return (text("collinearity.within" if within else "collinearity.pooled"), head) if self.effects else (head,)


@method
def collinearity(data: Data, columns: Columns, *, effects: Effects = (), region: Key = None, period: Key = None) -> Collinearity:
    """How much the variance of each coefficient grows because the regressors go together.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    columns : regressors, each (n,)
    effects : also on columns net of these: ``"region"``, ``"period"``, a column, or ``"a*b"`` for the combinations of two columns; at most two
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Collinearity
        ``.inflation`` (k rows), ``.mean_vif``, ``.mean_vif_within``

    Raises
    ------
    ArgumentError
        for a column that does not exist or is given twice, no column, or more than two effects
    DataError
        for cells that are not numbers
    EstimationError
        for a column that is constant, does not vary within the effects or is a combination of others (its VIF would be infinite); infinite cells

    Notes
    -----
    VIF_j = 1/(1 − R_j²), with R_j² from the regression of column j on the others and a constant: the diagonal of the inverse correlation matrix.
    Tolerance is 1/VIF. Within: the regression has the dummies of the effects too, and R_j² is net of them; it is this factor that belongs to a
    regression with the same effects. Rows need a value in every column. Above 10 a warning: Marquardt (1970), Technometrics 12(3), 591–612; a
    rule of thumb, see O'Brien (2007), Quality & Quantity 41(5).

    Examples
    --------
    Two columns with r = 1/2 have VIF 1/(1 − 1/4).

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [4.0, 6.0, 5.0]})
    >>> regio.collinearity(frame, ["x", "y"]).inflation["vif"].round(4).tolist()
    [1.3333, 1.3333]
    """
    import numpy as np
    import pandas as pd

    from regio.models._collinearity import net_of
    from regio.models._correlate import in_unit_range
    from regio.models._sample import complete, left_out

    _check(columns, effects)
    keys = {"region": data.keys.region, "period": data.keys.period}
    absorbed = tuple(tuple(keys.get(word) or word for word in effect.split("*")) for effect in effects)
    arrays = complete(data.rows, columns, absorbed)
    if not len(arrays.rows):
        raise EstimationError(error("regress.no_rows", rows=len(data.rows)))
    values = in_unit_range(np.column_stack([arrays.columns[name] for name in columns]))
    pooled = _factors(columns, net_of(values, ()), values, ())
    within = _factors(columns, net_of(values, [arrays.codes(effect) for effect in absorbed]), values, effects) if effects else np.full(len(columns), np.nan)
    table = np.column_stack((pooled, 1 / pooled, within, 1 / within))
    return Collinearity(
        inflation=pd.DataFrame(table, index=pd.Index(columns, name="variable"), columns=["vif", "tolerance", "vif_within", "tolerance_within"]),
        mean_vif=float(pooled.mean()),
        mean_vif_within=float(within.mean()),
        effects=effects,
        provenance=Provenance(rows_used=len(values), rows_left_out=len(data.rows) - len(values)),
        conventions=(Convention("collinearity.vif", "collinearity.note.vif"),),
        findings=(
            *left_out(arrays.seen, (*columns, *(c for effect in absorbed for c in effect))),
            *_above("collinearity.above", columns, pooled),
            *_above("collinearity.above_within", columns, within, effects=_names_of(effects)),
        ),
    )


def _names_of(effects: tuple[str, ...]) -> tuple[Message | str, ...]:
    """The columns of effects as values of a message."""
    words = dict.fromkeys(word for effect in effects for word in effect.split("*"))
    return tuple(Message(f"regress.key.{word}") if word in ("region", "period") else word for word in words)


def _check(columns: tuple[str, ...], effects: tuple[str, ...]) -> None:
    twice = tuple(sorted({c for c in columns if columns.count(c) > 1}))
    problems = [] if columns else [error("collinearity.no_columns")]
    problems += [error("collinearity.twice", columns=twice)] if twice else []
    problems += [error("regress.three_effects", effects=effects)] if len(effects) > 2 else []
    if problems:
        raise ArgumentError(*problems)


def _factors(names: tuple[str, ...], columns: Any, values: Any, effects: tuple[str, ...]) -> Any:
    """The factors of columns net of a constant and the effects; raises EstimationError, naming all columns that have none."""
    from regio.models._collinearity import combinations, inflation, varies

    code = "regress.no_within_variation" if effects else "collinearity.constant"
    absorbed: dict[str, Any] = {"effects": _names_of(effects)} if effects else {}
    if problems := [error(code, column=name, **absorbed) for name, varying in zip(names, varies(columns, values), strict=True) if not varying]:
        raise EstimationError(*problems)
    code = "collinearity.perfect_within" if effects else "collinearity.perfect"
    if problems := [error(code, column=names[d.column], others=tuple(names[j] for j in d.others), **absorbed) for d in combinations(columns)]:
        raise EstimationError(*problems)
    return inflation(columns)


def _above(code: str, names: tuple[str, ...], factors: Any, **more: Any) -> tuple[Finding, ...]:
    """A warning that names the columns above the rule of thumb, the largest first."""
    found = sorted(((float(f), name) for name, f in zip(names, factors, strict=True) if f > LIMIT), reverse=True)
    shown = tuple(Message("collinearity.one", {"column": name, "vif": f"{factor:.2f}"}) for factor, name in found)
    return (Finding(code, {"columns": shown, "limit": LIMIT, **more}),) if found else ()
