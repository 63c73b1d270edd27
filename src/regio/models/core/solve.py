"""Normal equations on scaled cross products, and which columns depend on others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regio.models.core.blocks import Array

DEPENDENT = 1e-12  # 1 − R² of a column on the ones before it: below this it counts as a combination of them (VIF above 1e12)
NO_VARIATION = 1e-13  # variation left within the effects, as a share of the column's total variation
ROUNDING = 1e-26  # variation as a share of the sum of squares: below this the column is constant up to rounding


@dataclass(frozen=True, slots=True)
class Solution:
    """coefficients (m,), inverse (m, m) of the cross products; both zero for columns left out; ``kept`` (m,) booleans."""

    coefficients: Array
    inverse: Array
    kept: np.ndarray


@dataclass(frozen=True, slots=True)
class Dependence:
    """Column ``column`` is a combination of ``others``; no others: it does not vary."""

    column: int
    others: tuple[int, ...]


def varies(within: Array, total: Array, means: Array, weight: float) -> np.ndarray:
    """For each column, whether any variation is left within the effects."""
    left, whole = np.diag(within), np.diag(total)
    varying: np.ndarray = (left > ROUNDING * (whole + weight * means**2)) & (left > NO_VARIATION * whole)
    return varying


def dependences(cross: Array, order: np.ndarray) -> tuple[np.ndarray, list[Dependence]]:
    """Which columns of a cross-product array are combinations of those before them in ``order``: (kept, what was found)."""
    scaled = _scaled(cross)[np.ix_(order, order)]
    kept = np.ones(len(order), dtype=bool)
    try:
        factor = np.linalg.cholesky(scaled)
        if (np.diag(factor) ** 2 > DEPENDENT).all():
            return kept, []
    except np.linalg.LinAlgError:
        pass
    found: list[Dependence] = []
    inside: list[int] = []
    for place, column in enumerate(order):
        if not inside:
            inside.append(place)
            continue
        coefficients = np.linalg.solve(scaled[np.ix_(inside, inside)], scaled[inside, place])
        if scaled[place, place] - scaled[inside, place] @ coefficients > DEPENDENT:
            inside.append(place)
        else:
            kept[column] = False
            found.append(Dependence(int(column), tuple(int(order[i]) for i, c in zip(inside, coefficients, strict=True) if abs(c) > 1e-6)))
    return kept, found


def solve(cross: Array, right: Array, kept: np.ndarray) -> Solution:
    """Coefficients of the columns that are kept. ``cross`` (m, m), ``right`` (m,)."""
    scale = 1 / np.sqrt(np.diag(cross)[kept])
    inverse = np.linalg.inv(cross[np.ix_(kept, kept)] * np.outer(scale, scale))
    inverse = (inverse + inverse.T) / 2 * np.outer(scale, scale)
    full = np.zeros_like(cross)
    full[np.ix_(kept, kept)] = inverse
    return Solution(full @ right, full, kept)


def _scaled(cross: Array) -> Array:
    root = np.sqrt(np.diag(cross))
    scaled: Array = cross / np.outer(root, root)
    return scaled
