"""A stream of Arrow tables, cut into parts and turned into frames. Shared by the tables that are read from files and databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from regio.compute.problem import problem

if TYPE_CHECKING:
    import pandas as pd

BATCH = 250_000  # rows that are read at once; parts do not depend on it


def imported(name: str) -> Any:
    """A package that is needed to read a table.

    Raises
    ------
    ComputeError
        where it is not installed
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise problem("compute.no_package", package=name.partition(".")[0]) from None


def is_ordered(keys: Iterable[Any]) -> bool:
    """Whether a column that comes in arrays never goes down; cells without a value do not count."""
    pc = imported("pyarrow.compute")
    last = None
    for key in keys:
        array = key.drop_null()
        if not len(array):
            continue
        if (last is not None and array[0].as_py() < last) or pc.any(pc.less(array[1:], array[:-1])).as_py():
            return False
        last = array[-1].as_py()
    return True


def cut(tables: Iterable[Any], part_rows: int, together: str | None = None) -> Iterator[Any]:
    """Tables of about ``part_rows`` rows. With ``together``, a column in which equal values stand next to each other, a part ends where a new value
    begins: the last one that begins at or before each multiple of ``part_rows``.
    """
    pa = imported("pyarrow")
    waiting: list[Any] = []
    held = begun = 0  # rows that wait; the row of the table at which they begin
    wanted = part_rows
    for table in tables:
        waiting.append(table)
        held += len(table)
        while begun + held > wanted:
            joined = pa.concat_tables(waiting)
            end = wanted - begun if together is None else _start(joined[together], wanted - begun)
            if end > 0:
                yield joined.slice(0, end)
                begun, held = begun + end, held - end
                joined = joined.slice(end)
            waiting = [joined]
            wanted += part_rows
    if held:
        yield pa.concat_tables(waiting)


def _start(key: Any, row: int) -> int:
    """Where the run of equal values begins that holds this row."""
    pc = imported("pyarrow.compute")
    filled = pc.fill_null_forward(key.slice(0, row + 1).combine_chunks())
    own = filled[row]
    if not own.is_valid:
        return row
    others = pc.not_equal(filled, own).fill_null(True).to_numpy(zero_copy_only=False)
    places = others.nonzero()[0]
    return int(places[-1]) + 1 if len(places) else 0


def plain(table: Any) -> Any:
    """Without dictionaries and decimals, which mean different things in different parts or are no numbers to pandas."""
    pa = imported("pyarrow")
    for i, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        elif pa.types.is_decimal(kind):
            kind = pa.float64()
        if kind != field.type:
            table = table.set_column(i, pa.field(field.name, kind), table.column(i).cast(kind))
    return table


def frames(tables: Iterable[Any]) -> Iterator[pd.DataFrame]:
    """Frames whose row labels count the rows from the first one on."""
    import pandas as pd

    start = 0
    for table in tables:
        frame = table.to_pandas(split_blocks=True)
        frame.index = pd.RangeIndex(start, start + len(frame))
        start += len(frame)
        yield frame
