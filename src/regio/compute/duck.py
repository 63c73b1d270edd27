"""Rows of a table, a view or a query in a DuckDB database, read in parts; and the sort out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from regio.compute.ahead import ahead
from regio.compute.arrow import BATCH, cut, frames, imported, is_ordered, plain
from regio.compute.fingerprint import SMALL, of_bytes, of_files
from regio.compute.problem import near, problem
from regio.compute.rows import PART_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from regio.compute.sums import Sums

MEMORY_LIMIT = "1GB"  # of DuckDB; a sort that needs more goes to a temporary folder
MEMORY = ":memory:"  # no database file: for queries that name files
QUERIES = ("select", "with", "from", "values")  # a text that begins like this is a query


@dataclass(frozen=True)
class DuckRows:
    """A table or a view of a database file, or a query, as Rows. Only the columns asked for are read; the database is opened for reading.

    A table comes in the order in which its rows were inserted. Views and queries have no order of their own, so they are sorted by the columns asked
    for. Rows that belong together share a part: a table that is in the order of that column (found by a pass over it alone) is cut while reading;
    anything else is sorted by that column and then by all others, so that the order does not depend on threads.

    Raises
    ------
    ComputeError
        where there is no such database, table or column, or the query cannot be run
    """

    database: str | Path
    table: str
    part_rows: int = PART_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        return self._known[0]

    @cached_property
    def fingerprint(self) -> str:
        """Of the bytes of the database file and the text of the query; of a large one, of the columns, the number of rows and the sum of their
        hashes, as this version of DuckDB makes them.
        """
        if self.database != MEMORY and Path(self.database).stat().st_size <= SMALL:
            return of_bytes((of_files((Path(self.database),)) + self.table).encode())
        with _connected(self.database) as connection:
            found = connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {self._source} AS t").fetchone()
        return of_bytes(repr((imported("duckdb").__version__, self.columns, found)).encode())

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        wanted = list(dict.fromkeys([*columns, *([together] if together else [])]))
        for name in wanted:
            if name not in self.columns:
                raise problem("compute.no_column", column=name, path=self.table, columns=self.columns, near=near(name, self.columns))
        if self._is_table and (together is None or self._ordered(together)):
            order = ""
        else:
            order = quoted([*([together] if together else []), *(c for c in wanted if c != together)])
        tables = ordered(self.database, f"SELECT {quoted(wanted)} FROM {self._source}", wanted, order)
        return ahead(frames(cut(map(plain, tables), self.part_rows, together)))

    def sums(self, columns: Sequence[str]) -> Sums:
        from regio.compute.sums import Sums

        return reduce(add, (Sums.of(part[list(columns)].to_numpy(dtype=float)) for part in self.parts(columns)))

    @cached_property
    def _known(self) -> tuple[tuple[str, ...], bool, str]:
        """Columns; whether it is a table with an order of its own; what stands behind FROM."""
        text = self.table.strip().rstrip(";")
        with _connected(self.database) as connection:
            kinds = dict(connection.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall())
            if text in kinds:
                source = quoted([text])
            elif text.split(maxsplit=1)[:1] and text.split(maxsplit=1)[0].lower() in QUERIES:
                source = f"({text})"
            else:
                raise problem("compute.no_table", table=text, database=str(self.database), tables=tuple(sorted(kinds)), near=near(text, tuple(kinds)))
            described = connection.execute(f"SELECT * FROM {source} LIMIT 0").description
        return tuple(column[0] for column in described), kinds.get(text) == "BASE TABLE", source

    @property
    def _is_table(self) -> bool:
        return self._known[1]

    @property
    def _source(self) -> str:
        return self._known[2]

    @cached_property
    def _known_order(self) -> dict[str, bool]:
        return {}

    def _ordered(self, column: str) -> bool:
        if column not in self._known_order:
            tables = ordered(self.database, f"SELECT {quoted([column])} FROM {self._source}", [column])
            self._known_order[column] = is_ordered(plain(table)[column].combine_chunks() for table in tables)
        return self._known_order[column]


def quoted(names: Sequence[str]) -> str:
    """Names as SQL writes them."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def ordered(database: str | Path, query: str, columns: Sequence[str], order: str = "") -> Iterator[Any]:
    """Arrow tables of a query, sorted where an order is given, one after the other."""
    pa = imported("pyarrow")
    folder = mkdtemp(prefix="regio-")  # empty unless DuckDB runs out of memory
    try:
        with _connected(database) as connection:
            connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("SET temp_directory = ?", [folder])
            found = connection.sql(f"SELECT {quoted(columns)} FROM ({query})" + (f" ORDER BY {order}" if order else ""))
            reader = found.to_arrow_reader(BATCH) if hasattr(found, "to_arrow_reader") else found.fetch_arrow_reader(BATCH)
            for batch in reader:
                yield pa.Table.from_batches([batch])
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _connected(database: str | Path) -> Iterator[Any]:
    duckdb = imported("duckdb")
    if database != MEMORY and not Path(database).is_file():
        raise problem("compute.no_file", path=str(database))
    try:
        with duckdb.connect(str(database), read_only=database != MEMORY) as connection:
            yield connection
    except duckdb.Error as found:
        raise problem("compute.database", database=str(database), problem=str(found).strip().splitlines()[0]) from found
