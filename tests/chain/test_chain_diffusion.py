"""Curves of diffusion: recovered from simulated ones, hold-out error on real months, remarks, bad input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regio.chain
from regio.contract.finding import DataError, EstimationError, FindingError

CLOSE = 1e-5  # least squares stop where the step is this small, relative


def logistic(t: np.ndarray, ceiling: float = 0.8, speed: float = 0.5, midpoint: float = 2018.0) -> np.ndarray:
    return np.asarray(ceiling / (1 + np.exp(-speed * (t - midpoint))))


def bass(n: int, market: float = 100.0, p: float = 0.01, q: float = 0.4) -> np.ndarray:
    t = np.arange(n + 1)
    fall = np.exp(-(p + q) * t)
    return np.asarray(market * np.diff((1 - fall) / (1 + q / p * fall)))


def codes(call: object) -> list[str]:
    return [f.code for f in call.findings]  # type: ignore[attr-defined]


@pytest.mark.parametrize("truth", [(0.8, 0.5, 2018.0), (1.0, 0.3, 2020.5), (50.0, 1.2, 2015.0)])
def test_a_logistic_curve_is_recovered(truth: tuple[float, float, float]) -> None:
    years = np.arange(2008, 2026)
    found = regio.chain.diffusion(pd.Series(logistic(years, *truth), index=years))
    np.testing.assert_allclose(found.parameters["estimate"], truth, rtol=CLOSE)
    assert found.fit["holdout_mape"] < 1e-4
    assert found.fit["r2"] == pytest.approx(1)


@pytest.mark.parametrize("truth", [(100.0, 0.01, 0.4), (5.0, 0.03, 0.38), (1000.0, 0.002, 0.6)])
def test_a_bass_curve_is_recovered(truth: tuple[float, float, float]) -> None:
    found = regio.chain.diffusion(pd.Series(bass(20, *truth), index=range(2001, 2021)), model="bass")
    np.testing.assert_allclose(found.parameters["estimate"], truth, rtol=1e-4)
    assert found.curve["fitted"].to_numpy() == pytest.approx(bass(20, *truth), rel=1e-4)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    years = np.arange(2004, 2024)
    hits = 0
    for seed in range(24):
        noise = np.random.default_rng(seed).normal(0, 0.01, len(years))
        found = regio.chain.diffusion(pd.Series(np.maximum(logistic(years) + noise, 0), index=years), holdout=0).parameters.iloc[0]
        hits += bool(found["conf_low"] <= 0.8 <= found["conf_high"])
    assert hits >= 19  # 23 of 24 expected; fewer than 19 has a probability below 0.001


def test_standard_errors_agree_with_curve_fit() -> None:
    from scipy.optimize import curve_fit

    years = np.arange(2004, 2024)
    y = np.maximum(logistic(years) + np.random.default_rng(1).normal(0, 0.01, len(years)), 0)
    found = regio.chain.diffusion(pd.Series(y, index=years), holdout=0).parameters
    values, covariance = curve_fit(logistic, years, y, p0=(0.7, 0.4, 2017.0))
    np.testing.assert_allclose(found["estimate"], values, rtol=1e-5)
    np.testing.assert_allclose(found["std_error"], np.sqrt(np.diag(covariance)), rtol=1e-3)


def test_a_stated_ceiling_is_kept_and_has_no_error() -> None:
    years = np.arange(2008, 2020)
    found = regio.chain.diffusion(pd.Series(logistic(years, 1.0), index=years), ceiling=1.0).parameters
    assert found["estimate"].iloc[0] == 1.0
    assert np.isnan(found["std_error"].iloc[0])


def test_scale_of_amounts_moves_the_ceiling_alone() -> None:
    years = np.arange(2004, 2024)
    y = pd.Series(np.maximum(logistic(years) + np.random.default_rng(1).normal(0, 0.01, len(years)), 0), index=years)
    one, thousand = regio.chain.diffusion(y).parameters, regio.chain.diffusion(y * 1000).parameters
    np.testing.assert_allclose(one["estimate"] * [1000, 1, 1], thousand["estimate"], rtol=1e-5)


def test_held_out_periods_are_foretold_without_them() -> None:
    years = np.arange(2004, 2024)
    y = pd.Series(np.maximum(logistic(years) + np.random.default_rng(1).normal(0, 0.01, len(years)), 0), index=years)
    found = regio.chain.diffusion(y, holdout=3)
    short = regio.chain.diffusion(y.iloc[:-3], holdout=0, ahead=3)
    np.testing.assert_allclose(found.held["foretold"], short.curve.loc[short.curve["ahead"], "fitted"], rtol=1e-6)
    assert found.fit["holdout_mape"] == pytest.approx((found.held["error"].abs() / found.held["observed"]).mean())


def test_few_points_are_remarked_and_too_few_refused() -> None:
    years = np.arange(2016, 2024)
    sales = pd.Series([0.507, 0.777, 1.256, 1.206, 1.367, 3.521, 6.887, 9.495], index=years)
    found = regio.chain.diffusion(sales, model="bass")
    assert "chain.few_for_curve" in codes(found)
    assert "8" in found.findings[0].text("zh")
    with pytest.raises(EstimationError, match="cannot give 3 parameters"):
        regio.chain.diffusion(sales.iloc[:3])


def test_growth_without_an_end_has_no_ceiling() -> None:
    years = np.arange(2000, 2020)
    found = regio.chain.diffusion(pd.Series(np.exp(0.2 * (years - 2000)), index=years), holdout=0)
    assert "chain.no_ceiling" in codes(found)


def test_real_months_report_a_hold_out_error(reference: Path) -> None:
    table = pd.read_csv(reference / "nev" / "national_monthly_2015_2025.csv")
    sales = pd.Series(table["sales"].to_numpy(float), index=pd.to_datetime(table["month"])).dropna()
    found = regio.chain.diffusion(sales, model="logistic", holdout=12)
    assert len(found.held) == 12
    assert np.isfinite(found.fit["holdout_mape"])
    assert np.isfinite(found.fit["naive_mape"])
    assert [e.name for e in found.exhibits()] == ["parameters", "held", "curve"]
    assert found.fit["r2"] > 0.8


@pytest.mark.parametrize(
    ("series", "code"),
    [
        (pd.Series([1.0, -1.0, 2.0, 3.0], index=[1, 2, 3, 4]), "chain.negative_series"),
        (pd.Series([1.0, 1.0, 2.0, 3.0], index=[1, 2, 2, 4]), "chain.periods_twice"),
        (pd.Series([1.0, 1.0, 2.0, 3.0], index=["a", "b", "c", "d"]), "chain.periods"),
        (pd.Series([0.0, 0.0, 0.0, 0.0], index=[1, 2, 3, 4]), "chain.no_growth"),
        ([1, 2, 3], "chain.not_a_series"),
    ],
)
def test_bad_series_are_refused(series: object, code: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.chain.diffusion(series)
    assert codes(caught.value) == [code]
    assert caught.value.text("zh")


def test_facts_of_a_chain_are_a_series() -> None:
    chain = regio.chain.read("new-energy-vehicles")
    found = regio.chain.diffusion(chain, subject="China NEV sales", attribute="market share", ceiling=100)
    assert found.unit == "percent"
    assert len(found.curve) == 8
    with pytest.raises(FindingError) as caught:
        regio.chain.diffusion(chain, subject="China NEV sales")
    assert codes(caught.value) == ["chain.which_series"]
    assert not isinstance(caught.value, DataError)
