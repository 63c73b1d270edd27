"""The door of ``threshold``: recovery, what is said beside the numbers, exhibits, bad input."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from threshold_panels import tied_panel

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError
from regio.exhibits.models import Figure, Table
from regio.exhibits.typeset import typeset
from regio.models._threshold.confidence import critical

KEYS = {"region": "region", "period": "period"}
SMALL: dict[str, Any] = {"draws": 99, "max_thresholds": 2, **KEYS}


def paper_panel(seed: int = 1, *, noise: float = 0.05) -> pd.DataFrame:
    """30 regions × 6 years: slopes 0.066 up to 1.2411 of the treatment itself, 0.249 above; the size is an assumption."""
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(30), np.arange(2018, 2024), indexing="ij"))
    n = len(region)
    frame = pd.DataFrame({"region": [f"R{i:02d}" for i in region], "period": period})
    frame["virtual"] = np.exp(rng.normal(size=30)[region] * 0.4 + 0.12 * (period - 2018) + 0.2 * rng.normal(size=n) - 0.2)
    frame["z"] = rng.normal(size=n)
    slope = np.where(frame["virtual"] <= 1.2411, 0.066, 0.249)
    frame["quality"] = slope * frame["virtual"] + 0.05 * frame["z"] + 0.3 * rng.normal(size=30)[region] + noise * rng.normal(size=n)
    return frame


def test_the_threshold_of_the_paper_is_recovered() -> None:
    frame = paper_panel(2)
    found = regio.threshold(frame, "quality", "virtual", "virtual", "z", draws=299, max_thresholds=2, **KEYS)
    below = frame.loc[frame["virtual"] <= 1.2411, "virtual"].max()
    single = found.thresholds.loc[(1, 1)]
    assert single["value"] == pytest.approx(below, abs=0.05)
    assert single["conf_low"] <= 1.2411 <= max(single["conf_high"], single["next_value"])
    assert found.tests["p_value"].iloc[0] < 0.02
    assert found.number == 1
    assert found.coefficients.loc["virtual:1", "estimate"] == pytest.approx(0.066, abs=0.05)
    assert found.coefficients.loc["virtual:2", "estimate"] == pytest.approx(0.249, abs=0.04)
    assert found.equality.loc["virtual", "p_value"] < 1e-6


def test_p_values_and_critical_values_follow_the_draws() -> None:
    found = regio.threshold(tied_panel(1), "y", "x1", "q", ("x2", "z"), draws=199, max_thresholds=2, **KEYS).tests
    r = found["p_share"] * 199
    np.testing.assert_allclose(r, r.round())
    np.testing.assert_allclose(found["p_value"], (1 + r) / 200)
    for level in (10, 5, 1):  # beyond the critical value exactly where p is at most the level
        assert ((found["statistic"] > found[f"critical_{level}"]) == (found["p_value"] <= level / 100)).all()
    assert (found["ssr_before"].iloc[1], found["draws"].iloc[0]) == (found["ssr_after"].iloc[0], 199)
    np.testing.assert_allclose(found["statistic"], (found["ssr_before"] - found["ssr_after"]) / found["ssr_after"] * found["denominator"])


def test_f_has_rows_less_regions_also_with_both_effects() -> None:
    frame = tied_panel(2)
    for effects in (("region",), ("region", "period")):
        found = regio.threshold(frame, "y", "x1", "q", effects=effects, draws=0, **KEYS)
        assert set(found.tests["denominator"]) == {len(frame) - frame["region"].nunique()}


@pytest.mark.parametrize(("level", "value"), [(0.90, 5.939478), (0.95, 7.352277), (0.99, 10.591616)])
def test_the_constant_of_the_confidence_set(level: float, value: float) -> None:
    assert critical(level) == pytest.approx(value, abs=5e-7)


def test_confidence_sets_are_what_the_curve_says() -> None:
    found = regio.threshold(tied_panel(3), "y", "x1", "q", ("x2", "z"), level=0.9, draws=0, max_thresholds=2, **KEYS)
    for name, version in (("likelihood_ratio", "likelihood_ratio"), ("scaled", "scaled")):
        for place in (1, 2):
            curve = found.curves[found.curves["threshold"] == place].dropna()
            inside = curve.loc[curve[name] <= critical(0.9), "value"]
            pieces = found.confidence_sets.query("model == 2 and threshold == @place and version == @version")
            assert (pieces["values"].sum(), pieces["low"].min(), pieces["high"].max()) == (len(inside), inside.min(), inside.max())
            hull = found.thresholds.loc[(2, place)]
            low, high = ("conf_low", "conf_high") if version == "likelihood_ratio" else ("scaled_low", "scaled_high")
            assert (hull[low], hull[high]) == (inside.min(), inside.max())
            assert hull["conf_low"] <= hull["value"] <= hull["conf_high"]
            assert curve["likelihood_ratio"].min() == 0


def test_slopes_are_those_of_a_regression_on_regime_columns() -> None:
    frame = tied_panel(4)
    for errors in ("classical", "hc1", "hc3", "cluster", "driscoll_kraay"):
        found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), errors=errors, effects=("region", "period"), max_thresholds=1, draws=0, **KEYS)
        value = found.thresholds["value"].iloc[0]
        table = frame.assign(low=frame["x1"] * (frame["q"] <= value), high=frame["x1"] * (frame["q"] > value))
        plain = regio.regress(table, "y", ("low", "high"), ("x2", "z"), errors=errors, effects=("region", "period"), **KEYS)
        np.testing.assert_allclose(found.coefficients.to_numpy(), plain.coefficients.to_numpy(), rtol=1e-10)
        assert found.fit["rss"] == pytest.approx(found.ssr[1], rel=1e-10)
    contrast = plain.coefficients.loc["low", "estimate"] - plain.coefficients.loc["high", "estimate"]
    v = plain.covariance.loc[["low", "high"], ["low", "high"]].to_numpy()
    assert found.equality.loc["x1", "statistic"] == pytest.approx(contrast**2 / (v[0, 0] + v[1, 1] - 2 * v[0, 1]))


def test_regimes_are_a_column_and_counts_add_up() -> None:
    frame = tied_panel(5)
    frame.loc[3, "x1"] = np.nan
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **SMALL)
    regimes = found.columns()[""]
    assert list(regimes.index) == list(frame.index)
    assert regimes.isna().sum() == found.provenance.rows_left_out == 1
    assert found.counts.to_numpy().sum() == len(frame) - 1
    by_hand = frame.assign(regime=regimes).dropna().groupby(["period", "regime"]).size().unstack(fill_value=0)
    assert found.counts.to_numpy().tolist() == by_hand.to_numpy().tolist()
    values = found.thresholds.loc[found.number, "value"].to_numpy()
    assert (regimes.dropna() == 1 + (frame["q"].to_numpy()[regimes.notna(), None] > values).sum(1)).all()


def test_bic_is_that_of_the_sums_of_squares() -> None:
    frame = tied_panel(6)
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), draws=0, max_thresholds=3, **KEYS)
    n, regions = len(frame), frame["region"].nunique()
    parameters = np.array([regions + 3 + 2 * m for m in range(len(found.ssr))])
    np.testing.assert_allclose(found.selection["bic"], n * np.log(np.array(found.ssr) / n) + parameters * np.log(n))
    assert found.selection["best_bic"].sum() == 1
    assert list(found.ssr) == sorted(found.ssr, reverse=True)


def test_a_threshold_at_zero_is_a_threshold() -> None:
    frame = tied_panel(7, ties=20).assign(q=lambda f: (10 * f["q"]).round() - 8)
    frame["y"] = frame["x1"] * (1 + 2 * (frame["q"] > 0)) + 0.01 * frame["z"]
    found = regio.threshold(frame, "y", "x1", "q", ("x2",), max_thresholds=1, draws=0, **KEYS)
    assert abs(found.thresholds["value"].iloc[0]) < 1e-12


def test_a_variable_that_is_constant_in_regions_may_split_them() -> None:
    frame = tied_panel(8, drop=0.0)
    frame["q"] = frame["region"].str[1:].astype(float)
    frame["y"] = frame["x1"] * (1 + (frame["q"] > 6)) + 0.01 * frame["z"]
    found = regio.threshold(frame, "y", "x1", "q", max_thresholds=1, draws=0, trim=0.3, **KEYS)
    assert found.thresholds["value"].tolist() == [6.0]


def test_every_regime_holds_five_regions_and_the_share_of_rows() -> None:
    frame = tied_panel(9, regions=16, drop=0.1)
    frame.loc[frame["q"] > 3.4, "region"] = frame["region"].where(frame["region"] < "r03", "r01")  # high values in few regions
    frame = frame.drop_duplicates(["region", "period"]).reset_index(drop=True)
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), trim=0.01, max_thresholds=3, draws=0, **KEYS)
    for model in found.thresholds.index.get_level_values(0).unique():
        values = found.thresholds.loc[model, "value"].to_numpy()
        regime = np.searchsorted(values, frame["q"], side="left")
        assert min(frame.loc[regime == k, "region"].nunique() for k in range(len(values) + 1)) >= 5


def test_a_trim_for_each_stage() -> None:
    frame = tied_panel(10)
    wide = regio.threshold(frame, "y", "x1", "q", trim=(0.05, 0.2), max_thresholds=2, draws=0, **KEYS)
    narrow = regio.threshold(frame, "y", "x1", "q", trim=0.05, max_thresholds=2, draws=0, **KEYS)
    assert wide.ssr[1] == narrow.ssr[1]
    assert wide.ssr[2] >= narrow.ssr[2]


def test_a_study_file_gives_lists() -> None:
    frame = tied_panel(10)
    listed = regio.threshold(frame, "y", ["x1"], "q", ["x2"], trim=[0.05, 0.2], thresholds=[1.5, 2.5], draws=0, **KEYS)
    assert (listed.call.options["trim"], listed.call.options["thresholds"]) == ((0.05, 0.2), (1.5, 2.5))
    assert regio.threshold(frame, "y", "x1", "q", thresholds=2, draws=0, **KEYS).call.options["thresholds"] == 2.0
    with pytest.raises(ArgumentError, match="trim"):
        regio.threshold(frame, "y", "x1", "q", trim=-0.1, draws=0, **KEYS)


def test_a_grid_is_a_subset_of_the_values() -> None:
    frame = paper_panel()
    found = regio.threshold(frame, "quality", "virtual", "virtual", grid=20, draws=0, max_thresholds=2, **KEYS)
    assert found.fit["n_candidates"] <= 20
    assert set(found.curves["value"]) <= set(frame["virtual"])


def test_singletons_are_left_out_and_said() -> None:
    frame = pd.concat([tied_panel(11), tied_panel(11).iloc[:1].assign(region="alone")], ignore_index=True)
    found = regio.threshold(frame, "y", "x1", "q", **SMALL)
    assert "threshold.singletons" in [f.code for f in found.findings]
    without = regio.threshold(frame.iloc[:-1], "y", "x1", "q", **SMALL)
    assert (found.ssr, found.provenance.rows_left_out) == (without.ssr, 1)


def test_the_scheme_stands_beside_every_p() -> None:
    balanced = regio.threshold(tied_panel(12, drop=0.0), "y", "x1", "q", **SMALL)
    assert set(balanced.tests["scheme"]) == {"cluster"}
    ragged = regio.threshold(tied_panel(12), "y", "x1", "q", **SMALL)
    assert set(ragged.tests["scheme"]) == {"wild_rademacher"}
    assert "threshold.wild" in [f.code for f in ragged.findings]
    frame = tied_panel(12, drop=0.0)
    two = regio.threshold(frame[(frame["region"] > "r05") | (frame["period"] != 2003)], "y", "x1", "q", **SMALL)
    assert (set(two.tests["scheme"]), "threshold.stratified" in [f.code for f in two.findings]) == ({"stratified"}, True)
    none = regio.threshold(frame, "y", "x1", "q", draws=0, **KEYS)
    assert (set(none.tests["scheme"]), none.tests["p_value"].isna().all()) == ({"none"}, True)
    for result, words in ((balanced, "whole regions with replacement"), (ragged, "wild by region, Rademacher weights")):
        table = typeset(result.exhibits()[0].located("s"), "en")
        assert all(words in [c.text for c in row.cells] for row in table.rows)
        assert any("(1 + R)/(1 + B)" in note for note in table.notes)


def test_a_threshold_that_is_not_significant_is_said_to_be_none() -> None:
    rng = np.random.default_rng(3)
    frame = tied_panel(13, drop=0.0)
    frame["y"] = frame["x1"] + rng.normal(size=len(frame))
    found = regio.threshold(frame, "y", "x1", "q", ("x2", "z"), **SMALL)
    assert found.tests["p_value"].iloc[0] > 0.05
    said = next(f for f in found.findings if f.code == "threshold.not_significant")
    assert "not significant at 5%" in said.text("en")
    assert "不显著" in said.text("zh")


def test_exhibits_in_both_languages() -> None:
    found = regio.threshold(paper_panel(), "quality", "virtual", "virtual", "z", draws=99, max_thresholds=2, **KEYS)
    tables = {e.name: e for e in found.exhibits() if isinstance(e, Table)}
    figure = next(e for e in found.exhibits() if isinstance(e, Figure))
    assert list(tables) == ["tests", "estimates", "coefficients", "counts"]
    labels = {"virtual": {"en": "Virtual agglomeration", "zh": "虚拟集聚"}}
    printed = {lang: {name: typeset(t.located("s"), lang, labels=labels) for name, t in tables.items()} for lang in ("en", "zh")}
    assert [row.head for row in printed["en"]["tests"].rows] == ["Single threshold", "Double threshold"]
    assert [row.head for row in printed["zh"]["tests"].rows] == ["单一门槛", "双重门槛"]
    value = found.thresholds["value"].iloc[0]
    heads = [row.head for row in printed["zh"]["coefficients"].rows if row.head]
    assert f"虚拟集聚（虚拟集聚 ≤ {value:.6g}）" in heads
    assert f"虚拟集聚（虚拟集聚 > {value:.6g}）" in heads
    assert [row.head for row in printed["en"]["counts"].rows] == [*map(str, range(2018, 2024)), "Total"]
    levels = {r.axis: r.at for r in figure.references}
    assert levels == {"y": critical(0.95), "x": value}
    assert found.figure().axes


def test_two_thresholds_make_two_panels() -> None:
    found = regio.threshold(tied_panel(14), "y", "x1", "q", ("x2", "z"), draws=0, max_thresholds=2, **KEYS)
    figure = next(e for e in found.exhibits() if isinstance(e, Figure))
    assert figure.channels["facet"].column == "threshold"
    assert [r.facet for r in figure.references] == [None, "1", "2"]
    assert len(found.figure().axes) >= 2


def raised(problem: type[FindingError], frame: pd.DataFrame, **options: Any) -> FindingError:
    given = {"outcome": "y", "treatment": "x1", "threshold_variable": "q", "controls": ("x2", "z"), "draws": 0, **KEYS} | options
    with pytest.raises(problem) as caught:
        regio.threshold(frame, **given)
    assert all(re.search("[\u4e00-\u9fff]", f.text("zh")) and f.cure is not None for f in caught.value.findings)
    return caught.value


BAD: list[tuple[str, type[FindingError], Any, dict[str, Any], tuple[str, str]]] = [
    ("threshold.constant", EstimationError, lambda f: f.assign(q=2.0), {}, ("same value", "取值相同")),
    ("threshold.no_candidates", EstimationError, lambda f: f.assign(q=(f.index == 0) * 1.0), {}, ("2 distinct values", "2 个不同取值")),
    ("threshold.no_candidates", EstimationError, lambda f: f[f["region"] < "r04"], {}, ("5 regions", "5 个地区")),
    ("threshold.empty_regime", ArgumentError, lambda f: f, {"thresholds": (99.0,)}, ("regime 2 has no rows", "第 2 个区间没有观测")),
    ("threshold.empty_regime", ArgumentError, lambda f: f, {"thresholds": (1.0, 1.0)}, ("has no rows", "没有观测")),
    ("threshold.none_given", ArgumentError, lambda f: f, {"thresholds": ()}, ("empty", "为空")),
    ("threshold.trim", ArgumentError, lambda f: f, {"trim": 0.5}, ("below 0.5", "小于 0.5")),
    ("threshold.grid", ArgumentError, lambda f: f, {"grid": 1}, ("at least 2", "至少需要 2")),
    ("threshold.no_stage", ArgumentError, lambda f: f, {"max_thresholds": 0}, ("nothing would be searched", "没有要搜索")),
    ("threshold.no_treatment", ArgumentError, lambda f: f, {"treatment": ()}, ("No column is named", "没有指定")),
    ("threshold.outcome_splits", ArgumentError, lambda f: f, {"threshold_variable": "y"}, ("also the threshold variable", "又是门槛变量")),
    ("threshold.needs_balanced", EstimationError, lambda f: f, {"convention": "xthreg"}, ("every region has every period", "平衡面板")),
    ("threshold.hansen_errors", ArgumentError, lambda f: f, {"convention": "hansen1999", "errors": "hc3"}, ("hc0", "hc0")),
    ("regress.no_rows", EstimationError, lambda f: f.assign(q=np.nan), {}, ("No row", "没有一行")),
    ("regress.infinite", EstimationError, lambda f: f.assign(q=np.inf), {}, ("infinite", "无穷大")),
    ("regress.twice", ArgumentError, lambda f: f, {"controls": ("x1",)}, ("Given twice", "重复")),
    ("regress.outcome_is_regressor", ArgumentError, lambda f: f, {"controls": ("y",)}, ("also a regressor", "又是解释变量")),
    ("regress.no_within_variation", EstimationError, lambda f: f.assign(z=f["region"].str[1:].astype(float)), {}, ("does not vary", "没有变化")),
    ("regress.collinear", EstimationError, lambda f: f.assign(z=2 * f["x2"]), {}, ("combination", "线性表出")),
    ("regress.outcome_constant", EstimationError, lambda f: f.assign(y=1.0), {}, ("does not vary", "没有变化")),
    ("regress.bad_weights", EstimationError, lambda f: f.assign(weight=-1.0), {"sample_weights": "weight"}, ("negative", "负")),
]


@pytest.mark.parametrize(("code", "problem", "change", "options", "said"), BAD, ids=[f"{i}-{row[0]}" for i, row in enumerate(BAD)])
def test_bad_input(code: str, problem: type[FindingError], change: Any, options: dict[str, Any], said: tuple[str, str]) -> None:
    caught = raised(problem, change(tied_panel(15)), **options)
    assert code in [f.code for f in caught.findings]
    assert (said[0] in caught.text("en"), said[1] in caught.text("zh")) == (True, True)


def test_duplicate_keys_are_refused() -> None:
    frame = tied_panel(16)
    with pytest.raises(DataError) as caught:
        regio.threshold(pd.concat([frame, frame.iloc[:1]]), "y", "x1", "q", draws=0, **KEYS)
    assert [f.code for f in caught.value.findings] == ["panel.duplicate_keys"]


def test_hansens_program_resamples_regions_only() -> None:
    caught = raised(ArgumentError, tied_panel(17, drop=0.0), convention="hansen1999", errors="hc0", draws=99, scheme="iid")
    assert [f.code for f in caught.findings] == ["threshold.hansen_scheme"]


def test_empty_cells_are_left_out_and_counted() -> None:
    frame = tied_panel(18)
    frame.loc[[0, 5], "q"] = np.nan
    found = regio.threshold(frame, "y", "x1", "q", draws=0, **KEYS)
    assert found.provenance.rows_left_out == 2
    assert next(f for f in found.findings if f.code == "regress.rows_left_out").values["rows"] == 2


def test_fewer_thresholds_than_asked_for_is_said() -> None:
    found = regio.threshold(tied_panel(19), "y", "x1", "q", trim=0.3, max_thresholds=5, draws=0, **KEYS)
    assert len(found.ssr) - 1 < 5
    assert next(f for f in found.findings if f.code == "threshold.no_room").values["wanted"] == 5
