"""Typeset: cells to words, in both languages."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from small_tables import plain, regression

from regio.exhibits.models import Cell, Column, Row, label, text
from regio.exhibits.printed import Head
from regio.exhibits.style import Style
from regio.exhibits.typeset import named, typeset
from regio.language import LANGUAGES, Language, Message, say

TABLE = regression((1.23456, 0.5, 0.012), (-0.0004, 2.0, 0.9)).located("base")
LABELS = {"x": {"en": "Digital economy", "zh": "数字经济"}, "y": "Exports", "region": {"en": "Region", "zh": "地区"}}


def shown(table: object, language: Language = "en", **options: object) -> list[list[str]]:
    printed = typeset(table, language, **options)  # type: ignore[arg-type]
    return [[row.head, *map(str, row.cells)] for row in printed.rows]


@pytest.mark.parametrize(
    ("brackets", "under", "note_en", "note_zh"),
    [
        ("std_error", ["", "(0.500)", "(2.000)"], "Standard errors in brackets.", "括号内为标准误。"),
        ("statistic", ["", "(2.469)", "(−0.00020)"], "t statistics in brackets.", "括号内为 t 值。"),
    ],
)
def test_a_style_shows_one_number_in_brackets_and_says_which(brackets: str, under: list[str], note_en: str, note_zh: str) -> None:
    style = Style(brackets=brackets)  # type: ignore[arg-type]
    assert [["x", "1.235**", "−0.00040"], under, ["N", "1,200", "1,200"]] == shown(TABLE, style=style)
    assert note_en == typeset(TABLE, "en", style=style).notes[0]
    assert note_zh == typeset(TABLE, "zh", style=style).notes[0]


def test_labels_title_stub_and_heads_in_both_languages() -> None:
    en, zh = (typeset(TABLE, language, labels=LABELS, title={"en": "Baseline", "zh": "基准回归"}) for language in LANGUAGES)
    assert (en.title, en.stub, en.rows[0].head) == ("Baseline", "Variable", "Digital economy")
    assert (zh.title, zh.stub, zh.rows[0].head) == ("基准回归", "变量", "数字经济")
    assert ((Head("(1)"), Head("(2)")), (Head("Exports", 2),)) == en.heads
    assert tuple(typeset(TABLE, language).title for language in LANGUAGES) == ("Descriptive statistics", "描述性统计")


def test_stars_stand_only_beside_estimates_and_their_levels_are_noted_only_where_there_are_any() -> None:
    printed = typeset(TABLE, "en")
    assert [cell.stars for cell in printed.rows[0].cells] == ["**", ""]
    assert printed.notes[-1] == "*** p < 0.01, ** p < 0.05, * p < 0.1."
    assert typeset(TABLE, "zh").notes[-1] == "*** p < 0.01，** p < 0.05，* p < 0.1。"
    assert typeset(regression((1.0, 2.0, 0.6)), "en").notes == ("t statistics in brackets.",)
    style = Style(stars=())
    assert (
        list({cell.stars for row in typeset(TABLE, "en", style=style).rows for cell in row.cells}),
        typeset(TABLE, "en", style=style).notes,
    ) == ([""], ("t statistics in brackets.",))
    numbers = plain((Cell("number", 1.0, 0.001), Cell("share", 0.5, 0.001)))
    assert shown(numbers) == [["r1", "1.000", "0.500"]]


def test_every_kind_of_cell() -> None:
    cells = (
        Cell("number", 1234.5),
        Cell("count", 1234.0),
        Cell("yes_no", True),
        Cell("yes_no", False),
        Cell("label", "x"),
        Cell("label", 2001),
        Cell("text", Message("describe.mean")),
        Cell("text", "as it is"),
        Cell("text"),
        Cell("number", None),
        Cell("number", math.nan),
        Cell("std_error", 0.25),
    )
    table = plain(cells, heads=tuple("abcdefghijkl"))
    assert shown(table, labels=LABELS) == [["r1", "1,234.500", "1,234", "Yes", "No", "Digital economy", "2001", "Mean", "as it is", "", "", "", "0.250"]]
    assert shown(table, "zh", labels=LABELS)[0][3:8] == ["是", "否", "数字经济", "2001", "均值"]


def test_empty_brackets_are_left_out() -> None:
    table = regression((1.0, 0.5, 0.2))
    rows = tuple(replace(row, cells=(Cell("statistic"),)) if row.part == "statistic" else row for row in table.rows)
    assert shown(replace(table, rows=rows))[1] == ["", ""]


def test_decimals_of_the_style() -> None:
    assert shown(TABLE, style=Style(decimals=1)) == [["x", "1.2**", "−0.00040"], ["", "(2.5)", "(−0.00020)"], ["N", "1,200", "1,200"]]


def test_rules_stand_where_the_block_changes() -> None:
    table = regression((1.0, 0.5, 0.2), effects=True)
    assert [row.rule_above for row in typeset(table, "en").rows] == [False, False, True, True]


def test_equal_neighbours_in_the_header_are_one_cell() -> None:
    heads = [("a", "1"), ("a", "1"), ("b", "1"), ("a",)]
    table = replace(
        plain((Cell("number", 1.0),) * 4, heads=("1", "2", "3", "4")),
        columns=tuple(Column(str(i), tuple(map(label, head))) for i, head in enumerate(heads)),
    )
    assert ((Head("a", 2), Head("b"), Head("a")), (Head("1", 3), Head(""))) == typeset(table, "en").heads
    assert typeset(table, "en").column_keys == ("0", "1", "2", "3")


def test_names_inside_messages_become_labels() -> None:
    message = Message("describe.in_group", {"variable": label("x"), "group": (label("region"), "east")})
    table = replace(plain((Cell("text", message),), heads=("a",)), notes=(message,))
    assert shown(table, labels=LABELS) == [["r1", "Digital economy (Region, east)"]]
    assert typeset(table, "zh", labels=LABELS).notes[0] == "数字经济（地区、east）"


def test_marks_of_the_data_are_kept_and_said_in_the_language() -> None:
    marks = [{"en": "calibrated, not observed", "zh": "校准数据，非观测值"}]
    assert tuple(typeset(TABLE, language, marks=marks).labels for language in LANGUAGES) == (("calibrated, not observed",), ("校准数据，非观测值",))


def test_addresses_stay_with_their_cells() -> None:
    printed = typeset(TABLE, "zh")
    assert [cell.address for cell in printed.rows[0].cells] == [("base", "coefficients", "x", "(1)"), ("base", "coefficients", "x", "(2)")]
    assert printed.rows[1].cells[1].address == ("base", "coefficients", "x", "(2)", "statistic")


def test_a_row_without_a_label_is_named_as_it_is() -> None:
    table = replace(TABLE, rows=(Row("k", text("describe.mean"), TABLE.rows[0].cells),))
    assert [typeset(table, language).rows[0].head for language in LANGUAGES] == ["Mean", "均值"]


def test_a_message_inside_a_cell_inside_a_message_is_said() -> None:
    inner = text("compare_groups.group.low", groups=label("x"))
    outer = Message("compare_groups.difference", {"first": inner, "second": inner, "term": label("x")})
    said = say(named(outer, {"x": {"en": "Ports", "zh": "港口"}}), "zh")
    assert "港口" in said
    assert "Cell" not in said
    assert "Message" not in said
