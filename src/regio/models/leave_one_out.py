"""The same call without one region at a time: whether one of them makes the result (逐一剔除检验)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Data, Engine, GroupColumn, Key, Of
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaveOneOut(Result):
    """baseline: rows are terms, of the call itself; estimates: rows (left_out, term), ``estimate, std_error, statistic, p_value, conf_low, conf_high, n``,
    ``change`` (less the baseline), ``change_in_errors`` (of the baseline), ``agrees`` (same sign and, where that is significant, significant); summary:
    rows are terms, ``least, least_without, greatest, greatest_without, largest_change, largest_without, disagree, jackknife_error``; failures: name → why; by:
    what is left out.
    """

    outcome: str
    by: str
    baseline: pd.DataFrame
    estimates: pd.DataFrame
    summary: pd.DataFrame
    failures: Mapping[str, tuple[Finding, ...]]
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models import _leave_one_out_exhibits as made

        return (made.summary_table(self), made.estimates_table(self), made.plot(self))


@method
def leave_one_out(data: Data, of: Of, *, by: GroupColumn = "region", region: Key = None, period: Key = None, engine: Engine = None) -> LeaveOneOut:
    """The estimates of a call without each region, or each value of another column.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    of : the call: in a study the name of its step, in Python its result. Any kind whose result has coefficients
    by : ``"region"``, ``"period"`` or a column: the rows of one value of it are left out at a time
    region, period : key columns, where data is a plain frame

    Returns
    -------
    LeaveOneOut
        ``.estimates``, ``.summary``, ``.baseline``, ``.failures``

    Raises
    ------
    ArgumentError
        for a call without coefficients, or fewer than three values to leave out

    Notes
    -----
    Each estimate is the call on the other rows, with its own errors. ``change_in_errors`` is (b₍₋g₎ − b) / SE(b), the DFBETA of a cluster. The jackknife
    error is √((G − 1)/G Σ (b₍₋g₎ − b)²), CV3 of MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38(5): far above the clustered error, it
    says that few regions carry the result. Belsley, Kuh and Welsch (1980), Regression Diagnostics.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcd"), "y": [1.0, 2.0, 4.0, 9.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> made = regio.leave_one_out(frame, regio.regress(frame, "y", "x", region="r"), region="r")
    >>> made.estimates["estimate"].round(3).tolist()
    [3.5, 2.5, 2.786, 1.5]
    """
    from regio.models._leave_one_out import make
    from regio.models._replayed import call_of

    return LeaveOneOut(**make(data, call_of("leave_one_out", of), by, engine))
