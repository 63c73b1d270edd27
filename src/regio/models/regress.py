"""Linear regression, pooled or with region and period effects absorbed (固定效应回归)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Effects, Engine, GroupColumns, Key, Large, Level
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message
from regio.models.core.conventions import Name

if TYPE_CHECKING:
    import pandas as pd

CONSTANT = "_cons"
COEFFICIENTS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
Errors = Literal["classical", "hc1", "hc3", "cluster", "driscoll_kraay"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regress(Result):
    """coefficients: (k + 1) rows, one a term and the constant last, with ``estimate, std_error, statistic, p_value, conf_low, conf_high``;
    covariance: (k + 1, k + 1) of the estimates; fit: the figures of VOCABULARY.md under ``.fit``; effects, cluster: names as given; level: of the intervals;
    lags: of Driscoll-Kraay errors.
    """

    outcome: str
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    fit: Mapping[str, Any]
    effects: tuple[str, ...]
    errors: str
    cluster: tuple[str, ...]
    convention: str
    level: float = 0.95
    lags: int | None = None

    def exhibits(self) -> tuple[Exhibit, ...]:
        columns = (Column("(1)", (Cell("text", "(1)"), label(self.outcome))),)
        rows = [row for term in self.coefficients.itertuples() for row in _term_rows(term)]
        rows += [Row(f"effects.{effect}", _effect_head(effect), (Cell("yes_no", True),), block="effects") for effect in self.effects]
        rows.append(Row("errors", text("regress.errors"), (self._errors_cell(),), block="effects"))
        figures = ["n", "n_regions", "r2", *(["r2_within"] if self.effects else []), "f_statistic"]
        rows += [Row(name, text(f"regress.fit.{name}"), (_figure(name, self.fit[name]),), block="fit") for name in figures]
        notes = (Message(f"regress.note.{self.convention}"), *((Message("regress.note.r2"),) if self.effects else ()))
        title = Message("regress.title", {"outcome": label(self.outcome)})
        return (Table(name="coefficients", frame=self.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes), *self._plot())

    def _plot(self) -> tuple[Figure, ...]:
        """The coefficients with their intervals, the constant left out."""
        frame = self.coefficients.drop(CONSTANT, errors="ignore").reset_index()
        channels = {
            "y": Channel("term", kind="label"),
            "x": Channel("estimate", text("regress.interval", level=100 * self.level)),
            "low": Channel("conf_low"),
            "high": Channel("conf_high"),
        }
        title = Message("regress.plot", {"outcome": label(self.outcome)})
        notes = (Message("regress.note.plot", {"level": 100 * self.level, "errors": errors_message(self.errors, self.cluster, self.lags)}),)
        return (Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=title, notes=notes),) if len(frame) else ()

    def _errors_cell(self) -> Cell:
        return Cell("text", errors_message(self.errors, self.cluster, self.lags))


@method
def regress(
    data: Large,
    outcome: ColumnRole,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: Effects = (),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    sample_weights: ColumnRole | None = None,
    lags: Count | None = None,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Regress:
    """Least squares of one column on others, with up to two absorbed effects.

    Parameters
    ----------
    data : Panel, DataFrame or Rows; (n rows)
    outcome : column explained, (n,)
    treatment, controls : regressors, each (n,); treatment stands first in tables
    effects : what is absorbed: ``"region"``, ``"period"``, a column, or ``"a*b"`` for the combinations of two columns; at most two
    errors : ``classical``; ``hc1`` and ``hc3``, robust to heteroskedasticity; ``cluster``; ``driscoll_kraay``, robust to dependence between regions
        and over some periods, for tables with many periods
    cluster : columns the errors are clustered by, at most two; None is the region
    convention : whose degrees of freedom and small-sample factors: ``xtreg`` (with no effects, Stata's ``regress``), ``reghdfe``, ``ivreghdfe``
    sample_weights : weight of a row, positive; scaled to a mean of one
    lags : of ``driscoll_kraay``, in periods; None is floor(4 (T/100)^(2/9))
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Regress
        ``.coefficients`` (k + 1 rows), ``.covariance``, ``.fit``

    Raises
    ------
    ArgumentError
        for a column or option that does not exist, or ``errors="robust"``, which has two readings
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for a regressor that is constant, does not vary within the effects or is a combination of others; one region under region effects; too few
        rows or clusters

    Notes
    -----
    b solves (X̃'X̃) b = X̃'ỹ, where ~ takes deviations from the effects. The constant is mean(y) − mean(x)'b. Clustered covariance
    c · B (Σ_g s_g s_g') B with B = (X̃'X̃)⁻¹, s_g = Σ_{i∈g} x̃_i e_i and c from the convention. R² counts the effects as explained; ``r2_within`` is
    net of them. Driscoll-Kraay: s_g is replaced by h_t, the sum over the rows of period t, and Σ s_g s_g' by Γ₀ + Σ_l (1 − l/(lags + 1)) (Γ_l + Γ_l'),
    Γ_l = Σ_t h_t h_{t−l}', over the periods that occur, in order; factors and T − 1 degrees of freedom as in ``xtscc``: Hoechle (2007), Stata Journal
    7(3), and Driscoll and Kraay (1998), Review of Economics and Statistics 80(4). Under ``xtreg``: Stata's manual entry [XT] xtreg, methods and
    formulas; ``reghdfe``: Correia (2017), Linear models with high-dimensional fixed effects.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> regio.regress(frame, "y", "x").coefficients["estimate"].round(3).tolist()
    [1.4, 0.9]
    """
    return fitted_regress(
        data,
        outcome,
        treatment,
        controls,
        effects=effects,
        errors=errors,
        cluster=cluster,
        convention=convention,
        sample_weights=sample_weights,
        lags=lags,
        level=level,
        engine=engine,
    )


def fitted_regress(
    data: Any,
    outcome: str,
    treatment: tuple[str, ...],
    controls: tuple[str, ...],
    *,
    effects: tuple[str, ...],
    errors: str,
    cluster: tuple[str, ...] | None,
    convention: Name,
    sample_weights: str | None,
    level: float,
    lags: int | None = None,
    engine: Any = None,
) -> Regress:
    """What the door ``regress`` returns, for methods that print several of them: arguments as the door has checked them."""
    import numpy as np
    import pandas as pd

    from regio.models._regress import estimate

    used = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    fitted, left_out = estimate(
        data,
        outcome,
        (*treatment, *controls),
        effects=effects,
        errors=errors,
        cluster=used,
        convention=convention,
        weights=sample_weights,
        level=level,
        lags=lags,
        engine=engine,
    )
    terms = pd.Index([*treatment, *controls, CONSTANT], name="term")
    found = fitted.inference
    table = np.column_stack((fitted.coefficients, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high))
    return Regress(
        outcome=outcome,
        coefficients=pd.DataFrame(table, index=terms, columns=COEFFICIENTS),
        covariance=pd.DataFrame(fitted.covariance, index=terms, columns=terms.rename(None)),
        fit=fitted.figures,
        effects=effects,
        errors=errors,
        cluster=used if errors == "cluster" else (),
        convention=convention,
        level=level,
        lags=fitted.lags,
        provenance=Provenance(rows_used=fitted.n, rows_left_out=left_out, regions_used=regions_used(fitted.figures)),
        conventions=(
            Convention("regress.errors", errors_message(errors, used, fitted.lags), f"regress.convention.{convention}"),
            *(
                (Convention("regress.fit.r2_within", f"regress.note.r2_within.{convention}"),)
                if fitted.figures["r2_within"] == fitted.figures["r2_within"]
                else ()
            ),
        ),
        findings=fitted.findings,
    )


def regions_used(figures: Mapping[str, Any]) -> int | None:
    """How many regions the rows used belong to; None where the table has no region key."""
    n = figures["n_regions"]
    return int(n) if n == n else None


def errors_message(errors: str, cluster: tuple[str, ...], lags: int | None = None) -> Message:
    """The kind of standard errors in words."""
    values: dict[str, Any] = {"columns": tuple(_key_name(c) for c in cluster)} if errors == "cluster" else {}
    return Message(f"regress.errors.{errors}", values | ({} if lags is None else {"lags": lags}))


def _term_rows(term: Any) -> tuple[Row, ...]:
    head = text("regress.constant") if term.Index == CONSTANT else label(term.Index)
    return (
        Row(term.Index, head, (Cell("estimate", term.estimate, term.p_value),), block="terms"),
        Row(term.Index, head, (Cell("std_error", term.std_error),), part="std_error", block="terms"),
        Row(term.Index, head, (Cell("statistic", term.statistic),), part="statistic", block="terms"),
    )


def _figure(name: str, value: Any) -> Cell:
    return Cell("count" if name.startswith("n") else "number", None if value != value else value)


def _key_name(name: str) -> Message | Cell:
    return Message(f"regress.key.{name}") if name in ("region", "period") else label(name)


def _effect_head(effect: str) -> Cell:
    return text("regress.effect", effect=tuple(_key_name(name) for name in effect.split("*")))
