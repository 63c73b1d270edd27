"""A kink in a panel regression (面板拐点回归): one column's slope changes at an unknown point, and the regression function does not jump."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Data, Effects, Engine, GroupColumns, Key, Level, Seed, Share
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelKink(Result):
    """kink: where the slope changes; kink_low, kink_high: its bootstrap interval, at the critical value ``critical`` of the likelihood ratio;
    tests: F against a straight line; coefficients: ``x:1`` the slope below, ``x:2`` above, ``_kink`` the kink with its standard error; curves: the
    likelihood ratio at values and between them; sizes: rows on each side; ssr: without a kink and with it.
    """

    outcome: str
    treatment: str
    controls: tuple[str, ...]
    kink: float
    kink_low: float
    kink_high: float
    critical: float
    ssr: tuple[float, ...]
    tests: pd.DataFrame
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    curves: pd.DataFrame
    sizes: tuple[int, int]
    fit: Mapping[str, Any]
    effects: tuple[str, ...]
    errors: str
    cluster: tuple[str, ...]
    scheme: str
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models._threshold.kink_exhibits import exhibits_of

        return exhibits_of(self)


@method
def panel_kink(
    data: Data,
    outcome: ColumnRole,
    treatment: ColumnRole,
    controls: Columns = (),
    *,
    effects: Effects = ("region",),
    errors: Literal["classical", "hc1", "hc3", "cluster", "driscoll_kraay"] = "cluster",
    cluster: GroupColumns | None = None,
    trim: Share = 0.1,
    sample_weights: ColumnRole | None = None,
    draws: Count = 999,
    scheme: Literal["cluster", "wild_rademacher", "wild_mammen", "wild_webb", "stratified", "iid"] = "wild_rademacher",
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> PanelKink:
    """One kink in the slope of a column, in a panel with effects, balanced or not.

    Parameters
    ----------
    data : Panel or DataFrame; (n rows)
    outcome : column explained, (n,)
    treatment : the column whose slope changes at a value of its own, (n,)
    controls : columns with one slope
    effects : absorbed: at most two
    errors, cluster : of the slopes and the kink, as in ``regress``
    trim : least share of the rows on each side of the kink; and at least five regions
    sample_weights : weight of a row, positive; scaled to a mean of one
    draws, scheme : of the bootstrap, as in ``threshold``; 0 draws: no test and no bootstrap interval. Wild weights are the usual ones here: where the
        variance of the errors changes with the treatment, whole regions refuse far too often
    level : of the intervals
    seed, engine : of the draws; where they are computed, which changes no digit
    region, period : key columns, where data is a plain frame

    Returns
    -------
    PanelKink
        ``.kink``, ``.tests``, ``.coefficients``, ``.curves``

    Raises
    ------
    ArgumentError
        for a trim of a half or more, a column twice
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for a treatment that is constant or has too few values, a regressor that does not vary within the effects, too few rows

    Notes
    -----
    y_it = a_i + b₁ min(x_it − γ, 0) + b₂ max(x_it − γ, 0) + z_it'c + e_it. Between two values of x the sum of squares is a ratio of two parabolas
    in γ, so its minimum over all γ is exact. F = (S₀ − S₁) / (S₁ / (n − N)), its distribution from draws without a kink; the interval of γ holds the
    values with (S(γ) − S₁) / (S₁ / (n − N)) at most the quantile of the same statistic at γ̂ in draws with the estimated kink. Standard errors are
    those of nonlinear least squares. Hansen (2017), Regression kink with an unknown threshold, Journal of Business & Economic Statistics 35(2); in
    panels Zhang, Zhou and Jiang (2017), Economics Letters 157.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> rows = [(f"r{i}", t, (i + 5 * t) % 17, (i * t) % 5) for i in range(12) for t in range(8)]
    >>> frame = pd.DataFrame(rows, columns=["region", "period", "x", "z"])
    >>> frame["y"] = frame["x"] + 2 * (frame["x"] - 7.5).clip(lower=0) + frame["z"] / 10
    >>> found = regio.panel_kink(frame, "y", "x", draws=0, region="region", period="period")
    >>> round(found.kink, 1), found.coefficients["estimate"].round(1).tolist()[:2]
    (7.5, [1.0, 3.0])
    """
    from regio.models._threshold.kink_fit import assembled
    from regio.models._threshold.prepare import Wanted

    wanted = Wanted(outcome, (treatment,), controls, treatment, effects, sample_weights, regime_intercept=True)
    return assembled(
        PanelKink,
        data,
        wanted,
        errors=errors,
        cluster=cluster,
        trim=trim,
        draws=draws,
        scheme=scheme,
        level=level,
        seed=seed,
        engine=engine,
    )
