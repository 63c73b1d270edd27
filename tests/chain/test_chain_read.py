"""Tables to a chain: what is resolved, and every mistake with its row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import regio.chain
from regio.contract.finding import DataError, Position

SEGMENTS = "segment,stage,import_share\nore,up,0.6\nsteel,mid,0.1\nship,down,0\n"
EDGES = "from,to,cost_share\nore,steel,0.5\nsteel,ship,0.4\n"
FIRMS = "firm,region,segment,year,assets\na,江苏省,steel,2020,5\nb,Shanghai,ship,2020,7\nb,Shanghai,ship,2021,8\n"


def folder(path: Path, **files: str) -> Path:
    for name, text in ({"segments": SEGMENTS, "edges": EDGES, "firms": FIRMS} | files).items():
        (path / f"{name}.{'toml' if name == 'chain' else 'csv'}").write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        regio.chain.read(path)
    assert all(caught.value.text(language) for language in ("en", "zh"))
    return caught.value


def test_three_tables_are_a_chain_and_provinces_resolve_in_any_form(tmp_path: Path) -> None:
    chain = regio.chain.read(folder(tmp_path))
    assert chain.order == ("ore", "steel", "ship")
    assert chain.amounts == ("assets",)
    assert chain.system == "china_provinces"
    assert chain.firms["region"].tolist() == ["320000", "310000", "310000"]
    assert chain.periods == (2020, 2021)
    assert chain.names["320000"]["zh"] == "江苏"


def test_regions_of_no_system_stay_as_they_are(tmp_path: Path) -> None:
    chain = regio.chain.read(folder(tmp_path, firms="firm,region,segment\na,north,steel\n"))
    assert (chain.system, chain.firms["region"].tolist()) == ("", ["north"])


def test_frames_do_as_well_as_files(tmp_path: Path) -> None:
    from io import StringIO

    given = {name: pd.read_csv(StringIO(text)) for name, text in (("segments", SEGMENTS), ("edges", EDGES), ("firms", FIRMS))}
    mine, theirs = regio.chain.read(given), regio.chain.read(folder(tmp_path))
    pd.testing.assert_frame_equal(mine.edges, theirs.edges)
    pd.testing.assert_frame_equal(mine.firms, theirs.firms)


def test_gbk_files_are_read(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "firms.csv").write_bytes(FIRMS.encode("gb18030"))
    assert regio.chain.read(path).firms["region"].tolist()[0] == "320000"


def test_other_names_of_entities_resolve(tmp_path: Path) -> None:
    entities = "entity,kind,aliases,within\nAcme,firm,a; Acme Steel,\nJiangsu,province,,Delta\nDelta,cluster,长三角,\n上海,province,,Delta\n"
    chain = regio.chain.read(folder(tmp_path, entities=entities, presence="place,segment\n长三角,ore\n"))
    assert chain.firms["firm"].tolist()[0] == "Acme"
    assert chain.presence["place"].tolist() == ["Delta"]
    assert regio.chain.completeness(chain).scores["place"].tolist() == ["Delta"]


@pytest.mark.parametrize(
    ("name", "text", "code", "row", "fragment"),
    [
        ("edges", "from,to,cost_share\nore,steel,0.5\nsteel,ship,1.4\n", "chain.share_range", 3, "between 0 and 1"),
        ("edges", "from,to,cost_share\nore,ship,0.7\nsteel,ship,0.4\n", "chain.cost_shares", 3, "more than one"),
        ("edges", "from,to,cost_share\nore,steell,0.5\n", "chain.unknown_segment", 2, "Did you mean steel?"),
        ("edges", "from,to\nore,ore\n", "chain.self_loop", 2, "itself"),
        ("edges", "from,to\nore,steel\nore,steel\n", "chain.twice", 3, "stands twice"),
        ("segments", "segment,import_share\nore,x\nsteel,\nship,\n", "chain.not_a_number", 2, "not a number"),
        ("segments", "segment,import_low,import_high\nore,0.9,0.5\nsteel,,\nship,,\n", "chain.bounds", 2, "low bound"),
        ("firms", "firm,region,segment\na,,steel\n", "chain.empty_cell", 2, "is empty"),
        ("firms", "firm,region\na,Jiangsu\n", "chain.no_column", 1, "segment"),
        ("firms", "firm,region,segment,assets\na,Jiangsu,steel,-4\n", "chain.negative", 2, "not negative"),
        ("facts", "id,subject,attribute,value,kind\n1,steel,output,5,flow\n", "chain.no_unit", 2, "without a unit"),
        ("facts", "id,subject,attribute,value,kind,unit\n1,s,o,5,outlook,t\n", "chain.no_scenario", 2, "scenario"),
        ("facts", "id,subject,attribute,value,kind,unit\n1,s,o,5,flows,t\n", "chain.not_a_choice", 2, "flow"),
        ("facts", "id,subject,attribute,value,kind,unit\n1,s,o,many,flow,t\n", "chain.not_a_number", 2, "many"),
        ("presence", "place,segment,status\nJiangsu,ore,maybe\n", "chain.not_a_choice", 2, "present"),
    ],
)
def test_every_mistake_is_said_with_its_row(tmp_path: Path, name: str, text: str, code: str, row: int, fragment: str) -> None:
    problem = refused(folder(tmp_path, **{name: text}))
    assert [f.code for f in problem.findings] == [code]
    assert isinstance(where := problem.findings[0].where, Position)
    assert (where.file, where.row) == (f"{name}.csv", row)
    assert fragment in problem.text("en")


def test_an_unknown_province_is_said_where_the_chain_says_which_there_are(tmp_path: Path) -> None:
    problem = refused(folder(tmp_path, chain='places = "china_provinces"\n', firms="firm,region,segment\na,Jiangsoo,steel\n"))
    assert [f.code for f in problem.findings] == ["chain.unknown_place"]
    assert "Jiangsoo" in problem.text("en")
    assert "没有名为" in problem.text("zh")


def test_missing_tables_and_folders_are_said(tmp_path: Path) -> None:
    (tmp_path / "segments.csv").write_text(SEGMENTS, encoding="utf-8")
    assert [f.code for f in refused(tmp_path).findings] == ["chain.no_table"] * 2
    problem = refused(Path("wind-powr"))
    assert "Did you mean wind-power?" in problem.text("en")
    with pytest.raises(DataError, match="no table of a chain"):
        regio.chain.read({"segmentz": pd.DataFrame()})


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    problem = refused(folder(tmp_path, edges="from,to,cost_share\nore,steel,x\nore,ship,2\n", firms="firm,region,segment\n,Jiangsu,steel\n"))
    assert {f.code for f in problem.findings} == {"chain.not_a_number", "chain.share_range", "chain.empty_cell"}


def test_settings_that_are_no_toml(tmp_path: Path) -> None:
    assert refused(folder(tmp_path, chain="a = [")).findings[0].code == "chain.settings"


def given(folder: Path, **tables: str) -> Path:
    """A small chain in a folder, and further files by name (``chain_toml`` is chain.toml)."""
    small = {
        "segments_csv": "segment,import_share\nore,0.6\nsteel,0.1\n",
        "edges_csv": "from,to,cost_share\nore,steel,0.5\n",
        "firms_csv": "firm,region,segment\na,north,steel\nb,south,ore\n",
    }
    for name, text in (small | tables).items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("table", "text", "code", "row", "en", "zh"),
    [
        ("entities_csv", "entity,kind,aliases\na,firm,A; big\nb,firm,big\n", "chain.two_owners", 3, "another name of two entities: a and b", "a 与 b"),
        ("chain_toml", 'targt = "steel"\n', "chain.unknown_setting", 0, "Did you mean target?", "是否想写 target？"),
        ("chain_toml", "stages = 3\n", "chain.setting_type", 0, "expected a list", "应为列表"),
    ],
)
def test_mistakes_that_a_table_by_itself_shows(tmp_path: Path, table: str, text: str, code: str, row: int, en: str, zh: str) -> None:
    with pytest.raises(DataError) as caught:
        regio.chain.read(given(tmp_path, **{table: text}))
    (found,) = caught.value.findings
    assert (found.code, found.where.row) == (code, row)  # type: ignore[union-attr]
    assert en in found.text("en")
    assert zh in found.text("zh")


def test_spans_that_only_say_the_year_are_compared_by_it(tmp_path: Path) -> None:
    text = "entity,kind,start,end\na,firm,2020-06,2020\nb,firm,,2019\nc,firm,2020,\n"
    assert len(regio.chain.read(given(tmp_path, entities_csv=text)).entities) == 3


def test_mistakes_of_cells_and_between_tables_are_said_at_once(tmp_path: Path) -> None:
    tables = {"edges_csv": "from,to,cost_share\nore,steel,5\n", "firms_csv": "firm,region,segment\na,north,stel\nb,south,ore\n"}
    with pytest.raises(DataError) as caught:
        regio.chain.read(given(tmp_path, **tables))
    assert [f.code for f in caught.value.findings] == ["chain.share_range", "chain.unknown_segment"]
