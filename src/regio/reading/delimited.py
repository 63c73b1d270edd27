"""Delimited text: header and cells with their line numbers. Standard library only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from regio.contract.finding import DataError, Finding, Position, error
from regio.reading.decode import UndecodableError, decode
from regio.reading.locate import content

DELIMITERS = ",;\t|"
SHOWN = 10  # lines in one message


class Lines(Protocol):
    """What ``csv.reader`` gives: rows of cells, and the line of the file that was read last."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of a file as text. lines: the line of the file where each row ends."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def header(path: Path) -> tuple[str, ...]:
    """The column names alone, without reading cells into numbers."""
    return _header(path.name, _reader(_text(path)))


def sheet(path: Path) -> Sheet:
    """Every cell of a file.

    Raises
    ------
    DataError
        for a file that is empty, not text, without rows, or with rows of differing length
    """
    reader = _reader(_text(path))
    names = _header(path.name, reader)
    rows, lines = [], []
    problems: list[Finding] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            problems.append(error("reading.ragged", Position(path.name, line=reader.line_num), found=len(cells), expected=len(names)))
        rows.append(tuple(cells))
        lines.append(reader.line_num)
    if problems:
        raise DataError(*problems[:SHOWN])
    if not rows:
        raise DataError(error("reading.no_rows", Position(path.name), columns=names))
    return Sheet(path.name, names, tuple(rows), tuple(lines))


def _text(path: Path) -> str:
    raw = content(path)
    try:
        text = decode(raw).text
    except UndecodableError as problem:
        raise DataError(error("reading.not_text", Position(path.name, line=problem.line))) from None
    if not text.strip():
        raise DataError(error("reading.empty_file", Position(path.name)))
    return text


def _reader(text: str) -> Lines:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _header(file: str, reader: Lines) -> tuple[str, ...]:
    names: tuple[str, ...] = ()
    for cells in reader:
        names = tuple(cell.strip() for cell in cells)
        if any(names):
            break
    where = Position(file, line=reader.line_num)
    unnamed = tuple(i + 1 for i, name in enumerate(names) if not name)
    twice = tuple(sorted({name for name in names if name and names.count(name) > 1}))
    problems = [error("reading.unnamed_columns", where, places=unnamed)] if unnamed else []
    problems += [error("reading.duplicate_columns", where, columns=twice)] if twice else []
    if problems:
        raise DataError(*problems)
    return names
