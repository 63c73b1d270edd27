"""Uncertainty of an index: E16, brute force through the index itself, analytic indices of Sobol', ties, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertain_tables import KEYS, NAMES, table

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.contract.result import Call
from regio.exhibits.models import Figure, Table
from regio.indices.uncertainty._runs import perturbed, places
from regio.indices.uncertainty._sobol import from_all, from_draws
from regio.indices.uncertainty._summary import rank_frame, tie_groups

EXACT = 1e-12  # the same sums in another order
SCALES = ({"scale": "z_unit"}, {"scale": "rank"})
GEOMETRIC = {"aggregate": "geometric", "interval": (0.1, 1.0)}


def given_weights(*weights: float) -> dict[str, float]:
    return dict(zip("xyz", weights, strict=True))


@pytest.fixture
def e16(reference: Path) -> tuple[pd.DataFrame, Mapping[str, Any], list[dict[str, Any]]]:
    stored = json.loads((reference / "indices" / "e16_uncertainty_sensitivity.json").read_text(encoding="utf-8"))
    frame = pd.DataFrame(stored["input"]["X"], columns=list("xyz")).assign(r=list("ABCDE"))
    weights = [{"name": name, "weights": given_weights(*stored["factors"]["weights"][name])} for name in ("w_622", "w_226")]
    return frame, stored["expected"], [*SCALES, *weights, GEOMETRIC]


def test_e16_comes_out_of_the_public_function(e16: Any) -> None:
    frame, expected, variations = e16
    found = regio.index_uncertainty(frame, Call("index", {"weights": "equal"}), variations, region="r")
    assert found.exact
    assert found.ranks["least"].tolist() == expected["rank_min"]
    assert found.ranks["median"].tolist() == expected["rank_median"]
    assert found.ranks["greatest"].tolist() == expected["rank_max"]
    assert found.runs["rank_shift"].tolist() == pytest.approx(expected["mean_abs_rank_shift"], abs=EXACT)
    first = found.acceptability[found.acceptability["rank"] == 1].set_index("region")["share"].reindex(list("ABCDE"), fill_value=0.0)
    assert first.tolist() == pytest.approx(expected["share_of_runs_rank_1"], abs=EXACT)
    assert found.sensitivity.index.tolist() == ["scale", "weights", "aggregate"]
    assert found.sensitivity["first_order"].tolist() == pytest.approx(expected["first_order_of_mean_abs_rank_shift"], abs=1e-9)
    assert found.sensitivity["total_order"].tolist() == pytest.approx(expected["total_order_of_mean_abs_rank_shift"], abs=1e-9)
    own = found.by_region[found.by_region["region"] == "B"]
    assert own["score_first"].tolist() == pytest.approx(expected["first_order_of_score_of_region_B"], abs=1e-9)
    assert own["score_total"].tolist() == pytest.approx(expected["total_order_of_score_of_region_B"], abs=1e-9)
    np.testing.assert_allclose(found.scores["mean"], np.mean(expected["scores"], axis=0), atol=EXACT)


def test_e16_run_by_run_through_the_index_itself(e16: Any) -> None:
    frame, expected, variations = e16
    sources = [[{}, *variations[:2]], [{}, *variations[2:4]], [{}, variations[4]]]
    names = [tuple(one.get("name", "") for one in chosen) for chosen in product(*sources)]
    assert len(names) == len(expected["runs"])
    for chosen, scores, ranks in zip(product(*sources), expected["scores"], expected["ranks"], strict=True):
        words = {key: value for one in chosen for key, value in one.items() if key != "name"}
        made = regio.index(frame, ("x", "y", "z"), **({"weights": "equal"} | words), region="r")
        np.testing.assert_allclose(made.scores["score"], scores, atol=EXACT)
        assert made.ranks["rank"].tolist() == ranks


def test_e16_drawn_is_near_the_exact_indices(e16: Any) -> None:
    frame, _, variations = e16
    found = regio.index_uncertainty(frame, Call("index", {"weights": "equal"}), variations[:4], noise=1e-9, draws=8000, region="r")
    exact = regio.index_uncertainty(frame, Call("index", {"weights": "equal"}), variations[:4], region="r").sensitivity
    drawn = found.sensitivity
    assert drawn.index.tolist() == ["scale", "weights", "noise"]
    for which in ("first", "total"):
        deviation = (drawn[f"{which}_high"] - drawn[f"{which}_low"]).iloc[:2] / (2 * 1.959964)
        assert ((drawn[f"{which}_order"].iloc[:2] - exact[f"{which}_order"]).abs() < 4 * deviation).all()  # four standard errors
        assert deviation.max() < 0.03
    assert drawn.loc["noise", "total_order"] == pytest.approx(0, abs=1e-6)


SMALL: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    ({"directions": {"b": "negative"}}, [{"scale": "rank"}, {"weights": "critic"}, {"weights": ["entropy", "equal"]}, {"aggregate": "topsis"}]),
    ({"scope": "by_period", "weights": "equal"}, [{"scope": "pooled_scale"}, {"scope": "pooled"}, {"weights": "coefficient_of_variation"}]),
    ({"dimensions": {"a": "x", "b": "x", "c": "y", "d": "y"}}, [{"hierarchy": "nested"}, {"scale": "vector"}, {"indicators": ["a", "c", "d"]}]),
]


@pytest.mark.parametrize(("base", "variations"), SMALL, ids=["scale", "scope", "nested"])
def test_every_combination_equals_the_index_called_by_hand(base: dict[str, Any], variations: list[dict[str, Any]]) -> None:
    frame = table()
    made = regio.index(frame, NAMES, **base, **KEYS)
    found = regio.index_uncertainty(frame, made, variations, **KEYS)
    words = [name for name in ("indicators", "scope", "scale", "weights", "hierarchy", "aggregate") if any(name in one for one in variations)]
    choices = [[{}, *(one for one in variations if word in one)] for word in words]
    scores, ranks = [], []
    for chosen in product(*choices):
        options = {"indicators": NAMES} | base | {key: tuple(v) if isinstance(v, list) else v for one in chosen for key, v in one.items()}
        run = regio.index(frame, **options, **KEYS)
        scores.append(run.scores["score"].to_numpy())
        ranks.append(run.ranks["rank"].to_numpy())
    assert len(found.runs) == len(scores)
    np.testing.assert_allclose(found.scores["mean"], np.mean(scores, axis=0), atol=EXACT)
    np.testing.assert_allclose(found.scores["sd"], np.std(scores, axis=0), atol=1e-10)
    assert found.ranks["least"].tolist() == np.min(ranks, axis=0).tolist()
    assert found.ranks["greatest"].tolist() == np.max(ranks, axis=0).tolist()
    np.testing.assert_allclose(found.ranks["median"], np.median(ranks, axis=0))
    np.testing.assert_allclose(found.ranks["mean"], np.mean(ranks, axis=0), atol=EXACT)
    at = (frame["t"] == 2003).to_numpy()
    shift = np.abs(np.array(ranks) - ranks[0])[:, at].mean(axis=1)
    assert sorted(found.runs["rank_shift"]) == pytest.approx(sorted(shift), abs=EXACT)
    again = type(found).from_dict(found.to_dict())
    pd.testing.assert_frame_equal(found.ranks, again.ranks)


def test_an_indicator_left_out_is_the_index_without_it_and_given_weights_are_rescaled() -> None:
    frame = table()
    weights = dict(zip(NAMES, (0.4, 0.3, 0.2, 0.1), strict=True))
    found = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES, "weights": weights}), drop=True, **KEYS)
    runs = [regio.index(frame, NAMES, weights=weights, **KEYS).scores["score"]]
    for name in NAMES:
        left = {key: value / (1 - weights[name]) for key, value in weights.items() if key != name}
        runs.append(regio.index(frame, tuple(left), weights=left, **KEYS).scores["score"])
    np.testing.assert_allclose(found.scores["mean"], np.mean(runs, axis=0), atol=EXACT)
    assert found.runs["indicators"].tolist() == ["all", *(f"without {name}" for name in NAMES)]
    assert found.sensitivity.loc["indicators", ["first_order", "total_order"]].tolist() == pytest.approx([1, 1])
    judgement = ((1, 2, 3, 4), ("1/2", 1, 2, 3), ("1/3", "1/2", 1, 2), ("1/4", "1/3", "1/2", 1))
    judged = Call("index", {"indicators": NAMES, "weights": "ahp", "judgement": judgement})
    ahp = regio.index_uncertainty(frame, judged, drop=True, **KEYS)
    runs = [regio.index(frame, NAMES, weights="ahp", judgement=judgement, **KEYS).scores["score"]]
    for j in range(4):
        rest = [i for i in range(4) if i != j]
        part = tuple(tuple(judgement[i][other] for other in rest) for i in rest)
        runs.append(regio.index(frame, tuple(NAMES[i] for i in rest), weights="ahp", judgement=part, **KEYS).scores["score"])
    np.testing.assert_allclose(ahp.scores["mean"], np.mean(runs, axis=0), atol=1e-10)  # two eigenvector computations


def test_noise_on_weights_equals_the_index_with_the_drawn_weights() -> None:
    frame = table(periods=1)
    found = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES, "weights": "equal"}), noise=0.3, draws=40, **KEYS)
    from regio.compute.engine import chunks, generator

    uniform = generator(next(iter(chunks(20, 0)))).random((2, 20, 4))
    moved = perturbed(np.full(4, 0.25), uniform.reshape(40, 4), size=0.3, form="uniform")
    runs = []
    for weights in moved / moved.sum(axis=1, keepdims=True):
        runs.append(regio.index(frame, NAMES, weights=dict(zip(NAMES, weights, strict=True)), **KEYS).scores["score"])
    np.testing.assert_allclose(found.scores["mean"], np.mean(runs, axis=0), atol=EXACT)
    assert found.scores["low"].tolist() == pytest.approx(np.min(runs, axis=0).tolist())


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "topsis", "mazziotta_pareto"])
def test_noise_in_a_nested_index_moves_the_weights_of_the_whole(aggregate: str) -> None:
    frame = table(periods=1)
    dimensions = {"a": "x", "b": "x", "c": "y", "d": "y"}
    options = {"indicators": NAMES, "hierarchy": "nested", "aggregate": aggregate, "interval": (0.1, 1.0) if aggregate != "mazziotta_pareto" else (0.0, 1.0)}
    nested = Call("index", options | {"weights": "equal"}, {"dimensions": dimensions})
    none = regio.index_uncertainty(frame, nested, noise=1e-12, draws=4, **KEYS)
    some = regio.index_uncertainty(frame, nested, noise=0.3, draws=60, **KEYS)
    np.testing.assert_allclose(none.scores["mean"], none.scores["score"], atol=1e-9)
    assert (some.scores["sd"] > 0).all()
    assert (some.scores["mean"] - some.scores["score"]).abs().max() < 4 * some.scores["sd"].max()


def test_dirichlet_weights_have_the_stated_mean_and_spread() -> None:
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    drawn = perturbed(weights, np.random.default_rng(0).random((40_000, 4)), size=0.4, form="dirichlet")
    drawn /= drawn.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(drawn.mean(axis=0), weights, atol=0.002)
    total = 4 / 0.4**2
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(weights * (1 - weights) / (total + 1)), rtol=0.03)
    flat = perturbed(np.full(3, 1 / 3), np.random.default_rng(1).random((40_000, 3)), size=1.0, form="dirichlet")
    assert (flat[:, 0] / flat.sum(axis=1) > 0.5).mean() == pytest.approx(0.25, abs=0.01)  # uniform on the simplex


def test_results_do_not_depend_on_workers_and_depend_on_the_seed() -> None:
    frame = table()
    call = Call("index", {"indicators": NAMES})
    words: dict[str, Any] = {"variations": [{"scale": "rank"}], "noise": 0.2, "draws": 2200}
    here = regio.index_uncertainty(frame, call, **words, **KEYS)
    with Processes(2) as engine:
        there = regio.index_uncertainty(frame, call, **words, engine=engine, **KEYS)
    pd.testing.assert_frame_equal(here.scores, there.scores, check_exact=True)
    pd.testing.assert_frame_equal(here.sensitivity, there.sensitivity, check_exact=True)
    assert regio.index_uncertainty(frame, call, **words, seed=1, **KEYS).scores["mean"].tolist() != here.scores["mean"].tolist()


def test_more_combinations_than_draws_are_sampled() -> None:
    frame = table(periods=1)
    words: dict[str, Any] = {"variations": [{"scale": "rank"}, {"weights": "equal"}, {"aggregate": "topsis"}], "drop": True}
    exact = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES}), **words, **KEYS)
    drawn = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES}), draws=39, **words, **KEYS)
    assert (exact.exact, len(exact.runs), drawn.exact, len(drawn.runs)) == (True, 40, False, 40)
    assert (drawn.ranks["least"] >= exact.ranks["least"]).all()
    assert (drawn.ranks["greatest"] <= exact.ranks["greatest"]).all()


def test_the_estimators_find_the_indices_of_ishigami() -> None:
    """Ishigami and Homma (1990) with a = 7, b = 0.1: variance and indices in closed form."""
    rng = np.random.default_rng(3)
    n, b = 40_000, 0.1

    def f(x: np.ndarray) -> np.ndarray:
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])

    one, other = rng.uniform(-np.pi, np.pi, (2, n, 3))
    mixed = [np.where(np.arange(3) == i, other, one) for i in range(3)]
    found = from_draws(f(one)[:, None], f(other)[:, None], np.array([f(x)[:, None] for x in mixed]))
    alone = [(1 + b * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.0]
    together = b**2 * np.pi**8 * 8 / 225
    variance = sum(alone) + together
    first = np.array(alone) / variance
    total = first + np.array([together, 0, together]) / variance
    assert (np.abs(found.first[:, 0] - first) < 4 * found.first_error).all()  # four standard errors
    assert (np.abs(found.total[:, 0] - total) < 4 * found.total_error).all()
    assert found.first_error.max() < 0.02


def test_standard_errors_are_those_of_many_repetitions() -> None:
    rng = np.random.default_rng(0)
    repeats = []
    for _ in range(200):
        one, other = rng.normal(size=(2, 300, 2))
        f = one[:, :1] + 2 * one[:, :1] * one[:, 1:], other[:, :1] + 2 * other[:, :1] * other[:, 1:]
        mixed = [np.where(np.arange(2) == i, other, one) for i in range(2)]
        repeats.append(from_draws(*f, np.array([x[:, :1] + 2 * x[:, :1] * x[:, 1:] for x in mixed])))
    for index, deviation in (("first", "first_error"), ("total", "total_error")):
        spread = np.std([getattr(one, index)[:, 0] for one in repeats], axis=0)
        assert np.median([getattr(one, deviation) for one in repeats], axis=0) == pytest.approx(spread, rel=0.35)  # 200 repetitions of a heavy-tailed mean


@settings(max_examples=40)
@given(st.integers(2, 4), st.integers(2, 3), st.integers(2, 3), st.integers(0, 10_000))
def test_exact_indices_add_up_as_they_must(a: int, b: int, c: int, seed: int) -> None:
    results = np.random.default_rng(seed).normal(size=(a, b, c, 2))
    found = from_all(results)
    assert (found.first <= found.total + EXACT).all()
    assert (found.first.sum(axis=0) <= 1 + EXACT).all()
    assert (found.total.sum(axis=0) >= 1 - EXACT).all()
    both = from_all(3 * results + 5)
    np.testing.assert_allclose(both.first, found.first, atol=1e-10)
    assert np.isnan(from_all(np.ones((a, b, c, 1))).first).all()


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), min_size=1, max_size=5))
def test_ranks_with_ties_are_those_of_pandas(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=float) / 7 + 1e-12
    expected = pd.DataFrame(scores).round(9).rank(axis=1, method="min", ascending=False).astype(int).to_numpy()
    assert places(scores).tolist() == expected.tolist()


def test_summaries_of_ranks_are_those_of_numpy() -> None:
    ranks = np.random.default_rng(5).integers(1, 8, size=(33, 7)).astype(np.int32)
    keys = pd.DataFrame({"region": list("abcdefg")})
    frame, shares = rank_frame(keys, ranks, np.arange(1, 8, dtype=np.int32), [np.arange(7)], 0.9)
    assert frame["median"].tolist() == np.median(ranks, axis=0).tolist()
    assert frame["low"].tolist() == np.quantile(ranks, 0.05, axis=0, method="inverted_cdf").tolist()
    assert frame["high"].tolist() == np.quantile(ranks, 0.95, axis=0, method="inverted_cdf").tolist()
    assert shares.groupby("region")["share"].sum().tolist() == pytest.approx([1] * 7)
    even = rank_frame(keys, ranks[:32], np.arange(1, 8, dtype=np.int32), [np.arange(7)], 0.9)[0]
    assert even["median"].tolist() == np.median(ranks[:32], axis=0).tolist()


def test_a_group_of_ties_ends_where_its_first_is_better_in_enough_runs() -> None:
    nominal = np.array([2, 1, 3, 4])
    runs = np.array([[1, 2, 3, 4]] * 4 + [[2, 1, 3, 4]] * 6)
    assert tie_groups(runs, nominal, 0.95).tolist() == [1, 1, 2, 3]
    assert tie_groups(runs, nominal, 0.6).tolist() == [2, 1, 3, 4]


def test_effective_weights_are_shares_of_variance_and_squared_correlations() -> None:
    frame = table()
    made = regio.index(frame, NAMES, directions={"a": "negative"}, **KEYS)
    found = regio.index_uncertainty(frame, made, [{"scale": "rank"}], **KEYS).weights
    assert found is not None
    scaled = {n: (frame[n] - frame[n].min()) / (frame[n].max() - frame[n].min()) for n in NAMES} | {}
    scaled["a"] = 1 - scaled["a"]
    score = made.scores["score"]
    assert found["weight"].tolist() == made.weights["weight"].tolist()
    assert found["correlation"].tolist() == pytest.approx([np.corrcoef(scaled[n], score)[0, 1] for n in NAMES])
    share = [w * np.cov(scaled[n], score)[0, 1] / score.var() for n, w in zip(NAMES, found["weight"], strict=True)]
    assert found["variance_share"].tolist() == pytest.approx(share)
    assert found["variance_share"].sum() == pytest.approx(1)
    assert found["importance"].sum() == pytest.approx(1)
    bent = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES} | GEOMETRIC), [{"weights": "equal"}], **KEYS).weights
    assert bent is not None
    assert bent["variance_share"].isna().all()


@pytest.mark.parametrize(
    "options", [{}, {"scope": "pooled_scale"}, {"scope": "by_period"}, {"base": (2001, 2002)}, {"directions": {"b": ("moderate", 1.0)}}], ids=str
)
def test_the_region_whose_removal_moves_a_weight_most(options: dict[str, Any]) -> None:
    frame = table()
    made = regio.index(frame, NAMES, **options, **KEYS)
    found = regio.index_uncertainty(frame, made, [{"weights": "equal"}], **KEYS).removals
    assert found is not None
    last = options.get("scope", "pooled") != "pooled"

    def weights(result: Any) -> pd.Series:
        return result.weights.loc[2003, "weight"] if last else result.weights["weight"]

    whole = weights(made)
    for region, row in found.iterrows():
        without = weights(regio.index(frame[frame["r"] != region], NAMES, **options, **KEYS))
        indicator = (without - whole).abs().idxmax()
        assert (row["indicator"], row["change"]) == (indicator, pytest.approx((without - whole)[indicator], abs=EXACT))
    assert len(found) == 9
    assert found["change"].abs().is_monotonic_decreasing
    given_ = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES, "weights": "equal"}), noise=0.1, draws=10, **KEYS)
    assert given_.removals is not None
    assert given_.removals.empty


def test_ways_to_fill_are_alternatives_where_the_table_lacks_cells() -> None:
    from regio.panel import Panel
    from regio.preparing.fill import fill

    frame = table(periods=5)
    frame.loc[[2, 13, 27], "a"] = np.nan
    ways = [{"name": way, "prepare": [{"kind": "fill", "columns": ["a"], "method": way}]} for way in ("linear", "growth")]
    found = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES}), ways, **KEYS)
    runs = []
    for way in ("linear", "growth"):
        done = fill(Panel(frame, **KEYS), columns="a", method=way)
        runs.append(regio.index(done.panel, NAMES).scores["score"])
    np.testing.assert_allclose(found.scores["score"], runs[0], atol=EXACT)
    np.testing.assert_allclose(found.scores["mean"], np.mean(runs, axis=0), atol=EXACT)
    assert found.runs["preparation"].tolist() == ["linear", "growth"]
    assert next(f.code for f in found.findings if f.severity == "note") == "index_uncertainty.only_prepared"
    whole = frame.assign(a=frame["a"].fillna(1.0))
    tails = [{"prepare": [{"kind": "winsorise", "columns": ["a"], "share": 0.05}]}]
    assert regio.index_uncertainty(whole, Call("index", {"indicators": NAMES}), tails, **KEYS).runs["preparation"].tolist() == ["as_given", "winsorise"]


def test_any_method_that_makes_a_column_can_be_asked() -> None:
    frame = table().assign(u=lambda f: f["a"] / (1 + f["a"]), v=lambda f: f["b"] / (2 + f["b"]))
    coupled = regio.coupling(frame, ("u", "v"), **KEYS)
    found = regio.index_uncertainty(frame, coupled, [{"form": "wang2021"}, {"form": "fan"}], **KEYS)
    runs = [regio.coupling(frame, ("u", "v"), form=form, **KEYS).scores["D"] for form in ("standard", "wang2021", "fan")]
    np.testing.assert_allclose(found.scores["mean"], np.mean(runs, axis=0), atol=EXACT)
    assert found.weights is None
    assert found.removals is None
    for kind, words in (("topsis", {"form": "weight_inside"}), ("entropy_weights", {"shift": 0.01}), ("pca_index", {"components": 1})):
        made = getattr(regio, kind)(frame, indicators=NAMES, **KEYS)
        one = regio.index_uncertainty(frame, made, [words], **KEYS)
        again = getattr(regio, kind)(frame, indicators=NAMES, **words, **KEYS)
        both = np.mean([made.columns()[""], again.columns()[""]], axis=0)
        np.testing.assert_allclose(one.scores["mean"], both, atol=EXACT)


def test_an_alternative_that_repeats_the_index_counts_once() -> None:
    found = regio.index_uncertainty(table(), Call("index", {"indicators": NAMES}), [{"scale": "min_max"}, {"scale": "rank"}], **KEYS)
    assert found.runs["scale"].tolist() == ["min_max", "rank"]
    assert "index_uncertainty.repeated" in [f.code for f in found.findings]


def test_a_failing_alternative_is_named() -> None:
    with pytest.raises(EstimationError) as caught:
        regio.index_uncertainty(table(), Call("index", {"indicators": NAMES}), [{"scale": "rank"}, {"name": "bent", "aggregate": "geometric"}], **KEYS)
    assert "Scaling = min_max, Aggregation = bent" in caught.value.text("en")
    assert "合成方法 = bent" in caught.value.text("zh")
    assert [f.code for f in caught.value.findings] == ["index_uncertainty.failed", "index.not_positive"]
    with pytest.raises(DataError) as gap:
        regio.index_uncertainty(table().assign(d=np.nan), Call("index", {"indicators": ("a", "b")}), [{"indicators": ["a", "d"]}], **KEYS)
    assert "Indicators = a + d" in gap.value.text("en")
    with pytest.raises(EstimationError, match="cannot be computed: Indicators = without a"):
        regio.index_uncertainty(table().assign(b=1.0), Call("index", {"indicators": ("a", "b")}), drop=True, **KEYS)


def test_exhibits_show_one_period_and_the_flow_over_all() -> None:
    frame = table(regions=15)
    found = regio.index_uncertainty(frame, Call("index", {"indicators": NAMES}), [*SCALES, {"weights": "equal"}], noise=0.2, draws=100, at=2002, **KEYS)
    shown = {e.name: e for e in found.exhibits()}
    assert list(shown) == ["ranks", "intervals", "flow", "acceptability", "sensitivity", "sources", "alternatives", "weights", "removals"]
    forms = {name: e.form for name, e in shown.items() if isinstance(e, Figure)}
    assert forms == {"intervals": "coefficients", "flow": "rank_flow", "acceptability": "heat_map", "sources": "bar"}
    assert isinstance(shown["ranks"], Table)
    assert (len(shown["ranks"].rows), shown["flow"].frame["region"].nunique()) == (15, 8)
    assert {exhibit.name for exhibit in found.exhibits() if isinstance(exhibit, Table)} >= {"ranks", "weights", "removals"}
    single = regio.index_uncertainty(frame[frame["t"] == 2002], Call("index", {"indicators": NAMES}), SCALES, region="r")
    assert "flow" not in [e.name for e in single.exhibits()]
    assert set(found.columns()) == {"", "low", "high", "group"}


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"variations": ()}, "nothing is varied", "没有任何变化的来源"),
    ({"of": "digital"}, "needs an index in of", "应为指数的结果或调用"),
    ({"variations": [{"scale": "rnak"}]}, "rnak", "rnak"),
    ({"variations": [{"name": "two", "scale": "rank", "weights": "equal"}]}, "Variation two belongs to several sources: scale, weights", "同时涉及多个来源"),
    ({"variations": [{"scale": "rank", "interval": (0.0, 2.0)}, GEOMETRIC]}, "both replace interval", "都替换了 interval"),
    ({"variations": [{"name": "late", "sample": {"periods": [2003]}}]}, "Variation late chooses rows", "选取了样本行"),
    ({"noise": 0.2, "draws": 1}, "cannot be looked at with draws = 1", "不足以考察"),
    ({"variations": [{"scale": "rank"}], "draws": 0}, "2 combinations cannot", "2 种组合"),
    ({"at": 1999}, "no period “1999”; periods: 2001", "没有时期“1999”"),
    ({"of": Call("coupling", {"systems": ("a", "b")}), "noise": 0.1, "variations": ()}, "need a method that weighs indicators", "只适用于对指标赋权的方法"),
    ({"of": Call("index", {"weights": "benefit_of_the_doubt"}), "noise": 0.1}, "noise on them has no meaning", "没有意义"),
    ({"variations": [{"weights": "benefit_of_the_doubt"}], "noise": 0.1, "draws": 20}, "Weights = benefit_of_the_doubt", "赋权方法 = benefit_of_the_doubt"),
    ({"of": Call("index", {"indicators": ("a",)}), "drop": True}, "leaves none", "没有剩余指标"),
    ({"of": Call("describe", {}), "variations": [{"by": "t"}]}, "makes no column of scores", "不生成得分列"),
    ({"variations": [{"name": "few", "prepare": [{"kind": "filter", "regions": ["r01", "r02"]}]}]}, "Preparation “few” changes the rows", "改变了样本行"),
    ({"variations": [{"prepare": [{"kind": "trim", "columns": ["a"], "share": 0.1}]}]}, "Preparation = trim.\n“a” has 4 missing", "数据预处理 = trim"),
]


@pytest.mark.parametrize(("options", "en", "zh"), BAD)
def test_refusals(options: dict[str, Any], en: str, zh: str) -> None:
    words = {"of": Call("index", {"indicators": NAMES}), "variations": [{"scale": "rank"}]} | options
    with pytest.raises((ArgumentError, EstimationError, DataError)) as caught:
        regio.index_uncertainty(table(), **words, **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")


def test_frozen_rules_are_refused() -> None:
    frame = table()
    made = regio.index(frame, NAMES, **KEYS)
    frozen = regio.index(frame, rules=made, **KEYS)
    with pytest.raises(ArgumentError, match="scored by rules that were learnt before"):
        regio.index_uncertainty(frame, frozen, noise=0.1, **KEYS)
