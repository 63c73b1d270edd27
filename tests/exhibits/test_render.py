"""HTML, Markdown and terminal: the same words, escaped as each needs it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from small_tables import plain, regression

from regio.exhibits.models import Cell, Column, Row, Table, label
from regio.exhibits.page import fragment
from regio.exhibits.printed import Printed
from regio.exhibits.render.html import CSS, html
from regio.exhibits.render.markdown import markdown
from regio.exhibits.render.terminal import columns, terminal
from regio.exhibits.typeset import typeset
from regio.language import Language

TABLE = regression((1.23456, 0.5, 0.012), (-2.0, 0.5, 0.001), effects=True).located("base")
NASTY = "<b>\"a\" & 'b'</b> | *x* _y_ `z`"


class Reader(HTMLParser):
    """Tags in order, and the text of each cell as a browser shows it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.inside = True
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def nasty(language: Language = "en") -> Printed:
    table = plain((Cell("text", NASTY), label(NASTY)), heads=(NASTY, "b"))
    return typeset(table, language, title=NASTY, marks=[NASTY])


def test_html_shows_every_cell_with_its_stars() -> None:
    rows = Reader(html(typeset(TABLE, "en"))).rows
    assert rows[:2] == [["Variable", "(1)", "(2)"], ["y"]]
    assert rows[2:] == [["x", "1.235**", "−2.000***"], ["", "(2.469)", "(−4.000)"], ["region", "Yes", "Yes"], ["N", "1,200", "1,200"]]


def test_html_marks_kinds_addresses_rules_and_spans() -> None:
    found = Reader(html(typeset(TABLE, "zh"), anchor="zh-1", number="表1"))
    cells = found.all("td")
    assert [cell["class"] for cell in cells] == ["estimate", "estimate", "statistic", "statistic", "yes_no", "yes_no", "count", "count"]
    assert cells[3]["data-address"] == "base/coefficients/x/(2)/statistic"
    assert [row.get("class") for row in found.all("tr")[2:]] == [None, None, "rule", "rule"]
    assert next(head["colspan"] for head in found.all("th") if "colspan" in head) == "2"
    assert found.all("div")[0] == {"class": "regio starred", "lang": "zh-CN", "id": "zh-1"}
    assert "<caption>表1　描述性统计</caption>" in html(typeset(TABLE, "zh"), number="表1")
    assert "<caption>Table 1. Descriptive statistics</caption>" in html(typeset(TABLE, "en"), number="Table 1")


def test_html_is_a_three_line_table() -> None:
    assert "border-top: 1.5pt solid; border-bottom: 1.5pt solid" in CSS
    assert re.search(r"thead tr:last-child th[^{]* \{ border-bottom: \.75pt solid", CSS)
    assert "border-left" not in CSS
    assert "border-right" not in CSS


def test_a_word_of_the_header_with_nothing_below_it_reaches_down_to_the_body() -> None:
    heads = [
        (Cell("text", "Coefficient"),),
        (Cell("text", "Interval"), Cell("text", "Low")),
        (Cell("text", "Interval"), Cell("text", "High")),
        (Cell("text"), Cell("text", "N")),
    ]
    columns = tuple(Column(str(i), cells) for i, cells in enumerate(heads))
    table = Table(name="t", frame=TABLE.frame, columns=columns, rows=(Row("r", Cell("label", "r"), (Cell("number", 1.0),) * 4),), title=TABLE.title)
    found = Reader(html(typeset(table, "en")))
    assert found.rows[:2] == [["", "Coefficient", "Interval", ""], ["Low", "High", "N"]]
    spans = [{name: head[name] for name in ("rowspan", "colspan", "class") if name in head} for head in found.all("th")[1:4]]
    assert spans == [{"rowspan": "2", "class": "reach short"}, {"colspan": "2", "class": "over short"}, {}]


def test_html_escapes_everything() -> None:
    source = html(nasty(), anchor='"x"')
    assert "<b>" not in source
    found = Reader(source)
    assert found.rows[0][1] == NASTY
    assert found.rows[1][1] == NASTY
    assert found.rows[1][2] == NASTY
    assert found.all("div")[0]["id"] == '"x"'
    assert {"div", "p", "table", "caption", "thead", "tbody", "tr", "th", "td"} >= {tag for tag, _ in found.tags}


def test_html_addresses_are_escaped_too() -> None:
    table = plain((Cell("number", 1.0),), heads=('"><script>',)).located("a<b")
    assert [cell["data-address"] for cell in Reader(html(typeset(table, "en"))).all("td")] == ['a<b/plain/r1/"><script>']


