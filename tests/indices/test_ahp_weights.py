"""AHP weights as a method: E17, fractions and triangles, consistency, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E01

import regio
from regio.contract.finding import ArgumentError
from regio.exhibits.typeset import typeset

EXACT = 1e-12
WHOLE = [[1, 3, 5], ["1/3", 1, 2], ["1/5", "1/2", 1]]


def test_e17(reference: Path) -> None:
    stored = json.loads((reference / "indices" / "e17_ahp_random_index.json").read_text())
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(9, 5)), columns=list("abcde"))
    for judgement in (stored["matrix"], np.array(stored["matrix"]), pd.DataFrame(stored["matrix"])):
        result = regio.ahp_weights(frame, judgement)
        np.testing.assert_allclose(result.weights["weight"], stored["expected"]["weights"], atol=EXACT)
        assert result.lambda_max == pytest.approx(stored["expected"]["lambda_max"], abs=EXACT)
        assert result.consistency_ratio == pytest.approx(stored["expected"]["CR_with_RI_1.12"], abs=EXACT)


def test_all_of_it_or_what_is_above_the_diagonal_and_rounded_reciprocals() -> None:
    whole = regio.ahp_weights(E01, WHOLE, directions=DOWN, region="region")
    for judgement in ([[3, 5], [2]], [[1, 3, 5], [0.33, 1, 2], [0.2, 0.5, 1]]):
        np.testing.assert_allclose(regio.ahp_weights(E01, judgement, directions=DOWN, region="region").weights["weight"], whole.weights["weight"], atol=EXACT)
    mapped = regio.index(E01, directions=DOWN, weights=whole.weights["weight"].to_dict(), region="region")
    np.testing.assert_allclose(whole.scores["score"], mapped.scores["score"], atol=EXACT)
    same = regio.index(E01, directions=DOWN, weights="ahp", judgement=WHOLE, region="region")
    np.testing.assert_array_equal(same.scores["score"], whole.scores["score"])
    assert same.facts["consistency_ratio"].iloc[0] == whole.consistency_ratio


def test_twenty_indicators_use_a_simulated_random_index() -> None:
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(30, 20)), columns=[f"x{j:02d}" for j in range(20)])
    true = np.linspace(1, 4, 20)
    result = regio.ahp_weights(frame, (true[:, None] / true).tolist())
    np.testing.assert_allclose(result.weights["weight"], true / true.sum(), atol=1e-10)
    assert (result.consistency_ratio, result.random_index_error > 0) == (pytest.approx(0, abs=1e-9), True)
    assert result.random_index == pytest.approx(1.629, abs=0.005)
    assert "simulated" in typeset(result.exhibits()[2], "en").notes[0]
    assert "蒙特卡罗标准误" in typeset(result.exhibits()[2], "zh").notes[0]


def test_judgements_that_contradict_one_another_are_said() -> None:
    result = regio.ahp_weights(E01, [[9, "1/9"], [9]], region="region")
    assert result.consistency_ratio > 1
    assert [f.code for f in result.findings] == ["index.inconsistent"]
    assert "一致性不足" in result.findings[0].text("zh")


def test_the_matrix_is_printed_as_it_was_meant() -> None:
    table = regio.ahp_weights(E01, WHOLE, region="region").exhibits()[1]
    printed = [[str(cell) for cell in row.cells] for row in typeset(table, "zh").rows]
    assert [row[:3] for row in printed] == [["1", "3", "5"], ["1/3", "1", "2"], ["1/5", "1/2", "1"]]
    assert typeset(table, "zh").title == "判断矩阵"


@pytest.mark.parametrize(
    ("judgement", "english", "chinese"),
    [
        ([[1, 2], [0.5, 1]], "rows of 2, 2 entries; expected 3 by 3 for x1, x2, x3", "应为 3×3"),
        ([[1, 3, 5], [1, 1, 2], ["1/5", "1/2", 1]], "not reciprocal: x1 / x2: 3, 1", "不互为倒数"),
        ([["much", 5], [2]], "positive numbers or fractions such as 1/3: much", "正数或 1/3 这样的分数：much"),
        ([[-3, 5], [2]], "positive numbers or fractions such as 1/3: -3", "-3"),
        ([["1/0", 5], [2]], "1/0", "1/0"),
        (3, "rows of numbers or fractions", "各行"),
    ],
)
def test_refusals(judgement: Any, english: str, chinese: str) -> None:
    with pytest.raises(ArgumentError) as problem:
        regio.ahp_weights(E01, judgement, region="region")
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")
