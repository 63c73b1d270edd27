"""Files that need not fit in memory: firms summed up to regions and periods inside DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from regio.contract.finding import ArgumentError, DataError, Finding, Position, error, suggestion
from regio.reading.locate import locate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regio.panel import Panel

How = Literal["sum", "mean", "min", "max", "count"]
FUNCTIONS: Mapping[str, str] = {"sum": "fsum", "mean": "favg", "min": "min", "max": "max", "count": "count"}  # fsum and favg carry the rounding along
MEMORY = "700MB"
SHOWN = 5  # cells in one message


def aggregate(
    path: str | Path, region: str, period: str | None, columns: Sequence[str], how: How = "sum", *, folder: Path | None = None, memory: str = MEMORY
) -> Panel:
    """Rows of firms (or of anything else) to one row a region and period, without reading the file into memory.

    Parameters
    ----------
    path : delimited text in UTF-8, or Parquet; any number of rows
    region, period : its key columns; ``period=None``: one period
    columns : columns of numbers
    how : ``sum``, ``mean``, ``min``, ``max`` of the values that are there, or ``count`` of them
    memory : most memory that DuckDB may take

    Returns
    -------
    Panel
        sorted by region and period, with the columns under their own names

    Raises
    ------
    DataError
        where a column does not exist or holds a cell that is no number (each is named with its value), or the text is not UTF-8

    Notes
    -----
    A region and period whose cells are all missing stays, with missing values. Sums are compensated (Kahan) and run in the order of the file, on
    one thread, so that they are the same bits every time.
    """
    import duckdb

    from regio.panel import Panel

    if how not in FUNCTIONS:
        raise ArgumentError(error("contract.not_a_choice", kind="aggregate", option="how", found=repr(how), choices=tuple(FUNCTIONS), near=""))
    place = locate(path, folder)
    wanted = [region, *([period] if period is not None else []), *columns]
    with duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 1}) as connection:
        try:
            connection.execute("set enable_progress_bar = false")  # nothing below a face prints
            source = _source(connection, place)
            _check(connection, source, place, wanted)
            keys = ", ".join(map(_quoted, wanted[: len(wanted) - len(columns)]))
            values = ", ".join(f"{FUNCTIONS[how]}({_number(c)}) as {_quoted(c)}" for c in columns)
            bad = ", ".join(f"count_if({_number(c)} is null and {_given(c)}) as {_quoted(f'bad {c}')}" for c in columns)
            frame = connection.execute(f"select {keys}, {values}, {bad} from {source} group by {keys} order by {keys}").df()
            strange = [c for c in columns if int(frame[f"bad {c}"].sum())]
            if strange:
                raise DataError(*(_strange(connection, source, place, c, int(frame[f"bad {c}"].sum())) for c in strange))
        except duckdb.Error as problem:
            raise DataError(error("reading.broken_frame", Position(place.name), kind="UTF-8, Parquet", reason=str(problem).splitlines()[0])) from None
    rows = frame[wanted].astype(dict.fromkeys(columns, "int64" if how == "count" else "float64"))
    if period is not None and rows[period].dtype == "str" and rows[period].str.fullmatch(r"\d{1,9}").all():
        rows[period] = rows[period].astype("int64")
    return Panel(rows, region=region, period=period)


def _source(connection: DuckDBPyConnection, place: Path) -> str:
    with place.open("rb") as file:
        kind = file.read(4)
    name = str(place).replace("'", "''")
    return f"read_parquet('{name}')" if kind == b"PAR1" else f"read_csv('{name}', header = true, all_varchar = true)"


def _check(connection: DuckDBPyConnection, source: str, place: Path, wanted: Sequence[str]) -> None:
    there = tuple(row[0] for row in connection.execute(f"describe select * from {source}").fetchall())
    missing = [name for name in wanted if name not in there]
    if missing:
        raise DataError(*(error("reading.no_column", Position(place.name), column=name, columns=there, near=suggestion(name, there)) for name in missing))


def _strange(connection: DuckDBPyConnection, source: str, place: Path, column: str, count: int) -> Finding:
    cells = connection.execute(
        f"select distinct {_quoted(column)}::varchar from {source} where {_number(column)} is null and {_given(column)} order by 1 limit {SHOWN}"
    ).fetchall()
    return error("reading.cells_not_numbers", Position(place.name, column=column), column=column, count=count, cells=tuple(cell for (cell,) in cells))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _number(name: str) -> str:
    return f"try_cast({_quoted(name)} as double)"


def _given(name: str) -> str:
    """The cell is neither empty nor a mark that means "no value" in every program."""
    return f"trim(coalesce({_quoted(name)}::varchar, '')) not in ('', 'NA', 'N/A', 'NaN', 'nan', 'NULL', '.')"
