"""Scales of units, and columns cut into classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError


def sample(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"x": rng.uniform(0, 100, n), "yy": rng.uniform(0, 100, n), "a": rng.normal(size=n), "land": rng.choice(list("stu"), n)})
    return frame.assign(out=frame["a"] + frame["x"] / 30 + rng.normal(size=n), county=(frame["x"] // 10 * 10 + frame["yy"] // 10).map("c{:.0f}".format))


def test_each_scale_is_a_detector_on_means() -> None:
    frame = sample()
    result = regio.compare_scales(frame, "out", ["a", "x"], coordinates=("x", "yy"), sizes=(10.0, 20.0))
    assert list(result.scales.index) == ["rows", "10", "20"]
    cells = frame.groupby([(frame["x"] - frame["x"].min()) // 10, (frame["yy"] - frame["yy"].min()) // 10])[["out", "a", "x"]].mean().rename_axis(["i", "j"])
    expected = regio.geodetector(cells.reset_index(drop=True), "out", ["a", "x"], shares="none").factors
    assert expected["q"].tolist() == pytest.approx(result.factors.loc["10", "q"].tolist())
    assert expected["q"].quantile(0.9) == pytest.approx(result.scales.loc["10", "q_90"])
    assert result.best == result.scales["q_90"].idxmax()
    assert (len(frame), len(cells)) == (result.scales.loc["rows", "n"], result.scales.loc["10", "n"])


def test_units_that_a_column_names() -> None:
    frame = sample()
    result = regio.compare_scales(frame, "out", ["a", "land"], units="county")
    groups = frame.groupby("county")
    cells = pd.DataFrame({"out": groups["out"].mean(), "a": groups["a"].mean(), "land": groups["land"].agg(lambda c: c.value_counts().index[0])})
    expected = regio.geodetector(cells, "out", ["a", "land"], shares="none").factors["q"]
    assert expected.tolist() == pytest.approx(result.factors.loc["county", "q"].tolist())


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "compare_scales.nothing"), ({"sizes": (1.0,)}, "spade.coordinates"), ({"sizes": (-1.0,), "coordinates": ("x", "yy")}, "compare_scales.sizes")],
)
def test_scales_that_cannot_be_made_are_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.compare_scales(sample(), "out", "a", **given)
    assert code in [f.code for f in caught.value.findings]


def test_classes_within_each_group() -> None:
    frame = sample(60).assign(year=np.repeat([2019, 2020, 2021], 20), place=[f"p{i % 20}" for i in range(60)])
    result = regio.discretise(frame, ["a", "x"], method="quantile", classes=4, by="period", period="year", region="place")
    assert result.classes.groupby(frame["year"])["a"].value_counts().unique().tolist() == [5]
    assert list(result.columns()) == ["a", "x"]
    assert list(result.ranges.columns) == ["period", "column", "class", "low", "high", "count"]


@pytest.mark.parametrize("method", ["equal", "quantile", "natural", "geometric", "standard_deviation"])
def test_ranges_say_which_rows_are_in_a_class(method: Any) -> None:
    frame = sample(150)
    result = regio.discretise(frame, "a", method=method, classes=4)
    for row in result.ranges.itertuples():
        inside = ((frame["a"] > row.low) | (row.Index == 0)) & (frame["a"] <= row.high)
        assert inside.tolist() == (result.classes["a"] == result.ranges["class"][row.Index]).tolist()


def test_robust_classes_beat_the_tree_and_both_keep_enough_rows() -> None:
    frame = sample(150)
    q = {}
    for method in ("robust", "tree"):
        classes = regio.discretise(frame, "x", method=method, classes=4, outcome="out", min_rows=10).classes["x"]
        assert classes.value_counts().min() >= 10
        q[method] = regio.geodetector(frame.assign(c=classes), "out", "c", discretise="labels").factors.loc["c", "q"]
    assert q["robust"] >= q["tree"] - 1e-12


def test_fewer_classes_and_missing_values_are_said() -> None:
    frame = pd.DataFrame({"v": [0.0] * 6 + [1.0, 2.0, np.nan, 3.0]})
    result = regio.discretise(frame, "v", method="quantile", classes=4)
    assert {f.code for f in result.findings} == {"discretise.fewer", "discretise.missing"}
    assert "3 类" in next(f for f in result.findings if f.code == "discretise.fewer").text("zh")
    assert regio.discretise(frame, "v", method="manual", edges=(0.5, 1.5)).classes["v"].tolist()[5:8] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("error", "given", "code"),
    [
        (EstimationError, {"classes": 9}, "discretise.too_few"),
        (EstimationError, {"method": "robust", "outcome": "w", "classes": 3, "min_rows": 5}, "discretise.no_split"),
        (ArgumentError, {"method": "manual"}, "discretise.edges_missing"),
        (ArgumentError, {"edges": (1.0,)}, "discretise.edges_unused"),
        (ArgumentError, {"method": "manual", "edges": (2.0, 1.0)}, "discretise.edges"),
        (ArgumentError, {"method": "tree"}, "discretise.outcome_missing"),
        (ArgumentError, {"outcome": "w"}, "discretise.outcome_unused"),
        (ArgumentError, {"classes": 0}, "geodetector.classes"),
        (DataError, {"columns": "bad"}, "regress.infinite"),
    ],
)
def test_bad_classes_are_refused(error: type, given: dict[str, Any], code: str) -> None:
    frame = pd.DataFrame({"v": [1.0, 2.0, 3.0, 4.0], "w": [1.0, 5.0, 2.0, 8.0], "bad": [1.0, np.inf, 2.0, 3.0]})
    with pytest.raises(error) as caught:
        regio.discretise(frame, **({"columns": "v", "classes": 2} | given))
    assert code in [f.code for f in caught.value.findings]
    assert caught.value.text("zh") != caught.value.text("en")
