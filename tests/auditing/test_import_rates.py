"""Three-line tables, printed in two languages by Regio and by plain generators of another make, come back with at least 95 % of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from printed_papers import Sheet, compiled, random_tables, score, sheet, text_file, typst_source, web_page, word_file, workbook
from test_audit_own import printed, results

from regio.auditing import own, propose
from regio.auditing.paper import PaperTable
from regio.contract.result import Result
from regio.exhibits.printed import Printed
from regio.exhibits.render.html import html
from regio.exhibits.render.typst import typst
from regio.exhibits.render.word import Document
from regio.exhibits.style import Style
from regio.language import Language

LEAST = 0.95
KINDS = ("descriptives", "correlations", "vif", "regression", "weights")
HEAD = '#set page(paper: "a4", margin: 22mm, numbering: "1")\n#set text(font: ("New Computer Modern", "Noto Serif SC"), size: 10pt)\n'
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def rate(file: Path, truths: Sequence[PaperTable], *, effects: bool = True) -> float:
    pytest.importorskip("pdfplumber") if file.suffix == ".pdf" else None
    found = {p.table.id: p.table for p in propose(file).tables}
    right = total = 0
    for i, truth in enumerate(truths, 1):
        table = found.get(f"T{i}")
        if table is not None and not effects:
            table = replace(table, models=tuple(replace(m, effects={}) for m in table.models))
        a, b, _ = score(truth, table)
        right, total = right + a, total + b
    return right / total


@cache
def plain_sheets(language: str, variant: int) -> tuple[Sheet, ...]:
    tables = {t.kind: t for t in random_tables(variant)}
    return tuple(sheet(tables[kind], i, language, variant) for i, kind in enumerate(KINDS, 1))


PLAIN: dict[str, Callable[[Sequence[Sheet], int], bytes]] = {
    "docx": lambda s, v: word_file(s, ruled=v == 1, raised=v == 0, apart=v == 2),
    "html": lambda s, v: web_page(s, caption=v != 1, encoding="gb18030" if v == 2 else "utf-8"),
    "pdf": lambda s, v: compiled(typst_source(s, gridded=v == 1, inset=3.0 + v)),
    "csv": lambda s, _: text_file(s),
    "xlsx": lambda s, _: workbook(s),
}


@pytest.mark.parametrize("variant", range(3))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", PLAIN)
def test_plain_tables_come_back(ending: str, language: str, variant: int, tmp_path: Path) -> None:
    sheets = plain_sheets(language, variant)
    file = tmp_path / f"paper.{ending}"
    file.write_bytes(PLAIN[ending](sheets, variant))
    assert rate(file, [s.truth for s in sheets]) >= LEAST


@pytest.mark.parametrize("variant", range(3))
@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_without_room_between_them_come_back(language: str, variant: int, tmp_path: Path) -> None:
    """Numbers run into each other: 26110.247910.0785."""
    sheets = plain_sheets(language, variant)
    file = tmp_path / "paper.pdf"
    file.write_bytes(compiled(typst_source(sheets, inset=0.0).replace("inset: 0.0pt", "inset: (x: 0pt, y: 3pt)")))
    assert rate(file, [s.truth for s in sheets]) >= LEAST


def own_truth(table: Printed) -> PaperTable:
    read = own.as_table(table)
    assert read is not None
    models = []
    for m in read.models:
        terms = tuple(replace(t, var="_cons" if t.var in ("_cons", "constant") else t.var, paren=t.paren.strip("()")) for t in m.terms)
        models.append(replace(m, dependent=m.dependent.split()[-1], effects={}, terms=terms))
    return replace(read, models=tuple(models))


IMPORTED = ("regression", "descriptives", "correlations", "vif", "weights")


@cache
def fitted() -> tuple[Result, ...]:
    return tuple(results(1))


def own_tables(language: Language, style: Style) -> Iterator[Printed]:
    for result in fitted():
        yield from (p for p in printed(result, language, style) if (read := own.as_table(p)) is not None and read.kind in IMPORTED)


OWN: dict[str, Callable[[Sequence[tuple[str, Printed]], Language], bytes]] = {
    "docx": lambda tables, language: own_word(tables, language),
    "html": lambda tables, _: "".join(html(p, number=n) for n, p in tables).encode(),
    "pdf": lambda tables, _: compiled(HEAD + "".join(typst(p, number=n) for n, p in tables)),
}


def own_word(tables: Sequence[tuple[str, Printed]], language: Language) -> bytes:
    document = Document(language, "tables")
    for number, table in tables:
        document.table(table, number=number)
    return document.content()


@pytest.mark.parametrize("style", [Style(), Style(brackets="std_error", decimals=4)], ids=["t", "se"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", OWN)
def test_tables_of_the_renderers_come_back(ending: str, language: Language, style: Style, tmp_path: Path) -> None:
    tables = [(f"Table {i}" if language == "en" else f"表{i}", p) for i, p in enumerate(own_tables(language, style), 1)]
    file = tmp_path / f"paper.{ending}"
    file.write_bytes(OWN[ending](tables, language))
    assert rate(file, [own_truth(p) for _, p in tables], effects=False) >= LEAST


def test_the_score_sees_a_wrong_cell() -> None:
    truth = plain_sheets("en", 0)[3].truth
    first = truth.models[0]
    spoilt = replace(truth, models=(replace(first, terms=(replace(first.terms[0], coef="9.9999"), *first.terms[1:])), *truth.models[1:]))
    right, total, wrong = score(truth, spoilt)
    assert (total - right, wrong[0][0]) == (1, ("0", first.terms[0].var, "coef"))
    assert score(truth, None)[0] == 0
