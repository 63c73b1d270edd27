"""Schemes of weights: E04 and E17, pymcdm, invariances."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from regio.indices._words import SchemeName
from regio.indices.scale import min_max
from regio.indices.weights.ahp import ahp, completed
from regio.indices.weights.combined import combined
from regio.indices.weights.entropy_ahp import from_divergences, mapped_scale
from regio.indices.weights.random_index import SAATY, SIMULATED, random_index, simulated
from regio.indices.weights.schemes import SCHEMES, weigh

EXACT = 1e-12
FOUR = 4.0  # standard errors


def table(seed: int = 0, rows: int = 40, columns: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(size=(rows, columns))
    values[:, 1] += values[:, 0]
    return min_max(values, np.zeros(columns, bool)).values


def test_the_table_holds_every_name_that_learns() -> None:
    assert set(get_args(SchemeName)) - {"given", "ahp"} == set(SCHEMES)


@pytest.mark.parametrize("name", SCHEMES)
def test_weights_sum_to_one_and_a_constant_has_none(name: str) -> None:
    scaled = 0.01 + 0.99 * table()
    learn = SCHEMES[name].learn
    plain = weigh(learn, scaled, np.zeros(6, bool)).weights
    assert plain.sum() == pytest.approx(1, abs=EXACT)
    assert (plain >= 0).all()
    wider = weigh(learn, np.insert(scaled, 2, 0.0, axis=1), np.arange(7) == 2)
    np.testing.assert_allclose(np.delete(wider.weights, 2), plain, atol=1e-9)
    assert wider.weights[2] == 0
    alone = weigh(learn, scaled, np.arange(6) != 4).weights
    assert alone.tolist() == [0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("name", [n for n in SCHEMES if n != "benefit_of_the_doubt"])
def test_order_of_rows_and_of_columns_does_not_matter(name: str) -> None:
    scaled = 0.01 + 0.99 * table(2)
    rng = np.random.default_rng(1)
    rows, columns = rng.permutation(len(scaled)), rng.permutation(6)
    plain, turned = SCHEMES[name].learn(scaled).weights, SCHEMES[name].learn(scaled[rows][:, columns]).weights
    np.testing.assert_allclose(turned, plain[columns], atol=1e-10)


def test_pymcdm() -> None:
    peer = pytest.importorskip("pymcdm.weights", reason="pymcdm is not installed")
    scaled, positive = table(3), 0.05 + 0.95 * table(4)
    np.testing.assert_allclose(SCHEMES["critic"].learn(scaled).weights, peer.critic_weights(scaled), atol=1e-10)
    np.testing.assert_allclose(SCHEMES["standard_deviation"].learn(scaled).weights, peer.standard_deviation_weights(scaled), atol=EXACT)
    np.testing.assert_allclose(SCHEMES["entropy"].learn(positive).weights, peer.entropy_weights(positive), atol=1e-10)
    np.testing.assert_allclose(SCHEMES["merec"].learn(positive).weights, peer.merec_weights(positive, np.ones(6)), atol=EXACT)


@pytest.mark.parametrize("case", ["a_D_above_9", "b_D_between", "c_near_equal", "d_two_indicators"])
def test_e04(reference: Path, case: str) -> None:
    answer = json.loads((reference / "indices" / "e04_improved_entropy_ahp.json").read_text())["cases"][case]
    found = from_divergences(np.array(answer["g"]))
    np.testing.assert_allclose(found.weights, answer["weights_eigenvector"], atol=EXACT)
    np.testing.assert_allclose(found.matrix, answer["judgement_matrix"], atol=EXACT)
    np.testing.assert_allclose(found.columns["entropy_weight"], answer["plain_entropy_weights"], atol=EXACT)
    facts = (("D", "D"), ("alpha", "alpha"), ("R", "R"), ("lambda_max", "lambda_max"), ("consistency_index", "CI"), ("consistency_ratio", "CR"))
    for ours, theirs in facts:
        assert found.facts[ours] == pytest.approx(answer[theirs], abs=EXACT)
    top, _, values = mapped_scale(answer["D"])
    np.testing.assert_allclose(values, answer["mapping_1_to_9"][:top], rtol=1e-12)


def test_the_misprinted_base_would_not_send_the_top_step_to_the_largest_ratio() -> None:
    values = mapped_scale(26.0)[2]
    assert (values[0], values[-1]) == (1.0, pytest.approx(26.0))
    assert abs(9 * (26 ** (1 / 9) / 9) ** 8 - 26) > 25  # an α-th root of D over α, as printed
    assert (np.diff(mapped_scale(1.5)[2]) >= 0).all()


def test_the_consistency_ratio_of_rounded_divergences_cannot_fail() -> None:
    rng = np.random.default_rng(8)
    largest = max(from_divergences(np.exp(rng.uniform(0, np.log(rng.uniform(2, 200)), rng.integers(3, 15)))).facts["consistency_ratio"] for _ in range(200))
    assert largest < 0.1


def test_steps_by_logs_differ_where_ratios_lie_between() -> None:
    divergence = np.array([1.0, 1.48, 9.0])
    absolute, logs = from_divergences(divergence), from_divergences(divergence, "log")
    assert (absolute.matrix[1, 0], logs.matrix[1, 0]) == (1.0, 2.0)


def test_e17_matrix_and_random_index(reference: Path) -> None:
    stored = json.loads((reference / "indices" / "e17_ahp_random_index.json").read_text())
    found, expected = ahp(np.array(stored["matrix"])), stored["expected"]
    np.testing.assert_allclose(found.weights, expected["weights"], atol=EXACT)
    assert found.facts["lambda_max"] == pytest.approx(expected["lambda_max"], abs=EXACT)
    assert found.facts["consistency_ratio"] == pytest.approx(expected["CR_with_RI_1.12"], abs=EXACT)
    for n, answer in stored["random_index"].items():
        if int(n) in SIMULATED:
            mean, error = random_index(int(n))
            assert abs(mean - answer["RI_simulated"]) < FOUR * np.hypot(error, answer["std_error"]), n


@pytest.mark.parametrize("n", [16, 24, 40])
def test_the_table_is_what_the_simulation_gives(n: int) -> None:
    mean, error = simulated(n, 1000, seed=9)
    assert abs(mean - SIMULATED[n][0]) < FOUR * np.hypot(error, SIMULATED[n][1])


def test_random_index_at_both_ends() -> None:
    assert [random_index(n) for n in (1, 2, 15)] == [(0.0, 0.0), (0.0, 0.0), (SAATY[15], 0.0)]
    mean, error = random_index(45)
    assert SIMULATED[40][0] < mean < 1.76
    assert 0 < error < 0.002


def test_the_largest_eigenvalue_by_powers_is_that_of_a_full_solver() -> None:
    from regio.indices.weights.random_index import JUDGEMENTS, _largest

    rng = np.random.default_rng(2)
    upper = np.triu(rng.choice(JUDGEMENTS, size=(7, 7)), 1)
    matrix = upper + np.where(upper.T > 0, 1 / np.where(upper.T > 0, upper.T, 1), 0) + np.eye(7)
    assert _largest(matrix[None])[0] == pytest.approx(np.linalg.eigvals(matrix).real.max(), rel=1e-9)


def test_a_matrix_from_what_is_above_its_diagonal() -> None:
    whole = completed(((1, 2, 4), (0.5, 1, 2), (0.25, 0.5, 1)), 3)
    np.testing.assert_array_equal(completed(((2, 4), (2,)), 3), whole)
    np.testing.assert_allclose(ahp(whole).weights, [4 / 7, 2 / 7, 1 / 7], atol=EXACT)


def test_combined_weights_between_those_of_the_schemes() -> None:
    weights = np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
    for how in ("mean", "game"):
        found, parts = combined(weights, how)
        assert parts.sum() == pytest.approx(1, abs=EXACT)
        assert ((found >= weights.min(axis=0) - EXACT) & (found <= weights.max(axis=0) + EXACT)).all()
    product, _ = combined(weights, "product")
    np.testing.assert_allclose(product, np.array([0.1, 0.06, 0.12]) / 0.28, atol=EXACT)


def test_indicators_that_say_the_same_leave_critic_without_information() -> None:
    column = np.linspace(0, 1, 9)
    assert np.isnan(SCHEMES["critic"].learn(np.column_stack([column, column, column])).weights).all()
