"""Slopes by period against columns made by hand, joint tests against statsmodels, leads and lags, and bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from panels import random_panel

import regio
from regio.contract.finding import ArgumentError, FindingError
from regio.exhibits.models import Figure, Table
from regio.models.event_slopes import EventSlopes

SAME = 1e-8  # relative; two routes to one number
KEYS = {"region": "region", "period": "period"}
COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
YEARS = range(2001, 2007)


def run(frame: pd.DataFrame, **options: Any) -> EventSlopes:
    return regio.event_slopes(frame, "y", "x1", ["x2"], **KEYS, **options)


def fixed(seed: int = 1) -> pd.DataFrame:
    """A treatment that does not vary within regions."""
    frame = random_panel(seed, regions=20, periods=6)
    return frame.assign(x1=frame.groupby("region")["x3"].transform("first"))


@pytest.mark.parametrize("errors", ["classical", "cluster", "hc1"])
def test_statsmodels_with_dummies(errors: str) -> None:
    """Classical: slopes and F tests of the model with all its dummies."""
    frame = random_panel(2, regions=15, periods=6)
    result = run(frame, since=2004, errors=errors)
    fit = smf.ols("y ~ C(period):x1 + x2 + C(region) + C(period)", frame).fit(cov_type="HC1" if errors == "hc1" else "nonrobust", use_t=True)
    names = [f"C(period)[{year}]:x1" for year in YEARS]
    np.testing.assert_allclose(result.slopes["estimate"], fit.params[names], rtol=SAME)
    if errors == "cluster":
        return
    np.testing.assert_allclose(result.slopes["std_error"], fit.bse[names], rtol=1e-7)
    hypotheses = {"equal": names, "pre_trend": names[:3]}
    for test, inside in hypotheses.items():
        found = fit.f_test(", ".join(f"{inside[0]} = {other}" for other in inside[1:]))
        row = result.tests.loc[test]
        assert [row["statistic"], row["p_value"]] == pytest.approx([float(found.fvalue), float(found.pvalue)], rel=1e-6)
        assert (row["df"], row["df_residual"]) == (len(inside) - 1, fit.df_resid)
    both = fit.f_test(", ".join(f"{side[0]} = {other}" for side in (names[:3], names[3:]) for other in side[1:]))
    assert result.tests.loc["within_split", "statistic"] == pytest.approx(float(both.fvalue), rel=1e-6)


def test_the_split_at_one_date() -> None:
    frame = random_panel(3, regions=15, periods=6)
    result = run(frame, since=2003, errors="cluster")
    late = (frame["period"] >= 2003).astype(float)
    wide = frame.assign(before=frame["x1"] * (1 - late), since=frame["x1"] * late)
    plain = regio.regress(wide, "y", ["before", "since"], ["x2"], effects=("region", "period"), errors="cluster", **KEYS)
    pd.testing.assert_frame_equal(result.split.loc[["before", "since"]].reset_index(drop=True), plain.coefficients.iloc[:2].reset_index(drop=True), rtol=SAME)
    swapped = regio.regress(wide.assign(all=frame["x1"]), "y", ["all", "since"], ["x2"], effects=("region", "period"), errors="cluster", **KEYS)
    np.testing.assert_allclose(result.split.loc["difference"], swapped.coefficients.loc["since"], rtol=1e-6)
    assert result.tests.loc["split", "p_value"] == pytest.approx(swapped.coefficients.loc["since", "p_value"], rel=1e-6)
    assert len(result.models) == 2


@pytest.mark.parametrize("base", [2001, 2003, 2006])
def test_a_base_changes_slopes_by_a_constant_and_no_test(base: int) -> None:
    frame = random_panel(4, regions=15, periods=6)
    plain, moved = run(frame, since=2004, errors="cluster"), run(frame, since=2004, base=base, errors="cluster")
    np.testing.assert_allclose(moved.slopes["estimate"], plain.slopes["estimate"] - plain.slopes.loc[base, "estimate"], atol=1e-8)
    np.testing.assert_allclose(moved.tests, plain.tests, rtol=1e-6)
    assert moved.base == str(base)
    assert np.isnan(moved.slopes.loc[base, "std_error"])


def test_a_treatment_that_is_constant_within_regions() -> None:
    result = run(fixed(), since=2004, errors="cluster")
    assert result.base == "2003"
    assert [f.code for f in result.findings] == ["event_slopes.base_chosen"]
    wide = fixed().assign(**{f"d{year}": lambda f, year=year: f["x1"] * (f["period"] == year) for year in YEARS if year != 2003})
    names = [f"d{year}" for year in YEARS if year != 2003]
    plain = regio.regress(wide, "y", names, ["x2"], effects=("region", "period"), errors="cluster", **KEYS)
    np.testing.assert_allclose(result.slopes.drop(2003)[COLUMNS], plain.coefficients.loc[names], rtol=1e-7)
    assert result.tests.loc["pre_trend", "df"] == 2
    assert list(result.split.index) == ["difference"]
    assert run(fixed()).base == "2001"
    assert run(fixed(), effects="period").base == ""


@pytest.mark.parametrize(("leads", "lagged"), [(1, 2), (0, 1), (2, 0)])
def test_leads_and_lags(leads: int, lagged: int) -> None:
    frame = random_panel(5, regions=20, periods=8)
    result = run(frame, leads=leads, lagged=lagged, errors="cluster")
    wide = frame.set_index(["region", "period"])
    names = []
    for j in range(-leads, lagged + 1):
        source = frame[["region", "period", "x1"]].assign(period=frame["period"] + j).rename(columns={"x1": f"t{j}"})
        wide = wide.join(source.set_index(["region", "period"]))
        names.append(f"t{j}")
    wide = wide.reset_index().dropna(subset=names)
    plain = regio.regress(wide, "y", names, ["x2"], effects=("region", "period"), errors="cluster", **KEYS)
    np.testing.assert_allclose(result.distances, plain.coefficients.loc[names], rtol=1e-8)
    assert list(result.distances.index) == list(range(-leads, lagged + 1))
    assert {"leads": leads, "lags": lagged} == {"leads": 0, "lags": 0} | result.tests["df"].drop("equal").to_dict()
    one = [n for n, count in (("leads", leads), ("lags", lagged)) if count == 1]
    for test in one:
        term = "t-1" if test == "leads" else "t1"
        assert result.tests.loc[test, "p_value"] == pytest.approx(plain.coefficients.loc[term, "p_value"], rel=1e-6)


def test_periods_without_treatment_are_left_out() -> None:
    frame = random_panel(6, regions=15, periods=6)
    frame.loc[frame["period"] < 2003, "x1"] = 0.0
    result = run(frame, since=2003)
    assert [f.code for f in result.findings] == ["event_slopes.no_treatment"]
    assert "2001, 2002" in result.findings[0].text("en")
    assert "2001、2002" in result.findings[0].text("zh")
    assert result.slopes.loc[[2001, 2002], "estimate"].isna().all()
    assert list(result.tests.index) == ["equal", "within_split"]
    assert len(result.split) == 0


def test_exhibits() -> None:
    result = run(random_panel(7, regions=15, periods=6), since=2004, leads=1, errors="cluster")
    assert [e.name for e in result.exhibits()] == ["slopes", "tests", "distances", "plot", "distances_plot"]
    slopes, plot = result.exhibits()[0], result.exhibits()[3]
    assert isinstance(slopes, Table)
    assert [row.key for row in slopes.rows] == ["2001", "2002", "2003", "2004", "2005", "2006", "before", "since", "difference"]
    assert isinstance(plot, Figure)
    assert [(r.axis, r.at) for r in plot.references] == [("y", 0.0), ("x", 2003.5)]


def refused(**options: Any) -> str:
    with pytest.raises(FindingError) as caught:
        run(random_panel(1, regions=12, periods=6), **options)
    assert caught.value.text("zh")
    return caught.value.findings[0].code


def test_bad_input() -> None:
    frame = random_panel(1, regions=12, periods=6)
    assert refused(since=2013) == "event_slopes.unknown_period"
    assert refused(base=1999) == "event_slopes.unknown_period"
    assert refused(since=2001) == "event_slopes.nothing_before"
    assert refused(leads=3, lagged=2) == "event_slopes.too_far"
    assert refused(errors="wild_cluster") == "contract.wild_cluster"
    with pytest.raises(ArgumentError, match="names the period"):
        regio.event_slopes(frame, "y", "x1", effects=())
    with pytest.raises(ArgumentError, match="Given twice"):
        regio.event_slopes(frame, "y", "x1", ["x1"], **KEYS)
