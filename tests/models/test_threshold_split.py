"""Sample split: the printed results on the growth data of Hansen (2000), brute force, recovery, bad input."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.compute.engine import generator
from regio.contract.finding import ArgumentError, EstimationError
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.models._threshold.lagrange import lagrange, largest, multiplier

X = ("LogGDP1960", "LogInvGDP", "LogPopGwth", "LogSchool")
TERMS = ("_cons", *X)
PRINTED: dict[str, Any] = {  # output of the program thrreg (MIT), output/output.tex, commit 3b73d3a, and Hansen (2000), section 5
    "test": (833, 12.60184, 0.091),
    "second test": (57, 12.09135, 0.073),
    "ssr": (9.622743, 8.024881),
    "sets": {0.9: (594, 1794), 0.95: (594, 1794), 0.99: (539, 4802)},
    "second sets": {0.9: (29, 57), 0.95: (19, 57), 0.99: (14, 62)},
    "low": ((4.31203, 1.62680), (-0.65697, 0.21762), (0.22774, 0.07160), (-0.29487, 0.33678), (0.01806, 0.09686)),
    "high": ((3.6631, 0.71905), (-0.3234, 0.06144), (0.4957, 0.14497), (-0.4877, 0.25532), (0.3569, 0.08997)),
    "unions": ((0.68755, 9.5624), (-1.25007, -0.1465), (0.02471, 0.5740), (-1.51316, 0.9225), (-0.24701, 0.4397)),
}


@pytest.fixture(scope="module")
def growth(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "panel_threshold" / "dur_john_hansen2000.csv")


def split(frame: pd.DataFrame, variable: str, **options: Any) -> Any:
    return regio.threshold_split(frame, "GDPGwth", X, variable, **({"draws": 0, "convention": "hansen2000"} | options))


def test_the_first_split_of_the_paper(growth: pd.DataFrame) -> None:
    found = split(growth, "GDP1960", draws=999)
    assert found.thresholds["value"].tolist() == [863]
    np.testing.assert_allclose(found.ssr, PRINTED["ssr"], rtol=1e-7)
    assert found.sizes == (18, 78)
    test = found.tests.iloc[0]
    assert (test["at"], round(test["statistic"], 5)) == PRINTED["test"][:2]
    assert test["p_value"] == pytest.approx(PRINTED["test"][2], abs=0.025)  # 1,000 draws there, 999 here
    for side, name in ((1, "low"), (2, "high")):
        own = found.coefficients.loc[[f"{t}:{side}" for t in TERMS], ["estimate", "std_error"]]
        np.testing.assert_allclose(own, np.array(PRINTED[name]), atol=6e-5)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_sets_of_the_paper(growth: pd.DataFrame, level: float) -> None:
    first = split(growth, "GDP1960", level=level).thresholds.iloc[0]
    assert (first["scaled_low"], first["scaled_high"]) == PRINTED["sets"][level]
    second = split(growth[growth["GDP1960"] > 863], "Literacy", level=level)
    assert (second.thresholds["value"].iloc[0], second.sizes) == (45, (30, 48))
    assert second.ssr[1] == pytest.approx(6.198249, rel=1e-7)
    assert tuple(second.thresholds.iloc[0][["scaled_low", "scaled_high"]]) == PRINTED["second sets"][level]
    assert (second.tests["at"].iloc[0], round(second.tests["statistic"].iloc[0], 5)) == PRINTED["second test"][:2]


def test_intervals_that_allow_for_the_threshold(growth: pd.DataFrame) -> None:
    found = split(growth, "GDP1960").unions.loc[[f"{t}:1" for t in TERMS]]
    np.testing.assert_allclose(found, np.array(PRINTED["unions"]), atol=2e-4)  # the program takes 1.96, here 1.959964


def sample(seed: int, n: int = 80, *, jump: float = 1.0, noise: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"q": rng.normal(size=n).round(1), "x": rng.normal(size=n), "z": rng.normal(size=n)})
    frame["y"] = frame["x"] + jump * (frame["q"] > 0.3) * (1 + frame["x"]) + 0.5 * frame["z"] + noise * rng.normal(size=n) * (1 + 0.5 * np.abs(frame["x"]))
    return frame


def test_the_threshold_is_the_best_of_all_regressions_on_two_sides() -> None:
    for seed in range(4):
        frame = sample(seed)
        found = regio.threshold_split(frame, "y", ("x", "z"), "q", draws=0)
        tried = {}
        for value in np.unique(frame["q"]):
            sides = [frame[frame["q"] <= value], frame[frame["q"] > value]]
            if min(len(s) for s in sides) >= 0.15 * len(frame):
                tried[value] = sum(_ssr(s) for s in sides)
        assert found.thresholds["value"].iloc[0] == min(tried, key=tried.__getitem__)
        assert found.ssr[1] == pytest.approx(min(tried.values()), rel=1e-10)


def _ssr(side: pd.DataFrame) -> float:
    design = np.column_stack([np.ones(len(side)), side[["x", "z"]]])
    e = side["y"] - design @ np.linalg.lstsq(design, side["y"].to_numpy(), rcond=None)[0]
    return float(e @ e)


def test_slopes_are_those_of_each_side_by_itself() -> None:
    frame = sample(5)
    found = regio.threshold_split(frame, "y", ("x", "z"), "q", draws=0, errors="hc0")
    value = found.thresholds["value"].iloc[0]
    for side, rows in ((1, frame[frame["q"] <= value]), (2, frame[frame["q"] > value])):
        design = np.column_stack([np.ones(len(rows)), rows[["x", "z"]]])
        inverse = np.linalg.inv(design.T @ design)
        b = inverse @ design.T @ rows["y"].to_numpy()
        scores = design * (rows["y"].to_numpy() - design @ b)[:, None]
        own = found.coefficients.loc[[f"_cons:{side}", f"x:{side}", f"z:{side}"]]
        np.testing.assert_allclose(own["estimate"], b, rtol=1e-9)
        np.testing.assert_allclose(own["std_error"] ** 2, np.diag(inverse @ scores.T @ scores @ inverse), rtol=1e-9)


def brute_lagrange(x: np.ndarray, z: np.ndarray, e: np.ndarray, count: int) -> float:
    """s′V⁻¹s with x* = x 1(q ≤ γ) net of the design, V = Σ x* x*′ e²."""
    below = x * (np.arange(len(x)) < count)[:, None]
    net = below - z @ np.linalg.lstsq(z, below, rcond=None)[0]
    s = net.T @ e
    return float(s @ np.linalg.solve((net * (e**2)[:, None]).T @ net, s))


def test_the_multiplier_test_is_the_formula_in_the_data_and_in_draws() -> None:
    frame = sample(6).sort_values("q", kind="stable")
    z = np.column_stack([np.ones(80), frame[["x", "z"]]])
    x, counts = z[:, :2], np.arange(15, 66, 10)
    test = multiplier(x, z, frame["y"].to_numpy(), counts)
    np.testing.assert_allclose(lagrange(test, test.residual[:, None])[:, 0], [brute_lagrange(x, z, test.residual, c) for c in counts], rtol=1e-9)
    drawn = largest((0, 5, 3), test)
    numbers = generator((0, 5, 3)).standard_normal((5, 80))
    for b in range(5):
        y = numbers[b] * test.residual
        e = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
        assert drawn[b] == pytest.approx(max(brute_lagrange(x, z, e, c) for c in counts), rel=1e-8)


def test_controls_keep_one_slope() -> None:
    found = regio.threshold_split(sample(7), "y", "x", "q", "z", draws=0)
    assert list(found.coefficients.index) == ["x:1", "_cons:1", "x:2", "_cons:2", "z"]
    assert found.coefficients.loc["z", "estimate"] == pytest.approx(0.5, abs=0.2)


def test_the_threshold_is_recovered_and_tested() -> None:
    found = regio.threshold_split(sample(8, 200), "y", ("x", "z"), "q", draws=199)
    assert found.thresholds["value"].iloc[0] == pytest.approx(0.3)
    assert found.tests["p_value"].iloc[0] <= 0.01
    none = regio.threshold_split(sample(9, 120, jump=0.0), "y", ("x", "z"), "q", draws=199)
    assert none.tests["p_value"].iloc[0] > 0.05
    assert [f.code for f in none.findings] == ["threshold_split.not_significant"]
    assert list(none.columns()[""].index) == list(range(120))


def test_exhibits_say_what_p_is_and_give_two_sides() -> None:
    found = regio.threshold_split(sample(10), "y", ("x", "z"), "q", draws=99)
    tables = {e.name: e for e in found.exhibits() if isinstance(e, Table)}
    tests = typeset(tables["tests"].located("s"), "en")
    assert any("standard normal numbers" in note for note in tests.notes)
    assert any("fixed regressors" in cell.text for row in tests.rows for cell in row.cells)
    heads = typeset(tables["coefficients"].located("s"), "zh").heads
    assert [h.text for h in heads[1]] == [f"q ≤ {found.thresholds['value'].iloc[0]:.6g}", f"q > {found.thresholds['value'].iloc[0]:.6g}"]
    assert found.figure().axes


@pytest.mark.parametrize(
    ("code", "problem", "change", "options"),
    [
        ("threshold.constant", EstimationError, {"q": 1.0}, {}),
        ("threshold.trim", ArgumentError, {}, {"trim": 0.6}),
        ("regress.collinear", EstimationError, {"z": 2.0}, {}),
        ("regress.no_rows", EstimationError, {"x": np.nan}, {}),
        ("threshold.outcome_splits", ArgumentError, {}, {"threshold_variable": "y"}),
    ],
)
def test_bad_input(code: str, problem: type[Exception], change: dict[str, Any], options: dict[str, Any]) -> None:
    frame = sample(11).assign(**change)
    if code == "regress.collinear":
        frame["z"] = 2 * frame["x"]
    with pytest.raises(problem) as caught:
        regio.threshold_split(frame, **({"outcome": "y", "treatment": ("x", "z"), "threshold_variable": "q", "draws": 0} | options))
    findings = caught.value.findings  # type: ignore[attr-defined]
    assert code in [f.code for f in findings]
    assert all(re.search("[\u4e00-\u9fff]", f.text("zh")) for f in findings)
