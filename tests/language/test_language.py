"""Messages: codes and values to words."""

from __future__ import annotations

import pytest

from regio.language import LANGUAGES, Message, Name, RegioError, catalogues, default_language, entries, known, say, spell


def test_a_message_in_both_languages() -> None:
    message = Message("study.no_sources")
    assert tuple(say(message, language) for language in LANGUAGES) == ("The study names no table.", "研究没有指定任何数据表。")
    assert say("report.table_number", "en", number=3) == "Table 3"


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        ("x", "x", "x"),
        (3, "3", "3"),
        (0.1 + 0.2, "0.3", "0.3"),
        (("a", 2, "数"), "a, 2, 数", "a、2、数"),
        (["a", ("b", "c")], "a, b, c", "a、b、c"),
        ({"en": "Exports", "zh": "出口"}, "Exports", "出口"),
        ({"en": "Exports"}, "Exports", "Exports"),
        ({"zh": "出口"}, "出口", "出口"),
        ({}, "", ""),
        (Message("exhibits.yes"), "Yes", "是"),
        ((Message("exhibits.yes"), {"en": "a", "zh": "甲"}), "Yes, a", "是、甲"),
    ],
)
def test_values_inside_a_sentence(value: object, en: str, zh: str) -> None:
    assert (en, zh) == (spell(value, "en"), spell(value, "zh"))


def test_braces_in_a_value_stay() -> None:
    assert say("study.unknown_step", "en", found="{x}", near="{y}") == "There is no step “{x}”.{y}"


def test_a_code_without_a_text() -> None:
    assert (known("study.cycle"), known("study.none"), known("none.none")) == (True, False, False)
    for code in ("study.none", "none.none", ""):
        with pytest.raises(LookupError, match="no catalogue entry"):
            say(code, "en")


def test_nested_entries_have_dotted_codes() -> None:
    assert "study.cycle.cure" in entries("study")
    assert "panel.cell.footnote" in entries("panel")
    assert "panel.cell.footnote.cure" in entries("panel")
    assert {"contract", "study", "report"} <= set(catalogues())


@pytest.mark.parametrize(("value", "language"), [("zh", "zh"), ("ZH_cn", "zh"), ("en_GB", "en"), ("fr", "en"), ("", "en")])
def test_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch, value: str, language: str) -> None:
    monkeypatch.setenv("REGIO_LANGUAGE", value)
    assert language == default_language()


def test_an_error_joins_its_messages() -> None:
    problem = RegioError(Message("exhibits.yes"), Message("exhibits.no"))
    assert (problem.text("en"), problem.text("zh")) == ("Yes\nNo", "是\n否")


@pytest.mark.parametrize(("word", "expected"), [("滞后（一期）", "变体滞后（一期）："), ("lag", "变体 lag：")])
def test_no_blank_stands_between_a_chinese_name_and_chinese_words(word: str, expected: str) -> None:
    assert say("replay.not_preparations", "zh", name=Name({"zh": word, "en": "first lag"}), found="x").startswith(expected)
    assert say("replay.not_preparations", "zh", name=word, found="x").startswith(f"变体 {word}：")
    assert " first lag:" in say("replay.not_preparations", "en", name=Name({"zh": word, "en": "first lag"}), found="x")
