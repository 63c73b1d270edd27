"""Two-stage least squares with absorbed effects, and whether its instruments can be trusted (两阶段最小二乘，工具变量法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, Effects, GroupColumn, GroupColumns, Key, Level
from regio.exhibits.models import Exhibit
from regio.language import Message
from regio.models.regress import Regress, errors_message, regions_used

if TYPE_CHECKING:
    import pandas as pd

Errors = Literal["classical", "hc1", "cluster", "driscoll_kraay"]
Programs = Literal["ivreghdfe", "ivreg2"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoStage(Result):
    """coefficients: of the second stage, the endogenous columns first, and the constant last where no effects are absorbed; covariance: of them; fit: as in
    ``Regress``; first_stage: one ``Regress`` an endogenous column, whose ``fit`` also has ``f_excluded, partial_r2, shea_partial_r2, sanderson_windmeijer_f``;
    identification: tests by name; instruments: as used, interactions included; interactions: (new column, instrument, what it was multiplied by);
    moments: of the outcome and the endogenous columns as in ``Regress``; anderson_rubin: ``coefficient, statistic, p_value``, the test at values of the
    coefficient, without rows for several endogenous columns.
    """

    outcome: str
    endogenous: tuple[str, ...]
    instruments: tuple[str, ...]
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    fit: Mapping[str, Any]
    first_stage: tuple[Regress, ...]
    identification: Mapping[str, Any]
    anderson_rubin: pd.DataFrame
    effects: tuple[str, ...]
    errors: str
    cluster: tuple[str, ...]
    convention: str
    level: float = 0.95
    lags: int | None = None
    interactions: tuple[tuple[str, str, str], ...] = ()
    moments: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._readings import two_stage_readings

        return two_stage_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models.instruments.exhibits import identification_table, rejection_curve, stages

        return (stages(self), identification_table(self), *rejection_curve(self))


@method
def two_stage(
    data: Data,
    outcome: Column,
    endogenous: Columns,
    instruments: Columns,
    controls: Columns = (),
    *,
    interact_instruments: GroupColumn | None = None,
    effects: Effects = (),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Programs = "ivreghdfe",
    lags: Count | None = None,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> TwoStage:
    """Two-stage least squares of one column on others, some of them endogenous, with up to two absorbed effects.

    Parameters
    ----------
    data : Panel or DataFrame; (n rows)
    outcome : column explained, (n,)
    endogenous : regressors that go with the error, each (n,)
    instruments : excluded instruments, each (n,); at least as many
    controls : further regressors, each (n,), taken as exogenous
    interact_instruments : instruments that do not vary within regions are multiplied by ``"period"``: dummies of the periods (the first one is the base
        where regions are absorbed); or by a column, such as a national series. An assumption of the user's, said with the result
    effects : what is absorbed: ``"region"``, ``"period"``, a column, or ``"a*b"`` for the combinations of two columns; at most two
    errors : ``classical``, ``hc1``, ``cluster`` or ``driscoll_kraay``, as in ``regress``
    cluster : columns the errors are clustered by, at most two; None is the region
    convention : whose small-sample factors: ``ivreghdfe`` (t and F), or ``ivreg2`` (none: z and χ²; absorbed effects count as dummies partialled out)
    lags : of ``driscoll_kraay``, in periods; None is floor(4 (T/100)^(2/9)); ``ivreg2`` calls lags + 1 the bandwidth
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    TwoStage
        ``.coefficients``, ``.first_stage``, ``.identification``, ``.anderson_rubin``, ``.fit``

    Raises
    ------
    ArgumentError
        for a column that does not exist or is given twice, fewer instruments than endogenous columns, ``errors="robust"``
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for an instrument that does not vary within the effects or is a combination of controls, an instrument that is constant within regions whose
        effects are absorbed, a first stage without full rank, too few rows or clusters

    Notes
    -----
    b = (X'PX)⁻¹ X'Py, P the projection on instruments and controls, all net of the effects; its covariance is that of least squares on PX with the
    residuals y − Xb. Kleibergen-Paap's rank statistic: with x and z the endogenous columns and instruments net of controls, orthonormal, and
    T = z'x/n, l and r orthonormal bases of the null spaces of the nearest matrix of lower rank, λ = l'Tr and rk = n λ'Ω⁻¹λ, Ω the covariance of
    (l'z)(r'v); v = x gives LM, v = x − zT the Wald form, F = rk · (small-sample factor)/k. Cragg-Donald's F is its form under iid errors, from the
    smallest canonical correlation ρ: ρ²/(1 − ρ²) · (n − L − q)/k, and Anderson's LM n ρ². The confidence set holds the b for which the Anderson-Rubin
    test does not reject, found exactly as roots of a polynomial. Kleibergen and Paap (2006), Journal of Econometrics 133(1); Baum, Schaffer and
    Stillman (2007), Stata Journal 7(4); Montiel Olea and Pflueger (2013), Journal of Business & Economic Statistics 31(3); Sanderson and Windmeijer
    (2016), Journal of Econometrics 190(2); Anderson and Rubin (1949), Annals of Mathematical Statistics 20(1); Stock and Yogo (2005), Testing for weak
    instruments in linear IV regression.

    Examples
    --------
    One instrument of zeros and ones gives Wald's estimator: the difference of the mean outcomes over that of the mean treatments, (6 − 3)/(4 − 2).

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "x": [1.0, 3.0, 2.0, 4.0, 3.0, 5.0], "z": [0, 0, 0, 1, 1, 1]})
    >>> regio.two_stage(frame, "y", "x", "z").coefficients["estimate"].round(6).to_dict()["x"]
    1.5
    """
    from regio.models._two_stage import estimate
    from regio.models.instruments.design import Roles

    used = ("region",) if errors == "cluster" and cluster is None else cluster or ()
    found = estimate(
        data,
        Roles(outcome, endogenous, instruments, controls),
        interact_instruments=interact_instruments,
        effects=effects,
        errors=errors,
        cluster=used,
        convention=convention,
        lags=lags,
        level=level,
    )
    provenance = Provenance(rows_used=found.n, rows_left_out=found.left_out, regions_used=regions_used(found.second.figures))
    common: dict[str, Any] = {
        "effects": effects,
        "errors": errors,
        "cluster": used if errors == "cluster" else (),
        "convention": convention,
        "level": level,
        "lags": found.lags,
        "provenance": provenance,
        "conventions": (Convention("regress.errors", errors_message(errors, used, found.lags), f"two_stage.convention.{convention}"),),
    }
    first = tuple(
        Regress(outcome=column, coefficients=stage.coefficients, covariance=stage.covariance, fit=stage.figures, **common)
        for column, stage in zip(endogenous, found.first, strict=True)
    )
    identified = Convention("two_stage.tests", f"two_stage.note.tests.{convention}", "two_stage.note.stock_yogo")
    return TwoStage(
        outcome=outcome,
        endogenous=endogenous,
        instruments=found.instruments,
        coefficients=found.second.coefficients,
        covariance=found.second.covariance,
        fit=found.second.figures,
        first_stage=first,
        identification=found.identification,
        anderson_rubin=found.curve,
        interactions=found.interactions,
        moments=found.moments,
        findings=found.findings,
        **common | {"conventions": (*common["conventions"], identified)},
    )
