"""Dynamic panel threshold: moments against loops over rows, two steps against linearmodels on stacked rows, draws against refits of drawn regions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IVGMM

import regio
from regio.compute.engine import generator
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.contract.tables import open_table
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.models._threshold.bootstrap import wild_weights
from regio.models._threshold.dynamic_data import DynamicWanted, forward, spread
from regio.models._threshold.dynamic_design import Moments, design
from regio.models._threshold.dynamic_moments import SCHEME, estimated, linearity, resampled, resampling, suprema, two_steps

KEYS = {"region": "region", "period": "period"}
WANTED = DynamicWanted("y", ("x",), ("z",), "q", (), (), ("region",), True, False)
ROUNDING = 1e-8  # relative: two orders of summation, and generalised inverses of nearly singular weights


def moving(seed: int, *, regions: int = 40, periods: int = 8, jump: float = 1.0, drop: float = 0.0, common: float = 0.0) -> pd.DataFrame:
    """Lag 0.4, slope 0.5 at most at q = 0 and 0.5 + jump above, control 0.3."""
    rng = np.random.default_rng(seed)
    effect, y, rows = rng.normal(size=regions) / 2, np.zeros(regions), []
    for t in range(periods + 15):
        x, z, q = rng.normal(size=(3, regions))
        y = 0.4 * y + x * (0.5 + jump * (q > 0)) + 0.3 * z + effect + common * rng.normal() + rng.normal(size=regions) / 3
        rows.append(pd.DataFrame({"region": [f"r{i:03d}" for i in range(regions)], "period": 2000 + t, "y": y, "x": x, "z": z, "q": q}))
    frame = pd.concat(rows[15:], ignore_index=True)
    return frame.iloc[np.sort(rng.permutation(len(frame))[: round(len(frame) * (1 - drop))])].reset_index(drop=True)


def built(frame: pd.DataFrame, wanted: DynamicWanted = WANTED, grid: int = 8) -> tuple[Any, Moments]:
    wide = spread(open_table(frame, "region", "period"), wanted)
    return wide, design(wide, wanted, lags=2, trim=0.15, grid=grid)


def stacked(frame: pd.DataFrame, moments: Moments, gamma: float) -> pd.DataFrame:
    """The transformed rows, by plain loops over regions and periods: dy, d0 …, i0 …"""
    values = {(row.region, row.period): row for row in frame.itertuples()}
    known = [key for key in values if (key[0], key[1] - 1) in values]
    known = [key for key in known if sum(other[0] == key[0] for other in known) > 1]  # a single row has no deviation
    centre = {name: float(np.mean([getattr(values[k], name) for k in known])) for name in ("y", "x", "z")}
    found = []
    for region in sorted({key[0] for key in known}):
        own = sorted(p for r, p in known if r == region)
        here = [values[region, p] for p in own]
        before = [values[region, p - 1].y for p in own]

        def columns(k: int, here: list[Any] = here, before: list[float] = before) -> list[float]:
            above = float(here[k].q > gamma)
            return [here[k].y, before[k], here[k].x, here[k].z, above, above * here[k].x]

        def switching(k: int, cut: float, here: list[Any] = here) -> list[float]:
            above = float(here[k].q > cut)
            return [above, above * (here[k].x - centre["x"])]

        def deviation(rows: list[list[float]], k: int) -> np.ndarray:
            later = np.array(rows[k + 1 :])
            return np.asarray((np.array(rows[k]) - later.mean(axis=0)) * np.sqrt(len(later) / (len(later) + 1)))

        for k in range(len(own) - 1):
            moved = deviation([columns(j) for j in range(len(own))], k)
            lags = [values[region, own[k] - by].y - centre["y"] if (region, own[k] - by) in values else 0.0 for by in range(1, moments.lags + 1)]
            cuts = sorted({cut for *_, cut in moments.names if cut == cut})
            turned = [deviation([switching(j, cut) for j in range(len(own))], k) for cut in cuts]
            z = [*lags, moved[2], moved[3], *np.concatenate(turned)]
            found.append([region, *moved, *z])
    names = ["region", "dy", *(f"d{k}" for k in range(5)), *(f"i{k}" for k in range(moments.count))]
    return pd.DataFrame(found, columns=names)


@pytest.mark.parametrize("drop", [0.0, 0.2])
def test_moments_are_those_of_loops_over_rows(drop: float) -> None:
    frame = moving(1, drop=drop)
    _, moments = built(frame)
    assert moments.count == 10
    for place in (0, 5):
        table = stacked(frame, moments, float(moments.candidates[place]))
        z, d = table.filter(regex="^i").to_numpy(), table.filter(regex="^d[0-9]").to_numpy()
        np.testing.assert_allclose(moments.outcome.sum(axis=0), z.T @ table["dy"], rtol=ROUNDING, atol=1e-9)
        np.testing.assert_allclose(moments.slopes[:, place].sum(axis=0), z.T @ d, rtol=ROUNDING, atol=1e-9)
        np.testing.assert_allclose(moments.spread.sum(axis=0), z.T @ z, rtol=ROUNDING, atol=1e-9)


def test_deviations_are_orthonormal() -> None:
    used = np.random.default_rng(2).random((6, 9)) > 0.3
    for operator, rows in zip(forward(used), used, strict=True):
        own = operator[np.abs(operator).sum(axis=1) > 0]
        np.testing.assert_allclose(own @ own.T, np.eye(rows.sum() - 1), atol=1e-12)
        np.testing.assert_allclose(own @ rows, 0, atol=1e-12)


def test_two_steps_at_a_threshold_are_those_of_linearmodels() -> None:
    frame = moving(3, drop=0.1)
    _, moments = built(frame)
    only = only_at(moments, 4)
    table = stacked(frame, moments, float(moments.candidates[4]))
    codes = pd.factorize(table["region"])[0]
    d, z = table.filter(regex="^d[0-9]"), table.filter(regex="^i")
    peer = IVGMM(table["dy"], None, d, z, weight_type="clustered", clusters=codes).fit(iter_limit=2, cov_type="clustered", clusters=codes)
    found = estimated(only)
    np.testing.assert_allclose(found.theta, peer.params, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), peer.std_errors, rtol=1e-6)
    given = IVGMM(table["dy"], None, d, z).fit(iter_limit=1, initial_weight=found.weights)
    np.testing.assert_allclose(found.theta, given.params, rtol=1e-6)


def only_at(moments: Moments, place: int) -> Moments:
    from dataclasses import replace

    return replace(moments, slopes=moments.slopes[:, place : place + 1], candidates=moments.candidates[place : place + 1])


def plain(outcome: np.ndarray, slopes: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """(J, θ) at one candidate."""
    theta = np.linalg.solve(slopes.T @ weights @ slopes, slopes.T @ weights @ outcome)
    u = outcome - slopes @ theta
    return float(u @ weights @ u), theta


def refitted(moments: Moments, drawn: list[int], shift: np.ndarray) -> tuple[np.ndarray, int, list[float]]:
    """Two steps by loops, of a list of regions."""
    weights = np.linalg.inv(sum(moments.spread[i] for i in drawn) / len(drawn))
    for _ in range(2):
        mean = sum(moments.outcome[i] - shift for i in drawn) / len(drawn)
        fits = [plain(mean, sum(moments.slopes[i, g] for i in drawn) / len(drawn), weights) for g in range(len(moments.candidates))]
        curve = [j for j, _ in fits]
        place = int(np.argmin(curve))
        theta = fits[place][1]
        own = [moments.outcome[i] - shift - moments.slopes[i, place] @ theta for i in drawn]
        weights = np.linalg.inv(sum(np.outer(u, u) for u in own) / len(drawn))
    return theta, place, curve


def test_the_estimate_is_that_of_loops() -> None:
    _, moments = built(moving(4))
    found = estimated(moments)
    theta, place, curve = refitted(moments, list(range(moments.regions)), np.zeros(moments.count))
    assert found.place == place
    np.testing.assert_allclose(found.theta, theta, rtol=ROUNDING)
    np.testing.assert_allclose(found.criterion, moments.regions * np.array(curve), rtol=1e-6)


def test_draws_are_refits_of_drawn_regions() -> None:
    _, moments = built(moving(5))
    found = estimated(moments)
    world = resampling(moments, found)
    ours = resampled((0, 4, 7), world)
    counts = generator((0, 4, 7)).multinomial(moments.regions, np.full(moments.regions, 1 / moments.regions), size=4)
    for row, count in zip(ours, counts, strict=True):
        theta, place, curve = refitted(moments, [i for i, times in enumerate(count) for _ in range(times)], world.shift)
        np.testing.assert_allclose(row[:-2], theta, rtol=1e-6)
        assert int(row[-2]) == place
        assert row[-1] == pytest.approx(moments.regions * (curve[found.place] - min(curve)), rel=1e-5, abs=1e-8)


def test_in_the_world_of_the_draws_the_estimates_are_exact() -> None:
    _, moments = built(moving(6))
    found = estimated(moments)
    again = two_steps(moments, np.ones((1, moments.regions)), resampling(moments, found).shift)
    assert int(again.place[0]) == found.place
    np.testing.assert_allclose(again.theta[0], found.theta, rtol=1e-7)
    assert again.criterion[0, found.place] == pytest.approx(0, abs=1e-18)


def supremum(moments: Moments, outcome: np.ndarray) -> tuple[float, np.ndarray]:
    n, fixed = moments.regions, moments.fixed
    mean, slopes = outcome.mean(axis=0), moments.slopes.mean(axis=0)
    weights = np.linalg.inv(moments.spread.mean(axis=0))
    fits = [plain(mean, g, weights) for g in slopes]
    place = int(np.argmin([j for j, _ in fits]))
    u = outcome - moments.slopes[:, place] @ fits[place][1]
    weights = np.linalg.inv(u.T @ u / n)
    walds = []
    for g in slopes:  # the Wald statistic itself, in place of the fall of J
        theta = plain(mean, g, weights)[1]
        variance = np.linalg.inv(g.T @ weights @ g) / n
        walds.append(float(theta[fixed:] @ np.linalg.solve(variance[fixed:, fixed:], theta[fixed:])))
    return max(walds), plain(mean, slopes[0][:, :fixed], weights)[1]


def test_the_test_is_the_greatest_wald_statistic_and_its_draws_are_refits() -> None:
    _, moments = built(moving(7, jump=0.2))
    test = linearity(moments)
    statistic, theta = supremum(moments, moments.outcome)
    assert test.statistic == pytest.approx(statistic, rel=1e-6)
    residual = moments.outcome - moments.slopes[:, 0, :, : moments.fixed] @ theta
    np.testing.assert_allclose(test.residual, residual - residual.mean(axis=0), atol=1e-7)
    ours = suprema((0, 5, 3), test)
    signs = wild_weights(generator((0, 5, 3)), 5, moments.regions, SCHEME)
    np.testing.assert_allclose(ours, [supremum(moments, row[:, None] * test.residual)[0] for row in signs], rtol=1e-6)


def test_serial_correlation_is_that_of_loops() -> None:
    frame = moving(8, drop=0.1)
    found = regio.dynamic_threshold(frame, "y", "x", "q", "z", grid=8, draws=0, **KEYS)
    wide, moments = built(frame)
    fitted = estimated(moments)
    gamma = float(found.thresholds["value"].iloc[0])
    rows = {(row.region, row.period): row for row in frame.itertuples()}
    known = [r for r, p in rows if (r, p - 1) in rows]
    regions = sorted({r for r in known if known.count(r) > 1})
    assert len(regions) == wide.regions

    def level(region: str, period: int) -> np.ndarray | None:
        if (region, period) not in rows or (region, period - 1) not in rows:
            return None
        own, above = rows[region, period], float(rows[region, period].q > gamma)
        return np.array([own.y, rows[region, period - 1].y, own.x, own.z, above, above * own.x])

    for order in (1, 2):
        own, moved = np.zeros(len(regions)), np.zeros(5)
        for i, region in enumerate(regions):
            for t in range(2000, 2030):
                four = [level(region, t - by) for by in (0, 1, order, order + 1)]
                if any(v is None for v in four):
                    continue
                now, before = four[0] - four[1], four[2] - four[3]  # type: ignore[operator]
                e, f = now[0] - now[1:] @ fitted.theta, before[0] - before[1:] @ fitted.theta
                own[i] += e * f
                moved -= now[1:] * f + before[1:] * e
        parts = own + fitted.contributions @ (moved @ fitted.projection) / len(regions)
        assert found.specification.loc[f"ar{order}", "statistic"] == pytest.approx(own.sum() / np.sqrt((parts**2).sum()), rel=1e-7)


def test_hansens_j_counts_the_threshold() -> None:
    found = regio.dynamic_threshold(moving(9), "y", "x", "q", "z", draws=0, **KEYS)
    assert found.specification.loc["hansen", "df"] == found.fit["n_instruments"] - 5 - 1
    assert found.curves["criterion"].min() == pytest.approx(found.specification.loc["hansen", "statistic"])


def test_shocks_common_to_all_regions_leave_no_trace_with_period_effects() -> None:
    frame = moving(10)
    shocks = frame["period"].map(dict(zip(range(2015, 2023), np.random.default_rng(1).normal(size=8) * 3, strict=True)))
    options: dict[str, Any] = {"effects": ("region", "period"), "draws": 0, **KEYS}
    quiet = regio.dynamic_threshold(frame, "y", "x", "q", "z", **options)
    table = frame.assign(x=frame["x"], z=frame["z"] + shocks)
    shocked = regio.dynamic_threshold(table, "y", "x", "q", "z", **options)
    np.testing.assert_allclose(quiet.coefficients["estimate"], shocked.coefficients["estimate"], rtol=1e-6, atol=1e-9)
    found = regio.dynamic_threshold(moving(11, common=1.0), "y", "x", "q", "z", **options)
    assert found.coefficients.loc["_lag", "estimate"] == pytest.approx(0.4, abs=0.1)


def test_units_and_order_do_not_matter() -> None:
    frame = moving(12, drop=0.1)
    options: dict[str, Any] = {"draws": 19, **KEYS}
    one = regio.dynamic_threshold(frame, "y", "x", "q", "z", **options)
    scaled = frame.assign(y=frame["y"] * 1e4, x=frame["x"] * 1e-3, q=frame["q"] * 10)
    two = regio.dynamic_threshold(scaled, "y", "x", "q", "z", **options)
    assert two.thresholds["value"].iloc[0] == pytest.approx(10 * one.thresholds["value"].iloc[0])
    np.testing.assert_allclose(two.coefficients.loc[["x:1", "x:2"], "estimate"] / 1e7, one.coefficients.loc[["x:1", "x:2"], "estimate"], rtol=1e-6)
    np.testing.assert_allclose(two.coefficients["statistic"], one.coefficients["statistic"], rtol=1e-5)
    assert two.tests["statistic"].iloc[0] == pytest.approx(one.tests["statistic"].iloc[0], rel=1e-6)
    three = regio.dynamic_threshold(frame.sample(frac=1, random_state=1), "y", "x", "q", "z", draws=0, **KEYS)
    np.testing.assert_allclose(three.coefficients["estimate"], one.coefficients["estimate"], rtol=1e-7)


def test_a_gap_is_no_lag() -> None:
    """A region without its fourth period loses the fourth and the fifth row, and keeps the others."""
    frame = moving(13)
    hole = frame[~((frame["region"] == "r003") & (frame["period"] == 2018))]
    found = regio.dynamic_threshold(hole, "y", "x", "q", "z", draws=0, **KEYS)
    assert found.fit["n"] == 40 * 7 - 2
    assert np.isnan(found.regimes[hole.index[(hole["region"] == "r003") & (hole["period"] == 2019)]]).all()
    assert sum(found.sizes) == found.fit["n"]


def test_recovery_test_and_intervals_in_a_few_panels() -> None:
    found = [regio.dynamic_threshold(moving(seed), "y", "x", "q", "z", draws=0, **KEYS) for seed in range(20, 40)]
    means = np.mean([f.coefficients.loc[["_lag", "x:1", "x:2", "x:difference", "z"], "estimate"] for f in found], axis=0)
    np.testing.assert_allclose(means, [0.4, 0.5, 1.5, 1.0, 0.3], atol=0.04)
    assert np.mean([f.thresholds["value"].iloc[0] for f in found]) == pytest.approx(0, abs=0.06)
    drawn = regio.dynamic_threshold(moving(41), "y", "x", "q", "z", draws=99, **KEYS)
    assert drawn.tests.loc["linearity", "p_value"] == 1 / 100
    assert drawn.thresholds["conf_low"].iloc[0] <= 0.05
    assert drawn.thresholds["conf_high"].iloc[0] >= -0.05
    straight = regio.dynamic_threshold(moving(50, jump=0.0), "y", "x", "q", "z", draws=99, **KEYS)
    assert straight.tests.loc["linearity", "p_value"] > 0.05
    assert "dynamic_threshold.not_significant" in [f.code for f in straight.findings]


def test_slopes_by_regime_and_their_difference_agree() -> None:
    found = regio.dynamic_threshold(moving(43), "y", "x", "q", "z", regime_lag=True, draws=49, **KEYS)
    own = found.coefficients["estimate"]
    for name in ("x", "_lag"):
        assert own[f"{name}:2"] - own[f"{name}:1"] == pytest.approx(own[f"{name}:difference"])
    covariance = found.covariance
    variance = covariance.loc["x:1", "x:1"] + covariance.loc["x:2", "x:2"] - 2 * covariance.loc["x:1", "x:2"]
    assert covariance.loc["x:difference", "x:difference"] == pytest.approx(variance)


def test_what_is_endogenous_is_instrumented_by_its_past() -> None:
    found = regio.dynamic_threshold(moving(44, regions=80), "y", "x", "q", "z", endogenous=("x", "q"), draws=0, **KEYS)
    ways = set(zip(found.moments["variable"], found.moments["way"], strict=True))
    assert ("x", "own") not in ways
    assert {("x", "lag1"), ("x", "lag2"), ("y", "lag1"), ("z", "own"), ("q", "regime")} <= ways
    assert "dynamic_threshold.endogenous_threshold" in [f.code for f in found.findings]


def test_few_regions_are_said() -> None:
    small = regio.dynamic_threshold(moving(45, regions=15), "y", "x", "q", draws=0, **KEYS)
    assert {"dynamic_threshold.few_regions", "dynamic_threshold.fewer_instruments"} <= {f.code for f in small.findings}
    large = regio.dynamic_threshold(moving(45, regions=60), "y", "x", "q", draws=0, **KEYS)
    assert not {"dynamic_threshold.few_regions", "dynamic_threshold.fewer_instruments"} & {f.code for f in large.findings}


def test_exhibits_in_both_languages() -> None:
    found = regio.dynamic_threshold(moving(46), "y", "x", "q", "z", draws=49, **KEYS)
    tables = {e.name: e for e in found.exhibits() if isinstance(e, Table)}
    heads = [row.head for row in typeset(tables["tests"].located("s"), "zh").rows]
    assert heads[0].startswith("sup Wald")
    assert {"门槛估计值", "Hansen J 统计量", "AR(2) 检验 p 值"} <= set(heads)
    assert any(row.head == "y, one period earlier" for row in typeset(tables["coefficients"].located("s"), "en").rows)
    assert found.figure().axes


@pytest.mark.parametrize(
    ("code", "problem", "change", "options"),
    [
        ("threshold.constant", EstimationError, {"q": 1.0}, {}),
        ("threshold.trim", ArgumentError, {}, {"trim": 0.5}),
        ("threshold.grid", ArgumentError, {}, {"grid": 1}),
        ("threshold.no_candidates", EstimationError, {"q": lambda f: (f["period"] == 2016) * 1.0}, {}),
        ("threshold.no_treatment", ArgumentError, {}, {"treatment": (), "regime_intercept": False}),
        ("threshold.outcome_splits", ArgumentError, {}, {"threshold_variable": "y"}),
        ("regress.no_rows", EstimationError, {"z": np.nan}, {}),
        ("regress.twice", ArgumentError, {}, {"controls": ("x",)}),
        ("dynamic_threshold.lags", ArgumentError, {}, {"lags": 0}),
        ("dynamic_threshold.not_endogenous", ArgumentError, {}, {"endogenous": ("w",)}),
        ("dynamic_threshold.instrument_inside", ArgumentError, {}, {"instruments": ("x",)}),
        ("dynamic_threshold.effects", ArgumentError, {}, {"effects": ("period",)}),
        ("dynamic_threshold.no_variation", EstimationError, {"z": lambda f: f.groupby("region")["y"].transform("mean")}, {}),
        ("dynamic_threshold.no_variation", EstimationError, {"z": lambda f: f["x"] * 2 + 1}, {}),
        ("dynamic_threshold.no_rows", EstimationError, {"y": lambda f: f["y"].where(f["period"] % 2 == 0)}, {}),
        ("dynamic_threshold.few_instruments", EstimationError, {"q": lambda f: (f["q"] > 0) * 1.0}, {"controls": (), "regime_intercept": True, "lags": 1}),
        ("dynamic_threshold.too_few_regions", EstimationError, {"region": lambda f: f["region"].where(f["region"] < "r010")}, {}),
    ],
)
def test_bad_input(code: str, problem: type[Exception], change: dict[str, Any], options: dict[str, Any]) -> None:
    frame = moving(47).assign(w=1.0)
    frame = frame.assign(**change).dropna(subset="region")
    call: dict[str, Any] = {"outcome": "y", "treatment": "x", "threshold_variable": "q", "controls": "z", "draws": 0, **KEYS}
    with pytest.raises(problem) as caught:
        regio.dynamic_threshold(frame, **(call | options))
    findings = caught.value.findings  # type: ignore[attr-defined]
    assert code in [f.code for f in findings]
    assert all(re.search("[\u4e00-\u9fff]", f.text("zh")) and re.search("[a-z]", f.text("en")) for f in findings)


def test_keys_are_needed_and_rows_are_not_there_twice() -> None:
    frame = moving(48)
    with pytest.raises(ArgumentError, match="regions and periods"):
        regio.dynamic_threshold(frame[frame["period"] == 2016], "y", "x", "q", draws=0, region="region")
    with pytest.raises(DataError):
        regio.dynamic_threshold(pd.concat([frame, frame.head(1)]), "y", "x", "q", draws=0, **KEYS)
