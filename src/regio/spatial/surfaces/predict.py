"""Predictions between points, and errors of leaving each point out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from regio.contract.finding import EstimationError, error
from regio.spatial.places.sphere import Floats
from regio.spatial.surfaces.variogram import Variogram


@dataclass(frozen=True, slots=True)
class Predicted:
    estimate: Floats
    std_error: Floats  # of kriging; missing under inverse distance


def inverse_distance(distances: Floats, values: Floats, power: float, nearest: int | None = None) -> Predicted:
    """Σ d^−p z / Σ d^−p over all points, or the nearest; at a point its own value. distances: (m, n) from targets to points (Shepard 1968).

    Examples
    --------
    >>> inverse_distance(np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([4.0, 9.0]), 2.0).estimate.tolist()
    [5.0, 4.0]
    """
    with np.errstate(divide="ignore"):
        weights = distances**-power
    if nearest is not None and nearest < distances.shape[1]:
        far = np.argsort(distances, axis=1, kind="stable")[:, nearest:]
        np.put_along_axis(weights, far, 0.0, axis=1)
    at: Any = np.isinf(weights)
    weights = np.where(at.any(axis=1)[:, None], at.astype(float), weights)
    return Predicted(weights @ values / weights.sum(axis=1), np.full(len(distances), np.nan))


def kriged(between: Floats, distances: Floats, values: Floats, gamma: Variogram) -> tuple[Predicted, Floats]:
    """Ordinary kriging: weights that sum to one and have the least variance. between: (n, n); distances: (m, n). Predictions, and weights (m, n)."""
    system = bordered(between, gamma)
    n = len(values)
    right = np.vstack([gamma(distances.T) / gamma.sill, np.ones(len(distances))])
    found = _solved(system, right)
    estimate = values @ found[:n]
    variance = gamma.sill * np.einsum("ij,ij->j", found, right)
    return Predicted(estimate, np.sqrt(np.maximum(variance, 0.0))), found[:n].T


def bordered(between: Floats, gamma: Variogram) -> Floats:
    """The kriging system in units of the sill, so that its condition does not depend on the unit of the values."""
    n = len(between)
    system = np.ones((n + 1, n + 1))
    system[:n, :n] = gamma(between) / gamma.sill
    system[n, n] = 0.0
    return system


def _solved(system: Floats, right: Floats) -> Floats:
    if np.linalg.cond(system) > 1e14:
        raise EstimationError(error("interpolate.singular"))
    return np.asarray(np.linalg.solve(system, right))


def kriging_errors(between: Floats, values: Floats, gamma: Variogram) -> Floats:
    """(n,) what each point lacks of the prediction from the others, the variogram held: (K⁻¹ z)_i / (K⁻¹)_ii (Dubrule 1983, Mathematical Geology 15(6))."""
    n = len(values)
    inverse = _solved(bordered(between, gamma), np.eye(n + 1))
    return np.asarray((inverse[:n, :n] @ values) / np.diag(inverse)[:n])


def inverse_errors(between: Floats, values: Floats, power: float, nearest: int | None) -> Floats:
    apart = between.copy()
    np.fill_diagonal(apart, np.inf)
    return np.asarray(values - inverse_distance(apart, values, power, nearest).estimate)


def mean_errors(values: Floats) -> Floats:
    """(n,) distance of each value from the mean of the others."""
    return np.asarray((values - values.mean()) * len(values) / (len(values) - 1))
