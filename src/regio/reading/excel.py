"""Excel files to grids, through python-calamine; locked and broken ones get a message with the cure."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regio.contract.finding import DataError, Position, error
from regio.reading.formulas import unsaid
from regio.reading.grid import Cell, Grid, blank, grid

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
LOCKED = "EncryptedPackage".encode("utf-16-le")  # an .xlsx with a password is an OLE container that holds this stream
STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
BOF = (b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x05")  # how a BIFF8 or BIFF5 stream begins
FILEPASS, CODEPAGE = 0x2F, 0x42
RECORDS = 12  # FILEPASS stands among the first records


def grids(file: str, raw: bytes) -> tuple[Grid, ...]:
    """Every worksheet of a workbook, empty ones too, in the order of its tabs.

    Raises
    ------
    DataError
        where the workbook is locked by a password, cut off, or no workbook
    """
    from python_calamine import CalamineError, CalamineWorkbook

    if locked(raw):
        raise DataError(error("reading.locked", Position(file)))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        lost = unsaid(raw) if raw.startswith(ZIP) else {}
        names = [about.name for about in book.sheets_metadata if str(about.typ).endswith("WorkSheet")]
        return tuple(_grid(file, book.get_sheet_by_name(name), lost.get(name, {})) for name in names)
    except CalamineError as problem:
        code = "reading.locked" if "password" in str(problem).lower() else "reading.broken_workbook"
        raise DataError(error(code, Position(file), reason=str(problem))) from None


def locked(raw: bytes) -> bool:
    """Whether a workbook needs a password: an encrypted package, or BIFF with a FILEPASS record.

    Yearbooks on disc are often write-protected in the second way: Excel opens them without asking, programs cannot.
    """
    if not raw.startswith(OLE):
        return False
    if LOCKED in raw and not any(name + b"\0\0" in raw for name in STREAMS):
        return True
    return any(_filepass(raw, start) for mark in BOF if (start := raw.find(mark)) >= 0)


def _filepass(raw: bytes, start: int) -> bool:
    at = start
    for _ in range(RECORDS):
        kind, length = int.from_bytes(raw[at : at + 2], "little"), int.from_bytes(raw[at + 2 : at + 4], "little")
        if kind == FILEPASS:
            return True
        at += 4 + length
    return False


def _grid(file: str, sheet: CalamineSheet, lost: Mapping[tuple[int, int], str]) -> Grid:
    rows: list[list[Cell]] = [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (i, j), words in lost.items():
        if i < len(rows) and j < len(rows[i]) and blank(rows[i][j]):
            rows[i][j] = words
    ranges = getattr(sheet, "merged_cell_ranges", None) or ()
    merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in ranges if top < len(rows))
    return grid(file, sheet.name, rows, merged=merged)


def _cell(cell: Any) -> Cell:
    return cell if isinstance(cell, Cell) else str(cell)
