"""From a table of activity (assets of firms, employment, output) to entries: in which region and period, in which industry, how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, DataError, EstimationError, Finding, error, suggestion
from regio.indices._cells import SHOWN, key_frame
from regio.indices.scale import Floats

Ints = NDArray[np.intp]
Layout = Literal["marks", "names", "columns", "total"]
ROUNDING = 1e-9  # of a total: how far a part may exceed it


@dataclass(frozen=True, slots=True)
class Activity:
    """m entries: ``row`` of the table, ``place`` (region · P + period), ``industry``, ``amount``, each (m,); names of R regions, P periods (None: there is
    one) and K industries; ``layout``: how industries are told apart; with marks and totals the second of two industries is all that was not
    asked about. ``unit`` (N,): the firm of each row; ``places`` (N,) of every row of the table.
    """

    row: Ints
    place: Ints
    industry: Ints
    amount: Floats
    regions: tuple[Any, ...]
    periods: tuple[Any, ...] | None
    industries: tuple[str, ...]
    layout: Layout
    unit: Ints
    places: Ints
    own: Ints | None  # (N,) with names: the industry of each row
    index: pd.Index
    by_firm: bool
    left_out: int
    findings: tuple[Finding, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.regions), len(self.periods or (None,)), len(self.industries)

    @property
    def asked(self) -> int:
        """How many industries, from the first, are asked about."""
        return 1 if self.layout in ("marks", "total") else len(self.industries)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(R, P) whether the table has a row there."""
        regions, periods, _ = self.shape
        found: NDArray[np.bool_] = (np.bincount(self.places, minlength=regions * periods) > 0).reshape(regions, periods)
        return found

    def sums(self, weights: Floats | None = None) -> Floats:
        """(R, P, K) amounts, each row of the table counted as often as ``weights`` (N,) says."""
        regions, periods, industries = self.shape
        amount = self.amount if weights is None else self.amount * weights[self.row]
        found = np.bincount(self.place * industries + self.industry, amount, regions * periods * industries)
        return found.astype(np.float64, copy=False).reshape(self.shape)

    def counts(self) -> Ints:
        """(R, P, K) entries above zero."""
        regions, periods, industries = self.shape
        above = self.amount > 0
        return np.bincount((self.place * industries + self.industry)[above], minlength=regions * periods * industries).reshape(self.shape)


def read(data: Any, values: Sequence[str], industry: str | None, *, total: str | None = None, members: Sequence[str] = (), alone: bool = False) -> Activity:
    """The entries of a table.

    Parameters
    ----------
    values : one column of amounts, or several that are one industry each
    industry : column of marks (0 and 1, or bool) of the one industry that is asked about, or of names of industries
    total : column with the amount of all industries
    members : names that make up the one industry that is asked about
    alone : one column without industries is enough: all rows are the industry

    Raises
    ------
    ArgumentError
        for columns that do not fit together, or members that do not exist
    DataError
        for amounts that are negative or infinite, parts above their total, or rows without an industry
    EstimationError
        where no row belongs to the industry
    """
    _check_arguments(values, industry, total, members, alone)
    keys = key_frame(data)
    amounts = data.rows[list(values)].to_numpy(dtype=np.float64, na_value=np.nan)
    whole = None if total is None else data.rows[total].to_numpy(dtype=np.float64, na_value=np.nan)
    names = (*values, total) if total else tuple(values)
    every = amounts if whole is None else np.column_stack([amounts, whole])
    _check_amounts(every, names, keys)
    layout, codes, industries = _industries(data, values, industry, total, members)
    if whole is not None:
        every = np.column_stack([amounts[:, 0], _rest(amounts[:, 0], whole, names, keys)])
    known = np.isfinite(every)
    if layout == "total":
        known &= known.all(axis=1, keepdims=True)
    rows, columns = np.nonzero(known)
    region, regions = pd.factorize(keys["region"])
    period, periods = pd.factorize(keys["period"], sort=True) if "period" in keys else (np.zeros(len(keys), np.intp), None)
    places = region * (1 if periods is None else len(periods)) + period
    unit = pd.factorize(keys["unit"])[0] if "unit" in keys else np.arange(len(keys))
    lost = ~known.all(axis=1)  # in part or whole
    return Activity(
        row=rows,
        place=places[rows],
        industry=columns if codes is None else codes[rows],
        amount=every[rows, columns],
        regions=tuple(regions.tolist()),
        periods=None if periods is None else tuple(periods.tolist()),
        industries=industries,
        layout=layout,
        unit=unit,
        places=places,
        own=codes if layout == "names" else None,
        index=keys.index,
        by_firm="unit" in keys,
        left_out=int((~known.any(axis=1)).sum()),
        findings=tuple(_lost(names, lost, keys)),
    )


def _check_arguments(values: Sequence[str], industry: str | None, total: str | None, members: Sequence[str], alone: bool) -> None:
    problems = []
    if not values:
        problems.append(error("activity.no_value"))
    if twice := tuple(sorted({name for name in values if list(values).count(name) > 1})):
        problems.append(error("activity.twice", columns=twice))
    if industry is not None and total is not None:
        problems.append(error("activity.industry_or_total", industry=industry, total=total))
    if len(values) > 1 and (industry is not None or total is not None):
        problems.append(error("activity.one_value", columns=tuple(values), argument="total" if industry is None else "industry"))
    if len(values) == 1 and industry is None and total is None and not alone:
        problems.append(error("activity.no_comparison", column=values[0]))
    if members and industry is None:
        problems.append(error("activity.members_of_nothing", members=tuple(members)))
    if problems:
        raise ArgumentError(*problems)


