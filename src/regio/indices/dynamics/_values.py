"""One column of a table as numbers: by period, by group, or as a matrix of regions and periods; and an account of what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Provenance
from regio.exhibits.models import Text
from regio.indices._cells import SHOWN, key_frame
from regio.indices.coordination.groups import row_groups
from regio.indices.dynamics._frames import ALL

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Need = Literal["any", "not_negative", "positive"]


@dataclass(frozen=True, slots=True)
class Values:
    """values, weights: (n,) of the rows that have a number; groups: (n,) labels; parts: label → places among the n, in order; by: what the labels
    are (``period``, ``region``, a column; empty for one part); words: texts of a known grouping.
    """

    values: Floats
    weights: Floats | None
    groups: NDArray[Any] | None
    parts: dict[Any, Places]
    by: str
    findings: tuple[Finding, ...]
    provenance: Provenance
    words: Mapping[str, Text]

    def weight(self, places: Places) -> Floats:
        return np.ones(len(places)) if self.weights is None else self.weights[places]


@dataclass(frozen=True, slots=True)
class Wide:
    """values: (regions, periods), nan where there is none; rows: (regions, periods) the place in the table, −1 where there is none."""

    values: Floats
    rows: Places
    regions: list[Any]
    periods: list[Any]
    findings: tuple[Finding, ...]
    provenance: Provenance

    @property
    def times(self) -> Floats:
        """(periods,) numbers of the periods: years as they are, other labels counted."""
        numbers = all(isinstance(period, int | float) for period in self.periods)
        return np.array(self.periods if numbers else range(len(self.periods)), dtype=float)


def read(
    data: Any,
    column: str,
    *,
    by: str | None = None,
    groups: str | None = None,
    sample_weights: str | None = None,
    need: Need = "any",
    least: int = 2,
) -> Values:
    """The numbers of a column, cut by ``by``: the period where that is None and the table has one.

    Raises
    ------
    ArgumentError
        for groups that are the very parts
    DataError
        for infinite cells, signs that the method cannot take, weights that are not positive, parts with fewer than ``least`` rows
    """
    keys = key_frame(data)
    values = _numbers(data, column)
    by = by or ("period" if data.keys.period else "")
    labels = _labels(data, keys, by) if by else None
    group, words = (None, {}) if groups is None else row_groups(data, groups, "groups")
    if groups is not None and groups == by:
        raise ArgumentError(error("dynamics.same_groups", groups=groups))
    kept = ~np.isnan(values)
    findings = _missing(column, kept, keys)
    for name, found in ((by, labels), (groups, group)):
        if found is not None and (gone := kept & found.isna().to_numpy()).any():
            kept &= ~gone
            findings.append(Finding("dynamics.no_group", {"column": name, "count": int(gone.sum())}))
    places = np.flatnonzero(kept)
    _check(values, column, need, keys)
    weights = None if sample_weights is None else _weights(data, sample_weights, places, keys)
    parts = {ALL: np.arange(len(places))} if labels is None else _parts(labels.iloc[places])
    if few := tuple(str(label) for label, rows in parts.items() if len(rows) < least):
        raise DataError(error("dynamics.few_rows", column=column, least=least, parts=few))
    if not parts or not len(places):
        raise DataError(error("dynamics.no_rows", column=column))
    chosen = None if group is None else group.iloc[places].astype(str).to_numpy(dtype=object)
    return Values(
        values[places], weights, chosen, parts, by, tuple(findings), Provenance(rows_used=len(places), rows_left_out=len(values) - len(places)), words
    )


def wide(data: Any, column: str, kind: str, need: Need = "any") -> Wide:
    """Regions (firms where the table has them) by periods.

    Raises
    ------
    ArgumentError
        where the table has no regions or no periods
    DataError
        for infinite cells, signs that the method cannot take, a single period
    """
    for key in ("region", "period"):
        if getattr(data.keys, key) is None:
            raise ArgumentError(error(f"contract.no_{key}", kind=kind, argument=kind))
    keys = key_frame(data)
    values = _numbers(data, column)
    _check(values, column, need, keys)
    who = keys["unit"] if "unit" in keys else keys["region"]
    region, regions = pd.factorize(who, sort=False)
    period, periods = pd.factorize(keys["period"], sort=True)
    if len(periods) < 2:
        raise DataError(error("dynamics.one_period", kind=kind))
    kept = ~np.isnan(values)
    if not kept.any():
        raise DataError(error("dynamics.no_rows", column=column))
    matrix, rows = np.full((len(regions), len(periods)), np.nan), np.full((len(regions), len(periods)), -1, dtype=np.intp)
    matrix[region, period] = values
    rows[region, period] = np.arange(len(values))
    findings = _missing(column, kept, keys)
    times = np.diff(np.array(periods.tolist(), dtype=float)) if all(isinstance(p, int | float) for p in periods.tolist()) else np.ones(1)
    if len(set(times.tolist())) > 1:
        findings.append(Finding("dynamics.uneven", {"periods": tuple(map(str, periods.tolist()))}))
    provenance = Provenance(rows_used=int(kept.sum()), rows_left_out=int((~kept).sum()))
    return Wide(matrix, rows, regions.tolist(), periods.tolist(), tuple(findings), provenance)


def of_regions(data: Any, column: str, found: Wide) -> tuple[NDArray[Any], Mapping[str, Text]]:
    """The group of each region: (regions,) texts, empty where it has none; and the words for the groups of a known grouping.

    Raises
    ------
    DataError
        where a region changes its group
    """
    labels, words = row_groups(data, column, "groups")
    texts = labels.astype(object).where(labels.notna(), "").map(str).to_numpy()
    groups = np.full(len(found.regions), "", dtype=object)
    for i, rows in enumerate(found.rows):
        own = [str(text) for text in dict.fromkeys(texts[rows[rows >= 0]]) if text]
        if len(own) > 1:
            raise DataError(error("dynamics.moving_group", column=column, region=str(found.regions[i]), groups=tuple(own)))
        groups[i] = own[0] if own else ""
    return groups, words


def _numbers(data: Any, column: str) -> Floats:
    values: Floats = data.rows[column].to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def _labels(data: Any, keys: pd.DataFrame, name: str) -> pd.Series:
    column: pd.Series = keys[name] if name in keys and name in ("region", "period") else data.rows[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.dtype.categories.dtype)
    return column


def _parts(labels: pd.Series) -> dict[Any, Places]:
    codes, levels = pd.factorize(labels, sort=True)
    names = [level if isinstance(level, int | str) else str(level) for level in levels.tolist()]
    return {name: np.flatnonzero(codes == i) for i, name in enumerate(names)}


def _where(bad: NDArray[np.bool_], keys: pd.DataFrame) -> tuple[str, ...]:
    rows = np.flatnonzero(bad)
    places = tuple(" ".join(map(str, row)) for row in keys.iloc[rows[:SHOWN]].itertuples(index=False))
    return places + (("…",) if len(rows) > SHOWN else ())


def _missing(column: str, kept: NDArray[np.bool_], keys: pd.DataFrame) -> list[Finding]:
    if kept.all():
        return []
    return [Finding("dynamics.missing", {"column": column, "count": int((~kept).sum()), "places": _where(~kept, keys)})]


def _check(values: Floats, column: str, need: Need, keys: pd.DataFrame) -> None:
    problems = []
    wrong = {"infinite": np.isinf(values)}
    if need == "not_negative":
        wrong["negative"] = values < 0
    if need == "positive":
        wrong["not_positive"] = values <= 0
    for code, bad in wrong.items():
        if bad.any():
            problems.append(error(f"dynamics.{code}", column=column, count=int(bad.sum()), places=_where(bad, keys)))
    if problems:
        raise DataError(*problems)


def _weights(data: Any, column: str, places: Places, keys: pd.DataFrame) -> Floats:
    weights = _numbers(data, column)
    bad = np.zeros(len(weights), dtype=bool)
    bad[places] = ~(np.isfinite(weights[places]) & (weights[places] > 0))
    if bad.any():
        raise DataError(error("dynamics.bad_weights", column=column, count=int(bad.sum()), places=_where(bad, keys)))
    return weights[places]
