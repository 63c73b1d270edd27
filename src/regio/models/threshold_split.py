"""A sample split at an estimated threshold (门槛样本分割): every slope and the constant may differ on its two sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Data, Engine, GroupColumns, Key, Level, Seed, Share
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThresholdSplit(Result):
    """thresholds: one row (1, 1), with ``value, next_value``, the hulls of both confidence sets; ssr: without a split and with it; tests: the
    Lagrange multiplier test; coefficients, covariance: ``x:1`` is x on the lower side, ``_cons:1`` its constant; unions: intervals of the slopes that
    allow for the threshold being estimated; confidence_sets, curves: along the threshold; sizes: rows on each side; regimes: of each row.
    """

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    threshold_variable: str
    thresholds: pd.DataFrame
    ssr: tuple[float, ...]
    tests: pd.DataFrame
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    unions: pd.DataFrame
    confidence_sets: pd.DataFrame
    curves: pd.DataFrame
    sizes: tuple[int, int]
    regimes: pd.Series
    fit: Mapping[str, Any]
    errors: str
    cluster: tuple[str, ...]
    convention: str
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models._threshold.split_exhibits import exhibits_of

        return exhibits_of(self)

    def columns(self) -> Mapping[str, pd.Series]:
        """The side of each row, 1 or 2."""
        return {"": self.regimes}


@method
def threshold_split(
    data: Data,
    outcome: ColumnRole,
    treatment: Columns,
    threshold_variable: ColumnRole,
    controls: Columns = (),
    *,
    errors: Literal["classical", "hc0", "hc1", "hc3", "cluster"] = "hc0",
    cluster: GroupColumns | None = None,
    trim: Share = 0.15,
    draws: Count = 999,
    level: Level = 0.95,
    convention: Literal["textbook", "hansen2000"] = "textbook",
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> ThresholdSplit:
    """One threshold in a regression without effects, tested and estimated with errors of unequal variance: Hansen (2000).

    Parameters
    ----------
    data : Panel or DataFrame, usually a cross-section; (n rows)
    outcome : column explained, (n,)
    treatment : columns whose slopes differ on the two sides, as the constant does, each (n,)
    threshold_variable : column that splits the rows, (n,)
    controls : columns with one slope on both sides
    errors, cluster : of the slopes; ``hc0`` is White's without a factor, as in the paper
    trim : least share of the rows on each side; and at least five regions
    draws : of the test; 0: no test
    level : of the confidence sets and intervals
    convention : ``textbook``, or ``hansen2000`` for the printed results of that paper's program, see the documentation
    seed, engine : of the draws; where they are computed, which changes no digit
    region, period : key columns, where data is a plain frame

    Returns
    -------
    ThresholdSplit
        ``.thresholds``, ``.tests``, ``.coefficients``, ``.unions``, ``.confidence_sets``, ``.curves``

    Raises
    ------
    ArgumentError
        for a trim of a half or more, a column twice
    DataError
        for cells that are not numbers, duplicate keys
    EstimationError
        for a threshold variable that is constant or has too few values, a regressor that is a combination of others, too few rows

    Notes
    -----
    y = x'b + (x'd) 1(q ≤ γ) + e. γ minimises the sum of squares over every value of q. The test is sup LM(γ) = s(γ)'V(γ)⁻¹s(γ), s the sum of the
    scores below γ, V robust to unequal variances; p from residuals times standard normal numbers, fitted again, V computed again in every draw
    (fixed-regressor bootstrap): Hansen (1996), Econometrica 64(2). The scaled confidence set holds the values with (S(γ) − S(γ̂)) / η² ≤
    −2 ln(1 − √level), η² = E[(x'd)²e² | q = γ] / E[(x'd)² | q = γ] by kernel regression; the other one has S(γ̂) / n for η². ``unions``: the hull of the
    slopes' normal intervals over the values of γ in the 80 % scaled set. Hansen (2000), Econometrica 68(3).

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"q": range(40), "x": [i * 7 % 11 for i in range(40)]})
    >>> frame["y"] = frame["x"] * (1 + 2 * (frame["q"] > 18)) + (frame["q"] * 5 % 3) / 10
    >>> found = regio.threshold_split(frame, "y", "x", "q", draws=0)
    >>> found.thresholds["value"].tolist(), found.coefficients.loc[["x:1", "x:2"], "estimate"].round(1).tolist()
    ([18.0], [1.0, 3.0])
    """
    from regio.models._threshold.prepare import Wanted
    from regio.models._threshold.split import assembled

    wanted = Wanted(outcome, treatment, controls, threshold_variable, (), None, regime_intercept=True)
    return assembled(
        ThresholdSplit, data, wanted, errors=errors, cluster=cluster, trim=trim, draws=draws, level=level, convention=convention, seed=seed, engine=engine
    )
