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
from regio.calibrating.regression import Inflation, Regression, place_of

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
    def all_within(self) -> Array:
        return np.asarray(self.within.sum(0))

    @property
    def between(self) -> Array:
        """Between regions of one group."""
        gap = self.means - self.mean
        return np.asarray(self.total - self.all_within - (self.counts[:, None] * gap).T @ gap)


class Chain:
    """A positive matrix as regressions of each variable on those before it in ``order``."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self.order = np.array(order)
        self.size = len(order)
        self.rows, self.columns = np.tril_indices(self.size, -1)
        self.width = len(self.rows) + self.size

    def open(self, x: Array) -> tuple[Array, Array, Array]:
        """The matrix, the effects of residuals on variables (both in ``order``), and the residual variances; x: (…, width)."""
        slopes = np.zeros((*x.shape[:-1], self.size, self.size))
        slopes[..., range(self.size), range(self.size)] = 1.0
        slopes[..., self.rows, self.columns] = -x[..., : len(self.rows)]
        effects: Array = np.linalg.inv(slopes)
        variances: Array = np.exp(np.clip(x[..., len(self.rows) :], -40, 40))
        return (effects * variances[..., None, :]) @ effects.swapaxes(-1, -2), effects, variances

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
        """Slopes by parameter (k, width) from what ``open`` gives and slopes by the entries of the matrix (k, V, V), symmetric."""
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
        self.ranks = np.array([np.argsort(c.order) for c in self.chains])
        self.targets = aims.aims
        self.means, self.spreads, self.correlations = (self._chosen(kind) for kind in ("mean", "sd", "r"))
        self.products = [i for i, a in enumerate(self.targets) if a.kind == "product"]
        inflated = dict.fromkeys(a.fit for a in self.targets if a.fit is not None and "vif" in a.kind)
        self.parts = [*(_part(f, False, self.targets) for f in dict.fromkeys(fits)), *(_part(f, True, self.targets) for f in inflated)]
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

    def _chosen(self, kind: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Aims of a kind, and the variable of each, or the two of each correlation."""
        chosen = [i for i, a in enumerate(self.targets) if a.kind == kind]
        of = np.array([self.targets[i].of for i in chosen], dtype=int).reshape(-1, 2 if kind == "r" else 1)
        return np.array(chosen, dtype=int), of if kind == "r" else of[:, 0]

    def split(self, x: Array) -> tuple[Array, list[Array]]:
        """Means (G, V) and the parameters of each chain, that of the total last."""
        ends = np.cumsum([self.groups * self.size, *(c.width for c in self.chains)])
        return x[: ends[0]].reshape(self.groups, self.size), [x[a:b] for a, b in pairwise(ends)]

    def moments(self, x: Array) -> Moments:
        """In scaled units."""
        return self._moments(x, self._opened(x)[0])

    def _moments(self, x: Array, opened: Array) -> Moments:
        matrices = opened[np.arange(self.groups + 1)[:, None, None], self.ranks[:, :, None], self.ranks[:, None, :]]
        return Moments(self.split(x)[0], matrices[:-1], matrices[-1], self.counts)

    def _opened(self, x: Array) -> tuple[Array, Array, Array]:
        """As of a chain, of all of them at once."""
        return self.chains[0].open(x[self.groups * self.size :].reshape(self.groups + 1, -1))

    def parameters(self, m: Moments) -> Array:
        return np.concatenate([m.means.ravel(), *(c.parameters(w) for c, w in zip(self.chains, (*m.within, m.total), strict=True))])

    def values(self, x: Array) -> Array:
        """As ``evaluate``, without slopes."""
        return self._at(self.moments(x), slopes=False).value

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Every aim, then the eigenvalues of the cross products between regions (m + V,), and their slopes by parameter (m + V, p)."""
        opened = self._opened(x)
        m = self._moments(x, opened[0])
        at = self._at(m, slopes=True)
        means = (
            at.by_mean[:, None, :] * np.where(at.group[:, None] == ALL, self.counts / self.counts.sum(), at.group[:, None] == range(self.groups))[:, :, None]
        )
        apart = self.counts[:, None] * (m.means - m.mean)
        edges = at.scope == "between"
        means[edges] -= 2 * np.einsum("gw,kwv->kgv", apart, at.by_product[edges])
        found = [means.reshape(len(means), -1)]
        for g, (chain, own) in enumerate(zip(self.chains, zip(*opened, strict=True), strict=True)):
            last = g == self.groups
            used = np.isin(at.scope, ["total", "between"]) if last else edges | ((at.scope == "within") & np.isin(at.group, [g, ALL]))
            slope = np.zeros((len(means), chain.width))
            slope[used] = chain.slopes(own, at.by_product[used]) * (np.where(edges[used], -1.0, 1.0)[:, None] if not last else 1.0)
            found.append(slope)
        return at.value, np.concatenate(found, axis=1)

    def _at(self, m: Moments, *, slopes: bool) -> _Values:
        count, n = len(self.targets), self.counts.sum()
        at = _Values(count + self.size, self.size, slopes)
        self._simple(m, at, slopes)
        fitted: dict[Fit, Regression] = {}
        for part in self.parts:
            product, mean, rows, taken = self._basis(m, part)
            found = Inflation(product) if part.inflation else fitted.setdefault(part.fit, Regression(product, mean, rows, taken))
            self._keep(found, part, at, slopes)
        for i in self.products:
            self._product(i, fitted, at, slopes)
        between = m.between / n
        at.value[count:], vectors = np.linalg.eigh(between) if slopes else (np.linalg.eigvalsh(between), None)
        if vectors is not None:
            at.by_product[count:] = np.einsum("ik,jk->kij", vectors, vectors) / n
            at.scope[count:] = "between"
        return at

    def _simple(self, m: Moments, at: _Values, slopes: bool) -> None:
        """Means, standard deviations and correlations."""
        (mean, v), (sd, w), (r, pair) = self.means, self.spreads, self.correlations
        n, own = self.counts.sum(), m.total.diagonal()
        a, b = pair.T
        at.value[mean] = m.mean[v]
        at.value[sd] = np.sqrt(own[w] / (n - 1))
        root = np.sqrt(own[a] * own[b])
        at.value[r] = m.total[a, b] / root
        if slopes:
            at.by_mean[mean, v] = 1.0
            at.by_product[sd, w, w] = 0.5 / (at.value[sd] * (n - 1))
            at.by_product[r, a, b] = at.by_product[r, b, a] = 0.5 / root
            at.by_product[r, a, a], at.by_product[r, b, b] = -0.5 * at.value[r] / own[a], -0.5 * at.value[r] / own[b]

    def _basis(self, m: Moments, part: _Part) -> tuple[Array, Array, float, float]:
        """Cross products and means of regressors and outcome, rows, and degrees of freedom taken by the mean or the regions."""
        fit, index = part.fit, part.index
        if fit.estimator == "pooled":
            product, mean, n, taken = m.total, m.mean, self.counts.sum(), 1.0
        elif fit.group is None:
            product, mean, n, taken = m.all_within, m.mean, self.counts.sum(), float(self.regions.sum())
        else:
            product, mean, n, taken = m.within[fit.group], m.means[fit.group], self.counts[fit.group], float(self.regions[fit.group])
        return product[index[:, None], index], mean[index], float(n), taken

    def _keep(self, found: Regression | Inflation, part: _Part, at: _Values, slopes: bool) -> None:
        at.value[part.aims] = found.value[part.places]
        if slopes and len(part.aims):
            product, mean = found.slopes()
            at.by_product[part.aims[:, None, None], part.index[:, None], part.index] = product[part.places]
            at.by_mean[part.aims[:, None], part.index] = mean[part.places]
            at.scope[part.aims] = "total" if part.fit.estimator == "pooled" else "within"
            at.group[part.aims] = ALL if part.fit.group is None else part.fit.group

    def _product(self, i: int, fitted: dict[Fit, Regression], at: _Values, slopes: bool) -> None:
        """A coefficient of one regression times one of another."""
        aim = self.targets[i]
        pairs = [(f, j, fitted[f]) for f, j in zip((aim.fit, aim.other), aim.of, strict=True) if f is not None]
        (_, first, a), (_, second, b) = pairs
        at.value[i] = a.value[first] * b.value[second]
        for (fit, j, own), factor in zip(pairs if slopes else (), (b.value[second], a.value[first]), strict=False):
            index = np.array([*fit.regressors, fit.outcome])
            product, mean = own.slopes()
            at.by_product[i][index[:, None], index] += factor * product[j]
            at.by_mean[i, index] += factor * mean[j]
            at.scope[i] = "total" if fit.estimator == "pooled" else "within"
            at.group[i] = ALL if fit.group is None else fit.group


@dataclass(frozen=True, slots=True)
class _Part:
    """Aims that one regression gives. index: its variables; places: of the aims among its values."""

    fit: Fit
    inflation: bool
    index: NDArray[np.intp]
    aims: NDArray[np.intp]
    places: NDArray[np.intp]


def _part(fit: Fit, inflation: bool, targets: tuple[Aim, ...]) -> _Part:
    own = [i for i, a in enumerate(targets) if a.fit == fit and a.kind != "product" and ("vif" in a.kind) == inflation]
    index = np.array(fit.regressors if inflation else (*fit.regressors, fit.outcome))
    places = [place_of(targets[i].kind, targets[i].of[0] if targets[i].of else 0, len(fit.regressors)) for i in own]
    return _Part(fit, inflation, index, np.array(own, dtype=int), np.array(places, dtype=int))


class _Values:
    """What ``evaluate`` gathers: values, slopes by cross products and means, and of which ones."""

    def __init__(self, count: int, size: int, slopes: bool) -> None:
        self.value = np.empty(count)
        if not slopes:
            return
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
