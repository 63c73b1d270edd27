"""The systems of a coupling: their values, checked, and measures put back into the rows of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import DataError, EstimationError, error
from regio.indices.activity.reading import places_of
from regio.indices.scale import Floats

ROUNDING = 1e-9  # how far a score may leave [0, 1] by adding up weights


def complete(u: Floats, names: tuple[str, ...], keys: pd.DataFrame) -> NDArray[np.bool_]:
    """(N,) whether a row has every system.

    Raises
    ------
    DataError
        for values outside [0, 1]
    EstimationError
        where no row has every system
    """
    outside = (u < -ROUNDING) | (u > 1 + ROUNDING)
    problems = []
    for j in np.flatnonzero(outside.any(axis=0)).tolist():
        low, high = f"{np.nanmin(u[:, j]):.6g}", f"{np.nanmax(u[:, j]):.6g}"
        count = int(outside[:, j].sum())
        problems.append(error("coupling.outside", system=names[j], count=count, low=low, high=high, rows=places_of(keys, outside[:, j])))
    if problems:
        raise DataError(*problems)
    known = np.asarray(np.isfinite(u).all(axis=1))
    if not known.any():
        raise EstimationError(error("coupling.nothing", systems=names))
    return known


def in_rows(values: Any, known: NDArray[np.bool_], index: pd.Index) -> pd.Series:
    """Values of the rows that have every system, in the rows of the table; missing in the others."""
    if known.all():
        return pd.Series(values, index=index)
    text = isinstance(values, list)
    found = np.full(len(known), None if text else np.nan, dtype=object if text else np.float64)
    found[known] = values
    return pd.Series(found, index=index)
