"""The frames of ``kernel_density``: one grid for all parts, a curve and its peaks for each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, error
from regio.indices.dynamics._density import bandwidth as by_rule
from regio.indices.dynamics._density import density, peaks
from regio.indices.dynamics._values import Values

REACH = 3.0  # bandwidths beyond the data
Bounds = tuple[float | None, float | None]


def ridges(found: Values, column: str, bandwidth: str | float, kernel: str, bounds: Bounds, points: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    _check(found, column, bounds)
    widths = {part: by_rule(found.values[places], bandwidth) if isinstance(bandwidth, str) else float(bandwidth) for part, places in found.parts.items()}
    if flat := tuple(str(part) for part, width in widths.items() if not width > 0):
        raise DataError(error("kernel_density.constant", column=column, parts=flat))
    grid = _grid(found, max(widths.values()), bounds, points)
    curves, rows = [], []
    for part, places in found.parts.items():
        values = found.values[places]
        curve = density(values, grid, widths[part], kernel, bounds)
        top = peaks(grid, curve)
        mass = float(np.trapezoid(curve, grid))
        rows.append(
            {
                "n": len(values),
                "mean": float(values.mean()),
                "bandwidth": widths[part],
                "peaks": top.count,
                "peak": top.place,
                "height": top.height,
                "width": top.width,
                "mass": mass,
            }
        )
        curves.append(pd.DataFrame({"part": part, "x": grid, "density": curve}))
    return pd.concat(curves, ignore_index=True), pd.DataFrame(rows, index=pd.Index(list(found.parts), name="part"))


def _check(found: Values, column: str, bounds: Bounds) -> None:
    low, high = bounds
    if low is not None and high is not None and low >= high:
        raise ArgumentError(error("kernel_density.bounds", low=f"{low:g}", high=f"{high:g}"))
    for bound, beyond in ((low, found.values < (-np.inf if low is None else low)), (high, found.values > (np.inf if high is None else high))):
        if beyond.any():
            raise DataError(error("kernel_density.beyond", column=column, count=int(beyond.sum()), bound=f"{bound:g}"))


def _grid(found: Values, width: float, bounds: Bounds, points: int) -> np.ndarray:
    low, high = float(found.values.min()) - REACH * width, float(found.values.max()) + REACH * width
    low = low if bounds[0] is None else max(low, bounds[0])
    high = high if bounds[1] is None else min(high, bounds[1])
    return np.linspace(low, high, points)
