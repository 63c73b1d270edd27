"""The tails of a column: percentiles inside groups, and what winsorising and trimming have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Convention
from regio.panel import Panel
from regio.preparing._cells import Floats, Ints, Mask, codes, numbers, with_cells
from regio.preparing.prepared import Prepared

WHOLE = 1e-9  # relative: n·share is whole where it misses a whole number by the rounding of its product only (100 × 0.07)
SKEWNESS, KURTOSIS = 2.0, 3.5  # beyond both, a column is treated (the rule of the JRC and of COINr); kurtosis of a normal distribution is 0


@dataclass(frozen=True, slots=True)
class Limits:
    """low, high, counts: (groups,) the percentiles of each group (−inf and inf where a tail is left alone) and its number of known cells."""

    low: Floats
    high: Floats
    counts: Ints


def tail_limits(values: Floats, groups: Ints, lower: float, upper: float) -> Limits:
    """Percentiles as Stata's ``_pctile`` takes them: with n known cells, the mean of the k-th and the next cell where n·share = k is whole, else the
    cell of the next whole rank; the upper one counts from above.

    Parameters
    ----------
    values : (n,) missing cells are nan
    groups : (n,) −1 where a row has no group
    lower, upper : shares of the cells in the two tails
    """
    known = ~np.isnan(values) & (groups >= 0)
    counts = np.bincount(groups[known], minlength=int(groups.max(initial=-1)) + 1).astype(np.int64)
    order = np.lexsort((values[known], groups[known]))
    x = values[known][order]
    stops = np.cumsum(counts)
    low = _percentile(x, stops - counts, 1, counts, lower)
    high = _percentile(x, stops - 1, -1, counts, upper)
    return Limits(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high), counts)


def _percentile(x: Floats, outermost: Ints, step: int, counts: Ints, share: float) -> Floats:
    """(groups,) counted from the outermost cell of each group inwards; nan where the tail is empty."""
    rank = counts * share
    whole = np.abs(rank - np.round(rank)) <= WHOLE * np.maximum(rank, 1)
    k = np.where(whole, np.round(rank), np.ceil(rank)).astype(np.int64)
    if not len(x):
        return np.full(len(counts), np.nan)
    first = np.clip(outermost + step * (k - 1), 0, len(x) - 1)
    second = np.clip(outermost + step * k, 0, len(x) - 1)
    found = np.where(whole, (x[first] + x[second]) / 2, x[first])
    return np.asarray(np.where((k > 0) & (counts > 0), found, np.nan))


def skewness_and_kurtosis(values: Floats) -> tuple[float, float]:
    """Both corrected for the size of the sample (as SAS, SPSS and COINr print them); the kurtosis of a normal distribution is 0. nan below four
    known cells or for a constant column.
    """
    x = values[~np.isnan(values)]
    n = len(x)
    if n <= 3 or x.min() == x.max():
        return float("nan"), float("nan")
    d = (x - x.mean()) / np.abs(x - x.mean()).max()
    m2, m3, m4 = (float((d**p).mean()) for p in (2, 3, 4))
    skew, kurtosis = m3 / m2**1.5, m4 / m2**2 - 3
    return skew * (n * (n - 1)) ** 0.5 / (n - 2), ((n + 1) * kurtosis + 6) * (n - 1) / ((n - 2) * (n - 3))


@dataclass(frozen=True, slots=True)
class Tails:
    """What a call of ``winsorise`` or ``trim`` asks for."""

    kind: str
    lower: float
    upper: float
    by: str | None
    skewed_only: bool

    @classmethod
    def of(cls, kind: str, share: float | None, lower: float | None, upper: float | None, by: str | None, skewed_only: bool, columns: Sequence[str]) -> Tails:
        """Shares of the two tails.

        Raises
        ------
        ArgumentError
            where no share is given, or both ways, or the tails overlap, or the groups are those of a treated column
        """
        if share is None and lower is None and upper is None:
            raise ArgumentError(error("preparing.tails.no_share", kind=kind))
        if share is not None and (lower is not None or upper is not None):
            raise ArgumentError(error("preparing.tails.both", kind=kind))
        low, high = (share, share) if share is not None else (lower or 0.0, upper or 0.0)
        if low + high >= 1 or low + high == 0:
            raise ArgumentError(error("preparing.tails.overlap", kind=kind, lower=low, upper=high))
        if by in columns:
            raise ArgumentError(error("preparing.tails.by_itself", kind=kind, column=by))
        return cls(kind, low, high, by, skewed_only)


def treat(panel: Panel, columns: Sequence[str], tails: Tails, reasons: Mapping[str, str]) -> Prepared:
    """Cells beyond the percentiles pulled to them, or emptied.

    Raises
    ------
    DataError
        where a column has no known cell, or so few that no cell lies in a tail
    """
    groups = codes(panel, tails.by)
    after, why, notes, problems = {}, {}, [], []
    for name in dict.fromkeys(columns):
        values = numbers(panel, name)
        limits = tail_limits(values, groups, tails.lower, tails.upper)
        if problem := _unusable(name, values, limits, tails):
            problems.append(problem)
            continue
        if tails.skewed_only and (note := _not_skewed(name, values)):
            notes.append(note)
            continue
        below, above = _beyond(values, groups, limits)
        low, high = limits.low[groups], limits.high[groups]
        after[name] = np.where(below, low if tails.kind == "winsorise" else np.nan, np.where(above, high if tails.kind == "winsorise" else np.nan, values))
        why[name] = np.where(below, reasons["lower"], reasons["upper"])
        notes += _notes(name, values, groups, limits, below, above, tails)
    if problems:
        raise DataError(*problems)
    treated, changes = with_cells(panel, after, why)
    return Prepared(treated, changes, tuple(notes), (Convention("preparing.percentile", "preparing.percentile.stata"),))


def _beyond(values: Floats, groups: Ints, limits: Limits) -> tuple[Mask, Mask]:
    known = ~np.isnan(values) & (groups >= 0)
    below: Mask = known & (values < limits.low[groups])
    above: Mask = known & (values > limits.high[groups])
    return below, above


def _unusable(name: str, values: Floats, limits: Limits, tails: Tails) -> Finding | None:
    if np.isnan(values).all():
        return error("preparing.tails.empty", kind=tails.kind, column=name)
    largest = int(limits.counts.max(initial=0))
    if largest * max(tails.lower, tails.upper) < 1 - WHOLE:
        needed = int(np.ceil(1 / max(tails.lower, tails.upper) - WHOLE))
        return error("preparing.tails.too_few", kind=tails.kind, column=name, count=largest, share=max(tails.lower, tails.upper), needed=needed)
    return None


def _not_skewed(name: str, values: Floats) -> Finding | None:
    skewness, kurtosis = skewness_and_kurtosis(values)
    if abs(skewness) > SKEWNESS and kurtosis > KURTOSIS:
        return None
    return Finding("preparing.tails.not_skewed", {"column": name, "skewness": skewness, "kurtosis": kurtosis}, "note")


def _notes(name: str, values: Floats, groups: Ints, limits: Limits, below: Mask, above: Mask, tails: Tails) -> Iterator[Finding]:
    known = values[~np.isnan(values)]
    if known.min() == known.max():
        yield Finding("preparing.tails.constant", {"kind": tails.kind, "column": name, "value": float(known[0])}, "warning")
        return
    few = int(((limits.counts > 0) & (limits.counts * max(tails.lower, tails.upper) < 1 - WHOLE)).sum())
    if few:
        yield Finding("preparing.tails.few_in_groups", {"kind": tails.kind, "column": name, "count": few, "by": tails.by}, "warning")
    if without := int((~np.isnan(values) & (groups < 0)).sum()):
        yield Finding("preparing.tails.no_group", {"kind": tails.kind, "column": name, "count": without, "by": tails.by}, "warning")
    done = {"column": name, "below": int(below.sum()), "above": int(above.sum())}
    if tails.by is None:
        yield Finding(f"{tails.kind}.done", {**done, "low": _end(limits.low[0], known.min()), "high": _end(limits.high[0], known.max())}, "note")
    else:
        yield Finding(f"{tails.kind}.done_by", {**done, "by": tails.by, "groups": int((limits.counts > 0).sum())}, "note")


def _end(limit: float, extreme: float) -> float:
    """A tail that is left alone ends at the outermost cell."""
    return float(limit) if np.isfinite(limit) else float(extreme)
