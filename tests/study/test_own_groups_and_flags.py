"""Groups and names of regions of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.contract.finding import StudyError
from regio.study.execute import execute
from regio.study.file import load

STUDY = """schema = 1
[study]
name = "own"
[[source]]
name = "provinces"
from = "p.csv"
region = "省份"
period = "年份"
places = "china_provinces"
[[place]]
name = "蒙东"
stands_for = "内蒙古"
[[group]]
name = "东北三省"
members = ["辽宁", "吉林", "黑龙江"]
[[step]]
name = "all"
kind = "describe"
columns = ["x"]
[[step]]
name = "three"
kind = "describe"
columns = ["x"]
sample = { groups = ["东北三省"] }
[[step]]
name = "others"
kind = "describe"
columns = ["x"]
sample = { without = ["东北三省", "Guangdong"] }
"""
ROWS = "省份,年份,x\n辽宁省,2020,1\n吉林,2020,2\n黑龙江,2020,4\n蒙东,2020,8\n广东省,2020,16\n北京,2020,32\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str = STUDY) -> Path:
    (folder / "study.toml").write_text(text.replace('name = "all"', 'name = "everything"'), encoding="utf-8")
    return folder / "study.toml"


def test_own_groups_and_names(folder: Path) -> None:
    run = execute(write(folder))
    assert run["three"].statistics.loc["x", "mean"] == 7 / 3
    assert run["others"].statistics.loc["x", "mean"] == (8 + 32) / 2
    changed = {(c["before"], c["after"]) for c in run.tables[0].changes}
    assert ("蒙东", "150000") in changed
    assert ("广东省", "440000") in changed


def test_own_groups_in_a_filter(folder: Path) -> None:
    kept = '[[prepare]]\nname = "three_only"\nkind = "filter"\ngroups = ["东北三省"]\n'
    assert execute(write(folder, STUDY.replace("[[step]]", kept + "[[step]]", 1)))["everything"].statistics.loc["x", "n"] == 3


@pytest.mark.parametrize(
    ("old", "new", "code", "fragment"),
    [
        ('stands_for = "内蒙古"', 'stands_for = "蒙西"', "study.unknown_place", "蒙西"),
        ('name = "东北三省"', 'name = "municipalities"', "study.known_group", "municipalities"),
        ("[[step]]", '[[group]]\nname = "东北三省"\nmembers = ["辽宁"]\n[[step]]', "study.same_name", "东北三省"),
    ],
)
def test_mistakes(folder: Path, old: str, new: str, code: str, fragment: str) -> None:
    with pytest.raises(StudyError) as caught:
        load(write(folder, STUDY.replace(old, new, 1)))
    assert code in [finding.code for finding in caught.value.findings]
    assert fragment in caught.value.text("en")
    assert fragment in caught.value.text("zh")


def test_a_name_without_a_place_is_listed_with_suggestions(folder: Path) -> None:
    without = STUDY.replace('[[place]]\nname = "蒙东"\nstands_for = "内蒙古"\n', "")
    with pytest.raises(StudyError) as caught:
        execute(write(folder, without))
    assert "蒙东" in caught.value.text("zh")


def test_a_yearbook_workbook_is_a_source_with_marks_of_its_own(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "人口"
    for row in (["各地区人口"], ["地区", "2019年", "2020年"], ["北京市", 2190, 2189], ["上海市", "未公布", "2,488①"], ["注：年末数"]):
        sheet.append(row)
    book.save(tmp_path / "人口.xlsx")
    text = '[study]\nname = "book"\n[[source]]\nname = "people"\nfrom = "人口.xlsx"\nmissing = ["未公布"]\n[[step]]\nname = "s"\nkind = "describe"\n'
    (tmp_path / "study.toml").write_text("schema = 1\n" + text, encoding="utf-8")
    run = execute(tmp_path / "study.toml")
    assert run["s"].statistics.loc["人口", ["n", "max"]].tolist() == [3.0, 2488.0]
    changed = {c["before"] for c in run.tables[0].changes}
    assert {"未公布", "2,488①"} <= changed


def test_a_table_says_which_cells_behind_it_were_changed(folder: Path) -> None:
    from regio.report.exhibits import items, printed

    text = """schema = 1
[study]
name = "flags"
[[source]]
name = "provinces"
from = "p.csv"
region = "省份"
[[prepare]]
name = "tails"
kind = "winsorise"
columns = ["x"]
share = 0.2
[[step]]
name = "log_x"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "summary"
kind = "describe"
columns = ["log_x"]
"""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    run = execute(folder / "study.toml")
    (item,) = items(run)[0]
    assert "1 × winsorised: pulled down" in " ".join(printed(item, run, "en").notes)
    assert "缩尾处理" in "".join(printed(item, run, "zh").notes)
