"""Sheets as messy as yearbooks make them, written by hypothesis: every number comes back, and every cell that was touched is listed."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.reading.recipe import Recipe
from regio.regions import system

PROVINCES = tuple(r for r in system("china_provinces").regions if r.zh not in ("香港", "澳门", "台湾"))
MISSING = ("…", "—", "－", "#", "NA", "...", "-")
YEARS = ("{}年", "{}", "{}-12-31", "{}A")
NOTES = ("注：本表按当年价格计算。", "资料来源：统计年鉴", "Source: yearbook", "Note: preliminary")


@dataclass(frozen=True)
class Cell:
    """What is written, the number meant, and whether the cell must be listed in a workbook (in a text file: where it is not plain)."""

    written: str | float
    meant: float | None
    plain: bool = False


@st.composite
def cells(draw: st.DrawFn, *, text_file: bool) -> Cell:
    value = draw(st.integers(-999_999, 9_999_999).map(lambda n: n / 100))
    kind = draw(st.sampled_from(("number", "text", "thousands", "footnote", "full_width", "missing", "blank", "trailing")))
    plain = f"{value:.2f}"
    if kind == "number":
        return Cell(plain if text_file else value, value, plain=True)
    if kind == "text":
        return Cell(plain, value, plain=text_file)
    if kind == "thousands":
        grouped = f"{value:,.2f}"
        return Cell(grouped, value, plain=text_file and "," not in grouped)
    if kind == "footnote":
        return Cell(f"{value:,.2f}" + draw(st.sampled_from(("①", "[2]", "*", "（1）"))), value)
    if kind == "full_width":
        return Cell(plain.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")), value)
    if kind == "missing":
        return Cell(draw(st.sampled_from(MISSING)), None)
    if kind == "trailing":
        return Cell(f" {plain}  ", value, plain=text_file)
    return Cell("", None, plain=True)


@dataclass(frozen=True)
class Sheet:
    rows: list[list[str | float]]
    numbers: dict[tuple[str, int], float | None]
    touched: int
    left_out: int


@st.composite
def sheets(draw: st.DrawFn, *, text_file: bool) -> Sheet:
    """Regions down and years across: title, unit, names in any form, totals, a heading, notes."""
    places = draw(st.lists(st.sampled_from(PROVINCES), min_size=3, max_size=8, unique_by=lambda r: r.code))
    years = draw(st.lists(st.integers(1990, 2030), min_size=2, max_size=5, unique=True))
    form = draw(st.sampled_from(YEARS))
    width = len(years) + 1
    rows: list[list[str | float]] = []
    if draw(st.booleans()):
        rows.append(["3-9 分地区能源消费量（1990-2030年）"])
    if draw(st.booleans()):
        rows.append([""] * (width - 1) + ["单位：万吨"])
    rows.append([draw(st.sampled_from(("地区", "省份", "Region"))), *(form.format(year) for year in years)])
    numbers: dict[tuple[str, int], float | None] = {}
    touched = left_out = 0
    if draw(st.booleans()):
        rows.append(["全 国", *(1.0 for _ in years)])
        left_out += 1
    for place in places:
        written = draw(st.sampled_from((place.zh, place.full, place.en, place.zh[0] + " " + place.zh[1:], place.zh + "①")))
        made = [draw(cells(text_file=text_file)) for _ in years]
        rows.append([written, *(cell.written for cell in made)])
        numbers |= {(place.zh, year): cell.meant for year, cell in zip(years, made, strict=True)}
        touched += sum(not cell.plain for cell in made) + (written != place.zh)
    if draw(st.booleans()):
        rows.append(["合计", *(2.5 for _ in years)])
        left_out += 1
    for note in draw(st.lists(st.sampled_from(NOTES), max_size=2, unique=True)):
        rows.append([note])
        left_out += 1
    return Sheet(rows, numbers, touched, left_out)


def check(found: regio.reading.reader.Read, sheet: Sheet) -> None:
    rows = found.panel.rows.set_index(["region", "period"])
    (name,) = found.panel.value_columns
    assert set(rows.index) == set(sheet.numbers)
    for key, meant in sheet.numbers.items():
        got = rows.loc[key, name]
        assert math.isnan(got) if meant is None else got == meant, key
    rows_out = [c for c in found.changes if c.reason in ("panel.change.total", "panel.change.note")]
    assert len(rows_out) == sheet.left_out
    assert len(found.changes) - len(rows_out) == sheet.touched
    again = regio.read(recipe=Recipe.from_text(found.recipe.text))
    assert again.panel.rows.equals(found.panel.rows)
    assert (again.changes, again.recipe) == (found.changes, found.recipe)


@settings(max_examples=60)
@given(sheets(text_file=False), st.booleans())
def test_workbooks(sheet: Sheet, old: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("能源.xls" if old else "能源.xlsx")
        if old:
            book = xlwt.Workbook()
            page = book.add_sheet("Sheet1")
            for i, row in enumerate(sheet.rows):
                for j, cell in enumerate(row):
                    page.write(i, j, cell)
            book.save(str(path))
        else:
            workbook = openpyxl.Workbook()
            for row in sheet.rows:
                workbook.active.append(["'" + cell if isinstance(cell, str) and cell.startswith("=") else cell for cell in row])
            workbook.save(path)
        check(regio.read(path), sheet)


@settings(max_examples=60)
@given(sheets(text_file=True), st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16")), st.sampled_from(",;\t|"))
def test_text_files(sheet: Sheet, encoding: str, delimiter: str) -> None:
    width = max(map(len, sheet.rows))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "能源.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([*row, *[""] * (width - len(row))] for row in sheet.rows)
        check(regio.read(path), sheet)
