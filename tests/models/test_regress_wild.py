"""The wild cluster bootstrap against refits of every draw, its intervals against the test they invert, and region trends against dummies."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import brute, random_panel

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, FindingError
from regio.models.core.wild import WEIGHTS, drawn
from regio.models.regress import Regress

SAME = 1e-9  # relative; two routes to one number
KEYS = {"region": "region", "period": "period"}
SIGNS, WEBB = WEIGHTS["wild_rademacher"], WEIGHTS["wild_webb"]


def run(frame: pd.DataFrame, **options: Any) -> Regress:
    return regio.regress(frame, "y", "x1", ["x2"], errors="wild_cluster", **{**KEYS, **options})


def dummies(frame: pd.DataFrame, terms: list[str], effects: tuple[str, ...]) -> np.ndarray:
    columns = [frame[terms].to_numpy(float), np.ones((len(frame), 1))]
    columns += [pd.get_dummies(frame[effect], drop_first=True, dtype=float).to_numpy() for effect in effects]
    return np.hstack(columns)


def t_of(design: np.ndarray, y: np.ndarray, j: int, b0: float, codes: np.ndarray) -> float:
    """(b − b₀) over its clustered error, no small-sample factor: the same in the data and in every draw."""
    inverse = np.linalg.pinv(design.T @ design)
    b = inverse @ design.T @ y
    residual = y - design @ b
    sums = np.stack([np.bincount(codes, column * residual) for column in design.T], axis=1)
    return float((b[j] - b0) / np.sqrt((inverse @ sums.T @ sums @ inverse)[j, j]))


def refitted(frame: pd.DataFrame, terms: list[str], effects: tuple[str, ...], j: int, b0: float, weights: np.ndarray, unit: str = "region") -> np.ndarray:
    """|t*| of each row of weights by a refit, and the estimate's own |t| last."""
    design, y = dummies(frame, terms, effects), frame["y"].to_numpy()
    codes = pd.factorize(frame[unit], sort=False)[0]
    others = np.delete(design, j, axis=1)
    fitted = others @ np.linalg.lstsq(others, y - b0 * design[:, j], rcond=None)[0] + b0 * design[:, j]
    draws = [abs(t_of(design, fitted + (y - fitted) * v[codes], j, b0, codes)) for v in weights]
    return np.array([*draws, abs(t_of(design, y, j, b0, codes))])


def share(sizes: np.ndarray) -> float:
    return float((sizes[:-1] >= sizes[-1] * (1 - 1e-9)).mean())


CASES = [
    ((), "region"),
    (("region",), "region"),
    (("region", "period"), "region"),
    (("period",), "region"),
    (("region",), "zone"),
    (("region", "period"), "zone"),
]


@pytest.mark.parametrize(("effects", "unit"), CASES, ids=str)
def test_enumeration_equals_a_refit_of_every_draw(effects: tuple[str, ...], unit: str) -> None:
    frame = random_panel(5, regions=6, periods=5, terms=2)
    convention = "reghdfe" if effects == ("period",) else "xtreg"
    result = run(frame, effects=effects, cluster=unit, convention=convention)
    units = frame[unit].nunique()
    every = np.array(list(product(SIGNS, repeat=units)))
    assert result.tests is not None
    assert (result.tests["draws"] == 2**units).all()
    assert result.tests["enumerated"].all()
    for j, term in enumerate(["x1", "x2"]):
        sizes = refitted(frame, ["x1", "x2"], effects, j, 0.0, every, unit)
        assert result.coefficients.loc[term, "p_value"] == pytest.approx(share(sizes), rel=SAME)
        factor = abs(result.coefficients.loc[term, "statistic"]) / sizes[-1]
        expected = np.sort(sizes[:-1])[[int(np.ceil(q * len(every))) - 1 for q in (0.9, 0.95, 0.99)]] * factor
        np.testing.assert_allclose(result.tests.loc[term, ["critical_10", "critical_5", "critical_1"]].astype(float), expected, rtol=1e-6)


def test_effects_that_cross_clusters() -> None:
    """Regions absorbed, clustered by zone where regions change zone: their effects are no part of a cluster."""
    frame = random_panel(8, regions=7, periods=6, terms=2)
    frame["zone"] = np.random.default_rng(1).integers(0, 6, len(frame))
    result = run(frame, effects="region", cluster="zone", convention="reghdfe")
    every = np.array(list(product(SIGNS, repeat=6)))
    sizes = refitted(frame, ["x1", "x2"], ("region",), 0, 0.0, every, "zone")
    assert result.coefficients.loc["x1", "p_value"] == pytest.approx(share(sizes), rel=SAME)


