"""Any file to grids. What a file is, its content says; its name decides only where the content cannot."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from regio.contract.finding import DataError, Finding, Position, error
from regio.reading import excel, frames, html
from regio.reading.decode import Decoded, UndecodableError, decode
from regio.reading.grid import Cell, Grid, grid
from regio.reading.locate import content, locate

DELIMITERS = ",;\t|"
LOOKED_AT = 50  # lines of a text file from which its delimiter is taken
EXCEL_NAMES = (".xls", ".xlsx", ".xlsm")
HTML = re.compile(r"<\s*(?:!doctype html|html|table)\b", re.IGNORECASE)
MADE_FOR_EXCEL = re.compile(r"^sep=(.)\n", re.IGNORECASE)


def grids(written: str | Path, folder: Path | None = None) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """The sheets of a file, and notes on what it turned out to be.

    Parameters
    ----------
    written : a path, ``package:NAME/…``, or ``file.duckdb::table``
    folder : where relative paths start

    Raises
    ------
    DataError
        where there is no such file, or it cannot be opened; with the cure
    """
    name, _, table = str(written).partition(frames.TABLE)
    path = locate(name, folder)
    file = path.name
    if table:
        return (frames.duckdb(f"{file}{frames.TABLE}{table}", path, table),), ()
    kind = path.suffix.lower()
    if kind == ".dta":
        return (frames.stata(file, path),), ()
    if kind in (".sav", ".zsav"):
        return (frames.spss(file, path),), ()
    if kind in (".duckdb", ".ddb"):
        raise DataError(error("reading.which_table", Position(file)))
    raw = content(path)
    if raw.startswith(b"PAR1"):
        return (frames.parquet(file, path),), ()
    if raw.startswith((excel.ZIP, excel.OLE)):
        notes = () if kind in EXCEL_NAMES else (Finding("reading.is_workbook", {}, "note", Position(file)),)
        return excel.grids(file, raw), notes
    if kind in EXCEL_NAMES and (b"\0" in raw[:64] and not raw.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise DataError(error("reading.broken_workbook", Position(file), reason=""))
    return _text(file, raw, disguised=kind in EXCEL_NAMES)


def _text(file: str, raw: bytes, *, disguised: bool) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    try:
        decoded: Decoded = decode(raw)
    except UndecodableError as problem:
        raise DataError(error("reading.not_text", Position(file, line=problem.line))) from None
    words = decoded.text
    if not words.strip():
        raise DataError(error("reading.empty_file", Position(file)))
    if HTML.search(words[:5000]):
        found = html.grids(file, words)
        return found, (Finding("reading.is_html", {}, "note", Position(file)),) if disguised else ()
    notes = (Finding("reading.is_text", {}, "note", Position(file)),) if disguised else ()
    return (delimited(file, words),), notes


def delimited(file: str, words: str) -> Grid:
    """Delimited text, lines without a cell left away."""
    said = MADE_FOR_EXCEL.match(words)
    delimiter = said[1] if said else _delimiter(words)
    reader = csv.reader(io.StringIO(words[said.end() :] if said else words, newline=""), delimiter=delimiter)
    rows: list[list[Cell]] = []
    lines: list[int] = []
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append(list(row))
            lines.append(reader.line_num + (1 if said else 0))
    return grid(file, "", rows, lines, widths=tuple(map(len, rows)), typed=False)


def _delimiter(words: str) -> str:
    """The sign that stands equally often in most lines, and most often in a line."""
    lines = [line for line in words.split("\n", LOOKED_AT)[:LOOKED_AT] if line.strip()]
    return max(DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)))
