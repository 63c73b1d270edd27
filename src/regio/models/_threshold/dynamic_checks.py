"""Whether the moments hold: Hansen's J, and the serial correlation of differenced residuals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from regio.models._threshold.dynamic_data import Mask, Wide
from regio.models._threshold.dynamic_moments import Estimate
from regio.models.core.blocks import Array


def checks(wide: Wide, found: Estimate, regressors: Array, outcome: Array, *, by_period: bool) -> pd.DataFrame:
    """Rows ``hansen, ar1, ar2``. regressors (R, T, K) at the threshold, outcome (R, T): in levels."""
    df = found.contributions.shape[1] - len(found.theta) - 1  # the threshold is a parameter too
    j = float(found.criterion[found.place])
    rows = [(j, df, float(chdtrc(df, j)) if df > 0 else float("nan"))]
    rows += [(z, float("nan"), p) for z, p in (serial(wide, found, regressors, outcome, order, by_period=by_period) for order in (1, 2))]
    return pd.DataFrame(rows, index=pd.Index(["hansen", "ar1", "ar2"], name="test"), columns=["statistic", "df", "p_value"])


def serial(wide: Wide, found: Estimate, regressors: Array, outcome: Array, order: int, *, by_period: bool) -> tuple[float, float]:
    """(z, p) of Arellano and Bond's test of correlation of that order in the differences of the residuals; nan where no region is long enough."""
    both = wide.used[:, 1:] & wide.used[:, :-1]
    e = _differenced(outcome[..., None], both, by_period)[..., 0]
    x = _differenced(regressors, both, by_period)
    e = e - x @ found.theta
    pairs = both[:, order:] & both[:, :-order]
    now, before = np.where(pairs, e[:, order:], 0.0), np.where(pairs, e[:, :-order], 0.0)
    own = (now * before).sum(axis=1)
    moved = -np.einsum("itk,it->k", x[:, order:], before) - np.einsum("itk,it->k", x[:, :-order], now)
    parts = own + found.contributions @ (moved @ found.projection) / len(own)
    variance = float(parts @ parts)
    if not variance > 0:
        return float("nan"), float("nan")
    z = float(own.sum()) / variance**0.5
    return z, float(2 * ndtr(-abs(z)))


def _differenced(columns: Array, both: Mask, by_period: bool) -> Array:
    """(R, T − 1, K) changes, 0 where a period is missing; less those of the period on average."""
    changes = np.where(both[..., None], np.diff(np.nan_to_num(columns), axis=1), 0.0)
    if not by_period:
        return changes
    means = changes.sum(axis=0) / np.maximum(both.sum(axis=0), 1)[:, None]
    found: Array = np.where(both[..., None], changes - means, 0.0)
    return found
