"""Location quotients: known answers, plain loops, a peer, properties, intervals, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import activity_tables as known
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError

EXACT = known.EXACT


def quotient(table: pd.DataFrame, value: Any, **options: Any) -> Any:
    return regio.location_quotient(table, value, region="region", **options)


def test_quotients_of_e07() -> None:
    result = regio.location_quotient(known.nev(), "total_assets", industry="is_nev")
    assert result.scores["region"].tolist() == known.PROVINCES
    np.testing.assert_allclose(result.scores["estimate"], known.E07_LQ, rtol=0, atol=EXACT)
    assert result.scores["value"].tolist() == [500.0, 1800.0, 50.0, 500.0, 0.0]
    assert result.scores["total"].tolist() == [2000.0, 7500.0, 500.0, 10000.0, 1000.0]
    assert result.scores["n_firms"].tolist() == [2, 3, 1, 2, 0]
    np.testing.assert_allclose(result.scores["share"].iloc[:4], [0.17543859649122806, 0.631578947368421, 0.017543859649122806, 0.17543859649122806], atol=EXACT)


def test_numbers_of_the_reference_files(reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e07_agglomeration.json").read_text())["expected"]["LQ"]
    firms = pd.read_csv(reference / "indices" / "e07_firms.csv")
    scores = regio.location_quotient(regio.Panel(firms, region="province", unit="firm"), "total_assets", industry="is_nev").scores
    assert expected == pytest.approx(dict(zip(scores["region"], scores["estimate"], strict=True)), abs=EXACT)
    expected = json.loads((reference / "indices" / "e08_specialisation.json").read_text())["expected"]["LQ"]
    table = pd.read_csv(reference / "indices" / "e08_employment.csv")
    found = quotient(table, known.INDUSTRIES).scores["estimate"].to_numpy().reshape(4, 5)
    np.testing.assert_allclose(found, expected, atol=EXACT)


def test_four_layouts_of_one_table_agree() -> None:
    wide = known.E08
    long = wide.melt("region", var_name="trade", value_name="jobs").assign(firm=lambda t: np.arange(len(t)))
    marked = long.assign(first=(long["trade"] == "i1").astype(int))
    total = wide.assign(all=wide[list(known.INDUSTRIES)].sum(axis=1))
    panel = regio.Panel(marked, region="region", unit="firm")
    expected = quotient(wide, known.INDUSTRIES).scores.query("industry == 'i1'")["estimate"].tolist()
    for scores in (
        regio.location_quotient(panel, "jobs", industry="trade").scores.query("industry == 'i1'"),
        regio.location_quotient(panel, "jobs", industry="first").scores,
        regio.location_quotient(panel, "jobs", industry="trade", members="i1").scores,
        quotient(total, "i1", total="all").scores,
    ):
        assert expected == pytest.approx(scores["estimate"].tolist(), abs=EXACT)


def test_plain_loops_agree_in_every_period() -> None:
    table = known.firms()
    scores = regio.location_quotient(regio.Panel(table, region="place", period="year", unit="firm"), "assets", industry="trade").scores
    for row in scores.itertuples():
        year = table[table["year"] == row.period]
        here, mine = year[year["place"] == row.region], year[year["trade"] == row.industry]
        expected = here.loc[here["trade"] == row.industry, "assets"].sum() / here["assets"].sum() / (mine["assets"].sum() / year["assets"].sum())
        assert expected == pytest.approx(row.estimate, rel=1e-12)
    assert len(scores) == 3 * len(table[["place", "year"]].drop_duplicates())


def test_econcomplex_agrees() -> None:
    peer = pytest.importorskip("econcomplex")
    expected = peer.location_quotient(known.E08.set_index("region"))
    found = quotient(known.E08, known.INDUSTRIES).scores.pivot(index="region", columns="industry", values="estimate")
    np.testing.assert_allclose(found[list(known.INDUSTRIES)], expected, atol=EXACT)


@settings(max_examples=12)
@given(st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 100)), min_size=2, max_size=8), st.floats(1e-3, 1e6))
def test_the_mean_weighted_by_totals_is_one_and_the_unit_does_not_matter(rows: list[tuple[float, float]], unit: float) -> None:
    table = pd.DataFrame(rows, columns=["part", "rest"]).assign(region=lambda t: [f"r{i}" for i in range(len(t))])
    table["all"] = table["part"] + table["rest"]
    scores = quotient(table, "part", total="all").scores
    assert float((scores["estimate"] * scores["total"]).sum() / scores["total"].sum()) == pytest.approx(1.0, rel=1e-9)
    again = quotient(table.assign(part=table["part"] * unit, all=table["all"] * unit), "part", total="all").scores
    np.testing.assert_allclose(scores["estimate"], again["estimate"], rtol=1e-6)


def test_standardised_is_over_the_regions_of_a_period() -> None:
    scores = regio.location_quotient(known.nev(), "total_assets", industry="is_nev").scores
    expected = (scores["estimate"] - scores["estimate"].mean()) / scores["estimate"].std(ddof=1)
    np.testing.assert_allclose(scores["standardised"], expected, atol=EXACT)


def panel() -> regio.Panel:
    return regio.Panel(known.firms(n=120, regions=4), region="place", period="year", unit="firm")


@pytest.mark.parametrize("scheme", ["poisson", "iid", "stratified"])
def test_intervals_hold_the_estimate_and_do_not_depend_on_workers(scheme: Any) -> None:
    one = regio.location_quotient(panel(), "assets", industry="nev", draws=200, scheme=scheme, seed=5)
    inside = (one.scores["conf_low"] <= one.scores["estimate"]) & (one.scores["estimate"] <= one.scores["conf_high"])
    assert inside.all()
    assert (one.scores["std_error"] > 0).all()
    assert one.scores["p_value"].between(2 / 201, 1).all()
    other = regio.location_quotient(panel(), "assets", industry="nev", draws=200, scheme=scheme, seed=6)
    assert not np.allclose(one.scores["conf_low"], other.scores["conf_low"])


def test_workers_give_the_same_bits() -> None:
    one, two = (regio.location_quotient(known.nev(), "total_assets", industry="is_nev", draws=1100, seed=1, engine=e) for e in (None, Processes(2)))
    assert one.to_dict() == two.to_dict()


def test_poisson_draws_are_those_of_a_loop() -> None:
    from regio.compute.engine import generator

    table = known.firms(n=40, regions=3, periods=2)
    result = regio.location_quotient(regio.Panel(table, region="place", period="year", unit="firm"), "assets", industry="nev", draws=30, seed=9)
    rng = generator((0, 30, 9))
    order = list(dict.fromkeys(table["firm"]))
    found = []
    for _ in range(30):
        weight = table["firm"].map(dict(zip(order, rng.poisson(1.0, len(order)), strict=True))) * table["assets"]
        drawn = table.assign(all=weight, part=weight * table["nev"]).groupby(["place", "year"])[["part", "all"]].sum()
        nation = drawn.groupby("year").sum()
        with np.errstate(invalid="ignore"):
            found.append((drawn["part"] / drawn["all"]) / (nation["part"] / nation["all"]).reindex(drawn.index, level="year"))
    draws = pd.concat(found, axis=1)
    keys = pd.MultiIndex.from_frame(result.scores[["region", "period"]])
    np.testing.assert_allclose(result.scores["conf_low"], draws.quantile(0.025, axis=1).reindex(keys), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.scores["std_error"], draws.std(axis=1).reindex(keys), rtol=1e-9)


def test_poisson_errors_are_those_of_the_delta_method() -> None:
    """With many firms the SD of draws is that of a ratio: √Σ x² d² with d the derivative of the quotient by a firm's weight."""
    rng = np.random.default_rng(0)
    n = 3000
    table = pd.DataFrame(
        {"firm": np.arange(n), "place": np.where(rng.random(n) < 0.3, "a", "b"), "nev": (rng.random(n) < 0.4).astype(int), "x": rng.uniform(1, 2, n)}
    )
    result = regio.location_quotient(regio.Panel(table, region="place", unit="firm"), "x", industry="nev", draws=1500)
    row = result.scores.set_index("region").loc["a"]
    x, here, mine = table["x"].to_numpy(), (table["place"] == "a").to_numpy(), (table["nev"] == 1).to_numpy()
    slope = (here & mine) / (x[here & mine].sum()) - here / x[here].sum() - mine / x[mine].sum() + 1 / x.sum()
    expected = row["estimate"] * np.sqrt(((x * slope) ** 2).sum())
    assert expected == pytest.approx(row["std_error"], rel=0.08)  # four Monte Carlo errors of an SD from 1500 draws: 4/√3000


