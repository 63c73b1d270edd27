"""What a regression prints, from cross products and means, with its slopes by each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """A value and its slopes by cross products (k + 1, k + 1), symmetric, and by means (k + 1,); the outcome last."""

    value: float
    product: Array
    mean: Array

    def times(self, factor: float, value: float) -> Slope:
        """A function of this one value: its derivative and its value."""
        return Slope(value, factor * self.product, factor * self.mean)


class Regression:
    """product: (k + 1, k + 1) cross products, the outcome last; taken: degrees of freedom of the mean or of the regions."""

    def __init__(self, product: Array, mean: Array, n: float, taken: float) -> None:
        self.k, self.n = len(product) - 1, n
        self.s, self.sy, self.syy, self.mean = product[:-1, :-1], product[:-1, -1], float(product[-1, -1]), mean
        self.inverse = np.linalg.inv(self.s)
        self.b = self.inverse @ self.sy
        self.df = n - taken - self.k
        self.rss = float(self.syy - self.b @ self.sy)

    def of(self, kind: str, j: int) -> Slope:
        """kind: coef, se, t, r2, r2_adj, f, vif, inverse_vif, mean_vif; j: the regressor, -1 for the constant."""
        if kind == "coef":
            return self._constant() if j < 0 else self._coef(j)
        if kind in ("se", "t"):
            error = self._error(j)
            if kind == "se":
                return error
            b = self.of("coef", j)
            return self._both(b, 1 / error.value, error, -b.value / error.value**2, b.value / error.value)
        if "vif" in kind:
            return self._vif(kind, j)
        r2 = self._r2()
        if kind == "r2":
            return r2
        if kind == "r2_adj":
            ratio = (self.n - 1) / self.df
            return r2.times(ratio, 1 - (1 - r2.value) * ratio)
        return r2.times(self.df / self.k / (1 - r2.value) ** 2, r2.value / self.k / ((1 - r2.value) / self.df))

    def _slope(self, value: float, s: Array, sy: Array, syy: float, mean: Array | None = None) -> Slope:
        product = np.empty((self.k + 1, self.k + 1))
        product[:-1, :-1] = (s + s.T) / 2
        product[:-1, -1] = product[-1, :-1] = sy / 2
        product[-1, -1] = syy
        return Slope(value, product, np.zeros(self.k + 1) if mean is None else mean)

    @staticmethod
    def _both(a: Slope, by_a: float, b: Slope, by_b: float, value: float) -> Slope:
        return Slope(value, by_a * a.product + by_b * b.product, by_a * a.mean + by_b * b.mean)

    def _coef(self, j: int) -> Slope:
        row = self.inverse[j]
        return self._slope(float(self.b[j]), -np.outer(row, self.b), row, 0.0)

    def _constant(self) -> Slope:
        u = self.inverse @ self.mean[:-1]
        return self._slope(float(self.mean[-1] - self.b @ self.mean[:-1]), np.outer(u, self.b), -u, 0.0, np.append(-self.b, 1.0))

    def _variance(self) -> Slope:
        return self._slope(self.rss / self.df, np.outer(self.b, self.b) / self.df, -2 * self.b / self.df, 1 / self.df)

    def _error(self, j: int) -> Slope:
        u = self.inverse @ self.mean[:-1] if j < 0 else self.inverse[j]
        size = float(1 / self.n + self.mean[:-1] @ u) if j < 0 else float(self.inverse[j, j])
        factor = self._slope(size, -np.outer(u, u), np.zeros(self.k), 0.0, np.append(2 * u, 0.0) if j < 0 else None)
        variance = self._variance()
        value = float(np.sqrt(variance.value * size))
        return self._both(variance, size / (2 * value), factor, variance.value / (2 * value), value)

    def _r2(self) -> Slope:
        s, sy = -np.outer(self.b, self.b) / self.syy, 2 * self.b / self.syy
        return self._slope(1 - self.rss / self.syy, s, sy, -1 / self.syy + self.rss / self.syy**2)

    def _vif(self, kind: str, j: int) -> Slope:
        if kind == "mean_vif":
            every = [self._vif("vif", i) for i in range(self.k)]
            return Slope(float(np.mean([e.value for e in every])), np.mean([e.product for e in every], axis=0), every[0].mean)
        row, own = self.inverse[j], np.zeros((self.k, self.k))
        own[j, j] = row[j]
        found = self._slope(float(row[j] * self.s[j, j]), own - self.s[j, j] * np.outer(row, row), np.zeros(self.k), 0.0)
        return found if kind == "vif" else found.times(-1 / found.value**2, 1 / found.value)
