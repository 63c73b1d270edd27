"""Where the search for moments begins: scales of the variables, and moments near the printed correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.aims import Aims, Fit
from regio.calibrating.moments import Moments, System

Array = NDArray[np.float64]
WITHIN = 0.2  # share of the variance that lies within regions, to begin with
LEAST = 0.05  # least eigenvalue of the correlations at the start


def scales(aims: Aims) -> Array:
    """The spread of each variable: as printed, else what a regression with it suggests, else one."""
    found = np.zeros(len(aims.variables))
    for aim in aims.aims:
        if aim.kind == "sd":
            found[aim.of[0]] = aim.limits.middle
    for aim in aims.aims:
        if aim.kind == "coef" and aim.fit is not None and aim.of[0] >= 0 and aim.shown:
            x, y = aim.fit.regressors[aim.of[0]], aim.fit.outcome
            if not found[x] and found[y] and aim.limits.middle:
                found[x] = 0.5 * found[y] / abs(aim.limits.middle)
            elif not found[y] and found[x] and aim.limits.middle:
                found[y] = abs(aim.limits.middle) * found[x]
    return np.where(found > 0, found, 1.0)


def begin(system: System, random: np.random.Generator) -> Array:
    """Parameters at a start drawn by chance: shares within regions, and means of groups."""
    size, n = system.size, system.counts.sum()
    mean, r = np.zeros(size), np.eye(size)
    for aim, low, high in zip(system.targets, system.low, system.high, strict=True):
        if aim.kind == "mean":
            mean[aim.of[0]] = (low + high) / 2
        if aim.kind == "r":
            r[aim.of[0], aim.of[1]] = r[aim.of[1], aim.of[0]] = (low + high) / 2
    w, v = np.linalg.eigh(r)
    r = (v * np.maximum(w, LEAST)) @ v.T
    r /= np.sqrt(np.outer(np.diag(r), np.diag(r)))
    share = np.clip(WITHIN * np.exp(random.normal(0, 0.5, size)), 0.03, 0.7)
    apart = random.normal(0, 0.2, (system.groups, size)) if system.groups > 1 else np.zeros((1, size))
    apart -= system.counts @ apart / n
    total = _with_fits(system, system.groups, n * r)
    inside = np.sqrt(np.outer(share, share)) * total / n
    within = [_with_fits(system, g, count * inside) for g, count in enumerate(system.counts)]
    return system.parameters(Moments(mean + apart, np.array(within), total, system.counts))


def _with_fits(system: System, place: int, matrix: Array) -> Array:
    """A matrix in which the regressions of its chain have their printed coefficients and R²."""
    chain = system.chains[place]
    x = chain.parameters(matrix)
    ends = np.cumsum(range(chain.size))
    printed = _printed(system)
    for i, v in enumerate(chain.order):
        fits = [f for f in printed if f.outcome == v and _belongs(f, place, system.groups) and set(f.regressors) <= set(chain.order[:i].tolist())]
        if not fits:
            continue
        fit = max(fits, key=lambda f: len(f.regressors))
        coefs, r2 = printed[fit]
        slopes = np.zeros(i)
        for w, b in zip(fit.regressors, coefs, strict=True):
            slopes[chain.order[:i].tolist().index(w)] = b
        x[ends[i] : ends[i] + i] = slopes
        done = chain.open(x)[0][:i, :i]
        fitted = float(slopes @ done @ slopes)
        x[len(chain.rows) + i] = np.log(max(fitted * (1 - r2) / max(r2, 0.01), 1e-6))
    return chain.matrix(x)


def _belongs(fit: Fit, place: int, groups: int) -> bool:
    """Whether a regression is one of the total (the last place) or of a group."""
    return fit.estimator == "pooled" if place == groups else fit.estimator == "region" and fit.group in (place, None)


def _printed(system: System) -> dict[Fit, tuple[list[float], float]]:
    """Coefficients and R² of each regression, in scaled units."""
    middle = {(a.fit, a.kind, a.of): (low + high) / 2 for a, low, high in zip(system.targets, system.low, system.high, strict=True) if a.shown}
    fits = dict.fromkeys(a.fit for a in system.targets if a.fit is not None and "vif" not in a.kind)
    return {f: ([middle.get((f, "coef", (j,)), 0.0) for j in range(len(f.regressors))], middle.get((f, "r2", ()), 0.5)) for f in fits if f is not None}
