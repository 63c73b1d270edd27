"""The frames of ``sigma_convergence``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtri, stdtrit

from regio.contract.finding import DataError, Finding, error
from regio.indices.dynamics._frames import ALL
from regio.indices.dynamics._spread import dispersion, equal_variances, trend
from regio.indices.dynamics._values import Wide

ESTIMATE = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
LEVELS = {"critical_10": 0.10, "critical_5": 0.05, "critical_1": 0.01}


def sigma_frames(
    found: Wide, column: str, measure: str, groups: NDArray[Any] | None, level: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, tuple[Finding, ...]]:
    rows: dict[Any, dict[str, Any]] = {}
    slopes, tests = {}, dict[Any, dict[str, Any]]()
    for group, members in members_of(found, groups):
        here = found.values[members]
        for j, period in enumerate(found.periods):
            values = here[:, j][~np.isnan(here[:, j])]
            if len(values) < 2:
                raise DataError(error("sigma_convergence.few", group="" if group == ALL else group, period=str(period)))
            spread = dispersion(values)
            if measure == "cv" and not spread.mean > 0:
                raise DataError(error("sigma_convergence.mean", column=column, period=str(period)))
            rows[group, period] = asdict(spread)
        series = np.array([rows[group, period][measure] for period in found.periods])
        slopes[group] = trend(found.times, series, level)
        tests |= _tests(group, here[:, 0], here[:, -1], measure)
    index = pd.MultiIndex.from_tuples(list(rows), names=["group", "period"])
    return (
        pd.DataFrame(list(rows.values()), index=index),
        pd.DataFrame(list(slopes.values()), index=pd.Index(list(slopes), name="group"), columns=ESTIMATE),
        pd.DataFrame(list(tests.values()), index=pd.MultiIndex.from_tuples(list(tests), names=["group", "test"])),
        _unlike(found, column),
    )


def members_of(found: Wide, groups: NDArray[Any] | None) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """All regions, then each group: names and masks."""
    yield ALL, np.ones(len(found.regions), dtype=bool)
    if groups is not None:
        for group in dict.fromkeys(groups.tolist()):
            if group:
                yield group, groups == group


def _tests(group: str, first: NDArray[np.float64], last: NDArray[np.float64], measure: str) -> dict[tuple[str, str], dict[str, Any]]:
    both = ~np.isnan(first) & ~np.isnan(last)
    x, y = first[both], last[both]
    if measure == "sd_log":
        x, y = np.log(x), np.log(y)
    elif len(x):
        x, y = x / x.mean(), y / y.mean()
    found = equal_variances(x, y)
    df = max(found.n - 2, 0)
    t_critical = {name: float(stdtrit(df, 1 - p / 2)) if df else float("nan") for name, p in LEVELS.items()}
    chi_critical = {name: float(chdtri(1, p)) for name, p in LEVELS.items()}
    return {
        (group, "pitman_morgan"): test_row(found.pitman, found.pitman_p, t_critical, n=found.n, df=df),
        (group, "carree_klomp"): test_row(found.carree, found.carree_p, chi_critical, n=found.n, df=1),
    }


def test_row(statistic: float, p_value: float, critical: dict[str, float], **more: Any) -> dict[str, Any]:
    """One row of ``.tests``: nothing is drawn, critical values are those of the distribution."""
    return {"statistic": statistic, "p_value": p_value, "p_share": float("nan"), "scheme": "", "draws": 0} | critical | more


def chi_row(statistic: float, df: int, p_value: float, **more: Any) -> dict[str, Any]:
    critical = {name: float(chdtri(df, p)) if df else float("nan") for name, p in LEVELS.items()}
    return test_row(statistic, p_value, critical, df=df, **more)


def _unlike(found: Wide, column: str) -> tuple[Finding, ...]:
    """Regions that lack some period make the dispersion of one period that of other regions."""
    gone = np.isnan(found.values).any(axis=1)
    if not gone.any():
        return ()
    return (Finding("sigma_convergence.unlike", {"column": column, "count": int(gone.sum()), "regions": len(found.regions)}),)
