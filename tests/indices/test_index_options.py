"""Options of the index: moderate indicators, hierarchies, schemes, goalposts, what does not fit together, a published panel, a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import DOWN, E01, E02, E02_POOLED

import regio
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.indices.weights.combined import combined
from regio.panel import Panel, Variable

EXACT = 1e-12
KEYS = {"region": "region", "period": "year"}
GROUPS = {"x1": "size", "x2": "size", "x3": "cost"}


def test_a_moderate_indicator_is_best_at_its_best_value() -> None:
    frame = pd.DataFrame({"debt": [0.1, 0.4, 0.5, 0.6, 1.0], "other": [1.0, 2, 3, 4, 5]})
    point = regio.index(frame, "debt", directions={"debt": ("moderate", 0.5)}, weights="equal")
    np.testing.assert_allclose(point.scores["score"], [0.2, 0.8, 1, 0.8, 0], atol=EXACT)
    span = regio.index(frame, "debt", directions={"debt": ("moderate", 0.4, 0.6)}, weights="equal")
    np.testing.assert_allclose(span.scores["score"], [0.25, 1, 1, 1, 0], atol=EXACT)
    variable = Panel(frame, variables=[Variable("debt", direction="moderate", best=(0.4, 0.6))])
    np.testing.assert_array_equal(regio.index(variable, "debt", weights="equal").scores["score"], span.scores["score"])
    posts = regio.index(frame, "debt", directions={"debt": ("moderate", 0.5)}, scale="goalposts", goalposts={"debt": (0, 1)}, weights="equal")
    np.testing.assert_allclose(posts.scores["score"], [0.2, 0.8, 1, 0.8, 0], atol=EXACT)
    row = typeset(span.exhibits()[0], "zh").rows[0]
    assert str(row.cells[0]) == "适度（0.4–0.6）"
    assert "moderate (0.5)" in str(typeset(point.exhibits()[0], "en").rows[0].cells[0])


def test_entropy_weights_of_a_moderate_indicator_also_of_a_table_in_parts() -> None:
    from regio.compute.rows import FrameRows

    options: dict[str, Any] = {"directions": {"x2": ("moderate", 44)}} | KEYS
    whole, parts = regio.entropy_weights(E02, **options), regio.entropy_weights(FrameRows(E02, 5), **options)
    np.testing.assert_allclose(parts.weights["weight"], whole.weights["weight"], rtol=1e-12)
    np.testing.assert_allclose(parts.bounds, whole.bounds, atol=EXACT)
    distance = regio.entropy_weights(E02.assign(x2=-(E02["x2"] - 44).abs()), **KEYS)  # shares of z do not notice where its one is, but scores do
    np.testing.assert_allclose(whole.weights["weight"], distance.weights["weight"], atol=EXACT)
    assert (whole.bounds.loc["x2", "low"], distance.bounds.loc["x2", "high"]) == (0, -1)  # 44 itself is in no row: 45 is the nearest, but not the best


def test_nested_weights_are_flat_calls_one_inside_the_other() -> None:
    for weights in ("entropy", "critic", "coefficient_of_variation"):
        nested = regio.index(E02, directions=DOWN, dimensions=GROUPS, hierarchy="nested", weights=weights, **KEYS)
        inside = {
            heading: regio.index(E02, tuple(n for n, h in GROUPS.items() if h == heading), directions=DOWN, weights=weights, **KEYS)
            for heading in ("size", "cost")
        }
        for heading, own in inside.items():
            np.testing.assert_allclose(nested.scores[heading], own.scores["score"], atol=EXACT)
        top = E02[["region", "year"]].assign(size=inside["size"].scores["score"], cost=inside["cost"].scores["score"])
        posts = {"size": (0, 1), "cost": (0, 1)}
        between = regio.index(top, scale="goalposts", goalposts=posts, weights=weights, **KEYS)  # sub-scores as they are, not scaled again
        np.testing.assert_allclose(nested.dimension_weights["weight"], between.weights["weight"], atol=EXACT)
        np.testing.assert_allclose(nested.scores["score"], between.scores["score"], atol=EXACT)
        product = nested.weights["weight_within"] * nested.weights["dimension"].map(nested.dimension_weights["weight"])
        np.testing.assert_allclose(nested.weights["weight"], product, atol=EXACT)


def test_flat_weights_add_up_to_those_of_their_dimensions() -> None:
    result = regio.index(E02, directions=DOWN, dimensions=GROUPS, **KEYS)
    np.testing.assert_allclose(result.dimension_weights["weight"], [E02_POOLED[0] + E02_POOLED[1], E02_POOLED[2]], atol=EXACT)
    assert result.dimension_weights["indicators"].tolist() == [2, 1]


def test_given_weights_nested_or_flat_are_the_same() -> None:
    weights = {"x1": 0.5, "x2": 0.2, "x3": 0.3}
    flat, nested = (regio.index(E02, directions=DOWN, dimensions=GROUPS, weights=weights, hierarchy=how, **KEYS) for how in ("flat", "nested"))
    np.testing.assert_allclose(flat.scores["score"], nested.scores["score"], atol=EXACT)
    np.testing.assert_allclose(nested.weights["weight"], [0.5, 0.2, 0.3], atol=EXACT)


def test_the_indicator_system_as_a_paper_prints_it() -> None:
    frame = E02.rename(columns={"x1": "数字基础设施宽带", "x2": "电商销售额", "x3": "单位能耗"})
    dimensions = {"数字基础设施宽带": "规模", "单位能耗": "效率", "电商销售额": "规模"}
    result = regio.index(
        frame, ("数字基础设施宽带", "单位能耗", "电商销售额"), directions={"单位能耗": "negative"}, dimensions=dimensions, hierarchy="nested", **KEYS
    )
    table = result.exhibits()[0]
    assert isinstance(table, Table)
    printed = typeset(table, "zh")
    assert [head.text for head in printed.heads[0]] == ["一级指标", "方向", "信息熵", "差异系数", "组内权重", "一级指标权重", "权重"]
    assert [row.head for row in printed.rows] == ["数字基础设施宽带", "电商销售额", "单位能耗", "合计"]  # headings together
    assert [str(row.cells[0]) for row in printed.rows] == ["规模", "", "效率", ""]
    assert [row.rule_above for row in printed.rows] == [False, False, True, True]
    assert [bool(str(row.cells[5])) for row in printed.rows] == [True, False, True, False]
    assert any("先在各一级指标内赋权" in note for note in printed.notes)


def test_several_schemes_are_combined() -> None:
    alone = np.array([regio.index(E02, directions=DOWN, weights=one, **KEYS).weights["weight"] for one in ("entropy", "critic")])
    for how in ("mean", "product", "game"):
        result = regio.index(E02, directions=DOWN, weights=["entropy", "critic"], combination=how, **KEYS)
        np.testing.assert_allclose(result.weights["weight"], combined(alone, how)[0], atol=EXACT)
        np.testing.assert_allclose(result.weights[["weight_entropy", "weight_critic"]].T, alone, atol=EXACT)
        assert result.weighting == "combined"
    assert typeset(result.exhibits()[0], "zh").title == "指标权重（组合赋权（熵值法、CRITIC 法；博弈论组合））"
    with_given = regio.index(Panel(E01, region="region", variables=[Variable(n, weight=1 / 3) for n in DOWN | GROUPS]), weights=("given", "entropy"))
    assert with_given.weights["weight"].sum() == pytest.approx(1, abs=EXACT)


def test_benefit_of_the_doubt_gives_each_row_its_best_score() -> None:
    frame = pd.DataFrame([[0.9, 0.2, 0.5], [0.4, 0.8, 0.6], [0.3, 0.3, 0.9], [0.5, 0.5, 0.5], [0.2, 0.1, 0.3]], columns=list("abc"))
    posts = {"scale": "goalposts", "goalposts": dict.fromkeys("abc", (0, 1)), "weights": "benefit_of_the_doubt"}
    free, bound = regio.index(frame, **posts), regio.index(frame, least_share=0.2, **posts)
    np.testing.assert_allclose(free.scores["score"], [1, 1, 1, 0.8717948717948716, 0.39393939393939387], atol=1e-8)  # E19
    np.testing.assert_allclose(bound.scores["score"], [0.7653061224489796, 1, 0.8333333333333333, 0.8717948717948716, 0.3125], atol=1e-8)
    assert free.facts["frontier_rows"].tolist() == [3]
    frozen = regio.index(frame.assign(a=frame["a"] / 2), rules=free)
    assert (frozen.scores["score"] <= free.scores["score"] + 1e-8).all()


def test_an_interval_stretches_the_scale_and_changes_entropy_weights() -> None:
    # E01, values rescaled to [0.01, 1] before shares: weights by the second route of the reference, rescale_0.002_1
    result = regio.index(E01, directions=DOWN, interval=(0.002, 1), region="region")
    np.testing.assert_allclose(result.weights["weight"], [0.4079514708358181, 0.35784276286010164, 0.23420576630408022], atol=EXACT)
    plain = np.array([0.03253116026000924, 0.3288178183592407, 0.4381815017219893, 0.31405069741166397, 0.9219314112319733])
    np.testing.assert_allclose(result.scores["score"], 0.002 + 0.998 * plain, atol=EXACT)


def test_a_score_in_which_indicators_do_not_make_up_for_one_another() -> None:
    frame = pd.DataFrame({"a": [1.0, 5, 9], "b": [9.0, 5, 1]})
    scores = {how: regio.index(frame, weights="equal", interval=(0.1, 1), aggregate=how).scores["score"] for how in ("arithmetic", "geometric", "harmonic")}
    np.testing.assert_allclose(scores["arithmetic"], 0.55, atol=EXACT)
    assert scores["geometric"].iloc[0] == pytest.approx(np.sqrt(0.1), abs=EXACT)
    assert scores["harmonic"].iloc[0] == pytest.approx(2 / 11, abs=EXACT)
    balanced = regio.index(frame, weights="equal", aggregate="mazziotta_pareto").scores["score"]
    np.testing.assert_allclose(balanced, [100 - 900 / 100, 100, 100 - 900 / 100], atol=EXACT)  # 70 and 130: mean 100, variance 900


def test_ranks_and_z_scores_do_not_need_directions_twice() -> None:
    for scale in ("rank", "z", "min_max"):
        one = regio.index(E01, directions=DOWN, scale=scale, weights="equal", region="region")
        other = regio.index(E01.assign(x3=-E01["x3"]), scale=scale, weights="equal", region="region")
        np.testing.assert_allclose(one.scores["score"], other.scores["score"], atol=EXACT)


BAD: list[tuple[dict[str, Any], type[FindingError], str, str]] = [
    ({"directions": {"x1": ("moderate", "much")}}, ArgumentError, "The best value of “x1”", "适度值"),
    ({"directions": {"x1": ("moderate", 2, 1)}}, ArgumentError, "the least and the greatest of a range", "区间的下限与上限"),
    ({"directions": {"x1": "moderate"}}, ArgumentError, "its best value is not given", "未给出适度值"),
    ({"scale": "goalposts"}, ArgumentError, "needs a lower and a higher goalpost for: x1, x2, x3", "下限与上限：x1、x2、x3"),
    ({"scale": "distance_to_target", "goalposts": {"x1": 9}}, ArgumentError, "needs a target for: x2, x3", "目标值：x2、x3"),
    ({"goalposts": {"x1": (3, 1)}}, ArgumentError, "expected a target, or a lower and a higher number", "由小到大"),
    ({"goalposts": {"x9": (1, 3)}}, ArgumentError, "There is no column “x9” (goalposts)", "没有名为“x9”的列（goalposts）"),
    ({"scale": "z"}, EstimationError, "weights = “entropy” needs scaled values that are not negative", "要求标准化值非负"),
    ({"aggregate": "geometric"}, EstimationError, "aggregate = “geometric” needs positive scaled values", "要求标准化值为正"),
    ({"weights": "merec"}, EstimationError, "weights = “merec” needs positive scaled values", "要求标准化值为正"),
    ({"aggregate": "mazziotta_pareto", "scale": "vector", "weights": "equal"}, ArgumentError, "takes values around 100", "以 100 为中心"),
    ({"interval": (0.01, 1), "scale": "z"}, ArgumentError, "An interval has no meaning with scale = “z”", "区间没有意义"),
    ({"exponent": float("nan")}, ArgumentError, "The exponent is nan", "幂次为 nan"),
    ({"hierarchy": "nested"}, ArgumentError, "needs a dimension for every indicator; without one: x1, x2, x3", "缺少的有：x1、x2、x3"),
    (
        {"hierarchy": "nested", "dimensions": GROUPS, "weights": ("given", "entropy")},
        ArgumentError,
        "cannot be combined with learnt ones",
        "不能与其他方法组合",
    ),
    ({"weights": ("benefit_of_the_doubt", "entropy")}, ArgumentError, "gives each row its own weights", "各自的权重"),
    ({"weights": ("entropy", "entropy")}, ArgumentError, "must differ: entropy, entropy", "不能重复"),
    ({"weights": "benefit_of_the_doubt", "least_share": 0.5}, ArgumentError, "at most 0.3333", "至多为 0.3333"),
    ({"least_share": 0.1}, ArgumentError, "has a meaning for weights", "仅适用于"),
    ({"weights": "ahp"}, ArgumentError, "need a judgement matrix", "需要判断矩阵"),
    ({"judgement": [[1, 2], [2]]}, ArgumentError, "the weights are not those of AHP", "赋权方法不是层次分析法"),
    ({"weights": "critic", "data": E01.assign(x2=E01["x1"], x3=-E01["x1"])}, EstimationError, "finds nothing to tell the indicators", "无法区分指标"),
    ({"base": 2022}, ArgumentError, "needs to know which column names the period", "需要知道哪一列是时期"),
]


@pytest.mark.parametrize(("options", "kind", "english", "chinese"), BAD)
def test_refusals(options: dict[str, Any], kind: type[FindingError], english: str, chinese: str) -> None:
    call = {"data": E01, "directions": DOWN, "region": "region"} | options
    with pytest.raises(kind) as problem:
        regio.index(call.pop("data"), **call)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")


# a published panel: the source does not name its indicators, so that only a similar order can be expected

PUBLISHED = {
    "rd_personnel_fte": "labour",
    "disposable_income_pc": "labour",
    "gdp_per_capita": "labour",
    "rd_expenditure": "technology",
    "patents_granted": "technology",
    "tech_market_turnover": "technology",
    "software_product_revenue": "digital",
    "ecommerce_sales": "digital",
    "telecom_per_person": "digital",  # its base prices change in 2016 and 2021, and the published scores show it: without it 2018 to 2020 disagree
    "dfiic_index": "digital",
}


def filled(panel: pd.DataFrame) -> pd.DataFrame:
    """As the source says it did: lines inside a province, ends as the nearest year, what is left by the mean."""
    panel = panel.assign(telecom_per_person=panel["telecom_business_volume"] / panel["population"])
    inside = panel.groupby("province")[list(PUBLISHED)].transform(lambda column: column.interpolate().ffill().bfill())
    return panel[["province", "year"]].join(inside.fillna(inside.mean()))


def correlations(reference: Path, **options: Any) -> pd.Series:
    folder = reference / "china_provinces"
    panel = filled(pd.read_csv(folder / "panel_nqp_2011_2023.csv"))
    theirs = pd.read_csv(folder / "index_nqp_hqd_scores_2011_2023.csv")["nqp_score"]
    ours = regio.index(panel, tuple(PUBLISHED), dimensions=PUBLISHED, region="province", period="year", **options).scores["score"]
    return pd.Series({year: ours[rows.index].corr(theirs[rows.index], method="spearman") for year, rows in panel.groupby("year")})


@pytest.mark.parametrize(
    ("options", "least"),
    [
        ({"weights": ("entropy", "critic")}, 0.88),  # what the source names as its way
        ({"weights": "entropy"}, 0.8),
        ({"weights": "critic", "aggregate": "topsis"}, 0.75),
        ({"hierarchy": "nested"}, 0.75),
    ],
    ids=str,
)
def test_published_scores_of_31_provinces_are_ordered_alike(reference: Path, options: dict[str, Any], least: float) -> None:
    found = correlations(reference, **options)
    assert len(found) == 13
    assert found.min() > least, found.round(3).to_dict()


STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "year"
[[variable]]
name = "x2"
direction = "moderate"
best = [40, 50]
[[variable]]
name = "x3"
direction = "negative"
[[step]]
name = "published"
kind = "index"
indicators = ["x1", "x2", "x3"]
weights = ["entropy", "critic"]
sample = { periods = [2021, 2022] }
[[step]]
name = "continued"
kind = "index"
indicators = ["x1", "x2", "x3"]
rules = "published"
[[step]]
name = "based"
kind = "index"
indicators = ["x1", "x2", "x3"]
weights = ["entropy", "critic"]
base = [2021, 2022]
[[step]]
name = "judged"
kind = "ahp_weights"
indicators = ["x1", "x2", "x3"]
judgement = [[1, 3, 5], ["1/3", 1, 2], ["1/5", "1/2", 1]]
"""


def test_all_of_it_in_a_study(tmp_path: Path) -> None:
    from regio.study.execute import execute
    from regio.study.file import load

    (tmp_path / "s.toml").write_text(STUDY, encoding="utf-8")
    E02.assign(x1=E02["x1"] + 10, x3=E02["x3"] + 5).to_csv(tmp_path / "t.csv", index=False)
    done = execute(load(tmp_path / "s.toml"))
    assert not done.failed, [f.text("en") for found in done.failed.values() for f in found]
    published, continued, based = (done[name].columns()[""] for name in ("published", "continued", "based"))
    np.testing.assert_array_equal(continued.loc[published.index], published)
    np.testing.assert_array_equal(continued, based)
    assert len(continued) == 12
    assert done["judged"].consistency_ratio < 0.1
    assert done["published"].weights.loc["x2", "best"] == "40–50"
    json.dumps(done["continued"].to_dict(), allow_nan=False)
