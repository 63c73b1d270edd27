"""Linear regression, pooled or with region and period effects absorbed (固定效应回归)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Effects, Engine, GroupColumns, Key, Large, Level, Seed
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import CLUSTERED, CONSTANT, effect_rows, errors_message, figure_row, regions_used, term_rows
from regio.models._regress_readings import regression_readings
from regio.models.core.conventions import Name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COEFFICIENTS", "CONSTANT", "Errors", "EveryError", "Regress", "Scheme", "errors_message", "fitted_regress", "regions_used", "regress"]
COEFFICIENTS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
Errors = Literal["classical", "hc1", "hc3", "cluster", "driscoll_kraay"]  # those that are a covariance of all coefficients
EveryError = Literal["classical", "hc1", "hc3", "cluster", "driscoll_kraay", "wild_cluster"]
Scheme = Literal["wild_rademacher", "wild_webb"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regress(Result):
    """coefficients: (k + 1) rows, one a term and the constant last, with ``estimate, std_error, statistic, p_value, conf_low, conf_high``;
    covariance: (k + 1, k + 1) of the estimates; fit: the figures of VOCABULARY.md under ``.fit``; effects, cluster: names as given; level: of the intervals;
    lags: of Driscoll-Kraay errors; trends: as given; tests: of the wild bootstrap, rows as in coefficients, with ``statistic, p_value, p_share, scheme,
    draws, critical_10, critical_5, critical_1, enumerated``; its p-values and intervals stand in coefficients, beside clustered standard errors. moments:
    of the outcome and each treatment over the rows used, mean, standard deviation, and that within the first absorbed effect.
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
    trends: tuple[str, ...] = ()
    tests: pd.DataFrame | None = None
    moments: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        return {"coefficients": regression_readings(self)}

    def exhibits(self) -> tuple[Exhibit, ...]:
        columns = (Column("(1)", (Cell("text", "(1)"), label(self.outcome))),)
        rows = [row for term in self.coefficients.itertuples() for row in term_rows(term)]
        rows += effect_rows(self.effects, self.trends)
        rows.append(Row("errors", text("regress.errors"), (self._errors_cell(),), block="effects"))
        figures = ["n", "n_regions", "r2", *(["r2_within"] if self.effects else []), "f_statistic"]
        rows += [figure_row(name, self.fit[name]) for name in figures]
        notes = (Message(f"regress.note.{self.convention}"), *((Message("regress.note.r2"),) if self.effects else ()), *self._more_notes())
        title = Message("regress.title", {"outcome": label(self.outcome)})
        return (Table(name="coefficients", frame=self.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes), *self._plot())

    def _more_notes(self) -> tuple[Message, ...]:
        trends = (Message("regress.note.trends"),) if self.trends else ()
        return trends if self.tests is None else (*trends, wild_message(self.tests, self.level))

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
    errors: EveryError = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    sample_weights: ColumnRole | None = None,
    trends: Effects = (),
    lags: Count | None = None,
    draws: Count = 999,
    scheme: Scheme = "wild_rademacher",
    seed: Seed = 0,
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
        and over some periods, for tables with many periods; ``wild_cluster``, clustered standard errors with p-values and intervals of the wild cluster
        bootstrap, for few clusters
    cluster : columns the errors are clustered by, at most two; None is the region
    convention : whose degrees of freedom and small-sample factors: ``xtreg`` (with no effects, Stata's ``regress``), ``reghdfe``, ``ivreghdfe``
    sample_weights : weight of a row, positive; scaled to a mean of one
    trends : ``"region"`` for a linear trend of each region, or another column, or ``"a*b"``; they count as regressors, and F does not test them
    lags : of ``driscoll_kraay``, in periods; None is floor(4 (T/100)^(2/9))
    draws, scheme, seed : of ``wild_cluster``: how many, ``wild_rademacher`` (signs) or ``wild_webb`` (six points, for fewer than about twelve clusters). Where
        4,096 draws or fewer are all that exist, each is made once
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
    7(3), and Driscoll and Kraay (1998), Review of Economics and Statistics 80(4). Wild cluster bootstrap: residuals of the model in which b = b₀ times
    one random weight a cluster, t* with clustered errors in each draw, p the share of |t*| ≥ |t| with the estimate among them, (1 + R)/(1 + B), or R/B over
    all draws that exist; the interval holds every b₀ that is not rejected. Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3);
    Webb (2023), Canadian Journal of Economics 56(3); Roodman, Nielsen, MacKinnon and Webb (2019), Stata Journal 19(1). Under ``xtreg``: Stata's manual
    entry [XT] xtreg, methods and formulas; ``reghdfe``: Correia (2017), Linear models with high-dimensional fixed effects.

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
        trends=trends,
        lags=lags,
        draws=draws,
        scheme=scheme,
        seed=seed,
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
    trends: tuple[str, ...] = (),
    lags: int | None = None,
    draws: int = 999,
    scheme: Scheme = "wild_rademacher",
    seed: int = 0,
    engine: Any = None,
) -> Regress:
    """What the door ``regress`` returns, for methods that print several of them: arguments as the door has checked them."""
    import numpy as np
    import pandas as pd

    from regio.models._regress import Repetitions, estimate

    used = ("region",) if errors in CLUSTERED and cluster is None else cluster or ()
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
        trends=trends,
        repetitions=Repetitions(draws, scheme, seed),
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
        cluster=used if errors in CLUSTERED else (),
        convention=convention,
        level=level,
        lags=fitted.lags,
        trends=trends,
        tests=None if fitted.wild is None else _tests(fitted, terms, scheme),
        moments=dict(zip((outcome, *treatment), fitted.moments, strict=False)),
        provenance=Provenance(rows_used=fitted.n, rows_left_out=left_out, regions_used=regions_used(fitted.figures)),
        conventions=(
            Convention("regress.errors", errors_message(errors, used, fitted.lags), f"regress.convention.{convention}"),
            *(
                (Convention("regress.fit.r2_within", f"regress.note.r2_within.{convention}"),)
                if fitted.figures["r2_within"] == fitted.figures["r2_within"]
                else ()
            ),
            *((Convention("regress.trends", "regress.note.trends"),) if trends else ()),
        ),
        findings=fitted.findings,
    )


def wild_message(tests: pd.DataFrame, level: float) -> Message:
    """How the wild bootstrap was drawn."""
    scheme, draws, enumerated = tests[["scheme", "draws", "enumerated"]].iloc[0]
    how = "enumerated" if enumerated else "drawn"
    return Message(f"regress.note.wild.{how}", {"scheme": Message(f"regress.{scheme}"), "draws": int(draws), "level": 100 * level})


def _tests(fitted: Any, terms: Any, scheme: str) -> pd.DataFrame:
    import pandas as pd

    found = fitted.wild
    critical = dict(zip(("critical_10", "critical_5", "critical_1"), found.critical.T, strict=True))
    values = {"statistic": fitted.inference.statistic, "p_value": found.p_value, "p_share": found.p_share}
    return pd.DataFrame({**values, "scheme": scheme, "draws": found.draws, **critical, "enumerated": found.enumerated}, index=terms)
