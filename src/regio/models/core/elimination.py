"""Many sets of normal equations at once: Gaussian elimination on cross products (p, p, B), one set a draw.

Only the upper triangle of each array of cross products is read and written. Columns are eliminated in the order in which they stand, none is
exchanged, and the units in which a column is measured do not matter. A column that in some draw is a combination of those before it is left out
of that draw, as a fit of that draw would leave it out.
"""

from __future__ import annotations

import numpy as np

from regio.models.core.blocks import Array
from regio.models.core.solve import DEPENDENT


def partialled(cross: Array, count: int, floor: Array | None = None) -> Array:
    """(p − count, p − count, B) cross products of the later columns, net of the first ``count``.

    ``floor`` (p,): a column whose cross product with itself is not above this does not vary.

    Examples
    --------
    Two columns with cross products 4, 2 and 3: the second net of the first has 3 − 2² / 4.

    >>> partialled(np.array([[4.0, 2.0], [2.0, 3.0]])[:, :, None], 1).ravel().tolist()
    [2.0]
    """
    return _eliminated(cross, count, floor)[0][count:, count:]


def slopes(cross: Array, floor: Array | None = None) -> Array:
    """(p − 1, B) coefficients of the last column on the others; nan for a column left out of a draw.

    Examples
    --------
    >>> slopes(np.array([[4.0, 2.0], [2.0, 3.0]])[:, :, None]).ravel().tolist()
    [0.5]
    """
    k = len(cross) - 1
    reduced, used = _eliminated(cross, k, floor)
    found = np.zeros((k, cross.shape[2]))
    for i in reversed(range(k)):
        right = reduced[i, -1] - (reduced[i, i + 1 : k] * found[i + 1 :]).sum(0)
        np.divide(right, reduced[i, i], out=found[i], where=used[i])
    found[~used] = np.nan
    return found


def _eliminated(cross: Array, count: int, floor: Array | None) -> tuple[Array, np.ndarray]:
    """The array after elimination of its first columns, and (count, B) which of them were used."""
    cross = cross.copy()
    p, draws = len(cross), cross.shape[2]
    own = cross[np.arange(p), np.arange(p)].copy()
    used = np.zeros((count, draws), dtype=bool)
    for k in range(count):
        pivot = cross[k, k]
        used[k] = pivot > np.maximum(DEPENDENT * own[k], 0.0 if floor is None else floor[k])
        inverse = np.divide(1.0, pivot, out=np.zeros(draws), where=used[k])
        scaled = cross[k, k + 1 :] * inverse
        for i in range(k + 1, p):
            cross[i, i:] -= scaled[i - k - 1] * cross[k, i:]
    return cross, used
