"""Tables for Word, Excel, LaTeX and Typst: the same numbers, three rules, and any character at all."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn

from regio import language
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.exhibits.printed import Printed
from regio.exhibits.render.excel import excel
from regio.exhibits.render.fit import SMALLEST, broken, ems, fit, parts, turned
from regio.exhibits.render.html import html
from regio.exhibits.render.latex import ACCENTS, PACKAGES, SPECIAL, escaped, flowing, latex
from regio.exhibits.render.markdown import markdown
from regio.exhibits.render.typst import typst
from regio.exhibits.render.word import Document, word
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, Message

TOLERATED = 6.0  # points: two millimetres of a margin of twenty-five
NASTY = r"""a & b_1 50% #2 {x} ~y ^z \w $v <i> "q" 'r' [s] *t* @u `v` − = 中文（全角）"""


def table(columns: int = 3, rows: int = 4, names: str = "x") -> Table:
    heads = tuple(Column(f"c{i}", (text("report.words", words=f"{names}{i // 2}"), text("report.words", words=f"({i})"))) for i in range(columns))
    made = []
    for r in range(rows):
        values = [1234.56789 * (r + 1) / (i + 1) * (-1) ** r for i in range(columns)]
        made.append(Row(f"r{r}", label(f"{names}{r}"), tuple(Cell("estimate", v, 0.004) for v in values), block="a"))
        made.append(Row(f"r{r}", label(""), tuple(Cell("statistic", v / 100) for v in values), part="statistic", block="a"))
    made.append(Row("n", text("report.words", words="N"), tuple(Cell("count", 203) for _ in range(columns)), block="b"))
    return Table(name="t", frame=pd.DataFrame(), columns=heads, rows=tuple(made), title=Message("report.words", {"words": names}), notes=())


def printed(language: Any = "en", **options: Any) -> Printed:
    return typeset(table(**options), language)


def cells(shown: Printed) -> list[list[str]]:
    return [[row.head, *(str(cell) for cell in row.cells)] for row in shown.rows]


def word_rows(content: bytes) -> list[list[str]]:
    read = docx.Document(BytesIO(content)).tables[0]
    return [[cell.text for cell in row.cells] for row in read.rows]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", ["x", NASTY])
def test_word_holds_what_is_printed(language: Any, names: str) -> None:
    shown = printed(language, names=names)
    found = word_rows(word(shown, number="Table 1"))
    assert found[len(shown.heads) :] == cells(shown)
    assert found[0][1] == shown.heads[0][0].text


def test_a_word_table_has_three_rules_repeats_its_head_and_splits_no_row() -> None:
    read = docx.Document(BytesIO(word(printed()))).tables[0]
    rows = read._tbl.tr_lst
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows[:3]] == [True, True, False]
    sides = [{b.tag.split("}")[1] for b in row.iter() if b.tag.split("}")[1] in ("top", "bottom", "left", "right") and b.get(qn("w:sz"))} for row in rows]
    assert ("top" in sides[0], "bottom" in sides[1], "bottom" in sides[-1]) == (True, True, True)
    assert not any({"left", "right"} & s for s in sides)
    assert all(not s for s in sides[2:-1])  # nothing between the rows of a block; the last row opens the next one
    assert "top" in sides[-1]


def test_a_word_document_names_fonts_and_language() -> None:
    document = Document("zh", "题目")
    document.heading("题目")
    document.table(printed("zh"), number="表1")
    xml = docx.Document(BytesIO(document.content())).styles["Normal"].element.xml
    assert 'w:eastAsia="宋体"' in xml
    assert 'w:ascii="Times New Roman"' in xml
    assert 'w:eastAsia="zh-CN"' in xml


def test_wide_tables_lie_across_the_page() -> None:
    assert not fit(printed(columns=3)).across
    assert fit(printed(columns=40)).across
    assert sum(fit(printed(columns=40)).millimetres()) <= 245 + 1e-9
    document = Document("en")
    document.table(printed(columns=18))
    document.table(printed(columns=2))
    read = docx.Document(BytesIO(document.content()))
    assert [s.page_width > s.page_height for s in read.sections] == [False, True, False]


def wordy(columns: int = 4, rows: int = 12, length: int = 12) -> Printed:
    """A table of sentences and addresses beside a few numbers."""
    heads = tuple(Column(f"c{i}", (text("report.words", words=f"A rather long title of column {i}"),)) for i in range(columns))
    sentence = " ".join(["word", "of/an/address.with_parts", "变量"] * length)
    cells = tuple(Cell("number", 0.25) if i == 1 else text("report.words", words=sentence[: 40 * (i + 1)]) for i in range(columns))
    made = tuple(Row(f"r{r}", label(f"H{r}"), cells) for r in range(rows))
    return typeset(Table(name="t", frame=pd.DataFrame(), columns=heads, rows=made, title=Message("report.words", {"words": "Wordy"})), "en")


