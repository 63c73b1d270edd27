"""The slope of a treatment period by period, with leads and lags, beside a split at one date (分时期效应，平行趋势检验)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, Effects, GroupColumns, Key, Level
from regio.exhibits.models import Exhibit
from regio.models import _event_slopes_exhibits as made
from regio.models.core.conventions import Name
from regio.models.regress import Errors, Regress

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventSlopes(Result):
    """Estimates have ``estimate, std_error, statistic, p_value, conf_low, conf_high``.

    slopes: rows are periods; with a base period, differences from it, and the base itself zero without errors. distances: rows are leads (negative) and
    lags of the treatment, 0 its own period; no rows where none are asked for. split: rows ``before``, ``since``, ``difference`` at the date; no rows
    without one. tests: rows ``equal`` (over all periods), ``pre_trend`` (over those before the date), ``within_split`` (over each side of it), ``split``
    (before against since), ``leads``, ``lags`` (all zero), with ``statistic`` (F), ``df, df_residual, p_value``. models: those behind slopes, split and
    distances. since, base: periods as text, empty for none. left_out: periods without any treatment.
    """

    outcome: str
    treatment: str
    slopes: pd.DataFrame
    distances: pd.DataFrame
    split: pd.DataFrame
    tests: pd.DataFrame
    models: tuple[Regress, ...]
    since: str
    base: str
    left_out: tuple[str, ...]
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        return (made.slopes_table(self), made.tests_table(self), *made.distances_table(self), made.plot(self), *made.distances_plot(self))


@method
def event_slopes(
    data: Data,
    outcome: Column,
    treatment: Column,
    controls: Columns = (),
    *,
    since: int | str | None = None,
    base: int | str | None = None,
    leads: Count = 0,
    lagged: Count = 0,
    effects: Effects = ("region", "period"),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> EventSlopes:
    """The effect of a treatment in each period, and joint tests of what it does over time.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome, treatment, controls : columns, each (n,); the treatment may be constant within regions
    since : first period after an event: tests of the periods before it, and a model with two slopes beside the period-by-period one
    base : period from which slopes are taken as differences. None: none is needed for a treatment that varies within regions; for one that does not, under
        effects of regions, the last period before ``since``, or the first one
    leads, lagged : how many leads and lags of the treatment a further model has, counted in periods of the table
    effects, errors, cluster, convention : as in ``regress``
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    EventSlopes
        ``.slopes``, ``.tests``, ``.split``, ``.distances``, ``.models``

    Raises
    ------
    ArgumentError
        without a period key, for a period that does not occur, leads or lags without a region key, or more of them than periods
    EstimationError
        as ``regress``

    Notes
    -----
    y = Σ_t b_t x 1[period = t] + controls + effects; with a base s, b_t − b_s. ``pre_trend``: F that b_t is the same in all periods before ``since``
    (with a base among them: that differences are zero). ``split``: b_before = b_since in y = b_before x 1[t < since] + b_since x 1[t ≥ since] + …;
    ``within_split`` asks whether two slopes are enough. Leads and lags: y = Σ_j c_j x_{t−j} + …, on the rows that have all of them; leads that are not
    zero say that the outcome moves before the treatment. Where the treatment starts at different times with effects that differ between regions, slopes
    of such a model mix effects of several periods: Sun and Abraham (2021), Journal of Econometrics 225(2). Freyaldenhoven, Hansen and Shapiro (2019),
    American Economic Review 109(9), on pre-trends.

    Examples
    --------
    The slope is 1 in the first year and 3 in the second.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": list("abcd") * 2, "year": [1] * 4 + [2] * 4, "x": [0.0, 1, 2, 3] * 2, "y": [0.1, 0.7, 2.3, 2.9, 0.1, 2.7, 6.3, 8.9]})
    >>> regio.event_slopes(frame, "y", "x", effects="period", region="place", period="year").slopes["estimate"].round(6).tolist()
    [1.0, 3.0]
    """
    from regio.models._event_slopes import traced

    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "level": level}
    found = traced(data, outcome, treatment, controls, since, base, leads, lagged, options)
    n, own = int(found.models[0].fit["n"]), found.models[0].provenance
    return EventSlopes(
        outcome=outcome,
        treatment=treatment,
        slopes=found.slopes,
        distances=found.distances,
        split=found.split,
        tests=found.tests,
        models=found.models,
        since="" if since is None else str(since),
        base=found.base,
        left_out=found.left_out,
        level=level,
        provenance=Provenance(rows_used=n, rows_left_out=len(data.rows) - n, regions_used=own.regions_used if own else None),
        conventions=(*found.models[0].conventions, *((Convention("event_slopes.base", made.base_message(found.base)),) if found.base else ())),
        findings=found.findings,
    )
