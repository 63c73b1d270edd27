"""Scenarios: gains by hand, errors by the delta method, words, support, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from placebo_panel import KEYS, panel_frame
from scipy.stats import t as student

import regio
from regio.contract.finding import ArgumentError, DataError
from regio.exhibits.typeset import typeset


def base(frame: pd.DataFrame, treatment: Any = ("x", "w")) -> Any:
    return regio.regress(frame, "y", treatment, ("z",), effects=("region",), errors="cluster", **KEYS)


def test_gains_and_errors_are_those_of_the_definition() -> None:
    frame = panel_frame()
    made = base(frame)
    found = regio.scenario(frame, made, quantile=0.6, **KEYS)
    last = frame[frame["period"] == 2014].set_index("region")
    lift = pd.DataFrame({name: (np.quantile(last[name], 0.6) - last[name]).clip(lower=0) for name in ("x", "w")})
    lift = lift[(lift > 0).any(axis=1)]
    assert set(lift.index) == set(found.gains.index)
    b, v = made.coefficients.loc[["x", "w"], "estimate"], made.covariance.loc[["x", "w"], ["x", "w"]]
    for name, values in found.gains.iterrows():
        d = lift.loc[name].to_numpy()
        error = float(np.sqrt(d @ v.to_numpy() @ d))
        assert values["estimate"] == pytest.approx(d @ b)
        assert values["std_error"] == pytest.approx(error)
        assert values["conf_high"] == pytest.approx(d @ b + student.ppf(0.975, 7) * error)
        assert values["outcome"] == last.loc[name, "y"]
    total = lift.sum().to_numpy()
    assert found.total.loc["total", "estimate"] == pytest.approx(total @ b)
    assert found.total.loc["mean_all", "std_error"] == pytest.approx(np.sqrt(total @ v.to_numpy() @ total) / 8)


def test_one_treatment_scales_its_own_interval() -> None:
    frame = panel_frame()
    made = base(frame, "x")
    found = regio.scenario(frame, made, **KEYS)
    row = made.coefficients.loc["x"]
    for name, values in found.gains.iterrows():
        lift = found.lifts.loc[(name, "x"), "lift"]
        for column in ("estimate", "std_error", "conf_low", "conf_high"):
            assert values[column] == pytest.approx(lift * row[column])
        assert values["p_value"] == pytest.approx(row["p_value"])


def test_named_regions_groups_and_another_period() -> None:
    frame = panel_frame(regions=6)
    frame["region"] = frame["region"].map(dict(zip([f"r{i}" for i in range(6)], ["Beijing", "Shanghai", "Hebei", "Henan", "Hubei", "Hunan"], strict=True)))
    found = regio.scenario(frame, base(frame, "x"), places=("municipalities", "Hunan"), at=2011, quantile=1.0, **KEYS)
    assert set(found.gains.index) == {"Beijing", "Shanghai", "Hunan"}
    assert found.at == "2011"
    top = frame[frame["period"] == 2011]["x"].max()
    assert found.lifts["target"].tolist() == pytest.approx([top] * 3)


def test_an_association_unless_the_study_says_more() -> None:
    frame = panel_frame()
    said = {flag: regio.scenario(frame, base(frame), identified=flag, **KEYS) for flag in (False, True)}
    for flag, found in said.items():
        printed = [typeset(found.exhibits()[0], language) for language in ("en", "zh")]  # type: ignore[arg-type]
        assert ("associated" in printed[0].title) is not flag
        assert ("相关关系" in printed[1].title) is not flag
        assert ("scenario.not_identified" in [f.code for f in found.findings]) is not flag
        assert ("Effect on" in printed[0].title) is flag
    said[False].figure("plot")


def test_lifts_outside_what_was_seen_are_marked() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"region": np.repeat(list("abcd"), 4), "period": np.tile(range(4), 4)})
    frame["x"] = np.repeat([0.0, 1.0, 5.0, 5.2], 4) + np.tile([0.0, 0.5, 0.2, 0.1], 4)
    frame["y"] = frame["x"] + rng.normal(size=16)
    found = regio.scenario(frame, regio.regress(frame, "y", "x", effects=("region",), **KEYS), quantile=0.5, **KEYS)
    assert found.gains[["beyond_own", "beyond_sample"]].to_numpy().all()
    near = regio.scenario(frame, regio.regress(frame, "y", "x", effects=("region",), **KEYS), quantile=0.9, places=("c",), **KEYS)
    assert near.gains.loc["c", ["beyond_own", "beyond_sample"]].tolist() == [False, False]
    assert [f.code for f in found.findings if f.code.startswith("scenario.beyond")] == ["scenario.beyond_sample", "scenario.beyond_own"]
    assert "外推" in next(f for f in found.findings if f.code == "scenario.beyond_sample").text("zh")


def test_a_poisson_model_gives_shares() -> None:
    frame = panel_frame()
    frame["count"] = np.round(np.exp(frame["y"] / 2))
    made = regio.poisson(frame, "count", "x", ("z",), effects=("region",), **KEYS)
    found = regio.scenario(frame, made, **KEYS)
    assert found.form == "relative"
    name = found.gains.index[0]
    lift = found.lifts.loc[(name, "x"), "lift"]
    row = made.coefficients.loc["x"]
    assert found.gains.loc[name, "estimate"] == pytest.approx(np.expm1(lift * row["estimate"]))
    assert found.gains.loc[name, "conf_low"] == pytest.approx(np.expm1(lift * row["conf_low"]))
    assert list(found.total.index) == ["mean_lifted"]


def refused(frame: pd.DataFrame, of: Any, **options: Any) -> Any:
    with pytest.raises((ArgumentError, DataError)) as caught:
        regio.scenario(frame, of, **(KEYS | options))
    assert caught.value.text("zh")
    return caught.value


def test_mistakes_are_said() -> None:
    frame = panel_frame()
    made = base(frame)
    assert [f.code for f in refused(frame, made, columns=("v",)).findings] == ["scenario.no_term"]
    assert [f.code for f in refused(frame, made, at=1999).findings] == ["panel.unknown_period"]
    assert [f.code for f in refused(frame, made, places=("nowhere",)).findings] == ["panel.unknown_region"]
    assert [f.code for f in refused(frame, made, quantile=0.0).findings] == ["scenario.nobody"]
    assert "提高分位数" in refused(frame, made, quantile=0.0).text("zh")
    crossed = regio.moderate(frame, "y", "x", "w", effects=("region",), **KEYS)
    assert [f.code for f in refused(frame, crossed).findings] == ["scenario.no_covariance", "scenario.crossed"]
