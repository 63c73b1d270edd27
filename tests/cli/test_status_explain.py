"""regio status and regio explain on the command line: what they print, and what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regio.cli.app import start

KEYS = [(place, year) for place in ("北京", "天津", "河北") for year in (1, 2, 3)]
TABLE = "place,year,x,y\n" + "".join(f"{place},{year},{1 + i * 7 % 5},{2 + i * 3 % 7}\n" for i, (place, year) in enumerate(KEYS))
STUDY = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
[[step]]
name = "log_x"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "summary"
kind = "describe"
columns = ["log_x", "y"]
"""
Captured = pytest.CaptureFixture[str]
MEAN = "summary/statistics/y/mean"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "study.toml"


def test_status_before_after_and_stale(study: str, capsys: Captured) -> None:
    assert start(["status", study]) == 0
    assert f"small has not been run in {Path('runs') / 'small'} yet" in capsys.readouterr().out
    assert not Path("runs").exists()
    assert start(["run", study, "--json"]) == 0
    capsys.readouterr()
    assert start(["status", study]) == 0
    assert capsys.readouterr().out.splitlines() == ["✓ log_x    up to date", "✓ summary  up to date", "All 2 steps are up to date."]
    Path("table.csv").write_text(TABLE.replace("北京,1,1", "北京,1,2"), encoding="utf-8")
    assert start(["status", study, "--language", "zh"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "· log_x    数据表“table”已改动",
        "· summary  数据表“table”已改动",
        "2 个步骤中有 2 个需要计算。",
    ]


def test_status_says_that_a_result_is_broken(study: str, capsys: Captured) -> None:
    assert start(["run", study, "--json"]) == 0
    for note in (Path("runs") / "small" / "store" / "results").glob("*/note.json"):
        note.write_bytes(b"")
    capsys.readouterr()
    assert start(["status", study]) == 0
    said = capsys.readouterr()
    assert "· log_x    its stored result is gone or broken" in said.out
    assert "A stored result is broken and is computed again." in said.err
    assert start(["status", study, "--json"]) == 0
    assert [f["code"] for f in json.loads(capsys.readouterr().out)["broken"]] == ["store.broken"]


def test_explain_runs_what_is_missing_and_then_reads_it(study: str, capsys: Captured) -> None:
    assert start(["explain", study, MEAN]) == 0
    first = capsys.readouterr()
    assert first.out.startswith(f"{MEAN} = ")
    assert "The study is run first" in first.err
    assert start(["explain", study, MEAN]) == 0
    second = capsys.readouterr()
    assert (second.out, second.err) == (first.out, "")


def test_explain_in_chinese_and_as_json(study: str, capsys: Captured) -> None:
    assert start(["run", study, "--json"]) == 0
    capsys.readouterr()
    assert start(["explain", study, MEAN, "--language", "zh"]) == 0
    assert "数据源“table”：使用 9 行，剔除 0 行" in capsys.readouterr().out
    assert start(["explain", study, MEAN, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    number = next(n for n in json.loads((Path("runs") / "small" / "results.json").read_text(encoding="utf-8"))["numbers"] if n["address"] == MEAN)
    assert (found["value"], found["rows_used"]) == (number["value"], 9)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sumary/statistics/y/mean", "There is no step “sumary”. Did you mean summary?"),
        ("summary/statistics/yy/mean", "There is no row “yy”. Did you mean y?"),
        ("summary//y", "step/exhibit/row/column"),
        ('["summary", "statistics", "y", "men"]', "There is no column “men”."),
        ("[summary", "There is no step “[summary”. Did you mean summary?"),
    ],
)
def test_explain_of_what_is_not_there(study: str, capsys: Captured, address: str, words: str) -> None:
    assert start(["explain", study, address]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Something unexpected" not in said


def test_explain_after_a_failed_step(study: str, capsys: Captured) -> None:
    Path("table.csv").write_text(TABLE.replace("北京,1,1", "北京,1,0"), encoding="utf-8")
    assert start(["run", study, "--json"]) == 1
    capsys.readouterr()
    assert start(["explain", study, MEAN]) == 1
    assert "The step “summary” was not run, because it needs “log_x”." in capsys.readouterr().err
    assert start(["explain", study, "log_x/values", "--json"]) == 1
    assert [f["code"] for f in json.loads(capsys.readouterr().out)["findings"]] == ["transform.log_of_zero"]