def test_webb_and_the_constant_by_refits() -> None:
    frame = random_panel(9, regions=4, periods=6, terms=2)
    result = run(frame, scheme="wild_webb")
    every = np.array(list(product(WEBB, repeat=4)))
    assert result.tests is not None
    assert result.tests["draws"].iloc[0] == 6**4
    for j, term in ((1, "x2"), (2, "_cons")):
        assert result.coefficients.loc[term, "p_value"] == pytest.approx(share(refitted(frame, ["x1", "x2"], (), j, 0.0, every)), rel=SAME)


def test_draws_equal_refits_with_the_same_weights() -> None:
    frame = random_panel(3, regions=14, terms=2)
    result = run(frame, effects=("region", "period"), draws=49, seed=4)
    blocks, count, enumerated = drawn(14, 49, "wild_rademacher", 4)
    assert (count, enumerated) == (49, False)
    sizes = refitted(frame, ["x1", "x2"], ("region", "period"), 0, 0.0, np.hstack(blocks).T)
    beyond = round(share(sizes) * 49)
    assert result.tests is not None
    assert result.tests.loc["x1", ["p_value", "p_share"]].tolist() == pytest.approx([(1 + beyond) / 50, beyond / 49])


@pytest.mark.parametrize("effects", [(), ("region",)], ids=str)
def test_the_interval_inverts_the_test(effects: tuple[str, ...]) -> None:
    """Just inside each limit b₀ is kept, just outside it is rejected: the outcome less b₀ x, tested anew."""
    frame = random_panel(11, regions=9, terms=2)
    result = run(frame, effects=effects, level=0.9)
    low, high, se = result.coefficients.loc["x1", ["conf_low", "conf_high", "std_error"]]
    for at, inside in ((low + 0.001 * se, True), (high - 0.001 * se, True), (low - 0.001 * se, False), (high + 0.001 * se, False)):
        again = run(frame.assign(y=frame["y"] - at * frame["x1"]), effects=effects)
        assert (again.coefficients.loc["x1", "p_value"] > 0.1) == inside


def test_standard_errors_are_those_of_clusters_and_seeds_matter() -> None:
    frame = random_panel(2, terms=2)
    wild, again, other = (run(frame, effects=("region", "period"), seed=s) for s in (0, 0, 1))
    plain = regio.regress(frame, "y", "x1", ["x2"], effects=("region", "period"), errors="cluster", **KEYS)
    pd.testing.assert_frame_equal(plain.covariance, wild.covariance, check_exact=True)
    pd.testing.assert_frame_equal(plain.coefficients.iloc[:, :3], wild.coefficients.iloc[:, :3], check_exact=True)
    pd.testing.assert_frame_equal(wild.coefficients, again.coefficients, check_exact=True)
    assert wild.coefficients.loc["x2", "conf_low"] != other.coefficients.loc["x2", "conf_low"]
    assert np.isnan(wild.coefficients.loc["_cons", "p_value"])  # a mean of effects is not tested
    assert plain.tests is None


@given(seed=st.integers(0, 20), scale=st.floats(0.01, 100))
@settings(max_examples=8)
def test_units_do_not_matter(seed: int, scale: float) -> None:
    frame = random_panel(seed, regions=8, terms=2)
    first = run(frame, effects="region").coefficients
    second = run(frame.assign(x1=frame["x1"] * scale, y=7 + frame["y"]), effects="region").coefficients
    assert first.loc[["x1", "x2"], "p_value"].tolist() == pytest.approx(second.loc[["x1", "x2"], "p_value"].tolist())
    assert first.loc["x1", "conf_high"] == pytest.approx(second.loc["x1", "conf_high"] * scale, rel=1e-6)


def test_weights_of_rows() -> None:
    """A row of weight two is two rows of the same cluster."""
    frame = random_panel(6, regions=7, terms=2).assign(weight=lambda f: 1 + (f["x2"] > 0))
    twice = frame.loc[frame.index.repeat(frame["weight"])].rename(columns={"region": "home"}).drop(columns="period").reset_index(drop=True)
    weighted = run(frame, sample_weights="weight", cluster="region")
    repeated = regio.regress(twice, "y", "x1", ["x2"], errors="wild_cluster", cluster="home")
    np.testing.assert_allclose(weighted.coefficients[["p_value", "conf_low"]], repeated.coefficients[["p_value", "conf_low"]], rtol=1e-6)


def test_five_clusters_cannot_reject_and_say_so() -> None:
    result = run(random_panel(1, regions=4, terms=2))
    assert [f.code for f in result.findings] == ["regress.wild_few"]
    assert "0.125" in result.findings[0].text("en")
    assert "0.125" in result.findings[0].text("zh")
    assert np.isinf(result.coefficients.loc["x1", ["conf_low", "conf_high"]].astype(float)).all()
    assert type(result).from_dict(result.to_dict()).to_dict() == result.to_dict()
    assert "all 16 draws" in result._repr_html_()


