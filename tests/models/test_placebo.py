"""Placebos: draws by cross products equal the call done again; enumeration; schemes; bad input."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from placebo_panel import KEYS, panel_frame

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, EstimationError
from regio.models import _placebo
from regio.models.specifications.shuffling import shuffle


def base(frame: pd.DataFrame, **options: Any) -> Any:
    given: dict[str, Any] = {"effects": ("region", "period"), "errors": "cluster"} | options
    return regio.regress(frame, "y", "x", ("z",), **given, **KEYS)


@pytest.mark.parametrize("errors", ["classical", "hc1", "cluster"])
@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period")])
def test_draws_equal_the_call_done_again(errors: str, effects: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    frame = panel_frame(drop=0.1)
    call = base(frame, errors=errors, effects=effects, convention="reghdfe")
    quick = regio.placebo(frame, call, draws=6, scheme="stratified", **KEYS)
    monkeypatch.setattr(_placebo, "_family", lambda *given: None)
    slow = regio.placebo(frame, call, draws=6, scheme="stratified", **KEYS)
    columns = ["estimate", "statistic", "p_value"]
    np.testing.assert_allclose(quick.distribution[columns], slow.distribution[columns], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(quick.tests["p_value"], slow.tests["p_value"])


def test_a_draw_is_the_regression_on_moved_paths() -> None:
    frame = panel_frame()
    found = regio.placebo(frame, base(frame), draws=5, seed=3, **KEYS)
    moved = shuffle("permutation", frame["region"].to_numpy(), frame["period"].to_numpy()).drawn((0, 5, 3))
    for draw in range(5):
        here = base(frame.assign(x=frame["x"].to_numpy()[moved[:, draw]])).coefficients.loc["x"]
        assert found.distribution.loc[draw, "estimate"] == pytest.approx(here["estimate"], rel=1e-10)
        assert found.distribution.loc[draw, "statistic"] == pytest.approx(here["statistic"], rel=1e-9)


def test_many_draws_come_close_to_every_permutation() -> None:
    """Four regions have 24 permutations of their paths; the share of those at least as large is what R/B goes to."""
    frame = panel_frame(regions=4, periods=5)
    found = regio.placebo(frame, base(frame), draws=3000, **KEYS)
    wide = frame.pivot(index="period", columns="region", values="x")
    observed, beyond = abs(found.estimates.loc["x", "estimate"]), 0
    for order in permutations(range(4)):
        swapped = wide.set_axis(wide.columns[list(order)], axis=1).stack().rename("moved").reset_index()
        here = frame.merge(swapped, on=["period", "region"]).drop(columns="x").rename(columns={"moved": "x"})
        beyond += abs(base(here).coefficients.loc["x", "estimate"]) >= observed * (1 - 1e-9)
    assert found.tests.loc[("x", "estimate"), "p_share"] == pytest.approx(beyond / 24, abs=0.03)  # three standard errors of a share of 3,000
    p = found.tests.loc[("x", "estimate")]
    assert p["p_value"] == pytest.approx((1 + p["p_share"] * 3000) / 3001)


@pytest.mark.parametrize("scheme", ["permutation", "stratified", "iid"])
def test_what_is_moved_keeps_its_values(scheme: Any) -> None:
    frame = panel_frame()
    rows = shuffle(scheme, frame["region"].to_numpy(), frame["period"].to_numpy()).drawn((0, 20, 1))
    for column in rows.T:
        assert sorted(column) == list(range(len(frame)))
        here = frame.assign(x=frame["x"].to_numpy()[column])
        if scheme == "permutation":
            paths = {tuple(part.sort_values("period")["x"]) for _, part in here.groupby("region")}
            assert paths == {tuple(part.sort_values("period")["x"]) for _, part in frame.groupby("region")}
        if scheme == "stratified":
            assert here.groupby("period")["x"].apply(sorted).tolist() == frame.groupby("period")["x"].apply(sorted).tolist()


def test_any_kind_and_columns_that_move_together() -> None:
    frame = panel_frame()
    two = regio.two_stage(frame, "y", "x", ("w", "v"), ("z",), effects=("region",), errors="cluster", **KEYS)
    found = regio.placebo(frame, two, ("x", "w", "v"), draws=4, **KEYS)
    moved = shuffle("permutation", frame["region"].to_numpy(), frame["period"].to_numpy()).drawn((0, 4, 0))[:, 2]
    here = frame.assign(**{name: frame[name].to_numpy()[moved] for name in ("x", "w", "v")})
    again = regio.two_stage(here, "y", "x", ("w", "v"), ("z",), effects=("region",), errors="cluster", **KEYS)
    assert found.distribution.loc[2, "estimate"] == pytest.approx(again.coefficients.loc["x", "estimate"], rel=1e-9)
    both = regio.placebo(frame, regio.regress(frame, "y", ("x", "w"), effects=("region",), **KEYS), draws=4, **KEYS)
    assert both.tests.index.get_level_values("term").unique().tolist() == ["x", "w"]
    assert len(both.distribution) == 8
    both.figure("density")


def test_workers_order_and_rows_without_values() -> None:
    frame = panel_frame()
    frame.loc[3, "z"] = np.nan
    found = regio.placebo(frame, base(frame), draws=12, **KEYS)
    assert (found.provenance.rows_used, found.provenance.rows_left_out, found.fixed) == (len(frame) - 1, 1, 1)
    assert "specification_curve.fixed" in [f.code for f in found.findings]
    pd.testing.assert_frame_equal(found.tests, regio.placebo(frame, base(frame), draws=12, engine=Processes(2), **KEYS).tests)
    other = regio.placebo(frame.sort_values("z"), base(frame), draws=12, **KEYS)
    pd.testing.assert_frame_equal(found.tests, other.tests, rtol=1e-9)


def test_an_effect_is_seen() -> None:
    frame = panel_frame().assign(y=lambda f: f["y"] + 3 * f["x"])
    found = regio.placebo(frame, base(frame), draws=99, **KEYS)
    assert found.tests["p_value"].tolist() == [0.01, 0.01]
    density = found.density
    step = density["estimate"].diff().median()
    assert float((density["density"] * step).sum()) == pytest.approx(1, abs=0.01)
    for name in ("density", "p_values"):
        found.figure(name)


def refused(frame: pd.DataFrame, *given: Any, **options: Any) -> Any:
    with pytest.raises((ArgumentError, EstimationError)) as caught:
        regio.placebo(frame, *given, **({"draws": 9} | KEYS | options))
    return caught.value


def test_mistakes_are_said() -> None:
    frame = panel_frame()
    call = base(frame)
    assert [f.code for f in refused(frame, call, draws=0).findings] == ["placebo.no_draws"]
    none = refused(frame, regio.regress(frame, "y", (), ("z",), **KEYS))
    assert "no treatment" in none.text("en")
    assert "未指定解释变量" in none.text("zh")
    assert [f.code for f in refused(frame, call, "w").findings] == ["placebo.not_read"]
    assert [f.code for f in refused(frame.drop(columns="period"), regio.regress(frame, "y", "x", **KEYS), region=None, period=None).findings] == [
        "contract.no_region"
    ]
    few = frame[(frame["region"] == "r0") | ((frame["region"] == "r1") & (frame["period"] > 2011))]
    lonely = refused(few, regio.regress(few, "y", "x", **KEYS))
    assert [f.code for f in lonely.findings] == ["specification_curve.no_shuffle"]
