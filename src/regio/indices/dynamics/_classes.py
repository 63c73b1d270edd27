"""Regions sorted into classes: by quantiles, by bounds, or by the values themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.indices.dynamics._chain import Classes
from regio.indices.dynamics._values import Floats, Wide

MOST = 50  # different values that are classes of their own


@dataclass(frozen=True, slots=True)
class Classified:
    """values: (regions, periods) as they were classed; codes: the same shape, −1 where there is no value; bounds: upper bounds (k − 1,) or, by period,
    (periods, k − 1); none where each value is a class; labels: (k,).
    """

    values: Floats
    codes: Classes
    bounds: Floats | None
    labels: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def k(self) -> int:
        return len(self.labels)


def classify(found: Wide, column: str, classes: int, breaks: str | tuple[float, ...], scope: str, relative: bool) -> Classified:
    """A value equal to a bound belongs to the class below it, so that ties always share a class.

    Raises
    ------
    ArgumentError
        for bounds that do not rise, or ``by_period`` where bounds are not learnt
    DataError
        for fewer than two classes, too many different values, a mean that is not positive (``relative``)
    """
    values = _relative(found, column) if relative else found.values
    if breaks != "quantile" and scope == "by_period":
        raise ArgumentError(error("markov.scope", breaks=breaks if isinstance(breaks, str) else ", ".join(f"{b:g}" for b in breaks)))
    if breaks == "values":
        return _each_value(values, column)
    findings: list[Finding] = []
    if isinstance(breaks, tuple):
        bounds = np.array(breaks, dtype=float)
        if not len(bounds) or not np.isfinite(bounds).all() or (np.diff(bounds) <= 0).any():
            raise ArgumentError(error("markov.breaks", found=", ".join(f"{b:g}" for b in breaks)))
    else:
        if classes < 2:
            raise ArgumentError(error("markov.classes", found=classes))
        bounds = _quantiles(values, classes, scope)
    codes = coded(values, bounds)
    empty = tuple(str(i + 1) for i in range(bounds.shape[-1] + 1) if not (codes == i).any())
    if empty:
        findings.append(Finding("markov.empty", {"column": column, "classes": empty}))
    if len(np.unique(codes[codes >= 0])) < 2:
        raise DataError(error("markov.one_class", column=column))
    return Classified(values, codes, bounds, tuple(str(i + 1) for i in range(bounds.shape[-1] + 1)), tuple(findings))


def coded(values: Floats, bounds: Floats) -> Classes:
    """The class of each value: (regions, periods); how many bounds, of all or of its period, lie below it."""
    upper = bounds if bounds.ndim == 2 else np.broadcast_to(bounds, (values.shape[1], len(bounds)))
    codes: Classes = (values[:, :, None] > upper[None]).sum(axis=2)
    return np.where(np.isnan(values), -1, codes)


def class_frame(found: Classified, periods: list[Any]) -> pd.DataFrame:
    """Bounds of the classes and how many values each holds; by period and class where bounds differ between periods."""
    if found.bounds is None:
        counts = [int((found.codes == i).sum()) for i in range(found.k)]
        return pd.DataFrame({"n": counts}, index=pd.Index(found.labels, name="class"))
    if found.bounds.ndim == 1:
        return pd.DataFrame(_limits(found.values, found.codes, found.bounds), index=pd.Index(found.labels, name="class"))
    parts = [
        pd.DataFrame(_limits(found.values[:, [t]], found.codes[:, [t]], found.bounds[t]), index=pd.Index(found.labels, name="class"))
        for t in range(len(periods))
    ]
    return pd.concat(dict(zip(periods, parts, strict=True)), names=["period"])


def _limits(values: Floats, codes: Classes, bounds: Floats) -> dict[str, list[Any]]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    edges = [min(low, float(bounds[0])), *bounds.tolist(), max(high, float(bounds[-1]))]
    return {"lower": edges[:-1], "upper": edges[1:], "n": [int((codes == i).sum()) for i in range(len(bounds) + 1)]}


def _relative(found: Wide, column: str) -> Floats:
    means = np.nanmean(found.values, axis=0)
    if bad := tuple(str(p) for p, m in zip(found.periods, means, strict=True) if not m > 0):
        raise DataError(error("markov.mean", column=column, periods=bad))
    relative_values: Floats = found.values / means
    return relative_values


def _quantiles(values: Floats, classes: int, scope: str) -> Floats:
    """By linear interpolation between order statistics, as numpy and mapclassify."""
    shares = np.arange(1, classes) / classes
    if scope == "pooled":
        bounds: Floats = np.quantile(values[~np.isnan(values)], shares)
        return bounds
    own: Floats = np.array([np.quantile(column[~np.isnan(column)], shares) for column in values.T])
    return own


def _each_value(values: Floats, column: str) -> Classified:
    known = np.unique(values[~np.isnan(values)])
    if len(known) < 2:
        raise DataError(error("markov.one_class", column=column))
    if len(known) > MOST:
        raise DataError(error("markov.many_values", column=column, count=len(known)))
    codes = np.searchsorted(known, np.nan_to_num(values, nan=known[0]))
    return Classified(values, np.where(np.isnan(values), -1, codes), None, tuple(f"{value:g}" for value in known), ())
