"""The engine of ``discretise``: columns to classes, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, EstimationError, Finding, error
from regio.language import Message
from regio.spatial.breaks import SUPERVISED, Profile, breaks, coded, ranges
from regio.spatial.breaks.supervised import robust, tree
from regio.spatial.detector.statistics import Floats

FIXED = ("natural", *SUPERVISED)  # these give as many classes as asked for, or none


def cut(
    data: Any, columns: Sequence[str], by: str | None, *, method: str, classes: int, edges: Sequence[float] | None, outcome: str | None, min_rows: int
) -> tuple[pd.DataFrame, list[dict[str, Any]], tuple[Finding, ...]]:
    """The class of each row, the ranges of the classes, and what a reader should know."""
    _check(method, classes, edges, outcome)
    group = {"region": data.keys.region, "period": data.keys.period}.get(by or "", by)
    rows = data.rows
    numbers = {name: np.full(len(rows), np.nan) for name in columns}
    listed: list[dict[str, Any]] = []
    findings: list[Finding] = []
    places = {None: np.arange(len(rows))} if group is None else dict(sorted(rows.groupby(group, sort=True, observed=True).indices.items()))
    for value, at in places.items():
        inside: Message | str = "" if group is None else Message("geodetector.inside", {"column": group, "value": str(value)})
        y = None if outcome is None else rows[outcome].to_numpy(float)[at]
        for name in numbers:
            x = rows[name].to_numpy(float)[at]
            if infinite := int(np.isinf(x).sum()):
                raise DataError(error("regress.infinite", column=name, count=infinite))
            known = ~np.isnan(x) if y is None else ~(np.isnan(x) | np.isnan(y))
            inner = _inner(name, x[known], None if y is None else y[known], method, classes, edges, min_rows, inside)
            codes = coded(x[known], inner)
            numbers[name][at[known]] = codes + 1.0
            counts = np.bincount(codes, minlength=len(inner) + 1)
            for i, (low, high) in enumerate(ranges(float(x[known].min()), inner, float(x[known].max()))):
                prefix = {} if by is None else {by: value}
                listed.append(prefix | {"column": name, "class": i + 1, "low": low, "high": high, "count": int(counts[i])})
            if method not in ("manual", "head_tail") and len(inner) + 1 < classes:
                findings.append(Finding("discretise.fewer", {"column": name, "found": len(inner) + 1, "classes": classes, "inside": inside}))
    missing = {name: int(np.isnan(column).sum()) for name, column in numbers.items()}
    findings += [Finding("discretise.missing", {"column": name, "count": count}, "note") for name, count in missing.items() if count]
    return pd.DataFrame(numbers, index=rows.index), listed, tuple(findings)


def _check(method: str, classes: int, edges: Sequence[float] | None, outcome: str | None) -> None:
    problems = []
    if classes < 1:
        problems.append(error("geodetector.classes", found=str(classes)))
    if (method == "manual") != (edges is not None):
        problems.append(error("discretise.edges_missing" if edges is None else "discretise.edges_unused", way=method))
    if edges is not None and not (len(edges) and np.isfinite(edges).all() and (np.diff(np.array(edges, dtype=float)) > 0).all()):
        problems.append(error("discretise.edges", found=", ".join(map(str, edges))))
    if (method in SUPERVISED) != (outcome is not None):
        problems.append(error("discretise.outcome_missing" if outcome is None else "discretise.outcome_unused", way=method))
    if problems:
        raise ArgumentError(*problems)


def _inner(name: str, x: Floats, y: Floats | None, method: str, classes: int, edges: Sequence[float] | None, min_rows: int, inside: Message | str) -> Floats:
    different = len(np.unique(x))
    if different < (classes if method in FIXED else 1):
        raise EstimationError(error("discretise.too_few", column=name, classes=classes, different=different, inside=inside))
    if edges is not None:
        return np.array(edges, dtype=float)
    profile = Profile.of(x)
    if y is None:
        return breaks(profile, method, classes)
    cuts = (robust if method == "robust" else tree)(profile, profile.sums(y - y.mean()), [classes], min_rows)
    if classes not in cuts:
        raise EstimationError(error("discretise.no_split", column=name, classes=classes, rows=min_rows, inside=inside))
    return profile.values[cuts[classes] - 1]
