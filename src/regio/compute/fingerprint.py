"""Content hashes: of files, and of columns by their values."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SIZE = 16  # bytes


def of_bytes(content: bytes) -> str:
    return blake2b(content, digest_size=SIZE).hexdigest()


def of_column(column: pd.Series) -> str:
    """The hash of a column's values in row order; its name and index are not in it."""
    import numpy as np

    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufM":
        values = np.ascontiguousarray(column.to_numpy())
        digest = blake2b(values.dtype.str.encode(), digest_size=SIZE)
        digest.update(values.view(np.uint8).data)
        return digest.hexdigest()
    return of_bytes(repr(column.tolist()).encode())
