"""Layouts: each is recognised, or refused with what was seen; headers in two lines, continued tables, units, names of indicators, totals, unknown names."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import regio
from regio.contract.finding import ArgumentError, DataError, Finding, Position

Rows = list[list[object]]


def book(folder: Path, name: str = "t.xlsx", merged: tuple[str, ...] = (), **sheets: Rows) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
        for cells in merged:
            page.merge_cells(cells)
    made.save(folder / name)
    return folder / name


def text(folder: Path, words: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


def table(found: regio.reading.reader.Read, variable: str) -> dict[tuple[object, ...], float]:
    keys = list(found.panel.keys.names)
    return {tuple(key): value for *key, value in found.panel.rows[[*keys, variable]].itertuples(index=False)}


def problem(*paths: Path, **options: object) -> Finding:
    with pytest.raises(DataError) as caught:
        regio.read(*paths, **options)  # type: ignore[arg-type]
    return caught.value.findings[0]


@pytest.mark.parametrize(
    "labels", [["2011年", "2012年"], [2011, 2012], [2011.0, 2012.0], ["2011-12-31", "2012-12-31"], ["2011A", "2012A"], ["2011年度", "2012年末"]]
)
def test_years_across_in_every_writing(tmp_path: Path, labels: list[object]) -> None:
    found = regio.read(book(tmp_path, 生产总值=[["地区", *labels], ["北京市", 1, 2], ["天津市", 3, 4]]))
    assert table(found, "生产总值") == {("北京", 2011): 1, ("北京", 2012): 2, ("天津", 2011): 3, ("天津", 2012): 4}
    assert found.recipe.sheets[0].layout == "years_across"


def test_years_down_and_regions_across(tmp_path: Path) -> None:
    found = regio.read(book(tmp_path, 产量=[["年份", "北京", "天津", "河北", "全国"], [2011, 1, 2, 3, 6], [2012, 4, 5, 6, 15]]))
    assert table(found, "产量")["河北", 2012] == 6
    assert (found.recipe.sheets[0].layout, len(found.panel)) == ("years_down", 6)
    assert [(c.reason, c.before, c.column) for c in found.changes] == [("panel.change.column_total", "全国", "E")]


def test_an_export_with_an_indicator_column_and_units(tmp_path: Path) -> None:
    rows = "地区,指标,单位,2012年,2011年\n北京市,地区生产总值,亿元,2,1\n,年末人口,万人,20,10\n上海市,地区生产总值,亿元,4,3\n,年末人口,万人,40,30\n"
    found = problem(text(tmp_path, rows))
    assert (found.code, found.where) == ("reading.no_key", Position("t.csv", line=3, column="A"))
    found_all = regio.read(text(tmp_path, rows.replace("\n,年末", "\n北京市,年末", 1).replace("\n,年末", "\n上海市,年末")))
    assert table(found_all, "年末人口")["上海", 2012] == 40
    assert (found_all.panel.variable("地区生产总值").unit, found_all.panel.variable("年末人口").unit) == ("亿元", "万人")


def test_merged_names_reach_down(tmp_path: Path) -> None:
    rows: Rows = [
        ["地区", "指标", 2011, 2012],
        ["北京", "产值(亿元)", 1, 2],
        [None, "人口(万人)", 3, 4],
        ["天津", "产值(亿元)", 5, 6],
        [None, "人口(万人)", 7, 8],
    ]
    found = regio.read(book(tmp_path, "m.xlsx", ("A2:A3", "A4:A5"), Sheet1=rows))
    assert table(found, "人口") == {("北京", 2011): 3, ("北京", 2012): 4, ("天津", 2011): 7, ("天津", 2012): 8}


def test_a_header_in_two_lines_with_merged_cells(tmp_path: Path) -> None:
    rows: Rows = [["表 2-1 人口和产值"], ["地区", "人口", None, "产值", None], [None, 2011, 2012, 2011, 2012], ["北京", 1, 2, 3, 4], ["天津", 5, 6, 7, 8]]
    for merged in ((), ("A1:E1", "A2:A3", "B2:C2", "D2:E2")):
        found = regio.read(book(tmp_path, "h.xlsx", merged, Sheet1=rows))
        assert (table(found, "人口")["天津", 2012], table(found, "产值")["北京", 2011]) == (6, 3)
        assert found.recipe.sheets[0].header == (2, 3)


def test_a_line_of_units_under_the_header_and_an_english_one(tmp_path: Path) -> None:
    found = regio.read(text(tmp_path, "地区,年份,产值,人口\n,,（亿元）,（万人）\n北京,2011,1,2\n天津,2011,3,4\n"))
    assert (found.panel.value_columns, found.panel.variable("产值").unit) == (("产值", "人口"), "亿元")
    found = regio.read(text(tmp_path, "地区,产值,人口\nRegion,GRP,Population\n北京,1,2\n天津,3,4\n"))
    assert found.panel.value_columns == ("产值_GRP", "人口_Population")


def test_a_table_of_one_year_takes_it_from_the_sheet_or_the_title(tmp_path: Path) -> None:
    rows: Rows = [["地区", "产值", "人口"], ["北京", 1, 2], ["天津", 3, 4]]
    found = regio.read(book(tmp_path, **{"2011年": rows, "2012年": rows}))
    assert table(found, "产值") == {(r, y): v for r, v in (("北京", 1), ("天津", 3)) for y in (2011, 2012)}
    found = regio.read(book(tmp_path, Sheet1=[["各地区产值（2019年）"], *rows]))
    assert set(found.panel.rows["period"]) == {2019}


def test_continued_sheets_and_tables_are_appended(tmp_path: Path) -> None:
    head = ["地区", 2011, 2012]
    found = regio.read(book(tmp_path, 产值=[["单位：亿元"], head, ["北京", 1, 2]], 产值续=[head, ["天津", 3, 4]], 续表=[head, ["河北", 5, 6]]))
    assert table(found, "产值")["河北", 2012] == 6
    assert len(found.panel.value_columns) == 1
    one = book(tmp_path, Sheet1=[["分地区发电量"], head, ["北京", 1, 2], ["续表1"], head, ["天津", 3, 4], head, ["河北", 5, 6]])
    found = regio.read(one)
    assert table(found, "发电量") == {(r, y): v for r, a in (("北京", 1), ("天津", 3), ("河北", 5)) for y, v in ((2011, a), (2012, a + 1))}
    assert [(c.reason, c.row) for c in found.changes] == [("panel.change.header_again", 7)]


def test_states_and_totals(tmp_path: Path) -> None:
    found = regio.read(text(tmp_path, "state,year,x\nMassachusetts,2001,1\nNew York,2001,2\nTexas,2001,3\nUnited States,2001,6\n"))
    assert list(found.panel.rows["region"]) == ["MA", "NY", "TX"]
    assert [c.before for c in found.changes if c.reason == "panel.change.total"] == ["United States 2001 6"]


def test_names_may_be_kept(tmp_path: Path) -> None:
    path = text(tmp_path, "省份,年份,x\n北京市,2011,1\n全国,2011,2\n")
    found = regio.read(path, names="keep")
    assert (list(found.panel.rows["region"]), found.changes) == (["北京市", "全国"], ())
    found = regio.read(path, region="省份", period="年份", names="keep")
    assert found.panel.keys.names == ("省份", "年份")


def test_a_province_that_does_not_exist_is_kept_and_named(tmp_path: Path) -> None:
    rows: Rows = [["地区", 2011], *([name, 1] for name in ("北京", "天津", "河北", "山西", "广洞"))]
    found = regio.read(book(tmp_path, 产值=rows))
    assert "广洞" in set(found.panel.rows["region"])
    (finding,) = [f for f in found.findings if f.code == "reading.unknown_place"]
    assert finding.where == Position("t.xlsx", sheet="产值", row=6, column="A")
    assert "“广洞” is not the name of a region" in finding.text("en")
    assert "Did you mean 广西, 广东?" in finding.text("en")
    assert "该行按原名保留" in finding.text("zh")


def test_one_kind_of_trouble_after_another(tmp_path: Path) -> None:
    found = problem(book(tmp_path, 产值=[["地区", "年份", "x"], ["北京", 2011, 1], ["北京", 20211, 2], ["北京", 2013, 3]]))
    assert (found.code, found.where) == ("reading.bad_period", Position("t.xlsx", sheet="产值", row=3, column="B"))
    assert ("“20211” is no period" in found.text("en"), "“20211”不是时期" in found.text("zh")) == (True, True)
    found = problem(book(tmp_path, 比重=[["地区", 2011, 2012], ["北京", "12.5%", 0.3], ["天津", "3%", 0.1]]))
    assert (found.code, found.where) == ("reading.percent_mixed", Position("t.xlsx", sheet="比重", row=2, column="B (2011)"))
    assert ("first in row 2, column C" in found.text("en"), "部分单元格带“%”" in found.text("zh")) == (True, True)
    found = problem(book(tmp_path, 空=[]))
    assert (found.code, found.where, found.text("zh").split("\n")[0]) == (
        "reading.empty_sheet",
        Position("t.xlsx", sheet="空"),
        "t.xlsx，工作表 空：工作表是空的。",
    )
    found = problem(book(tmp_path, 产值=[["地区", 2011, 2012], ["北京", "1x", 0.3], ["天津", 3, 0.1]]))
    assert (found.code, found.where) == ("panel.cell.letters", Position("t.xlsx", sheet="产值", row=2, column="B (2011)"))


def test_percent_signs_alone_are_a_unit_and_beside_numbers_where_the_unit_is_percent(tmp_path: Path) -> None:
    found = regio.read(book(tmp_path, 比重=[["地区", 2011, 2012], ["北京", "12.5%", "3％"], ["天津", "…", None]]))
    assert (table(found, "比重")["北京", 2012], found.panel.variable("比重").unit) == (3, "%")
    found = regio.read(text(tmp_path, "地区,年份,比重（%）\n北京,2011,12.5%\n天津,2011,3\n"))
    assert (table(found, "比重")["北京", 2011], found.panel.variable("比重").unit) == (12.5, "%")


def test_rows_that_disagree_name_both_places_and_those_that_agree_are_merged(tmp_path: Path) -> None:
    one = book(tmp_path, "a.xlsx", 产值=[["地区", 2011], ["北京", 1], ["天津", 2]])
    two = text(tmp_path, "地区,年份,产值\n北京市,2011,1\n天津市,2011,3\n", "b.csv")
    found = problem(one, two)
    assert (found.code, found.where) == ("reading.conflict", Position("b.csv", line=3, column="C"))
    assert "Two values of “产值” for 天津 2011 disagree: 2 in a.xlsx, sheet 产值, row 3, column B, and 3 here." in found.text("en")
    assert "a.xlsx，工作表 产值，第 3 行，列 B 为 2，此处为 3" in found.text("zh")
    two.write_text("地区,年份,产值,人口\n北京市,2011,1,7\n河北省,2011,5,8\n", encoding="utf-8")
    joined = regio.read(one, two)
    assert table(joined, "产值") == {("北京", 2011): 1, ("天津", 2011): 2, ("河北", 2011): 5}
    (note,) = [f for f in joined.findings if f.code == "reading.merged"]
    assert "1 values are also in a.xlsx, sheet 产值, where they are the same: merged." in note.text("en")


def test_units_that_differ_and_tables_that_cannot_be_joined(tmp_path: Path) -> None:
    one = text(tmp_path, "地区,年份,产值（亿元）\n北京,2011,1\n天津,2011,1\n", "a.csv")
    two = text(tmp_path, "地区,年份,产值（万元）\n北京,2012,1\n天津,2012,1\n", "b.csv")
    found = problem(one, two)
    assert (found.code, "is in 万元 here and in 亿元 in a.csv" in found.text("en")) == ("reading.units_differ", True)
    three = text(tmp_path, "地区,人口\n北京,1\n天津,2\n", "c.csv")
    assert problem(one, three).code == "reading.lacks_period"
    four = text(tmp_path, "年份,全国人口\n2011,1\n2012,2\n", "d.csv")
    assert problem(one, four).code == "reading.lacks_region"
    assert problem(text(tmp_path, "name,x\na,1\nb,2\n", "e.csv"), text(tmp_path, "name,y\na,1\nb,2\n", "f.csv")).code == "reading.join_needs_keys"


def test_layouts_that_are_not_clear(tmp_path: Path) -> None:
    found = problem(book(tmp_path, a=[["name", 2011, 2012], ["alpha", 1, 2], ["beta", 3, 4]]))
    assert (found.code, "(alpha, beta)" in found.text("en"), "layout=" in found.text("zh")) == ("reading.unclear.names", True, True)
    kept = regio.read(book(tmp_path, a=[["name", 2011, 2012], ["alpha", 1, 2], ["beta", 3, 4]]), layout="years_across")
    assert table(kept, "a")["beta", 2012] == 4
    rows: Rows = [["地区", 2011, 2012, "增长"], ["北京", 1, 2, 3], ["天津", 1, 2, 3]]
    assert problem(book(tmp_path, a=rows)).code == "reading.unclear.some_years"
    kept = regio.read(book(tmp_path, a=rows), layout="years_across")
    assert [c.before for c in kept.changes if c.reason == "panel.change.column_without_period"] == ["增长"]
    assert regio.read(book(tmp_path, a=rows), layout="long").panel.value_columns == ("2011", "2012", "增长")
    assert problem(book(tmp_path, a=[["地区", "年份", 2011, 2012], ["北京", 2011, 2, 3], ["天津", 2011, 2, 3]])).code == "reading.unclear.two_axes"
    assert problem(book(tmp_path, a=[["地区", "x"], ["北京", 1]]), layout="years_across").code == "reading.unclear.no_years"
    assert problem(book(tmp_path, a=[["北京", 1, 2], ["天津", 3, 4]])).code == "reading.no_header"
    with pytest.raises(ArgumentError, match="Did you mean years_down"):
        regio.read("x.csv", layout="year_down")  # type: ignore[arg-type]


def test_regions_of_another_kind_across(tmp_path: Path) -> None:
    found = regio.read(text(tmp_path, "year,alpha,beta,gamma\n2001,1,2,3\n2002,4,5,6\n", "sales.csv"), layout="years_down")
    assert table(found, "sales")["gamma", 2002] == 6
    national = regio.read(text(tmp_path, "year,alpha,beta\n2001,1,2\n2002,4,5\n"))
    assert (national.panel.keys.names, national.panel.value_columns) == (("period",), ("alpha", "beta"))


def test_indicators_down_and_regions_across_with_a_sheet_a_year(tmp_path: Path) -> None:
    rows: Rows = [["项目", "北京", "天津", "河北"], ["产值(亿元)", 1, 2, 3], ["人口(万人)", 4, 5, 6]]
    found = regio.read(book(tmp_path, **{"2011": rows, "2012": rows}))
    assert (table(found, "人口")["天津", 2012], found.panel.variable("产值").unit) == (5, "亿元")


def test_months_stay_months(tmp_path: Path) -> None:
    found = regio.read(text(tmp_path, "地区,2011-01,2011-02\n北京,1,2\n天津,3,4\n", "x.csv"))
    assert table(found, "x")["天津", "2011-02"] == 4


def test_a_named_key_that_is_not_there(tmp_path: Path) -> None:
    found = problem(text(tmp_path, "省份,年份,x\n北京,2011,1\n"), region="省")
    assert (found.code, "Did you mean 省份" in found.text("en")) == ("panel.no_key_column", True)
    assert regio.read(text(tmp_path, "省份,年份,x\n北京,2011,1\n"), region="A").panel.keys.region == "A"
