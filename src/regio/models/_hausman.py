"""Fixed and random effects side by side, and three tests of their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from regio.contract.finding import ArgumentError, EstimationError, error
from regio.models._collinearity import net_of, varies
from regio.models._panel import Rows, panel_rows
from regio.models._random_effects import fitted
from regio.models._regress import estimate
from regio.models._sample import Sample
from regio.models.core.blocks import Array

POSITIVE = 1e-10  # of the largest eigenvalue


@dataclass(frozen=True, slots=True)
class Compared:
    rows: Rows
    coefficients: pd.DataFrame
    tests: pd.DataFrame
    constant: tuple[str, ...]


def compared(data: Any, outcome: str, regressors: Sequence[str], *, effects: Sequence[str], level: float) -> Compared:
    """Raises EstimationError where no regressor varies within regions, and what both models raise."""
    if not regressors:
        raise ArgumentError(error("hausman.no_treatment"))
    rows = panel_rows(data, (outcome, *regressors), "hausman")
    sample = Sample(rows.frame, data.keys)
    values = rows.values(regressors)
    varying = [name for name, there in zip(regressors, varies(net_of(values, [(rows.region, len(rows.regions))]), values), strict=True) if there]
    if not varying:
        raise EstimationError(error("hausman.nothing_varies", columns=tuple(regressors)))
    random = fitted(sample, outcome, regressors, effects=effects, errors="classical", level=level)
    options: dict[str, Any] = {"errors": "classical", "cluster": (), "convention": "xtreg", "weights": None, "level": level}
    fixed, _ = estimate(sample, outcome, varying, effects=("region", *effects), **options)
    k = len(varying)
    b, v = fixed.coefficients[:k], fixed.covariance[:k, :k]
    b_random, v_random = random.coefficients.loc[varying, "estimate"].to_numpy(), random.covariance.loc[varying, varying].to_numpy()
    difference, spread = b - b_random, np.diag(v - v_random)
    ratio = random.figures["rss"] / random.figures["df_residual"] / float(fixed.figures["sigma_e"]) ** 2  # type: ignore[arg-type]
    records = {
        "hausman": wald_chi2(difference, v - v_random),
        "sigmamore": wald_chi2(difference, v * ratio - v_random),
        "mundlak": _mundlak(sample, rows, outcome, regressors, varying, effects, level),
    }
    frame = pd.DataFrame(
        {"fixed": b, "random": b_random, "difference": difference, "std_error": np.sqrt(np.where(spread > 0, spread, np.nan))},
        index=pd.Index(varying, name="term"),
    )
    tests = pd.DataFrame.from_dict(records, orient="index", columns=["statistic", "df", "p_value"]).rename_axis("test")
    return Compared(rows, frame, tests, tuple(name for name in regressors if name not in varying))


def wald_chi2(difference: Array, covariance: Array) -> tuple[float, int, float]:
    """(statistic, degrees of freedom, p); nan where the covariance is not positive definite.

    Examples
    --------
    >>> wald_chi2(np.array([2.0]), np.array([[4.0]]))[:2]
    (1.0, 1)
    """
    k = len(difference)
    scale = np.sqrt(np.abs(np.diag(covariance)))
    if not (np.diag(covariance) > 0).all():
        return float("nan"), k, float("nan")
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    if values[0] <= POSITIVE * values[-1]:
        return float("nan"), k, float("nan")
    z = vectors.T @ (difference / scale)
    statistic = float((z**2 / values).sum())
    return statistic, k, float(chdtrc(k, statistic))


def _mundlak(
    sample: Sample, rows: Rows, outcome: str, regressors: Sequence[str], varying: Sequence[str], effects: Sequence[str], level: float
) -> tuple[float, int, float]:
    """Clustered Wald test of the means of regions; means that are combinations of other columns, as of a column common to all regions, are left out."""
    sizes = np.bincount(rows.region)
    named = {f"mean({name})": (np.bincount(rows.region, rows.values((name,))[:, 0]) / sizes)[rows.region] for name in varying}
    dummies = (rows.period == np.arange(1, len(rows.periods))[:, None]).T.astype(float) if effects else np.zeros((len(sizes[rows.region]), 0))
    columns = np.column_stack([np.ones(len(rows.region)), rows.values(regressors), dummies])
    kept: list[str] = []
    for name, mean in named.items():
        left = mean - columns @ np.linalg.lstsq(columns, mean, rcond=None)[0]
        if left @ left > 1e-10 * ((mean - mean.mean()) @ (mean - mean.mean())):
            kept.append(name)
            columns = np.column_stack([columns, mean])
    if not kept:
        return float("nan"), 0, float("nan")
    added = pd.DataFrame({name: named[name] for name in kept}, index=rows.frame.index)
    found = fitted(sample, outcome, regressors, effects=effects, errors="cluster", level=level, added=added)
    return wald_chi2(found.coefficients.loc[kept, "estimate"].to_numpy(), found.covariance.loc[kept, kept].to_numpy())
