# ruff: noqa: E501
"""Printed statistics hold by Regio's own methods: stars, R², thresholds with their tests, the strength of an instrument, q of pairs."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np
import pytest
from test_designed import refused

import regio
from regio.calibrating.design import design_of
from regio.calibrating.effects import Restriction, rows_of
from regio.calibrating.statistics import Condition, brought, star_limits

EXACT = 1e-6
TWO = ["region", "period"]
DESIGN: dict[str, Any] = {
    "schema": 1,
    "table": [{"regions": 24, "first_period": 2016, "last_period": 2021}],
    "variable": [
        {"name": "gdp", "distribution": "lognormal", "mean": 8, "sd": 3, "between": 0.8},
        {"name": "history", "distribution": "uniform", "min": 0.8, "max": 2.4, "between": 1, "trend": 0},
        {"name": "users", "mean": 2, "sd": 0.3, "between": 0, "trend": 1},
        {"name": "x", "distribution": "lognormal", "mean": 1.2, "sd": 0.5, "between": 0.05, "trend": 0.7, "attains": ["1.2411"]},
        {"name": "y", "mean": 0.5, "sd": 0.2, "min": 0.02, "max": 0.98, "between": 0.7, "trend": 0.2},
    ],
    "computed": [{"name": "x_before", "kind": "transform", "source": "", "options": {"column": "x", "form": "lag"}}],
    "effect": [
        {"name": "first", "outcome": "x", "coefficients": {"history*users": "1.044"}, "controls": ["gdp"], "effects": TWO, "errors": "cluster", "kleibergen_paap": {"lm": "18.579", "f": "34.38"}},
        {"name": "base", "outcome": "y", "coefficients": {"x": "0.161"}, "controls": ["gdp"], "effects": TWO, "errors": "cluster", "stars": {"x": "**"}, "r_squared": ">0.91", "r_squared_within": "0.88"},
        {"name": "lagged", "outcome": "y", "stars": {"x_before": "-**"}, "controls": ["gdp"], "effects": TWO, "errors": "cluster"},
        {"name": "regimes", "outcome": "y", "coefficients": {"x[x<=1.2411]": "0.066", "x[x>1.2411]": "0.249"}, "controls": ["gdp"], "effects": ["region"], "threshold": {"f": "35.52", "second_f": "7.70"}},
        {"name": "poor", "outcome": "y", "coefficients": {"x": "0.12"}, "controls": ["gdp"], "effects": TWO, "sample": {"below": "gdp"}, "statistic": "3.10"},
    ],
}  # fmt: skip


@cache
def made() -> Any:
    return regio.calibrate(DESIGN)


def test_all_of_it_is_carried() -> None:
    assert made().reproduction.query("not equal")["where"].tolist() == []
    assert made().panel.rows["y"].between(0.02, 0.98).all()


def test_stars_and_r2_by_regress() -> None:
    found = regio.regress(made().panel, "y", "x", ["gdp"], effects=("region", "period"), errors="cluster", convention="xtreg")
    assert found.coefficients.loc["x", "estimate"] == pytest.approx(0.161, abs=EXACT)
    assert 0.01 <= found.coefficients.loc["x", "p_value"] < 0.05
    assert found.fit["r2"] > 0.91
    assert found.fit["r2_within"] == pytest.approx(0.88, abs=EXACT)


def test_a_term_without_a_coefficient_has_its_stars_and_its_sign() -> None:
    rows = made().panel.rows.sort_values(["region", "period"])
    lagged = rows.assign(x_before=rows.groupby("region")["x"].shift()).dropna()
    found = regio.regress(lagged, "y", "x_before", ["gdp"], effects=("region", "period"), errors="cluster", region="region", period="period")
    assert found.coefficients.loc["x_before", "estimate"] < 0
    assert 0.01 <= found.coefficients.loc["x_before", "p_value"] < 0.05


def test_threshold_by_its_search() -> None:
    found = regio.threshold(made().panel, "y", "x", "x", ["gdp"], max_thresholds=2, draws=19)
    assert found.thresholds.iloc[0]["value"] == pytest.approx(1.2411, abs=EXACT)
    assert found.tests["statistic"].tolist() == pytest.approx([35.52, 7.70], abs=1e-4)


def test_strength_of_the_instrument_by_two_stage() -> None:
    found = regio.two_stage(made().panel, "y", "x", "history", ["gdp"], interact_instruments="users", effects=("region", "period"), errors="cluster")
    assert found.identification["kleibergen_paap_lm"] == pytest.approx(18.579, abs=1e-4)
    assert found.identification["kleibergen_paap_f"] == pytest.approx(34.38, abs=1e-4)


def test_regions_below_the_mean_of_means() -> None:
    rows = made().panel.rows
    means = rows.groupby("region")["gdp"].transform("mean")
    poor = rows[means <= rows.groupby("region")["gdp"].mean().mean()]
    found = regio.regress(poor, "y", "x", ["gdp"], effects=("region", "period"), convention="reghdfe", region="region", period="period")
    assert found.coefficients.loc["x", ["estimate", "statistic"]].tolist() == pytest.approx([0.12, 3.10], abs=1e-4)
    sample = design_of(DESIGN).effects[-1].sample
    keys = {"region": rows["region"].to_numpy(), "period": rows["period"].to_numpy()}
    assert rows_of(sample, keys, {"gdp": rows["gdp"].to_numpy()}).sum() == len(poor)


def test_limits_of_stars() -> None:
    from scipy.stats import t

    low, high = star_limits("*", "0.024", 29)
    assert 0.05 < 2 * t.sf(high, 29) < 2 * t.sf(low, 29) < 0.1
    assert star_limits("-***", "", 29)[1] < -t.isf(0.005, 29)
    assert star_limits("***", "−0.3", 29)[1] < 0


def test_slopes_of_conditions_are_those_of_finite_differences() -> None:
    random = np.random.default_rng(0)
    y, top, bottom = random.standard_normal(9), random.standard_normal((3, 9)), random.standard_normal((5, 9))
    for c in (Condition("", "", 50.0, 50.0, top[:1], bottom, signed=True), Condition("", "", 50.0, 50.0, top, bottom, -1.0, 1.0)):
        ((gap, slope),) = c.active(y)
        assert gap == pytest.approx(50 - c.at(y), rel=1e-12)
        step = np.array([(c.at(y + h) - c.at(y - h)) / 2e-6 for h in np.eye(9) * 1e-6])
        assert slope == pytest.approx(step, rel=1e-5)
        wanted, stay = c.at(y) + 0.01, Restriction("", repr(float(y[0])), np.eye(9)[0])
        end = brought(y, [stay], [Condition("", "", wanted, np.inf, c.top, c.bottom, c.factor, c.offset, c.signed)], np.full(9, -9.0), np.full(9, 9.0))
        assert c.at(end) >= wanted - EXACT
        assert end[0] == pytest.approx(y[0], abs=EXACT)


def test_numbers_that_are_drawn() -> None:
    design = copy.deepcopy(DESIGN)
    options = {"outcome": "y", "treatment": "x", "threshold_variable": "x", "controls": ["gdp"], "max_thresholds": 1, "draws": 49}
    first = regio.threshold(made().panel, "y", "x", "x", ["gdp"], max_thresholds=1, draws=49, seed=7).tests.loc[1, "critical_5"]
    design["resampled"] = [{"outcome": "y", "kind": "threshold", "cells": {"tests/1/critical_5": f"{first * 1.005:.2f}"}, "options": options, "seed": 7}]
    moved = regio.calibrate(design)
    assert moved.reproduction.query("not equal")["where"].tolist() == []
    found = regio.threshold(moved.panel, "y", "x", "x", ["gdp"], max_thresholds=1, draws=49, seed=7).tests.loc[1, "critical_5"]
    assert found == pytest.approx(first * 1.005, abs=0.0051)


def test_a_start_is_used_where_it_holds_and_sought_anew_where_it_does_not() -> None:
    y = made().panel.rows["y"]
    assert regio.calibrate(DESIGN | {"start": {"y": y.tolist()}}).panel.rows["y"].tolist() == y.tolist()
    again = regio.calibrate(DESIGN | {"start": {"y": (y + 0.01 * np.arange(len(y)) / len(y)).tolist()}})
    assert again.reproduction["equal"].all()


@pytest.mark.parametrize(("change", "english", "chinese"), [
    (lambda d: d["effect"][1].update(stars={"x": "****"}), "effect.2.stars.x", "effect.2.stars.x"),
    (lambda d: d["effect"][4].update(sample={"above": "wealth"}), "wealth, which is not a column", "没有此列"),
    (lambda d: d["effect"][2].update(stars={}, controls=[]), "an effect needs a term", "effect.3 lagged"),
    (lambda d: d["effect"][1].update(threshold={"f": "3.1"}), "whose first terms are x", "effect.2 base"),
    (lambda d: d.update(resampled=[{"outcome": "y", "kind": "threshold", "cells": {"p": "0.1"}}]), "frame/row/column", "resampled.1"),
    (lambda d: d["effect"][1].update(r_squared="high"), "is not a number", "不是数字"),
])  # fmt: skip
def test_mistakes(change: Any, english: str, chinese: str) -> None:
    refused(DESIGN, change, english, chinese)
