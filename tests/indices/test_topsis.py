"""TOPSIS: E05 with its variants, pymcdm, limits, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E01, E02, E02_POOLED

import regio
from regio.contract.finding import ArgumentError
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES

EXACT = 1e-12
VARIANTS: dict[str, dict[str, Any]] = {
    "expected_weighted_minmax": {},
    "variant_vector_normalised_cost_by_min": {"scale": "vector"},
    "variant_weight_inside_sum": {"form": "weight_inside"},
    "variant_on_share_matrix_P": {"scale": "share"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_e05(reference: Path, variant: str) -> None:
    stored = json.loads((reference / "indices" / "e05_topsis.json").read_text())
    weights = dict(zip(("x1", "x2", "x3"), stored["input"]["weights"], strict=True))
    result = regio.topsis(E01, weights, directions=DOWN, region="region", **VARIANTS[variant])
    np.testing.assert_allclose(result.scores["closeness"], stored[variant]["closeness"], atol=EXACT)
    assert result.ranks["rank"].tolist() == stored[variant]["rank"]
    if variant == "expected_weighted_minmax":
        np.testing.assert_allclose(result.scores["to_ideal"], stored[variant]["d_plus"], atol=EXACT)
        np.testing.assert_allclose(result.scores["to_anti_ideal"], stored[variant]["d_minus"], atol=EXACT)
        np.testing.assert_allclose(result.ideals["ideal"], stored[variant]["ideal"], atol=EXACT)
        entropy = regio.topsis(E01, directions=DOWN, region="region")
        np.testing.assert_allclose(entropy.scores["closeness"], stored[variant]["closeness"], atol=EXACT)
    assert np.abs(result.scores["closeness"] - stored["AUDIT_double_flip"]["closeness"]).max() > 0.01


def test_pymcdm() -> None:
    methods = pytest.importorskip("pymcdm.methods", reason="pymcdm is not installed")
    from pymcdm import normalizations

    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.uniform(0.1, 1, (31, 5)), columns=list("abcde"))
    weights = dict(zip("abcde", rng.dirichlet(np.ones(5)), strict=True))
    down, types = {"d": "negative", "e": "negative"}, np.array([1, 1, 1, -1, -1])
    for scale, theirs in (("min_max", normalizations.minmax_normalization), ("vector", normalizations.vector_normalization)):
        peer = methods.TOPSIS(normalization_function=theirs)(frame.to_numpy(), np.array([*weights.values()]), types)
        np.testing.assert_allclose(regio.topsis(frame, weights, directions=down, scale=scale).scores["closeness"], peer, atol=EXACT)


def test_index_with_topsis_is_topsis() -> None:
    one = regio.topsis(E02, directions=DOWN, dimensions={"x1": "size", "x2": "size"}, region="region", period="year")
    other = regio.index(E02, aggregate="topsis", directions=DOWN, dimensions={"x1": "size", "x2": "size"}, region="region", period="year")
    np.testing.assert_array_equal(one.scores["closeness"], other.scores["score"])
    np.testing.assert_array_equal(one.scores["size"], other.scores["size"])
    assert list(one.columns()) == ["", "size"]
    np.testing.assert_allclose(one.weights["weight"], E02_POOLED, atol=EXACT)


def test_a_new_region_moves_the_others_unless_the_ideal_is_fixed() -> None:
    posts = {"x1": (0, 50), "x2": (0, 500), "x3": (0, 20)}
    weights = {"x1": 0.5, "x2": 0.25, "x3": 0.25}
    more = pd.concat([E01, pd.DataFrame({"region": ["F"], "x1": [45.0], "x2": [10.0], "x3": [1.0]})], ignore_index=True)

    def first(frame: pd.DataFrame, ideal: str) -> np.ndarray:
        return (
            regio.topsis(frame, weights, directions=DOWN, scale="goalposts", goalposts=posts, ideal=ideal, region="region").scores["closeness"].to_numpy()[:5]
        )

    np.testing.assert_array_equal(first(E01, "fixed"), first(more, "fixed"))
    assert np.abs(first(E01, "sample") - first(more, "sample")).max() > 0.01


def test_rows_that_are_all_alike_have_no_closeness_and_a_finding_says_so() -> None:
    frame = pd.DataFrame({"a": [2.0, 2.0], "b": [3.0, 3.0]})
    result = regio.topsis(frame, {"a": 0.5, "b": 0.5}, scale="goalposts", goalposts={"a": (0, 10), "b": (0, 10)})
    assert result.scores["closeness"].isna().all()
    assert result.ranks["rank"].isna().all()
    assert [f.code for f in result.findings] == ["index.undefined"]
    assert "正、负理想解的距离均为零" in result.findings[0].text("zh")
    assert type(result).from_dict(json.loads(json.dumps(result.to_dict()))).findings == result.findings


def test_ideals_by_period() -> None:
    result = regio.topsis(E02, "critic", directions=DOWN, scope="by_period", region="region", period="year")
    assert result.ideals.index.names == ["period", "indicator"]
    np.testing.assert_allclose(result.ideals["ideal"], result.weights["weight"], atol=EXACT)
    for language in LANGUAGES:
        assert all(typeset(table, language).title for table in result.exhibits()[:2])


@pytest.mark.parametrize(
    ("options", "english", "chinese"),
    [
        ({"scale": "z", "ideal": "fixed"}, "A fixed ideal needs a scale with ends", "没有端点"),
        ({"interval": (1, 0)}, "expected two finite numbers, the lower first", "由小到大的两个有限数"),
        ({"interval": 3}, "two numbers, such as [0, 1]", "两个数"),
        ({"weights": "topsis"}, "expected one of: entropy, equal", "应为以下之一"),
    ],
)
def test_refusals(options: dict[str, Any], english: str, chinese: str) -> None:
    with pytest.raises(ArgumentError) as problem:
        regio.topsis(E01, region="region", **options)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")
