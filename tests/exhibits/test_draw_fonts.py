"""Which font draws which text, and what is said where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from figures_of_every_form import EVERY_FORM, LABELS

import regio
from regio.contract.finding import FindingError
from regio.exhibits.draw import draw, fonts
from regio.exhibits.draw.fonts import CHINESE, Face, FontError, chinese_faces, face_for
from regio.exhibits.page import fragment


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_faces", lambda: iter(()))


def test_latin_text_needs_no_font_of_the_system(no_chinese_font: None) -> None:
    assert "DejaVuSans.ttf" in face_for(["Output (log), R², −0.5, β"]).file


def test_chinese_text_without_a_font_is_an_error_with_a_cure(no_chinese_font: None) -> None:
    with pytest.raises(FontError) as caught:
        draw(EVERY_FORM["heat_map"], "zh")
    assert "regio[fonts]" in caught.value.text("en")
    assert "中文字体" in caught.value.text("zh")
    assert draw(EVERY_FORM["heat_map"], "en", labels=LABELS)


def test_a_chinese_label_in_an_english_figure_counts(no_chinese_font: None) -> None:
    with pytest.raises(FontError):
        draw(EVERY_FORM["heat_map"], "en", labels={"R00": "亚拉巴马州"})


def test_a_result_says_it_as_a_finding(no_chinese_font: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    monkeypatch.setenv("REGIO_LANGUAGE", "zh")
    result = regio.regress(pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "x": [0.0, 1.0, 2.0, 3.0]}), "y", "x")
    with pytest.raises(FindingError) as caught:
        result.figure()
    assert [f.code for f in caught.value.findings] == ["figure.no_chinese_font"]
    assert "未能绘制" in fragment(result.exhibits())


@pytest.mark.parametrize(("text", "expected"), [("产出", True), ("（对数）", True), ("Output", False), ("R² − “x”…", False), ("Ａ", True)])
def test_what_counts_as_chinese(text: str, *, expected: bool) -> None:
    assert bool(CHINESE.search(text)) is expected


def test_the_simplified_face_of_a_collection_is_chosen() -> None:
    from matplotlib.font_manager import get_font

    face = next((face for face in chinese_faces() if face.file.endswith(".ttc")), None)
    if face is None or not hasattr(face.file, "face_index"):
        pytest.skip("there is no collection of fonts here, or this matplotlib opens only the first face of one")
    assert get_font(face.file).family_name in fonts.FAMILIES
    assert not face.lacks("地区产业集聚与新质生产力")


def test_the_font_of_the_extra_is_found() -> None:
    face = fonts._packaged()
    if face is None:
        pytest.skip('the extra "fonts" is not installed')
    assert face.path.is_file()
    assert not face.lacks("地区产业集聚与新质生产力0123456789−²")


def test_a_font_without_a_minus_sign_gets_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_has_minus", lambda file: False)
    assert Face("any").shown("−0.5") == "–0.5"


def test_characters_that_are_lacking_are_named() -> None:
    latin = face_for(["abc"])
    assert latin.lacks("ab产出产") == "产出"


def test_fonts_on_disk_are_found_by_name_and_not_opened_one_by_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from matplotlib import font_manager

    (tmp_path / "AnyOther.ttf").write_bytes(b"not a font")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "AnyOther.ttf")])
    fonts._on_disk.cache_clear()
    assert fonts._on_disk(fonts.FAMILIES) == ()
    fonts._on_disk.cache_clear()


def test_no_list_of_fonts_is_asked_for_latin_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_listed", lambda families: sys.exit("asked"))
    assert face_for(["Score"])
