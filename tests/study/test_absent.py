"""What a study's data do not have: ``[[absent]]``, rows without keys, overlays field by field and by folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import HEAD, TABLE

import regio
from regio.contract.finding import StudyError
from regio.language import LANGUAGES, say
from regio.report.about import left_out
from regio.study.execute import execute
from regio.study.file import load

STEPS = """\
[[set]]
name = "both"
members = ["x", "z"]
[[step]]
name = "sizes"
kind = "describe"
columns = ["both"]
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "x"
[[step]]
name = "with_z"
kind = "regress"
outcome = "y"
treatment = "z"
[[step]]
name = "checks"
kind = "robustness"
of = "model"
variations = [{ name = "hc1", errors = "hc1" }, { name = "z", treatment = "z" }]
[[step]]
name = "more"
kind = "robustness"
of = "with_z"
variations = [{ name = "hc1", errors = "hc1" }]
[[hypothesis]]
name = "H"
claim = { en = "z matters", zh = "z 有影响" }
supported_if = { cell = "with_z/coefficients/z/(1)", sign = "positive" }
"""
ABSENT = '[[absent]]\nname = "z"\nnote = { en = "not public", zh = "未公开" }\n'


def written(folder: Path, text: str, table: str = TABLE) -> Path:
    (folder / "table.csv").write_text(table, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_needs_it_is_not_run_and_the_rest_is(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + STEPS + ABSENT)
    study = load(path)
    assert [step.name for step in study.steps] == ["sizes", "model", "checks"]
    assert study.step("sizes").options["columns"] == ("x",)
    assert {("both", "set"), ("with_z", "regress"), ("more", "robustness"), ("checks: z", "variations")} == {(i.name, i.kind) for i in study.left_out}
    assert {("z",)} == {item.absent for item in study.left_out}
    run = execute(study)
    assert not run.failed
    assert [j.verdict for j in run.verdicts] == ["not_computed"]
    assert "no data on z" in say(run.verdicts[0].judged[0].reason, "en")
    assert list(dict.fromkeys(run["checks"].table("summary").index.get_level_values(0))) == ["baseline", "hc1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_was_not_run_and_why(tmp_path: Path, language: str) -> None:
    run = regio.run(written(tmp_path, HEAD + STEPS + ABSENT), tmp_path / "out", languages=("en", "zh"))
    assert run.folder is not None
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert {"en": "not run", "zh": "未运行"}[language] in page
    assert {"en": "not public", "zh": "未公开"}[language] in page
    (table,) = left_out(run)
    assert {"with_z", "more"} <= {row.key.partition(":")[2] for row in table.rows}


def test_without_the_word_the_missing_column_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        load(written(tmp_path, HEAD + STEPS))
    assert {"study.unknown_member"} == {f.code for f in caught.value.findings}  # said once, where the set names it


def test_an_absent_name_that_nothing_needs_is_remarked(tmp_path: Path) -> None:
    notes = load(written(tmp_path, HEAD + STEPS + ABSENT + '[[absent]]\nname = "modle"\n')).notes
    found = next(n for n in notes if n.code == "study.absent_unused")
    assert "model" in found.text("en")
    assert "modle" in found.text("zh")


def test_several_names_under_one_reason_and_a_step(tmp_path: Path) -> None:
    study = load(written(tmp_path, HEAD + STEPS + '[[absent]]\nname = "late"\nmembers = ["z", "checks"]\nnote = "later"\n'))
    assert [step.name for step in study.steps] == ["sizes", "model"]
    assert [entry.name for entry in study.absent] == ["z", "checks"]


# ---- rows without a key


KEYLESS = TABLE + ",2001,1,2,n\na,,3,4,n\n"


def test_rows_without_a_key_are_refused_unless_the_source_says_otherwise(tmp_path: Path) -> None:
    step = '[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n'
    with pytest.raises(StudyError) as caught:
        execute(written(tmp_path, HEAD + step, KEYLESS))
    assert "panel.missing_keys" in {f.code for f in caught.value.findings}
    lenient = HEAD.replace('from = "table.csv"', 'from = "table.csv"\nrows_without_keys = "leave_out"')
    run = execute(written(tmp_path, lenient + step, KEYLESS))
    whole = execute(written(tmp_path, HEAD + step))
    assert run["sizes"].to_dict()["statistics"] == whole["sizes"].to_dict()["statistics"]
    changes = [c for table in run.tables for c in table.changes]
    assert [c["reason"] for c in changes] == ["panel.change.no_key"] * 2
    lines = len(TABLE.splitlines())
    assert [lines + 1, lines + 2] == [c["row"] for c in changes]
    found = next(f for f in run.findings if f.code == "reading.rows_without_keys")
    assert "2 rows were left out" in found.text("en")
    assert "2 行" in found.text("zh")


def test_it_is_a_word_for_delimited_text(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(written(tmp_path, HEAD).with_name("table.csv"))
    frame.to_excel(tmp_path / "table.xlsx", index=False)
    text = HEAD.replace('from = "table.csv"', 'from = "table.xlsx"\nlayout = "long"\nrows_without_keys = "leave_out"')
    with pytest.raises(StudyError) as caught:
        load(written(tmp_path, text + '[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n'))
    assert "study.only_text" in {f.code for f in caught.value.findings}


# ---- overlays


def test_a_variable_is_laid_over_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("name,label_en,label_zh,unit,role\nx,Width,宽度,m,control\ny,Height,高度,m,outcome\n", encoding="utf-8")
    text = HEAD.replace('name = "small"', 'name = "small"\nvariables = "words.csv"')
    text += '[[variable]]\nname = "x"\nunit = "km"\nlabel = { en = "Breadth" }\n[[variable]]\nname = "y"\ndrop = true\n'
    (x,) = load(written(tmp_path, text + '[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n')).variables
    assert (x.label, x.unit, x.role) == ({"en": "Breadth", "zh": "宽度"}, "km", "control")


def test_dropping_a_variable_that_no_table_has(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        load(written(tmp_path, HEAD + '[[variable]]\nname = "q"\ndrop = true\n[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n'))
    assert "study.overlay_unknown" in {f.code for f in caught.value.findings}


def test_an_overlay_that_the_study_brings_finds_its_tables_in_the_folder_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, tables = tmp_path / "home", tmp_path / "tables"
    home.mkdir(), tables.mkdir()
    step = '[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n'
    path = written(home, HEAD + step)
    (home / "real.toml").write_text('[study]\nname = "real"\n[[source]]\nname = "table"\nfrom = "mine.csv"\n', encoding="utf-8")
    (tables / "mine.csv").write_text(TABLE, encoding="utf-8")
    study = load(path, tables)
    assert (study.name, study.source("table").path) == ("real", (tables / "mine.csv").resolve())
    monkeypatch.chdir(tables)
    assert load(path, "real.toml").source("table").path.resolve() == (tables / "mine.csv").resolve()
    (home / "real.toml").unlink()
    with pytest.raises(StudyError) as caught:
        load(path, tables)
    assert [f.code for f in caught.value.findings] == ["study.no_overlay"]


def test_several_overlays_are_laid_one_on_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, HEAD + '[[step]]\nname = "sizes"\nkind = "describe"\ncolumns = ["x"]\n')
    (tmp_path / "other.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "title.toml").write_text('[study]\ntitle = "Other"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    study = load(path, ("table=other.csv", "title.toml"))
    assert (study.title, study.source("table").path.name) == ("Other", "other.csv")


def test_it_goes_into_a_package(tmp_path: Path) -> None:
    from regio.report.package import package

    made = package(written(tmp_path, HEAD + STEPS + ABSENT), tmp_path / "packed")
    assert not made.run.failed
    assert {"with_z", "more"} <= {item.name for item in made.run.study.left_out}
