"""Panel kink: the exact optimum against plain least squares, standard errors against a numerical derivative, draws against refits."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

import regio
from regio.compute.engine import generator
from regio.contract.finding import ArgumentError, EstimationError
from regio.contract.tables import open_table
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.models._threshold.bootstrap import drawn, inside_effect, pool_of
from regio.models._threshold.kink import KinkDraws, statistics
from regio.models._threshold.kink_fit import _explained, _prepared, _segments
from regio.models._threshold.prepare import Wanted

KEYS = {"region": "region", "period": "period"}
WANTED = Wanted("y", ("x",), ("z",), "x", ("region",), None, regime_intercept=True)


def bent(seed: int, *, regions: int = 20, periods: int = 6, bend: float = 1.0, drop: float = 0.15, digits: int = 8, offset: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), np.arange(periods), indexing="ij"))
    n = len(region)
    frame = pd.DataFrame({"region": [f"r{i:02d}" for i in region], "period": period, "z": rng.normal(size=n)})
    x = (rng.normal(size=regions)[region] + rng.normal(size=n)).round(digits)
    frame["x"], frame["weight"] = x + offset, rng.uniform(0.5, 2, n)
    frame["y"] = x + bend * np.maximum(x - 0.5, 0) + 0.5 * frame["z"] + rng.normal(size=regions)[region] + 0.4 * rng.normal(size=n)
    return frame.iloc[rng.permutation(n)[: int(n * (1 - drop))]].reset_index(drop=True)


def ssr_at(frame: pd.DataFrame, kink: float, effects: tuple[str, ...] = ("region",), weights: str | None = None) -> float:
    columns = [np.minimum(frame["x"] - kink, 0), np.maximum(frame["x"] - kink, 0), frame["z"], *(pd.get_dummies(frame[e], dtype=float) for e in effects)]
    root = np.ones(len(frame)) if weights is None else np.sqrt(frame[weights].to_numpy() / frame[weights].mean())
    design = np.column_stack(columns) * root[:, None]
    y = frame["y"].to_numpy() * root
    e = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(e @ e)


@pytest.mark.parametrize(("effects", "weights"), [(("region",), None), (("region", "period"), None), (("region",), "weight")])
def test_the_kink_is_the_best_of_all_values(effects: tuple[str, ...], weights: str | None) -> None:
    for seed in (1, 2):
        frame = bent(seed, digits=1 if seed == 2 else 8)
        found = regio.panel_kink(frame, "y", "x", "z", effects=effects, sample_weights=weights, draws=0, **KEYS)
        assert found.ssr[1] == pytest.approx(ssr_at(frame, found.kink, effects, weights), rel=1e-10)
        low, high = found.curves["value"].iloc[[0, -1]]
        tried = [
            minimize_scalar(lambda g, f: ssr_at(f, g, effects, weights), args=(frame,), bounds=(a, a + (high - low) / 8), method="bounded").fun
            for a in np.linspace(low, high - (high - low) / 8, 8)
        ]
        assert found.ssr[1] <= min(tried) * (1 + 1e-10)


def test_the_curve_is_that_of_refits() -> None:
    frame = bent(4)
    found = regio.panel_kink(frame, "y", "x", "z", draws=0, **KEYS)
    df = len(frame) - frame["region"].nunique()
    for row in found.curves.iloc[::211].itertuples():
        expected = (ssr_at(frame, row.value) - found.ssr[1]) / (found.ssr[1] / df)
        assert row.likelihood_ratio == pytest.approx(expected, abs=1e-7)


def test_slopes_are_those_of_a_regression_at_the_kink() -> None:
    frame = bent(5)
    found = regio.panel_kink(frame, "y", "x", "z", draws=0, errors="classical", **KEYS)
    table = frame.assign(low=np.minimum(frame["x"] - found.kink, 0), high=np.maximum(frame["x"] - found.kink, 0))
    plain = regio.regress(table, "y", ("low", "high"), "z", effects=("region",), **KEYS)
    own = found.coefficients.drop("_kink")
    np.testing.assert_allclose(own["estimate"], plain.coefficients["estimate"], rtol=1e-9)
    assert (own.loc[["x:1", "x:2"], "std_error"].to_numpy() > plain.coefficients.loc[["low", "high"], "std_error"].to_numpy()).all()


def test_standard_errors_are_those_of_nonlinear_least_squares() -> None:
    """σ² (J′J)⁻¹ with the derivatives J taken by differences, region effects as dummies."""
    frame = bent(6)
    found = regio.panel_kink(frame, "y", "x", "z", draws=0, errors="classical", **KEYS)
    dummies = pd.get_dummies(frame["region"], dtype=float).to_numpy()

    def value(b: np.ndarray) -> np.ndarray:
        x = frame["x"].to_numpy() - b[3]
        return np.asarray(b[0] * np.minimum(x, 0) + b[1] * np.maximum(x, 0) + b[2] * frame["z"].to_numpy())

    b = found.coefficients.loc[["x:1", "x:2", "z", "_kink"], "estimate"].to_numpy()
    step = 1e-6 * np.eye(4)
    jacobian = np.column_stack([*((value(b + s) - value(b - s)) / 2e-6 for s in step), dummies])
    df = len(frame) - jacobian.shape[1]
    covariance = found.ssr[1] / df * np.linalg.inv(jacobian.T @ jacobian)
    np.testing.assert_allclose(found.coefficients.loc[["x:1", "x:2", "z", "_kink"], "std_error"], np.sqrt(np.diag(covariance)[:4]), rtol=1e-4)


@pytest.mark.parametrize("scheme", ["cluster", "wild_rademacher", "iid"])
def test_draws_are_refits(scheme: str) -> None:
    frame = bent(7, regions=9, periods=5, drop=0.0)
    found, centre, unit = _prepared(open_table(frame, "region", "period"), WANTED, "x")
    segments, problem = _segments(found, 0.2), found.problem
    df = problem.n - problem.groups
    c = segments.path.running(problem.swept_outcome)
    kink = float(segments.best(c[..., None])[0][0])
    rows = frame.iloc[found.rows[problem.order]].reset_index(drop=True)
    low, high = centre + unit * segments.low[0], centre + unit * segments.high[-1]
    values = np.unique(rows["x"][(rows["x"] >= low - 1e-12) & (rows["x"] <= high + 1e-12)])
    for at, fitted in ((None, np.zeros(problem.n)), (kink, _explained(found, kink))):
        residual = problem.outcome - fitted
        test = KinkDraws(segments, residual, fitted, scheme, pool_of(problem, residual, found.strata), df, inside_effect(problem, scheme), at)
        ours = statistics((0, 2, 2), test)
        noise = drawn(generator((0, 2, 2)), 2, test)
        for b in range(2):
            ssr = within_ssr(rows, fitted + noise[:, b])
            tried = min(_refined(ssr, a, z) for a, z in pairwise(values))
            reference = ssr(1e6) if at is None else ssr(centre + unit * kink)
            assert ours[b] == pytest.approx((reference - tried) / tried * df, rel=1e-5, abs=1e-6)


def within_ssr(rows: pd.DataFrame, y: np.ndarray) -> Callable[[float], float]:
    """The same by deviations from region means, quicker."""
    codes = pd.factorize(rows["region"])[0]

    def within(columns: np.ndarray) -> np.ndarray:
        means = np.stack([np.bincount(codes, column) / np.bincount(codes) for column in columns.T], axis=1)
        return np.asarray(columns - means[codes])

    x, own = rows["x"].to_numpy(), within(y[:, None])[:, 0]

    def ssr(kink: float) -> float:
        design = within(np.column_stack([np.minimum(x - kink, 0), np.maximum(x - kink, 0), rows["z"].to_numpy()]))
        e = own - design @ np.linalg.lstsq(design, own, rcond=None)[0]
        return float(e @ e)

    return ssr


def _refined(ssr: Callable[[float], float], low: float, high: float) -> float:
    inner = minimize_scalar(ssr, bounds=(low, high), method="bounded", options={"xatol": 1e-7, "maxiter": 20}).fun
    return min(float(inner), ssr(low), ssr(high))


def test_recovery_and_size_in_a_few_panels() -> None:
    kinks = [regio.panel_kink(bent(seed, regions=40), "y", "x", "z", draws=0, **KEYS).kink for seed in range(20)]
    assert np.mean(kinks) == pytest.approx(0.5, abs=0.06)
    found = regio.panel_kink(bent(8, drop=0.0), "y", "x", "z", draws=199, **KEYS)
    assert found.tests["p_value"].iloc[0] == 1 / 200
    assert found.kink_low <= 0.5 <= found.kink_high
    straight = regio.panel_kink(bent(9, bend=0.0, drop=0.0), "y", "x", "z", draws=199, **KEYS)
    assert straight.tests["p_value"].iloc[0] > 0.05
    assert "panel_kink.not_significant" in [f.code for f in straight.findings]


def test_a_far_offset_costs_no_digits() -> None:
    near, far = (regio.panel_kink(bent(10, offset=o), "y", "x", "z", draws=0, **KEYS) for o in (0.0, 1e6))
    assert far.kink - 1e6 == pytest.approx(near.kink, abs=1e-7)
    assert far.ssr[1] == pytest.approx(near.ssr[1], rel=1e-8)


def test_exhibits_in_both_languages() -> None:
    found = regio.panel_kink(bent(11, drop=0.0), "y", "x", "z", draws=99, **KEYS)
    tables = {e.name: e for e in found.exhibits() if isinstance(e, Table)}
    assert [row.head for row in typeset(tables["tests"].located("s"), "zh").rows][-5:-2] == ["拐点", "95% 置信下限", "95% 置信上限"]
    assert any("drawn: wild by region" in note for note in typeset(tables["tests"].located("s"), "en").notes)
    assert found.figure().axes


@pytest.mark.parametrize(
    ("code", "problem", "change", "options"),
    [
        ("threshold.constant", EstimationError, {"x": 1.0}, {}),
        ("threshold.trim", ArgumentError, {}, {"trim": 0.5}),
        ("threshold.no_candidates", EstimationError, {}, {"trim": 0.49}),
        ("regress.no_rows", EstimationError, {"z": np.nan}, {}),
        ("regress.twice", ArgumentError, {}, {"controls": ("x",)}),
    ],
)
def test_bad_input(code: str, problem: type[Exception], change: dict[str, Any], options: dict[str, Any]) -> None:
    frame = bent(12, digits=0).assign(**change)
    with pytest.raises(problem) as caught:
        regio.panel_kink(frame, **({"outcome": "y", "treatment": "x", "controls": "z", "draws": 0, **KEYS} | options))
    findings = caught.value.findings  # type: ignore[attr-defined]
    assert code in [f.code for f in findings]
    assert all(re.search("[\u4e00-\u9fff]", f.text("zh")) for f in findings)
