"""The detector: second routes to its numbers, properties, bad input."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.exhibits.models import Table
from regio.spatial.detector.compute import importance
from regio.spatial.detector.pairs import kind_of

SAME = 1e-10  # relative; two routes through sums of a few hundred numbers


def sample(n: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.normal(size=n), "b": np.exp(rng.normal(size=n)), "zone": rng.choice(list("stuv"), n), "w": rng.uniform(0.5, 2, n)})
    return frame.assign(y=frame["a"] + 0.3 * (frame["zone"] == "s") + rng.normal(size=n), region=[f"r{i % 12:02d}" for i in range(n)], year=np.arange(n) // 12)


def q_by_hand(y: pd.Series, strata: pd.Series) -> float:
    parts = y.groupby(strata.to_numpy())
    return 1 - float(((y - parts.transform("mean")) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def test_q_f_and_p_are_those_of_analysis_of_variance() -> None:
    frame = sample()
    found = regio.geodetector(frame, "y", "zone").factors.loc["zone"]
    f, p = scipy.stats.f_oneway(*(part for _, part in frame.groupby("zone")["y"]))
    assert q_by_hand(frame["y"], frame["zone"]) == pytest.approx(found["q"], rel=SAME)
    assert (f, p) == pytest.approx((found["statistic"], found["p_value"]), rel=1e-8)
    assert np.log10(p) == pytest.approx(found["log10_p"], rel=1e-8)
    assert found["q_expected"] == pytest.approx(3 / 239)
    assert found["q_adjusted"] == pytest.approx(1 - (1 - found["q"]) * 239 / 236)


def test_the_literature_p_is_scipys_noncentral_f() -> None:
    frame = sample()
    found = regio.geodetector(frame, "y", "zone").factors.loc["zone"]
    means, sizes = frame.groupby("zone")["y"].mean(), frame.groupby("zone").size()
    noncentrality = ((means**2).sum() - (np.sqrt(sizes) * means).sum() ** 2 / 240) / frame["y"].var()
    assert scipy.stats.ncf.sf(found["statistic"], 3, 236, noncentrality) == pytest.approx(found["p_literature"], rel=1e-7)


def test_every_q_of_the_search_is_that_of_its_classes() -> None:
    frame = sample()
    search = regio.geodetector(frame, "y", "b").search
    for row in search[search["usable"]].itertuples():
        classes = regio.discretise(frame, "b", method=row.method, classes=row.classes).classes["b"]
        assert q_by_hand(frame["y"], classes) == pytest.approx(row.q, rel=SAME)
        assert classes.value_counts().min() == row.least_rows >= 4
    chosen = search[search["chosen"]]
    assert len(chosen) == 1
    assert float(chosen["q"].iloc[0]) == search.loc[search["usable"], "q"].max()


def test_interactions_cross_the_strata_exactly() -> None:
    frame = sample().assign(
        one=lambda f: f["zone"].map({"s": "1", "t": "11", "u": "1", "v": "11"}), two=lambda f: f["zone"].map({"s": "11", "t": "1", "u": "1", "v": "11"})
    )
    result = regio.geodetector(frame, "y", ["one", "two", "zone"], ways=3)
    pair = result.interactions.set_index(["factor_a", "factor_b"]).loc[("one", "two")]
    assert q_by_hand(frame["y"], frame["one"] + "|" + frame["two"]) == pytest.approx(pair["q"], rel=SAME)
    assert result.combinations["q"].iloc[0] == pytest.approx(q_by_hand(frame["y"], frame["zone"]), rel=SAME)
    p = result.interactions["p_value"].to_numpy()
    for method, column in (("holm", "p_holm"), ("fdr_bh", "p_bh")):
        assert multipletests(p, method=method)[1] == pytest.approx(result.interactions[column].to_numpy())


def test_risk_is_welchs_test_for_each_pair() -> None:
    frame = sample()
    risk = regio.geodetector(frame, "y", "zone").risk
    for row, (a, b) in zip(risk.itertuples(), combinations("stuv", 2), strict=True):
        first, second = (frame.loc[frame["zone"] == name, "y"] for name in (a, b))
        test = scipy.stats.ttest_ind(first, second, equal_var=False)
        assert (row.stratum_a, row.stratum_b) == (a, b)
        assert (test.statistic, test.df, test.pvalue) == pytest.approx((row.statistic, row.df, row.p_value))
    alone = regio.geodetector(pd.DataFrame({"y": [1.0, 2.0, 3.0, 5.0, 9.0], "z": list("aabbc")}), "y", "z").risk
    assert alone["p_value"].isna().tolist() == [False, True, True]


def test_the_ecological_test_does_not_depend_on_the_order_of_factors() -> None:
    frame = sample()
    one, two = (regio.geodetector(frame, "y", order).ecological.iloc[0] for order in (["a", "zone"], ["zone", "a"]))
    assert one["p_value"] == pytest.approx(two["p_value"], rel=1e-9)
    assert one["statistic"] == pytest.approx(1 / two["statistic"])


def test_a_constant_added_to_the_outcome_changes_no_p_but_that_of_the_literature() -> None:
    frame = sample()
    results = [regio.geodetector(frame.assign(y=frame["y"] + c), "y", ["a", "b", "zone"], draws=49) for c in (0.0, 1e3, -273.15)]
    for other in results[1:]:
        for name in ("q", "statistic", "p_value", "log10_p", "conf_low", "conf_high", "p_permutation", "p_search"):
            assert results[0].factors[name].tolist() == pytest.approx(other.factors[name].tolist(), rel=1e-7), name
        assert results[0].interactions["p_value"].tolist() == pytest.approx(other.interactions["p_value"].tolist(), rel=1e-7)
        assert results[0].risk["p_value"].tolist() == pytest.approx(other.risk["p_value"].tolist(), rel=1e-6)
    assert abs(results[0].factors["p_literature"] - results[1].factors["p_literature"]).max() > 1e-3


def test_shares_add_up_to_the_joint_q() -> None:
    frame = sample()
    for shares in ("tree", "overlay"):
        result = regio.geodetector(frame, "y", ["a", "b", "zone"], shares=shares, ways=3)
        assert result.shapley["shapley"].sum() == pytest.approx(result.shapley["q_joint"].iloc[0], rel=SAME)
        assert result.shapley["share"].sum() == pytest.approx(1.0)
    assert result.combinations["q"].iloc[0] == pytest.approx(result.shapley["q_joint"].iloc[0], rel=SAME)


def test_permutations_repeat_the_whole_search() -> None:
    rng = np.random.default_rng(4)
    noise = pd.DataFrame({"x": rng.normal(size=80), "y": rng.normal(size=80)})
    found = regio.geodetector(noise, "y", "x", draws=199, seed=3).factors.loc["x"]
    assert found["p_search"] >= found["p_permutation"] - 1e-12
    assert found["p_search"] > found["p_value"]
    assert found["p_permutation"] == pytest.approx(found["p_value"], abs=0.06)  # another route to nearly the same test
    again = regio.geodetector(noise, "y", "x", draws=199, seed=3).factors.loc["x"]
    assert found.tolist()[:10] == again.tolist()[:10]


def test_the_search_on_noise_is_corrected() -> None:
    """On noise the plain p falls below 0.05 far too often, the p over the whole search does not."""
    rng = np.random.default_rng(9)
    plain, searched = [], []
    for _ in range(60):
        frame = pd.DataFrame({"x": rng.normal(size=60), "y": rng.normal(size=60)})
        found = regio.geodetector(frame, "y", "x", draws=59, shares="none").factors.loc["x"]
        plain.append(found["p_value"] < 0.05)
        searched.append(found["p_search"] <= 0.05)
    assert np.mean(plain) > 0.13
    assert np.mean(searched) < 0.13


def test_methods_that_look_at_the_outcome_are_searched_in_every_draw() -> None:
    frame = sample(80)
    found = regio.geodetector(frame, "y", "b", methods=("robust",), classes=3, draws=19).factors.loc["b"]
    assert np.isnan(found["p_permutation"])
    assert 0.05 <= found["p_search"] <= 1
    assert found["method"] == "robust"


def test_each_region_is_left_out_once() -> None:
    frame = sample()
    result = regio.geodetector(frame, "y", "zone", region="region", period="year", draws=99)
    without = {name: q_by_hand(part["y"], part["zone"]) for name in frame["region"].unique() if len(part := frame[frame["region"] != name])}
    found = result.stability.iloc[0]
    assert (min(without.values()), max(without.values())) == pytest.approx((found["leave_one_low"], found["leave_one_high"]), rel=SAME)
    q = result.factors["q"].iloc[0]
    assert max(without, key=lambda name: abs(without[name] - q)) == found["leave_one_region"]
    assert found["boot_low"] < found["boot_high"]


def test_weights_count_rows() -> None:
    """Whole weights give the q of rows repeated as often."""
    frame = sample().assign(k=lambda f: np.arange(len(f)) % 3 + 1.0)
    weighed = regio.geodetector(frame, "y", ["zone", "a"], sample_weights="k", discretise={"a": [-0.5, 0.5]})
    repeated = regio.geodetector(
        frame.loc[frame.index.repeat(frame["k"].astype(int))].reset_index(drop=True), "y", ["zone", "a"], discretise={"a": [-0.5, 0.5]}
    )
    assert weighed.factors["q"].tolist() == pytest.approx(repeated.factors["q"].tolist(), rel=SAME)
    assert weighed.interactions["q"].tolist() == pytest.approx(repeated.interactions["q"].tolist(), rel=SAME)
    assert weighed.factors["n"].tolist() == [240, 240]


def test_labels_are_taken_as_they_are() -> None:
    """Codes near one another, codes in fractions, many codes: none is rounded, cut or put together."""
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 20, 100)
    frame = pd.DataFrame({"y": codes * 10 + rng.normal(size=100) / 100, "land": codes, "near": np.array([100000.25, 100000.75, 100001.25])[codes % 3]})
    for name in ("land", "near"):
        found = regio.geodetector(frame, "y", name).factors.loc[name]
        assert found["method"] == "labels"
        assert q_by_hand(frame["y"], frame[name]) == pytest.approx(found["q"], rel=SAME)
    tiny = pd.DataFrame({"x": [0.1, 0.1, 0.2, 0.2, 0.3, 0.3], "y": [1.0, 1.1, 2.0, 2.1, 3.0, 3.1]})
    assert regio.geodetector(tiny, "y", "x").factors.loc["x", "classes"] == 3


def test_years_and_outcomes_are_ranked_and_factors_sorted_into_classes() -> None:
    frame = pd.concat([sample(60, seed).assign(year=2016 + seed, region=[f"r{i}" for i in range(60)]) for seed in range(3)], ignore_index=True)
    frame["z"] = frame["y"] * 2 + 1
    result = regio.geodetector(frame, ["y", "z"], ["a", "b", "zone"], by="period", region="region", period="year")
    assert result.factors.index.names == ["outcome", "period", "factor"]
    assert result.factors["q"].xs("y", level=0).tolist() == pytest.approx(result.factors["q"].xs("z", level=0).tolist(), rel=1e-9)
    for _, part in result.factors.groupby(level=["outcome", "period"]):
        assert part["rank"].tolist() == part["q"].rank(ascending=False).astype(int).tolist()
    one = regio.geodetector(frame[frame["year"] == 2017], "y", ["a", "b", "zone"])
    assert result.factors["q"].xs(("y", 2017), level=(0, 1)).tolist() == pytest.approx(one.factors["q"].tolist())
    assert set(result.importance["importance"]) <= {"core", "secondary", "general"}
    names = [e.name for e in result.exhibits()]
    assert names == ["factors", "interactions", "kinds", "interaction_map", "shares"]


def test_paper_003_ranks_and_classes() -> None:
    """Table 4: ranks and classes of factors that follow from its q and p."""
    q = {2016: [0.4763, 0.3069, 0.3758, 0.2227, 0.2462, 0.0552, 0.1101], 2020: [0.5277, 0.5106, 0.4025, 0.0369, 0.4031, 0.1208, 0.3832]}
    q[2023] = [0.6976, 0.5354, 0.6347, 0.2951, 0.5616, 0.3274, 0.5260]
    p = {2016: [0.0138, 0.5589, 0.0266, 0.4441, 0.3990, 0.7663, 0.4050], 2020: [0.0102, 0.0, 0.0118, 0.8279, 0.0144, 0.5407, 0.0197]}
    p[2023] = [0.0191, 0.0268, 0.0150, 0.8918, 0.0242, 0.4442, 0.0235]
    index = pd.MultiIndex.from_product([q, [f"X{i}" for i in range(1, 8)]], names=["period", "factor"])
    frame = pd.DataFrame({"q": np.concatenate(list(q.values())), "p_value": np.concatenate(list(p.values()))}, index=index)
    frame["rank"] = frame.groupby(level=0)["q"].rank(ascending=False).astype(int)
    assert frame.loc[2016, "rank"].tolist() == [1, 3, 2, 5, 4, 7, 6]
    assert frame.loc[2020, "rank"].tolist() == [1, 2, 4, 7, 3, 6, 5]
    found = importance(frame, 0.95)["importance"]
    assert {name: found[name] for name in found.index} == {
        "X1": "core", "X3": "core", "X2": "secondary", "X5": "secondary", "X7": "secondary", "X4": "general", "X6": "general",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("q", "expected"), [(0.1, "weaken_nonlinear"), (0.25, "weaken_univariate"), (0.4, "enhance_bivariate"), (0.5004, "independent"), (0.6, "enhance_nonlinear")]
)
def test_five_kinds_of_interaction(q: float, expected: str) -> None:
    assert kind_of(q, (0.2, 0.3), 0.001) == expected


def test_rows_without_a_value_are_counted() -> None:
    frame = sample()
    frame.loc[:4, "a"] = np.nan
    frame.loc[3:7, "zone"] = None
    result = regio.geodetector(frame, "y", ["a", "zone"])
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (232, 8)
    assert any("8 rows were left out" in f.text("en") and "剔除 8 行" in f.text("zh") for f in result.findings)


def test_single_rows_are_kept_or_dropped_and_counted() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "x": list("xyyyzzz")})
    kept, dropped = (regio.geodetector(frame, "y", "x", single_rows=how) for how in ("keep", "drop"))
    assert kept.factors.loc["x", "q"] == pytest.approx(1 - 4 / 28)
    assert dropped.factors.loc["x", "q"] == pytest.approx(0.7714285714)
    assert [f.code for f in kept.findings] == ["geodetector.single_rows_keep"]
    assert [f.code for f in dropped.findings] == ["geodetector.single_rows_drop"]
    assert (kept.factors.loc["x", "n"], dropped.factors.loc["x", "n"]) == (7, 6)


def refused(error: type, frame: pd.DataFrame, outcome: Any, factors: Any, **given: Any) -> tuple[list[str], str, str]:
    with pytest.raises(error) as caught:
        regio.geodetector(frame, outcome, factors, **given)
    return [f.code for f in caught.value.findings], caught.value.text("en"), caught.value.text("zh")


BAD: list[tuple[type, dict[str, Any], dict[str, Any], str, str, str]] = [
    (EstimationError, {"zone": "s"}, {}, "geodetector.one_stratum", "one stratum", "只有一个分层"),
    (EstimationError, {"y": 3.0}, {}, "geodetector.constant_outcome", "does not vary", "没有变化"),
    (EstimationError, {}, {"factors": "a", "discretise": "labels"}, "geodetector.continuous", "measured", "连续变量"),
    (EstimationError, {}, {"factors": "few", "discretise": "search", "classes": (6, 7)}, "geodetector.no_setting", "3 different values", "3 个不同取值"),
    (EstimationError, {"a": 1.0}, {"factors": "a", "discretise": "natural"}, "geodetector.one_stratum", "one stratum", "只有一个分层"),
    (EstimationError, {"a": np.inf}, {"factors": "a"}, "regress.infinite", "infinite", "无穷大"),
    (EstimationError, {"w": -1.0}, {"sample_weights": "w"}, "regress.bad_weights", "positive", "权重"),
    (EstimationError, {"a": np.nan}, {"factors": "a"}, "geodetector.few_rows", "0 complete rows", "完整样本仅 0 行"),
    (ArgumentError, {}, {"factors": ("zone", "zone")}, "geodetector.twice", "twice", "重复"),
    (ArgumentError, {}, {"by": "zone"}, "geodetector.by_is_factor", "groups", "分组"),
    (ArgumentError, {}, {"classes": (1, 3)}, "geodetector.classes", "two or more", "不少于 2"),
    (ArgumentError, {}, {"factors": "a", "discretise": {"a": [3.0, 1.0]}}, "geodetector.edges", "ascending", "递增"),
    (ArgumentError, {}, {"discretise": {"b": "equal"}}, "geodetector.discretise_unknown", "no factors", "不是影响因素"),
    (ArgumentError, {}, {"discretise": {"zone": "equal"}}, "geodetector.text_factor", "texts", "文本列"),
    (ArgumentError, {}, {"methods": ()}, "geodetector.nothing", "empty", "为空"),
    (ArgumentError, {}, {"convention": "GD"}, "contract.not_a_choice", "gd", "gd"),
    (DataError, {"y": "text"}, {}, "panel.text_column", "“y”", "“y”"),
]


@pytest.mark.parametrize(("error", "cells", "given", "code", "english", "chinese"), BAD, ids=[f"{row[3]}-{i}" for i, row in enumerate(BAD)])
def test_bad_input_is_refused(error: type, cells: dict[str, Any], given: dict[str, Any], code: str, english: str, chinese: str) -> None:
    frame = sample(60).assign(few=lambda f: np.arange(60) % 3).assign(**cells)
    codes, en, zh = refused(error, frame, "y", **({"factors": "zone"} | given))
    assert codes == [code]
    assert english in en
    assert chinese in zh


def test_tables_have_no_empty_cells_where_numbers_are() -> None:
    tables = [e for e in regio.geodetector(sample(), "y", ["a", "zone"]).exhibits() if isinstance(e, Table)]
    assert [t.name for t in tables] == ["factors", "interactions", "kinds", "strata", "stability"]
    kinds = {row.key: row.cells[0].value for row in tables[2].rows}
    assert kinds == {kind: int((tables[1].frame["kind"] == kind).sum()) for kind in kinds}
    assert sum(kinds.values()) == len(tables[1].frame)
    factors = tables[0]
    assert [c.key for c in factors.columns] == ["q", "p_value", "rank", "q_expected", "q_adjusted", "classes", "method"]
    assert all(cell.value is not None for row in factors.rows for cell in row.cells)
