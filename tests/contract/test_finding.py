"""Findings: place, text and cure in one line each, in both languages."""

from __future__ import annotations

import json

import pytest

from regio.contract.finding import ArgumentError, DataError, Finding, FindingError, Position, StudyError, error, suggestion
from regio.language import Message, RegioError, say


@pytest.mark.parametrize(
    ("position", "en", "zh"),
    [
        (Position(), "", ""),
        (Position("t.csv"), "t.csv", "t.csv"),
        (Position("t.csv", 3), "t.csv, line 3", "t.csv，第 3 行"),
        (Position("t.csv", line=3, column="x"), "t.csv, line 3, column x", "t.csv，第 3 行，列 x"),
        (Position("t.xlsx", sheet="表1", row=4, column="C"), "t.xlsx, sheet 表1, row 4, column C", "t.xlsx，工作表 表1，第 4 行，列 C"),
    ],
)
def test_positions(position: Position, en: str, zh: str) -> None:
    assert (en, zh) == (position.text("en"), position.text("zh"))


def test_place_text_and_cure() -> None:
    found = error("study.unknown_kind", Position("study.toml", 4), found="regres", kinds=("describe", "regress"), near=suggestion("regres", ("regress",)))
    assert found.text("en") == "study.toml, line 4: There is no method “regres”. Did you mean regress?\n    → Methods: describe, regress."
    assert found.text("zh") == "study.toml，第 4 行：没有名为“regres”的方法。是否想写 regress？\n    → 可用的方法：describe、regress。"


def test_a_finding_without_place_or_cure() -> None:
    assert Finding("panel.no_key", {"key": "region"}).text("en").split("\n")[0] == "This table has no region column."
    found = Finding("cli.interrupted", {}, "note", "baseline")
    assert (found.cure, found.text("en"), found.text("zh")) == (None, "baseline: Interrupted.", "baseline：已中断。")


def test_as_json() -> None:
    found = error("study.unknown_step", Position("s.toml", 2), found="a", steps=("b", "c"), near="")
    stored = json.loads(json.dumps(found.to_dict()))
    assert (stored["code"], stored["severity"], stored["where"]) == ("study.unknown_step", "error", {"file": "s.toml", "line": 2})
    assert stored["values"] == {"found": "a", "steps": "b, c", "near": ""}
    assert {"en": found.text("en"), "zh": found.text("zh")} == stored["text"]


def test_errors_say_every_finding_and_are_value_errors() -> None:
    one, two = error("reading.no_paths"), error("reading.empty_file", Position("t.csv"))
    for kind in (DataError, ArgumentError, StudyError):
        problem = kind(one, two)
        assert isinstance(problem, FindingError)
        assert isinstance(problem, RegioError)
        assert isinstance(problem, ValueError)
        assert (one, two) == problem.findings
        assert problem.args == ("reading.no_paths", "reading.empty_file")
        assert one.text("zh") + "\n" + two.text("zh") == problem.text("zh")


def test_an_error_speaks_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = DataError(error("reading.no_paths"))
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    assert str(problem).startswith("No file was named.")
    monkeypatch.setenv("REGIO_LANGUAGE", "zh_CN.UTF-8")
    assert str(problem).startswith("没有指明文件。")


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("regres", ("regress", "describe"), ("regress",)),
        ("GDP", ("gdp", "pop"), ("gdp",)),
        ("出口颜", ("出口额", "产出"), ("出口额",)),
        ("xyz", ("abc",), ()),
        ("a", (), ()),
    ],
)
def test_suggestions(word: str, known: tuple[str, ...], near: tuple[str, ...]) -> None:
    found = suggestion(word, known)
    assert near == (found.values["near"] if isinstance(found, Message) else ())
    assert (f" Did you mean {near[0]}?" if near else "") == (say(found, "en") if isinstance(found, Message) else found)
