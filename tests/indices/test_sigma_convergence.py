"""Sigma convergence: a known answer, tests against scipy and the determinant form, groups, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from regional_frames import EXACT, KEYS, e13, growing, long
from scipy import stats

import regio
from regio.contract.finding import ArgumentError, DataError


def test_e13(reference: Path) -> None:
    expected = e13(reference)["convergence"]
    found = regio.sigma_convergence(long(expected["levels_region_by_year"]), "y", **KEYS)
    assert found.dispersion["cv"].tolist() == pytest.approx(expected["sigma_cv_population"], abs=EXACT)
    assert found.dispersion["sd_log"].tolist() == pytest.approx(expected["sigma_sd_of_logs_sample"], abs=EXACT)


def test_the_trend_is_a_regression_on_time() -> None:
    found = regio.sigma_convergence(long(growing()), "y", level=0.9, **KEYS)
    theirs = stats.linregress(np.arange(2001, 2010), found.dispersion["cv"])
    assert found.trend.loc["_all", ["estimate", "std_error", "p_value"]].tolist() == pytest.approx([theirs.slope, theirs.stderr, theirs.pvalue], rel=1e-9)
    reach = stats.t.ppf(0.95, 7) * theirs.stderr
    assert found.trend.loc["_all", ["conf_low", "conf_high"]].tolist() == pytest.approx([theirs.slope - reach, theirs.slope + reach], rel=1e-9)


def test_equal_variances_by_other_routes() -> None:
    levels = growing(30, 4)
    found = regio.sigma_convergence(long(levels), "y", measure="sd_log", **KEYS).tests
    x, y = np.log(levels[:, 0]), np.log(levels[:, -1])
    r, p = stats.pearsonr(x + y, x - y)
    assert found.loc[("_all", "pitman_morgan"), ["statistic", "p_value"]].tolist() == pytest.approx([r * np.sqrt(28 / (1 - r * r)), p], rel=1e-9)
    covariance = np.cov(x, y, ddof=0)
    printed = 27.5 * np.log(1 + (covariance[0, 0] - covariance[1, 1]) ** 2 / (4 * np.linalg.det(covariance)))  # Carree and Klomp's own form
    row = found.loc[("_all", "carree_klomp")]
    assert row["statistic"] == pytest.approx(printed, rel=1e-9)
    assert row["p_value"] == pytest.approx(stats.chi2.sf(printed, 1), rel=1e-9)
    assert row["critical_5"] == pytest.approx(stats.chi2.isf(0.05, 1), rel=1e-9)


def test_swapping_first_and_last_turns_the_sign() -> None:
    levels = growing(12, 2)
    there = regio.sigma_convergence(long(levels), "y", **KEYS).tests["statistic"]
    back = regio.sigma_convergence(long(levels[:, ::-1]), "y", **KEYS).tests["statistic"]
    assert [there.iloc[0], there.iloc[1]] == pytest.approx([-back.iloc[0], back.iloc[1]], rel=1e-9)


def test_groups_are_done_like_tables_of_their_own() -> None:
    frame = long(growing()).assign(zone=lambda f: f["r"].map(lambda r: "north" if r < "r08" else "south"))
    found = regio.sigma_convergence(frame, "y", groups="zone", **KEYS)
    alone = regio.sigma_convergence(frame[frame["zone"] == "south"], "y", **KEYS)
    pd.testing.assert_frame_equal(found.dispersion.loc["south"], alone.dispersion.loc["_all"])
    assert found.tests.loc["south", "statistic"].tolist() == alone.tests.loc["_all", "statistic"].tolist()
    assert found.dispersion.index.get_level_values("group").unique().tolist() == ["_all", "north", "south"]


def test_regions_that_come_and_go_are_said() -> None:
    frame = long(growing(5, 3)).drop(index=[0])
    found = regio.sigma_convergence(frame, "y", **KEYS)
    assert [(f.code, f.values["count"]) for f in found.findings] == [("sigma_convergence.unlike", 1)]
    assert found.tests["n"].tolist() == [4, 4]


BAD: list[tuple[pd.DataFrame, dict[str, Any], type[Exception], str, str]] = [
    (long([[1.0, -2.0], [2.0, -1.0]]), {}, DataError, "a coefficient of variation has no meaning", "变异系数没有意义"),
    (long([[1.0, 0.0], [2.0, 1.0]]), {"measure": "sd_log"}, DataError, "zero or negative", "零值或负值"),
    (long([[1.0], [2.0]]), {}, DataError, "compares periods; the table has one", "只有一个时期"),
    (long([[1.0, 2.0]]), {}, DataError, "Fewer than two regions", "不足两个"),
    (long([[1.0, 2.0], [2.0, 1.0]]).assign(zone=list("aabc")), {"groups": "zone"}, DataError, "r01 changes its group", "组别发生变化"),
]


@pytest.mark.parametrize(("frame", "options", "kind", "en", "zh"), BAD)
def test_refusals(frame: pd.DataFrame, options: dict[str, Any], kind: type[Exception], en: str, zh: str) -> None:
    with pytest.raises(kind) as caught:
        regio.sigma_convergence(frame, "y", **options, **KEYS)
    assert en in caught.value.text("en")  # type: ignore[attr-defined]
    assert zh in caught.value.text("zh")  # type: ignore[attr-defined]


def test_regions_and_periods_are_needed() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.sigma_convergence(long(growing(3, 1)), "y", region="r")
    assert [f.code for f in caught.value.findings] == ["contract.no_period"]
