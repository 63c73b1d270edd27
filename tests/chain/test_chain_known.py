"""Known answers: the toy chain E20, the table E14, world batteries, makers of cars counted in two ways."""

from __future__ import annotations

import csv
import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import regio.chain
from regio.chain import Chain

EXACT = 1e-9  # the reference file is printed to full precision


@cache
def known(folder: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((folder / "indices" / f"{name}.json").read_text(encoding="utf-8")))["expected"]  # type: ignore[no-any-return]


@cache
def toy(folder: Path) -> Chain:
    tables = {name: pd.read_csv(folder / "indices" / f"e20_{name}.csv") for name in ("segments", "edges", "presence")}
    return regio.chain.read(tables)


def test_e20_completeness(reference: Path) -> None:
    expected = known(reference, "e20_chain")
    found = regio.chain.completeness(toy(reference), unknown="absent")
    for row in found.scores.to_dict("records"):
        cluster = expected["clusters"][row["place"]]
        assert cluster["node_completeness"] == pytest.approx(row["nodes_low"], abs=EXACT)
        assert cluster["link_completeness"] == pytest.approx(row["links_low"], abs=EXACT)
        assert cluster["cost_weighted_link_completeness"] == pytest.approx(row["weighted_links_low"], abs=EXACT)
        assert cluster["balanced(geometric mean of stages)"] == pytest.approx(row["balanced_low"], abs=EXACT)
        assert cluster["by_stage"] == pytest.approx({s: row[f"stage.{s}_low"] for s in ("up", "mid", "down")}, abs=EXACT)
        assert cluster["missing"] == row["missing"].split("; ")
    assert expected["segment_cluster_coverage"] == dict(zip(found.coverage["segment"], found.coverage["places"], strict=True))


def test_what_is_not_known_is_an_interval(reference: Path) -> None:
    low = regio.chain.completeness(toy(reference), unknown="absent").scores.set_index("place")
    both = regio.chain.completeness(toy(reference)).scores.set_index("place")
    assert low["nodes_low"].tolist() == both["nodes_low"].tolist()
    assert (both["nodes_high"] == 1).all()  # nothing is known to be absent
    assert (both["unknown"] == 9 - both["present"]).all()


def test_e20_autonomy(reference: Path) -> None:
    expected = known(reference, "e20_chain")
    found = regio.chain.autonomy(toy(reference), "vehicle", unknown="absent")
    content = dict(zip(found.foreign["segment"], found.foreign["foreign_low"], strict=True))
    assert {s: v for s, v in expected["foreign_content"].items() if s in content} == pytest.approx(content, abs=EXACT)
    assert expected["autonomy_vehicle"] == pytest.approx(found.summary["autonomy_low"], abs=EXACT)
    assert expected["weakest_link(1-max import share over inputs reaching vehicle)"] == pytest.approx(found.summary["weakest_link_low"], abs=EXACT)
    gains = dict(zip(found.foreign["segment"], found.foreign["gain_low"], strict=True))
    drops = expected["drop_in_vehicle_foreign_content_if_import_share_of_segment_halved"]
    assert {s: drops[s] for s in gains} == pytest.approx(gains, abs=EXACT)
    assert (found.weakest, found.largest_gain) == ("bms_chip", "lithium")
    assert regio.chain.autonomy(toy(reference), "charging").summary["foreign_low"] == pytest.approx(expected["foreign_content"]["charging"], abs=EXACT)


def test_e20_criticality_and_every_path_listed(reference: Path) -> None:
    expected = known(reference, "e20_chain")
    found = regio.chain.criticality(toy(reference), "vehicle")
    assert expected["number_of_source_to_vehicle_paths"] == found.paths
    assert expected["path_criticality"] == pytest.approx(dict(zip(found.segments["segment"], found.segments["criticality"], strict=True)), abs=EXACT)
    graph = regio.chain.graph(toy(reference))
    sources = [n for n in graph if graph.in_degree(n) == 0]
    paths = [p for s in sources for p in nx.all_simple_paths(graph, s, "vehicle")]
    assert len(paths) == found.paths


def test_e20_concentration(reference: Path) -> None:
    expected = known(reference, "e20_chain")
    every = pd.DataFrame({"market": "all", "firm": [f"f{i}" for i in range(19)], "share": expected["battery_shares"]})
    six = every.head(6).assign(market="six")
    made = regio.chain.read({"segments": pd.DataFrame({"segment": ["x"]}), "shares": pd.concat([every, six])})
    for n, name in ((1, "CR1"), (2, "CR2"), (4, "CR4"), (6, "CR6")):
        scores = regio.chain.concentration(made, top=n).scores.set_index("market")
        assert expected["battery_CR"][name] == pytest.approx(scores.loc["all", "ratio_low"], abs=EXACT)
    assert expected["battery_HHI"] == pytest.approx(scores.loc["all", "herfindahl_high"], abs=EXACT)
    bounds = expected["HHI_bounds_if_only_top6_known_rest_26_percent_each_at_most_3_percent"]
    assert bounds == pytest.approx(scores.loc["six", ["herfindahl_low", "herfindahl_high"]].tolist(), abs=EXACT)


