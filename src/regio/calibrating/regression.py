"""What a regression prints, all of it at once, from cross products and means, with its slopes by each of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TERMS, WHOLE, FACTORS = ("coef", "se", "t"), ("r2", "r2_adj", "f"), ("vif", "inverse_vif")


def place_of(kind: str, j: int, k: int) -> int:
    """Where ``Regression.value`` and ``Inflation.value`` of k regressors hold a number; j: the regressor, -1 for the constant.

    >>> place_of("coef", 0, 2), place_of("se", -1, 2), place_of("r2", 0, 2), place_of("inverse_vif", 1, 2), place_of("mean_vif", 0, 2)
    (0, 5, 9, 3, 4)
    """
    if kind in TERMS:
        return TERMS.index(kind) * (k + 1) + (k if j < 0 else j)
    if kind in WHOLE:
        return len(TERMS) * (k + 1) + WHOLE.index(kind)
    return 2 * k if kind == "mean_vif" else FACTORS.index(kind) * k + j


class Regression:
    """product: (k + 1, k + 1) cross products, the outcome last; mean: (k + 1,); taken: degrees of freedom of the mean or of the regions.

    value: coefficients, errors, t (the constant after the regressors), R², adjusted R², F.
    """

    def __init__(self, product: Array, mean: Array, n: float, taken: float) -> None:
        self.k = k = len(product) - 1
        self.product, self.mean = product, mean
        inverse = np.linalg.inv(product[:k, :k])
        self.rows = np.concatenate([inverse, [-(mean[:k] @ inverse)]])  # what the outcome's products with the regressors are multiplied by
        coef = self.rows @ product[:k, k]
        coef[k] += mean[k]
        self.b, self.syy, self.df, self.n = coef[:k], product[k, k], n - taken - k, n
        self.rss = self.syy - self.b @ product[:k, k]
        self.variance = self.rss / self.df
        self.size = np.append(inverse.diagonal(), 1 / n - mean[:k] @ self.rows[k])
        self.error = np.sqrt(self.variance * self.size)
        r2 = 1 - self.rss / self.syy
        whole = (r2, 1 - (1 - r2) * (n - 1) / self.df, r2 / k / ((1 - r2) / self.df))
        self.value = np.concatenate([coef, self.error, coef / self.error, whole])

    def slopes(self) -> tuple[Array, Array]:
        """Of every value by the cross products (m, k + 1, k + 1), symmetric, and by the means (m, k + 1)."""
        k, a, b = self.k, self.rows, self.b
        coef, size, variance, r2 = (np.zeros((m, k + 1, k + 1)) for m in (k + 1, k + 1, 1, 1))
        coef[:, :k, :k] = -(a[:, :, None] * b + b[:, None] * a[:, None, :]) / 2
        coef[:, :k, k] = coef[:, k, :k] = a / 2
        size[:, :k, :k] = -a[:, :, None] * a[:, None, :]
        fitted = np.append(-b, 1.0)
        variance[0] = np.outer(fitted, fitted) / self.df
        coef_mean, size_mean = np.zeros((k + 1, k + 1)), np.zeros((k + 1, k + 1))
        coef_mean[k], size_mean[k, :k] = fitted, -2 * a[k]
        half = 2 * self.error[:, None, None]
        error = (self.size[:, None, None] * variance + self.variance * size) / half
        error_mean = self.variance * size_mean / half[:, 0]
        t = self.value[2 * (k + 1) : 3 * (k + 1)]
        by_t = (coef - t[:, None, None] * error) / self.error[:, None, None]
        t_mean = (coef_mean - t[:, None] * error_mean) / self.error[:, None]
        r2[0] = -variance[0] * self.df / self.syy
        r2[0, k, k] += self.rss / self.syy**2
        whole = (1.0, (self.n - 1) / self.df, self.df / k * (self.syy / self.rss) ** 2)
        return np.concatenate([coef, error, by_t, *(f * r2 for f in whole)]), np.concatenate([coef_mean, error_mean, t_mean, np.zeros((len(whole), k + 1))])


class Inflation:
    """product: (k, k) cross products of regressors. value: variance inflation factors, their inverses, and their mean."""

    def __init__(self, product: Array) -> None:
        self.product, self.inverse = product, np.linalg.inv(product)
        self.factor = self.inverse.diagonal() * product.diagonal()
        self.value = np.concatenate([self.factor, 1 / self.factor, [self.factor.mean()]])

    def slopes(self) -> tuple[Array, Array]:
        """As of a regression."""
        k, own = len(self.product), self.product.diagonal()
        by = -own[:, None, None] * self.inverse[:, :, None] * self.inverse[:, None, :]
        by[range(k), range(k), range(k)] += self.inverse.diagonal()
        return np.concatenate([by, -by / self.factor[:, None, None] ** 2, by.mean(0)[None]]), np.zeros((2 * k + 1, k))