@pytest.mark.parametrize("shown", [wordy(), wordy(3, 2, 40), wordy(8), printed(columns=12), printed(columns=40), printed(names="很长的变量名称" * 8)])
def test_no_table_is_wider_than_its_page(shown: Printed) -> None:
    for _, fitted in parts(shown):
        assert sum(fitted.millimetres()) <= fitted.room + 1e-9
        assert fitted.size >= SMALLEST
        assert all(width > 0 for width in fitted.widths)


def test_sentences_wrap_before_a_page_is_turned() -> None:
    fitted = fit(wordy(4))
    assert fitted.tight == (False, True, False, True, True)
    assert fitted.wraps[2] is False  # numbers never
    assert not fit(wordy(3, 2, 2)).across


def test_forty_columns_are_cut_into_parts_that_hold_every_cell_once() -> None:
    shown = printed(columns=40)
    made = [part for part, _ in parts(shown)]
    assert len(made) > 1
    assert sum((part.column_keys for part in made), ()) == shown.column_keys
    for i, row in enumerate(shown.rows):
        assert sum((part.rows[i].cells for part in made), ()) == row.cells
        assert {part.rows[i].head for part in made} == {row.head}
    for level in range(len(shown.heads)):
        assert all(sum(head.span for head in part.heads[level]) == len(part.column_keys) for part in made)
    assert [bool(part.notes) for part in made] == [False] * (len(made) - 1) + [True]
    assert [part.title.endswith("(continued)") for part in made] == [False] + [True] * (len(made) - 1)
    ends = [len(part.column_keys) for part in made[:-1]]
    assert all(end % 2 == 0 for end in ends)  # between two titles that stand over two columns each


def test_parts_in_every_document() -> None:
    shown = printed("zh", columns=40)
    document = docx.Document(BytesIO(word(shown, number="表1")))
    count = len(parts(shown))
    assert len(document.tables) == count
    assert sum(p.text.startswith("表1") and p.text.endswith("（续）") for p in document.paragraphs) == count - 1
    tex = latex(shown, label="tab:t")
    assert tex.count("\\label{tab:t}") == 1
    assert tex.count("\\addtocounter{table}{-1}") == count - 1
    assert typst(shown).count("#table(") == count


def test_a_short_table_between_turned_ones_is_turned_with_them() -> None:
    wide, short, tall = printed(columns=18), printed(columns=2), printed(columns=2, rows=30)
    assert turned([short, wide, short, wide, short]) == (False, True, True, True, False)
    assert turned([wide, short, short, wide]) == (True, True, True, True)
    assert turned([wide, tall, wide]) == (True, False, True)
    assert turned([wide, None, wide]) == (True, False, True)
    assert turned([]) == ()


def test_lines_of_a_title_are_no_wider_than_told() -> None:
    assert broken("coefficient of variation", 7) == ("coefficient of", "variation")
    assert broken("人均地区生产总值（元）", 6) == ("人均地区生产", "总值（元）")
    assert broken("", 3) == ("",)
    assert max(map(ems, broken("one two three four five six", 8))) <= 8


def test_children_stand_in_the_order_of_the_format() -> None:
    read = docx.Document(BytesIO(word(printed()))).tables[0]
    names = [child.tag.split("}")[1] for child in read._tbl.tblPr]
    assert names.index("tblCellMar") < names.index("tblLook")
    for borders in read._tbl.iter(qn("w:tcBorders")):
        sides = [child.tag.split("}")[1] for child in borders]
        assert sides == sorted(sides, key=("top", "bottom").index)


def test_a_short_table_stays_on_one_page() -> None:
    def kept(content: bytes) -> list[bool]:
        rows = docx.Document(BytesIO(content)).tables[0]._tbl.tr_lst
        return [all(p.find(qn("w:pPr")).find(qn("w:keepNext")) is not None for p in row.iter(qn("w:p"))) for row in rows]

    assert all(kept(word(printed())))
    long = kept(word(printed(rows=60)))
    assert long[:2] == [True, True]
    assert not any(long[2:])
    assert "breakable: false" in typst(printed())
    assert "breakable: true" in typst(printed(rows=60))


