"""Where a chain lies: a folder of tables, or the name of a built-in chain. Standard library only: a study is checked by this."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

from regio.chain.base.schema import NEEDED, SETTINGS, TABLES
from regio.compute.fingerprint import of_bytes
from regio.contract.finding import DataError, Finding, Position, error, suggestion
from regio.reading.decode import UndecodableError, decode

PACKAGE = "package:regio/"


def built_in() -> dict[str, Path]:
    """The chains that come with the program, by name."""
    root = Path(str(resources.files("regio"))) / "studies"
    return {folder.name: folder for folder in sorted(root.glob("*/*")) if (folder / "segments.csv").is_file()}


def find(written: str | Path, start: Path | None = None) -> Path:
    """The folder of a chain: a path (relative ones begin at ``start``), ``package:regio/…``, or a built-in name.

    Raises
    ------
    DataError
        where there is no such folder
    """
    text = str(written)
    if text.startswith(PACKAGE):
        path = Path(str(resources.files("regio"))) / text.removeprefix(PACKAGE)
    else:
        path = Path(text).expanduser()
        path = path if path.is_absolute() or start is None else start / path
    if path.is_dir():
        return path
    known = built_in()
    if text in known:
        return known[text]
    raise DataError(error("chain.no_folder", found=text, known=tuple(known), near=suggestion(text, tuple(known))))


def is_chain(path: Path) -> bool:
    """Whether a folder holds a table of a chain."""
    return path.is_dir() and any((path / f"{name}.csv").is_file() for name in NEEDED)


def files(folder: Path) -> dict[str, Path]:
    """The tables of a chain that are there, by name."""
    return {name: path for name in TABLES if (path := folder / f"{name}.csv").is_file()}


def content_hash(folder: Path) -> str:
    """The hash of every table and of the settings."""
    found = [*files(folder).values(), *([folder / SETTINGS] if (folder / SETTINGS).is_file() else [])]
    return of_bytes(b"\0".join(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") for path in found))


def check_headers(folder: Path) -> tuple[str, ...]:
    """The names of the tables, once those that are needed are there with the columns that are needed.

    Raises
    ------
    DataError
        naming every table and column that is missing
    """
    found = files(folder)
    problems = [
        error("chain.no_table", Position(folder.name), table=f"{name}.csv", needed=tuple(f"{n}.csv" for n in NEEDED)) for name in NEEDED if name not in found
    ]
    for name, path in found.items():
        rows = cells(path)
        problems += missing_columns(name, tuple(rows[0][1]) if rows else (), path.name)
    if problems:
        raise DataError(*problems)
    return tuple(found)


def missing_columns(table: str, header: tuple[str, ...], file: str) -> list[Finding]:
    spec = TABLES[table]
    have = {spec.others.get(name, name) for name in header}
    return [
        error("chain.no_column", Position(file, row=1), column=name, table=table, columns=header, near=suggestion(name, header))
        for name in spec.needed
        if name not in have
    ]


def cells(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a table with their line numbers; empty rows are left out.

    Raises
    ------
    DataError
        where the file is not text
    """
    try:
        text = decode(path.read_bytes()).text
    except UndecodableError as problem:
        raise DataError(error("chain.not_text", Position(path.name, problem.line))) from None
    reader = csv.reader(text.splitlines(keepends=True))
    return [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)]
