"""Columns net of effects, and their variance inflation factors by QR."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from regio.models.core.levels import Codes
from regio.models.core.solve import NO_VARIATION, ROUNDING, Dependence, dependences

Array = NDArray[np.float64]


def net_of(values: Array, effects: Sequence[tuple[Codes, int]]) -> Array:
    """Residuals (n, k) of the columns on a constant and the dummies of up to two effects; each effect is (codes (n,), number of levels).

    Two effects are taken out together by solving for the dummies of the smaller one, whether or not the panel is balanced. Everything is done
    twice: the second pass takes out what rounding left of a large offset.
    """
    constant = (np.zeros(len(values), dtype=np.intp), 1)
    large, *small = sorted(effects or [constant], key=lambda effect: -effect[1])
    for _ in range(2):
        values = _demeaned(values, *large)
        if small:
            values = values - _demeaned(_slopes(values, large, small[0])[small[0][0]], *large)
    return values


def _demeaned(values: Array, codes: Codes, levels: int) -> Array:
    counts = np.bincount(codes, minlength=levels)
    sums = np.stack([np.bincount(codes, column, levels) for column in values.T], axis=1)
    deviations: Array = values - (sums / counts[:, None])[codes]
    return deviations


def _slopes(within: Array, large: tuple[Codes, int], small: tuple[Codes, int]) -> Array:
    """(levels, k) coefficients of the dummies of the smaller effect in columns that are net of the larger one; of least norm where they are
    not determined, as in a panel of unconnected parts.
    """
    (first, groups), (second, levels) = large, small
    cells = np.bincount(first * levels + second, minlength=groups * levels).reshape(groups, levels)
    cross = np.diag(cells.sum(0)) - cells.T @ (cells / cells.sum(1)[:, None])
    right = np.stack([np.bincount(second, column, levels) for column in within.T], axis=1)
    slopes: Array = np.linalg.lstsq(cross, right, rcond=None)[0]
    return slopes


def varies(columns: Array, values: Array) -> NDArray[np.bool_]:
    """For each of the columns net of effects, whether anything is left of what ``values`` (n, k) vary by."""
    left = (columns**2).sum(0)
    whole = (net_of(values, ()) ** 2).sum(0)
    varying: NDArray[np.bool_] = (left > ROUNDING * (values**2).sum(0)) & (left > NO_VARIATION * whole)
    return varying


def combinations(columns: Array) -> list[Dependence]:
    """Which columns (n, k), each of mean zero and not zero throughout, are combinations of those before them."""
    unit = _unit(columns)
    return dependences(unit.T @ unit, np.arange(unit.shape[1]))[1]


def inflation(columns: Array) -> Array:
    """(k,) the diagonal of the inverse correlation matrix of columns (n, k) of mean zero, none of them a combination of others."""
    if columns.shape[1] == 1:
        return np.ones(1)
    inverse = np.linalg.inv(np.linalg.qr(_unit(columns), mode="r"))  # from the columns, not from their products: half the digits are lost there
    factors: Array = np.maximum((inverse**2).sum(1), 1.0)
    return factors


def _unit(columns: Array) -> Array:
    scaled = columns / np.abs(columns).max(0)
    unit: Array = scaled / np.sqrt((scaled**2).sum(0))
    return unit
