"""Moran's I, Geary's C and Getis-Ord G with their moments. Cliff and Ord (1981), Spatial Processes; Getis and Ord (1992), Geographical Analysis 24(3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from regio.spatial.places.sphere import Floats


@dataclass(frozen=True, slots=True)
class Known:
    """A statistic and its moments where values are a random order of those observed; ``normal``: its variance for values drawn from a normal
    distribution, nan where there is none.
    """

    estimate: float
    expected: float
    variance: float
    normal: float


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the weights: s0 = Σw, s1 = Σ(w_ij + w_ji)²/2, s2 = Σ(w_i. + w_.i)²; rows and columns: their sums."""

    n: int
    s0: float
    s1: float
    s2: float
    rows: Floats
    columns: Floats

    @classmethod
    def of(cls, matrix: Any) -> Sums:
        rows, columns = np.asarray(matrix.sum(axis=1)).ravel(), np.asarray(matrix.sum(axis=0)).ravel()
        both = matrix + matrix.T
        return cls(matrix.shape[0], float(rows.sum()), float(both.multiply(both).sum() / 2), float(((rows + columns) ** 2).sum()), rows, columns)


def moran(values: Floats, matrix: Any, sums: Sums) -> Known:
    """I = (n/s0) Σ w_ij z_i z_j / Σ z²."""
    z = values - values.mean()
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    estimate = n / s0 * float(z @ (matrix @ z)) / float(z @ z)
    expected = -1 / (n - 1)
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
    k = n * float((z**4).sum()) / float(z @ z) ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = k * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2 if n > 3 else np.nan
    return Known(estimate, expected, float(variance), float(normal))


def geary(values: Floats, matrix: Any, sums: Sums) -> Known:
    """C = (n − 1) Σ w_ij (x_i − x_j)² / (2 s0 Σ z²)."""
    z = values - values.mean()
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    apart = float(sums.rows @ z**2 + sums.columns @ z**2 - 2 * z @ (matrix @ z))
    estimate = (n - 1) * apart / (2 * s0 * float(z @ z))
    normal = ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2)
    k = n * float((z**4).sum()) / float(z @ z) ** 2
    a = (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * k)
    b = (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * k) / 4
    c = s0**2 * (n**2 - 3 - (n - 1) ** 2 * k)
    variance = (a - b + c) / (n * (n - 2) * (n - 3) * s0**2) if n > 3 else np.nan
    return Known(estimate, 1.0, float(variance), float(normal))


def getis_ord(values: Floats, matrix: Any, sums: Sums) -> Known:
    """G = Σ w_ij x_i x_j / Σ_{i≠j} x_i x_j, for values that are not negative."""
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    m1, m2, m3, m4 = (float((values**p).sum()) for p in (1, 2, 3, 4))
    estimate = float(values @ (matrix @ values)) / (m1**2 - m2)
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    expected = s0 / (n * (n - 1))
    square = b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4
    variance = square / ((m1**2 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3)) - expected**2 if n > 3 else np.nan
    return Known(estimate, expected, float(variance), np.nan)


GLOBAL = {"moran": moran, "geary": geary, "getis_ord": getis_ord}


def local_moran(values: Floats, matrix: Any) -> tuple[Floats, Floats, Floats]:
    """I_i = z_i Σ w_ij z_j / m2 with m2 = Σ z²/n (Anselin 1995, Geographical Analysis 27(2)), z over √m2, and its spatial lag."""
    z = values - values.mean()
    z = z / np.sqrt((z @ z) / len(z))
    lag = np.asarray(matrix @ z)
    return z * lag, z, lag


def local_getis_ord(values: Floats, matrix: Any) -> tuple[Floats, Floats, Floats]:
    """Gi* as a z-score (Ord and Getis 1995, Geographical Analysis 27(4)): each region is its own neighbour, with the mean weight of its row."""
    n = len(values)
    own = np.asarray(matrix.sum(axis=1)).ravel() / np.maximum(np.diff(matrix.indptr), 1)
    sums = np.asarray(matrix.sum(axis=1)).ravel() + own
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel() + own**2
    spread = values.std()
    lag = np.asarray(matrix @ values) + own * values
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (lag - sums * values.mean()) / (spread * np.sqrt(np.maximum(n * squares - sums**2, 0) / (n - 1)))
        return score, (values - values.mean()) / spread, (lag / sums - values.mean()) / spread
