"""Running: steps that fail leave the others running; reading errors stop the run with file, line and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from marked import HEAD, TABLE, line_of, written

from regio.contract.finding import Position, StudyError
from regio.study.events import Event, Failed, Finished, Found, Started
from regio.study.execute import Run, execute
from regio.study.file import load

ZERO = TABLE.replace("b,2001,3", "b,2001,0")
STEPS = """\
[[step]]
name = "log_x"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "log_y"
kind = "transform"
form = "log"
column = "y"
[[step]]
name = "model"
kind = "regress"
outcome = "log_y"
treatment = "log_x"
[[step]]
name = "after"
kind = "regress"
outcome = "log_y"
treatment = "x"
[[step]]
name = "free"
kind = "describe"
columns = ["x", "y"]
"""


def codes(run: Run) -> dict[str, list[str]]:
    return {name: [f.code for f in findings] for name, findings in run.failed.items()}


def test_a_step_that_fails_leaves_the_others_and_skips_those_that_need_it(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + STEPS, ZERO)
    run = execute(path)
    assert list(run) == ["log_y", "after", "free"]
    assert codes(run) == {"log_x": ["transform.log_of_zero"], "model": ["study.step_skipped"]}
    first, skipped = run.failed["log_x"][0], run.failed["model"][0]
    assert Position("study.toml", line_of(HEAD + STEPS, 'name = "log_x"') - 1) == first.where
    assert Position("study.toml", line_of(HEAD + STEPS, 'name = "model"') - 1) == skipped.where
    assert "(b, 2001)" in first.text("en")
    assert "The step “model” was not run, because it needs “log_x”." in skipped.text("en")
    assert "未运行步骤“model”，因为它需要“log_x”。" in skipped.text("zh")
    assert {"transform.log_of_zero", "study.step_skipped"} <= {f.code for f in run.findings}


def test_what_is_skipped_is_skipped_all_the_way(tmp_path: Path) -> None:
    last = '[[step]]\nname = "twice"\nkind = "transform"\nform = "log"\ncolumn = "log_x"\n[[step]]\nname = "third"\nkind = "describe"\ncolumns = ["twice"]\n'
    run = execute(written(tmp_path, HEAD + STEPS + last, ZERO))
    assert (codes(run)["twice"], codes(run)["third"]) == (["study.step_skipped"], ["study.step_skipped"])


def test_only_runs_a_step_with_what_it_needs(tmp_path: Path) -> None:
    study = load(written(tmp_path, HEAD + STEPS))
    assert list(execute(study, only=["model"])) == ["log_x", "log_y", "model"]
    assert list(execute(study, only=["free"])) == ["free"]
    assert list(execute(study, only="free")) == ["free"]
    assert list(execute(study, only=["free", "log_x"])) == ["log_x", "free"]


def test_an_unknown_step_in_only(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        execute(written(tmp_path, HEAD + STEPS), only=["modle", "free", "none"])
    assert [f.code for f in caught.value.findings] == ["study.unknown_only"] * 2
    assert "There is no step “modle” to run. Did you mean model?" in caught.value.text("en")


def test_a_step_alone_gives_the_same_numbers(tmp_path: Path) -> None:
    study = load(written(tmp_path, HEAD + STEPS))
    assert execute(study)["model"].to_dict() == execute(study, only=["model"])["model"].to_dict()


def test_columns_that_steps_make_are_used_by_later_ones(tmp_path: Path) -> None:
    run = execute(written(tmp_path, HEAD + STEPS))
    x, y = np.log([1, 2, 3, 5, 2, 4]), np.log([2.5, 2.0, 4.5, 5.0, 3.5, 6.0])
    slope = np.polyfit(x, y, 1)[0]
    assert slope == pytest.approx(run["model"].table().loc["log_x", "estimate"], rel=1e-12)  # six rows of well-scaled numbers


def test_a_column_made_on_another_source_is_matched_by_region_and_period(tmp_path: Path) -> None:
    text = (
        HEAD
        + '[[source]]\nname = "other"\nfrom = "other.csv"\nregion = "where"\nperiod = "when"\n'
        + '[[step]]\nname = "lw"\nkind = "transform"\nform = "log"\ncolumn = "w"\non = "other"\n'
        + '[[step]]\nname = "s"\nkind = "describe"\ncolumns = ["lw", "x"]\n'
    )
    other = "when,where,w\n2002,b,3\n2001,b,2\n2001,a,1\n2002,z,9\n"
    table = execute(written(tmp_path, text, other_csv=other))["s"].table()
    assert (table.loc["lw", "n"], table.loc["x", "n"]) == (3, 6)
    assert np.mean(np.log([1, 2, 3])) == pytest.approx(table.loc["lw", "mean"], rel=1e-14)  # a mean of three numbers


@pytest.mark.parametrize(
    ("table", "code", "line", "words"),
    [
        (TABLE.replace("3,4.5", "3a,4.5"), "panel.cell.letters", 4, "study"),
        (TABLE.replace("b,2002", "b,2001"), "panel.duplicate_keys", 4, "(b, 2001)"),
        (TABLE.replace("b,2002", ",2002"), "panel.missing_keys", 5, "region"),
        (TABLE.replace("3,4.5,s", "3,4,5,s"), "reading.ragged", 4, "6 cells, the header has 5"),
        (TABLE.split("\n")[0] + "\n", "reading.no_rows", 0, "no rows"),
    ],
)
def test_a_table_that_cannot_be_read_stops_the_run_with_file_and_line(tmp_path: Path, table: str, code: str, line: int, words: str) -> None:
    path = written(tmp_path, HEAD + STEPS, table)
    with pytest.raises(StudyError) as caught:
        execute(path)
    found = caught.value.findings[0]
    assert isinstance(found.where, Position)
    assert (code, "table.csv", line) == (found.code, found.where.file, found.where.line)
    assert words.replace("study", "3a") in found.text("en")


def test_events_come_in_order(tmp_path: Path) -> None:
    seen: list[Event] = []
    execute(written(tmp_path, HEAD + STEPS, ZERO.replace("a,2002,2,2.0", "a,2002,2,")), events=seen.append)
    assert [Started("log_x", "transform", 1, 5), Started("log_y", "transform", 2, 5)] == [e for e in seen if isinstance(e, Started)][:2]
    assert [e.name for e in seen if isinstance(e, Failed)] == ["log_x", "model"]
    assert [e.name for e in seen if isinstance(e, Finished)] == ["log_y", "after", "free"]
    assert next((e.name, e.finding.code) for e in seen if isinstance(e, Found)) == ("table", "panel.missing_cells")


def test_a_gap_and_an_unbalanced_panel_are_notes(tmp_path: Path) -> None:
    table = "place,year,x,y\na,1,1,2\na,3,2,2\nb,1,3,4\nb,2,2,3\nb,3,5,7\nc,2,1,1\n"
    run = execute(written(tmp_path, HEAD + STEPS, table), only=["free"])
    found = {f.code: f for f in run.findings}
    assert {"panel.unbalanced", "panel.gaps"} <= set(found)
    assert "6 of 9 region-periods are there (3 regions, 3 periods)" in found["panel.unbalanced"].text("en")
    assert "1 periods are missing between the first and last one of a region: a." in found["panel.gaps"].text("en")
    assert {"note"} == {f.severity for f in found.values()}


def test_missing_marks_are_listed_with_their_lines(tmp_path: Path) -> None:
    table = TABLE.replace("a,2002,2", "a,2002,…").replace("c,2001,2,3.5", "c,2001,NA,3.5")
    text = HEAD + 'missing = ["…"]\n' + STEPS
    changes = execute(written(tmp_path, text, table), only=["free"]).tables[0].changes
    assert [tuple(c[k] for k in ("variable", "region", "period", "before", "file", "row")) for c in changes] == [
        ("x", "a", "2002", "…", "table.csv", 3),
        ("x", "c", "2001", "NA", "table.csv", 6),
    ]
