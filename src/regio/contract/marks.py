"""What stands in cells instead of a number: marks for a missing value, footnotes, separators, percent signs. Standard library only."""

from __future__ import annotations

import re

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "NULL", "."})  # marks that mean "no value" in every statistics program
PLACEHOLDERS = frozenset("…—–-－−―─⋯#*/\\") | {"...", "......", "……", "--", "---", "——", "———", "－－", "n.a.", "N.A.", "n/a", "无", "缺", "无数据"}
EXCEL_ERRORS = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"})
NOTE_MARKS = r"(?:[①-⑳⑴-⒇*†‡§]|\[\d{1,2}\]|\(\d{1,2}\)|（\d{1,2}）)"  # behind a number or a name
FOOTNOTED = re.compile(rf"^[\s0-9０-９.,，．\-−+]*[0-9０-９][\s]*{NOTE_MARKS}+\s*$")
THOUSANDS = re.compile(r"^[+\-−]?\d{1,3}([,，]\d{3})+(\.\d+)?$")
PERCENT = re.compile(r"^[+\-−]?\d+(\.\d+)?\s*[%％‰]$")


def trouble(text: str) -> str:
    """The code of what is wrong with a cell that is not a number."""
    if text in PLACEHOLDERS or text in EXCEL_ERRORS:
        return "placeholder"
    if FOOTNOTED.match(text):
        return "footnote"
    if THOUSANDS.match(text):
        return "thousands"
    if PERCENT.match(text):
        return "percent"
    return "letters" if any(c.isdigit() for c in text) else "words"
