"""Metrics by hand: reach, intervals of autonomy, shocks, circles, sites, policies, rules, checklists, flows, facts and their checks."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio.chain
from regio.chain import Chain
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError

CARS, WIND = "new-energy-vehicles", "wind-power"


def frame(head: str, *rows: str) -> pd.DataFrame:
    return pd.DataFrame([row.split("|") for row in rows], columns=head.split("|"))


def small(**more: pd.DataFrame) -> Chain:
    tables = {
        "segments": frame("segment|stage|import_share", "ore|up|0.6", "coke|up|", "steel|mid|0.1", "ship|down|0"),
        "edges": frame("from|to|cost_share", "ore|steel|0.5", "coke|steel|", "steel|ship|0.4"),
        "firms": frame("firm|region|segment|assets", "a|north|ore|6", "b|north|steel|2", "c|south|steel|2", "d|south|ship|5", "d|east|ship|1"),
    }
    return regio.chain.read(tables | more)


def refused(call: Any, code: str) -> FindingError:
    with pytest.raises(FindingError) as caught:
        call()
    assert code in [f.code for f in caught.value.findings]
    assert all(caught.value.text(language) for language in ("en", "zh"))
    return caught.value


def test_reach_by_hours_is_the_union_of_what_is_near() -> None:
    travel = frame("from|to|hours", "north|south|3.5", "south|east|5")
    alone = regio.chain.completeness(small(travel=travel), unknown="absent").scores.set_index("place")
    near = regio.chain.completeness(small(travel=travel), unknown="absent", hours=4).scores.set_index("place")
    assert alone["present"].to_dict() == {"north": 2, "south": 2, "east": 1}
    assert near["present"].to_dict() == {"north": 3, "south": 3, "east": 1}
    refused(lambda: regio.chain.completeness(small(), hours=4), "chain.table_needed")


def test_stated_absence_is_not_unknown() -> None:
    said = frame("place|segment|status", "east|ore|absent", "east|steel|absent", "east|coke|unknown")
    row = regio.chain.completeness(small(presence=said), "east").scores.iloc[0]
    assert (row["present"], row["unknown"], row["absent"]) == (1, 1, 2)
    assert (row["nodes_low"], row["nodes_high"]) == (0.25, 0.5)
    assert row["missing"] == "ore; steel"


def test_autonomy_bounds_hold_every_possible_value() -> None:
    """Import share of coke in [0, 1] and its cost share in [0, 0.5]: the interval is the range over a grid, and reached at its ends."""
    found = regio.chain.autonomy(small(), "ship").summary
    grid = [0.4 * (0.1 + 0.9 * (0.5 * 0.6 + share * m)) for share, m in itertools.product(np.linspace(0, 0.5, 6), np.linspace(0, 1, 6))]
    assert found["foreign_low"] == pytest.approx(min(grid), abs=1e-12)
    assert found["foreign_high"] == pytest.approx(max(grid), abs=1e-12)
    assert found["weakest_link_low"] == pytest.approx(0.0)
    assert found["weakest_link_high"] == pytest.approx(0.4)


def test_circles_are_named_where_a_metric_needs_none() -> None:
    round_ = small(edges=frame("from|to", "ore|steel", "steel|ship", "ship|steel"))
    for metric in (regio.chain.autonomy, regio.chain.criticality):
        problem = refused(lambda metric=metric: metric(round_), "chain.cycle")  # type: ignore[misc]
        assert "steel → ship → steel" in problem.text("en") or "ship → steel → ship" in problem.text("en")
    assert isinstance(problem, EstimationError)
    assert len(regio.chain.completeness(round_).scores) == 3  # completeness needs no order


def test_a_shock_reaches_what_is_downstream() -> None:
    found = regio.chain.shock(small(), "ship", scenario="no ore", stopped="ore")
    rows = found.losses.set_index("segment")
    assert rows["supply_low"].to_dict() == pytest.approx({"ore": 0.6, "steel": 0.3, "ship": 0.12})
    assert rows["supply_high"].to_dict() == pytest.approx({"ore": 0.6, "steel": 0.6, "ship": 0.6})
    assert set(rows["scenario"]) == {"no ore"}
    tariff = regio.chain.shock(small(), "ship", scenario="tariff", tariff=0.25, market_share=0.2, elasticity=2.0)
    assert tariff.demand == pytest.approx(0.2 * (1 - 1.25**-2))
    assert tariff.losses.set_index("segment").loc["steel", "value"] == pytest.approx(0.4 * tariff.demand)
    refused(lambda: regio.chain.shock(small(), scenario="nothing"), "chain.no_shock")
    refused(lambda: regio.chain.shock(small(), scenario=" ", stopped="ore"), "chain.scenario_name")
    refused(lambda: regio.chain.shock(small(), scenario="x", stopped="oar"), "chain.unknown_target")


def test_location_quotients_agree_with_the_method_on_a_panel() -> None:
    import regio

    firms = small().firms
    mine = regio.chain.specialisation(small(), value="assets").scores.set_index(["region", "segment"])["location_quotient"]
    panel = firms.assign(row=range(len(firms)))[["firm", "region", "segment", "assets"]]
    theirs = regio.location_quotient(
        regio.Panel(panel.assign(firm=panel["firm"] + panel["region"]), region="region", unit="firm"), "assets", industry="segment"
    ).scores
    theirs = theirs.set_index(["region", "industry"])["estimate"]
    np.testing.assert_allclose(mine, theirs.loc[mine.index], atol=1e-12)


def test_shares_above_one_and_no_amounts_are_refused() -> None:
    shares = frame("market|firm|share", "steel|a|0.7", "steel|b|0.6")
    refused(lambda: regio.chain.concentration(small(shares=shares)), "chain.shares_above_one")
    refused(lambda: regio.chain.concentration(small(firms=frame("firm|region|segment", "a|north|ore"))), "chain.no_amount")
    refused(lambda: regio.chain.specialisation(small(), value="asset"), "chain.unknown_value")
    refused(lambda: regio.chain.complexity(small(firms=frame("firm|region|segment", "a|north|ore", "b|south|steel"))), "chain.few_for_complexity")
    refused(lambda: regio.chain.completeness(small(), "nord"), "chain.no_place")


def test_candidates_are_segments_that_are_not_held_by_density() -> None:
    chain = regio.chain.read(WIND)
    found = regio.chain.diversification(chain, value="total_assets", top=2).candidates
    complexity = regio.chain.complexity(chain, value="total_assets")
    for row in found.to_dict("records"):
        assert complexity.quotients.loc[row["region"], row["segment"]] < 1
        assert complexity.density.loc[row["region"], row["segment"]] == pytest.approx(row["density"])
    first = found.groupby("region")["density"].agg(list)
    assert all(densities == sorted(densities, reverse=True) for densities in first)


def test_sites_by_hand() -> None:
    found = regio.chain.sites(regio.chain.read(CARS)).firms.set_index("firm")
    assert found.loc["CATL", "herfindahl"] == pytest.approx((24 / 124) ** 2 + (100 / 124) ** 2)
    assert found.loc["CATL", "lost"] == pytest.approx(100 / 124)
    assert found.loc["CATL", "abroad_capacity"] == 124
    assert found.loc["BYD", "known"] == 0
    refused(lambda: regio.chain.sites(small()), "chain.table_needed")


def test_policies_reach_firms_through_segments() -> None:
    policies = frame(
        "policy|instrument|jurisdiction|in_force|until|segments|firms|effect",
        "p|plan|X|2010|2012|steel||support",
        "q|tariff|Y|2015|||d|restrict",
        "r|law|Y||||x|neutral",
    )
    every = regio.chain.policy_exposure(small(policies=policies)).firms.set_index("firm")
    assert every["support"].to_dict() == {"a": 0, "b": 1, "c": 1, "d": 0}
    assert every["restrict"].to_dict() == {"a": 0, "b": 0, "c": 0, "d": 1}
    later = regio.chain.policy_exposure(small(policies=policies), at=2013)
    assert later.firms["support"].sum() == 0
    assert later.policies["active"].tolist() == ["absent", "absent", "unknown"]
    assert later.places.set_index("region")["restrict"].sum() == 0


def test_business_models_need_what_is_known() -> None:
    found = regio.chain.business_models(regio.chain.read(CARS)).firms.set_index("firm")
    assert found.loc["BYD", "model"] == "complete_chain"
    assert found.loc["Huawei", "model"] == ""
    assert "complete_chain" in found.loc["Huawei", "possible"]
    refused(lambda: regio.chain.business_models(small(links=frame("firm|link", "a|sales"))), "chain.no_rules")


def test_a_checklist_cell_that_is_known_needs_evidence(tmp_path: Any) -> None:
    for name, text in {
        "segments.csv": "segment\nore\n",
        "edges.csv": "from,to\n",
        "firms.csv": "firm,region,segment\na,north,ore\n",
        "digital.csv": "firm,item,status,evidence\na,robots,present,\na,robot,absent,seen\n",
        "chain.toml": '[[checklist]]\narea = "production"\nitems = ["robots"]\n',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    problem = refused(lambda: regio.chain.digital_maturity(regio.chain.read(tmp_path)), "chain.no_evidence")
    assert "chain.unknown_item" in [f.code for f in problem.findings]
    (tmp_path / "digital.csv").write_text("firm,item,status,evidence\na,robots,present,seen\n", encoding="utf-8")
    assert regio.chain.digital_maturity(regio.chain.read(tmp_path)).scores[["low", "high"]].iloc[0].tolist() == [1.0, 1.0]


def test_missing_links_between_layers() -> None:
    found = regio.chain.data_flows(regio.chain.read(CARS))
    pairs = found.layers.set_index(["from_layer", "to_layer"])
    assert bool(pairs.loc[("layer_user", "layer_road"), "none"])
    assert pairs.loc[("layer_road", "layer_vehicle"), ["absent", "unknown"]].tolist() == [1, 1]


def test_facts_are_found_by_other_names_and_marked() -> None:
    chain = regio.chain.read(CARS)
    assert regio.chain.facts(chain, "蜂巢能源").facts["subject"].tolist() == ["SVOLT Energy"]
    bare = regio.chain.facts(chain, unsourced=True).facts
    assert (bare["marks"].str.contains("no_source") | bare["marks"].str.contains("undated")).all()
    assert len(bare) == int((~(chain.facts["sourced"] & chain.facts["dated"])).sum())
    assert set(regio.chain.facts(chain, kinds="outlook").facts["scenario"] != "") == {True}
    assert isinstance(refused(lambda: regio.chain.facts(chain, kinds="outlok"), "chain.unknown_fact_kind"), ArgumentError)


def test_a_flagged_fact_is_never_drawn_and_its_reading_stands_beside() -> None:
    found = regio.chain.series(regio.chain.read(CARS), "China NEV sales", "volume", since=2016, until=2023)
    assert found.points["value"].tolist() == [0.507, 0.777, 1.256, 1.206, 1.367, 3.521, 6.887, 9.495]
    assert found.printed[["value", "reading"]].values.tolist() == [["0.3", "0.507"]]
    assert (found.points["source"] != "").all()
    refused(lambda: regio.chain.series(regio.chain.read(CARS), "China NEV sale", "volume"), "chain.no_subject")


def test_two_values_of_one_period_are_refused() -> None:
    facts = frame("id|subject|attribute|value|kind|unit|period", "1|steel|output|5|flow|t|2020", "2|steel|output|6|flow|t|2020")
    problem = refused(lambda: regio.chain.series(small(facts=facts), "steel", "output"), "chain.two_values")
    assert isinstance(problem, DataError)


def test_metrics_do_not_change_the_chain() -> None:
    chain = regio.chain.read(WIND)
    before = {name: getattr(chain, name).copy() for name in ("segments", "edges", "firms", "presence")}
    regio.chain.completeness(chain)
    regio.chain.autonomy(chain)
    regio.chain.scoreboard(chain, draws=10)
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, getattr(chain, name))
