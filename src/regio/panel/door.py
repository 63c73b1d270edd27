"""The door for tables: pandas, polars and arrow become a Panel, Rows a PartedPanel. Registers itself with the contract when it is imported."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import Rows
from regio.contract.finding import DataError, Finding, Position, error
from regio.contract.tables import register
from regio.panel.cells import describe_cell, object_column
from regio.panel.panel import SHOWN, Panel, row_number
from regio.panel.variable import Change, Keys, Variable

LARGEST, SMALLEST = 1e75, 1e-75  # sums of fourth powers in between are numbers


@dataclass(frozen=True, slots=True)
class PartedPanel:
    """Rows that come in parts, with the names of their keys: what a method that works by parts is handed instead of a Panel."""

    rows: Rows
    keys: Keys
    variables: tuple[Variable, ...] = ()
    changes: tuple[Change, ...] = ()
    labels: tuple[Any, ...] = ()

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Every column that is not a key."""
        return tuple(c for c in self.rows.columns if c not in self.keys.names)

    def variable(self, name: str) -> Variable:
        """What is known about a column."""
        return next((v for v in self.variables if v.name == name), Variable(name))


def open_table(data: Any, region: str | None, period: str | None) -> Panel | PartedPanel | None:
    """pandas, polars and arrow tables become a Panel; Rows become a PartedPanel."""
    if isinstance(data, Panel | PartedPanel):
        return data
    if callable(getattr(data, "parts", None)):  # not isinstance: that would ask every Rows for its fingerprint
        return PartedPanel(data, Keys(region, period))
    if not isinstance(data, pd.DataFrame) and hasattr(data, "to_pandas"):
        data = data.to_pandas()
    return Panel(data, region=region, period=period) if isinstance(data, pd.DataFrame) else None


def check_numeric(frame: pd.DataFrame | Mapping[str, pd.Series], columns: list[str], *, any_size: bool = False) -> None:
    """Every cell of these columns is a number or missing, and, unless any size will do, one that can be squared.

    Raises
    ------
    DataError
        naming the cells that are not
    """
    problems: list[Finding] = []
    for name in columns:
        if frame[name].dtype.kind in "biuf":
            problems += [] if any_size else _size(name, frame[name])
            continue
        column = frame[name]
        _, bad = object_column(column)
        strings = [i for i, value in enumerate(column.tolist()) if isinstance(value, str) and i not in set(bad)]
        if len(bad) == column.notna().sum() and bad:
            problems.append(error("panel.text_column", column=name, example=str(column.iloc[bad[0]])))
            continue
        problems += [describe_cell(str(column.iloc[i]), name, Position(row=row_number(column.index[i], i))) for i in bad[:SHOWN]]
        if len(bad) > SHOWN:
            problems.append(error("panel.more_cells", column=name, count=len(bad) - SHOWN))
        if strings and not bad:
            problems.append(error("panel.numbers_as_text", column=name, count=len(strings)))
    if problems:
        raise DataError(*problems)


def _size(name: str, column: pd.Series) -> list[Finding]:
    """Numbers whose squares and products no longer are numbers. Infinite cells are the methods' own matter."""
    if column.dtype.kind != "f" or not len(column):
        return []
    values = column.to_numpy(dtype=float, na_value=np.nan)
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    found = max(-low, high)
    if found > LARGEST:
        return [error("panel.too_large", column=name, found=f"{found:.3g}", limit=f"{LARGEST:g}")]
    if 0 < found < SMALLEST:
        return [error("panel.too_small", column=name, found=f"{found:.3g}", limit=f"{SMALLEST:g}")]
    return []


register(open_table, check_numeric)
