"""The index: schemes of weights, sub-scores, ranks, tables, and every refusal in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E01, E01_RANKS, E01_SCORES, E02, E02_BY_PERIOD, EXACT

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError
from regio.exhibits.models import Figure
from regio.exhibits.typeset import typeset
from regio.indices.index import Index
from regio.language import LANGUAGES
from regio.panel import Panel, Variable


def test_index_with_entropy_weights_is_entropy_weights() -> None:
    result = regio.index(E02, directions=DOWN, scope="by_period", region="region", period="year")
    same = regio.entropy_weights(E02, directions=DOWN, scope="by_period", region="region", period="year")
    pd.testing.assert_frame_equal(result.weights, same.weights)
    pd.testing.assert_frame_equal(result.scores, same.scores)


def test_e01_ranks() -> None:
    result = regio.index(E01, directions=DOWN, region="region")
    assert result.ranks.to_dict("list") == {"region": list("ABCDE"), "rank": E01_RANKS}


def test_ties_share_the_better_rank_after_nine_decimals_inside_a_period() -> None:
    frame = pd.DataFrame({"r": list("abcd") * 2, "t": [1] * 4 + [2] * 4, "x": [0.0, 5.0, 5.0 + 1e-10, 10.0, 9.0, 8.0, 8.0, 8.0]})
    assert regio.index(frame, region="r", period="t").ranks["rank"].tolist() == [4, 2, 2, 1, 1, 2, 2, 2]


def test_equal_weights_leave_a_constant_out() -> None:
    result = regio.index(E01.assign(x4=1.0), directions=DOWN, weights="equal", region="region")
    assert result.weights["weight"].tolist() == [1 / 3, 1 / 3, 1 / 3, 0.0]
    assert "entropy" not in result.weights
    assert [f.code for f in result.findings] == ["index.constant"]


def test_given_weights_from_a_mapping_and_from_the_variables() -> None:
    weights = {"x1": 0.5, "x2": 0.2, "x3": 0.3}
    mapped = regio.index(E01, directions=DOWN, weights=weights, region="region")
    variables = [Variable(name, weight=weight, direction="negative" if name == "x3" else None) for name, weight in weights.items()]
    read = regio.index(Panel(E01, region="region", variables=variables), weights="given")
    pd.testing.assert_frame_equal(mapped.weights, read.weights)
    pd.testing.assert_frame_equal(mapped.scores, read.scores)
    assert mapped.scores["score"].iloc[1] == pytest.approx(0.5 * 0.2 + 0.2 * 80 / 220 + 0.3 * 0.5, abs=EXACT)
    assert (mapped.weighting, read.weighting) == ("given", "given")
    assert mapped.call is not None
    assert mapped.call.options["weights"] == weights


def test_directions_and_headings_of_the_variables_give_way_to_those_of_the_call() -> None:
    variables = [Variable("x1", direction="negative", dimension="size"), Variable("x2", dimension="size")]
    result = regio.index(Panel(E01, region="region", variables=variables), directions={"x1": "positive", "x3": "negative"}, dimensions={"x2": "depth"})
    assert result.weights["direction"].tolist() == ["positive", "positive", "negative"]
    assert result.weights["dimension"].tolist() == ["size", "depth", ""]
    np.testing.assert_allclose(result.scores["score"], E01_SCORES, atol=EXACT, rtol=0)


@pytest.mark.parametrize("scope", ["pooled", "by_period", "pooled_scale"])
def test_the_score_is_the_weighted_mean_of_the_sub_scores(scope: str) -> None:
    result = regio.index(E02, directions=DOWN, dimensions={"x1": "规模", "x2": "规模", "x3": "cost"}, scope=scope, region="region", period="year")
    by = ["period", "dimension"] if scope != "pooled" else ["dimension"]
    shares = result.weights.reset_index().groupby(by)["weight"].sum()
    share = [shares.loc[(year, "规模") if scope != "pooled" else "规模"] for year in E02["year"]]
    total = result.scores["规模"] * share + result.scores["cost"] * (1 - np.array(share))
    np.testing.assert_allclose(total, result.scores["score"], atol=EXACT, rtol=0)
    assert list(result.columns()) == ["", "规模", "cost"]
    assert result.scores[["规模", "cost"]].stack().between(0, 1).all()


def test_a_heading_without_weight_has_no_score() -> None:
    result = regio.index(E01.assign(x2=7.0), directions=DOWN, dimensions={"x2": "flat"}, region="region")
    assert result.scores["flat"].isna().all()
    assert [f.code for f in result.findings] == ["index.constant", "index.no_sub_score"]
    assert result.findings[1].text("zh") == "“flat”下的指标权重均为零：该维度得分缺失（涉及 1 组）。"


def test_columns_lie_in_the_rows_of_the_table() -> None:
    frame = E01.set_axis([9, 3, 7, 7, 1])  # labels may repeat
    columns = regio.index(frame, directions=DOWN, region="region").columns()
    assert columns[""].index.tolist() == [9, 3, 7, 7, 1]
    np.testing.assert_allclose(columns[""], E01_SCORES, atol=EXACT, rtol=0)


def test_every_numeric_column_that_is_no_key_unless_named() -> None:
    frame = E02.assign(name="text", flag=[True, False] * 6)
    result = regio.index(frame, region="region", period="year")
    assert result.weights.index.tolist() == ["x1", "x2", "x3", "flag"]
    assert [(f.code, f.values["columns"]) for f in result.findings] == [("index.left_out", ("name",))]
    assert result.provenance is not None
    assert set(result.provenance.columns) == {"x1", "x2", "x3", "flag"}
    assert regio.index(frame, "x2", region="region", period="year").weights.index.tolist() == ["x2"]


def test_nullable_and_integer_columns() -> None:
    plain = regio.index(E01, directions=DOWN, region="region")
    other = regio.index(E01.astype({"x1": "Float64", "x2": "Int64", "x3": int}), directions=DOWN, region="region")
    pd.testing.assert_frame_equal(plain.scores, other.scores)


def test_dates_and_categories_as_keys_can_be_stored() -> None:
    frame = E02.assign(year=pd.to_datetime(E02["year"].astype(str)), region=E02["region"].astype("category"))
    result = regio.index(frame, directions=DOWN, scope="by_period", region="region", period="year")
    again = Index.from_dict(json.loads(json.dumps(result.to_dict())))
    pd.testing.assert_frame_equal(again.scores, result.scores)
    assert result.weights.index.levels[0].tolist() == [2021, 2022, 2023]


def test_firms_are_named_by_their_unit() -> None:
    frame = pd.DataFrame({"r": ["A", "A", "B"], "firm": ["f1", "f2", "f3"], "x": [1.0, 2.0, 4.0]})
    table = regio.index(Panel(frame, region="r", unit="firm")).exhibits()[1]
    assert [row.key for row in table.rows] == ["f1", "f2", "f3"]


def test_round_trip() -> None:
    result = regio.index(E02, directions=DOWN, scope="by_period", region="region", period="year")
    again = Index.from_dict(json.loads(json.dumps(result.to_dict())))
    for name in ("weights", "scores", "ranks", "bounds"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name), check_exact=True)


# tables


def printed(table: Any, language: Any) -> list[list[str]]:
    found = typeset(table, language)
    return [[row.head, *map(str, row.cells)] for row in found.rows]


def test_table_of_weights() -> None:
    table = regio.index(E01, directions=DOWN, dimensions={"x1": "规模"}, region="region").exhibits()[0]
    assert printed(table, "zh") == [
        ["x1", "规模", "+", "0.675", "0.325", "0.408", "0.408"],
        ["x2", "", "+", "0.715", "0.285", "", "0.358"],
        ["x3", "", "−", "0.814", "0.186", "", "0.234"],
        ["合计", "", "", "", "", "", "1.000"],
    ]
    chinese = typeset(table, "zh")
    assert [head.text for head in chinese.heads[0]] == ["一级指标", "方向", "信息熵", "差异系数", "一级指标权重", "权重"]
    assert (chinese.title, chinese.stub) == ("指标权重（熵值法）", "指标")
    assert any("0·ln 0 = 0" in note for note in chinese.notes)
    assert [row.key for row in table.rows] == ["x1", "x2", "x3", "_total"]


def test_table_of_weights_by_period_has_a_column_for_each() -> None:
    table = regio.index(E02, directions=DOWN, scope="by_period", region="region", period="year").exhibits()[0]
    assert [c.key for c in table.columns] == ["direction", "2021", "2022", "2023"]
    assert [row[2:] for row in printed(table, "en")][:3] == [[f"{E02_BY_PERIOD[t][j]:.3f}" for t in E02_BY_PERIOD] for j in range(3)]
    assert [(h.text, h.span) for h in typeset(table, "en").heads[0]] == [("Direction", 1), ("Weight", 3)]


def test_table_of_scores() -> None:
    one = regio.index(E01, directions=DOWN, region="region").exhibits()[1]
    assert printed(one, "en")[0] == ["A", "0.033", "5"]
    assert [h.text for h in typeset(one, "zh").heads[0]] == ["综合得分", "排名"]
    many = regio.index(E02.iloc[:-1], directions=DOWN, region="region", period="year").exhibits()[1]
    assert [h.text for h in typeset(many, "zh").heads[0]] == ["2021", "2022", "2023", "均值"]
    last = many.rows[-1]
    assert (last.key, last.cells[2].value) == ("S", None)  # not observed, so empty and not in the mean
    assert last.cells[3].value == pytest.approx((last.cells[0].value + last.cells[1].value) / 2, abs=EXACT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", ["pooled", "by_period", "pooled_scale"])
@pytest.mark.parametrize("weights", ["entropy", "equal", {"x1": 0.5, "x2": 0.25, "x3": 0.25}])
def test_every_table_in_both_languages(weights: Any, scope: str, language: Any) -> None:
    result = regio.index(E02, directions=DOWN, scope=scope, weights=weights, region="region", period="year")
    shifted = regio.entropy_weights(E02, scope=scope, shift=0.01, region="region", period="year")
    for table in (*result.exhibits(), *shifted.exhibits()):
        assert isinstance(table, Figure) or typeset(table, language).notes
    for convention in (*result.conventions, *shifted.conventions):
        assert all(regio_text(code, language) for code in (convention.what, convention.name, convention.source) if code)
    assert result._repr_html_()


def regio_text(code: str, language: Any) -> str:
    from regio.language import say

    return say(code, language)


# refusals: call → error, English, Chinese

GAP = E02.assign(x1=E02["x1"].where(E02.index != 5), x2=E02["x2"].where(E02.index > 0, np.inf))
BAD: list[tuple[dict[str, Any], type[FindingError], str, str]] = [
    (
        {"directions": {"x3": "negativ"}},
        ArgumentError,
        "“x3” is “negativ”; expected positive, negative or moderate. Did you mean negative",
        "是否想写 negative",
    ),
    ({"directions": {"x3": -1}}, ArgumentError, "“x3” is “-1”; expected positive, negative or moderate", "“x3”的方向为“-1”"),
    ({"directions": {"X3": "negative"}}, ArgumentError, "There is no column “X3” (directions). Did you mean x3", "没有名为“X3”的列（directions）。是否想写 x3"),
    ({"directions": "negative"}, ArgumentError, "“directions” is a str; expected a mapping", '请写 directions = {"列名": "…"}'),
    ({"directions": {"x1": "moderate"}}, ArgumentError, "“x1” is a moderate indicator", "“x1”为适度指标"),
    ({"dimensions": {"x1": "score"}}, ArgumentError, "The dimension of “x1” is “score”", "“x1”的一级指标为“score”"),
    ({"dimensions": {"x9": "a"}}, ArgumentError, "There is no column “x9” (dimensions)", "没有名为“x9”的列（dimensions）"),
    ({"indicators": ("x1", "y")}, ArgumentError, "There is no column “y” (indicators of index)", "没有名为“y”的列"),
    ({"indicators": ("x1", "x1")}, ArgumentError, "Given twice among the indicators: x1", "指标中重复列出：x1"),
    ({"indicators": ("x1", "year")}, ArgumentError, "A key of the table cannot be an indicator: year", "主键列不能作为指标：year"),
    ({"indicators": ()}, ArgumentError, "There is no indicator", "没有可用的指标"),
    ({"scope": "yearly"}, ArgumentError, "expected one of: pooled, by_period, pooled_scale", "应为以下之一：pooled、by_period、pooled_scale"),
    ({"data": E01, "scope": "by_period", "period": None}, ArgumentError, "needs to know which column names the period", "需要知道哪一列是时期"),
    ({"weights": "entropie"}, ArgumentError, "Did you mean entropy", "是否想写 entropy"),
    ({"weights": {"x1": 0.5, "x2": 0.3, "x3": 0.3}}, ArgumentError, "The given weights sum to 1.1, not to 1", "给定权重之和为 1.1，而不是 1"),
    ({"weights": {"x1": 1.5, "x2": -0.5, "x3": 0.0}}, ArgumentError, "not negative: x2 (-0.5)", "权重必须为非负有限数：x2 (-0.5)"),
    ({"weights": {"x1": 0.5, "x2": 0.5}}, ArgumentError, "Without a given weight: x3", "缺少给定权重：x3"),
    ({"weights": {"x1": 0.5, "x2": 0.5, "x3": 0.0, "x33": 0.0}}, ArgumentError, "“x33”, which is no indicator here. Did you mean x3", "给出了“x33”的权重"),
    ({"weights": "given"}, ArgumentError, "Without a given weight: x1, x2, x3", "缺少给定权重：x1、x2、x3"),
    ({"data": GAP}, DataError, "“x1” has 1 missing cells: Q 2022", "“x1”有 1 个缺失值：Q 2022"),
    ({"data": GAP}, DataError, "“x2” has 1 infinite cells: P 2021", "“x2”有 1 个无穷大值：P 2021"),
    ({"data": E02.assign(x1=np.nan)}, DataError, "has 12 missing cells: P 2021, Q 2021, R 2021, S 2021, P 2022, …", "P 2021、Q 2021"),
    ({"data": E02.iloc[:1]}, DataError, "The table has one row", "表中只有一行"),
    ({"data": E02.iloc[:5], "scope": "by_period"}, DataError, "One row only in: 2022", "以下时期只有一行：2022"),
    ({"data": E02.assign(x1=1, x2=2, x3=3)}, EstimationError, "None of the indicators varies: x1, x2, x3", "所有指标均无变化：x1、x2、x3"),
    ({"data": E02.assign(x1=1, x2=2, x3=3), "weights": "equal"}, EstimationError, "None of the indicators varies", "所有指标均无变化"),
    ({"data": E02.assign(x1=E02["year"], x2=2, x3=3), "scope": "by_period"}, EstimationError, "varies in: 2021, 2022, 2023", "均无变化：2021、2022、2023"),
    ({"data": E02.assign(x3=1.0), "weights": {"x1": 0.5, "x2": 0.3, "x3": 0.2}}, EstimationError, "has a given weight: x3", "却给定了权重：x3"),
    ({"data": E02[["region", "year"]]}, ArgumentError, "There is no indicator", "没有可用的指标"),
]


@pytest.mark.parametrize(("options", "kind", "english", "chinese"), BAD)
def test_refusals(options: dict[str, Any], kind: type[FindingError], english: str, chinese: str) -> None:
    call = {"data": E02, "region": "region", "period": "year"} | options
    with pytest.raises(kind) as problem:
        regio.index(call.pop("data"), **call)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")


@pytest.mark.parametrize("shift", [-0.1, float("inf"), float("nan")])
def test_a_shift_is_finite_and_not_negative(shift: float) -> None:
    with pytest.raises(ArgumentError, match="finite number that is not negative") as problem:
        regio.entropy_weights(E01, shift=shift, region="region")
    assert "应为非负有限数" in problem.value.text("zh")


def test_the_declaration_is_read_without_numbers() -> None:
    code = "import sys, regio.indices.index, regio.indices.entropy_weights; sys.exit(any(m in sys.modules for m in ('numpy', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parent).returncode == 0