def test_wide_tables_are_set_smaller() -> None:
    assert [Reader(html(typeset(plain((Cell("number", 1.0),) * n, heads=tuple(map(str, range(n)))), "en"))).all("div")[0]["class"] for n in (13, 12)] == [
        "regio wide",
        "regio",
    ]


def test_a_result_in_a_notebook_is_the_table_of_the_report() -> None:
    source = fragment((TABLE, TABLE), ["calibrated, not observed"])
    assert source.startswith("<style>")
    assert source.count('<p class="mark">calibrated, not observed</p>') == 2
    assert html(typeset(TABLE, "en", marks=["calibrated, not observed"])) in source


def split(line: str) -> list[str]:
    """Cells of a Markdown row as a reader of GitHub's flavour splits them."""
    return [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_markdown() -> None:
    lines = markdown(typeset(TABLE, "en")).split("\n")
    assert lines[0] == "**Descriptive statistics**"
    assert [split(line) for line in lines[2:7]] == [
        ["Variable", "(1)", "(2)"],
        [":---", "---:", "---:"],
        ["", "y", ""],
        ["x", "1.235**", "−2.000***"],
        ["", "(2.469)", "(−4.000)"],
    ]
    assert lines[5] == "| x | 1.235\\*\\* | −2.000\\*\\*\\* |"
    assert lines[-2] == r"Notes: t statistics in brackets. \*\*\* p \< 0.01, \*\* p \< 0.05, \* p \< 0.1."
    assert "注：括号内为 t 值。" in markdown(typeset(TABLE, "zh"))


def test_markdown_escapes_everything() -> None:
    lines = markdown(nasty()).split("\n")
    assert {3} == {len(split(line)) for line in lines if line.startswith("|")}
    assert split(lines[-2])[1] == NASTY
    assert re.sub(r"\\(.)", r"\1", lines[0].removeprefix("**").removesuffix("**")) == NASTY
    assert r"\<b\>" in lines[0]


@pytest.mark.parametrize(
    ("words", "language"), [("a claim of many words " * 6, "en"), ("数字经济显著促进新能源汽车出口。" * 6, "zh"), ("step/table/" * 12, "en")]
)
def test_words_wrap_where_the_table_would_be_wider_than_the_terminal(words: str, language: Language) -> None:
    cells = (Cell("text", words), Cell("number", 123456.789), Cell("text", words))
    heads = tuple(Column(str(i), (Cell("text", f"c{i}"),)) for i in range(3))
    table = Table(name="t", frame=TABLE.frame, columns=heads, rows=(Row("r", Cell("label", "r"), cells),), title=TABLE.title)
    shown = terminal(typeset(table, language), width=80)
    assert max(map(columns, shown.split("\n")[1:])) <= 80
    assert shown.count("123,456.789") == 1
    assert len("".join(shown.split())) >= 2 * len("".join(words.split()))


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("数字", 4), ("a数", 3), ("，（）", 6), ("−1.23***", 8), ("²ö", 2), ("", 0), ("ｱ", 1), ("Ａ", 2)])
def test_columns_of_a_terminal(text: str, width: int) -> None:
    assert width == columns(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_terminal_aligns_chinese_and_english(language: Language) -> None:
    labels = {
        "x": {"en": "Digital economy", "zh": "数字经济发展水平"},
        "y": {"en": "Exports", "zh": "出口额"},
        "region": {"en": "Region", "zh": "地区固定效应"},
    }
    lines = terminal(typeset(TABLE, language, labels=labels)).split("\n")
    body = lines[1 : lines.index(next(line for line in lines if line.startswith(("Notes", "注"))))]
    widths = {columns(line) for line in body if not line.startswith(("━", "─")) and line.split()[-1] not in ("y", "Exports", "出口额")}
    assert {columns(body[0])} == widths
    assert sum(line.startswith("━") for line in body) == 2
    assert sum(line.startswith("─") for line in body) == 3


def test_terminal_wraps_notes_to_its_width() -> None:
    printed = replace(typeset(TABLE, "en"), notes=tuple(f"A note with the number {i}." for i in range(20)))
    lines = terminal(printed, width=60).split("\n")
    notes = lines[lines.index(next(line for line in lines if line.startswith("Notes"))) :]
    assert max(map(columns, notes)) <= 60
    assert " ".join(notes).count("A note with the number") == 20


def test_terminal_shows_the_marks_of_the_data() -> None:
    assert terminal(nasty()).split("\n")[1] == NASTY
