"""Where the lines of a table break, and where its numbers stand."""

from __future__ import annotations

import pytest

from regio.exhibits.printed import Head, Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import SEAM, broken, fit, insets, seamed, words
from regio.exhibits.render.html import breaking, html
from regio.exhibits.render.latex import latex
from regio.exhibits.render.typst import typst

TITLE = "A title of a column far wider than digits"


def table(language: str = "en") -> Printed:
    cells = (PrintedCell("0.123", stars="***", kind="estimate"), PrintedCell("0.456", kind="estimate")), (PrintedCell("Yes", kind="yes_no"),) * 2
    rows = tuple(PrintedRow(name, name, row) for name, row in zip(("x", "Effects"), cells, strict=True))
    return Printed(name="t", language=language, title="T", stub="", heads=((Head(TITLE), Head("N")),), column_keys=("a", "b"), rows=rows)  # type: ignore[arg-type]


def test_an_address_breaks_behind_its_joints_and_a_number_does_not() -> None:
    assert seamed("drivers/gdp_per_capita.urbanisation/2016.q").split(SEAM) == ["drivers/", "gdp_", "per_", "capita.", "urbanisation/", "2016.q"]
    for plain in ("0.697", "1.8 percent", "(0.123)", "e.g. this", "Tech-Market", "−0.5"):
        assert seamed(plain) == plain
    assert "".join(broken("number_of_ports", 4.0)) == "number_of_ports"
    assert breaking("of_ports") == "of_<wbr>ports"


@pytest.mark.parametrize("text", ["技术创新水平（对数）", "“一二三四”五六七", "水平《年鉴》，再"])
def test_no_line_ends_with_a_mark_that_opens_or_begins_with_one_that_closes(text: str) -> None:
    for width in range(2, 9):
        lines = broken(text, float(width))
        assert "".join(lines) == text
        assert not any(line[-1] in "（“《" for line in lines)
        assert not any(line[0] in "）”》，" for line in lines)
    assert all(word[-1] not in "（“《" for word in words(text))


def test_numbers_stand_in_the_middle_below_a_wide_title() -> None:
    printed = table()
    fitted = fit(printed)
    first, second = insets(printed, fitted)
    assert first == pytest.approx((fitted.widths[1] - 2.32) / 2)  # 0.123: four digits and a point
    assert second == pytest.approx((fitted.widths[2] - 2.32) / 2, abs=0.01)
    assert first > 1
    made = latex(printed)
    assert f"r<{{\\hspace{{{first * fitted.size:.1f}pt}}}}" in made
    assert made.count("\\multicolumn{1}{c}{Yes}") == 2
    assert typst(printed).count("table.cell(align: center, inset:") == 2
    assert typst(printed).count("align: center, inset:") == 4  # titles are not shifted


def test_chinese_tables_have_more_room_above_and_below() -> None:
    assert "y: 2.4pt" in typst(table())
    assert "top: 3.2pt, bottom: 2.9pt" in typst(table("zh"))
    assert "\\linespread{1}" in latex(table("zh"))


def test_a_short_title_of_a_page_stays_on_one_line() -> None:
    made = html(table())
    assert '<th scope="col" class="short">N</th>' in made
    assert f'<th scope="col">{TITLE}</th>' in made


def test_a_chinese_title_stands_in_three_lines_at_most() -> None:
    text = "一段很长的文字会使这一栏变得很宽需要折行才能放下" * 2
    cells = (PrintedCell("28", kind="count"), *(PrintedCell(text, kind="text"),) * 6)
    heads = (tuple(Head(name) for name in ("涉及企业数", *"abcdef")),)
    printed = Printed(name="t", language="zh", title="T", stub="", heads=heads, column_keys=tuple("0abcdef"), rows=(PrintedRow("x", "x", cells),))
    assert fit(printed).widths[1] >= 5 / 3
