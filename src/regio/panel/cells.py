"""Cells that should be numbers and are not: each kind of trouble has its own name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regio.contract.finding import Finding, Position, error
from regio.contract.marks import MISSING, trouble


def to_numbers(cells: Sequence[str]) -> tuple[np.ndarray, list[int]]:
    """Floats, and the places of the cells that are neither a number nor a missing mark (these become nan in the array)."""
    try:
        return np.array(cells, dtype=float), []
    except ValueError:
        pass
    values, bad = np.full(len(cells), np.nan), []
    for i, cell in enumerate(cells):
        stripped = cell.strip()
        if stripped in MISSING:
            continue
        try:
            values[i] = float(stripped) if "_" not in stripped else float("x")
        except ValueError:
            bad.append(i)
    return values, bad


def describe_cell(text: str, column: str, where: Position, region: str = "", period: str = "") -> Finding:
    """The finding for one cell."""
    return error(f"panel.cell.{trouble(text.strip())}", where, found=text, column=column, region=region, period=period)


def object_column(column: pd.Series) -> tuple[np.ndarray, list[int]]:
    """Numbers out of a column of mixed objects; places of the cells that are not numbers."""
    values = column.tolist()
    numbers, bad = np.full(len(values), np.nan), []
    for i, value in enumerate(values):
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            continue
        if isinstance(value, str):
            number, wrong = to_numbers([value])
            numbers[i] = number[0]
            bad += [i] if wrong else []
        else:
            try:
                numbers[i] = float(value)
            except (TypeError, ValueError):
                bad.append(i)
    return numbers, bad
