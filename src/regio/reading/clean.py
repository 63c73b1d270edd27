"""A cell to a number, and the reason why it is not as it was in the file. Nothing is guessed: what is not clearly a number is refused."""

from __future__ import annotations

import re
from collections.abc import Collection

from regio.contract.marks import EXCEL_ERRORS, MISSING, NOTE_MARKS, PLACEHOLDERS
from regio.reading.grid import Cell

MARKS = frozenset(MISSING | PLACEHOLDERS | EXCEL_ERRORS) - {""}
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋−％　\u00a0\u2009\u202f", "0123456789.,-+-%    ")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
SEPARATED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
SPACED = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d+)?")
NOTES = re.compile(rf"\s*{NOTE_MARKS}+$")
PERCENT_SIGNS = ("%", "‰")


class NotANumberError(ValueError):
    """The cell is neither a number nor a mark for a missing value."""


def number(cell: Cell, marks: Collection[str] = MARKS, *, stored_as_text: bool = False) -> tuple[float | None, str]:
    """The value (None: missing) and the reason of a change (empty: none).

    Parameters
    ----------
    cell : as it stands in the file
    marks : texts that stand for a missing value
    stored_as_text : whether a plain number in a text cell is a change: so in a spreadsheet, not in a text file

    Raises
    ------
    NotANumberError

    Examples
    --------
    >>> number("1,234.5①"), number("１２３．４"), number("…"), number("12.5%")
    ((1234.5, 'footnote'), (123.4, 'full_width'), (None, 'missing_mark'), (12.5, 'percent'))
    """
    if isinstance(cell, bool):
        return float(cell), "yes_no"
    if isinstance(cell, float | int):
        return (float(cell), "") if cell == cell else (None, "")
    if cell is None:
        return None, ""
    if not isinstance(cell, str):
        raise NotANumberError
    written = cell.strip()
    if not written:
        return None, ""
    if written in marks:
        return None, "missing_mark"
    if NUMBER.fullmatch(written) and written.isascii():
        return float(written), "stored_as_text" if stored_as_text else ""
    return _coerced(written, marks)


def _coerced(written: str, marks: Collection[str]) -> tuple[float | None, str]:
    reason = ""
    plain = written.translate(FULL_WIDTH).strip()
    if plain != written:
        reason = "full_width"
    if (bare := NOTES.sub("", plain)) != plain:
        plain, reason = bare, "footnote"
        if plain in marks:
            return None, reason
    if plain.endswith(PERCENT_SIGNS):
        plain, reason = plain[:-1].rstrip(), "per_mille" if plain.endswith("‰") else "percent"
    if SEPARATED.fullmatch(plain) or SPACED.fullmatch(plain):
        plain, reason = plain.replace(",", "").replace(" ", ""), reason or "thousands"
    if not NUMBER.fullmatch(plain) or not reason:
        raise NotANumberError
    return float(plain), reason


def like_number(cell: Cell) -> bool:
    """Whether a cell may stand in a column of numbers: a number, or a mark for a missing one."""
    if isinstance(cell, float | int):
        return True
    if not isinstance(cell, str) or not cell.strip():
        return False
    try:
        number(cell)
    except NotANumberError:
        return False
    return True


def without_notes(label: str) -> str:
    """A name without the marks of footnotes behind it."""
    return NOTES.sub("", label).strip()
