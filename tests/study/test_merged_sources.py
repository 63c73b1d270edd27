"""Columns of one source beside those of another: ``kind = "merge"`` under [[prepare]]."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.contract.finding import StudyError
from regio.study.execute import execute
from regio.study.file import load
from regio.study.store import Store

HEAD = """schema = 1
[study]
name = "merged"
[[source]]
name = "provinces"
from = "provinces.csv"
region = "province"
period = "year"
[[source]]
name = "areas"
from = "areas.csv"
region = "place"
"""
MERGE = '[[prepare]]\nname = "area"\nkind = "merge"\nsource = "areas"\n'
STEP = '[[step]]\nname = "summary"\nkind = "describe"\ncolumns = ["people", "area"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "provinces.csv").write_text("province,year,people\na,1,10\na,2,12\nb,1,30\nb,2,33\nc,1,5\n", encoding="utf-8")
    (tmp_path / "areas.csv").write_text("place,area,sea\na,2,0\nb,3,1\nd,9,1\n", encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_of_another_source_can_be_prepared_and_used(folder: Path) -> None:
    density = '[[prepare]]\nname = "density"\nkind = "denominate"\ncolumns = ["people"]\nby = "area"\n'
    run = execute(write(folder, HEAD + MERGE + density + STEP))
    statistics = run["summary"].statistics
    assert statistics.loc["area", "mean"] == 2.5
    assert statistics.loc["people", "max"] == 11.0
    assert statistics.loc["people", "n"] == 4
    codes = {finding.code for table in run.tables for finding in table.findings}
    assert {code for code in codes if code.startswith("merge.")} == {"merge.no_partner_here", "merge.not_taken"}


def test_without_columns_every_column_comes(folder: Path) -> None:
    assert load(write(folder, HEAD + MERGE + STEP)).source("provinces").columns == ("region", "period", "people", "area", "sea")


def test_a_bad_cell_in_the_other_source_is_named_there(folder: Path) -> None:
    (folder / "areas.csv").write_text("place,area,sea\na,2,0\nb,3a,1\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        execute(write(folder, HEAD + MERGE + STEP))
    assert "areas.csv" in caught.value.text("en")
    assert "3a" in caught.value.text("zh")


def test_a_change_in_the_other_source_makes_results_stale(folder: Path) -> None:
    path = write(folder, HEAD + MERGE + STEP)
    execute(path, store=Store(folder / "store"))
    assert execute(path, store=Store(folder / "store")).reused == ("summary",)
    (folder / "areas.csv").write_text("place,area,sea\na,2,0\nb,4,1\n", encoding="utf-8")
    again = execute(path, store=Store(folder / "store"))
    assert again.reused == ()
    assert again["summary"].statistics.loc["area", "max"] == 4.0


@pytest.mark.parametrize(
    ("merge", "code", "fragment"),
    [
        (MERGE.replace("areas", "area"), "study.unknown_source", "areas"),
        (MERGE + 'columns = ["ara"]\n', "reading.no_column", "area"),
        (MERGE.replace('"areas"', '"provinces"'), "study.merge_circle", "provinces"),
        (MERGE + MERGE.replace('"area"', '"twice"'), "merge.clash", "area"),
        (MERGE + '[[prepare]]\nname = "back"\nkind = "merge"\non = "areas"\nsource = "provinces"\n', "study.merge_circle", "areas"),
        ('[[prepare]]\nname = "area"\nkind = "merge"\n', "contract.missing_option", "source"),
    ],
)
def test_mistakes(folder: Path, merge: str, code: str, fragment: str) -> None:
    with pytest.raises(StudyError) as caught:
        load(write(folder, HEAD + merge + STEP.replace(', "area"', "")))
    assert code in {finding.code for finding in caught.value.findings}
    assert fragment in caught.value.text("en")
    assert caught.value.text("zh") != caught.value.text("en")
