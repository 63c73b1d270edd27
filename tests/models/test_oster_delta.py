"""Oster's δ: populations with a known δ, the formula written out from printed regressions, roots, the bootstrap, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from placebo_panel import KEYS, panel_frame

import regio
from regio.contract.finding import ArgumentError, EstimationError

EXACT = 1e-8


def population(true: float, observed: float, hidden: float, *, seed: int = 0, n: int = 200) -> tuple[pd.DataFrame, float, float]:
    """Y = true · x + c + u with c ⟂ u in the sample, x = observed · c + hidden · u + e. Also δ = (σ_ux/σ_u²)/(σ_cx/σ_c²) and R² with everything."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=(n, 4))
    q, _ = np.linalg.qr(raw - raw.mean(0))
    c, u, e, noise = (q * np.sqrt(n) * np.array([1.0, 0.8, 1.2, 0.7])).T
    x = observed * c + hidden * u + e
    y = true * x + c + u + noise
    frame = pd.DataFrame({"y": y, "x": x, "c": c, "region": [f"r{i % 20}" for i in range(n)], "period": np.arange(n) // 20})
    delta = (hidden * (u @ u) / (u @ u)) / (observed * (c @ c) / (c @ c))
    return frame, delta, 1 - (noise @ noise) / (y @ y)


@pytest.mark.parametrize(("true", "observed", "hidden"), [(1.0, 0.5, 0.5), (0.3, 0.6, 0.2), (-0.4, 0.5, 0.9), (0.0, 0.7, 0.35)])
def test_a_population_with_a_known_delta(true: float, observed: float, hidden: float) -> None:
    frame, delta, r_max = population(true, observed, hidden)
    found = regio.oster_delta(frame, "y", "x", "c", r_max=r_max, delta=delta, null=true, draws=0, **KEYS)
    assert found.bounds["delta"].iloc[0] == pytest.approx(delta, rel=EXACT)
    assert min(abs(b - true) for b in found.solutions) < EXACT


def printed(frame: pd.DataFrame, null: float, r_max: float, effects: tuple[str, ...] = (), controls: tuple[str, ...] = ("z", "w")) -> tuple[float, list[float]]:
    """δ for an effect and the bounds at δ = 1 out of regressions, as Stata's psacalc takes them."""
    how: dict[str, Any] = {"effects": effects, **KEYS}
    short, long = (regio.regress(frame, "y", "x", chosen, **how) for chosen in ((), controls))
    tau = regio.regress(frame, "x", (), controls, **how).fit["rss"]
    sxx, syy = (regio.regress(frame.assign(one=np.random.default_rng(9).normal(size=len(frame))), name, "one", **how).fit for name in ("x", "y"))
    n = len(frame)
    sxx, syy, tau = (_total(sxx) / n, _total(syy) / n, tau / n)
    b0, b1 = (m.coefficients.loc["x", "estimate"] for m in (short, long))
    r0, r1 = (1 - m.fit["rss"] / n / syy for m in (short, long))
    d, move = b1 - null, b0 - b1
    above = d * (r1 - r0) * syy * tau + d * sxx * tau * move**2 + 2 * d**2 * tau * move * sxx + d**3 * (tau * sxx - tau**2)
    below = (r_max - r1) * syy * move * sxx + d * (r_max - r1) * syy * (sxx - tau) + d**2 * tau * move * sxx + d**3 * (tau * sxx - tau**2)
    theta = (r_max - r1) * syy * (sxx - tau) - (r1 - r0) * syy * tau - sxx * tau * move**2
    root = np.sqrt(theta**2 + 4 * (r_max - r1) * syy * move**2 * sxx**2 * tau)
    return above / below, [b1 - (-theta + s * root) / (-2 * tau * move * sxx) for s in (1, -1)]


def _total(fit: Any) -> float:
    """Variation net of the effects out of a fit: RSS / (1 − R²), within where effects are absorbed."""
    r2 = fit["r2_within"] if fit["r2_within"] == fit["r2_within"] else fit["r2"]
    return float(fit["rss"] / (1 - r2))


@pytest.mark.parametrize("effects", [(), ("region",)])
def test_delta_and_bounds_are_those_of_printed_regressions(effects: tuple[str, ...]) -> None:
    frame = panel_frame(regions=20)
    found = regio.oster_delta(frame, "y", "x", ("z", "w"), effects=effects, draws=0, **KEYS)
    delta, bounds = printed(frame, 0.0, found.r_max, effects)
    assert found.bounds["delta"].iloc[0] == pytest.approx(delta, rel=EXACT)
    assert sorted(found.solutions) == pytest.approx(sorted(bounds), rel=1e-7)
    assert found.r_max == pytest.approx(min(1.0, 1.3 * found.moments["r2_long"]))
    assert found.models[1].coefficients.loc["x", "estimate"] == pytest.approx(found.moments["long"], rel=EXACT)
    assert found.bounds["bound"].iloc[0] == pytest.approx(min(found.solutions, key=lambda b: abs(b - found.moments["long"])))


def test_delta_at_a_bound_is_the_delta_asked_for() -> None:
    frame = panel_frame(regions=20)
    for wanted in (0.5, 1.0, 1.7):
        found = regio.oster_delta(frame, "y", "x", ("z", "w"), delta=wanted, draws=0, **KEYS)
        for bound in found.solutions:
            again = regio.oster_delta(frame, "y", "x", ("z", "w"), null=bound, draws=0, **KEYS)
            assert again.bounds["delta"].iloc[0] == pytest.approx(wanted, rel=1e-5)


def test_always_stands_in_both_models() -> None:
    """A column that is always there is swept out of treatment and outcome (Frisch-Waugh-Lovell); R² keeps it."""
    frame = panel_frame(regions=20)
    found = regio.oster_delta(frame, "y", "x", ("z",), always=("w",), effects=("region",), draws=0, **KEYS)
    short, long = (regio.regress(frame, "y", "x", chosen, effects=("region",), **KEYS) for chosen in (("w",), ("w", "z")))
    assert found.moments["short"] == pytest.approx(short.coefficients.loc["x", "estimate"], rel=EXACT)
    assert found.moments["r2_long"] == pytest.approx(long.fit["r2_within"], rel=EXACT)
    assert found.moments["variance_treatment"] == pytest.approx(regio.regress(frame, "x", (), ("w",), effects=("region",), **KEYS).fit["rss"], rel=EXACT)


def test_the_bootstrap_draws_regions() -> None:
    frame = panel_frame(regions=30)
    options: dict[str, Any] = {"effects": ("region",), "draws": 200, **KEYS}
    found = regio.oster_delta(frame, "y", "x", ("z",), **options)
    bound = found.intervals.loc["bound"]
    assert bound["conf_low"] < bound["estimate"] < bound["conf_high"]
    other = regio.oster_delta(frame.sample(frac=1, random_state=1), "y", "x", ("z",), **options)
    np.testing.assert_allclose(found.intervals, other.intervals, rtol=1e-6)
    found.figure("bound")


def test_mistakes_are_said() -> None:
    frame = panel_frame(regions=20).assign(half=lambda f: f["y"] / 2)
    for error, code, chinese, given in (
        (ArgumentError, "oster_delta.no_controls", "没有控制变量", {"controls": ()}),
        (ArgumentError, "oster_delta.bad_r_max", "不超过 1", {"r_max": 1.2}),
        (ArgumentError, "oster_delta.bad_r_max", "须大于", {"r_max": 0.01}),
        (ArgumentError, "regress.twice", "x", {"controls": ("x",)}),
        (EstimationError, "oster_delta.nothing_left", "没有可由", {"controls": ("half",)}),
    ):
        with pytest.raises(error) as caught:
            regio.oster_delta(frame, "y", "x", **({"controls": ("z",), "draws": 0} | KEYS | given))
        assert [f.code for f in caught.value.findings] == [code]
        assert chinese in caught.value.text("zh")
    c, e, u = np.array([1.0, 1, -1, -1] * 2), np.array([1.0, -1] * 4), np.array([1.0, 1, 1, 1, -1, -1, -1, -1])
    still = pd.DataFrame({"c": c, "x": e, "y": e + u})
    with pytest.raises(EstimationError) as nothing:
        regio.oster_delta(still, "y", "x", "c", draws=0)
    assert [f.code for f in nothing.value.findings] == ["oster_delta.nothing_moves"]
