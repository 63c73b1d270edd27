"""Inequality part by part: the frames of ``gini``, ``theil`` and ``dagum``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import Finding
from regio.indices.dynamics import _inequality
from regio.indices.dynamics._values import Places, Values

Findings = tuple[Finding, ...]


def gini_frame(found: Values, column: str) -> tuple[pd.DataFrame, Findings]:
    rows = []
    for places in found.parts.values():
        values, weights, n = found.values[places], found.weight(places), len(places)
        coefficient = _inequality.gini(values, weights)
        unbiased = coefficient * n / (n - 1) if found.weights is None else float("nan")
        rows.append({"n": n, "mean": _inequality.mean(values, weights), "gini": coefficient, "gini_unbiased": unbiased})
    return pd.DataFrame(rows, index=_index(found)), _zero(found, column)


def theil_frames(found: Values, column: str, measure: str) -> tuple[pd.DataFrame, pd.DataFrame | None, Findings]:
    rows, groups = [], {}
    codes, names = _coded(found) if found.groups is not None else (np.zeros(0, dtype=np.intp), [])
    for part, places in found.parts.items():
        values, weights = found.values[places], found.weight(places)
        if found.groups is None:
            rows.append({"n": len(places), "theil": _inequality.theil(values, weights, measure)})
            continue
        own = _members(codes, names, places)
        with np.errstate(invalid="ignore", divide="ignore"):
            split = _inequality.theil_split(values, weights, list(own.values()), measure)
        within = float(split.within.sum())
        rows.append(
            {"n": len(places), "theil": split.total, "within": within, "between": split.between} | _shares(split.total, within=within, between=split.between)
        )
        for i, (group, members) in enumerate(own.items()):
            groups[part, group] = {
                "n": len(members),
                "population_share": split.people[i],
                "value_share": split.income[i],
                "theil": split.own[i],
                "within": split.within[i],
                "share": split.within[i] / split.total if split.total > 0 else float("nan"),
            }
    return pd.DataFrame(rows, index=_index(found)), _frame(groups, ("part", "group")) if groups else None, _zero(found, column)


def dagum_frames(found: Values, column: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Findings]:
    rows, inside, across = [], {}, {}
    codes, order = _coded(found)
    for part, places in found.parts.items():
        own = _members(codes, order, places)
        with np.errstate(invalid="ignore", divide="ignore"):
            split = _inequality.dagum(found.values[places], found.weight(places), list(own.values()))
        parts = {"within": split.within, "net_between": split.net_between, "transvariation": split.transvariation}
        rows.append({"n": len(places), "dagum": split.total} | parts | _shares(split.total, **parts))
        names = list(own)
        for j, group in enumerate(names):
            inside[part, group] = {
                "n": len(own[group]),
                "mean": split.means[j],
                "gini": split.own[j],
                "population_share": split.people[j],
                "value_share": split.income[j],
            }
            for h in range(j):
                richer = "" if split.means[j] == split.means[h] else group if split.means[j] > split.means[h] else names[h]
                across[part, names[h], group] = {"gini": split.pair[j, h], "affluence": split.distance[j, h], "richer": richer}
    single = Finding("dagum.one_group", {"column": column}, "note")
    findings = (*_zero(found, column), *(() if across else (single,)))
    return pd.DataFrame(rows, index=_index(found)), _frame(inside, ("part", "group")), _between(across), findings


def _between(across: Mapping[Any, Mapping[str, Any]]) -> pd.DataFrame:
    names = ("part", "group", "other")
    if across:
        return _frame(across, names)
    return pd.DataFrame({"gini": [], "affluence": [], "richer": pd.Series([], dtype=str)}, index=pd.MultiIndex.from_arrays([[], [], []], names=names))


def _index(found: Values) -> pd.Index:
    index: pd.Index = pd.Index(list(found.parts), name="part")
    return index


def _frame(rows: Mapping[Any, Mapping[str, Any]], names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(list(rows), names=names))


def _coded(found: Values) -> tuple[NDArray[np.intp], list[str]]:
    """The group of each value as a number, and the groups in the order in which they first stand in the table."""
    assert found.groups is not None
    codes, names = pd.factorize(found.groups)
    return codes, names.tolist()


def _members(codes: NDArray[np.intp], names: list[str], places: Places) -> dict[str, Places]:
    """Group → its places inside a part."""
    here = codes[places]
    return {name: members for i, name in enumerate(names) if len(members := np.flatnonzero(here == i))}


def _shares(total: float, **parts: float) -> dict[str, float]:
    return {f"{name}_share": value / total if total > 0 else float("nan") for name, value in parts.items()}


def _zero(found: Values, column: str) -> Findings:
    """Parts in which every value is zero have no inequality: said, not hidden."""
    zero = tuple(str(part) for part, places in found.parts.items() if not found.values[places].any())
    return (Finding("dynamics.all_zero", {"column": column, "parts": zero}),) if zero else ()
