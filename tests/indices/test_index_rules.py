"""What was learnt is kept and can be frozen: published numbers do not change when a year is added."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E02

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, DataError
from regio.indices.index import Index

KEYS = {"region": "region", "period": "year"}
OLD, NEW = E02[E02["year"] < 2023], E02
WAYS: list[dict[str, Any]] = [
    {},
    {"weights": "critic"},
    {"weights": ("entropy", "critic"), "combination": "game"},
    {"weights": "entropy_ahp", "aggregate": "topsis"},
    {"scale": "rank", "weights": "equal"},
    {"scale": "z", "weights": "equal", "aggregate": "mazziotta_pareto"},
    {"interval": [0.01, 1], "aggregate": "generalised", "exponent": 3, "weights": "equal", "goalposts": dict.fromkeys(DOWN, (0, 100))},
    {"hierarchy": "nested", "dimensions": {"x1": "a", "x2": "a", "x3": "b"}},
    {"hierarchy": "nested", "dimensions": {"x1": "a", "x2": "a", "x3": "b"}, "aggregate": "topsis", "weights": "coefficient_of_variation"},
    {"weights": "benefit_of_the_doubt"},
    {"scale": "vector", "aggregate": "topsis", "weights": {"x1": 0.5, "x2": 0.25, "x3": 0.25}},
    {"scale": "goalposts", "goalposts": {"x1": (0, 20), "x2": (0, 100), "x3": (0, 20)}, "aggregate": "geometric"},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_published_numbers_do_not_change(way: dict[str, Any]) -> None:
    published = regio.index(OLD, directions=DOWN, **KEYS, **way)
    again = regio.index(NEW, rules=published, **KEYS)
    np.testing.assert_array_equal(again.scores.loc[OLD.index, "score"], published.scores["score"])
    pd.testing.assert_frame_equal(again.scores.loc[OLD.index], published.scores)
    pd.testing.assert_frame_equal(again.ranks.loc[OLD.index], published.ranks)
    np.testing.assert_array_equal(again.weights["weight"], published.weights["weight"])
    pd.testing.assert_frame_equal(again.bounds, published.bounds)
    assert again.findings[0].code == "index.frozen"
    assert (again.weighting, again.scale, again.aggregate) == (published.weighting, published.scale, published.aggregate)
    fresh = regio.index(NEW, directions=DOWN, **KEYS, **way)
    if way.get("scale") != "goalposts":
        assert np.abs(fresh.scores.loc[OLD.index, "score"] - published.scores["score"]).max() > 1e-6  # or the test could not fail


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rules_survive_json(way: dict[str, Any]) -> None:
    published = regio.index(OLD, directions=DOWN, **KEYS, **way)
    stored = Index.from_dict(json.loads(json.dumps(published.to_dict())))
    for rules in (stored, stored.rules, json.loads(json.dumps(published.rules.to_dict()))):
        again = regio.index(NEW, rules=rules, **KEYS)
        np.testing.assert_array_equal(again.scores.loc[OLD.index, "score"], published.scores["score"])
    assert all(table.name for table in stored.exhibits())


def test_rules_of_rules_are_the_same_rules() -> None:
    published = regio.index(OLD, directions=DOWN, **KEYS)
    second = regio.index(NEW, rules=regio.index(NEW, rules=published, **KEYS), **KEYS)
    np.testing.assert_array_equal(second.scores.loc[OLD.index, "score"], published.scores["score"])


def test_a_single_new_region_can_be_scored_and_what_lies_outside_is_said() -> None:
    published = regio.index(OLD, directions=DOWN, weights="equal", **KEYS)
    row = pd.DataFrame({"region": ["N"], "year": [2023], "x1": [9.0 + 6.0], "x2": [35.0], "x3": [7.5]})
    result = regio.index(row, rules=published, **KEYS)
    assert result.scores["score"].tolist() == pytest.approx([(2 + 0 + 1) / 3])  # x1: 3 to 9
    assert [(f.code, f.values.get("columns")) for f in result.findings] == [("index.frozen", None), ("index.outside", ("x1 (1)",))]
    assert "超出标准化界限" in result.findings[1].text("zh")


def test_base_periods_are_the_same_without_a_second_step() -> None:
    published = regio.index(OLD, directions=DOWN, **KEYS)
    based = regio.index(NEW, directions=DOWN, base=[2021, 2022], **KEYS)
    frozen = regio.index(NEW, rules=published, **KEYS)
    np.testing.assert_array_equal(based.scores["score"], frozen.scores["score"])
    first = regio.index(NEW, directions=DOWN, base=2021, **KEYS)
    assert first.bounds.loc["x1"].tolist() == [3, 8]
    assert "index.outside" in [f.code for f in first.findings]
    assert any(note.code == "index.note.base" for note in first.exhibits()[0].notes)


def test_rules_by_period_know_their_periods_only() -> None:
    published = regio.index(OLD, directions=DOWN, scope="by_period", **KEYS)
    again = regio.index(OLD, rules=published, **KEYS)
    np.testing.assert_array_equal(again.scores["score"], published.scores["score"])
    assert again.scope == "by_period"
    with pytest.raises(ArgumentError, match="no part for 2023") as problem:
        regio.index(NEW, rules=published, **KEYS)
    assert "参数中没有 2023" in problem.value.text("zh")


def test_rules_learnt_from_a_table_in_parts_score_a_frame() -> None:
    large = regio.entropy_weights(FrameRows(OLD.reset_index(drop=True), 3), directions=DOWN, **KEYS)
    whole = regio.index(OLD, directions=DOWN, **KEYS)
    np.testing.assert_allclose(regio.index(NEW, rules=large, **KEYS).scores["score"], regio.index(NEW, rules=whole, **KEYS).scores["score"], atol=1e-12)


def test_topsis_and_index_share_rules() -> None:
    published = regio.topsis(OLD, directions=DOWN, ideal="sample", **KEYS)
    again = regio.topsis(NEW, rules=published, **KEYS)
    np.testing.assert_array_equal(again.scores.loc[OLD.index, "closeness"], published.scores["closeness"])
    np.testing.assert_array_equal(regio.index(NEW, rules=published, aggregate="topsis", **KEYS).scores["score"], again.scores["closeness"])


@pytest.mark.parametrize("rescale", [False, True])
def test_components_can_be_frozen(rescale: bool) -> None:
    published = regio.pca_index(OLD, directions=DOWN, rescale=rescale, **KEYS)
    again = regio.pca_index(NEW, rules=published, **KEYS)
    np.testing.assert_array_equal(again.scores.loc[OLD.index, "score"], published.scores["score"])
    stored = json.loads(json.dumps(published.to_dict()))
    np.testing.assert_array_equal(regio.pca_index(NEW, rules=type(published).from_dict(stored), **KEYS).scores["score"], again.scores["score"])
    assert type(again).from_dict(json.loads(json.dumps(again.to_dict()))).exhibits()


BAD = [
    ({"rules": 3}, "expected a result with rules", "应为带有 rules 的结果"),
    ({"scale": "z"}, "scale = z was given to index, but the rules were learnt with min_max", "但参数是在 min_max 下得到的"),
    ({"weights": "critic"}, "weights = critic was given", "给出了 weights = critic"),
    ({"indicators": ("x1", "x2")}, "The indicators are x1, x2, but the rules were learnt for x1, x2, x3", "但参数是针对 x1、x2、x3 得到的"),
    ({"data": NEW.drop(columns="x3")}, "There is no column “x3” (rules)", "没有名为“x3”的列（rules）"),
]


@pytest.mark.parametrize(("options", "english", "chinese"), BAD)
def test_refusals(options: dict[str, Any], english: str, chinese: str) -> None:
    call = {"data": NEW, "rules": regio.index(OLD, directions=DOWN, **KEYS)} | KEYS | options
    with pytest.raises(ArgumentError) as problem:
        regio.index(call.pop("data"), **call)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")


def test_more_refusals() -> None:
    published = regio.index(OLD, directions=DOWN, **KEYS)
    with pytest.raises(DataError, match="1 missing cells"):
        regio.index(NEW.assign(x1=NEW["x1"].where(NEW.index != 3)), rules=published, **KEYS)
    with pytest.raises(ArgumentError, match="learnt by index; pca_index cannot use them"):
        regio.pca_index(NEW, rules=published, **KEYS)
    with pytest.raises(ArgumentError, match="aggregate = topsis was given"):
        regio.topsis(NEW, rules=published, **KEYS)
    with pytest.raises(ArgumentError, match="no period 1999 to learn from"):
        regio.index(NEW, base=1999, **KEYS)
    with pytest.raises(ArgumentError, match="do not go with scope = “by_period”"):
        regio.index(NEW, base=2021, scope="by_period", **KEYS)
    with pytest.raises(ArgumentError, match="rescale = True was given"):
        regio.pca_index(NEW, rules=regio.pca_index(OLD, **KEYS), rescale=True, **KEYS)
