"""What an estimate says of regions lifted to a level that others have reached (情景模拟)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Columns, Data, Engine, Key, Level, Of, Share
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario(Result):
    """gains: one row a region that is lifted, ``outcome`` (as it is), ``estimate, std_error, statistic, p_value, conf_low, conf_high`` of the gain,
    ``relative`` (of the outcome), ``beyond_own, beyond_sample`` (whether the lift is outside what was seen); lifts: rows (region, term), ``value, target,
    lift, own_greatest, largest_rise`` (within any region); total: rows ``mean_lifted, mean_all, total``, the same of all regions lifted; form: ``level``, or
    ``relative`` where the model is of the logarithm of a mean (poisson); terms: what is lifted; quantile: to which; at: the period; identified: as stated.
    """

    outcome: str
    terms: tuple[str, ...]
    gains: pd.DataFrame
    lifts: pd.DataFrame
    total: pd.DataFrame
    form: str
    quantile: float
    at: str
    identified: bool
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models import _scenario_exhibits as made

        return (made.gains_table(self), made.lifts_table(self), made.plot(self))


@method
def scenario(
    data: Data,
    of: Of,
    columns: Columns = (),
    *,
    quantile: Share = 0.75,
    places: tuple[str, ...] = (),
    at: int | str | None = None,
    identified: bool = False,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Scenario:
    """Regions lifted to a quantile of the treatment: the outcome that goes with it, with intervals.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    of : the call: in a study the name of its step, in Python its result. A linear model or ``poisson``, with coefficients and their covariance
    columns : what is lifted, each to its own quantile; none: the treatment of the call
    quantile : of the column over the regions of that period, in [0, 1]
    places : regions, or groups of regions, that are lifted; none: every region below the quantile
    at : the period that is looked at; None: the last
    identified : whether the study claims that the call identifies an effect; else the exhibits speak of an association
    level : of intervals
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Scenario
        ``.gains``, ``.lifts``, ``.total``

    Raises
    ------
    ArgumentError
        for a call without covariance, a column without a coefficient of its own or with an interaction, a region or period that is not there
    DataError
        where no region lies below the quantile

    Notes
    -----
    Lift Δ = max(q − x, 0), gain Δ'b with variance Δ'VΔ (delta method; V as the errors of the call have it) and t of the call's degrees of freedom. Of
    ``poisson`` the gain is a share, exp(Δ'b) − 1, and the ends of its interval are those of Δ'b. Everything else stays as it is, in this region and in all
    others: no spillovers, no change of the slope. ``beyond_own``: the target is above anything the region had; ``beyond_sample``: no region ever rose that
    much within the sample, which is what a model with region effects is estimated from. Both are extrapolations: King and Zeng (2006), The dangers of extreme
    counterfactuals, Political Analysis 14(2).

    Examples
    --------
    The slope is 1.4; a is lifted from 0 to the median, 1.5.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcd"), "y": [1.0, 2.0, 4.0, 5.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> made = regio.scenario(frame, regio.regress(frame, "y", "x", region="r"), quantile=0.5, region="r")
    >>> made.gains["estimate"].round(3).to_dict()
    {'a': 2.1, 'b': 0.7}
    """
    from regio.models._replayed import call_of
    from regio.models._scenario import make

    own = make(data, call_of("scenario", of), columns, quantile, places, at, identified, level, engine)
    wording = "identified" if identified else "association"
    first = own.pop("base")
    return Scenario(
        **own,
        quantile=quantile,
        identified=identified,
        level=level,
        conventions=(*first, Convention("scenario.wording", Message(f"scenario.{wording}"))),
    )