def test_a_region_without_anything_is_missing_and_said() -> None:
    table = pd.DataFrame({"region": ["a", "b"], "part": [1.0, 0.0], "all": [2.0, 0.0]})
    result = quotient(table, "part", total="all")
    assert result.scores["estimate"].isna().tolist() == [False, True]
    assert "location_quotient.undefined" in [f.code for f in result.findings]


def test_few_firms_and_no_other_industry_are_said() -> None:
    result = regio.location_quotient(known.nev(), "total_assets", industry="is_nev", draws=20)
    (few,) = [f for f in result.findings if f.code == "location_quotient.few_firms"]
    assert "Cen" in few.values["regions"]
    assert "企业不足 5 家" in few.text("zh")
    alone = regio.Panel(known.E07.assign(is_nev=1), region="province", unit="firm")
    assert [f.code for f in regio.location_quotient(alone, "total_assets", industry="is_nev").findings] == ["location_quotient.nothing_else"]


def test_a_missing_amount_is_left_out_and_named() -> None:
    table = known.E07.assign(total_assets=known.E07["total_assets"].where(known.E07["firm"] != "F02"))
    result = regio.location_quotient(regio.Panel(table, region="province", unit="firm"), "total_assets", industry="is_nev")
    assert result.scores["value"].iloc[0] == 400.0
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (13, 1)
    (finding,) = [f for f in result.findings if f.code == "activity.left_out"]
    assert "Anx F02" in finding.text("en")


