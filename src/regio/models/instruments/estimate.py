"""Least squares and two-stage least squares on columns net of effects, with the covariance of the errors asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import solve_triangular

from regio.models.core.blocks import Array
from regio.models.core.fit import two_way
from regio.models.core.inference import wald
from regio.models.instruments.design import Design


@dataclass(frozen=True, slots=True)
class Equation:
    """coefficients (k,), covariance (k, k) of a large sample (without small-sample factor), residual (n,). A constant, where there is one, stands last and
    belongs to columns about their means. repaired: negative eigenvalues were set to zero.
    """

    coefficients: Array
    covariance: Array
    residual: Array
    repaired: bool = False

    @property
    def rss(self) -> float:
        return float(self.residual @ self.residual)


def projected(columns: Array, onto: Array) -> Array:
    """The part of ``columns`` that ``onto`` (n, l) explains."""
    q = np.linalg.qr(onto)[0]
    fitted: Array = q @ (q.T @ columns)
    return fitted


def residualised(columns: Array, on: Array) -> Array:
    """What ``on`` leaves of the columns; taken twice, so that rounding of a large part does not remain in a small one."""
    if not on.shape[1]:
        return columns
    once = columns - projected(columns, on)
    rest: Array = once - projected(once, on)
    return rest


def equation(d: Design, y: Array, regressors: Array, instruments: Array | None = None) -> Equation:
    """Least squares of y on ``regressors`` (n, k); two-stage where ``instruments`` (n, l ≥ k) are given, the exogenous regressors among them."""
    fitted = regressors if instruments is None else projected(regressors, instruments)
    q, r = np.linalg.qr(fitted)
    inverse = solve_triangular(r, np.eye(len(r)))
    beta: Array = inverse @ (q.T @ y)
    residual = y - regressors @ beta
    beta = beta + inverse @ (q.T @ residual)
    residual = y - regressors @ beta
    covariance: Array = inverse @ d.sums.meat(q, residual) @ inverse.T
    return Equation(beta, covariance, residual)


def reported(found: Equation, d: Design, names: Sequence[str]) -> Equation:
    """The same with the constant at zero of the columns, not at their means; names: of y and the regressors. Where effects are absorbed there is no constant,
    as ``ivreghdfe`` reports none. Negative eigenvalues of a two-way covariance are set to zero as in ``regress``; ``ivreg2`` leaves them.
    """
    coefficients, covariance = found.coefficients, found.covariance
    if d.pooled:
        means = np.array([d.means[name] for name in names])
        take = np.eye(len(coefficients))
        take[-1, :-1] = -means[1:]
        coefficients = take @ coefficients
        coefficients[-1] += means[0]
        covariance = take @ covariance @ take.T
    if len(d.sums.clusters) < 3 or d.large_sample:
        return replace(found, coefficients=coefficients, covariance=covariance)
    deviations = np.sqrt([d.totals[name] / (d.n - 1) for name in names[1:]])
    k = len(covariance)
    wide = np.zeros((len(names),) * 2)  # with a constant, if only an empty one
    wide[:k, :k] = covariance
    positive, repaired = two_way(wide, np.append(deviations, 1.0))
    return replace(found, coefficients=coefficients, covariance=positive[:k, :k], repaired=repaired)


def f_test(d: Design, found: Equation, k: int, tested: slice) -> tuple[float, tuple[int, int], float]:
    """F in the small-sample form of an equation with k slopes, that some of its coefficients are zero; (F, degrees of freedom, p)."""
    return wald(found.coefficients[tested], found.covariance[tested, tested] * d.small(k), d.df(k))
