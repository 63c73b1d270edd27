"""A user with another industry: three tables of tea, names in two languages, and what such a user gets wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import regio.chain
from regio.chain.base.model import Chain
from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.exhibits.draw import draw
from regio.exhibits.models import Exhibit
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, say

SEGMENTS = """segment,stage,chains,import_share,name_en,name_zh
garden,upstream,industry;innovation,0.02,Tea gardens,茶园
machine,upstream,technology,0.35,Machines,制茶机械
making,midstream,industry;technology,0,Processing,初制
packed,downstream,industry;value,,Packed tea,包装茶
tourism,services,service,0,Tea tourism,茶旅
"""
EDGES = "from,to,cost_share\ngarden,making,0.6\nmachine,making,0.1\nmaking,packed,0.5\n茶园,tourism,\n"
FIRMS = """firm,region,segment,period,total_assets,patents
甲,福建,garden,2022,3,1
甲,福建,garden,2023,4,2
Leaf,Zhejiang,making,2022,5,2
Leaf,Zhejiang,making,2023,6,1
丙,云南省,包装茶,2022,2,0
丙,云南省,packed,2023,2,4
"""


def tea(folder: Path, **tables: str) -> Chain:
    files = {"segments": SEGMENTS, "edges": EDGES, "firms": FIRMS} | tables
    for name, text in files.items():
        suffix = "toml" if name == "chain" else "csv"
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    return regio.chain.read(folder)


def cells_of(exhibits: tuple[Exhibit, ...], name: str, language: str) -> str:
    made = typeset(next(e for e in exhibits if e.name == name), language)  # type: ignore[arg-type]
    return " ".join([*(head.text for level in made.heads for head in level), *(cell.text for row in made.rows for cell in row.cells)])


def words_of(problem: FindingError, language: str) -> str:
    return " ".join(f.text(language) for f in problem.findings)


def test_three_tables_make_a_page_in_both_languages_without_a_word_to_translate(tmp_path: Path) -> None:
    board = regio.chain.scoreboard(tea(tmp_path), draws=49)
    page = cells_of(board.exhibits(), "page", "zh")
    assert all(word in page for word in ("产业链", "技术链", "价值链", "专利数"))
    assert not any(word in page for word in ("industry", "patents", "total_assets", "汽车", "车"))
    assert "Innovation chain" in cells_of(board.exhibits(), "page", "en")


def test_words_of_the_user_come_before_the_usual_ones(tmp_path: Path) -> None:
    made = tea(tmp_path, chain='[names]\npatents = { en = "Grants", zh = "授权专利" }\n')
    assert made.names["patents"]["zh"] == "授权专利"


def test_segments_are_found_by_their_words_and_places_by_any_name(tmp_path: Path) -> None:
    made = tea(tmp_path)
    assert made.edges["from"].tolist()[-1] == "garden"
    assert made.firms["segment"].tolist()[-2:] == ["packed", "packed"]
    expected = regio.chain.completeness(made, "Fujian").scores["nodes_low"].tolist()
    for name in ("福建", "福建省", "Fujian"):
        assert regio.chain.completeness(made, name).scores["nodes_low"].tolist() == expected


def test_a_place_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.chain.completeness(tea(tmp_path), "Fujan")
    cure = caught.value.findings[0].cure
    assert "Did you mean Fujian?" in words_of(caught.value, "en")
    assert cure is not None
    assert "Zhejiang" in say(cure, "en")
    assert "浙江" in say(cure, "zh")


def test_a_misspelt_province_is_a_mistake_though_the_chain_names_no_system(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        tea(tmp_path, firms=FIRMS + "丁,福健,garden,2023,1,1\n")
    assert caught.value.findings[0].code == "chain.unknown_place"
    assert caught.value.findings[0].where.row == 8


def test_regions_of_one_s_own_beside_few_provinces_stay(tmp_path: Path) -> None:
    firms = "firm,region,segment\na,north,garden\nb,south,making\nc,Fujian,packed\n"
    assert tea(tmp_path, firms=firms).firms["region"].tolist() == ["north", "south", "Fujian"]


FACTS = """id,subject,attribute,value,unit,period,kind,source,hedge,scenario
T1,Tea output,volume,3.2,million t,2021,flow,Yearbook 2022,,
T2,Tea output,volume,3.3,million t,去年,flow,无,约,
T3,Tea output,volume,5,million t,2030,outlook,Plan,more than,high demand
"""


def test_chinese_words_for_no_source_and_a_period_without_a_year_are_marked(tmp_path: Path) -> None:
    found = regio.chain.facts(tea(tmp_path, facts=FACTS)).facts
    assert found["marks"].tolist() == ["", "no_source;undated", "scenario"]


@pytest.mark.parametrize(
    ("language", "hedged", "scenario"), [("en", "5 million t (more than)", "scenario: high demand"), ("zh", "3.3 million t（约）", "情景：high demand")]
)
def test_a_value_bears_its_hedge_and_an_outlook_its_scenario(tmp_path: Path, language: str, hedged: str, scenario: str) -> None:
    shown = cells_of(regio.chain.facts(tea(tmp_path, facts=FACTS)).exhibits(), "facts", language)
    assert hedged in shown
    assert scenario in shown


def test_a_series_without_a_table_of_facts_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        regio.chain.series(tea(tmp_path), "Tea output", "volume")
    assert "facts.csv" in words_of(caught.value, "en")


def test_a_policy_may_name_segments_and_firms_by_any_name_and_lost_firms_are_said(tmp_path: Path) -> None:
    policies = "policy,instrument,jurisdiction,in_force,segments,firms\np,plan,China,2021,茶园; making,\nq,plan,China,2022,,Leaf; Nobody\n"
    found = regio.chain.policy_exposure(tea(tmp_path, policies=policies))
    assert found.policies["segments"].tolist()[0] == "garden; making"
    assert found.policies["reached"].tolist() == [2, 1]
    assert "Nobody" in say(next(f for f in found.findings if f.code == "chain.policy_firms"), "zh")


def test_sites_without_a_country_are_not_abroad(tmp_path: Path) -> None:
    sites = "firm,site,country,capacity,unit\nLeaf,A,China,3,kt\nLeaf,B,Kenya,2,kt\nLeaf,C,,1,kt\n"
    row = regio.chain.sites(tea(tmp_path, chain='home = "China"\n', sites=sites)).firms.iloc[0]
    assert (row["abroad"], row["abroad_capacity"]) == (1, 2.0)


def test_a_segment_unknown_in_the_table_of_shares_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        tea(tmp_path, shares="market,firm,share,segment\ntea,a,0.5,packt\n")
    assert caught.value.findings[0].code == "chain.unknown_segment"


def test_flows_stand_in_a_column_a_layer_and_are_told_by_dashes() -> None:
    found = regio.chain.data_flows(regio.chain.read("new-energy-vehicles"))
    assert found.nodes.groupby("group")["x"].nunique().eq(1).all()
    assert not found.nodes.duplicated(["x", "y"]).any()
    figure = next(e for e in found.exhibits() if e.name == "graph")
    for language in LANGUAGES:
        lines = draw(figure, language).axes[0].get_lines()  # type: ignore[arg-type, unused-ignore]
        assert len({line.get_linestyle() for line in lines} | {str(line._dash_pattern) for line in lines}) > 1


def test_of_what_nothing_is_known_no_point_is_drawn() -> None:
    figure = next(e for e in regio.chain.autonomy(regio.chain.read("new-energy-vehicles")).exhibits() if e.name == "dependence")
    bare = figure.frame[(figure.frame["import_low"] == 0) & (figure.frame["import_high"] == 1)]
    assert len(bare)
    assert bare["import_middle"].isna().all()
    assert figure.frame["import_middle"].notna().sum() == len(figure.frame) - len(bare)


def test_firms_places_and_typed_ties_are_on_the_graph(tmp_path: Path) -> None:
    relations = "from,to,type,start\n甲,Leaf,invests,2020\nLeaf,丙,co-develops,\n"
    made = tea(tmp_path, relations=relations)
    every = regio.chain.graph(made, entities=True)
    kinds = {kind: sorted(n for n, d in every.nodes(data=True) if d["kind"] == kind) for kind in ("firm", "place")}
    assert kinds == {"firm": sorted(["甲", "Leaf", "丙"]), "place": ["330000", "350000", "530000"]}
    ties = [(a, b, d["type"]) for a, b, d in every.edges(data=True)]
    assert ("甲", "Leaf", "invests") in ties
    assert ("甲", "350000", "located_in") in ties
    assert ties.count(("丙", "packed", "active_in")) == 1
    assert regio.chain.graph(made).number_of_nodes() == 5
    found = regio.chain.criticality(made)
    assert "联合开发" in cells_of(found.exhibits(), "relations", "zh")
    assert "Since" in cells_of(found.exhibits(), "relations", "en")
