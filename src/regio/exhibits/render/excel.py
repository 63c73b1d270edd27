"""Tables as a workbook: numbers at full precision, shown with the digits and stars of the print."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import Cell, Table
from regio.exhibits.printed import Printed, PrintedCell
from regio.exhibits.render.archive import WHEN, fixed
from regio.language import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FONT = {"en": "Times New Roman", "zh": "宋体"}
LONGEST_SHEET = 31  # letters of a sheet's name
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def excel(tables: Iterable[tuple[Table, Printed, str]]) -> bytes:
    """One sheet a table; each comes with its print and its number ("Table 1")."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    names: list[str] = []
    for table, printed, number in tables:
        name = _sheet_name(number or printed.name, names)
        names.append(name.lower())
        _write(book.create_sheet(name), table, printed, number)
    if not names:
        book.create_sheet("–")
    book.properties.created = book.properties.modified = WHEN.replace(tzinfo=None)
    book.properties.creator = "Regio"
    content = BytesIO()
    book.save(content)
    return fixed(_undated(content.getvalue()))


def _undated(content: bytes) -> bytes:
    """Openpyxl writes the time of saving into the properties whatever they say."""
    from zipfile import ZipFile

    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), data)
            new.writestr(name, data)
    return made.getvalue()


def _sheet_name(wanted: str, taken: Sequence[str]) -> str:
    base = (_FORBIDDEN.sub(" ", wanted).strip(" '") or "–")[:LONGEST_SHEET]
    name, n = base, 2
    while name.lower() in taken:
        name, n = f"{base[: LONGEST_SHEET - 4]} {n}", n + 1
    return name


def _write(sheet: Worksheet, table: Table, printed: Printed, number: str) -> None:
    from openpyxl.styles import Font

    font = FONT[printed.language]
    caption = f"{number}　{printed.title}" if number and printed.language == "zh" else f"{number}. {printed.title}" if number else printed.title
    _text(sheet.cell(1, 1), caption).font = Font(font, bold=True)
    for at, mark in enumerate(printed.labels, 2):
        _text(sheet.cell(at, 1), mark).font = Font(font, bold=True, color="9A3412")
    first = 2 + len(printed.labels)
    body = _heads(sheet, printed, first)
    sheet.freeze_panes = f"B{body}"
    cells = {(row.key, row.part): row.cells for row in table.rows}
    for at, row in enumerate(printed.rows, body):
        _text(sheet.cell(at, 1), row.head)
        for column, (shown, value) in enumerate(zip(row.cells, cells[row.key, row.part], strict=True), 2):
            _put(sheet.cell(at, column), value, shown)
    last = body + len(printed.rows)
    for line in sheet.iter_rows(min_row=first, max_row=max(first, last - 1)):
        for filled in line:
            filled.font = Font(font)
    _rules(sheet, printed, first, body, last)
    if printed.notes:
        sentences = (" " if printed.language == "en" else "").join(printed.notes)
        _text(sheet.cell(last + 1, 1), say("exhibits.notes", printed.language, notes=sentences)).font = Font(font, size=9)


def _heads(sheet: Worksheet, printed: Printed, first: int) -> int:
    """The header rows; the row below them."""
    from openpyxl.styles import Alignment

    for at, heads in enumerate(printed.heads, first):
        column = 2
        for head in heads:
            _text(sheet.cell(at, column), head.text).alignment = Alignment("center", wrap_text=True)
            if head.span > 1:
                sheet.merge_cells(start_row=at, end_row=at, start_column=column, end_column=column + head.span - 1)
            column += head.span
    body = first + len(printed.heads)
    _text(sheet.cell(max(first, body - 1), 1), printed.stub)
    return body


def _rules(sheet: Worksheet, printed: Printed, first: int, body: int, last: int) -> None:
    """Three rules, those between blocks, and columns as wide as what they hold."""
    from openpyxl.styles import Border, Side
    from openpyxl.utils import get_column_letter

    inner = [body + i for i, row in enumerate(printed.rows) if row.rule_above]
    columns = [[row.head for row in printed.rows], *([str(row.cells[i]) for row in printed.rows] for i in range(len(printed.column_keys)))]
    for column, texts in enumerate(columns, 1):
        for at in (first, *inner, body, last):
            sheet.cell(at, column).border = Border(top=Side("medium" if at in (first, last) else "thin" if at == body else "hair"))
        sheet.column_dimensions[get_column_letter(column)].width = min(48, max(10, *(len(text) * 1.2 + 2 for text in texts), 10))


def _put(place: Any, cell: Cell, shown: PrintedCell) -> None:
    """The value itself where it is a number, with a format that shows what the print shows."""
    from openpyxl.styles import Alignment

    value = cell.value.item() if hasattr(cell.value, "item") else cell.value
    if cell.kind in ("label", "text", "yes_no") or not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        _text(place, str(shown))
        place.alignment = Alignment("center" if len(str(shown)) < 24 else "left", wrap_text=len(str(shown)) >= 24)
        return
    place.value = value
    place.number_format = _format(shown)


def _format(shown: PrintedCell) -> str:
    if shown.text.startswith("<"):  # a p-value below its last decimal
        bound = shown.text.strip("< ")
        return f'[<{bound}]"{shown.text}";{re.sub("[1-9]", "0", bound)}'
    digits = shown.text.strip("()−")
    decimals = len(digits.partition(".")[2]) if "e" not in digits else 0
    pattern = "0.0E+00" if "e" in digits else ("#,##0" if "," in digits else "0") + ("." + "0" * decimals if decimals else "")
    if shown.text.startswith("("):
        return f'"("{pattern}")";"("\\-{pattern}")"'
    return f'{pattern}"{shown.stars}";\\-{pattern}"{shown.stars}"' if shown.stars else pattern


def _text(place: Any, text: str) -> Any:
    """A text that a workbook may hold, and that no program takes for a formula."""
    place.value = _CONTROL.sub(" ", text) or None
    if place.value is not None:
        place.data_type = "s"
    return place