def _industries(
    data: Any, values: Sequence[str], industry: str | None, total: str | None, members: Sequence[str]
) -> tuple[Layout, Ints | None, tuple[str, ...]]:
    """The layout, the industry of each row (None: that of its column), and the names of the industries."""
    if total is not None:
        return "total", None, (values[0], total)
    if industry is None:
        return ("columns", None, tuple(values)) if len(values) > 1 else ("marks", np.zeros(len(data.rows), np.intp), (values[0], ""))
    column = data.rows[industry]
    if column.isna().any():
        raise DataError(
            error("activity.no_industry", column=industry, count=int(column.isna().sum()), rows=places_of(key_frame(data), column.isna().to_numpy()))
        )
    if not members and column.dtype.kind in "biuf" and column.isin([0, 1]).all():
        marked = column.to_numpy().astype(bool)
        if not marked.any():
            raise EstimationError(error("activity.empty_industry", column=industry))
        return "marks", np.where(marked, 0, 1), (industry, "")
    if column.dtype.kind == "f" and (column == column.round()).all():
        column = column.astype(np.int64)  # codes that a gap elsewhere turned into 36.0
    codes, names = pd.factorize(column.map(str))
    found = tuple(map(str, names))
    if not members:
        return "names", codes, found
    if unknown := [name for name in members if name not in found]:
        raise ArgumentError(
            *(error("activity.unknown_member", found=name, column=industry, names=found[:30], near=suggestion(name, found)) for name in unknown)
        )
    return "marks", np.where(np.isin(codes, [found.index(name) for name in members]), 0, 1), (industry, "")


def _check_amounts(every: Floats, names: Sequence[str], keys: pd.DataFrame) -> None:
    problems = []
    for code, bad in (("negative", every < 0), ("infinite", np.isinf(every))):
        for j in np.flatnonzero(bad.any(axis=0)).tolist():
            problems.append(error(f"activity.{code}", column=names[j], count=int(bad[:, j].sum()), rows=places_of(keys, bad[:, j])))
    if problems:
        raise DataError(*problems)


def _rest(part: Floats, whole: Floats, names: Sequence[str], keys: pd.DataFrame) -> Floats:
    over = part > whole * (1 + ROUNDING)
    if over.any():
        raise DataError(error("activity.above_total", value=names[0], total=names[-1], count=int(over.sum()), rows=places_of(keys, over)))
    return np.maximum(whole - part, 0.0)


def _lost(names: Sequence[str], lost: NDArray[np.bool_], keys: pd.DataFrame) -> list[Finding]:
    if not lost.any():
        return []
    return [Finding("activity.left_out", {"columns": tuple(names), "count": int(lost.sum()), "rows": places_of(keys, lost)})]


def places_of(keys: pd.DataFrame, mask: NDArray[np.bool_]) -> tuple[str, ...]:
    rows = np.flatnonzero(mask)
    return tuple(" ".join(map(str, row)) for row in keys.iloc[rows[:SHOWN]].itertuples(index=False)) + (("…",) if len(rows) > SHOWN else ())


def by_region(activity: Activity, measures: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.Series]:
    """A frame of measures, each (R, P), with one row a region and period that the table has; and for each row of the table its row there."""
    present = activity.present.ravel()
    where = np.flatnonzero(present)
    frame = _keys(activity, where).assign(**{name: np.asarray(values).reshape(len(present))[where] for name, values in measures.items()})
    numbers = np.cumsum(present) - 1
    return frame, pd.Series(numbers[activity.places], index=activity.index)


def by_region_and_industry(activity: Activity, measures: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.Series]:
    """The same of measures (R, P, K'), with one row a region, period and industry that was asked about; for each row of the table the row of its
    own industry, or of the first one.
    """
    k = activity.asked
    bare, first = by_region(activity, {})
    frame = bare.loc[bare.index.repeat(k)].reset_index(drop=True)
    if k > 1 or activity.layout == "names":
        frame["industry"] = list(activity.industries[:k]) * len(bare)
    present = activity.present.ravel()
    frame = frame.assign(**{name: np.asarray(values).reshape(len(present), k)[present].ravel() for name, values in measures.items()})
    places = first * k + (activity.own if activity.own is not None else 0)
    return frame, places


def by_industry(activity: Activity, measures: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.Series]:
    """A frame of measures (P, K'), one row a period and industry; for each row of the table the row of its own industry, or of the first one."""
    k, periods = activity.asked, activity.periods
    frame = pd.DataFrame({"period": np.repeat(np.array(periods, dtype=object), k)}).infer_objects() if periods is not None else pd.DataFrame(index=range(k))
    if k > 1 or activity.layout == "names":
        frame["industry"] = list(activity.industries[:k]) * (1 if periods is None else len(periods))
    frame = frame.assign(**{name: np.asarray(values).ravel() for name, values in measures.items()})
    places = activity.places % activity.shape[1] * k + (activity.own if activity.own is not None else 0)
    return frame, pd.Series(places, index=activity.index)


def _keys(activity: Activity, where: Ints) -> pd.DataFrame:
    periods = activity.periods
    number = 1 if periods is None else len(periods)
    frame = pd.DataFrame({"region": [activity.regions[i] for i in where // number]})
    return frame if periods is None else frame.assign(period=[periods[i] for i in where % number])


def in_rows(frame: pd.DataFrame, places: pd.Series, names: Mapping[str, str]) -> dict[str, pd.Series]:
    """Columns of a frame in the rows of the table: the part of a step → the frame's column."""
    where = places.to_numpy()
    return {part: pd.Series(frame[name].to_numpy()[where], index=places.index) for part, name in names.items()}
