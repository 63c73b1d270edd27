"""The same thing said of several columns or steps is said once, with all that it concerns."""

from __future__ import annotations

import pytest

from regio.contract.finding import Finding
from regio.report.said_once import joined, said_once

COLUMNS = ("quality", "virtual", "development")


def left_out(column: str, where: str = "drivers", count: int = 20) -> Finding:
    return Finding("geodetector.settings_left_out", {"column": column, "count": count}, "note", where)


def test_findings_of_one_kind_in_one_step_are_one_sentence() -> None:
    (said,) = said_once([left_out(name, count=20 + i) for i, name in enumerate(COLUMNS)], "en")
    assert said.text.startswith("drivers: 20 settings of “quality”; 21 settings of “virtual”; 22 settings of “development” were not chosen from")
    (said,) = said_once([left_out(name, count=20 + i) for i, name in enumerate(COLUMNS)], "zh")
    assert said.text == "drivers：“quality”有 20；“virtual”有 21；“development”有 22 组离散化参数未参与选择：类内样本过少，或类别数少于要求。"


def test_the_same_sentence_of_two_steps_names_both() -> None:
    (said,) = said_once([left_out("quality", "one"), left_out("quality", "two")], "en")
    assert said.text.startswith("one, two: 20 settings of “quality”")


def test_other_findings_stay_apart_and_in_order() -> None:
    findings = [left_out("quality"), Finding("chain.no_capacity", {"count": 4, "total": 6}, "note", "sites"), left_out("virtual")]
    texts = [said.text for said in said_once(findings, "en")]
    assert len(texts) == 2
    assert "virtual" in texts[0]
    assert texts[1].startswith("sites: ")


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["a b c."], "a b c."),
        (["x is 1 of them.", "x is 2 of them."], "x is 1; 2 of them."),
        (["In “a” all is well here.", "In “b” all is well here."], "In “a”; “b” all is well here."),
        (["One thing.", "Something else entirely different"], None),
    ],
)
def test_joined(texts: list[str], wanted: str | None) -> None:
    assert joined(texts, "en") == wanted


def test_a_rule_of_the_checks_is_not_repeated_by_the_step_that_it_is_about() -> None:
    rule = Finding("lint.assumed_instrument", {"step": "iv", "instruments": ("z",), "column": "w"}, "warning")
    step = Finding("two_stage.interacted", {"columns": ("z",), "by": "w"}, "note", "iv")
    assert len(said_once([rule, step], "en")) == 1
    assert len(said_once([step], "en")) == 1
