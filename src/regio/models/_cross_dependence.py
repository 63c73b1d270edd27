"""Correlations of residuals between regions, over the periods that two of them have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from regio.contract.finding import EstimationError, error
from regio.models._collinearity import net_of
from regio.models._panel import Rows, panel_rows
from regio.models._regress import estimate
from regio.models._sample import Sample
from regio.models.core.blocks import Array
from regio.models.core.levels import appearing_codes

FEWEST = 3  # common periods: two always correlate perfectly
FLAT = 1e-20  # variation of a region's residuals against the whole: below this it is rounding


@dataclass(frozen=True, slots=True)
class Found:
    rows: Rows
    tests: pd.DataFrame
    pairs: int
    left_out: int
    mean: float
    absolute: float


def tested(data: Any, outcome: str, regressors: Sequence[str], effects: Sequence[str]) -> Found:
    rows = panel_rows(data, (outcome, *regressors), "cross_dependence", effects)
    wide = _wide(rows, residuals(rows, Sample(rows.frame, data.keys), outcome, regressors, effects))
    rho, common = correlations(wide)
    i, j = np.triu_indices(len(rho), 1)
    r, t = rho[i, j], common[i, j]
    used = np.isfinite(r)
    if not used.any():
        raise EstimationError(error("cross_dependence.no_pairs", regions=len(rho), fewest=FEWEST))
    cd = float((np.sqrt(t[used]) * r[used]).sum() / np.sqrt(used.sum()))
    records = {"cd": (cd, np.nan, float(2 * ndtr(-abs(cd))))}
    if used.all() and np.isfinite(wide).all():
        lm = float((t * r**2).sum())
        records["lm"] = (lm, float(len(r)), float(chdtrc(len(r), lm)))
    tests = pd.DataFrame.from_dict(records, orient="index", columns=["statistic", "df", "p_value"]).rename_axis("test")
    return Found(rows, tests, int(used.sum()), int((~used).sum()), float(r[used].mean()), float(np.abs(r[used]).mean()))


def residuals(rows: Rows, sample: Sample, outcome: str, regressors: Sequence[str], effects: Sequence[str]) -> Array:
    """(n,) of least squares with absorbed effects; raises what ``regress`` raises."""
    if not regressors and not effects:
        return rows.values((outcome,))[:, 0]
    estimate(sample, outcome, regressors, effects=effects, errors="classical", cluster=(), convention="xtreg", weights=None, level=0.95)
    keys = {"region": sample.keys.region, "period": sample.keys.period}
    codes = [appearing_codes([rows.frame[keys.get(word, word)].to_numpy() for word in effect.split("*")])[:2] for effect in effects]
    net = net_of(rows.values((outcome, *regressors)), codes)
    slopes = np.linalg.lstsq(net[:, 1:], net[:, 0], rcond=None)[0]
    left: Array = net[:, 0] - net[:, 1:] @ slopes
    return left


def _wide(rows: Rows, values: Array) -> Array:
    """(regions, periods), nan where there is no row."""
    wide = np.full((len(rows.regions), len(rows.periods)), np.nan)
    wide[rows.region, rows.period] = values
    return wide


def correlations(wide: Array) -> tuple[Array, Array]:
    """(N, N) correlations over common periods, nan where they are fewer than three or one side does not vary; and the numbers of common periods.

    Examples
    --------
    >>> rho, common = correlations(np.array([[1.0, 2.0, 3.0, np.nan], [2.0, 1.0, 0.0, 5.0]]))
    >>> rho.round(6).tolist(), common.tolist()
    ([[1.0, -1.0], [-1.0, 1.0]], [[3.0, 3.0], [3.0, 4.0]])
    """
    there = np.isfinite(wide).astype(float)
    centred = wide - np.nanmean(wide, axis=1, keepdims=True)
    x = np.where(there > 0, centred, 0.0)
    common = there @ there.T
    divisor = np.maximum(common, 1)
    sums = x @ there.T  # of row i over the periods that j has too
    squares = (x**2) @ there.T - sums**2 / divisor
    product = x @ x.T - sums * sums.T / divisor
    scale = squares * squares.T
    floor = FLAT * np.nanmax(squares, initial=0.0) ** 2
    rho = np.full(common.shape, np.nan)
    fine = (common >= FEWEST) & (scale > floor)
    rho[fine] = product[fine] / np.sqrt(scale[fine])
    return rho, common
