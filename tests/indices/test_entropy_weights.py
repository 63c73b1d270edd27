"""Entropy weights: known answers, a second route in loops, properties."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from known_indices import (
    DOWN,
    E01,
    E01_ENTROPY,
    E01_SCORES,
    E01_SHIFTED,
    E01_WEIGHTS,
    E02,
    E02_BY_PERIOD,
    E02_POOLED,
    E02_POOLED_SCALE,
    E02_WRONG_NORMALISER,
    E03_SCORES,
    E03_WEIGHTS,
    EXACT,
    loops,
)

import regio
from regio.indices.entropy_weights import EntropyWeights
from regio.indices.scale import min_max
from regio.indices.weights.entropy import divergences, entropy

SCALED = 1e-9  # a scaled column is rounded anew, so that weights agree to about the digits of its relative range


def test_e01_weights_entropies_and_scores() -> None:
    result = regio.entropy_weights(E01, directions=DOWN, region="region")
    np.testing.assert_allclose(result.weights["weight"], E01_WEIGHTS, atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.entropies, E01_ENTROPY, atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.weights["divergence"], 1 - np.array(E01_ENTROPY), atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.scores["score"], E01_SCORES, atol=EXACT, rtol=0)
    assert result.bounds.to_dict("index") == {"x1": {"low": 10, "high": 30}, "x2": {"low": 180, "high": 400}, "x3": {"low": 2, "high": 8}}


@pytest.mark.parametrize("shift", E01_SHIFTED)
def test_a_shift_moves_the_weights_but_not_the_scaled_values(shift: float) -> None:
    result = regio.entropy_weights(E01, directions=DOWN, shift=shift, region="region")
    weights, first = E01_SHIFTED[shift]
    np.testing.assert_allclose(result.weights["weight"], weights, atol=EXACT, rtol=0)
    assert result.scores["score"].iloc[0] == pytest.approx(first, abs=EXACT)
    assert "index.shift_of.added" in [c.name for c in result.conventions]


def test_e02_pooled_is_not_the_script_that_divides_by_the_log_of_the_number_of_years() -> None:
    result = regio.entropy_weights(E02, directions=DOWN, region="region", period="year")
    np.testing.assert_allclose(result.weights["weight"], E02_POOLED, atol=EXACT, rtol=0)
    assert np.abs(result.weights["weight"].to_numpy() - E02_WRONG_NORMALISER).max() > 0.03
    assert result.entropies.between(0, 1).all()
    assert result.findings == ()


@pytest.mark.parametrize(("scope", "expected"), [("by_period", E02_BY_PERIOD), ("pooled_scale", E02_POOLED_SCALE)])
def test_e02_weights_of_each_year(scope: str, expected: dict[int, list[float]]) -> None:
    result = regio.entropy_weights(E02, directions=DOWN, scope=scope, region="region", period="year")
    assert result.weights.index.names == ["period", "indicator"]
    for year, weights in expected.items():
        np.testing.assert_allclose(result.weights.loc[year, "weight"], weights, atol=EXACT, rtol=0)
    code, severity = {"by_period": ("index.levels", "warning"), "pooled_scale": ("index.weights_differ", "note")}[scope]
    assert [(f.code, f.severity) for f in result.findings] == [(code, severity)]
    assert result.bounds.index.nlevels == (2 if scope == "by_period" else 1)


def test_each_period_alone_is_a_call_on_its_rows() -> None:
    shuffled = E02.sample(frac=1, random_state=7)
    together = regio.entropy_weights(shuffled, directions=DOWN, scope="by_period", region="region", period="year")
    for year, rows in shuffled.groupby("year"):
        alone = regio.entropy_weights(rows, directions=DOWN, region="region", period="year")
        np.testing.assert_array_equal(together.weights.loc[year, "weight"], alone.weights["weight"])
        pd.testing.assert_series_equal(together.scores.loc[rows.index, "score"], alone.scores["score"])


def test_e03_a_constant_indicator_has_no_weight_and_the_others_do_not_notice() -> None:
    frame = E01.assign(x2=7.0)
    result = regio.entropy_weights(frame, directions=DOWN, region="region")
    np.testing.assert_allclose(result.weights["weight"], E03_WEIGHTS, atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.scores["score"], E03_SCORES, atol=EXACT, rtol=0)
    without = regio.entropy_weights(frame.drop(columns="x2"), directions=DOWN, region="region")
    np.testing.assert_array_equal(result.scores["score"], without.scores["score"])
    assert [f.text("en") for f in result.findings] == ["Constant, so without weight: x2.\n    → Leave it out, or check the column."]
    assert result.findings[0].severity == "warning"


def test_rounding_in_a_constant_column_is_no_variation() -> None:
    result = regio.entropy_weights(E01.assign(x2=[0.3, 0.1 + 0.2, 0.3, 0.3, 0.3]), directions=DOWN, region="region")
    assert result.weights.loc["x2", "weight"] == 0


def test_constant_in_one_period_only() -> None:
    frame = E02.assign(x1=E02["x1"].where(E02["year"] != 2022, 6.0))
    for scope in ("by_period", "pooled_scale"):
        result = regio.entropy_weights(frame, directions=DOWN, scope=scope, region="region", period="year")
        assert result.weights.loc[(2022, "x1"), "weight"] == 0
        assert result.weights.loc[(2021, "x1"), "weight"] > 0
        assert "“x1” is constant in 2022: no weight there." in result.findings[0].text("en")


def test_reference_files(reference: Path) -> None:
    folder = reference / "indices"
    first, second, third = (
        json.loads((folder / name).read_text()) for name in ("e01_entropy_cross_section.json", "e02_entropy_panel.json", "e03_degenerate.json")
    )
    result = regio.entropy_weights(pd.read_csv(folder / "e01_input.csv"), directions=DOWN, region="region")
    np.testing.assert_allclose(result.weights["weight"], first["expected"]["weights"], atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.scores["score"], first["expected"]["score"], atol=EXACT, rtol=0)
    for variant, answer in first["variants"].items():
        if variant.startswith("shift_z_plus_"):
            result = regio.entropy_weights(E01, directions=DOWN, shift=float(variant.rpartition("_")[2]), region="region")
            np.testing.assert_allclose(result.entropies, answer["entropy"], atol=EXACT, rtol=0)
            np.testing.assert_allclose(result.weights["weight"], answer["weights"], atol=EXACT, rtol=0)
            np.testing.assert_allclose(result.scores["score"], answer["score_on_unshifted_z"], atol=EXACT, rtol=0)
    panel = pd.read_csv(folder / "e02_panel_input.csv")
    pooled = regio.entropy_weights(panel, directions=DOWN, region="region", period="year")
    np.testing.assert_allclose(pooled.entropies, second["expected_pooled"]["entropy"], atol=EXACT, rtol=0)
    np.testing.assert_allclose(pooled.scores["score"], second["expected_pooled"]["score"], atol=EXACT, rtol=0)
    assert not np.allclose(pooled.weights["weight"], second["AUDIT_wrong_normaliser_ln_T"]["weights"], atol=0.01)
    for scope, key in (("by_period", "expected_per_year"), ("pooled_scale", "expected_pooled_minmax_yearly_weights")):
        result = regio.entropy_weights(panel, directions=DOWN, scope=scope, region="region", period="year")
        for year, answer in second[key]["by_year"].items():
            np.testing.assert_allclose(result.entropies.loc[int(year)], answer["entropy"], atol=EXACT, rtol=0)
            np.testing.assert_allclose(result.scores.loc[panel["year"] == int(year), "score"], answer["score"], atol=EXACT, rtol=0)
    frame = pd.DataFrame(third["input"]["X"], columns=["x1", "x2", "x3"])
    np.testing.assert_allclose(regio.entropy_weights(frame, directions=DOWN).weights["weight"], third["expected"]["weights"], atol=EXACT, rtol=0)


@pytest.mark.parametrize("shift", [0.0, 0.01, 1.0])
def test_second_route_in_loops(shift: float) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(np.exp(rng.normal(size=(180, 7))), columns=[f"x{j}" for j in range(7)]).round(2)
    down = {f"x{j}": "negative" for j in (1, 4)}
    result = regio.entropy_weights(frame, directions=down, shift=shift)
    weights, scores = loops([frame[c].tolist() for c in frame], [c in down for c in frame], shift)
    np.testing.assert_allclose(result.weights["weight"], weights, atol=EXACT, rtol=0)
    np.testing.assert_allclose(result.scores["score"], scores, atol=EXACT, rtol=0)


def test_divergence_keeps_its_digits_where_entropy_is_close_to_one() -> None:
    # z = 0, 1, 2 plus S has variance 2/3 about S + 1: 1 − e = (2/3)/(2 (S+1)² ln 3) up to terms of order S⁻³
    shift = 1e7
    expected = (2 / 3) / (2 * (shift + 1) ** 2 * np.log(3))
    assert divergences(np.array([[0.0], [1.0], [2.0]]), shift)[0] == pytest.approx(expected, rel=1e-6)


TABLES = arrays(float, st.tuples(st.integers(2, 12), st.integers(1, 5)), elements=st.integers(-1000, 1000).map(lambda i: i / 8))


def weights_of(values: np.ndarray, negative: np.ndarray | None = None) -> np.ndarray:
    scaled = min_max(values, np.zeros(values.shape[1], bool) if negative is None else negative)
    return entropy(np.where(scaled.constant, 0.0, divergences(scaled.values)))


@settings(max_examples=150)
@given(TABLES)
def test_weights_sum_to_one_and_lie_between_zero_and_one(values: np.ndarray) -> None:
    weights = weights_of(values)
    if (values == values[0]).all():
        assert np.isnan(weights).all()
    else:
        assert weights.sum() == pytest.approx(1, abs=EXACT)
        assert ((weights >= 0) & (weights <= 1)).all()


@settings(max_examples=100)
@given(TABLES, st.data())
def test_units_order_of_rows_and_direction(values: np.ndarray, data: st.DataObject) -> None:
    if (values == values[0]).all():
        return
    weights = weights_of(values)
    factors = np.array(data.draw(st.lists(st.floats(1e-3, 1e3), min_size=values.shape[1], max_size=values.shape[1])))
    np.testing.assert_allclose(weights_of(values * factors + 3.0), weights, atol=SCALED, rtol=0)
    order = data.draw(st.permutations(range(len(values))))
    np.testing.assert_allclose(weights_of(values[order]), weights, atol=EXACT, rtol=0)
    down = np.ones(values.shape[1], bool)
    np.testing.assert_array_equal(weights_of(values, down), weights_of(-values))


def test_the_widest_range_of_floats_is_scaled() -> None:
    scaled = min_max(np.array([[-1.7e308], [0.0], [1.7e308]]), np.array([False]))
    assert scaled.values[:, 0].tolist() == [0.0, 0.5, 1.0]


def test_round_trip() -> None:
    for scope in ("pooled", "by_period", "pooled_scale"):
        result = regio.entropy_weights(E02, directions=DOWN, dimensions={"x1": "size", "x2": "size"}, scope=scope, region="region", period="year")
        again = EntropyWeights.from_dict(json.loads(json.dumps(result.to_dict())))
        pd.testing.assert_frame_equal(again.weights, result.weights, check_exact=True)
        pd.testing.assert_frame_equal(again.scores, result.scores, check_exact=True)
        pd.testing.assert_frame_equal(again.bounds, result.bounds, check_exact=True)
        pd.testing.assert_series_equal(again.entropies, result.entropies, check_exact=True)
        assert (again.call, again.findings, again.conventions, again.provenance) == (result.call, result.findings, result.conventions, result.provenance)
