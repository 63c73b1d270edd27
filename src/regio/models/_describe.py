"""Moments of columns; deviations are taken from the mean first, so that large offsets do no harm."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NAN = float("nan")


def summarise(frame: pd.DataFrame, regions: pd.Series | None) -> pd.DataFrame:
    """One row a column of ``frame``; ``regions`` names the region of each row."""
    codes = None if regions is None else pd.factorize(regions)[0]
    rows = {str(name): _column(frame[name].to_numpy(dtype=float, na_value=np.nan), codes) for name in frame.columns}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("variable")
    return table.astype({"n": "int64"})


def _column(values: NDArray[np.float64], codes: NDArray[np.intp] | None) -> dict[str, float]:
    present = ~np.isnan(values)
    x = values[present]
    n = len(x)
    if not n:
        return {"n": 0} | dict.fromkeys(("mean", "median", "sd", "sd_between", "sd_within", "skewness", "kurtosis", "min", "max"), NAN)
    with np.errstate(invalid="ignore", over="ignore"):  # an infinite cell makes the moments missing
        return {"n": n} | _moments(x, None if codes is None else codes[present])


def _moments(x: NDArray[np.float64], codes: NDArray[np.intp] | None) -> dict[str, float]:
    n = len(x)
    mean = float(x[0] if x.min() == x.max() else x.mean())  # a sum of equal numbers is rounded, and a constant would seem to vary
    deviations = x - mean
    m2 = float((deviations**2).mean())
    spread = m2**0.5 > abs(mean) * 1e-15  # else the column is constant up to rounding
    between, within = (NAN, NAN) if codes is None else _between_within(deviations, codes)
    return {
        "mean": mean,
        "median": float(np.median(x)),
        "sd": float(np.sqrt((deviations**2).sum() / (n - 1))) if n > 1 else NAN,
        "sd_between": between,
        "sd_within": within,
        "skewness": float((deviations**3).mean() / m2**1.5) if spread else NAN,
        "kurtosis": float((deviations**4).mean() / m2**2) if spread else NAN,
        "min": float(x.min()),
        "max": float(x.max()),
    }


def _between_within(x: NDArray[np.float64], codes: NDArray[np.intp]) -> tuple[float, float]:
    """The SD of the regions' means and of what is left within them; ``x`` comes as deviations from the overall mean."""
    counts = np.bincount(codes)
    used = counts > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.bincount(codes, x) / counts
    groups = int(used.sum())
    between = float(means[used].std(ddof=1)) if groups > 1 else NAN
    inside = x - means[codes]
    within = float(np.sqrt((inside**2).sum() / (len(x) - 1))) if len(x) > 1 else NAN
    return between, within
