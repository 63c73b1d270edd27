"""Aggregates: E19, draws of weights against one at a time, properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regio.indices._words import AggregateName
from regio.indices.aggregate import AGGREGATES, geometric, harmonic, inadmissible, mazziotta_pareto, mazziotta_pareto_plus
from regio.indices.scale import SCALES
from regio.indices.weights.benefit_of_the_doubt import own_weights

EXACT = 1e-12
SOLVER = 1e-8  # of linear programs
EQUAL = np.full(3, 1 / 3)


def test_the_table_holds_every_name_that_a_call_may_say() -> None:
    assert set(get_args(AggregateName)) == set(AGGREGATES)


def test_e19(reference: Path) -> None:
    stored = json.loads((reference / "indices" / "e19_noncompensatory.json").read_text())
    rows, expected = np.array(stored["input"]), stored["expected"]
    np.testing.assert_allclose(geometric(rows, EQUAL), expected["geometric_mean"], atol=EXACT)
    np.testing.assert_allclose(harmonic(rows, EQUAL), expected["harmonic_mean"], atol=EXACT)
    np.testing.assert_allclose((own_weights(rows, rows) * rows).sum(axis=1), expected["bod"], atol=SOLVER)
    np.testing.assert_allclose((own_weights(rows, rows, 0.2) * rows).sum(axis=1), expected["bod_with_each_share_at_least_0.2"], atol=SOLVER)

    def around_100(name: str, low: float, size: float) -> np.ndarray:
        scale, up = SCALES[name], np.ones(3)
        return low + size * scale.apply(rows, up, scale.learn(rows, up, np.full((2, 3), np.nan)))

    np.testing.assert_allclose(mazziotta_pareto(around_100("z", 100, 10), EQUAL), expected["mpi_minus(population sd)"], atol=1e-10)
    np.testing.assert_allclose(mazziotta_pareto_plus(around_100("z", 100, 10), EQUAL), expected["mpi_plus"], atol=1e-10)
    np.testing.assert_allclose(mazziotta_pareto(around_100("min_max", 70, 60), EQUAL), expected["ampi_goalposts_min_max_70_130"], atol=1e-10)


@pytest.mark.parametrize("name", AGGREGATES)
def test_many_weights_at_once_are_one_at_a_time(name: str) -> None:
    rng = np.random.default_rng(5)
    scaled, weights = rng.uniform(0.1, 1, (40, 6)), rng.dirichlet(np.ones(6), 25)
    weights[:, 3] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    ideal = np.array([scaled.max(axis=0), scaled.min(axis=0)])
    for exponent in (-1.0, 0.0, 0.5, 2.0):
        together = AGGREGATES[name].combine(scaled, weights, exponent=exponent, ideal=ideal)
        alone = np.array([AGGREGATES[name].combine(scaled, one, exponent=exponent, ideal=ideal) for one in weights])
        np.testing.assert_allclose(together, alone, rtol=1e-11)


@pytest.mark.parametrize("name", AGGREGATES)
def test_a_column_without_weight_is_never_looked_at(name: str) -> None:
    scaled = np.array([[0.2, -7.0], [0.9, np.nan], [0.4, 0.0]])
    found = AGGREGATES[name].combine(scaled, np.array([1.0, 0.0]), ideal=np.array([[0.9, np.nan], [0.2, np.nan]]))
    assert found.argsort().tolist() == [0, 2, 1]


@settings(max_examples=50)
@given(st.integers(0, 1000))
def test_means_lie_in_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scaled, weights = rng.uniform(0.05, 1, (8, 4)), rng.dirichlet(np.ones(4))
    means = [AGGREGATES["generalised"].combine(scaled, weights, exponent=p) for p in (-2.0, -1.0, 0.0, 0.5, 1.0, 3.0)]
    assert (np.diff(np.array(means), axis=0) >= -1e-9).all()
    np.testing.assert_allclose(means[1], AGGREGATES["harmonic"].combine(scaled, weights), rtol=1e-9)
    np.testing.assert_allclose(means[2], AGGREGATES["geometric"].combine(scaled, weights), rtol=1e-9)
    np.testing.assert_allclose(means[4], AGGREGATES["arithmetic"].combine(scaled, weights), rtol=1e-9)


def test_what_an_aggregate_cannot_take() -> None:
    scaled, weights = np.array([[0.0, 1.0, -1.0], [1.0, 1.0, 1.0]]), np.array([0.5, 0.5, 0.0])
    assert inadmissible("positive", scaled, weights).tolist() == [True, False, False]
    assert inadmissible("not_negative", scaled, weights + 0.1).tolist() == [False, False, True]
    assert not inadmissible("any", scaled, weights).any()
