"""Workbooks and delimited text to blocks: numbers as their format prints them, tables parted by blank rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from regio.auditing.proposing.blocks import Block, Span, table
from regio.contract.finding import DataError, Position, error
from regio.reading.decode import UndecodableError, decode
from regio.reading.excel import locked

FORMAT = re.compile(r"(?P<thousands>#,##)?0(?:\.(?P<decimals>0+))?(?P<rest>[%]?)")
POWER = re.compile(r"0(?:\.(0+))?E\+0+")
DELIMITERS = ",;\t|"


def workbook(file: str, raw: bytes) -> tuple[Block, ...]:
    """Every sheet, numbers with the decimals that their format shows."""
    import openpyxl

    if locked(raw):
        raise DataError(error("reading.locked", Position(file)))
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    except Exception as problem:  # openpyxl lets errors of the archive and of XML through
        raise DataError(error("audit_import.broken", Position(file), reason=str(problem) or type(problem).__name__)) from None
    made: list[Block] = []
    for sheet in book.worksheets:
        rows = [[shown(cell.value, str(cell.number_format)) for cell in row] for row in sheet.iter_rows()]
        spans = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in sheet.merged_cells.ranges]
        made += _parted(rows, spans)
    return tuple(made)


def shown(value: Any, form: str) -> str:
    """A cell as the sheet shows it.

    >>> shown(1234.5, "#,##0.00"), shown(0.25, "0.0%"), shown(0.12345678, "General")
    ('1,234.50', '25.0%', '0.12345678')
    """
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value).strip()
    first = re.sub(r'"[^"]*"|\\.|_.|\[[^\]]*\]', "", form.split(";")[0])
    if found := POWER.search(first):
        return f"{value:.{len(found.group(1) or '')}e}"
    found = FORMAT.search(first)
    if found is None or form == "General":
        return f"{value:.10g}" if "e" not in f"{value:.10g}" else repr(value)
    percent = found["rest"] == "%"
    text = f"{value * 100 if percent else value:{',' if found['thousands'] else ''}.{len(found['decimals'] or '')}f}" + found["rest"]
    return f"({text})" if "(" in first.split("0")[0] and ")" in first else text


def delimited(file: str, raw: bytes) -> tuple[Block, ...]:
    """The tables of a text file."""
    try:
        text = decode(raw).text
    except UndecodableError as problem:
        raise DataError(error("reading.not_text", Position(file, line=problem.line))) from None
    lines = [line for line in text.split("\n") if line.strip()]
    delimiter = max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    return tuple(_parted(rows, []))


def _parted(rows: Sequence[Sequence[str]], spans: Sequence[Span]) -> Iterator[Block]:
    """Blank rows part tables; a row with one filled cell before or after a table is a paragraph, one inside it a heading."""
    at = 0
    while at < len(rows):
        if not any(rows[at]):
            at += 1
            continue
        end = at
        while end < len(rows) and any(rows[end]):
            end += 1
        yield from _part(rows, spans, at, end)
        at = end


def _part(rows: Sequence[Sequence[str]], spans: Sequence[Span], top: int, end: int) -> Iterator[Block]:
    filled = [sum(map(bool, row)) for row in rows[top:end]]
    first = next((i for i, n in enumerate(filled) if n > 1), len(filled))
    last = len(filled) - next((i for i, n in enumerate(reversed(filled)) if n > 1), len(filled))
    yield from (_sentence(row) for row in rows[top : top + first])
    if first < last:
        body = rows[top + first : top + last]
        columns = [j for j in range(max(map(len, body))) if any(j < len(row) and row[j] for row in body)]
        low, high = columns[0], columns[-1]
        moved = [
            (t - top - first, max(a, low) - low, b - top - first, min(c, high) - low)
            for t, a, b, c in spans
            if top + first <= t and b < top + last and c >= low
        ]
        yield table([[row[j] if j < len(row) else "" for j in range(low, high + 1)] for row in body], moved)
    yield from (_sentence(row) for row in rows[top + max(first, last) : end])


def _sentence(row: Sequence[str]) -> Block:
    return Block(text=next(cell for cell in row if cell))