def test_world_batteries_of_the_published_top_ten() -> None:
    row = regio.chain.concentration(regio.chain.read("new-energy-vehicles")).scores.iloc[0]
    assert row["ratio_low"] == pytest.approx(0.726, abs=1e-9)  # SNE Research 2023: 36.8 + 15.8 + 13.6 + 6.4
    assert row["points_low"] == pytest.approx(1910.36, abs=1e-6)
    assert row["points_high"] == pytest.approx(1910.36 + 4 * 1.5**2 + 1.0**2, abs=1e-6)  # 7 percent left: four firms of 1.5 and one of 1
    assert round(1910.36 + 7.0 * 1.5) == 1921  # the coarser bound, rest times the least known share, which others print


def e14(reference: Path) -> Chain:
    wide = pd.read_csv(reference / "indices" / "e14_output.csv").set_index("region")
    long = wide.stack().rename("output").reset_index().set_axis(["region", "segment", "output"], axis=1).assign(firm=lambda f: f["region"] + f["segment"])
    return regio.chain.read({"segments": pd.DataFrame({"segment": list(wide.columns)}), "firms": long[long["output"] > 0]})


def test_e14_complexity(reference: Path) -> None:
    expected = known(reference, "e14_complexity")
    found = regio.chain.complexity(e14(reference), value="output")
    one = regio.chain.complexity(e14(reference), value="output", diagonal="one")
    pairs = {
        "RCA": found.quotients,
        "diversity": found.scores["diversity"],
        "ubiquity": found.segments["ubiquity"],
        "eigenvalues_of_Mcc_desc": found.eigenvalues,
        "ECI_population_sd": found.scores["complexity"],
        "ECI_sample_sd": found.scores["complexity_sample"],
        "PCI_standardised_on_itself_population_sd": found.segments["complexity"],
        "PCI_in_ECI_units(ECI of a region = mean PCI of its products)": found.segments["complexity_regional"],
        "mean_ECI_of_regions_holding_product": found.segments["mean_of_holders"],
        "proximity_diagonal_0": found.proximity,
        "density_diagonal_0": found.density,
        "density_diagonal_1": one.density,
    }
    for name, mine in pairs.items():
        np.testing.assert_allclose(np.asarray(mine, float), expected[name], atol=EXACT, err_msg=name)


def test_complexity_agrees_with_econcomplex() -> None:
    peer = pytest.importorskip("econcomplex")
    chain = regio.chain.read("wind-power")
    found = regio.chain.complexity(chain, value="total_assets")
    last = chain.firms[chain.firms["period"] == 2023]
    wide = last.pivot_table(index="region", columns="segment", values="total_assets", aggfunc="sum", fill_value=0.0)
    quotients = found.quotients.loc[wide.index, wide.columns]
    np.testing.assert_allclose(quotients, peer.location_quotient(wide), atol=EXACT)
    regions, segments = peer.eci_pci(wide)
    for theirs, mine, key in ((regions, found.scores, "region"), (segments, found.segments, "segment")):
        ours = mine.set_index(key)["complexity"].loc[theirs.index]
        scaled = (theirs - theirs.mean()) / theirs.std(ddof=0)  # theirs divide by n − 1
        np.testing.assert_allclose(ours, scaled, atol=1e-8)


def test_the_largest_side_does_not_matter() -> None:
    """Eigenvectors by the smaller of the two sides: the same table turned round gives the same eigenvalues."""
    from regio.chain.places._complexity import second_vector

    held = (np.random.default_rng(3).random((9, 5)) < 0.5).astype(float)
    held[:, 0] = 1
    wide, tall = second_vector(held)[1], second_vector(held.T)[1]
    np.testing.assert_allclose(wide[:5], tall[:5], atol=1e-12)


