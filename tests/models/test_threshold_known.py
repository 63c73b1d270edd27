"""Panel threshold regression against Hansen's program, Stata's xthreg and exact optima, on the data of Hansen (1999)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from threshold_panels import CONTROLS, XTHREG_CONTROLS, answers, hansen_panel, xthreg_panel

import regio

GAUSS = 5e-8  # eight printed digits
EXACT = 1e-9  # the stored optima were checked against plain refits to 4e-14; theirs and ours are sums of squares of order 20
SINGLE = 1e-7  # the sample of xthreg holds single precision columns
TRIM = (0.01, 0.01, 0.05)
SCALE = np.array([1, 100, 1000, 1, 1, 1, 1])  # xthreg's columns are q1, q1²/100, q1³/1000, …


def close(found: Any, known: Any, tolerance: float) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(known, dtype=float), rtol=tolerance)


def fitted(frame: pd.DataFrame, **options: Any) -> Any:
    return regio.threshold(
        frame, "i", "c1", "d1", CONTROLS, **({"trim": TRIM, "region": "firm", "period": "year", "draws": 0, "errors": "classical"} | options)
    )


@pytest.fixture(scope="module")
def frame(reference: Path) -> pd.DataFrame:
    return hansen_panel(reference)


@pytest.fixture(scope="module")
def known(reference: Path) -> dict[str, Any]:
    return answers(reference)


@pytest.mark.parametrize(("count", "name"), [(1, "single"), (2, "double"), (3, "triple")])
def test_hansens_program(frame: pd.DataFrame, known: dict[str, Any], count: int, name: str) -> None:
    gauss = known["hansen_gauss_output"]
    found = fitted(frame, convention="hansen1999", max_thresholds=count)
    close(found.ssr[0], gauss["SSE0"], GAUSS)
    close(found.ssr[count], gauss[name]["SSE"], GAUSS)
    close(found.tests["statistic"].iloc[-1], gauss[name]["LR"], GAUSS)
    slopes = found.coefficients.loc[[*CONTROLS, *(f"c1:{k + 1}" for k in range(count + 1))]]
    close(slopes["estimate"], gauss[name]["coef"], GAUSS)
    close(slopes["std_error"], gauss[name]["ols_se"], GAUSS)
    white = fitted(frame, convention="hansen1999", max_thresholds=count, errors="hc0").coefficients.loc[slopes.index]
    close(white["std_error"], gauss[name]["white_se"], GAUSS)
    assert found.fit["n"] == 565 * 13


def test_thresholds_and_sets_of_hansens_program(frame: pd.DataFrame, known: dict[str, Any]) -> None:
    gauss = known["hansen_gauss_output"]
    found = fitted(frame, convention="hansen1999").thresholds[["value", "conf_low", "conf_high"]].round(5)
    assert found.loc[(1, 1)].tolist() == [gauss["single"]["gamma"], *gauss["single"]["ci95"]]
    assert found.loc[(2, 1)].tolist() == [gauss["double"]["gamma1_refined"], *gauss["double"]["ci95_gamma1"]]
    assert found.loc[(2, 2)].tolist() == [gauss["double"]["gamma2"], *gauss["double"]["ci95_gamma2"]]
    assert found.loc[(3, 2)].tolist() == [gauss["triple"]["gamma3"], *gauss["triple"]["ci95"]]


def test_published_sets_at_99_percent(frame: pd.DataFrame, known: dict[str, Any]) -> None:
    paper = known["hansen_1999_published"]
    found = fitted(frame, convention="hansen1999", max_thresholds=2, level=0.99).thresholds
    assert found.loc[(1, 1), ["conf_low", "conf_high"]].round(4).tolist() == paper["gamma1"]["ci99"]
    assert found.loc[(2, 2), ["conf_low", "conf_high"]].round(4).tolist() == paper["gamma2"]["ci99"]


@pytest.mark.parametrize(("name", "effects"), [("balanced_full_within", ("region",)), ("balanced_two_way", ("region", "period"))])
def test_exact_optima(frame: pd.DataFrame, known: dict[str, Any], name: str, effects: tuple[str, ...]) -> None:
    case = known["computed_here"]["cases"][name]
    found = fitted(frame, effects=effects)
    close(found.ssr, [case["SSR0"], case["single"]["SSR"], case["double_refined"]["SSR"], case["triple"]["SSR"]], EXACT)
    close(found.tests["statistic"], [case["single"]["F"], case["double_step2"]["F"], case["triple"]["F"]], EXACT * 1e3)  # F is a small difference
    values = found.thresholds["value"]
    assert values.loc[1].tolist() == [case["single"]["gamma"]]
    assert values.loc[2].tolist() == [case["double_refined"]["gamma"], case["double_step2"]["gamma"]]
    assert values.loc[3].tolist() == [case["double_refined"]["gamma"], case["triple"]["gamma"], case["double_step2"]["gamma"]]
    assert found.fit["n_candidates"] == case["single"]["candidates"]
    assert (found.tests["denominator"] == case["df_F"]).all()
    pieces = found.confidence_sets.query("version == 'likelihood_ratio'").set_index(["model", "threshold"])
    for key, stored in (((1, 1), "single"), ((2, 1), "double_refined"), ((2, 2), "double_step2"), ((3, 2), "triple")):
        own = pieces.loc[[key]]
        assert [own["low"].min(), own["high"].max(), own["values"].sum()] == case[stored]["ci95"], key


def test_pieces_of_the_first_set(frame: pd.DataFrame) -> None:
    found = fitted(frame, max_thresholds=1).confidence_sets.query("version == 'likelihood_ratio'")
    assert found[["low", "high", "values"]].to_numpy().tolist() == [[0.01246, 0.01298, 7], [0.01394, 0.01806, 67]]


@pytest.mark.parametrize("name", ["balanced_full_within", "balanced_two_way"])
def test_slopes_at_the_exact_optimum(frame: pd.DataFrame, known: dict[str, Any], name: str) -> None:
    case = known["computed_here"]["cases"][name]["double_coef"]
    effects = ("region", "period") if name.endswith("two_way") else ("region",)
    order = [*CONTROLS, "c1:1", "c1:2", "c1:3"]
    places = [*range(5), -3, -2, -1]  # the stored list has period dummies between
    thresholds = (0.0157, known["computed_here"]["cases"][name]["double_step2"]["gamma"])
    for errors, stored in (("classical", "se"), ("hc0", "hc0"), ("cluster", "cluster0")):
        found = fitted(frame, thresholds=thresholds, effects=effects, errors=errors)
        close(found.coefficients.loc[order, "estimate"], np.array(case["beta"])[places], EXACT)
        n, k = 7910, len(case["beta"])
        factor = np.sqrt((n - 1) / (n - k - 1) * 565 / 564) if errors == "cluster" else 1.0
        close(found.coefficients.loc[order, "std_error"], np.array(case[stored])[places] * factor, EXACT)
        assert found.fit["df_residual"] == case["df_resid"]


def test_xthreg_at_its_thresholds(reference: Path, known: dict[str, Any]) -> None:
    wang, panel = known["wang_2015_xthreg"], xthreg_panel(reference)
    options: dict[str, Any] = {"convention": "xthreg", "region": "id", "period": "year", "errors": "classical"}
    found = regio.threshold(panel, "i", "c1", "d1", XTHREG_CONTROLS, thresholds=(0.01538, 0.5418, 0.47775), **options)
    assert [round(s, 4) for s in found.ssr[1:]] == [wang[name]["RSS"] for name in ("single", "double", "triple")]
    assert found.tests["statistic"].round(2).tolist() == [wang[name]["F"] for name in ("single", "double", "triple")]
    close(found.ssr, wang["reproduced_here"]["SSR"], 1e-9)
    assert (found.tests["denominator"] == 14 * 564).all()
    single = regio.threshold(panel, "i", "c1", "d1", XTHREG_CONTROLS, thresholds=0.01538, **options)
    slopes = single.coefficients.loc[[*XTHREG_CONTROLS, "c1:1", "c1:2"]]
    assert slopes["estimate"].round(7).tolist() == wang["single"]["coef"]
    assert slopes["std_error"].round(7).tolist() == wang["single"]["se"]
    assert single.coefficients.loc["_cons", ["estimate", "std_error"]].round(7).tolist() == [wang["single"]["cons"], wang["single"]["cons_se"]]
    fit = single.fit
    assert [round(fit[name], 4) for name in ("r2_within", "r2_between", "r2_overall", "corr_effects")] == [0.0951, 0.0692, 0.0660, -0.3972]
    assert [round(fit["sigma_u"], 8), round(fit["sigma_e"], 8), round(fit["rho"], 8)] == [0.03980548, 0.04922656, 0.39535508]
    assert (round(fit["f_statistic"], 2), fit["f_df"]) == (110.21, (7, 7338))
    assert (round(fit["f_effects"], 2), fit["f_effects_df"]) == (6.90, (564, 7338))


def test_exact_optima_on_the_sample_of_xthreg(reference: Path, known: dict[str, Any]) -> None:
    case = known["computed_here"]["cases"]["balanced_full_within"]
    found = regio.threshold(xthreg_panel(reference), "i", "c1", "d1", XTHREG_CONTROLS, trim=TRIM, draws=0, region="id", period="year")
    close(found.ssr, [case["SSR0"], case["single"]["SSR"], case["double_refined"]["SSR"], case["triple"]["SSR"]], SINGLE)


def test_bootstrap_of_the_first_two_tests(frame: pd.DataFrame, known: dict[str, Any]) -> None:
    """The stored quantiles come from 9,999 draws of another program on 393 grid points, with their own Monte Carlo error."""
    stored = known["bootstrap_computed_here"]["cluster_resample_null_resid"]
    found = fitted(frame, draws=1999, max_thresholds=2, grid=393, seed=3).tests
    for k in (0, 1):
        assert abs(found["p_share"].iloc[k] - stored["p"][k]) < 0.008
        close(found[["critical_10", "critical_5"]].iloc[k], stored["crit10_5_1"][k][:2], 0.08)
    wild = fitted(frame, draws=1999, max_thresholds=1, grid=393, scheme="wild_rademacher").tests
    assert abs(wild["p_share"].iloc[0] - known["bootstrap_computed_here"]["wild_cluster_rademacher"]["p"][0]) < 0.025
    single = fitted(frame, draws=1999, max_thresholds=1, grid=393, scheme="iid").tests
    close(single[["critical_10", "critical_5"]].iloc[0], known["bootstrap_computed_here"]["iid_residuals"]["crit10_5_1"][0][:2], 0.06)
