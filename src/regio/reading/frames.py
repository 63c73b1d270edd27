"""Files that hold columns with types: Stata, SPSS, Parquet and DuckDB. Labels of variables and of values come with them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.contract.finding import DataError, Position, error, suggestion
from regio.reading.grid import Cell, Grid, grid

if TYPE_CHECKING:
    import pandas as pd

TABLE = "::"  # between a DuckDB file and the name of its table
KEY_WORDS = ("region", "province", "state", "city", "prov", "id", "省", "地区", "市")  # coded names of places are read as their labels


def stata(file: str, path: Path) -> Grid:
    """A .dta file of any version, with the labels of its variables and values."""
    import pandas as pd

    try:
        with pd.read_stata(path, iterator=True, convert_categoricals=False) as reader:
            labels, sets = reader.variable_labels(), reader.value_labels()
        frame = pd.read_stata(path, convert_categoricals=False)
        coded = _coded(frame, pd.read_stata(path)) if sets else {}
    except (ValueError, OSError, KeyError, EOFError, struct.error) as problem:
        raise DataError(error("reading.broken_frame", Position(file), kind="Stata", reason=str(problem))) from None
    return _labelled(file, frame, labels, coded)


def _coded(frame: pd.DataFrame, named: pd.DataFrame) -> dict[str, dict[Any, str]]:
    """The words that stand for the codes of a column, from the same file read twice."""
    columns = [name for name in frame.columns if str(named[name].dtype) == "category"]
    pairs = {str(name): zip(frame[name].tolist(), named[name].tolist(), strict=True) for name in columns}
    return {name: {code: word for code, word in both if isinstance(word, str)} for name, both in pairs.items()}


def spss(file: str, path: Path) -> Grid:
    """A .sav or .zsav file; needs the package pyreadstat."""
    if find_spec("pyreadstat") is None:
        raise DataError(error("reading.needs_package", Position(file), package="pyreadstat", extra="spss"))
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(str(path), apply_value_formats=False)
    except (pyreadstat.ReadstatError, OSError, ValueError) as problem:
        raise DataError(error("reading.broken_frame", Position(file), kind="SPSS", reason=str(problem))) from None
    return _labelled(file, frame, {k: v or "" for k, v in meta.column_names_to_labels.items()}, meta.variable_value_labels)


def parquet(file: str, path: Path) -> Grid:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as problem:  # ArrowInvalid is a ValueError
        raise DataError(error("reading.broken_frame", Position(file), kind="Parquet", reason=str(problem).splitlines()[0])) from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    return _labelled(file, frame, {}, {})


def duckdb(file: str, path: Path, table: str) -> Grid:
    """One table of a DuckDB file, opened for reading only."""
    import duckdb as engine

    try:
        with engine.connect(str(path), read_only=True) as connection:
            names = tuple(row[0] for row in connection.execute("select table_name from information_schema.tables order by 1").fetchall())
            if table not in names:
                raise DataError(error("reading.no_table_of_name", Position(file), table=table, tables=names, near=suggestion(table, names)))
            quoted = table.replace('"', '""')
            frame = connection.execute(f'select * from "{quoted}"').df()
    except engine.Error as problem:
        raise DataError(error("reading.broken_frame", Position(file), kind="DuckDB", reason=str(problem).splitlines()[0])) from None
    return _labelled(file, frame, {}, {})


def _labelled(file: str, frame: pd.DataFrame, labels: Mapping[str, str], values: Mapping[str, Mapping[Any, str]]) -> Grid:
    """Columns with coded names of places become their labels; other codes stay, and what they mean is noted with the variable."""
    columns, known = [], {}
    for name in map(str, frame.columns):
        cells = [_cell(cell) for cell in frame[name].tolist()]
        codes = values.get(name, {})
        if codes and _is_key(name, codes.values()):
            cells = [codes.get(cell, cell) for cell in cells]
            codes = {}
        meaning = "; ".join(f"{_plain(code)} = {word}" for code, word in codes.items())
        known[name] = {"label": labels.get(name, ""), "definition": meaning}
        columns.append(cells)
    rows: list[list[Cell]] = [list(map(str, frame.columns)), *map(list, zip(*columns, strict=True))]
    return grid(file, "", rows, table=True, labels={k: v for k, v in known.items() if any(v.values())})


def _is_key(name: str, words: Iterable[str]) -> bool:
    from regio.reading.places import system_of

    return bool(system_of(words)) or any(word in name.lower() for word in KEY_WORDS)


def _plain(code: Any) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def _cell(cell: Any) -> Cell:
    """A value of a frame as a plain one; missing ones are None."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell) in ("NaT", "<NA>"):
        return None
    if isinstance(cell, date) and hasattr(cell, "to_pydatetime"):
        plain: date = cell.to_pydatetime()
        return plain
    return cell if isinstance(cell, Cell) else str(cell)
