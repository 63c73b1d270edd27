"""Rows: a table that may not fit in memory, read in parts. A frame in memory is the simplest case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd

    from regio.compute.sums import Sums

PART_ROWS = 250_000


@runtime_checkable
class Rows(Protocol):
    """Re-iterable, always in the same order."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def fingerprint(self) -> str: ...

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        """Frames with these columns (or more), cut by the data and ``PART_ROWS`` alone; rows with equal ``together`` share a part."""
        ...

    def sums(self, columns: Sequence[str]) -> Sums:
        """Number of rows, means and centred cross products of numeric columns, in one pass."""
        ...


@dataclass(frozen=True, slots=True)
class FrameRows:
    """A frame in memory as Rows."""

    frame: pd.DataFrame
    part_rows: int = PART_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(map(str, self.frame.columns))

    @property
    def fingerprint(self) -> str:
        from regio.compute.fingerprint import of_bytes, of_column

        return of_bytes("".join(c + of_column(self.frame[c]) for c in self.columns).encode())

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        if len(self.frame) <= self.part_rows:
            yield self.frame
            return
        frame = self.frame[list(columns)]
        edges = [*range(0, len(frame), self.part_rows), len(frame)]
        if together is not None:
            frame, edges = self._sorted(frame, together)
        for start, stop in pairwise(edges):
            yield frame.iloc[start:stop]

    def sums(self, columns: Sequence[str]) -> Sums:
        from regio.compute.sums import Sums

        return reduce(add, (Sums.of(part[list(columns)].to_numpy(dtype=float)) for part in self.parts(columns)))

    def _sorted(self, frame: pd.DataFrame, together: str) -> tuple[pd.DataFrame, list[int]]:
        """The frame with equal values of ``together`` next to each other, and the row numbers where parts begin."""
        import numpy as np
        import pandas as pd

        codes = pd.factorize(self.frame[together])[0]
        if (np.diff(codes) < 0).any():
            order = np.argsort(codes, kind="stable")
            frame, codes = frame.iloc[order], codes[order]
        starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1))
        edges, last = [0], 0
        for wanted in range(self.part_rows, len(frame), self.part_rows):
            start = int(starts[np.searchsorted(starts, wanted, side="right") - 1])
            if start > last:
                edges.append(start)
                last = start
        return frame, [*edges, len(frame)]
