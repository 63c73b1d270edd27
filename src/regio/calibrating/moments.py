"""Moments of a panel as parameters, and every aim as a function of them with its slopes.

A panel of groups g of regions has means m_g, cross products within regions W_g, and total cross products T. What is left,
T − Σ W_g − Σ N_g (m_g − m)(m_g − m)′, are the cross products between regions of one group, which must be positive. Each matrix is written as a chain of
regressions, every variable on those before it: its parameters are slopes and logarithms of residual variances, so that sharply printed coefficients are
parameters themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.aims import Aim, Aims, Fit
from regio.calibrating.regression import Regression, Slope

Array = NDArray[np.float64]
ALL = -1  # groups


@dataclass(frozen=True, slots=True)
class Moments:
    """means: (G, V); within: (G, V, V) and total: (V, V) cross products; counts: (G,) rows."""

    means: Array
    within: Array
    total: Array
    counts: Array

    @property
    def mean(self) -> Array:
        return np.asarray(self.counts @ self.means / self.counts.sum())

    @property
    def between(self) -> Array:
        """Between regions of one group."""
        gap = self.means - self.mean
        return np.asarray(self.total - self.within.sum(0) - (self.counts[:, None] * gap).T @ gap)


class Chain:
    """A positive matrix as regressions of each variable on those before it in ``order``."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self.order = np.array(order)
        self.size = len(order)
        self.rows, self.columns = np.tril_indices(self.size, -1)
        self.width = len(self.rows) + self.size

    def open(self, x: Array) -> tuple[Array, Array, Array]:
        """The matrix, the effects of residuals on variables (both in ``order``), and the residual variances."""
        slopes = np.eye(self.size)
        slopes[self.rows, self.columns] = -x[: len(self.rows)]
        effects = np.linalg.inv(slopes)
        variances: Array = np.exp(np.clip(x[len(self.rows) :], -40, 40))
        matrix: Array = (effects * variances) @ effects.T
        return matrix, np.asarray(effects), variances

    def matrix(self, x: Array) -> Array:
        found = np.empty((self.size, self.size))
        found[np.ix_(self.order, self.order)] = self.open(x)[0]
        return found

    def parameters(self, matrix: Array) -> Array:
        m = matrix[np.ix_(self.order, self.order)]
        slopes, variances = [], []
        for i in range(self.size):
            b = np.linalg.solve(m[:i, :i], m[:i, i]) if i else np.empty(0)
            slopes.append(b)
            variances.append(m[i, i] - (b @ m[:i, i] if i else 0.0))
        return np.concatenate([*slopes, np.log(np.maximum(variances, 1e-12))])

    def slopes(self, opened: tuple[Array, Array, Array], by_matrix: Array) -> Array:
        """Slopes by parameter (k, width) from slopes by the entries of the matrix (k, V, V), symmetric."""
        m, effects, variances = opened
        g = by_matrix[:, self.order][:, :, self.order]
        turned = effects.T @ g
        by_slope = 2 * (turned @ m)[:, self.rows, self.columns]
        by_log = variances * (turned * effects.T).sum(2)
        return np.concatenate([by_slope, by_log], axis=1)


