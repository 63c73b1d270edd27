"""Sigma convergence: does the dispersion of regions fall over time (σ 收敛)?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Data, Groups, Key, Level
from regio.exhibits.models import Exhibit, Kind, label, text
from regio.indices.dynamics._frames import frame_table, kinds_of, line, with_groups
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SigmaConvergence(Result):
    """dispersion: (group, period) with ``n, mean, sd, cv`` (divisor n), ``cv_sample`` and ``sd_log`` (divisor n − 1); trend: by group, the slope of the
    measure over time with ``estimate … conf_high``; tests: (group, test) whether first and last variance are equal, with ``n, df``; measure: what
    the trend is of.
    """

    dispersion: pd.DataFrame
    trend: pd.DataFrame
    tests: pd.DataFrame
    column: str
    measure: str
    level: float
    words: Mapping[str, Any]

    def exhibits(self) -> tuple[Exhibit, ...]:
        name, words = {"column": label(self.column)}, with_groups(self.words)
        frame = self.dispersion
        single = frame.index.get_level_values("group").nunique() == 1
        shown = frame.droplevel("group") if single else frame
        stub = text("dynamics.period_head") if single else text("sigma_convergence.stub")
        table = frame_table(
            shown.dropna(axis="columns", how="all"),
            kinds_of(shown.dropna(axis="columns", how="all")),
            name="dispersion",
            prefix="sigma_convergence",
            title=Message("sigma_convergence.title", name),
            stub=stub,
            notes=(Message("sigma_convergence.note.dispersion"),),
            words=words,
        )
        kinds: dict[str, Kind] = {"estimate": "estimate", "std_error": "number", "statistic": "statistic", "p_value": "p_value"}
        trend = frame_table(
            self.trend,
            kinds,
            name="trend",
            prefix="dynamics",
            title=Message("sigma_convergence.trend", {**name, "measure": Message(f"sigma_convergence.{self.measure}_head")}),
            stub=text("dynamics.group_head"),
            notes=(Message("sigma_convergence.note.trend"),),
            p_values={"estimate": "p_value"},
            words=words,
        )
        tests = frame_table(
            self.tests,
            {"n": "count", "df": "count", "statistic": "statistic", "p_value": "p_value"},
            name="tests",
            prefix="dynamics",
            title=Message("sigma_convergence.tests", name),
            stub=text("dynamics.test_head"),
            notes=(Message(f"sigma_convergence.note.test_{'logs' if self.measure == 'sd_log' else 'relative'}"),),
            words={**words, **{t: text(f"sigma_convergence.{t}") for t in ("pitman_morgan", "carree_klomp")}},
        )
        y_title = f"sigma_convergence.{self.measure}_head"
        lines = line(frame, name="lines", x="period", y=self.measure, group="" if single else "group", title=table.title, y_title=y_title, words=words)
        return (table, trend, tests, *lines)


@method
def sigma_convergence(
    data: Data,
    column: Column,
    *,
    measure: Literal["cv", "sd_log"] = "cv",
    groups: Groups | None = None,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> SigmaConvergence:
    """Dispersion of a column over the regions in each period, its trend, and whether the last period's is smaller than the first's.

    Parameters
    ----------
    data : Panel or DataFrame with regions and periods; (N rows)
    column : (N,); for ``sd_log`` positive
    measure : what trend and figure show: ``cv``, the coefficient of variation; ``sd_log``, the standard deviation of logarithms
    groups : column, or known grouping (``"east_central_west"``), that sorts the regions; the same is then done for each group
    level : confidence level of the trend
    region, period : key columns, where data is a plain frame

    Returns
    -------
    SigmaConvergence
        ``.dispersion``, ``.trend``, ``.tests``

    Raises
    ------
    ArgumentError
        for a column that does not exist, a table without regions or periods
    DataError
        for infinite values, values that are not positive (``sd_log``), a mean that is not (``cv``), one period, a group with one region

    Notes
    -----
    cv = √(Σ (y − ȳ)²/n)/ȳ; sd_log = √(Σ (ln y − mean ln y)²/(n − 1)). Trend: least squares of the measure on the period, classical errors. Tests on the
    regions with a value in the first and the last period, on logarithms (``sd_log``) or on values relative to their period's mean (``cv``): with r the
    correlation of sum and difference, t = r √((n − 2)/(1 − r²)) of Pitman (1939) and Morgan (1939), Biometrika 31, and T₂ = −(n − 2.5) ln(1 − r²) of Carree
    and Klomp (1997), Review of Economics and Statistics 79(4). t > 0: dispersion fell. Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2).

    Examples
    --------
    The coefficients of variation are 1/2 and 1/4.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": ["a", "b"] * 2, "t": [1, 1, 2, 2], "y": [1.0, 3.0, 3.0, 5.0]})
    >>> regio.sigma_convergence(frame, "y", region="r", period="t").dispersion["cv"].tolist()
    [0.5, 0.25]
    """
    from regio.indices.dynamics._sigma import sigma_frames
    from regio.indices.dynamics._values import of_regions, wide

    found = wide(data, column, "sigma_convergence", "positive" if measure == "sd_log" else "any")
    sorted_, words = (None, {}) if groups is None else of_regions(data, groups, found)
    dispersion, slopes, tests, findings = sigma_frames(found, column, measure, sorted_, level)
    return SigmaConvergence(
        dispersion=dispersion,
        trend=slopes,
        tests=tests,
        column=column,
        measure=measure,
        level=level,
        words=words,
        provenance=found.provenance,
        conventions=(Convention("sigma_convergence.measure", f"sigma_convergence.measure.{measure}"),),
        findings=(*found.findings, *findings),
    )
