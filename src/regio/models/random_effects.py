"""Regression with random effects of regions (随机效应模型)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import KEY_WORDS, Columns, Data, Key, Level, OneOrMany, Role
from regio.contract.roles import Column as ColumnRole
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import effect_rows, errors_message, figure_row, items, term_rows

if TYPE_CHECKING:
    import pandas as pd

Errors = Literal["classical", "cluster"]
PeriodEffects = Annotated[tuple[Literal["period"], ...], OneOrMany(), Role("effects", uses=True, words=KEY_WORDS)]
FIGURES = ("n", "n_regions", "r2_within", "r2_between", "r2_overall", "sigma_u", "sigma_e", "rho", "theta")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomEffects(Result):
    """coefficients: rows are terms, the constant last, with z tests; covariance: of them; fit: ``n, n_regions, n_periods, df_residual, rss, r2_within,
    r2_between, r2_overall, sigma_u, sigma_e, rho, theta`` (the median region's), ``theta_low, theta_high, chi2, chi2_df, chi2_p_value``; tests: row
    ``breusch_pagan``, of no effects of regions, with ``statistic, df, p_value``.
    """

    outcome: str
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    fit: Mapping[str, Any]
    tests: pd.DataFrame
    effects: tuple[str, ...]
    errors: str
    level: float = 0.95

    def exhibits(self) -> tuple[Table, ...]:
        rows = [row for term in self.coefficients.itertuples() for row in term_rows(term)]
        rows += effect_rows(self.effects)
        rows.append(Row("errors", text("regress.errors"), (Cell("text", errors_message(self.errors, ("region",))),), block="effects"))
        rows += [figure_row(name, self.fit[name], "random_effects.fit") for name in FIGURES]
        chi2 = Cell("statistic", self.fit["chi2"], self.fit["chi2_p_value"])
        rows.append(Row("chi2", text("random_effects.fit.chi2", df=self.fit["chi2_df"]), (chi2,), block="fit"))
        (bp,) = items(self.tests)
        rows.append(Row("breusch_pagan", text("random_effects.breusch_pagan"), (Cell("statistic", bp.statistic, bp.p_value),), block="fit"))
        return (
            Table(
                name="coefficients",
                frame=self.coefficients,
                columns=(Column("(1)", (Cell("text", "(1)"), label(self.outcome))),),
                rows=tuple(rows),
                title=Message("random_effects.title", {"outcome": label(self.outcome)}),
                notes=(Message("random_effects.note"), Message(f"random_effects.note.{self.errors}")),
            ),
        )


@method
def random_effects(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: PeriodEffects = (),
    errors: Errors = "classical",
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> RandomEffects:
    """Feasible generalised least squares with a random effect for each region (Swamy and Arora).

    Parameters
    ----------
    data : Panel or DataFrame, (n rows), balanced or not
    outcome : column explained, (n,)
    treatment, controls : regressors, each (n,); they may be constant within regions
    effects : ``("period",)`` adds a dummy for each period but the first; the effects of regions are the random ones
    errors : ``classical``, or ``cluster``: clustered by region
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    RandomEffects
        ``.coefficients``, ``.fit``, ``.tests``

    Raises
    ------
    ArgumentError
        without a region or period key, for a column given twice
    EstimationError
        for a regressor that is constant or a combination of others; fewer regions than coefficients

    Notes
    -----
    Least squares of y_it − θ_i ȳ_i on x_it − θ_i x̄_i, θ_i = 1 − √(σ_e²/(T_i σ_u² + σ_e²)); σ_e from the within regression, σ_u from the between
    regression. Estimates and covariance are linearmodels'; they equal Stata's ``xtreg, re`` (z tests; clustered by region where ``vce(robust)`` or
    ``vce(cluster)`` is asked for there). Swamy and Arora (1972), Econometrica 40(2); Breusch and Pagan (1980), Review of Economic Studies 47(1), with
    the one-sided p-value that ``xttest0`` prints.

    Examples
    --------
    x has the same mean in every region, so that the slope is that within regions: 2.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": list("aaabbbcccddd"), "year": [1, 2, 3] * 4, "x": [1.0, 2, 3] * 4})
    >>> frame["y"] = 2 * frame["x"] + [0.1, -0.2, 0.1, 1.1, 0.8, 1.1, 3.1, 2.8, 3.1, 1.9, 2.2, 1.9]
    >>> regio.random_effects(frame, "y", "x", region="place", period="year").coefficients["estimate"].round(6).to_dict()["x"]
    2.0
    """
    from regio.models._random_effects import fitted

    found = fitted(data, outcome, (*treatment, *controls), effects=effects, errors=errors, level=level)
    rows = found.rows
    return RandomEffects(
        outcome=outcome,
        coefficients=found.coefficients,
        covariance=found.covariance,
        fit=found.figures,
        tests=found.tests,
        effects=effects,
        errors=errors,
        level=level,
        provenance=Provenance(rows_used=len(rows.frame), rows_left_out=rows.left_out, regions_used=len(rows.regions)),
        conventions=(
            Convention("regress.errors", errors_message(errors, ("region",)), "random_effects.convention"),
            Convention("random_effects.components", "random_effects.swamy_arora", "random_effects.convention"),
        ),
        findings=rows.findings,
    )
