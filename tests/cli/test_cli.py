"""The command line: results on stdout, messages on stderr, and what the exit code says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from regio.cli.app import start
from regio.language import RegioError

KEYS = [(place, year) for place in "abcd" for year in (1, 2, 3)]
TABLE = "place,year,x,y\n" + "".join(f"{place},{year},{1 + i * 7 % 5},{2 + i * 3 % 7}\n" for i, (place, year) in enumerate(KEYS))
STUDY = """\
schema = 1
[study]
name = "small"
title = { en = "A small study", zh = "小型研究" }
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
columns = ["x", "y"]
[report]
exhibits = [{ show = "summary/statistics" }]
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study file; the working folder is an empty one."""
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "study.toml"


def broken(study: Path) -> Path:
    study.write_text(STUDY.replace("describe", "descripe").replace('"log"', '"lag2"'), encoding="utf-8")
    return study


def failing(study: Path) -> Path:
    (study.parent / "table.csv").write_text(TABLE.replace("a,1,1", "a,1,0"), encoding="utf-8")
    return study


def test_run_writes_the_report_and_prints_the_main_table(study: Path, capsys: Captured) -> None:
    assert start(["run", str(study)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Descriptive statistics\n━")
    assert out.endswith(f"Report: {Path('runs/small/report.html')}\n")
    assert err.splitlines() == ["[1/2] log_x (transform)", "[2/2] summary (describe)"]
    assert Path("runs/small/results.json").is_file()


def test_run_takes_a_folder_and_a_language(study: Path, capsys: Captured) -> None:
    assert start(["run", str(study.parent), "--out", "elsewhere", "--language", "zh"]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("描述性统计\n")
    assert out.endswith(f"报告：{Path('elsewhere/report.html')}\n")
    assert 'class="page zh"' in Path("elsewhere/report.html").read_text(encoding="utf-8")
    assert not Path("runs").exists()


def test_run_in_json(study: Path, capsys: Captured) -> None:
    assert start(["run", str(study), "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == ""
    assert tuple(found[k] for k in ("ok", "study", "steps", "failed", "findings")) == (True, "small", ["log_x", "summary"], [], [])
    assert str(Path("runs/small")) == found["folder"]


@pytest.mark.parametrize("only", [["--only", "summary"], ["--only=summary"]])
def test_only(study: Path, capsys: Captured, only: list[str]) -> None:
    assert start(["run", str(study), *only, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == ["summary"]


def test_only_several_times(study: Path, capsys: Captured) -> None:
    assert start(["run", str(study), "--only", "summary", "--only", "log_x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == ["log_x", "summary"]


def test_only_an_unknown_step(study: Path, capsys: Captured) -> None:
    assert start(["run", str(study), "--only", "sumary"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "There is no step “sumary” to run. Did you mean summary?" in err


def test_a_failed_step_is_said_and_the_exit_code_is_1(study: Path, capsys: Captured) -> None:
    assert start(["run", str(failing(study))]) == 1
    out, err = capsys.readouterr()
    assert "Descriptive statistics" in out
    assert "The step “log_x” failed." in err
    assert "study.toml, line 10: The log of “x” cannot be taken: 1 cells are zero or negative (the least is 0), for example (a, 1)." in err
    assert start(["run", str(study), "--json", "--out", "again"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["failed"], [f["code"] for f in found["findings"]]) == (False, ["log_x"], ["transform.log_of_zero"])


def test_an_exhibit_that_does_not_exist_is_said(study: Path, capsys: Captured) -> None:
    study.write_text(STUDY.replace("summary/statistics", "summary/statistic"), encoding="utf-8")
    start(["run", str(study)])
    assert "There is no exhibit “summary/statistic”; there are: statistics." in capsys.readouterr().err


@pytest.mark.parametrize(("language", "words"), [("en", "small: 2 steps on 1 tables, no mistakes found."), ("zh", "small：2 个步骤，1 张数据表，未发现错误。")])
def test_check(study: Path, capsys: Captured, language: str, words: str) -> None:
    assert start(["check", str(study), f"--language={language}"]) == 0
    assert (words + "\n", "") == capsys.readouterr()
    assert not Path("runs").exists()


def test_check_prints_notes_and_json(study: Path, capsys: Captured) -> None:
    study.write_text(STUDY + "[defaults]\nlevel = 0.9\n", encoding="utf-8")
    assert start(["check", str(study)]) == 0
    assert "study.toml, line 22: The default “level” applies to no step." in capsys.readouterr().out
    assert start(["check", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["study"], [f["code"] for f in found["findings"]]) == (True, "small", ["study.default_unused"])


@pytest.mark.parametrize("command", ["check", "run"])
def test_mistakes_go_to_stderr_and_the_exit_code_is_1(study: Path, capsys: Captured, command: str) -> None:
    assert start([command, str(broken(study))]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "study.toml, line 13: “form” of transform is “lag2”" in err
    assert "study.toml, line 17: There is no method “descripe”. Did you mean describe?" in err
    assert err.index("line 13") < err.index("line 17")
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["check", "run"])
def test_mistakes_in_chinese_and_in_json(study: Path, capsys: Captured, command: str) -> None:
    assert start([command, str(broken(study)), "--language", "zh"]) == 1
    assert "study.toml，第 17 行：没有名为“descripe”的方法。是否想写 describe？" in capsys.readouterr().err
    assert start([command, str(study), "--json"]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (err, found["ok"], [f["where"]["line"] for f in found["findings"]]) == ("", False, [13, 17])


def test_the_language_of_the_environment(study: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIO_LANGUAGE", "zh")
    assert start(["check", str(broken(study))]) == 1
    assert "没有名为" in capsys.readouterr().err


def test_debug_shows_where(study: Path) -> None:
    with pytest.raises(RegioError):
        start(["check", str(broken(study)), "--debug"])


def test_an_unexpected_error_shows_no_traceback_unless_asked_for(study: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("somewhere")

    monkeypatch.setattr("regio.study.file.load", fail)
    assert start(["check", str(study)]) == 1
    out, err = capsys.readouterr()
    assert (out, "ZeroDivisionError: somewhere" in err, "--debug" in err, "Traceback" in err) == ("", True, True, False)
    with pytest.raises(ZeroDivisionError):
        start(["check", str(study), "--debug"])


@pytest.mark.parametrize("command", ["check", "run"])
def test_an_unknown_study(study: Path, capsys: Captured, command: str) -> None:
    assert start([command, "us-public-capitol"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "There is no study “us-public-capitol”. Did you mean us-public-capital?" in err
    assert start([command, "us-public-capitol", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "study.no_study"


WRONG = ("chek", "run", "check", "check s --langage zh", "check s --language fr", "run s --seed 3", "studies more", "--nothing")


@pytest.mark.parametrize("written", WRONG)
def test_usage_mistakes_have_the_exit_code_2(study: Path, capsys: Captured, written: str) -> None:
    assert start(written.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


def test_studies(study: Path, capsys: Captured) -> None:
    assert start(["studies"]) == 0
    assert "Public capital and output in the US states, 1970–1986" in capsys.readouterr().out
    assert start(["studies", "--language", "zh"]) == 0
    assert "美国各州公共资本与产出，1970—1986 年" in capsys.readouterr().out
    assert start(["studies", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["us-public-capital"]["zh"] == "美国各州公共资本与产出，1970—1986 年"


def test_a_folder_that_cannot_be_written(study: Path, capsys: Captured) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    assert start(["run", str(study), "--out", "taken"]) == 1
    err = capsys.readouterr().err
    assert "taken" in err
    assert "--out" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_in_a_process_of_its_own(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "regio", *arguments], capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert ("Usage" in done.stdout) == ("--help" in arguments)


def test_the_exit_code_reaches_the_shell(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "regio", "check", "none"], capture_output=True, text=True, check=False, cwd=tmp_path, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no study “none”." in done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "Interrupted.\n"), ("zh", "已中断。\n")])
def test_ctrl_c_has_the_code_of_a_stopped_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("regio.cli.words.builtin_titles", stopped)
    assert start(["studies", "--language", language]) == 130
    assert capsys.readouterr().err == said


def test_what_the_system_refuses_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> None:
        raise PermissionError(13, "Permission denied", "t.csv")

    monkeypatch.setattr("regio.cli.words.builtin_titles", refused)
    for language, said in (("en", "t.csv: The file or folder cannot be used: Permission denied."), ("zh", "t.csv：文件或文件夹无法使用：没有权限。")):
        assert start(["studies", "--language", language]) == 1
        assert said in capsys.readouterr().err
