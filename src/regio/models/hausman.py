"""Fixed or random effects: Hausman's test and its relatives (豪斯曼检验)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, Key, Level
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import items, number
from regio.models.random_effects import PeriodEffects

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hausman(Result):
    """coefficients: rows are the regressors that vary within regions, columns ``fixed, random, difference, std_error`` (of the difference; nan where its
    variance is not positive). tests: rows ``hausman, sigmamore, mundlak``, columns ``statistic, df, p_value``. preferred: ``fixed`` or ``random``, by
    the clustered test (``mundlak``) at 1 − level.
    """

    outcome: str
    effects: tuple[str, ...]
    coefficients: pd.DataFrame
    tests: pd.DataFrame
    preferred: str
    level: float

    def exhibits(self) -> tuple[Table, ...]:
        names = ("fixed", "random", "difference", "std_error")
        coefficients = Table(
            name="coefficients",
            frame=self.coefficients,
            columns=tuple(Column(name, (text(f"hausman.{name}"),)) for name in names),
            rows=tuple(Row(str(row.Index), label(row.Index), tuple(number(getattr(row, name)) for name in names)) for row in items(self.coefficients)),
            title=Message("hausman.title.coefficients", {"outcome": label(self.outcome)}),
            notes=(Message("hausman.note.coefficients"),),
        )
        heads = ("statistic", "df", "p_value")
        tests = Table(
            name="tests",
            frame=self.tests,
            columns=tuple(Column(name, (text(f"hausman.{name}"),)) for name in heads),
            rows=tuple(
                Row(
                    str(row.Index),
                    text(f"hausman.{row.Index}"),
                    (Cell("statistic", row.statistic, row.p_value), number(row.df), number(row.p_value, "p_value")),
                )
                for row in items(self.tests)
            ),
            title=Message("hausman.title", {"outcome": label(self.outcome)}),
            notes=(Message("hausman.note"), Message(f"hausman.note.{self.preferred}", {"level": round(100 * (1 - self.level), 10)})),
        )
        return (tests, coefficients)


@method
def hausman(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: PeriodEffects = (),
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> Hausman:
    """Whether the effects of regions go with the regressors, so that random effects are biased.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome : column explained, (n,)
    treatment, controls : regressors, each (n,); those constant within regions are in the random-effects model only
    effects : ``("period",)`` adds dummies of periods to both models
    level : 1 − level is the significance at which a model is preferred
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Hausman
        ``.tests``, ``.coefficients``, ``.preferred``

    Raises
    ------
    ArgumentError, EstimationError
        as ``random_effects``; where no regressor varies within regions

    Notes
    -----
    H = d' (V_fixed − V_random)⁻¹ d, d = b_fixed − b_random, χ² with as many degrees of freedom as coefficients compared: those of the named regressors that
    vary within regions. ``hausman``: each model's own variance, Stata's default; ``sigmamore``: both with σ² of random effects, so that the difference is
    positive definite. ``mundlak``: the random-effects model with the means of regions of these regressors, errors clustered by region, Wald test of
    the means; it alone holds under heteroskedasticity and serial correlation. Hausman (1978), Econometrica 46(6); Mundlak (1978), Econometrica 46(1);
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 10.7.3.

    Examples
    --------
    >>> import numpy as np, pandas as pd, regio
    >>> place, year = (a.ravel() for a in np.meshgrid(np.arange(8), np.arange(5), indexing="ij"))
    >>> x = place + np.sin(7.0 * place + 3.0 * year)
    >>> frame = pd.DataFrame({"place": place, "year": year, "x": x, "y": x - 2.0 * place + np.cos(5.0 * place + 2.0 * year)})
    >>> regio.hausman(frame, "y", "x", region="place", period="year").preferred
    'fixed'
    """
    from regio.models._hausman import compared

    found = compared(data, outcome, (*treatment, *controls), effects=effects, level=level)
    rows = found.rows
    notes = [*rows.findings]
    notes += [Finding("hausman.constant_within", {"columns": found.constant}, "note")] if found.constant else []
    notes += [Finding("hausman.not_positive", severity="warning")] if found.tests.loc["hausman"].isna()["statistic"] else []
    return Hausman(
        outcome=outcome,
        effects=effects,
        coefficients=found.coefficients,
        tests=found.tests,
        preferred="fixed" if float(found.tests["p_value"].to_numpy()[-1]) < 1 - level else "random",
        level=level,
        provenance=Provenance(rows_used=len(rows.frame), rows_left_out=rows.left_out, regions_used=len(rows.regions)),
        conventions=(
            Convention("hausman.mundlak", "hausman.convention.mundlak", "hausman.source"),
            Convention("hausman.hausman", "hausman.convention.hausman"),
        ),
        findings=tuple(notes),
    )
