"""Dynamic panel threshold regression (动态面板门槛回归): a lagged outcome, and slopes that change where a variable crosses a threshold, by moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Data, Effects, Engine, Few, Key, Level, Seed, Share
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DynamicThreshold(Result):
    """thresholds: one row with ``value, next_value`` and the hull of the confidence set; critical: of the distance; tests: the row ``linearity``;
    specification: rows ``hansen, ar1, ar2``; coefficients: ``x:1`` the slope in the lower regime, ``x:2`` in the upper, ``x:difference``; ``_lag`` the
    lagged outcome, ``_regime:2`` the shift of the level; confidence_sets: every piece; curves: ``criterion`` J and ``distance`` from its least value at
    each candidate; moments: the instruments, ``variable, way`` (own, regime, lag1 …) and ``cut`` where they switch; sizes: rows of each regime; regimes:
    of each row of the table, nan where it was not used.
    """

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    threshold_variable: str
    instruments: tuple[str, ...]
    endogenous: tuple[str, ...]
    thresholds: pd.DataFrame
    critical: float
    tests: pd.DataFrame
    specification: pd.DataFrame
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    confidence_sets: pd.DataFrame
    curves: pd.DataFrame
    moments: pd.DataFrame
    sizes: tuple[int, int]
    regimes: pd.Series
    fit: Mapping[str, Any]
    effects: tuple[str, ...]
    scheme: str
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models._threshold.dynamic_exhibits import exhibits_of

        return exhibits_of(self)

    def columns(self) -> Mapping[str, pd.Series]:
        """The regime of each row."""
        return {"": self.regimes}


@method
def dynamic_threshold(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns,
    threshold_variable: ColumnRole,
    controls: Columns = (),
    *,
    instruments: Columns = (),
    endogenous: Columns = (),
    effects: Effects = ("region",),
    regime_intercept: bool = True,
    regime_lag: bool = False,
    lags: Few = 2,
    trim: Share = 0.15,
    grid: Count = 100,
    draws: Count = 499,
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> DynamicThreshold:
    """One threshold in a panel with a lagged outcome and region effects, balanced or not, by the generalised method of moments.

    Parameters
    ----------
    data : Panel or DataFrame; (n rows)
    outcome : column explained, (n,); its value one period earlier is a regressor
    treatment : columns whose slopes change with the regime, each (n,)
    threshold_variable : column that splits the rows, (n,); it may be a treatment or a control too
    controls : columns with one slope
    instruments : further columns that are related to no error of the region, each (n,)
    endogenous : which of treatment, controls and threshold_variable go with the error of the same period; the others go with no error of the region
    effects : ``("region",)``, or ``("region", "period")``
    regime_intercept, regime_lag : whether the level, and the slope of the lagged outcome, shift with the regime
    lags : lagged levels of the outcome, and of what is endogenous, that are instruments; fewer are used where there are few regions
    trim : least share of the rows in a regime; and at least five regions
    grid : at most so many values of the threshold variable are tried, evenly by rows
    draws : of the test, and again of the intervals; 0: no test, standard errors that take the threshold as known
    level : of the intervals
    seed, engine : of the draws; where they are computed, which changes no digit
    region, period : key columns, where data is a plain frame

    Returns
    -------
    DynamicThreshold
        ``.thresholds``, ``.tests``, ``.specification``, ``.coefficients``, ``.confidence_sets``, ``.curves``, ``.moments``

    Raises
    ------
    ArgumentError
        for a trim of a half or more, a column twice, an endogenous column that is no regressor, other effects
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for fewer than two regions an instrument, no two periods in a row, a threshold variable that is constant, a column that does not vary in regions

    Notes
    -----
    y_it = a_i + ρ y_i,t−1 + x_it'b + z_it'c + 1(q_it > γ)(d₀ + d₁ y_i,t−1 + x_it'd) + e_it. Each row less the mean of the later rows of its region is
    free of a_i (forward orthogonal deviations); the moments are summed over all periods (collapsed). γ̂ minimises J(γ) = min_θ ḡ'Wḡ, W in two steps.
    Test: the greatest Wald statistic of d = 0 over γ, N (J₀ − min J(γ)) with the same weights, by draws of the model without a threshold. Set of γ: the
    values with N (J(γ) − J(γ̂)) at most a quantile of draws. Standard errors: those of draws of whole regions, moments recentred (Hall and Horowitz 1996), the
    threshold searched again. Seo and Shin (2016), Journal of Econometrics 195(2), who take first differences.

    Examples
    --------
    >>> import numpy as np, pandas as pd, regio
    >>> rng, rows, y = np.random.default_rng(4), [], np.zeros(60)
    >>> for t in range(8):
    ...     x, q = rng.normal(size=(2, 60))
    ...     y = 0.4 * y + x * (0.5 + (q > 0)) + rng.normal(size=60) / 4
    ...     rows.append(pd.DataFrame({"region": range(60), "period": t, "y": y, "x": x, "q": q}))
    >>> found = regio.dynamic_threshold(pd.concat(rows), "y", "x", "q", draws=99, region="region", period="period")
    >>> found.coefficients["estimate"].round(1).tolist()[:4], float(found.tests.loc["linearity", "p_value"])
    ([0.4, 0.5, 1.5, 1.0], 0.01)
    """
    from regio.models._threshold.dynamic_data import DynamicWanted
    from regio.models._threshold.dynamic_fit import assembled

    wanted = DynamicWanted(outcome, treatment, controls, threshold_variable, instruments, endogenous, effects, regime_intercept, regime_lag)
    return assembled(DynamicThreshold, data, wanted, lags=lags, trim=trim, grid=grid, draws=draws, level=level, seed=seed, engine=engine)
