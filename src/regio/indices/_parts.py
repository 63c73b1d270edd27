"""Entropy weights of a table that comes in parts: one pass for bounds and means, a second for entropies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import pandas as pd

from regio.compute.engine import combine
from regio.contract.finding import ArgumentError, DataError, error
from regio.contract.result import Provenance
from regio.contract.tables import check_numeric
from regio.indices._cells import SHOWN
from regio.indices._compute import Weighed, described, learnt_rules
from regio.indices._indicators import choose
from regio.indices._plan import How
from regio.indices._rules import PartRules
from regio.indices._score import Lesson, Scored
from regio.indices.scale import Floats, is_constant, scaled_column, turned
from regio.indices.weights.entropy import divergence_terms, divergences_of, entropy
from regio.indices.weights.learnt import Learnt


@dataclass(frozen=True, slots=True)
class Bounds:
    """n rows; low, high, mean: (k,); unusable: for each indicator how many cells are missing and infinite, and the rows of the first of them."""

    n: int
    low: Floats
    high: Floats
    mean: Floats
    unusable: tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]

    def __add__(self, other: Self) -> Self:
        n = self.n + other.n
        mean = self.mean + (other.mean - self.mean) * (other.n / n) if n else self.mean
        unusable = tuple(
            tuple((a + b, (some + more)[:SHOWN]) for (a, some), (b, more) in zip(left, right, strict=True))
            for left, right in zip(self.unusable, other.unusable, strict=True)
        )
        return type(self)(n, np.minimum(self.low, other.low), np.maximum(self.high, other.high), mean, unusable)


@dataclass(frozen=True, slots=True)
class Terms:
    """terms, sums: (k,), as ``divergence_terms`` makes them."""

    terms: Floats
    sums: Floats

    def __add__(self, other: Self) -> Self:
        return type(self)(self.terms + other.terms, self.sums + other.sums)


def compute_parts(data: Any, indicators: tuple[str, ...] | None, *, directions: Any, dimensions: Any, scope: str, shift: float, kind: str) -> Weighed:
    """As ``compute`` with entropy weights, without scores."""
    if not 0 <= shift < float("inf"):
        raise ArgumentError(error("index.shift", found=f"{shift:g}"))
    if scope != "pooled":
        raise ArgumentError(error("index.scope_in_parts", kind=kind, scope=scope))
    chosen, notes = choose(_Described(data, indicators), indicators, directions, dimensions)
    names = [i.name for i in chosen]
    keys = [name for name in (data.keys.region, data.keys.unit, data.keys.period) if name]
    parts = partial(data.rows.parts, tuple(dict.fromkeys([*names, *keys])))
    best = np.array([[i.best[0], i.best[-1]] if i.best else [np.nan, np.nan] for i in chosen]).T
    bounds = combine(_bounds, parts(), names, keys, best)
    problems = [
        error(f"index.{code}", column=name, count=count, places=places + (("…",) if count > SHOWN else ()))
        for which, code in enumerate(("missing", "infinite"))
        for name, found in zip(names, bounds.unusable, strict=True)
        for count, places in [found[which]]
        if count
    ]
    if problems:
        raise DataError(*problems)
    if bounds.n < 2:
        raise DataError(error("index.one_row"))
    bounds = replace(bounds, low=np.where(np.isnan(best[0]), bounds.low, 0.0))
    negative = np.array([i.direction != "positive" for i in chosen])
    constant = is_constant(bounds.low, bounds.high) | is_constant(np.float64(shift), np.float64(1 + shift))
    centre = _centre(bounds, negative, constant, shift)
    terms = combine(_terms, parts(), names, bounds, best, negative, constant, shift, centre)
    divergence = np.where(constant, 0.0, divergences_of(terms.terms, terms.sums, bounds.n))
    empty = np.zeros(0)
    rules = PartRules(np.array([bounds.low, bounds.high]), entropy(divergence))
    lesson = Lesson(rules, constant, Learnt(rules.weights))
    scored = Scored(rules.parameters[None], rules.weights[None], divergence[None], empty, empty[None], constant[None], (lesson,))
    found = described(chosen, scored, None, "pooled")
    learnt = learnt_rules(chosen, scored, None, How(shift=shift).options("entropy", "pooled"), bounds.n)
    return replace(found, provenance=Provenance(rows_used=bounds.n), findings=(*notes, *found.findings), rules=learnt)


class _Described:
    """What ``choose`` asks of a table, answered from its first part."""

    def __init__(self, data: Any, indicators: tuple[str, ...] | None) -> None:
        self.keys, self.variable = data.keys, data.variable
        self.rows = next(iter(data.rows.parts(data.rows.columns))) if indicators is None else data.rows
        self.value_columns = data.value_columns


def _bounds(frame: pd.DataFrame, names: list[str], keys: Sequence[str], best: Floats) -> Bounds:
    check_numeric(frame, names)
    low, high, mean = np.empty(len(names)), np.empty(len(names)), np.zeros(len(names))
    unusable: list[tuple[tuple[int, tuple[str, ...]], ...]] = []
    for j, name in enumerate(names):
        column = _column(frame, name, best[:, j])
        low[j], high[j] = (column.min(), column.max()) if len(column) else (np.inf, -np.inf)
        if np.isfinite(low[j]) and np.isfinite(high[j]):
            mean[j] = column.mean()
            unusable.append(((0, ()), (0, ())))
        else:
            unusable.append(tuple(_where(bad, frame, keys) for bad in (np.isnan(column), np.isinf(column))))
    return Bounds(len(frame), low, high, mean, tuple(unusable))


def _where(bad: np.ndarray, frame: pd.DataFrame, keys: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    rows = np.flatnonzero(bad)
    some = frame.iloc[rows[:SHOWN]]
    places = some[list(keys)].itertuples(index=False) if keys else ((label,) for label in some.index)
    return len(rows), tuple(" ".join(map(str, place)) for place in places)


def _centre(bounds: Bounds, negative: np.ndarray, constant: np.ndarray, shift: float) -> Floats:
    """(k,) the means of the scaled values, up to rounding."""
    span = np.where(constant, 1.0, bounds.high / 2 - bounds.low / 2)
    share = np.where(negative, bounds.high / 2 - bounds.mean / 2, bounds.mean / 2 - bounds.low / 2) / span
    return np.where(constant, 1.0, np.clip(share, np.finfo(float).tiny, 1.0) + shift)


def _column(frame: pd.DataFrame, name: str, best: Floats) -> Floats:
    """(n,) with a moderate indicator as its distance from its best value."""
    column = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return column if np.isnan(best[0]) else turned(column[:, None], best[:, None])[:, 0]


def _terms(
    frame: pd.DataFrame, names: list[str], bounds: Bounds, best: Floats, negative: np.ndarray, constant: np.ndarray, shift: float, centre: Floats
) -> Terms:
    terms, sums = np.zeros(len(names)), np.zeros(len(names))
    for j, name in enumerate(names):
        if not constant[j]:
            column = _column(frame, name, best[:, j])
            scaled = scaled_column(column, float(bounds.low[j]), float(bounds.high[j]), bool(negative[j]))
            terms[j], sums[j] = divergence_terms(scaled + shift, float(centre[j]))
    return Terms(terms, sums)
