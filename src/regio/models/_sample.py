"""The rows that a set of columns has in common, and an account of those left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import Rows
from regio.compute.sums import Sums
from regio.contract.finding import Finding
from regio.models.core.blocks import Arrays, Model, Seen


def complete(frame: pd.DataFrame, columns: Sequence[str], effects: Sequence[tuple[str, ...]] = ()) -> Arrays:
    """The rows of ``frame`` that have a finite number in every column and a value in every column of the effects.

    Raises
    ------
    EstimationError
        for infinite cells
    """
    return Arrays.of(frame, Model(columns[0], tuple(columns[1:]), tuple(effects) or ((),)))


def left_out(seen: Seen, columns: Sequence[str]) -> tuple[Finding, ...]:
    """A note that says how many rows lack a value, and where."""
    if seen.complete == seen.rows:
        return ()
    missing = tuple(f"{name} ({seen.missing[name]})" for name in columns if name in seen.missing)
    return (Finding("regress.rows_left_out", {"rows": seen.rows - seen.complete, "columns": missing}, "note"),)


def moments_of(columns: Any, names: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Mean and standard deviation of columns over the rows used; that within effects is left open."""
    found: dict[str, tuple[float, ...]] = {}
    for name in names:
        values = np.asarray(columns[name], dtype=float)
        found[name] = (float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else float("nan"), float("nan"))
    return found


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows of a table, a frame or rows that come in parts, with the names of its keys: what the fits behind the door read."""

    rows: Any
    keys: Any


@dataclass(frozen=True, slots=True)
class CompleteRows:
    """Rows that come in parts, those alone that are complete for a model."""

    rows: Rows
    model: Model

    @property
    def columns(self) -> tuple[str, ...]:
        return self.rows.columns

    @property
    def fingerprint(self) -> str:
        return self.rows.fingerprint

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        wanted = tuple(dict.fromkeys((*columns, *self.model.columns)))
        for part in self.rows.parts(wanted, together=together):
            yield part.iloc[Arrays.of(part, self.model).rows]

    def sums(self, columns: Sequence[str]) -> Sums:
        return reduce(add, (Sums.of(part[list(columns)].to_numpy(dtype=float)) for part in self.parts(columns)))


def common_sample(data: Any, models: Sequence[Model]) -> tuple[Sample, tuple[Seen, ...]]:
    """The rows that are complete for the last model, and what each model alone would have seen of the table."""
    last = models[-1]
    if isinstance(data.rows, pd.DataFrame):
        arrays = [Arrays.of(data.rows, model) for model in models]
        rows = data.rows if len(arrays[-1].rows) == len(data.rows) else data.rows.iloc[arrays[-1].rows]
        return Sample(rows, data.keys), tuple(a.seen for a in arrays)
    seen = tuple(Seen() for _ in models)
    for part in data.rows.parts(last.columns):
        seen = tuple(so_far + Arrays.of(part, model).seen for so_far, model in zip(seen, models, strict=True))
    return Sample(CompleteRows(data.rows, last), data.keys), seen