def test_concentration_of_makers_two_ways(reference: Path) -> None:
    """CR4 and Herfindahl index of makers of new energy cars in 2021: by the chain, and by bare sums over the file's rows."""
    totals: dict[str, float] = {}
    with (reference / "nev" / "model_monthly_production_sales_2015_2022.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["month"].startswith("2021") and row["stat"] == "sales" and row["powertrain_tag"] in ("BEV", "PHEV", "EV", "EREV", "REEV") and row["units"]:
                totals[row["manufacturer"]] = totals.get(row["manufacturer"], 0.0) + float(row["units"])
    totals = {name: units for name, units in totals.items() if units > 0}
    firms = pd.DataFrame({"firm": list(totals), "region": "all", "segment": "car", "units": list(totals.values())})
    found = regio.chain.concentration(regio.chain.read({"segments": pd.DataFrame({"segment": ["car"]}), "firms": firms})).scores.iloc[0]
    shares = sorted((v / sum(totals.values()) for v in totals.values()), reverse=True)
    assert sum(shares[:4]) == pytest.approx(found["ratio_low"], abs=1e-12)
    assert sum(s * s for s in shares) == pytest.approx(found["herfindahl_low"], abs=1e-12)
    assert (round(found["ratio_low"], 2), round(found["herfindahl_low"], 3)) == (0.52, 0.089)  # as the data's own notes say


def test_concentration_of_listed_firms_two_ways(reference: Path) -> None:
    """Firms by total assets in each province: Herfindahl index of the scoreboard against ``regio.herfindahl``."""
    table = pd.read_csv(reference / "nev" / "listed_auto_firms_financials_2006_2022.csv")
    table = table[table["year"].isin((2020, 2021)) & table["province"].notna() & table["total_assets"].notna()]
    firms = table.rename(columns={"code": "firm", "sw2021_l2": "segment"})[["firm", "province", "segment", "year", "total_assets"]]
    made = regio.chain.read({"segments": pd.DataFrame({"segment": firms["segment"].unique()}), "firms": firms})
    board = regio.chain.scoreboard(made, draws=20).scores
    panel = regio.Panel(firms, region="province", period="year", unit="firm")
    peer = regio.herfindahl(panel, "total_assets").scores
    codes = regio.regions.resolve(peer["region"], "china_provinces").codes
    mine = board.set_index(["region", "period"])["herfindahl"]
    theirs = pd.Series(peer["herfindahl"].to_numpy(), index=pd.MultiIndex.from_arrays([codes, peer["period"]]))
    np.testing.assert_allclose(mine.loc[theirs.index], theirs, atol=1e-12)


def test_every_row_of_the_raw_facts_is_mapped_or_listed(reference: Path) -> None:
    with (reference / "nev_chain" / "facts.csv").open(encoding="utf-8") as file:
        raw = {row["id"]: row for row in csv.DictReader(file)}
    chain = regio.chain.read("new-energy-vehicles")
    mapping = chain.tables["mapping"]
    assert set(raw) == set(mapping["raw"])
    assert (mapping.loc[mapping["id"] == "", "reason"] != "").all()
    facts = chain.facts.set_index("id")
    for row in mapping[mapping["id"] != ""].to_dict("records"):
        theirs, mine = raw[row["raw"]], facts.loc[row["id"]]
        if theirs["kind"] in ("number", "range", "outlook", "target"):
            assert mine["value"] == theirs["value"] or mine["low"] == float(theirs["value"].split("-")[0]) or mine["year"] == float(theirs["value"]), row
    assert len(regio.chain.facts(chain).unmapped) == int((mapping["id"] == "").sum())


def test_paths_counted_against_paths_listed_on_random_chains() -> None:
    rng = np.random.default_rng(5)
    for n in (4, 7, 9):
        names = [f"s{i}" for i in range(n)]
        edges = pd.DataFrame([(names[i], names[j]) for i, j in product(range(n), range(n)) if i < j and rng.random() < 0.5], columns=["from", "to"])
        made = regio.chain.read({"segments": pd.DataFrame({"segment": names, "import_share": rng.random(n)}), "edges": edges.assign(cost_share=0.9 / n)})
        found = regio.chain.criticality(made, names[-1])
        graph = regio.chain.graph(made)
        listed = [p for s in names if graph.in_degree(s) == 0 and s != names[-1] for p in nx.all_simple_paths(graph, s, names[-1])]
        through = {s: sum(s in p for p in listed) / len(listed) for s in names[:-1]} if listed else {}
        if listed:
            assert through == pytest.approx(dict(zip(found.segments["segment"], found.segments["criticality"], strict=True)), abs=EXACT)
        mine = regio.chain.autonomy(made, names[-1])
        for segment, gain in mine.foreign[["segment", "gain_low"]].itertuples(index=False, name=None):
            halved = made.segments.assign(
                import_share=made.segments["import_share"].where(made.segments["segment"] != segment, made.segments["import_share"] / 2)
            )
            again = regio.chain.autonomy(regio.chain.read({"segments": halved, "edges": made.edges}), names[-1])
            assert mine.summary["foreign_low"] - again.summary["foreign_low"] == pytest.approx(gain, abs=EXACT)
