"""A study as a workbook: written by ``regio template``, taken by ``regio run`` in place of the study file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from regio.cli.app import start
from regio.cli.template import FIELDS
from regio.contract.finding import FindingError
from regio.study.execute import execute
from regio.study.file import load

STUDY = """schema = 1
[study]
name = "省份研究"
title = { en = "Provinces", zh = "省份" }
[[source]]
name = "data"
from = "data.csv"
region = "省份"
period = "年份"
[[variable]]
name = "出口"
label = { en = "Exports", zh = "出口" }
unit = { en = "million", zh = "百万" }
role = "outcome"
[[step]]
name = "summary"
kind = "describe"
columns = ["出口", "数字"]
[[step]]
name = "score"
kind = "index"
indicators = ["数字", "人口"]
[[step]]
name = "fit"
kind = "regress"
outcome = "出口"
treatment = "数字"
effects = ["region"]
"""
ROWS = [
    ("北京", 2017, "3.25", "0.5", "2170"),
    ("北京", 2018, "3.5", "0.55", "2154"),
    ("北京", 2019, "3.9", "", "2150"),
    ("上海", 2017, "4.2", "0.6", "2418"),
    ("上海", 2018, "4.4", "0.1", "2423"),
    ("上海", 2019, "4.45", "0.7", "2428"),
    ("江苏", 2017, "0.1", "0.45", "8029"),
    ("江苏", 2018, "0.30000000000000004", "0.52", "8050"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = ["省份,年份,出口,数字,人口", *(",".join(map(str, row)) for row in ROWS)]
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY.replace('["数字", "人口"]', '["人口"]'), encoding="utf-8")
    return tmp_path


def template(folder: Path) -> Path:
    book = folder / "book.xlsx"
    assert start(["template", str(folder / "study.toml"), "--out", str(book)]) == 0
    return book


def numbers(study: Path, out: Path) -> dict[str, Any]:
    assert start(["run", str(study), "--out", str(out), "--json"]) == 0
    found = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {key: found[key] for key in ("study", "steps", "numbers", "frames")}


def change(book: Path, sheet: str, find: dict[int, Any], column: int, value: Any) -> None:
    """Write a cell of the row whose cells in the columns of ``find`` are as given."""
    opened = openpyxl.load_workbook(book)
    row = next(row for row in opened[sheet].iter_rows() if all(row[i].value == wanted for i, wanted in find.items()))
    row[column].value = value
    opened.save(book)


def test_a_workbook_gives_the_same_numbers_as_its_study(folder: Path) -> None:
    assert numbers(folder / "study.toml", folder / "a") == numbers(template(folder), folder / "b")


def test_the_built_in_study_too(tmp_path: Path) -> None:
    book = tmp_path / "us.xlsx"
    assert start(["template", "us-public-capital", "--out", str(book)]) == 0
    assert dict(execute("us-public-capital")["within"].fit) == dict(execute(book)["within"].fit)


def test_what_the_workbook_shows(folder: Path) -> None:
    book = openpyxl.load_workbook(template(folder))
    assert book.sheetnames == ["study", "variables", "options", "出口", "数字", "人口"]
    assert [cell.value for cell in book["出口"][1]] == ["region", 2017, 2018, 2019]
    assert [cell.value for cell in book["出口"][4]] == ["江苏", 0.1, "0.30000000000000004", None]  # seventeen digits go in as text
    options = {(row[0].value, row[2].value): row for row in book["options"].iter_rows(min_row=2)}
    assert "hc1, hc3, cluster" in options["fit", "errors"][5].value
    offered = [rule.formula1 for rule in book["options"].data_validations.dataValidation]
    assert any("reghdfe" in formula for formula in offered)
    assert any(formula.startswith("variables!") for formula in offered)


def test_an_option_changed_in_the_workbook_changes_the_step(folder: Path) -> None:
    book = template(folder)
    change(book, "options", {0: "fit", 2: "effects"}, 3, "region, period")
    change(book, "options", {0: "fit", 2: "errors"}, 3, "hc1")
    change(book, "options", {0: "fit", 2: "level"}, 3, 0.9)
    options = load(book).step("fit").options
    assert options["effects"] == ("region", "period")
    assert options["errors"] == "hc1"
    assert options["level"] == 0.9


def test_a_best_value_in_the_workbook_makes_an_indicator_moderate(folder: Path) -> None:
    book = template(folder)
    change(book, "variables", {0: "数字"}, FIELDS.index("direction"), "moderate")
    change(book, "variables", {0: "数字"}, FIELDS.index("best"), "2; 3.5")
    found = next(v for v in load(book).variables if v.name == "数字")
    assert (found.direction, found.best) == ("moderate", (2.0, 3.5))


def test_a_value_changed_in_the_workbook_changes_the_data(folder: Path) -> None:
    book = template(folder)
    change(book, "人口", {0: "江苏"}, 1, 9000)
    assert execute(book)["summary"].statistics.loc["出口", "mean"] == execute(folder / "study.toml")["summary"].statistics.loc["出口", "mean"]
    assert execute(book)["score"].scores["score"].max() == 1.0


@pytest.mark.parametrize(
    ("sheet", "find", "column", "value", "code", "fragment"),
    [
        ("options", {0: "fit", 2: "errors"}, 3, "clusterr", "contract.not_a_choice", "clusterr"),
        ("options", {0: "fit", 2: "outcome"}, 3, "出品", "contract.unknown_column", "出品"),
        ("options", {0: "fit", 2: "outcome"}, 1, "regres", "workbook.unknown_option", "fit"),
        ("variables", {0: "数字"}, FIELDS.index("sheet"), "nowhere", "workbook.no_sheet", "nowhere"),
        ("数字", {0: "上海"}, 1, "3a", "panel.cell.letters", "3a"),
        ("数字", {0: "上海"}, 0, "北京", "workbook.twice", "北京"),
        ("数字", {0: "上海"}, 0, None, "workbook.no_region", "region"),
    ],
)
def test_mistakes_are_named(folder: Path, sheet: str, find: dict[int, Any], column: int, value: Any, code: str, fragment: str) -> None:
    book = template(folder)
    change(book, sheet, find, column, value)
    if code == "workbook.unknown_option":
        change(book, sheet, {0: "fit", 2: "outcome"}, 3, "人口")
    with pytest.raises(FindingError) as caught:
        execute(book)
    assert code in {finding.code for finding in caught.value.findings}
    assert fragment in caught.value.text("en")
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"no workbook")
    with pytest.raises(FindingError) as caught:
        load(book)
    assert caught.value.findings[0].code == "workbook.broken"


def test_long_and_similar_names_get_sheets_of_their_own(folder: Path) -> None:
    long = "a_very_long_name_of_a_variable_that_excel_cuts_"
    text = (folder / "data.csv").read_text(encoding="utf-8").replace("数字", long + "one").replace("人口", long + "two")
    (folder / "data.csv").write_text(text, encoding="utf-8")
    study = (folder / "study.toml").read_text(encoding="utf-8").replace('"数字"', f'"{long}one"').replace('"人口"', f'"{long}two"')
    (folder / "study.toml").write_text(study, encoding="utf-8")
    assert numbers(folder / "study.toml", folder / "a") == numbers(template(folder), folder / "b")
