"""The profile of a region: sums that must hold, the Shapley value by its definition, obstacles, peers, refusals."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regional_frames import KEYS

import regio
from regio.contract.finding import ArgumentError
from regio.contract.result import Call
from regio.exhibits.models import Figure
from regio.indices.editions._shapley import all_sets, sampled, shapley, shares

SUMS = 1e-12  # parts against the total they make up
NAMES = ("a", "b", "c", "d")


def table(regions: int = 9, periods: int = 3, indicators: int = 4, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"r": np.repeat([f"r{i}" for i in range(regions)], periods), "t": np.tile(np.arange(2001, 2001 + periods), regions)})
    return frame.assign(**{name: np.exp(rng.normal(size=len(frame))) for name in "abcdefghijklmno"[:indicators]})


OPTIONS: list[dict[str, Any]] = [
    {},
    {"scope": "by_period"},
    {"directions": {"b": "negative"}, "dimensions": {"a": "x", "b": "x", "c": "y", "d": "y"}, "weights": "critic"},
    {"aggregate": "geometric", "interval": (0.1, 1.0), "weights": "equal"},
    {"aggregate": "topsis"},
    {"scale": "z", "aggregate": "mazziotta_pareto", "weights": "equal"},
    {"weights": "benefit_of_the_doubt"},
    {"dimensions": {"a": "x", "b": "x", "c": "y", "d": "y"}, "hierarchy": "nested"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_gaps_and_changes_add_up_for_any_index(options: dict[str, Any]) -> None:
    frame = table()
    made = regio.index(frame, NAMES, **options, **KEYS)
    found = regio.profile(frame, made, "r4", since=2001, **KEYS)
    assert found.score == pytest.approx(made.scores["score"].iloc[4 * 3 + 2], abs=SUMS)
    assert found.contributions["gap"].sum() == pytest.approx(found.score - found.reference, abs=SUMS)
    assert found.contributions["change"].sum() == pytest.approx(found.score - found.before, abs=SUMS)
    assert found.contributions["obstacle"].sum() == pytest.approx(1)
    assert found.levels.loc["r4", "rank"].tolist() == made.ranks["rank"].iloc[12:15].tolist()
    if made.rules.periods is None:
        assert found.before == pytest.approx(made.scores["score"].iloc[12], abs=SUMS)
    assert len(found.exhibits()) == 5


def test_additive_contributions_are_weights_times_scaled_values_and_obstacles_what_is_left() -> None:
    frame = table()
    made = regio.index(frame, NAMES, directions={"b": "negative"}, **KEYS)
    found = regio.profile(frame, made, "r4", **KEYS).contributions
    assert found["contribution"].sum() == pytest.approx(made.scores["score"].iloc[14], abs=SUMS)
    left = found["weight"] * (1 - found["scaled"])
    assert found["obstacle"].tolist() == pytest.approx((left / left.sum()).tolist(), abs=SUMS)
    assert found["gap"].tolist() == pytest.approx((found["weight"] * (found["scaled"] - found["mean_scaled"])).tolist(), abs=SUMS)


def test_the_shapley_value_equals_the_additive_split_where_scores_add_up() -> None:
    frame = table()
    power = regio.profile(frame, Call("index", {"indicators": NAMES, "aggregate": "generalised", "exponent": 1.0, "interval": (0.1, 1.0)}), "r2", **KEYS)
    plain = regio.profile(frame, Call("index", {"indicators": NAMES, "interval": (0.1, 1.0)}), "r2", **KEYS)
    assert (power.additive, plain.additive) == (False, True)
    np.testing.assert_allclose(power.contributions["gap"], plain.contributions["gap"], atol=SUMS)


def test_a_result_its_rules_and_its_call_say_the_same_and_are_stored() -> None:
    frame = table()
    made = regio.index(frame, NAMES, **KEYS)
    one, *others = (regio.profile(frame, of, "r1", **KEYS) for of in (made, made.rules, made.rules.to_dict(), made.call))
    for other in others:
        pd.testing.assert_frame_equal(one.contributions, other.contributions)
    again = type(one).from_dict(one.to_dict())
    assert again.call is not None
    pd.testing.assert_frame_equal(regio.profile(frame, **again.call.options, **KEYS).contributions, one.contributions)


def test_rules_of_last_year_profile_a_new_year() -> None:
    frame = table()
    made = regio.index(frame[frame["t"] < 2003], NAMES, directions={"a": "negative"}, **KEYS)
    new = frame[frame["t"] == 2003]
    found = regio.profile(new, made, "r6", **KEYS)
    assert found.score == pytest.approx(regio.index(new, rules=made, **KEYS).scores["score"].iloc[6], abs=SUMS)
    with pytest.raises(ArgumentError, match="lacks columns of the index: b"):
        regio.profile(new.drop(columns="b"), made, "r6", **KEYS)


def test_peers_are_the_nearest() -> None:
    frame = pd.DataFrame({"r": list("abcde"), "a": [0.0, 1.0, 2.0, 9.0, 10.0], "b": [0.0, 1.0, 2.0, 9.0, 10.0]})
    found = regio.profile(frame, regio.index(frame, weights="equal", region="r"), "c", peers=3, region="r")
    assert found.peers.index.tolist() == ["b", "a", "d"]
    assert found.levels.index.get_level_values("region").tolist() == ["c", "b", "a", "d"]
    assert found.peers["distance"].tolist() == pytest.approx([0.1, 0.2, 0.7])
    assert found.peers["rank"].tolist() == [4, 5, 2]
    assert [e.form for e in found.exhibits() if isinstance(e, Figure)] == ["waterfall"]


def test_many_indicators_are_sampled_with_a_note_and_still_add_up() -> None:
    frame = table(indicators=14)
    of = Call("index", {"aggregate": "geometric", "interval": (0.1, 1.0), "weights": "equal"})
    found = regio.profile(frame, of, "r3", draws=50, **KEYS)
    assert found.contributions["gap"].sum() == pytest.approx(found.score - found.reference, abs=1e-10)
    assert [f.code for f in found.findings] == ["profile.sampled"]
    assert regio.profile(frame, of, "r3", draws=50, **KEYS).to_dict() == found.to_dict()
    assert regio.profile(frame, of, "r3", draws=50, seed=1, **KEYS).contributions["gap"].tolist() != found.contributions["gap"].tolist()


@settings(max_examples=30)
@given(st.lists(st.integers(-50, 50), min_size=16, max_size=16))
def test_shares_are_means_over_all_orders(values: list[int]) -> None:
    v = np.array(values, dtype=float)
    orders = list(permutations(range(4)))
    total = np.zeros(4)
    for order in orders:
        here = 0
        for player in order:
            total[player] += v[here + 2**player] - v[here]
            here += 2**player
    np.testing.assert_allclose(shares(v, 4), total / len(orders), atol=1e-10)
    assert shares(v, 4).sum() == pytest.approx(v[-1] - v[0], abs=1e-10)


def test_sampling_comes_near_the_exact_value() -> None:
    rng = np.random.default_rng(0)
    v = rng.normal(size=2**5)

    def value(masks: Any) -> Any:
        return v[(masks * 2 ** np.arange(5)).sum(axis=1)]

    exact, known = shapley(value, 5, 0, rng)
    assert known
    assert np.abs(sampled(value, 5, 4000, rng) - exact).max() < 0.05  # standard error about 0.01
    assert all_sets(2).tolist() == [[False, False], [True, False], [False, True], [True, True]]


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"place": "r44"}, "no region “r44” in 2003. Did you mean r4", "没有地区“r44”"),
    ({"at": 1999}, "no period “1999”; periods: 2001", "没有时期“1999”"),
    ({"since": 2003}, "its other periods: 2001, 2002", "其他时期"),
    ({"of": Call("describe", {})}, "“describe” learns no rules", "没有可用于评分的规则"),
    ({"of": "digital"}, "needs an index in of", "应为指数的结果"),
]


@pytest.mark.parametrize(("options", "en", "zh"), BAD)
def test_refusals(options: dict[str, Any], en: str, zh: str) -> None:
    frame = table()
    words = {"of": Call("index", {"indicators": NAMES}), "place": "r4"} | options
    with pytest.raises(ArgumentError) as caught:
        regio.profile(frame, **words, **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
