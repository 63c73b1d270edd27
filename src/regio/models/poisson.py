"""Poisson pseudo-maximum likelihood with absorbed effects, for outcomes in levels that may be zero (泊松伪最大似然估计)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, Effects, GroupColumns, Key, Level
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import CONSTANT, effect_rows, errors_message, figure_row, regions_used, term_rows

if TYPE_CHECKING:
    import pandas as pd

Errors = Literal["classical", "hc1", "cluster"]
FIGURES = ("n", "n_regions", "zeros", "separated", "deviance", "pseudo_r2", "r2")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poisson(Result):
    """coefficients: rows are terms, and the constant last where nothing is absorbed, with z tests; covariance: of them; fit: ``n, n_regions, n_periods,
    n_clusters, zeros`` (rows used whose outcome is zero: what a logarithm loses), ``zeros_share, separated`` (rows whose fitted value can only be zero,
    left out), ``singletons, deviance, log_likelihood, pseudo_r2, r2`` (squared correlation of outcome and fitted values), ``chi2, chi2_df, chi2_p_value``;
    effects, errors, cluster: as given.
    """

    outcome: str
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    fit: Mapping[str, Any]
    effects: tuple[str, ...]
    errors: str
    cluster: tuple[str, ...]
    level: float = 0.95

    def exhibits(self) -> tuple[Table, ...]:
        rows = [row for term in self.coefficients.itertuples() for row in term_rows(term)]
        rows += effect_rows(self.effects)
        rows.append(Row("errors", text("regress.errors"), (Cell("text", self._errors()),), block="effects"))
        counts = ("zeros", "separated")
        rows += [
            Row(name, text(f"poisson.fit.{name}"), (Cell("count", self.fit[name]),), block="fit")
            if name in counts
            else figure_row(name, self.fit[name], "poisson.fit")
            for name in FIGURES
        ]
        return (
            Table(
                name="coefficients",
                frame=self.coefficients,
                columns=(Column("(1)", (Cell("text", "(1)"), label(self.outcome))),),
                rows=tuple(rows),
                title=Message("poisson.title", {"outcome": label(self.outcome)}),
                notes=(Message("poisson.note"), Message("poisson.note.errors"), Message("poisson.note.zeros", {"zeros": self.fit["zeros"]})),
            ),
        )

    def _errors(self) -> Message:
        return Message("poisson.classical") if self.errors == "classical" else errors_message(self.errors, self.cluster)


@method
def poisson(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: Effects = (),
    errors: Errors = "hc1",
    cluster: GroupColumns | None = None,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> Poisson:
    """E(y | x) = exp(x'b + effects), estimated by Poisson pseudo-maximum likelihood; needs the extra ``poisson`` (pyfixest).

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome : column explained, (n,), zero or positive, in levels; it need not be whole numbers
    treatment, controls : regressors, each (n,)
    effects : what is absorbed, as in ``regress``; at most two
    errors : ``hc1`` or ``cluster``, which let the variance be anything; ``classical``, which takes the variance to equal the mean
    cluster : columns the errors are clustered by, at most two; None is the region
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Poisson
        ``.coefficients`` (a unit more of x multiplies the outcome by exp(b)), ``.fit``, ``.covariance``

    Raises
    ------
    ArgumentError
        for columns that do not exist, errors that are not offered
    DataError
        where pyfixest is not installed
    EstimationError
        for a negative outcome; a regressor that varies only in separated rows; no convergence; and as ``regress``

    Notes
    -----
    b solves Σ x̃ (y − μ) = 0, μ = exp(x'b + effects), by iterated least squares. Covariance c · B (Σ_g s_g s_g') B with B = (X̃' diag(μ) X̃)⁻¹, X̃ net of the
    effects under the weights μ, s_g = Σ x̃ (y − μ), c as under ``reghdfe``, which is what fixest has; z tests. Santos Silva and Tenreyro (2006), Review of
    Economics and Statistics 88(4). Rows are separated where the likelihood grows without end as their fitted value goes to zero: levels of an effect
    whose outcomes are all zero, and combinations of columns. They are found by iterated rectification, left out and counted: Correia, Guimarães and
    Zylkin (2020), Stata Journal 20(1).

    Examples
    --------
    A regressor of zeros and ones: exp(b) is the ratio of the two means, (2 + 4)/(0 + 2) = 3.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [0.0, 2.0, 2.0, 4.0], "x": [0, 0, 1, 1]})
    >>> float(regio.poisson(frame, "y", "x").coefficients["estimate"].map(__import__("math").exp).round(6)["x"])
    3.0
    """
    import pandas as pd

    from regio.models._poisson import COLUMNS, estimated

    used = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    found = estimated(data, outcome, (*treatment, *controls), effects=effects, errors=errors, cluster=used, level=level)
    terms = pd.Index([*treatment, *controls, *(() if effects else (CONSTANT,))], name="term")
    words = Message("poisson.classical") if errors == "classical" else errors_message(errors, used)
    return Poisson(
        outcome=outcome,
        coefficients=pd.DataFrame(found.table, index=terms, columns=COLUMNS),
        covariance=pd.DataFrame(found.covariance, index=terms, columns=terms.rename(None)),
        fit=found.figures,
        effects=effects,
        errors=errors,
        cluster=used if errors == "cluster" else (),
        level=level,
        provenance=Provenance(rows_used=found.figures["n"], rows_left_out=found.left_out, regions_used=regions_used(found.figures)),
        conventions=(Convention("regress.errors", words, "poisson.convention"),),
        findings=found.findings,
    )
