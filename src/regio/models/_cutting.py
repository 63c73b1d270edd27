"""Rows to groups: by the values of a column, a known grouping of regions, or cuts of a variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, error
from regio.contract.roles import GROUPINGS
from regio.exhibits.models import Text
from regio.regions.groups import group_of
from regio.regions.system import SYSTEMS, system

MOST = 20  # groups
BY_EDGES, BY_REGION = ("edges", "periods"), ("region_mean", "region_median")


@dataclass(frozen=True, slots=True)
class Cut:
    """codes: (n,) places in ``names``, −1 for rows in no group; cuts: where a variable was cut; words: of a known grouping; fixed: whether each region stays
    in one group (None without a region key).
    """

    codes: Any
    names: tuple[str, ...]
    cuts: tuple[float, ...]
    words: Mapping[str, Text]
    fixed: bool | None


def group_column(data: Any, groups: str) -> str | None:
    """The column that is read; None for a known grouping."""
    if groups in GROUPINGS:
        return None
    name: str = {"region": data.keys.region, "period": data.keys.period}.get(groups, groups)
    return name


def cut_rows(frame: pd.DataFrame, keys: Any, groups: str, cut: str, edges: Sequence[float], declared: Sequence[str] = ()) -> Cut:
    """The groups of the rows of an estimate. declared: names of groups in the order in which they are wanted.

    Raises
    ------
    ArgumentError
        where groups, cut and edges do not go together
    EstimationError
        for a single group, or more than 20
    """
    _check(frame, keys, groups, cut, edges)
    words: Mapping[str, Text] = {}
    cuts: tuple[float, ...] = ()
    if groups in GROUPINGS:
        found, names, words = _known(frame[keys.region], groups)
    else:
        column = frame[{"region": keys.region, "period": keys.period}.get(groups, groups)]
        if cut == "values":
            found, names = _named(column, declared, measured=column.name == keys.period)
        else:
            cuts = _cuts(column.to_numpy(dtype=float), frame, keys, cut, edges)
            measured = _by_region(column.to_numpy(dtype=float), frame[keys.region]) if cut in BY_REGION else column.to_numpy(dtype=float)
            found = np.where(np.isnan(measured), -1, np.searchsorted(cuts, measured, side="left"))
            names = _spans(column, found, len(cuts) + 1) if cut in BY_EDGES else (("low", "high") if len(cuts) == 1 else ("low", "middle", "high"))
    counts = np.bincount(found[found >= 0], minlength=len(names))
    if (counts == 0).any():
        there = np.flatnonzero(counts)
        found = np.where(found >= 0, np.searchsorted(there, found), -1)
        names = tuple(names[i] for i in there)
    if len(names) < 2:
        raise EstimationError(error("compare_groups.one_group", groups=groups, names=names))
    if len(names) > MOST:
        raise EstimationError(error("compare_groups.many_groups", groups=groups, count=len(names), limit=MOST))
    return Cut(found, names, cuts, {name: words[name] for name in names if name in words}, _fixed(frame, keys, found))


def _check(frame: pd.DataFrame, keys: Any, groups: str, cut: str, edges: Sequence[float]) -> None:
    problems = []
    if groups in GROUPINGS and groups in frame.columns:
        problems.append(error("compare_groups.group_twice", groups=groups))
    if groups in GROUPINGS and cut != "values":
        problems.append(error("compare_groups.cut_of_grouping", groups=groups, cut=cut))
    if (groups in GROUPINGS or cut in BY_REGION) and keys.region is None:
        problems.append(error("contract.no_region", kind="compare_groups", argument=f"groups = “{groups}”, cut = “{cut}”"))
    if bool(edges) != (cut in BY_EDGES):
        problems.append(error(f"compare_groups.edges_{'missing' if cut in BY_EDGES else 'ignored'}", cut=cut))
    if list(edges) != sorted(set(edges)):
        problems.append(error("compare_groups.edges_order", edges=tuple(map(str, edges))))
    column = {"region": keys.region, "period": keys.period}.get(groups, groups)
    if cut == "periods" and column != keys.period:
        problems.append(error("compare_groups.not_the_period", groups=groups))
    if not problems and cut != "values" and not pd.api.types.is_numeric_dtype(frame[column]):
        problems.append(error("compare_groups.not_a_number", groups=groups, cut=cut))
    if problems:
        raise ArgumentError(*problems)


def _known(regions: pd.Series, groups: str) -> tuple[Any, tuple[str, ...], Mapping[str, Text]]:
    known = {region: group_of(region, groups) for region in regions.unique()}
    words = next(g.groups for s in map(system, SYSTEMS) for g in s.groupings if g.name == groups)
    names = tuple(group for group in words if group in known.values())
    places = {group: i for i, group in enumerate(names)}
    of_region = {region: -1 if group is None else places[group] for region, group in known.items()}
    found = regions.map(of_region).to_numpy(dtype=np.intp)
    return found, names, {group: dict(words[group]) for group in names}


def _named(column: pd.Series, declared: Sequence[str], *, measured: bool) -> tuple[Any, tuple[str, ...]]:
    """Codes and names of the values of a column: numbers and periods by size, categories in their order, words as declared, else as they first come."""
    ordered = measured or isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(column) or column.dtype.kind in "mM"
    found, values = pd.factorize(column, sort=ordered)
    names = tuple(map(str, values))
    if ordered or not declared:
        return found, names
    wanted = [*(name for name in declared if name in names), *(name for name in names if name not in declared)]
    places = np.array([wanted.index(name) for name in names] or [0])
    return np.where(found < 0, -1, places[found]), tuple(wanted)


def _by_region(values: Any, regions: pd.Series) -> Any:
    """(n,) the mean of its region over the rows used."""
    return pd.Series(values).groupby(regions.to_numpy()).transform("mean").to_numpy()


def _cuts(values: Any, frame: pd.DataFrame, keys: Any, cut: str, edges: Sequence[float]) -> tuple[float, ...]:
    if cut in BY_EDGES:
        return tuple(map(float, edges))
    if cut in BY_REGION:
        means = pd.Series(values).groupby(frame[keys.region].to_numpy()).mean().dropna()
        return (float(means.mean() if cut == "region_mean" else means.median()),)
    there = values[~np.isnan(values)]
    shares = (0.5,) if cut == "median" else (1 / 3, 2 / 3)
    return tuple(float(q) for q in np.quantile(there, shares, method="averaged_inverted_cdf"))


def _spans(column: pd.Series, codes: Any, count: int) -> tuple[str, ...]:
    """The least and the greatest value of each group as text."""
    values = column.to_numpy()
    names = []
    for i in range(count):
        own = values[codes == i]
        names.append(str(i) if not len(own) else f"{own.min():g}" if own.min() == own.max() else f"{own.min():g}–{own.max():g}")
    return tuple(names)


def _fixed(frame: pd.DataFrame, keys: Any, codes: Any) -> bool | None:
    if keys.region is None:
        return None
    return bool((pd.Series(codes).groupby(frame[keys.region].to_numpy()).nunique() == 1).all())