def test_a_bound_on_a_p_value_in_a_workbook() -> None:
    row = Row("r", label("r"), (Cell("p_value", 0.00004), Cell("p_value", 0.04)))
    heads = tuple(Column(f"c{i}", (text("report.words", words="p"),)) for i in range(2))
    made = Table(name="t", frame=pd.DataFrame(), columns=heads, rows=(row,), title=Message("report.words", {"words": "t"}))
    sheet = openpyxl.load_workbook(BytesIO(excel([(made, typeset(made, "en"), "1")]))).worksheets[0]
    assert [(c.value, c.number_format) for c in sheet[3][1:3]] == [(0.00004, '[<0.001]"<0.001";0.000'), (0.04, "0.000")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_holds_values_at_full_precision_and_shows_the_print(language: Any) -> None:
    made = table()
    content = excel(
        [(made, typeset(made, language), "Table 1"), (made, typeset(made, language), "Table 1"), (table(names="=1+1"), printed(names="=1+1"), "a/b")]
    )
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["Table 1", "Table 1 2", "a b"]
    sheet = book["Table 1"]
    values = [cell for row in sheet.iter_rows(min_row=4) for cell in row if isinstance(cell.value, float)]
    assert values[0].value == 1234.56789
    assert values[0].number_format == '#,##0.000"***";\\-#,##0.000"***"'
    assert {cell.data_type for row in book["a b"].iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("nothing", ["rows", "columns", "both"])
def test_an_empty_result_prints_in_every_form(nothing: str) -> None:
    made = table(columns=0 if nothing != "rows" else 3)
    made = replace(made, rows=() if nothing != "columns" else made.rows)
    shown = typeset(made, "zh")
    assert shown.title in markdown(shown)
    assert shown.title in html(shown)
    assert latex(shown).count("\\bottomrule") == 1
    assert len(docx.Document(BytesIO(word(shown))).tables) == 1
    assert openpyxl.load_workbook(BytesIO(excel([(made, shown, "1")]))).sheetnames == ["1"]
    import typst as compiler

    assert compiler.compile(typst(shown).encode(), format="pdf").startswith(b"%PDF")


def test_the_same_bytes_for_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    made, shown = table(), printed()
    first = word(shown), excel([(made, shown, "1")])
    import time

    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert first == (word(shown), excel([(made, shown, "1")]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", ["x", NASTY])
def test_latex_and_typst_hold_every_cell(language: Any, names: str) -> None:
    shown = printed(language, names=names)
    tex = latex(shown, label="tab:t")
    for row in shown.rows:
        assert " & ".join([escaped(row.head), *(escaped(c.text) + (f"\\rlap{{$^{{{c.stars}}}$}}" if c.stars else "") for c in row.cells)]) in tex
    assert tex.count("\\toprule") == tex.count("\\bottomrule") == 1
    code = typst(shown)
    assert code.count("table.hline(stroke: 1.2pt)") == 2


@pytest.mark.parametrize("options", [{}, {"names": NASTY}, {"columns": 30}, {"rows": 60}, {"columns": 0, "rows": 0}, {"names": "很长的变量名称" * 12}])
def test_typst_compiles_what_it_is_given(options: dict[str, Any]) -> None:
    import typst as compiler

    made = compiler.compile(typst(printed("zh", **options), number="表1").encode(), format="pdf")
    assert made.startswith(b"%PDF")


def test_every_sign_of_the_catalogues_is_known_to_latex() -> None:
    signs = {sign for file in (Path(language.__file__).parent).glob("*.toml") for sign in file.read_text(encoding="utf-8")}
    plain = {sign for sign in signs if ord(sign) < 0x250 or east_asian_width(sign) in "WF" or sign in "–—‘’“”…‰"}  # in every font
    assert {sign for sign in signs - plain if sign not in SPECIAL and sign not in ACCENTS} == set()


def test_a_sentence_breaks_inside_an_address_and_between_marks() -> None:
    assert (
        flowing("见 https://doi.org/10.1/a.b。")
        == r"见 https://\allowbreak{}doi.\allowbreak{}org/\allowbreak{}10.\allowbreak{}1/\allowbreak{}a.\allowbreak{}b。"
    )
    assert flowing("“a”、“b”") == r"“a”、\allowbreak{}“b”"
    assert escaped("[a]") == "{[}a]"


def _latex() -> bool:
    """Whether xelatex and the classes for Chinese are installed."""
    if shutil.which("xelatex") is None or shutil.which("kpsewhich") is None:
        return False
    return bool(subprocess.run(["kpsewhich", "ctexart.cls"], capture_output=True, check=False).stdout.strip())


@pytest.mark.skipif(not _latex(), reason="no LaTeX for Chinese on this machine")
def test_latex_compiles_where_it_is_installed(tmp_path: Path) -> None:
    """Any character, tables over several pages, of sentences and of forty columns, heads that look like options: nothing is wider than the page."""
    packages = "".join(f"\\usepackage{{{p}}}" for p in (*PACKAGES, "amssymb"))
    tables = [printed("zh", names=NASTY, columns=2), printed(rows=60), printed(names="[0, 0.1)"), printed(names="*"), wordy(), wordy(8), printed(columns=40)]
    body = "\n".join(latex(shown) for shown in tables)
    main = f"\\documentclass{{ctexart}}{packages}\\usepackage[margin=25mm]{{geometry}}\\begin{{document}}{body}\\end{{document}}"
    (tmp_path / "main.tex").write_text(main, encoding="utf-8")
    done = subprocess.run(["xelatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"], cwd=tmp_path, capture_output=True, check=False, timeout=300)
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0) < TOLERATED


def test_marks_of_the_data_stand_over_every_table() -> None:
    shown = replace(printed(), labels=("calibrated, not observed",))
    texts = [p.text for p in docx.Document(BytesIO(word(shown))).paragraphs]
    assert "calibrated, not observed" in texts
    sheet = openpyxl.load_workbook(BytesIO(excel([(table(), shown, "")]))).worksheets[0]
    assert "calibrated, not observed" in [c.value for c in sheet["A"]]
    assert re.search("calibrated, not observed", latex(shown))
    assert re.search("calibrated, not observed", typst(shown))
