"""Every printed number computed again from the rows: least squares with dummies, none of the algebra of moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.aims import Aim, Aims, Fit
from regio.calibrating.rows import Place

Array = NDArray[np.float64]
ORDER: dict[str, Callable[[Array], Any]] = {"min": np.min, "median": np.median, "max": np.max}


class Check:
    """rows: (n, V) in the units of the print."""

    def __init__(self, aims: Aims, rows: Array) -> None:
        self.aims, self.rows, self.place = aims, rows, Place(aims)
        self._known: dict[Fit, dict[str, Any]] = {}

    def of(self, aim: Aim) -> float:
        x = self.rows
        if aim.kind == "mean":
            return float(x[:, aim.of[0]].mean())
        if aim.kind == "sd":
            return float(x[:, aim.of[0]].std(ddof=1))
        if aim.kind == "r":
            return float(np.corrcoef(x[:, aim.of[0]], x[:, aim.of[1]])[0, 1])
        assert aim.fit is not None
        if "vif" in aim.kind:
            factors = [self._inflation(aim.fit, j) for j in range(len(aim.fit.regressors))]
            return float(np.mean(factors)) if aim.kind == "mean_vif" else factors[aim.of[0]] if aim.kind == "vif" else 1 / factors[aim.of[0]]
        if aim.kind == "product":
            assert aim.other is not None
            return float(self.fitted(aim.fit)["coef"][aim.of[0]] * self.fitted(aim.other)["coef"][aim.of[1]])
        found = self.fitted(aim.fit)
        return float(found[aim.kind][aim.of[0]] if aim.of else found[aim.kind])

    def order(self, v: int, which: str) -> float:
        return float(ORDER[which](self.rows[:, v]))

    def _inflation(self, fit: Fit, j: int) -> float:
        x = self.rows[:, list(fit.regressors)]
        others = np.column_stack([np.ones(len(x)), np.delete(x, j, axis=1)])
        residual = x[:, j] - others @ np.linalg.lstsq(others, x[:, j], rcond=None)[0]
        return float(((x[:, j] - x[:, j].mean()) ** 2).sum() / (residual @ residual))

    def fitted(self, fit: Fit) -> dict[str, Any]:
        """What a regression gives; each is computed once."""
        if fit not in self._known:
            self._known[fit] = self._fitted(fit)
        return self._known[fit]

    def _fitted(self, fit: Fit) -> dict[str, Any]:
        """Coefficients, errors and t with that of the constant last; R² and F of what is free of the regions."""
        here = np.ones(len(self.rows), dtype=bool) if fit.group is None else self.place.group == fit.group
        x, y = self.rows[here][:, list(fit.regressors)], self.rows[here][:, fit.outcome]
        region = self.place.region[here]
        n, k = x.shape
        taken = 1
        if fit.estimator == "region":  # deviations from region means, the overall means put back: the constant as in Stata
            taken = len(np.unique(region))
            x, y = (v - _means(v, region) + v.mean(0) for v in (x, y))
        scale = x.std(0)
        full = np.column_stack([x / scale, np.ones(n)])
        b = np.linalg.lstsq(full, y, rcond=None)[0]
        residual = y - full @ b
        df = n - taken - k
        error = np.sqrt(residual @ residual / df * np.diag(np.linalg.inv(full.T @ full)))
        b, error = b / np.append(scale, 1.0), error / np.append(scale, 1.0)
        r2 = 1 - residual @ residual / ((y - y.mean()) @ (y - y.mean()))
        return {"coef": b, "se": error, "t": b / error, "r2": r2, "r2_adj": 1 - (1 - r2) * (n - 1) / df, "f": r2 / k / ((1 - r2) / df)}


def _means(x: Array, region: NDArray[np.intp]) -> Array:
    codes = np.unique(region, return_inverse=True)[1]
    sums = np.zeros((codes.max() + 1, *x.shape[1:]))
    np.add.at(sums, codes, x)
    counts = np.bincount(codes).reshape(-1, *[1] * (x.ndim - 1))
    return np.asarray((sums / counts)[codes])
