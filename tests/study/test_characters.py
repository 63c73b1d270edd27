"""Characters that input methods and word processors put in: named as such, with their line, in place of a parser's message."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import HEAD, mistakes, places, written

from regio.study.file import load

LAST = HEAD.count("\n") + 1  # the line that follows the head


@pytest.mark.parametrize(
    ("line", "code", "found"),
    [
        ("title = “数字经济”", "study.curly_quotes", "“”"),
        ("title = ‘x’", "study.curly_quotes", "‘’"),
        ("title = «x»", "study.curly_quotes", "«»"),
        ("title = ＂x＂", "study.curly_quotes", "＂"),
        ('title ＝ "x"', "study.full_width", "＝"),
        ('title： "x"', "study.full_width", "："),
        ('missing = ["a"，"b"]', "study.full_width", "，"),
        ('missing = ［"a"］', "study.full_width", "［］"),
        ("［defaults］", "study.full_width", "［］"),
        ("[[step］］", "study.full_width", "］"),
        ("unit = １", "study.full_width", "１"),
        ('unit　= "x"', "study.full_width", "U+3000"),
        ('unit\u00a0= "x"', "study.full_width", "U+00A0"),
        ('列名 = "x"', "study.bare_key", "列名"),
        ('GDP增长 = "x"', "study.bare_key", "GDP增长"),
        ("[数据]", "study.bare_key", "数据"),
        ("[[步骤]]", "study.bare_key", "步骤"),
        ('title = { 中文 = "x" }', "study.bare_key", "中文"),
        ("title = 数字经济", "study.bare_value", "数字经济"),
        ("title = { en = 数字 }", "study.bare_value", "数字"),
    ],
)
def test_named_with_the_line(tmp_path: Path, line: str, code: str, found: str) -> None:
    findings = mistakes(written(tmp_path, HEAD + line + "\n"))
    assert [(LAST, code)] == places(findings)
    assert found == findings[0].values["found"]
    assert found in findings[0].text("en")
    assert found in findings[0].text("zh")
    assert "TOML" not in findings[0].text("en")


def test_every_such_line_is_named_at_once(tmp_path: Path) -> None:
    text = HEAD + 'title = “x”\nunit ＝ "f"\n[[step]]\n名称 = "s"\nkind = describe，\n'
    wanted = [(LAST, "study.curly_quotes"), (LAST + 1, "study.full_width"), (LAST + 3, "study.bare_key"), (LAST + 4, "study.full_width")]
    assert wanted == places(mistakes(written(tmp_path, text)))


def test_the_cure_for_curly_quotes_is_said_in_both_languages(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, HEAD + "title = “x”\n"))[0]
    assert found.text("en") == 'study.toml, line 9: Quotation marks of a word processor: “”\n    → Type straight quotes: "'
    assert found.text("zh") == 'study.toml，第 9 行：使用了中文或排版引号：“”\n    → 请改用英文直引号："'


@pytest.mark.parametrize(
    "line",
    [
        'title = "“数字经济”，［见注］"  # 注释，“引号”：＝',
        "title = '“数字经济”，［见注］'",
        'title = """\n“第一行”，\n列名 = 第二行\n"""  # “”',
        "title = '''\n［“x”］，\n'''",
        'title = """“x”""""  # the text ends in a quote of its own',
        'title = "a \\" “b” # no comment"  # “c”',
        "# 整行注释，“引号”：［方括号］",
        'title = "数\u2028字\u0085"  # these end a line in Python and not in TOML',
    ],
)
def test_such_characters_are_fine_in_texts_and_comments(tmp_path: Path, line: str) -> None:
    assert load(written(tmp_path, HEAD + line + "\n")).name == "small"


def test_a_line_after_a_text_with_odd_line_ends_keeps_its_number(tmp_path: Path) -> None:
    text = HEAD + 'title = "数\u2028字\u0085"\nnone = 1\n'
    assert places(mistakes(written(tmp_path, text))) == [(LAST + 1, "study.unknown_key")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_study_file_as_chinese_editors_save_it(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "")
    path.write_bytes((HEAD + 'title = "各地区数字经济与出口"\n').replace("\n", "\r\n").encode(encoding))
    assert load(path).sources[0].title == "各地区数字经济与出口"


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(b"schema = 1\n# caf\xe9 \xff\xff\n[study]\n")
    findings = mistakes(path)
    assert places(findings) == [(2, "study.not_text")]
    assert "UTF-8" in findings[0].text("zh")
