"""[report]: which columns are printed and under which titles, labels, notes, rows of yes and no."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.contract.finding import StudyError
from regio.exhibits.models import Table
from regio.language import say
from regio.report.exhibits import Item, items, printed
from regio.report.run import run
from regio.study.execute import Run, execute
from regio.study.file import load

MODELS = """[[step]]
name = "second"
kind = "regress"
outcome = "y"
treatment = "log_x"
effects = ["region"]
[report]
"""
SHOWN = 'exhibits = [{ show = ["model/coefficients", "second/coefficients"], %s }]\n'


def changed(small: Path, exhibit: str, report: str = "") -> Path:
    text = small.read_text(encoding="utf-8").partition(MODELS.partition("[report]")[0])[0].partition("[report]")[0]
    small.write_text(text + MODELS + report + SHOWN % exhibit, encoding="utf-8")
    return small


def only(done: Run) -> Item:
    found, problems = items(done)
    assert problems == ()
    return found[0]


def test_columns_are_chosen_ordered_and_numbered_anew(small: Path) -> None:
    done = execute(changed(small, 'columns = ["(2)", "(1)"]'))
    table = only(done).exhibit
    assert isinstance(table, Table)
    assert [column.key for column in table.columns] == ["(1)", "(2)"]
    first = next(row for row in table.rows if row.key == "log_x" and not row.part)
    assert [cell.address[0] for cell in first.cells] == ["second", "model"]
    shown = printed(only(done), done, "en")
    assert [head.text for head in shown.heads[0]] == ["(1)", "(2)"]


def test_one_column_alone(small: Path) -> None:
    table = only(execute(changed(small, 'columns = "(2)"'))).exhibit
    assert isinstance(table, Table)
    assert len(table.columns) == 1
    assert {len(row.cells) for row in table.rows} == {1}


def test_titles_over_columns(small: Path) -> None:
    done = execute(changed(small, 'heads = [{ title = { en = "Within", zh = "组内" }, columns = "(2)" }, { title = "Pooled", columns = ["(1)"] }]'))
    assert [head.text for head in printed(only(done), done, "zh").heads[0]] == ["Pooled", "组内"]
    assert [head.text for head in printed(only(done), done, "en").heads[1]] == ["(1)", "(2)"]


def test_a_column_that_is_not_there_is_said(small: Path) -> None:
    done = execute(changed(small, 'columns = ["(3)"]'))
    found, problems = items(done)
    assert found == ()
    assert problems[0].code == "report.no_column"
    assert "(1), (2)" in problems[0].text("en")
    assert "没有名为“(3)”的列" in problems[0].text("zh")


def test_labels_and_notes_of_the_report(small: Path, tmp_path: Path) -> None:
    report = 'labels = [{ name = "log_x", label = { en = "X <log>", zh = "X 对数" } }]\nnotes = "Own data."\n'
    done = run(changed(small, 'notes = [{ en = "See the text.", zh = "见正文。" }]', report), tmp_path / "out")
    shown = printed(only(done), done, "zh")
    assert "X 对数" in [row.head for row in shown.rows]
    assert "见正文。" in shown.notes
    assert "Own data." in shown.notes
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "X &lt;log&gt;" in page
    assert "See the text." in page


@pytest.mark.parametrize(("style", "cells"), [("yes_no", ["No", "Yes"]), ("check", ["", "✓"]), ("none", None)])
def test_rows_of_fixed_effects(small: Path, style: str, cells: list[str] | None) -> None:
    done = execute(changed(small, "main = true", f'fixed_effects = "{style}"\n'))
    rows = {row.key: [cell.text for cell in row.cells] for row in printed(only(done), done, "en").rows}
    assert rows.get("effects.region") == cells


def test_wrong_options_of_the_report_are_said_with_their_line(small: Path) -> None:
    small.write_text(small.read_text(encoding="utf-8").replace("[report]\n", '[report]\nfixed_effects = "ticks"\nreadings = 3\n'), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(small)
    assert {f.code for f in caught.value.findings} == {"study.not_a_choice", "study.wrong_type"}
    assert all(f.where.line for f in caught.value.findings)  # type: ignore[union-attr]


def test_the_readings_say_the_printed_number_of_their_column(small: Path) -> None:
    from regio.report.readings import readings

    done = execute(changed(small, 'columns = ["(2)", "(1)"]'))
    found = readings(only(done), done, "en")
    assert [sentence.partition(":")[0] for sentence in found] == ["Column (1)", "Column (2)"]
    estimate = done["second"].coefficients.loc["log_x", "estimate"]  # type: ignore[attr-defined]
    assert f"{abs(estimate):.3f}" in found[0]
    alone = execute(changed(small, 'columns = ["(1)"]'))
    assert len(readings(only(alone), alone, "en")) == 1
    assert say("readings.head", "zh", text="x") == "解读：x"
