"""Moran's I of bare numbers (莫兰指数)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import DataError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Count, Seed, Values
from regio.exhibits.models import Table
from regio.spatial.weights.role import Neighbours

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moran(Result):
    """estimate: I; expected: −1/(n − 1); tests: under normality, randomisation and permutation ``statistic, p_value, p_share, scheme, draws`` and critical
    values; n: numbers; islands: those without neighbours.
    """

    estimate: float
    expected: float
    tests: pd.DataFrame
    n: int
    islands: int

    def exhibits(self) -> tuple[Table, ...]:
        from regio.spatial.dependence.exhibits import moran_table

        return (moran_table(self),)


@method
def moran(values: Values, neighbours: Neighbours, *, draws: Count = 999, seed: Seed = 0) -> Moran:
    """Moran's I and its tests.

    Parameters
    ----------
    values : (n,) numbers, none missing
    neighbours : (n, n) weights, not negative, zero on the diagonal, used as they are; a mapping, or a W of libpysal, by the labels of a Series or places
        from 0
    draws : permutations; 0: none
    seed : of the permutations

    Returns
    -------
    Moran
        ``.estimate``, ``.expected``, ``.tests``

    Raises
    ------
    ArgumentError
        for weights that do not fit
    DataError
        for missing, infinite or constant values, or fewer than four

    Notes
    -----
    I = (n/s0) Σ w_ij z_i z_j / Σ z², z = x − x̄. Weights are not standardised here: divide the rows by their sums for the row-standardised form. Cliff and Ord
    (1981), Spatial Processes.

    Examples
    --------
    >>> import regio
    >>> line = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    >>> round(regio.moran([1.0, 2.0, 3.0, 4.0], line, draws=0).estimate, 6)
    0.333333
    """
    import numpy as np
    from scipy import sparse

    from regio.spatial.dependence.compute import LEAST, SAME, Way, one
    from regio.spatial.weights.build import from_given

    names = tuple(map(str, values.index)) if hasattr(values, "index") and not isinstance(values, list | tuple) else None
    try:
        numbers = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):
        raise DataError(error("natural_breaks.not_numbers", found=type(values).__name__)) from None
    if bad := int((~np.isfinite(numbers)).sum()):
        raise DataError(error("moran.missing", count=bad))
    if len(numbers) < LEAST:
        raise DataError(error("autocorrelation.few", column="values", count=len(numbers), least=LEAST, part=""))
    if np.ptp(numbers) <= SAME * np.abs(numbers).max():
        raise DataError(error("autocorrelation.constant", column="values", part=""))
    weights = from_given(neighbours, names or tuple(map(str, range(len(numbers)))))
    matrix = sparse.csr_array(weights.matrix)
    if not matrix.nnz:
        raise DataError(error("neighbours.nobody", part=""))
    known, tests = one(numbers, matrix, Way("moran", False, "keep", draws, seed))
    alone = len(weights.islands)
    return Moran(
        estimate=known.estimate,
        expected=known.expected,
        tests=tests,
        n=len(numbers),
        islands=alone,
        conventions=(Convention("neighbours.standardised", "neighbours.rows.none"),),
        findings=(Finding("neighbours.alone", {"count": alone, "regions": tuple(map(str, weights.islands[:8]))}),) if alone else (),
    )
