"""Panel threshold regression (面板门槛回归): slopes that change where a variable crosses thresholds, found exactly and tested by bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Data, Effects, Engine, Few, GroupColumns, Key, Level, OneOrMany, Seed, Share
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

Errors = Literal["classical", "hc0", "hc1", "hc3", "cluster", "driscoll_kraay"]
Values = float | Annotated[tuple[float, ...], OneOrMany()]
Shares = Share | Annotated[tuple[Share, ...], OneOrMany()]
Scheme = Literal["cluster", "wild_rademacher", "wild_mammen", "wild_webb", "stratified", "iid"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threshold(Result):
    """thresholds: rows (model, threshold), with ``value, next_value``, the hull of the confidence set and of its scaled version, the number of
    pieces; ssr: sums of squares with no threshold, one, two, …; tests: one row a threshold more; selection: BIC and Hannan-Quinn by number of
    thresholds; number: thresholds of the model whose slopes, curves and counts are given; coefficients, covariance: its slopes, ``x:1`` being x in
    the lowest regime; equality: F tests of equal slopes; confidence_sets: every piece; curves: likelihood ratio along each threshold; counts:
    (T, regimes) rows; regimes: of each row of the table, nan where it was not used; moments: of outcome and treatments as in ``Regress``.
    """

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    threshold_variable: str
    thresholds: pd.DataFrame
    ssr: tuple[float, ...]
    tests: pd.DataFrame
    selection: pd.DataFrame
    number: int
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    equality: pd.DataFrame
    confidence_sets: pd.DataFrame
    curves: pd.DataFrame
    counts: pd.DataFrame
    regimes: pd.Series
    fit: Mapping[str, Any]
    effects: tuple[str, ...]
    errors: str
    cluster: tuple[str, ...]
    convention: str
    scheme: str
    level: float
    lags: int | None = None
    moments: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._threshold.readings import threshold_readings

        return threshold_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models._threshold.exhibits import exhibits_of

        return exhibits_of(self)

    def columns(self) -> Mapping[str, pd.Series]:
        """The regime of each row."""
        return {"": self.regimes}


@method
def threshold(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns,
    threshold_variable: ColumnRole,
    controls: Columns = (),
    *,
    thresholds: Values | None = None,
    effects: Effects = ("region",),
    errors: Errors = "cluster",
    cluster: GroupColumns | None = None,
    max_thresholds: Few = 3,
    regime_intercept: bool = False,
    trim: Shares = 0.05,
    grid: Count | None = None,
    sample_weights: ColumnRole | None = None,
    lags: Count | None = None,
    draws: Count = 999,
    scheme: Scheme = "cluster",
    level: Level = 0.95,
    convention: Literal["textbook", "hansen1999", "xthreg"] = "textbook",
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Threshold:
    """Slopes by regime of a threshold variable in a panel with effects, balanced or not.

    Parameters
    ----------
    data : Panel or DataFrame; (n rows)
    outcome : column explained, (n,)
    treatment : columns whose slopes change with the regime, each (n,)
    threshold_variable : column that splits the rows, (n,); it may be a treatment or a control too
    controls : columns with one slope
    thresholds : values to use in place of a search, in the order in which they enter; no test is drawn then
    effects : absorbed: at most two
    errors, cluster, lags : of the slopes, as in ``regress``; ``hc0`` is White's without a factor
    max_thresholds : how many are searched and tested
    regime_intercept : whether the level shifts with the regime too
    trim : least share of the rows in a regime; a tuple gives one for each stage of the search. A regime also holds five regions
    grid : search at this many quantiles only; None: at every distinct value (the conventions of programs have their own)
    sample_weights : weight of a row, positive; scaled to a mean of one
    draws : bootstrap draws of each test; 0: no test, and the model has ``max_thresholds``
    scheme : ``cluster``: whole regions with replacement (Hansen 1999), in an unbalanced panel among those observed in the same periods;
        ``wild_rademacher``, ``wild_mammen``, ``wild_webb``: one random factor a region; ``stratified``; ``iid``: single residuals
    level : of the confidence sets and intervals; a threshold is significant where p_value ≤ 1 − level
    convention : ``textbook``; ``hansen1999`` and ``xthreg`` follow those programs, see the documentation
    seed, engine : of the draws; where they are computed, which changes no digit
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Threshold
        ``.thresholds``, ``.ssr``, ``.tests``, ``.coefficients``, ``.confidence_sets``, ``.curves``, ``.fit``

    Raises
    ------
    ArgumentError
        for thresholds that leave a regime empty, a trim of a half or more, a column twice
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for a threshold variable that is constant or has too few values, a regressor that does not vary within the effects, too few rows

    Notes
    -----
    y_it = a_i + x_it'b + Σ_k z_it'd_k 1(γ_{k−1} < q_it ≤ γ_k) + e_it. γ minimises the sum of squares S over every value of q; the next threshold is
    searched with the former held, each is then searched again with the others held until none moves, and all pairs are compared. F_k =
    (S_{k−1} − S_k) / (S_k / (n − N)), along the sequence and without refinement, in the data as in the draws. The confidence set holds the values
    with (S(γ) − S(γ̂)) / (S(γ̂) / (n − N)) ≤ −2 ln(1 − √level); the scaled set divides by η², for errors whose variance changes with q. Hansen (1999),
    Journal of Econometrics 93(2); Hansen (2000), Econometrica 68(3). Standard errors take the thresholds as known.

    Examples
    --------
    The slope of x is 1 where q is at most 4 and 3 above.

    >>> import pandas as pd, regio
    >>> rows = [(f"r{i}", t, (i + 3 * t) % 9, (i * t) % 7) for i in range(12) for t in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["region", "period", "q", "x"])
    >>> frame["y"] = frame["x"] * (1 + 2 * (frame["q"] > 4)) + (frame["period"] % 2) / 100
    >>> found = regio.threshold(frame, "y", "x", "q", max_thresholds=1, draws=0, region="region", period="period")
    >>> found.thresholds["value"].tolist(), found.coefficients["estimate"].round(2).tolist()[:2]
    ([4.0], [1.0, 3.0])
    """
    from regio.models._threshold.assemble import assembled
    from regio.models._threshold.prepare import Wanted

    wanted = Wanted(outcome, treatment, controls, threshold_variable, effects, sample_weights, regime_intercept)
    return assembled(
        Threshold,
        data,
        wanted,
        thresholds=(thresholds,) if isinstance(thresholds, float) else thresholds,
        errors=errors,
        cluster=cluster,
        stages=max_thresholds,
        trim=trim if isinstance(trim, tuple) else (trim,),
        grid=grid,
        lags=lags,
        draws=draws,
        scheme=scheme,
        level=level,
        convention=convention,
        seed=seed,
        engine=engine,
    )