class System:
    """Parameters ↔ moments, and the aims as functions of the parameters. Variables are measured in ``scale`` (V,), so that all is of order one."""

    def __init__(self, aims: Aims, scale: Array) -> None:
        self.aims, self.scale = aims, scale
        self.size, self.groups = len(aims.variables), len(aims.groups)
        self.counts = np.array([g.regions * len(aims.periods) for g in aims.groups], dtype=float)
        self.regions = np.array([g.regions for g in aims.groups])
        fits = [f for a in aims.aims for f in (a.fit, a.other) if f is not None and "vif" not in a.kind]
        self.chains = [*(Chain(order_of(self.size, _of_group(fits, g))) for g in range(self.groups))]
        self.chains.append(Chain(order_of(self.size, [f for f in fits if f.estimator == "pooled"])))
        self.targets = aims.aims
        self.parts = self._parts()
        self.units = np.array([self._unit(a) for a in self.targets])
        self.low = np.array([a.limits.low for a in self.targets]) / self.units
        self.high = np.array([a.limits.high for a in self.targets]) / self.units

    def _unit(self, aim: Aim) -> float:
        """What one of the scaled variables is in the unit of the print."""
        if aim.kind in ("mean", "sd"):
            return float(self.scale[aim.of[0]])
        if aim.kind in ("coef", "se") and aim.fit is not None:
            below = 1.0 if aim.of[0] < 0 else self.scale[aim.fit.regressors[aim.of[0]]]
            return float(self.scale[aim.fit.outcome] / below)
        if aim.kind == "product" and aim.fit is not None and aim.other is not None:
            return float(self.scale[aim.other.outcome] / self.scale[aim.fit.regressors[aim.of[0]]])
        return 1.0

    def _parts(self) -> list[tuple[str, Fit | None, list[int]]]:
        """Aims gathered by what they are computed from: one matrix inversion each."""
        found: dict[tuple[str, Fit | None], list[int]] = {}
        for i, aim in enumerate(self.targets):
            kind = aim.kind if aim.kind in ("mean", "sd", "r", "product") else "vif" if "vif" in aim.kind else "fit"
            found.setdefault((kind, aim.fit if kind in ("fit", "vif") else None), []).append(i)
        return [(kind, fit, places) for (kind, fit), places in found.items()]

    def split(self, x: Array) -> tuple[Array, list[Array]]:
        """Means (G, V) and the parameters of each chain, that of the total last."""
        ends = np.cumsum([self.groups * self.size, *(c.width for c in self.chains)])
        return x[: ends[0]].reshape(self.groups, self.size), [x[a:b] for a, b in pairwise(ends)]

    def moments(self, x: Array) -> Moments:
        """In scaled units."""
        means, parts = self.split(x)
        matrices = [chain.matrix(p) for chain, p in zip(self.chains, parts, strict=True)]
        return Moments(means, np.array(matrices[:-1]), matrices[-1], self.counts)

    def parameters(self, m: Moments) -> Array:
        return np.concatenate([m.means.ravel(), *(c.parameters(w) for c, w in zip(self.chains, (*m.within, m.total), strict=True))])

    def values(self, x: Array) -> Array:
        """As ``evaluate``, without slopes."""
        return self._at(self.moments(x), self._opened(x)).value

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Every aim, then the eigenvalues of the cross products between regions (m + V,), and their slopes by parameter (m + V, p)."""
        opened, m = self._opened(x), self.moments(x)
        at = self._at(m, opened)
        means = (
            at.by_mean[:, None, :] * np.where(at.group[:, None] == ALL, self.counts / self.counts.sum(), at.group[:, None] == range(self.groups))[:, :, None]
        )
        apart = self.counts[:, None] * (m.means - m.mean)
        edges = at.scope == "between"
        means[edges] -= 2 * np.einsum("gw,kwv->kgv", apart, at.by_product[edges])
        found = [means.reshape(len(means), -1)]
        for g, (chain, own) in enumerate(zip(self.chains, opened, strict=True)):
            last = g == self.groups
            used = np.isin(at.scope, ["total", "between"]) if last else edges | ((at.scope == "within") & np.isin(at.group, [g, ALL]))
            slope = np.zeros((len(means), chain.width))
            slope[used] = chain.slopes(own, at.by_product[used]) * (np.where(edges[used], -1.0, 1.0)[:, None] if not last else 1.0)
            found.append(slope)
        return at.value, np.concatenate(found, axis=1)

    def _opened(self, x: Array) -> list[tuple[Array, Array, Array]]:
        return [chain.open(p) for chain, p in zip(self.chains, self.split(x)[1], strict=True)]

    def _at(self, m: Moments, opened: list[tuple[Array, Array, Array]]) -> _Values:
        count, n = len(self.targets), self.counts.sum()
        at = _Values(count + self.size, self.size)
        for kind, fit, places in self.parts:
            if fit is not None:
                self._fitted(m, fit, places, at)
            else:
                for i in places:
                    self._product(m, i, at) if kind == "product" else self._simple(m, i, at)
        at.value[count:], vectors = np.linalg.eigh(m.between / n)
        at.by_product[count:] = np.einsum("ik,jk->kij", vectors, vectors) / n
        at.scope[count:] = "between"
        return at

    def _simple(self, m: Moments, i: int, at: _Values) -> None:
        aim, n, total = self.targets[i], self.counts.sum(), m.total
        by_product = at.by_product[i]
        at.scope[i] = "total"
        if aim.kind == "mean":
            at.value[i] = m.mean[aim.of[0]]
            at.by_mean[i, aim.of[0]] = 1.0
        elif aim.kind == "sd":
            v = aim.of[0]
            at.value[i] = np.sqrt(total[v, v] / (n - 1))
            by_product[v, v] = 0.5 / (at.value[i] * (n - 1))
        else:
            a, b = aim.of
            root = np.sqrt(total[a, a] * total[b, b])
            at.value[i] = total[a, b] / root
            by_product[a, b] = by_product[b, a] = 0.5 / root
            by_product[a, a], by_product[b, b] = -0.5 * at.value[i] / total[a, a], -0.5 * at.value[i] / total[b, b]

    def _basis(self, m: Moments, fit: Fit) -> tuple[Array, Array, float, float]:
        """Cross products and means of regressors and outcome, rows, and degrees of freedom taken by the mean or the regions."""
        places = [*fit.regressors, fit.outcome]
        if fit.estimator == "pooled":
            product, mean, n, taken = m.total, m.mean, self.counts.sum(), 1.0
        elif fit.group is None:
            product, mean, n, taken = m.within.sum(0), m.mean, self.counts.sum(), float(self.regions.sum())
        else:
            product, mean, n, taken = m.within[fit.group], m.means[fit.group], self.counts[fit.group], float(self.regions[fit.group])
        return product[np.ix_(places, places)], mean[places], float(n), taken

    def _fitted(self, m: Moments, fit: Fit, places: list[int], at: _Values) -> None:
        regression = Regression(*self._basis(m, fit))
        # a table of inflation factors has no outcome: the first regressor stands for it, with slopes of zero
        index = np.array([*fit.regressors, fit.regressors[0] if "vif" in self.targets[places[0]].kind else fit.outcome])
        for i in places:
            aim = self.targets[i]
            self._keep(regression.of(aim.kind, aim.of[0] if aim.of else 0), fit, index, i, at)

    def _keep(self, slope: Slope, fit: Fit, index: NDArray[np.intp], i: int, at: _Values, factor: float = 1.0) -> None:
        at.value[i] = slope.value
        if len(set(index.tolist())) < len(index):
            np.add.at(at.by_product[i], np.ix_(index, index), factor * slope.product)
        else:
            at.by_product[i][index[:, None], index] += factor * slope.product
        np.add.at(at.by_mean[i], index, factor * slope.mean)
        at.scope[i] = "total" if fit.estimator == "pooled" else "within"
        at.group[i] = ALL if fit.group is None else fit.group

    def _product(self, m: Moments, i: int, at: _Values) -> None:
        aim = self.targets[i]
        assert aim.fit is not None
        assert aim.other is not None
        a, b = (Regression(*self._basis(m, f)).of("coef", j) for f, j in zip((aim.fit, aim.other), aim.of, strict=True))
        self._keep(a, aim.fit, np.array([*aim.fit.regressors, aim.fit.outcome]), i, at, b.value)
        self._keep(b, aim.other, np.array([*aim.other.regressors, aim.other.outcome]), i, at, a.value)
        at.value[i] = a.value * b.value


class _Values:
    """What ``evaluate`` gathers: values, slopes by cross products and means, and of which ones."""

    def __init__(self, count: int, size: int) -> None:
        self.value = np.empty(count)
        self.by_product, self.by_mean = np.zeros((count, size, size)), np.zeros((count, size))
        self.scope = np.full(count, "total", dtype="<U7")
        self.group = np.full(count, ALL)


def _of_group(fits: list[Fit], group: int) -> list[Fit]:
    """Fits within regions of a group; of all rows where none is of the group."""
    within = [f for f in fits if f.estimator == "region"]
    return [f for f in within if f.group == group] or [f for f in within if f.group is None]


def order_of(size: int, fits: list[Fit]) -> tuple[int, ...]:
    """Variables such that outcomes stand after their regressors, those that are in no regression last; fits that would turn the order round are left out."""
    before: dict[int, set[int]] = {v: set() for v in range(size)}

    def reaches(v: int, goal: int) -> bool:
        return v == goal or any(reaches(w, goal) for w in before[v])

    for fit in sorted(dict.fromkeys(fits), key=lambda f: -len(f.regressors)):
        if not any(reaches(v, fit.outcome) for v in fit.regressors):
            before[fit.outcome] |= set(fit.regressors)
    used = {v for f in fits for v in (*f.regressors, f.outcome)}
    done: list[int] = []
    while len(done) < size:
        ready = [v for v in range(size) if v not in done and before[v] <= set(done)]
        done.append(min(ready, key=lambda v: (v not in used, bool(before[v]), v)))
    return tuple(done)
