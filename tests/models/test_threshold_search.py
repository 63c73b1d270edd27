"""The search against plain refits: every candidate, every draw, every combination, on random unbalanced panels with ties."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threshold_panels import refit, tied_panel

import regio
from regio.compute.engine import generator, named
from regio.contract.finding import EstimationError
from regio.contract.tables import open_table
from regio.models._threshold import fit
from regio.models._threshold.bootstrap import Draws, drawn, inside_effect, pool_of, statistics
from regio.models._threshold.prepare import Prepared, Wanted, prepare
from regio.models._threshold.rules import RULES

REFIT = 1e-10  # refits with a dummy for every region lose a few digits of their own
TEXTBOOK = RULES["textbook"]


def prepared(frame: pd.DataFrame, treatment: tuple[str, ...] = ("x1",), **options: Any) -> Prepared:
    effects = options.pop("effects", ("region",))
    wanted = Wanted("y", treatment, options.pop("controls", ("x2", "z")), "q", effects, **options)
    return prepare(open_table(frame, "region", "period"), wanted, TEXTBOOK)


CASES: dict[str, dict[str, Any]] = {
    "one column": {},
    "two columns": {"treatment": ("x1", "x2"), "controls": ("z",)},
    "both effects": {"effects": ("region", "period")},
    "period effects": {"effects": ("period",)},
    "pooled": {"effects": ()},
    "weights": {"sample_weights": "weight"},
    "level shifts": {"regime_intercept": True},
    "weights, two columns, both effects, level shifts": {
        "treatment": ("x1", "x2"),
        "controls": ("z",),
        "effects": ("region", "period"),
        "sample_weights": "weight",
        "regime_intercept": True,
    },
}


def by_refit(frame: pd.DataFrame, thresholds: list[float], options: dict[str, Any]) -> float:
    return refit(
        frame,
        options.get("treatment", ("x1",)),
        options.get("controls", ("x2", "z")),
        thresholds,
        effects=options.get("effects", ("region",)),
        weights=options.get("sample_weights"),
        intercept=options.get("regime_intercept", False),
    )


@pytest.mark.parametrize("case", CASES)
def test_every_sum_of_squares_equals_a_refit(case: str) -> None:
    options = CASES[case]
    for seed in (1, 2):
        frame = tied_panel(seed)
        found = prepared(frame, **options)
        done = fit.search(found, TEXTBOOK, (0.1, 0.1), None, None)
        np.testing.assert_allclose(found.problem.ssr, by_refit(frame, [], options), rtol=REFIT)
        limit, values = done.candidates.limits[0], done.candidates.values
        state = fit.given(done.path, done.c, found.problem.ssr, [])
        curve = found.problem.ssr - state.gains(done.path)[:, 0]
        for g in range(limit.first, limit.last + 1):
            np.testing.assert_allclose(curve[g], by_refit(frame, [values[g]], options), rtol=REFIT)
        curve, allowed = fit.others_fixed(done.path, limit, done.c, found.problem.ssr, [done.sequence[0]])
        for g in np.flatnonzero(allowed):
            np.testing.assert_allclose(curve[g], by_refit(frame, [values[g], values[done.sequence[0]]], options), rtol=REFIT)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), drop=st.floats(0.0, 0.4), ties=st.integers(8, 60))
def test_the_estimate_is_the_best_refit(seed: int, drop: float, ties: int) -> None:
    frame = tied_panel(seed, regions=9, periods=5, drop=drop, ties=ties)
    several = frame[frame.groupby("region")["region"].transform("size") > 1]
    values = np.unique(several["q"])[:-1]
    options: dict[str, Any] = {"max_thresholds": 1, "trim": 0.2, "draws": 0, "region": "region", "period": "period"}
    if not any(_allowed(several, [value], 0.2) for value in values):
        with pytest.raises(EstimationError):
            regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **options)
        return
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **options)
    used = frame[found.regimes.notna().to_numpy()]
    tried = [refit(used, ("x1",), ("x2", "z"), [value]) for value in np.unique(used["q"])[:-1] if _allowed(used, [value], 0.2)]
    np.testing.assert_allclose(found.ssr[1], min(tried), rtol=REFIT)


def _allowed(frame: pd.DataFrame, thresholds: list[float], trim: float) -> bool:
    regime = np.searchsorted(thresholds, frame["q"], side="left")
    parts = [frame[regime == k] for k in range(len(thresholds) + 1)]
    return all(len(part) >= trim * len(frame) and part["region"].nunique() >= 5 for part in parts)


@pytest.mark.parametrize("treatment", [("x1",), ("x1", "x2")])
def test_two_thresholds_are_the_best_pair(treatment: tuple[str, ...]) -> None:
    for seed in range(3):
        frame = tied_panel(seed, regions=10, periods=6, ties=18)
        controls = tuple(c for c in ("x2", "z") if c not in treatment)
        found = regio.threshold(frame, "y", treatment, "q", controls, max_thresholds=2, trim=0.12, draws=0, region="region", period="period")
        values = np.unique(frame["q"])[:-1]
        tried = {pair: refit(frame, treatment, controls, pair) for pair in combinations(values, 2) if _allowed(frame, list(pair), 0.12)}
        np.testing.assert_allclose(found.ssr[2], min(tried.values()), rtol=REFIT)
        assert tuple(found.thresholds.loc[2, "value"]) == min(tried, key=tried.__getitem__)


def test_three_thresholds_on_few_values_are_the_best_three() -> None:
    frame = tied_panel(4, regions=12, periods=7, ties=14, drop=0.1)
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), max_thresholds=3, trim=0.1, draws=0, region="region", period="period")
    values = np.unique(frame["q"])[:-1]
    tried = [refit(frame, ("x1",), ("x2", "z"), three) for three in combinations(values, 3) if _allowed(frame, list(three), 0.1)]
    np.testing.assert_allclose(found.ssr[3], min(tried), rtol=REFIT)


def test_a_joint_search_beats_a_sequence_that_is_led_astray() -> None:
    """Slopes 0, 1, 0: one threshold alone says little, two say all."""
    rng = np.random.default_rng(5)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(20), np.arange(6), indexing="ij"))
    frame = pd.DataFrame({"region": region, "period": period, "q": rng.uniform(size=120), "x": rng.normal(size=120)})
    frame["y"] = frame["x"] * ((frame["q"] > 0.4) & (frame["q"] <= 0.6)) + 0.02 * rng.normal(size=120)
    found = regio.threshold(frame, "y", "x", "q", trim=0.1, max_thresholds=2, draws=0, region="region", period="period")
    below = [frame.loc[frame["q"] <= g, "q"].max() for g in (0.4, 0.6)]
    assert found.thresholds.loc[2, "value"].tolist() == below


DRAWN = [
    ("cluster", "one column"),
    ("cluster", "two columns"),
    ("cluster", "weights"),
    ("cluster", "period effects"),
    ("stratified", "both effects"),
    ("wild_rademacher", "weights"),
    ("wild_mammen", "one column"),
    ("wild_webb", "pooled"),
    ("iid", "both effects"),
    ("iid", "weights"),
]


@pytest.mark.parametrize(("scheme", "case"), DRAWN)
def test_the_bootstrap_is_a_refit_draw_by_draw(scheme: str, case: str) -> None:
    """Draw residuals by the same random numbers, add them to the smaller model, refit every candidate by least squares."""
    options, draws = CASES[case], 3
    frame = tied_panel(7, regions=9, periods=5, drop=0.0 if scheme == "cluster" else 0.2, ties=12)
    found = prepared(frame, **options)
    problem, trims = found.problem, (0.2, 0.2)
    done = fit.search(found, TEXTBOOK, trims, None, None)
    for k in (1, 2):
        residual = fit.residual_of(found, done, done.sequence[: k - 1])
        test = Draws(
            done.path,
            done.candidates.limits[:k],
            residual,
            problem.outcome - residual if k > 1 else np.zeros(problem.n),
            scheme,
            pool_of(problem, residual, found.strata),
            done.df,
            inside_effect(problem, scheme),
        )
        chunk = (0, draws, 11)
        ours = statistics(chunk, test)
        noise = drawn(generator(chunk), draws, test)
        root = 1.0 if problem.root is None else problem.root
        for b in range(draws):
            rows = frame.iloc[found.rows[problem.order]].reset_index(drop=True)
            y = (test.explained + noise[:, b]) / root
            np.testing.assert_allclose(ours[b], _sequential(rows.assign(y=y), done, k, options), rtol=1e-8)


def _sequential(rows: pd.DataFrame, done: Any, k: int, options: dict[str, Any]) -> float:
    """F of the k-th threshold, each searched with those before it held."""
    chosen: list[float] = []
    ssr = [by_refit(rows, [], options)]
    for _ in range(k):
        tried = {v: by_refit(rows, [*chosen, v], options) for v in done.candidates.values if v not in chosen and _allowed(rows, sorted([*chosen, v]), 0.2)}
        if not tried:
            ssr.append(ssr[-1])
            break
        chosen.append(min(tried, key=tried.__getitem__))
        ssr.append(tried[chosen[-1]])
    return (ssr[-2] - ssr[-1]) / ssr[-1] * done.df


def test_regions_are_drawn_among_those_seen_in_the_same_periods() -> None:
    frame = tied_panel(3, regions=12, periods=4, drop=0.0)
    frame = frame[~(frame["region"].isin([f"r{i:02d}" for i in range(6)]) & (frame["period"] == 2002))].reset_index(drop=True)
    found = prepared(frame)
    pool = pool_of(found.problem, np.arange(found.problem.n, dtype=float), found.strata)
    assert sorted(np.bincount(found.strata)) == [6, 6]
    sizes = np.bincount(found.problem.region)
    assert all(len(set(sizes[pool.members[f : f + s]])) == 1 for f, s in zip(pool.first, pool.size, strict=True))


def test_results_do_not_depend_on_the_engine() -> None:
    frame = tied_panel(8)
    options: dict[str, Any] = {"draws": 1100, "max_thresholds": 2, "scheme": "wild_webb", "region": "region", "period": "period"}
    here = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **options)
    there = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), engine=named("processes:2"), **options)
    assert here.to_dict() == there.to_dict()


def test_many_draws_equal_the_same_draws_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = tied_panel(9)
    options: dict[str, Any] = {"draws": 120, "max_thresholds": 2, "scheme": "wild_mammen", "region": "region", "period": "period"}
    one = regio.threshold(frame, "y", "x1", "q", **options).tests
    monkeypatch.setattr("regio.models._threshold.bootstrap.CELLS", 1)
    np.testing.assert_allclose(one["statistic"].to_numpy(), regio.threshold(frame, "y", "x1", "q", **options).tests["statistic"].to_numpy(), rtol=1e-12)
    assert one["p_value"].tolist() == regio.threshold(frame, "y", "x1", "q", **options).tests["p_value"].tolist()


@pytest.mark.parametrize("change", ["order", "scale", "constant", "names"])
def test_what_must_not_matter(change: str) -> None:
    frame = tied_panel(10)
    options: dict[str, Any] = {"max_thresholds": 2, "draws": 0, "region": "region", "period": "period"}
    first = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **options)
    changed, factor = frame.copy(), 1.0
    if change == "order":
        changed = frame.sample(frac=1, random_state=1)
    elif change == "scale":
        changed["y"], changed["q"], factor = frame["y"] * 1e4, frame["q"] * 1e-3, 1e8
    elif change == "constant":
        changed["y"] = frame["y"] + frame["region"].str[1:].astype(float) * 100
    else:
        changed["region"] = frame["region"].map({r: f"s{i % 7}{i}" for i, r in enumerate(sorted(frame["region"].unique()))})
    second = regio.threshold(changed, "y", "x1", "q", ("x2", "z"), **options)
    np.testing.assert_allclose(np.array(first.ssr) * factor, second.ssr, rtol=1e-9)
    scale = 1e-3 if change == "scale" else 1.0
    np.testing.assert_allclose(first.thresholds["value"].to_numpy() * scale, second.thresholds["value"].to_numpy())
