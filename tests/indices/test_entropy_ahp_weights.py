"""Improved entropy weights as a method: what is printed, findings, periods."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E01, E01_ENTROPY, E01_WEIGHTS, E02

import regio
from regio.exhibits.typeset import typeset
from regio.indices.weights.entropy_ahp import from_divergences

EXACT = 1e-12
KEYS = {"region": "region", "period": "year"}


def wide(columns: int = 18) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame({f"x{j:02d}": rng.lognormal(0, 0.2 + 0.15 * j, 60) for j in range(columns)})


def test_weights_follow_from_the_entropies() -> None:
    result = regio.entropy_ahp_weights(E01, directions=DOWN, region="region")
    np.testing.assert_allclose(result.entropies, E01_ENTROPY, atol=EXACT)
    np.testing.assert_allclose(result.weights["entropy_weight"], E01_WEIGHTS, atol=EXACT)
    expected = from_divergences(1 - np.array(E01_ENTROPY))
    np.testing.assert_allclose(result.weights["weight"], expected.weights, atol=EXACT)
    assert result.facts["D"].iloc[0] == pytest.approx(0.32456209167023176 / 0.1863458508172251, abs=EXACT)
    assert result.facts["alpha"].iloc[0] == 2
    same = regio.index(E01, directions=DOWN, weights="entropy_ahp", region="region")
    np.testing.assert_array_equal(same.scores["score"], result.scores["score"])


def test_eighteen_indicators() -> None:
    result = regio.entropy_ahp_weights(wide())
    assert result.judgement.shape == (18, 19)
    assert result.facts["random_index"].iloc[0] == pytest.approx(1.614, abs=0.005)
    assert 0 <= result.consistency_ratio < 0.1
    matrix = result.judgement.drop(columns="weight").to_numpy()
    np.testing.assert_allclose(matrix * matrix.T, 1, atol=EXACT)
    np.testing.assert_allclose(matrix @ result.weights["weight"], result.facts["lambda_max"].iloc[0] * result.weights["weight"], atol=1e-9)
    assert result.mapping.loc["", "1"] == 1
    assert result.mapping.loc["", str(int(result.facts["alpha"].iloc[0]))] == pytest.approx(result.facts["D"].iloc[0])
    plain = result.weights["entropy_weight"]
    assert result.weights["weight"].max() / result.weights["weight"].min() < plain.max() / plain.min() or result.facts["D"].iloc[0] < 9


def test_everything_is_printed_in_both_languages() -> None:
    result = regio.entropy_ahp_weights(wide(6), nearest="log")
    names = [exhibit.name for exhibit in result.exhibits()]
    assert names == ["weights", "facts", "mapping", "judgement", "scores"]
    facts = typeset(result.exhibits()[1], "zh")
    assert [row.head for row in facts.rows][:3] == ["差异系数最大比值 D", "最高标度 α", "映射底数 R"]
    assert any("不构成检验" in note for note in facts.notes)
    assert any("nearest in logs" in note for note in typeset(result.exhibits()[3], "en").notes)
    assert "Entropy weight" in [head.text for head in typeset(result.exhibits()[0], "en").heads[0]]


def test_nearly_equal_divergences_make_equal_weights_and_a_finding() -> None:
    frame = pd.DataFrame({"a": [0.0, 1, 2, 3], "b": [0.0, 1, 2, 3.1], "c": [3.0, 1, 0, 2.1]})
    result = regio.entropy_ahp_weights(frame)
    np.testing.assert_allclose(result.weights["weight"], 1 / 3, atol=EXACT)
    assert [f.code for f in result.findings] == ["entropy_ahp_weights.all_equal", "entropy_ahp_weights.ties"]
    assert "小于 1.5" in result.findings[0].text("zh")


def test_a_constant_indicator_has_no_place_in_the_matrix() -> None:
    result = regio.entropy_ahp_weights(E01.assign(x4=2.0), directions=DOWN, region="region")
    plain = regio.entropy_ahp_weights(E01, directions=DOWN, region="region")
    np.testing.assert_allclose(result.weights["weight"].iloc[:3], plain.weights["weight"], atol=EXACT)
    assert (result.weights.loc["x4", "weight"], result.judgement["x4"].isna().all()) == (0, True)
    assert typeset(result.exhibits()[3], "en").rows
    again = type(result).from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))
    pd.testing.assert_frame_equal(again.judgement, result.judgement)


@pytest.mark.parametrize("scope", ["by_period", "pooled_scale"])
def test_each_period_has_its_own_matrix(scope: str) -> None:
    result = regio.entropy_ahp_weights(E02, directions=DOWN, scope=scope, **KEYS)
    assert result.facts.index.tolist() == [2021, 2022, 2023]
    assert result.judgement.shape == (9, 4)
    if scope == "by_period":
        alone = regio.entropy_ahp_weights(E02[E02["year"] == 2022], directions=DOWN, **KEYS)
        np.testing.assert_allclose(result.weights.loc[2022, "weight"], alone.weights["weight"], atol=EXACT)
    assert all(typeset(table, "en").title for table in result.exhibits()[:4])
