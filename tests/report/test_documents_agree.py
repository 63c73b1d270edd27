"""The same numbers in Word, LaTeX, PDF, Excel, HTML, Markdown and results.json."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pdfplumber
import pytest

from regio.exhibits.models import Table
from regio.exhibits.printed import Printed
from regio.exhibits.render.latex import escaped
from regio.language import LANGUAGES
from regio.report.exhibits import items, printed
from regio.study.execute import Run

NUMBER = re.compile(r"[−-]?\d[\d,]*\.?\d*")


def tables(run: Run, language: Any) -> list[tuple[Table, Printed, str]]:
    return [(i.exhibit, printed(i, run, language), i.slug) for i in items(run)[0] if isinstance(i.exhibit, Table)]


def cells(shown: Printed) -> list[list[str]]:
    return [[row.head, *(str(cell) for cell in row.cells)] for row in shown.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_word(finished: Run, folder: Path, language: Any) -> None:
    document = docx.Document(str(folder / f"report.{language}.docx"))
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    wanted = [cells(shown) for _, shown, _ in tables(finished, language)]
    assert [table[-len(rows) :] for table, rows in zip(found, wanted, strict=True)] == wanted
    assert len(document.inline_shapes) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_latex_html_and_markdown(finished: Run, folder: Path, language: Any) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    for _, shown, slug in tables(finished, language):
        tex = (folder / f"latex.{language}" / "tables" / f"{slug}.tex").read_text(encoding="utf-8")
        markdown = (folder / "tables" / f"{slug}.{language}.md").read_text(encoding="utf-8")
        html = (folder / "tables" / f"{slug}.{language}.html").read_text(encoding="utf-8")
        for cell in (cell for row in shown.rows for cell in row.cells if NUMBER.fullmatch(cell.text)):
            assert escaped(cell.text) in tex
            assert all(f">{cell.text}<" in text for text in (html, page))
            assert cell.text in markdown
    main = (folder / f"latex.{language}" / "main.tex").read_text(encoding="utf-8")
    assert main.count("\\input{") == len(tables(finished, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf(finished: Run, folder: Path, language: Any) -> None:
    with pdfplumber.open(folder / f"report.{language}.pdf") as read:
        text = " ".join(page.extract_text() for page in read.pages)
    assert "\ufffd" not in text
    found = Counter(NUMBER.findall(text.replace("(", " ").replace(")", " ")))
    wanted = Counter(c.text.strip("()") for _, shown, _ in tables(finished, language) for row in shown.rows for c in row.cells if c.kind != "text")
    missing = {number for number, count in wanted.items() if NUMBER.fullmatch(number) and found[number] < count}
    assert len(missing) <= 0.01 * len(wanted), missing  # stars may stand so near a number that the text of the page runs them together


def test_excel_and_results(finished: Run, folder: Path) -> None:
    numbers = json.loads((folder / "results.json").read_text(encoding="utf-8"))["numbers"]
    kept = Counter(n["value"] for n in numbers if isinstance(n["value"], float))
    book = openpyxl.load_workbook(folder / "tables.en.xlsx")
    assert len(book.worksheets) == len(tables(finished, "en"))
    values = {c.value for s in book.worksheets for row in s.iter_rows() for c in row if isinstance(c.value, float)}
    assert len(values) > 900
    assert not [value for value in values if not any(abs(value - k) <= 2e-15 * abs(k) for k in kept)]  # a workbook holds sixteen digits


def test_two_runs_leave_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    import regio

    regio.run("us-public-capital", tmp_path)
    names = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.suffix in (".docx", ".xlsx", ".pdf", ".tex", ".png", ".svg", ".html", ".json"))
    names = [name for name in names if "store" not in name.parts]
    assert {p.suffix for p in names} >= {".docx", ".xlsx", ".pdf", ".tex"}
    assert [name for name in names if (folder / name).read_bytes() != (tmp_path / name).read_bytes()] == []
