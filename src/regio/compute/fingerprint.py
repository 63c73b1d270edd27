"""Content hashes: of files, and of columns by their values."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SIZE = 16  # bytes
KEYED = "keyed:"
SMALL = 64 * 2**20  # bytes: up to this size every byte of a file is hashed
SAMPLE, SAMPLES = 2**16, 64  # bytes of a sample, and samples of a large file


def of_bytes(content: bytes) -> str:
    return blake2b(content, digest_size=SIZE).hexdigest()


def of_files(files: Sequence[Path]) -> str:
    """The hash of files in order. Of a file that is not small: its size, samples spread over it, and its end, where a Parquet file has its footer."""
    digest = blake2b(digest_size=SIZE)
    for place in files:
        size = place.stat().st_size
        digest.update(size.to_bytes(8, "little"))
        with place.open("rb") as file:
            if size <= SMALL:
                while chunk := file.read(2**20):
                    digest.update(chunk)
                continue
            for i in range(SAMPLES):
                file.seek(i * (size // SAMPLES))
                digest.update(file.read(SAMPLE))
            file.seek(size - 8)
            footer = int.from_bytes(file.read(4), "little")
            file.seek(size - min(size, SMALL, footer + 8))
            digest.update(file.read())
    return digest.hexdigest()


def of_column(column: pd.Series) -> str:
    """The hash of a column's values in row order; its name and index are not in it."""
    import numpy as np

    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufM":
        values = np.ascontiguousarray(column.to_numpy())
        digest = blake2b(values.dtype.str.encode(), digest_size=SIZE)
        digest.update(values.view(np.uint8).data)
        return digest.hexdigest()
    return of_bytes(repr(column.tolist()).encode())


def of_series(column: pd.Series) -> str:
    """The same; where rows are named by several keys, these count, and the hash says so."""
    if column.index.nlevels == 1:
        return of_column(column)
    import pandas as pd

    keys = [of_column(pd.Series(column.index.get_level_values(i))) for i in range(column.index.nlevels)]
    return KEYED + of_bytes(repr([*map(str, column.index.names), *keys, of_column(column)]).encode())
