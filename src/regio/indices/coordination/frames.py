"""Frames of a coupling: shares of grades and types by period, means by group, shapes of their paths; and what a reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.exhibits.models import Text
from regio.indices.coordination.degree import grades
from regio.indices.coordination.trends import shape
from regio.indices.scale import Floats

GRADES = tuple(range(1, 11))
APART = 2.0  # how many times the mean or the spread of one system may be that of another
STEADY = 0.05  # SD of C below which it hardly varies
REPEATS = 0.99  # correlation of D and T above which D says little more than T
WHOLE = "all"


def shares(values: pd.Series, periods: pd.Series | None, names: Sequence[Any]) -> pd.DataFrame:
    """Share of the rows with each of some values, by period (one row ``all`` without periods); a missing value counts nowhere."""
    known = values.notna()
    by = periods[known] if periods is not None else pd.Series(WHOLE, index=values.index[known])
    counted = pd.crosstab(by.to_numpy(), values[known].to_numpy()).reindex(columns=list(names), fill_value=0)
    found = counted.div(counted.sum(axis=1), axis=0)
    found.index.name, found.columns.name = "period", None
    return found.rename(columns=str)


def means(d: pd.Series, periods: pd.Series | None, groups: pd.Series | None, order: Sequence[str]) -> pd.DataFrame:
    """Mean D by period, over all rows and in each group: ``group, period, mean, n, grade``."""
    rows = []
    for group, mask in _groups(d, groups, order):
        part = d[mask]
        parts = [(WHOLE, part)] if periods is None else list(part.groupby(periods[mask].to_numpy(), sort=True))
        rows += [{"group": group, "period": period, "mean": float(p.mean()), "n": int(p.notna().sum())} for period, p in parts if p.notna().any()]
    frame = pd.DataFrame(rows, columns=["group", "period", "mean", "n"])
    return frame.assign(grade=grades(frame["mean"].to_numpy(float)))


def _groups(d: pd.Series, groups: pd.Series | None, order: Sequence[str]) -> Iterator[tuple[str, pd.Series]]:
    yield WHOLE, pd.Series(True, index=d.index)
    if groups is not None:
        for group in order:
            yield group, groups == group


def trends(found: pd.DataFrame) -> pd.DataFrame:
    """The path of each group's means: ``shape, turns`` (periods), ``first, last, change``."""
    rows = []
    for group, part in found.groupby("group", sort=False):
        path = part["mean"].tolist()
        name, places = shape(path)
        periods = part["period"].tolist()
        ends = {"first": path[0], "last": path[-1], "change": path[-1] - path[0]}
        rows.append({"group": group, "shape": name, "turns": " ".join(str(periods[i]) for i in places), **ends})
    return pd.DataFrame(rows, columns=["group", "shape", "turns", "first", "last", "change"])


def group_order(groups: pd.Series, words: Mapping[str, Text]) -> list[str]:
    return list(words) or list(dict.fromkeys(groups.dropna()))


def doubts(u: Floats, names: Sequence[str], c: Floats, t: Floats, d: Floats, form: str) -> list[Finding]:
    """Systems on different scales, a C that hardly varies, a D that repeats T, rows where every system is zero."""
    found = []
    if len(u) > 2:
        found += _scales(u, names)
        if float(c.std()) < STEADY:
            found.append(Finding("coupling.steady", {"low": float(c.min()), "high": float(c.max()), "sd": float(c.std())}))
        if d.std() > 0 and t.std() > 0 and (r := float(np.corrcoef(d, t)[0, 1])) > REPEATS:
            found.append(Finding("coupling.repeats", {"r": round(r, 4)}))
    if nothing := int((u.max(axis=1) == 0).sum()):
        found.append(Finding("coupling.all_zero", {"count": nothing}))
    if form != "fan" and (some := int(((u == 0).any(axis=1) & (u.max(axis=1) > 0)).sum())):
        found.append(Finding("coupling.zero", {"count": some}, "note"))
    return found


def _scales(u: Floats, names: Sequence[str]) -> list[Finding]:
    """Where the means, or the spreads, of two systems differ by more than a factor: D and the relative type then follow the scale."""
    mean, sd = u.mean(axis=0), u.std(axis=0)
    if mean.min() * APART >= mean.max() and sd.min() * APART >= sd.max():
        return []
    described = tuple(
        f"{name} {a:.3g} ± {b:.3g} [{low:.3g}, {high:.3g}]" for name, a, b, low, high in zip(names, mean, sd, u.min(axis=0), u.max(axis=0), strict=True)
    )
    return [Finding("coupling.scales", {"systems": described})]
