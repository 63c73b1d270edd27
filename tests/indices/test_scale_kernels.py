"""Scales: by hand, learnt rows against new rows, directions."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regio.indices._words import ScaleName
from regio.indices.scale import SCALES, turned

EXACT = 1e-12
UP, DOWN, BEST = np.array([1.0]), np.array([-1.0]), np.array([0.0])
NOTHING = np.full((2, 1), np.nan)
X = np.array([[2.0], [4.0], [4.0], [10.0]])


def scaled(name: str, values: np.ndarray, signs: np.ndarray, posts: np.ndarray = NOTHING, new: np.ndarray | None = None) -> list[float]:
    scale = SCALES[name]
    found = scale.apply(values if new is None else new, signs, scale.learn(values, signs, posts))
    return found[:, 0].tolist()


def test_the_table_holds_every_name_that_a_call_may_say() -> None:
    assert set(get_args(ScaleName)) == set(SCALES)


@pytest.mark.parametrize(
    ("name", "signs", "posts", "expected"),
    [
        ("min_max", UP, NOTHING, [0, 0.25, 0.25, 1]),
        ("min_max", DOWN, NOTHING, [1, 0.75, 0.75, 0]),
        ("min_max", BEST, NOTHING, [0.8, 0.6, 0.6, 0]),  # distances: their best is zero, not their minimum
        ("goalposts", UP, np.array([[0.0], [20.0]]), [0.1, 0.2, 0.2, 0.5]),
        ("goalposts", DOWN, np.array([[4.0], [8.0]]), [1.5, 1, 1, -0.5]),  # beyond the goalposts: kept
        ("distance_to_target", UP, np.array([[6.0], [6.0]]), [0, 0.5, 0.5, 1]),  # beyond the target: reached
        ("distance_to_target", DOWN, np.array([[4.0], [4.0]]), [1, 1, 1, 0]),
        ("z", UP, NOTHING, [-3 / 3, -1 / 3, -1 / 3, 5 / 3]),  # mean 5, variance 9
        ("z", DOWN, NOTHING, [1, 1 / 3, 1 / 3, -5 / 3]),
        ("rank", UP, NOTHING, [0, 0.5, 0.5, 1]),
        ("rank", DOWN, NOTHING, [1, 0.5, 0.5, 0]),
        ("vector", UP, NOTHING, (X[:, 0] / np.sqrt(136)).tolist()),
        ("vector", DOWN, NOTHING, (-X[:, 0] / np.sqrt(136)).tolist()),
        ("share", UP, NOTHING, [0, 1 / 6, 1 / 6, 2 / 3]),
    ],
)
def test_by_hand(name: str, signs: np.ndarray, posts: np.ndarray, expected: list[float]) -> None:
    # z: mean 5, squares 9, 1, 1, 25, divisor 4: variance 9
    assert scaled(name, X, signs, posts) == pytest.approx(expected, abs=EXACT)


def test_new_rows_use_what_was_learnt() -> None:
    new = np.array([[3.0], [12.0], [0.0]])
    assert scaled("min_max", X, UP, new=new) == pytest.approx([0.125, 1.25, -0.25], abs=EXACT)
    assert scaled("rank", X, UP, new=new) == pytest.approx([0.25, 1, 0], abs=EXACT)  # between 2 and 4; beyond the ends: the ends
    assert scaled("z", X, UP, new=new) == pytest.approx([-2 / 3, 7 / 3, -5 / 3], abs=EXACT)


@pytest.mark.parametrize("name", [n for n, s in SCALES.items() if not s.needs])
def test_a_constant_column_is_no_number_beyond_floats(name: str) -> None:
    assert np.isfinite(scaled(name, np.full((3, 1), 7.0), UP)).all()


TABLES = arrays(float, st.tuples(st.integers(2, 9), st.integers(1, 3)), elements=st.integers(-50, 50).map(float))


@settings(max_examples=60)
@given(TABLES, st.sampled_from([n for n, s in SCALES.items() if not s.needs]), st.data())
def test_a_row_does_not_depend_on_the_others_once_learnt(values: np.ndarray, name: str, data: st.DataObject) -> None:
    signs = np.array(data.draw(st.lists(st.sampled_from([1.0, -1.0]), min_size=values.shape[1], max_size=values.shape[1])))
    scale = SCALES[name]
    learnt = scale.learn(values, signs, np.full((2, values.shape[1]), np.nan))
    whole = scale.apply(values, signs, learnt)
    alone = np.vstack([scale.apply(row[None], signs, learnt) for row in values])
    np.testing.assert_array_equal(whole, alone)
    if scale.unit:
        assert ((whole >= 0) & (whole <= 1)).all()


def test_a_moderate_indicator_is_its_distance_from_its_best_range() -> None:
    best = np.array([[0.4, np.nan], [0.6, np.nan]])
    values = np.array([[0.1, 1.0], [0.4, 2.0], [0.5, 3.0], [1.0, 4.0]])
    np.testing.assert_allclose(turned(values, best), [[0.3, 1], [0, 2], [0, 3], [0.4, 4]], atol=EXACT)
    assert turned(values, np.full((2, 2), np.nan)) is values
