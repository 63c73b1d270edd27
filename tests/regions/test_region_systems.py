"""Facts about places: units, neighbours, tiles, groupings."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from regio.contract.finding import ArgumentError
from regio.language import LANGUAGES
from regio.regions import SYSTEMS, group_members, group_of, names, system

OUTSIDE = {"710000", "810000", "820000"}  # Taiwan, Hong Kong, Macao: in none of the groupings of mainland statistics


@pytest.mark.parametrize(("name", "units", "pairs"), [("china_provinces", 34, 69 + 2), ("us_states", 51, 107)])
def test_units_and_pairs_of_neighbours(name: str, units: int, pairs: int) -> None:
    # 69 pairs on the mainland with Hainan, and two land borders of Guangdong; 107 for the 48 states and D.C. in Knuth's contiguous-usa
    here = system(name)
    assert len(set(here.codes)) == len(here.regions) == units
    assert sum(len(region.neighbours) for region in here.regions) == 2 * pairs


@pytest.mark.parametrize("name", SYSTEMS)
def test_neighbours_are_symmetric_and_none_is_its_own(name: str) -> None:
    here = system(name)
    for region in here.regions:
        assert region.code not in region.neighbours
        assert len(set(region.neighbours)) == len(region.neighbours)
        for other in region.neighbours:
            assert region.code in here.region(other).neighbours, (region.en, other)


@pytest.mark.parametrize(("name", "islands"), [("china_provinces", {"710000"}), ("us_states", {"AK", "HI"})])
def test_all_others_hang_together(name: str, islands: set[str]) -> None:
    here = system(name)
    reached, frontier = set(), [next(code for code in here.codes if code not in islands)]
    while frontier:
        reached.add(code := frontier.pop())
        frontier += [n for n in here.region(code).neighbours if n not in reached]
    assert reached == set(here.codes) - islands


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_region_has_a_tile_of_its_own(name: str) -> None:
    tiles = [region.tile for region in system(name).regions]
    assert len(set(tiles)) == len(tiles)
    assert min(row for row, _ in tiles) == min(column for _, column in tiles) == 0


def test_most_neighbours_touch_on_the_tiles_of_china() -> None:
    here = system("china_provinces")
    pairs = [(region.tile, here.region(other).tile) for region in here.regions for other in region.neighbours]
    touching = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1 for a, b in pairs]
    assert sum(touching) / len(pairs) > 0.75


@pytest.mark.parametrize("name", SYSTEMS)
def test_groupings_partition_the_units(name: str) -> None:
    here = system(name)
    for grouping in here.groupings:
        members = [region.code for group in grouping.groups for region in here.members(grouping.name, group)]
        assert len(set(members)) == len(members)
        assert set(members) == set(here.codes) - OUTSIDE
        for label in (grouping.label, *grouping.groups.values()):
            assert isinstance(label, dict)
            assert set(label) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("grouping", "sizes"),
    [
        ("east_central_west", [11, 8, 12]),
        ("east_central_west_1986", [12, 9, 10]),
        ("four_regions", [10, 6, 12, 3]),
        ("north_south", [15, 16]),
        ("municipalities", [4, 27]),
        ("coastal", [11, 20]),
        ("census_regions", [9, 12, 17, 13]),
        ("census_divisions", [6, 3, 5, 7, 9, 4, 4, 8, 5]),
    ],
)
def test_sizes_of_the_groups(grouping: str, sizes: list[int]) -> None:
    here = next(s for s in map(system, SYSTEMS) if grouping in [g.name for g in s.groupings])
    groups = next(g for g in here.groupings if g.name == grouping).groups
    assert [len(here.members(grouping, group)) for group in groups] == sizes


def test_divisions_lie_inside_regions() -> None:
    inside = {(r.groups["census_divisions"], r.groups["census_regions"]) for r in system("us_states").regions}
    assert len(inside) == 9


def test_the_east_that_a_printed_study_lists() -> None:
    listed = ["Beijing", "Tianjin", "Hebei", "Liaoning", "Shanghai", "Jiangsu", "Zhejiang", "Fujian", "Shandong", "Guangdong", "Hainan"]
    assert {r.en for r in system("china_provinces").members("east_central_west", "east")} == set(listed)


def test_public_tables_agree(reference: Path) -> None:
    here = system("china_provinces")
    with (reference / "china_provinces" / "provinces.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(r["adcode"], r["province"], r["province_full"], r["province_en"]) for r in rows] == [(r.code, r.zh, r.full, r.en) for r in here.regions]
    mainland = [r for r in rows if r["region3"]]
    assert [r["region3"].lower() for r in mainland] == [here.region(r["adcode"]).groups["east_central_west"] for r in mainland]
    assert [r["region4"].lower() for r in mainland] == [here.region(r["adcode"]).groups["four_regions"] for r in mainland]
    with (reference / "china_provinces" / "weights_contiguity_31.csv").open(encoding="utf-8-sig") as file:
        pairs = {(r["province_i"], r["province_j"]) for r in csv.DictReader(file)}
    assert pairs == {(r.zh, here.region(n).zh) for r in here.regions for n in r.neighbours if not {r.code, n} & OUTSIDE}


def test_names_are_labels_by_code() -> None:
    assert names("china_provinces")["610000"] == {"en": "Shaanxi", "zh": "陕西"}
    assert list(names("us_states")) == list(system("us_states").codes)


def test_members_of_a_group_in_every_form() -> None:
    municipalities = group_members("municipalities")
    assert len(municipalities) == 16
    assert {"310000", "上海", "上海市", "Shanghai"} < set(municipalities)
    assert group_members("直辖市") == municipalities
    assert {"MA", "Massachusetts", "马萨诸塞州"} < set(group_members("New England"))
    assert group_members("new_england") == group_members("新英格兰")
    assert group_members("Atlantis") == ()


def test_a_group_of_several_groupings_is_that_of_the_first_unless_named_in_full() -> None:
    assert "辽宁" in group_members("east")
    assert group_members("东部") == group_members("eastern") == group_members("东部地区") == group_members("east")
    assert "辽宁" not in group_members("four_regions/east")
    assert "广西" in group_members("east_central_west_1986/east")
    assert {"辽宁", "NY"} < set(group_members("northeast"))  # a name in two systems means both: a table holds one of them


def test_group_of_a_region() -> None:
    assert group_of("广西壮族自治区", "east_central_west") == "west"
    assert group_of("Guangxi", "east_central_west_1986") == "east"
    assert group_of("DC", "census_divisions") == "south_atlantic"
    assert group_of("香港", "four_regions") is None


@pytest.mark.parametrize(
    ("call", "english", "chinese"),
    [
        (lambda: system("china"), "There is no system of regions “china”.", "没有名为“china”的地区体系"),
        (lambda: group_of("北京", "east_central"), "Did you mean east_central_west", "是否想写 east_central_west"),
        (lambda: group_of("Bejing", "coastal"), "“Bejing” is not a region of: Provinces of China. Did you mean Beijing", "“Bejing”不属于：中国省级行政区"),
    ],
)
def test_refusals(call: object, english: str, chinese: str) -> None:
    assert callable(call)
    with pytest.raises(ArgumentError) as problem:
        call()
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")


def test_a_code_that_is_none() -> None:
    with pytest.raises(KeyError):
        system("us_states").region("ZZ")


def test_places_need_no_numbers() -> None:
    code = "import sys, regio.regions as r; r.resolve(['北京'], 'china_provinces'); sys.exit(any(m in sys.modules for m in ('numpy', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