def test_columns_stand_in_the_rows_of_the_table() -> None:
    result = regio.location_quotient(known.nev(), "total_assets", industry="is_nev")
    expected = dict(zip(known.PROVINCES, known.E07_LQ, strict=True))
    assert known.E07["province"].map(expected).tolist() == pytest.approx(result.columns()[""].tolist(), abs=EXACT)
    wide = quotient(known.E08, known.INDUSTRIES).columns()
    assert list(wide) == list(known.INDUSTRIES)
    assert wide["i3"].tolist() == pytest.approx([0.625, 0.25, 10 / 3, 0.375], abs=EXACT)
    long = known.E08.melt("region", var_name="trade", value_name="jobs").assign(firm=lambda t: np.arange(len(t)))
    named = regio.location_quotient(regio.Panel(long, region="region", unit="firm"), "jobs", industry="trade").columns()[""]
    assert named[long["trade"] == "i3"].tolist() == pytest.approx([0.625, 0.25, 10 / 3, 0.375], abs=EXACT)


@pytest.mark.parametrize(
    ("change", "options", "kind", "code", "said"),
    [
        ({}, {"value": "total_assets"}, ArgumentError, "activity.no_comparison", ("total_assets", "其他产业比较")),
        (
            {},
            {"value": "total_assets", "industry": "is_nev", "total": "total_assets"},
            ArgumentError,
            "activity.industry_or_total",
            ("only one of the two", "只能取其一"),
        ),
        ({}, {"value": ("total_assets", "is_nev"), "industry": "is_nev"}, ArgumentError, "activity.one_value", ("goes with one column", "只能与一列搭配")),
        ({}, {"value": ("total_assets", "total_assets")}, ArgumentError, "activity.twice", ("Given twice", "重复")),
        ({}, {"value": "total_assets", "industry": "is_nev", "members": "2"}, ArgumentError, "activity.unknown_member", ("“2”", "没有“2”")),
        ({}, {"value": ("total_assets", "is_nev"), "members": "a"}, ArgumentError, "activity.members_of_nothing", ("no industry column", "未给出 industry")),
        ({"is_nev": 0}, {"value": "total_assets", "industry": "is_nev"}, EstimationError, "activity.empty_industry", ("No row belongs", "没有属于该产业")),
        ({"is_nev": [None] + [1] * 13}, {"value": "total_assets", "industry": "is_nev"}, DataError, "activity.no_industry", ("1 rows: Anx F01", "1 行为空")),
        ({"total_assets": -1.0}, {"value": "total_assets", "industry": "is_nev"}, DataError, "activity.negative", ("negative in 14 rows", "14 行为负")),
        ({"total_assets": np.inf}, {"value": "total_assets", "industry": "is_nev"}, DataError, "activity.infinite", ("infinite in 14 rows", "无穷大")),
        ({"all": 60.0}, {"value": "total_assets", "total": "all"}, DataError, "activity.above_total", ("exceeds “all”", "大于“all”")),
    ],
)
def test_bad_input(change: dict[str, Any], options: dict[str, Any], kind: type[FindingError], code: str, said: tuple[str, str]) -> None:
    panel = regio.Panel(known.E07.assign(**change), region="province", unit="firm")
    with pytest.raises(kind) as caught:
        regio.location_quotient(panel, **options)
    assert [f.code for f in caught.value.findings] == [code]
    assert said[0] in caught.value.text("en")
    assert said[1] in caught.value.text("zh")


def test_draws_need_firms() -> None:
    with pytest.raises(ArgumentError) as caught:
        quotient(known.E08, known.INDUSTRIES, draws=10)
    assert [f.code for f in caught.value.findings] == ["activity.draws_need_firms"]
    assert 'unit = "…"' in caught.value.text("en")


def test_codes_of_industries_that_became_floats_are_whole() -> None:
    table = known.E07.assign(code=np.where(known.E07["is_nev"] == 1, 36.0, 52.0))
    scores = regio.location_quotient(regio.Panel(table, region="province", unit="firm"), "total_assets", industry="code", members="36").scores
    np.testing.assert_allclose(scores["estimate"], known.E07_LQ, atol=EXACT)
