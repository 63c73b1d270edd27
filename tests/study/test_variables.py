"""variables.csv and [[variable]]: what a study says of its columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import HEAD, mistakes, places, written

from regio.contract.finding import Position
from regio.study.file import load

STUDY = HEAD.replace('name = "small"', 'name = "small"\nvariables = "variables.csv"')


def test_what_is_read(tmp_path: Path) -> None:
    csv = (
        "\ufeffname,label_en,label_zh,unit_en,unit_zh,source,definition,direction,dimension,weight,set\n"
        'x,Exports,出口,"bn, US$",十亿美元,Yearbook,"Value, yearly",positive,Trade,0.25,main other\n'
        "y,,产出,,,,,,,,main;other\n"
        "zone,,,,,,,,,,\n"
    )
    x, y, zone = load(written(tmp_path, STUDY, variables_csv=csv)).variables
    assert (x.label, x.unit, x.definition) == ({"en": "Exports", "zh": "出口"}, {"en": "bn, US$", "zh": "十亿美元"}, "Value, yearly")
    assert (x.direction, x.dimension, x.weight, x.sets) == ("positive", "Trade", 0.25, ("main", "other"))
    assert (y.label, y.unit, y.direction, y.weight, y.sets) == ("产出", "", None, None, ("main", "other"))
    assert (zone.label, zone.sets) == ("", ())


def test_mistakes_have_the_lines_of_the_table(tmp_path: Path) -> None:
    csv = "name,labelen,direction,weight\nx,Exports,up,0.5\n,Nobody,,\ny,Output,,half\nx,Again,,\n"
    found = mistakes(written(tmp_path, STUDY, variables_csv=csv))
    assert {"variables.csv"} == {f.where.file for f in found if isinstance(f.where, Position)}
    wanted = [(1, "study.unknown_key"), (2, "study.not_a_choice"), (3, "study.missing_key"), (4, "study.wrong_type"), (5, "study.same_name")]
    assert wanted == places(found)
    assert "Did you mean label_en" in found[0].text("en")
    assert "“direction” is “up”; expected one of: positive, negative, moderate" in found[1].text("en")
    assert "“weight” is 'half'; expected 0.25" in found[3].text("en")
    assert "variables.csv，第 5 行：名称“x”重复使用" in found[4].text("zh")


def test_a_comma_without_quotes_does_not_shift_cells(tmp_path: Path) -> None:
    csv = "name,definition,set\nx,Value, yearly,main\ny,Output\n"
    found = mistakes(written(tmp_path, STUDY, variables_csv=csv))
    assert places(found) == [(2, "reading.ragged"), (3, "reading.ragged")]
    assert "The row has 4 cells, the header has 3." in found[0].text("en")
    assert "The row has 2 cells, the header has 3." in found[1].text("en")


@pytest.mark.parametrize("csv", ["", "label_en,unit\nExports,t\nOutput,t\n"])
def test_a_table_without_names_is_said_once(tmp_path: Path, csv: str) -> None:
    assert places(mistakes(written(tmp_path, STUDY, variables_csv=csv))) == [(1, "study.missing_key")]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path, STUDY)
    (tmp_path / "variable.csv").write_text("name\n", encoding="utf-8")
    found = mistakes(path)
    assert places(found) == [(4, "reading.no_file")]
    assert "There is no file “variables.csv”. Did you mean variable.csv" in found[0].text("en")


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, STUDY)
    (tmp_path / "variables.csv").write_bytes(b"name\nx\n\xff\xff\xe9\n")
    assert places(mistakes(path)) == [(3, "reading.not_text")]


def test_the_study_file_replaces_the_table(tmp_path: Path) -> None:
    text = STUDY + '[[variable]]\nname = "x"\nlabel = { en = "New", zh = "新" }\nsets = "main"\n'
    study = load(written(tmp_path, text, variables_csv="name,label_en,set\nx,Old,other\ny,Output,other\n"))
    assert [(v.label, v.sets) for v in study.variables] == [({"en": "New", "zh": "新"}, ("main",)), ("Output", ("other",))]
    assert study.sets == {"main": ("x",), "other": ("y",)}


def test_a_variable_that_no_source_has_is_a_warning(tmp_path: Path) -> None:
    study = load(written(tmp_path, STUDY, variables_csv="name\nx\nzon\n"))
    assert [(n.code, n.severity) for n in study.notes] == [("study.no_such_variable", "warning")]
    assert "“zon” is described, and no source has such a column. Did you mean zone?" in study.notes[0].text("en")


def test_a_set_replaces_the_marks_of_its_name(tmp_path: Path) -> None:
    text = STUDY + '[[set]]\nname = "main"\nmembers = ["y"]\n'
    assert load(written(tmp_path, text, variables_csv="name,set\nx,main\n")).sets == {"main": ("y",)}
