"""The score of agglomeration: known answer, the share-based alternative, scopes, real firms, a study of firms and provinces, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import activity_tables as known
import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.study.execute import execute

EXACT = known.EXACT
MEASURES = ["location_quotient", "concentration_ratio", "herfindahl"]


def scored(**options: Any) -> Any:
    return regio.agglomeration(known.nev(), "total_assets", **({"industry": "is_nev", "top": 1} | options))


def test_e07(reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e07_agglomeration.json").read_text())["expected"]["entropy_composite_of_LQ_CR1_H_over_provinces_with_firms"]
    result = scored()
    np.testing.assert_allclose(result.weights["weight"], expected["weights"], atol=EXACT)
    np.testing.assert_allclose(result.scores["score"].iloc[:4], expected["score"], atol=EXACT)
    assert np.isnan(result.scores["score"].iloc[4])


def test_entropy_weights_of_the_measures_are_those_of_the_method() -> None:
    result = scored()
    table = result.scores.dropna()[["region", *MEASURES]]
    other = regio.entropy_weights(table, indicators=MEASURES, region="region")
    np.testing.assert_allclose(result.weights["weight"], other.weights["weight"], atol=EXACT)
    np.testing.assert_allclose(result.scores["score"].iloc[:4], other.scores["score"], atol=EXACT)


def test_a_one_firm_province_comes_first_and_the_result_says_so() -> None:
    result = scored()
    best = result.scores.set_index("region")["score"].idxmax()
    assert best == "Cen"
    found = {f.code: f for f in result.findings}
    assert {"activity.one_firm", "activity.no_firm", "agglomeration.few_firms_first"} == set(found)
    assert "Cen" in found["activity.one_firm"].text("en")
    assert "however small the firm" in found["activity.one_firm"].text("en")
    assert "企业越少的地区得分越高" in found["agglomeration.few_firms_first"].text("zh")


def test_shares_of_the_nation_put_the_large_province_first() -> None:
    result = scored(denominator="nation")
    order = result.scores.dropna().sort_values("score", ascending=False)["region"].tolist()
    assert order[0] == "Bei"
    assert order[-1] == "Cen"
    assert {f.code for f in result.findings} == {"activity.no_firm"}


def test_without_a_firm_a_region_is_missing_or_zero() -> None:
    zero = scored(no_firm="zero")
    assert zero.scores["score"].iloc[4] == 0.0
    assert zero.scores["herfindahl"].isna().iloc[4]
    assert zero.scores["score"].notna().all()


def test_a_ratio_that_is_constant_has_no_weight() -> None:
    result = scored(top=4)
    assert result.weights["weight"].loc["concentration_ratio"] == 0.0
    (finding,) = [f for f in result.findings if f.code == "agglomeration.constant"]
    assert finding.values["measures"] == ("concentration_ratio",)


def firms() -> regio.Panel:
    return regio.Panel(known.firms(n=150), region="place", period="year", unit="firm")


@pytest.mark.parametrize("scope", ["pooled", "by_period", "pooled_scale"])
def test_scopes_are_those_of_entropy_weights(scope: Any) -> None:
    result = regio.agglomeration(firms(), "assets", industry="nev", scope=scope)
    table = result.scores[["region", "period", *MEASURES]]
    assert table.notna().all(axis=None)
    other = regio.entropy_weights(table, indicators=MEASURES, scope=scope, region="region", period="period")
    np.testing.assert_allclose(result.weights["weight"].to_numpy(), other.weights["weight"].to_numpy(), atol=1e-10)
    np.testing.assert_allclose(result.scores["score"], other.scores["score"], atol=1e-10)


def test_names_with_members_are_marks() -> None:
    marked = regio.agglomeration(firms(), "assets", industry="nev")
    named = regio.agglomeration(firms(), "assets", industry="trade", members="cars")
    pd.testing.assert_frame_equal(marked.scores, named.scores)


def test_listed_automobile_firms(reference: Path) -> None:
    """Shanghai and Hainan: one has the largest maker, the other one firm alone; the usual shares put Hainan ahead."""
    folder = reference / "nev"
    firms = pd.read_csv(folder / "listed_auto_firms_financials_2006_2022.csv").merge(
        pd.read_csv(folder / "listed_auto_firms.csv")[["code", "mentions_new_energy_vehicle"]], on="code"
    )
    panel = regio.Panel(firms.query("year == 2021").dropna(subset=["province"]), region="province", period="year", unit="code")
    usual, shares = (regio.agglomeration(panel, "total_assets", industry="mentions_new_energy_vehicle", denominator=d) for d in ("region", "nation"))
    by = {name: r.scores.set_index("region") for name, r in (("usual", usual), ("shares", shares))}
    assert by["usual"].loc["海南", "n_firms"] == 1
    assert by["usual"].loc["海南", "score"] > by["usual"].loc["广东", "score"]
    assert by["shares"].loc["海南", "score"] < by["shares"].loc["广东", "score"]
    assert by["shares"]["score"].idxmax() == "上海"


STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "provinces"
from = "provinces.csv"
region = "province"
period = "year"
[[source]]
name = "firms"
from = "firms.csv"
region = "place"
period = "year"
unit = "firm"
[[step]]
name = "coordination"
kind = "coupling"
systems = ["cluster", "productivity"]
groups = "side"
[[step]]
name = "cluster"
kind = "agglomeration"
on = "firms"
value = "assets"
industry = "nev"
[[step]]
name = "lq"
kind = "location_quotient"
on = "firms"
value = "assets"
industry = "nev"
[[step]]
name = "virtual"
kind = "virtual_agglomeration"
quotient = "lq"
ports = "ports"
"""


