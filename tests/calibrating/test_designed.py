# ruff: noqa: E501
"""Designs: effects hold exactly by Regio's own methods, indices by the methods they are made for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import regio
from regio.calibrating import inverse
from regio.contract.finding import DataError

EXACT = 1e-9
DESIGN: dict[str, Any] = {
    "schema": 1,
    "table": [
        {"name": "firms", "regions": {"east": 6, "west": 6}, "first_period": 2018, "last_period": 2022, "units": 4},
        {"regions": {"east": 6, "west": 6}, "first_period": 2018, "last_period": 2022},
    ],
    "variable": [
        {"table": "firms", "name": "nev", "distribution": "flag", "mean": 0.4, "between": 1, "trend": 0},
        {"table": "firms", "name": "assets", "distribution": "lognormal", "mean": 100, "sd": 40},
        {"name": "gdp", "distribution": "lognormal", "mean": 8, "sd": 3, "between": 0.8},
        {"name": "history", "mean": 4, "sd": 1, "between": 0.5},
        {"name": "treatment", "mean": 1.2, "sd": 0.4, "between": 0.5, "follows": {"history": 0.6, "gdp": 0.2}},
        {"name": "mood", "mean": 0.5, "sd": 0.1, "follows": {"treatment": 0.5}},
        {"name": "score", "mean": 0.4, "sd": 0.12, "min": 0.05, "max": 0.95, "between": 0.7},
        {"name": "degree", "mean": 0.4, "sd": 0.06, "min": 0.2, "max": 0.7},
        {"name": "a3", "min": 100, "max": 900},
        {"name": "rich", "distribution": "lognormal", "mean": 5, "sd": 2},
    ],
    "effect": [
        {"name": "base", "outcome": "score", "coefficients": {"treatment": "0.161"}, "controls": ["gdp"], "effects": ["region", "period"], "statistic": "4.20"},
        {"name": "late", "outcome": "score", "coefficients": {"treatment": "0.223"}, "controls": ["gdp"], "effects": ["region"], "sample": {"periods": [2020, 2021, 2022]}},
        {"name": "regimes", "outcome": "score", "coefficients": {"treatment[treatment<=1.2]": "0.066", "treatment[treatment>1.2]": "0.149"}, "effects": ["region"]},
        {"name": "moderated", "outcome": "score", "coefficients": {"treatment": "0.103", "treatment*mood": "0.354"}, "controls": ["mood"], "effects": ["region"]},
        {"name": "stages", "outcome": "score", "coefficients": {"treatment": "0.2"}, "instruments": {"treatment": "history"}, "effects": ["region"]},
    ],
    "mean": [{"variable": "score", "group": "east", "periods": 2018, "value": "0.418"}, {"variable": "degree", "value": "0.4437"}],
    "computed": [{"name": "cluster", "kind": "agglomeration", "source": "firms", "options": {"value": "assets", "industry": "nev", "no_firm": "zero"}}],
    "solved": [{"degree": "degree", "systems": ["cluster", "forces"], "solve": "forces"}],
    "index": [{"score": "score", "indicators": ["a1", "a2", "a3", "a4"], "directions": {"a3": "negative"}, "weights": {"a1": "0.28", "a2": "0.27", "a3": "0.23", "a4": "0.22"}}],
    "detected": [{"factor": "rich", "outcome": "degree", "q": "0.55", "period": 2022, "options": {"discretise": "quantile", "classes": [3]}}],
}  # fmt: skip


@cache
def made() -> Any:
    return regio.calibrate(DESIGN)


def test_all_of_the_print_is_carried() -> None:
    lost = made().reproduction.query("not equal")["where"].tolist()
    assert [w for w in lost if "/q/" not in w] == []
    assert len(made().reproduction) == 11


def test_two_way_coefficient_and_t_by_regress() -> None:
    found = regio.regress(made().panel, "score", "treatment", ["gdp"], effects=("region", "period"), convention="reghdfe")
    assert found.coefficients.loc["treatment", "estimate"] == pytest.approx(0.161, abs=EXACT)
    assert found.coefficients.loc["treatment", "statistic"] == pytest.approx(4.20, abs=0.005)


def test_subsample_moderation_and_two_stages_by_their_methods() -> None:
    panel = made().panel
    late = regio.regress(panel.select(periods=[2020, 2021, 2022]), "score", "treatment", ["gdp"], effects=("region",))
    assert late.coefficients.loc["treatment", "estimate"] == pytest.approx(0.223, abs=EXACT)
    moderated = regio.moderate(panel, "score", "treatment", "mood", effects=("region",)).coefficients["estimate"]
    assert moderated.iloc[:1].tolist() == pytest.approx([0.103], abs=EXACT)
    assert any(value == pytest.approx(0.354, abs=EXACT) for value in moderated)
    stages = regio.two_stage(panel, "score", "treatment", "history", effects=("region",))
    assert stages.coefficients.loc["treatment", "estimate"] == pytest.approx(0.2, abs=EXACT)


def test_index_and_coupling_by_their_methods() -> None:
    panel, firms = made().panel, made().tables["firms"]
    index = regio.index(panel, ["a1", "a2", "a3", "a4"], directions={"a3": "negative"})
    assert index.scores["score"].to_numpy() == pytest.approx(panel.rows["score"].to_numpy(), abs=EXACT)
    assert index.weights["weight"].tolist() == pytest.approx([0.28, 0.27, 0.23, 0.22], abs=EXACT)
    assert (panel.rows["a3"].min(), panel.rows["a3"].max()) == pytest.approx((100, 900))
    cluster = regio.agglomeration(firms, "assets", industry="nev", no_firm="zero").columns()[""]
    keyed = cluster.rename("cluster").reset_index() if cluster.index.nlevels > 1 else firms.rows[["region", "period"]].assign(cluster=cluster).drop_duplicates()
    joined = panel.rows.merge(keyed[["region", "period", "cluster"]], on=["region", "period"])
    degree = regio.coupling(joined, ["cluster", "forces"], region="region", period="period").scores["D"]
    assert degree.to_numpy() == pytest.approx(joined["degree"].to_numpy(), abs=1e-7)
    assert degree.mean() == pytest.approx(0.4437, abs=5e-5)


def test_limits_groups_and_labels() -> None:
    rows = made().panel.rows
    assert rows["score"].between(0.05, 0.95).all()
    assert rows.query("group == 'east' and period == 2018")["score"].mean() == pytest.approx(0.418, abs=EXACT)
    assert set(made().tables["firms"].rows["nev"]) == {0.0, 1.0}
    assert made().panel.labels == made().tables["firms"].labels != ()


def test_seeds() -> None:
    small = {key: value for key, value in DESIGN.items() if key not in ("detected", "index", "solved", "computed")}
    first, again, other = (regio.calibrate(small, seed=s).panel.rows for s in (0, 0, 1))
    assert first.equals(again)
    assert not first["score"].equals(other["score"])


def test_a_draw_that_leaves_a_method_without_a_value_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()
    truly = inverse.computed

    def gaps(*given: Any, **named: Any) -> Any:
        asked.append(1)
        found = truly(*given, **named)
        return found * np.nan if len(asked) <= missing else found

    monkeypatch.setattr(inverse, "computed", gaps)
    missing = 1
    assert regio.calibrate(DESIGN).panel.rows.notna().all().all()
    assert len(asked) == 2
    missing = 99
    with pytest.raises(DataError, match="no value in 60 rows of “cluster”") as caught:
        regio.calibrate(DESIGN)
    assert "60 行" in caught.value.text("zh")


def refused(design: dict[str, Any], change: Callable[[Any], Any], english: str, chinese: str) -> None:
    """A design with a mistake is refused, and both languages say why."""
    wrong = copy.deepcopy(design)
    change(wrong)
    with pytest.raises(DataError) as problem:
        regio.calibrate(wrong)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")


@pytest.mark.parametrize(("change", "english", "chinese"), [
    (lambda d: d["effect"][0]["coefficients"].update(treatmnt="0.1"), "treatmnt, which is not a column", "没有此列"),
    (lambda d: d["variable"][2].update(distribution="cauchy"), "variable.3", "variable.3"),
    (lambda d: d["variable"].insert(2, d["variable"].pop(6)), "which come later", "出现在它之后"),
    (lambda d: d["mean"][0].update(value="high"), "is not a number", "不是数字"),
    (lambda d: d["index"][0].update(table="nowhere"), "no table called", "没有名为"),
    (lambda d: d["variable"][6].update(min=-1, mean=0.0), "between 0 and 1", "介于 0 与 1"),
])  # fmt: skip
def test_mistakes(change: Any, english: str, chinese: str) -> None:
    refused(DESIGN, change, english, chinese)
