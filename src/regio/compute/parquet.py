"""Rows of a Parquet file, or of a folder of them, read in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.compute.ahead import ahead
from regio.compute.arrow import BATCH, cut, frames, imported, is_ordered, plain
from regio.compute.fingerprint import of_files
from regio.compute.problem import near, problem
from regio.compute.rows import PART_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from regio.compute.sums import Sums


@dataclass(frozen=True)
class ParquetRows:
    """A Parquet file, or every ``*.parquet`` in a folder in order of their names, as Rows. Only the columns asked for are read.

    Rows that belong together share a part. Where the file is in the order of that column, which a pass over this column alone finds out (a tenth of
    a second for ten million rows), parts are cut while reading. Where it is not, DuckDB sorts by the column, rows of equal value in the order of
    the file, out of core: a sort costs about as much as three passes, reading the file once for every few parts would cost one each.

    Raises
    ------
    ComputeError
        where there is no such file, one is broken, files of a folder differ in their columns, or a column does not exist
    """

    path: str | Path
    part_rows: int = PART_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._schema.names)

    @cached_property
    def fingerprint(self) -> str:
        """Of the bytes of the files; of large ones, of their size, the footer (schema, statistics of the row groups) and samples between."""
        return of_files(self._files)

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        wanted = list(dict.fromkeys([*columns, *([together] if together else [])]))
        self._check(wanted)
        small = self._length <= self.part_rows
        tables = self._tables(wanted) if together is None or small or self._ordered(together) else self._sorted(wanted, together)
        return ahead(frames(cut(map(plain, tables), self.part_rows, together)))

    def sums(self, columns: Sequence[str]) -> Sums:
        from regio.compute.sums import Sums

        return reduce(add, (Sums.of(part[list(columns)].to_numpy(dtype=float)) for part in self.parts(columns)))

    @cached_property
    def _files(self) -> tuple[Path, ...]:
        place = Path(self.path)
        if not place.exists():
            raise problem("compute.no_file", path=str(self.path))
        found = tuple(sorted(place.glob("*.parquet"))) if place.is_dir() else (place,)
        if not found:
            raise problem("compute.empty_folder", path=str(self.path))
        return found

    @cached_property
    def _schema(self) -> Any:
        """Names and types of the columns, the same in every file."""
        first, *others = self._files
        with _opened(first) as file:
            schema = file.schema_arrow
        for other in others:
            with _opened(other) as file:
                own = file.schema_arrow
            if own.names != schema.names or own.types != schema.types:
                differ = tuple(sorted({f.name for f in set(schema) ^ set(own)})) or tuple(own.names)
                raise problem("compute.files_differ", first=first.name, other=other.name, columns=differ)
        return schema

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        found = []
        for place in self._files:
            with _opened(place) as file:
                found.append(file.metadata.num_rows)
        return tuple(found)

    @property
    def _length(self) -> int:
        return sum(self._lengths)

    @cached_property
    def _known_order(self) -> dict[str, bool]:
        return {}

    def _ordered(self, column: str) -> bool:
        if column not in self._known_order:
            self._known_order[column] = is_ordered(plain(table)[column].combine_chunks() for table in self._tables([column]))
        return self._known_order[column]

    def _tables(self, columns: list[str]) -> Iterator[Any]:
        pa = imported("pyarrow")
        for place in self._files:
            with _opened(place) as file:
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(BATCH, row_groups=[group], columns=columns):
                        yield pa.Table.from_batches([batch]).select(columns)

    def _sorted(self, columns: list[str], together: str) -> Iterator[Any]:
        from regio.compute.duck import ordered, quoted

        start, selects = 0, []
        for place, length in zip(self._files, self._lengths, strict=True):
            text = str(place).replace("'", "''")
            selects.append(f"SELECT {quoted(columns)}, file_row_number + {start} AS _place FROM read_parquet('{text}', file_row_number = true)")
            start += length
        yield from ordered(":memory:", " UNION ALL ".join(selects), columns, f"{quoted([together])}, _place")

    def _check(self, columns: list[str]) -> None:
        for name in columns:
            if name not in self.columns:
                raise problem("compute.no_column", column=name, path=str(self.path), columns=self.columns, near=near(name, self.columns))


@contextmanager
def _opened(place: Path) -> Iterator[Any]:
    parquet, pa = imported("pyarrow.parquet"), imported("pyarrow")
    try:
        with parquet.ParquetFile(place) as file:
            yield file
    except (pa.ArrowException, OSError) as found:
        raise problem("compute.broken_file", path=str(place), problem=str(found).strip().splitlines()[0]) from found