def test_a_study_takes_a_step_on_firms_into_a_table_of_provinces(tmp_path: Path) -> None:
    table = known.firms(n=150)
    table.to_csv(tmp_path / "firms.csv", index=False)
    rng = np.random.default_rng(2)
    provinces = table[["place", "year"]].drop_duplicates().sort_values(["place", "year"]).rename(columns={"place": "province"})
    provinces = provinces.assign(productivity=rng.uniform(0.2, 0.8, len(provinces)), ports=rng.uniform(1, 9, len(provinces)))
    provinces["side"] = np.where(provinces["province"] < "p3", "left", "right")
    provinces.to_csv(tmp_path / "provinces.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    run = execute(tmp_path / "study.toml")
    assert not run.failed
    scores: Any = run["coordination"]
    cluster: Any = run["cluster"]
    u = cluster.scores.set_index(["region", "period"])["score"].reindex(pd.MultiIndex.from_frame(scores.scores[["region", "period"]])).to_numpy()
    v = provinces["productivity"].to_numpy()
    np.testing.assert_allclose(scores.scores["D"], np.sqrt(np.sqrt(u * v)), atol=1e-12)  # √(C T) of two systems is the fourth root of their product
    assert scores.means["group"].unique().tolist() == ["all", "left", "right"]
    virtual: Any = run["virtual"]
    assert virtual.scores["virtual_agglomeration"].notna().all()


@pytest.mark.parametrize(
    ("options", "kind", "code", "said"),
    [
        ({"industry": "firm"}, ArgumentError, "agglomeration.which_industry", ("members", "members")),
        ({"scope": "by_period"}, ArgumentError, "contract.no_period", ('scope = "by_period"', "时期")),
    ],
)
def test_bad_input(options: dict[str, Any], kind: type[FindingError], code: str, said: tuple[str, str]) -> None:
    with pytest.raises(kind) as caught:
        scored(**options)
    assert [f.code for f in caught.value.findings] == [code]
    assert said[0] in caught.value.text("en")
    assert said[1] in caught.value.text("zh")


def test_one_region_with_a_firm_and_regions_that_do_not_differ() -> None:
    one = known.E07.assign(is_nev=(known.E07["firm"] == "F01").astype(int))
    with pytest.raises(EstimationError) as caught:
        regio.agglomeration(regio.Panel(one, region="province", unit="firm"), "total_assets", industry="is_nev")
    assert [f.code for f in caught.value.findings] == ["agglomeration.one_region"]
    same = pd.DataFrame({"firm": range(4), "place": ["a", "a", "b", "b"], "nev": [1, 0, 1, 0], "x": 1.0})
    with pytest.raises(EstimationError) as caught:
        regio.agglomeration(regio.Panel(same, region="place", unit="firm"), "x", industry="nev")
    assert [f.code for f in caught.value.findings] == ["agglomeration.all_constant"]
    assert "均无变化" in caught.value.text("zh")
