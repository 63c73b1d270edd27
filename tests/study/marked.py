"""Study files whose mistakes are marked: a comment ``#! code`` ends the line to which Regio must attribute that mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.contract.finding import Finding, Position, StudyError
from regio.study.file import load

TABLE = "place,year,x,y,zone\na,2001,1,2.5,n\na,2002,2,2.0,n\nb,2001,3,4.5,s\nb,2002,5,5.0,s\nc,2001,2,3.5,s\nc,2002,4,6.0,s\n"
HEAD = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
"""


def written(folder: Path, text: str, table: str = TABLE, **files: str) -> Path:
    """A study file beside its table, and further files by name (``variables_csv`` is variables.csv)."""
    (folder / "table.csv").write_text(table, encoding="utf-8")
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def expected(text: str) -> list[tuple[int, str]]:
    """Lines and codes as the marks in the text say."""
    return [(number, code) for number, line in enumerate(text.split("\n"), 1) if "#!" in line for code in line.split("#!")[1].split()]


def mistakes(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(StudyError) as caught:
        load(path)
    return caught.value.findings


def places(findings: tuple[Finding, ...]) -> list[tuple[int, str]]:
    """Lines and codes as Regio says, in its order."""
    return [(f.where.line, f.code) for f in findings if isinstance(f.where, Position)]


def line_of(text: str, part: str) -> int:
    """The number of the only line that holds ``part``."""
    found = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    assert len(found) == 1
    return found[0]
