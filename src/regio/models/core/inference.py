"""Tests and intervals of coefficients: t and F."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from regio.models.core.blocks import Array


@dataclass(frozen=True, slots=True)
class Inference:
    """Arrays (m,), one entry a coefficient."""

    std_error: Array
    statistic: Array
    p_value: Array
    conf_low: Array
    conf_high: Array


def inference(coefficients: Array, covariance: Array, df: float, level: float) -> Inference:
    """Two-sided t tests and confidence intervals with ``df`` degrees of freedom."""
    std_error: Array = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = coefficients / std_error
    reach: Array = float(stdtrit(df, (1 + level) / 2)) * std_error
    p_value = np.asarray(2 * stdtr(df, -np.abs(statistic)), dtype=np.float64)
    return Inference(std_error, statistic, p_value, coefficients - reach, coefficients + reach)


def wald(coefficients: Array, covariance: Array, df: float) -> tuple[float, tuple[int, int], float]:
    """(F, its degrees of freedom, p) of the test that all coefficients are zero; nan where the covariance has not full rank."""
    m = len(coefficients)
    nothing = (float("nan"), (m, int(df)), float("nan"))
    if not m:
        return nothing
    variances = np.diag(covariance)
    if not (variances > 0).all():
        return nothing
    root = np.sqrt(variances)
    scaled = covariance / np.outer(root, root)
    values, vectors = np.linalg.eigh(scaled)
    if values[0] <= 1e-12 * values[-1]:
        return nothing
    z = vectors.T @ (coefficients / root)
    statistic = float((z * z / values).sum() / m)
    return statistic, (m, int(df)), float(fdtrc(m, df, statistic))