def codes(**options: Any) -> list[str]:
    with pytest.raises(ArgumentError) as caught:
        run(random_panel(1, terms=2), **options)
    assert all(caught.value.text(language) for language in ("en", "zh"))
    return [f.code for f in caught.value.findings]


def test_bad_input() -> None:
    assert codes(cluster=["region", "period"]) == ["regress.wild_two_clusters"]
    assert codes(draws=0) == ["regress.wild_no_draws"]
    assert codes(scheme="wild_mammen") == ["contract.not_a_choice"]
    assert codes(trends="period") == ["regress.trend_of_period"]
    assert codes(trends=["zone", "zone"]) == ["regress.same_effect"]
    frame = random_panel(1, terms=2)
    with pytest.raises(ArgumentError, match="comes in parts") as caught:
        run(FrameRows(frame, part_rows=20))
    assert "分块" in caught.value.text("zh")
    with pytest.raises(FindingError, match="which column is the period"):
        regio.regress(frame, "y", "x1", trends="zone", region=None)
    with pytest.raises(FindingError, match="holds text"):
        regio.regress(frame.assign(period=frame["period"].astype(str)), "y", "x1", trends="region", **KEYS)
    with pytest.raises(FindingError, match="absorb every trend"):
        regio.regress(frame, "y", "x1", effects="zone*period", trends="zone", **KEYS)
    with pytest.raises(FindingError, match="combination of others"):
        regio.regress(frame.assign(x1=frame["period"] * (frame["region"] == "r003")), "y", ["x2", "x1"], effects="region", trends="region", **KEYS)


@pytest.mark.parametrize(("kind", "more"), [("mediate", {"mediators": "x3"}), ("moderate", {"moderator": "x3"})])
def test_methods_that_read_a_covariance_refuse(kind: str, more: dict[str, str]) -> None:
    with pytest.raises(ArgumentError, match="one coefficient at a time") as caught:
        getattr(regio, kind)(random_panel(1), "y", "x1", **more, errors="wild_cluster", **KEYS)
    assert "协方差" in caught.value.text("zh")
    with pytest.raises(ArgumentError, match="one coefficient at a time"):
        regio.two_stage(random_panel(1), "y", "x1", "x2", errors="wild_cluster", **KEYS)


# trends -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period"), ("period",)], ids=str)
@pytest.mark.parametrize("trend", ["region", "zone"])
def test_trends_equal_columns_by_hand(effects: tuple[str, ...], trend: str) -> None:
    frame = random_panel(4, regions=9, periods=7)
    frame.loc[0, "region"] = "alone"  # its trend is absorbed by its effect
    columns = {f"t{g}": (frame[trend] == g) * (frame["period"] - 2001.0) for g in frame[trend].unique()}
    wide = frame.assign(**columns)
    fit = brute(wide, "y", ["x1", "x2", *columns], effects)
    for errors in ("classical", "hc1"):
        result = regio.regress(frame, "y", "x1", ["x2"], effects=effects, trends=trend, errors=errors, **KEYS)
        np.testing.assert_allclose(result.coefficients.loc[["x1", "x2"], "estimate"], fit.coefficients[:2], rtol=1e-8)
        df = len(frame) - fit.rank
        variance = fit.inverse[:2, :2] * (fit.residuals @ fit.residuals) / df
        if errors == "hc1":
            variance = (fit.inverse @ (fit.design.T * fit.residuals**2) @ fit.design @ fit.inverse)[:2, :2] * len(frame) / df
        np.testing.assert_allclose(result.covariance.iloc[:2, :2], variance, rtol=1e-7)
        assert (result.fit["df_residual"], result.fit["f_df"][0]) == (df, 2)
        assert result.fit["rss"] == pytest.approx(fit.residuals @ fit.residuals, rel=1e-9)
    assert list(result.coefficients.index) == ["x1", "x2", "_cons"]
    assert "Linear trends" in result._repr_html_()


def test_trends_with_wild_draws_and_in_stepwise() -> None:
    frame = random_panel(4, regions=8, periods=7, terms=2)
    result = run(frame, effects=("region", "period"), trends="zone")
    wide = frame.assign(**{f"t{g}": (frame["zone"] == g) * (frame["period"] - 2001.0) for g in list(frame["zone"].unique())[1:]})
    every = np.array(list(product(SIGNS, repeat=8)))
    terms = ["x1", "x2", *(c for c in wide if c.startswith("t"))]
    assert result.coefficients.loc["x2", "p_value"] == pytest.approx(share(refitted(wide, terms, ("region", "period"), 1, 0.0, every)), rel=SAME)
    steps = regio.stepwise(frame, "y", "x1", "x2", effects=("region", "period"), trends="zone", errors="wild_cluster", **KEYS)
    pd.testing.assert_frame_equal(result.coefficients, steps.models[-1].coefficients, check_exact=True)
