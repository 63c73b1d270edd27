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


GROUPING = """schema = 1
[study]
name = "own"
[[source]]
name = "provinces"
from = "p.csv"
region = "省份"
period = "年份"
places = "china_provinces"
[[group]]
name = "old"
of = "regions"
title = { en = "Old industrial base", zh = "老工业基地" }
members = ["辽宁", "吉林省", "Heilongjiang"]
[[group]]
name = "new"
of = "regions"
title = { en = "Others", zh = "其他地区" }
members = ["广东", "江苏", "浙江"]
[[variable]]
name = "regions"
label = { en = "Kind of region", zh = "地区类型" }
[[step]]
name = "gap"
kind = "theil"
column = "x"
groups = "regions"
[[step]]
name = "compared"
kind = "compare_groups"
outcome = "x"
treatment = "z"
groups = "regions"
draws = 19
[[step]]
name = "one"
kind = "describe"
columns = ["x"]
sample = { groups = ["old"] }
"""
PLACES = {"辽宁省": "old", "吉林": "old", "黑龙江": "old", "广东": "new", "江苏": "new", "浙江": "new", "北京": None}


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    rows = [f"{place},{year},{3 + n + (n % 3) * (year - 2018)},{n * n % 5 + year % 4}" for n, place in enumerate(PLACES) for year in range(2018, 2024)]
    (tmp_path / "p.csv").write_text("省份,年份,x,z\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(GROUPING, encoding="utf-8")
    return tmp_path / "study.toml"


def test_own_groups_are_compared_like_a_column(compared: Path) -> None:
    import pandas as pd

    import regio

    run = execute(compared)
    rows = pd.read_csv(compared.with_name("p.csv"))
    rows["regions"] = rows["省份"].map(PLACES)
    panel = regio.Panel(rows, region="省份", period="年份")
    expected = regio.compare_groups(panel, "x", "z", "regions", draws=19, seed=0).models
    slopes = {float(m.coefficients.loc["z", "estimate"]) for m in expected}
    assert slopes == {float(m.coefficients.loc["z", "estimate"]) for m in run["compared"].models}
    assert [*run["compared"].sizes.index] == ["old", "new"]  # as the study declares them
    assert run["gap"].by_group.index.get_level_values("group").unique().tolist() == ["old", "new"]
    assert run["one"].statistics.loc["x", "n"] == 18  # the same group alone
    (alone,) = [f for f in run.tables[0].findings if f.code == "study.in_no_group"]
    assert alone.values["regions"] == ("110000",)


def test_own_groups_are_printed_by_their_titles(compared: Path) -> None:
    from regio.exhibits.models import Table
    from regio.report.exhibits import items, printed

    run = execute(compared)
    tables = [item for group in items(run) for item in group if isinstance(item.exhibit, Table)]
    texts = {language: [str(printed(item, run, language)) for item in tables] for language in ("en", "zh")}
    assert any("Old industrial base" in text for text in texts["en"])
    assert any("老工业基地" in text for text in texts["zh"])
    assert any("地区类型" in text for text in texts["zh"])


@pytest.mark.parametrize(
    ("old", "new", "code", "fragment"),
    [
        ('"江苏", "浙江"]', '"辽宁省"]', "study.in_two_groups", "辽宁省"),
        ('of = "regions"', 'of = "coastal"', "study.known_grouping", "coastal"),
        ('of = "regions"', 'of = "x"', "study.grouping_taken", "x"),
        ('"浙江"]', '"浙东"]', "study.unknown_member_region", "浙东"),
    ],
)
def test_mistakes_of_groupings(compared: Path, old: str, new: str, code: str, fragment: str) -> None:
    compared.write_text(GROUPING.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        execute(compared)
    assert code in [finding.code for finding in caught.value.findings]
    assert fragment in caught.value.text("en")
    assert fragment in caught.value.text("zh")


def test_a_change_of_own_groups_makes_its_steps_stale(compared: Path) -> None:
    from regio.study.status import status
    from regio.study.store import Store

    store = Store(compared.with_name("store"))
    execute(compared, store=store)
    compared.write_text(GROUPING.replace(', "浙江"]', "]"), encoding="utf-8")
    reasons = {line.step: [reason.code for reason in line.reasons] for line in status(load(compared), store)}
    assert reasons["gap"]
    assert reasons["compared"]
