"""Tables for Word, Excel, LaTeX and Typst: the same numbers, three rules, and any character at all."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn

from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.exhibits.printed import Printed
from regio.exhibits.render.excel import excel
from regio.exhibits.render.fit import fit
from regio.exhibits.render.latex import PACKAGES, escaped, latex
from regio.exhibits.render.typst import typst
from regio.exhibits.render.word import Document, word
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, Message

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
    document.table(printed(columns=40))
    document.table(printed(columns=2))
    read = docx.Document(BytesIO(document.content()))
    assert [s.page_width > s.page_height for s in read.sections] == [False, True, False]


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


def _latex() -> bool:
    """Whether xelatex and the classes for Chinese are installed."""
    if shutil.which("xelatex") is None or shutil.which("kpsewhich") is None:
        return False
    return bool(subprocess.run(["kpsewhich", "ctexart.cls"], capture_output=True, check=False).stdout.strip())


@pytest.mark.skipif(not _latex(), reason="no LaTeX for Chinese on this machine")
@pytest.mark.parametrize("options", [{"names": NASTY}, {"rows": 60}])
def test_latex_compiles_where_it_is_installed(tmp_path: Path, options: dict[str, Any]) -> None:
    packages = "".join(f"\\usepackage{{{p}}}" for p in (*PACKAGES, "amssymb"))
    main = f"\\documentclass{{ctexart}}{packages}\\begin{{document}}{latex(printed('zh', **options))}\\end{{document}}"
    (tmp_path / "main.tex").write_text(main, encoding="utf-8")
    done = subprocess.run(["xelatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"], cwd=tmp_path, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]


def test_marks_of_the_data_stand_over_every_table() -> None:
    shown = replace(printed(), labels=("calibrated, not observed",))
    texts = [p.text for p in docx.Document(BytesIO(word(shown))).paragraphs]
    assert "calibrated, not observed" in texts
    sheet = openpyxl.load_workbook(BytesIO(excel([(table(), shown, "")]))).worksheets[0]
    assert "calibrated, not observed" in [c.value for c in sheet["A"]]
    assert re.search("calibrated, not observed", latex(shown))
    assert re.search("calibrated, not observed", typst(shown))
