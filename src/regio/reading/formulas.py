"""Cells of an .xlsx that hold no value: errors such as #N/A, and formulas that no spreadsheet program has computed. Read as they stand, so that none
turns into an empty cell in silence. Standard library only.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import unescape
from posixpath import join, normpath

CELL = re.compile(r"<c\b([^>]*)>(.*?)</c>", re.DOTALL)
PLACE = re.compile(r'\br="([A-Z]+)(\d+)"')
VALUE = re.compile(r"<v[^>]*>(.+?)</v>|<is>", re.DOTALL)
FORMULA = re.compile(r"<f[^>]*>(.*?)</f>|<f\b", re.DOTALL)
SHEET = re.compile(r"<sheet\b[^>]*>")
RELATION = re.compile(r"<Relationship\b[^>]*>")
Unsaid = Mapping[str, Mapping[tuple[int, int], str]]


def unsaid(raw: bytes) -> Unsaid:
    """Sheet → (row, column) from zero → "#N/A" or the formula with its sign."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for name, part in _sheets(packed).items():
                page = packed.read(part)
                if b't="e"' in page or b"<f" in page:
                    found[name] = _cells(page.decode("utf-8", "replace"))
    except (zipfile.BadZipFile, KeyError, OSError):  # other programs name the parts in other ways; then nothing is known
        return {}
    return {name: cells for name, cells in found.items() if cells}


def _sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → its part of the package."""
    relations = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    parts = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in RELATION.findall(relations)}
    tags = SHEET.findall(packed.read("xl/workbook.xml").decode("utf-8"))
    targets = {unescape(_attribute(tag, "name")): parts.get(_attribute(tag, "r:id"), "") for tag in tags}
    return {name: target.lstrip("/") if target.startswith("/") else normpath(join("xl", target)) for name, target in targets.items() if target}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{re.escape(name)}="([^"]*)"', tag)
    return found[1] if found else ""


def _cells(page: str) -> dict[tuple[int, int], str]:
    found = {}
    for about, inside in CELL.findall(page):
        place, value, formula = PLACE.search(about), VALUE.search(inside), FORMULA.search(inside)
        if place is None:
            continue
        key = (int(place[2]) - 1, _number(place[1]) - 1)
        if 't="e"' in about and value:
            found[key] = value[1] or ""
        elif formula and not value:
            found[key] = "=" + unescape(formula[1] or "")
    return found


def _number(letters: str) -> int:
    number = 0
    for sign in letters:
        number = 26 * number + ord(sign) - 64
    return number
