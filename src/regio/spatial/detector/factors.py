"""How a column becomes strata: by its exact labels, by edges that were given, or by the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error, suggestion
from regio.spatial.breaks import METHODS, coded, ranges
from regio.spatial.detector.statistics import Floats, Ints

WORDS = ("labels", "search", *METHODS)
MANY_LABELS = 30  # whole numbers with more different values than this are measured, not labels
Rule = tuple[str, ...] | Floats  # names of methods, none of them for labels; or inner edges


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """codes: (n,) from 0; labels: (L,) of the strata; low, high: the range of each where it has one; method, asked: how it was cut."""

    name: str
    codes: Ints
    labels: tuple[str, ...]
    method: str
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)


def rule_of(name: str, column: pd.Series, discretise: Any, methods: Sequence[str], classes: Sequence[int], least: int) -> tuple[Rule, Finding | None]:
    """What is done with a factor, and a note where that was left to us. ``least`` is the fewest rows of a class.

    Raises
    ------
    ArgumentError
        for a word or edges that cannot be read, or numbers asked of a column of texts
    """
    numeric = column.dtype.kind in "iuf"
    wish = discretise.get(name, "auto") if isinstance(discretise, Mapping) else discretise
    if not isinstance(wish, str):
        return _edges(name, wish, numeric), None
    if wish not in ("auto", *WORDS):
        raise ArgumentError(error("geodetector.discretise", column=name, found=wish, near=suggestion(wish, ("auto", *WORDS)), words=("auto", *WORDS)))
    if wish == "labels" or (wish == "auto" and not numeric):
        return (), None
    if not numeric:
        if isinstance(discretise, Mapping):
            raise ArgumentError(error("geodetector.text_factor", column=name, found=wish))
        return (), None
    if wish != "auto":
        return (tuple(methods) if wish == "search" else (wish,)), None
    different = pd.unique(column.to_numpy())
    whole = bool((different == np.round(different)).all())
    if len(different) <= max(classes) or (whole and len(different) <= min(MANY_LABELS, len(column) / max(least, 1))):
        return (), Finding("geodetector.as_labels", {"column": name, "count": len(different)}, "note")
    return tuple(methods), None


def _edges(name: str, wish: Any, numeric: bool) -> Floats:
    try:
        edges = np.asarray(wish, dtype=float).ravel()
    except (TypeError, ValueError):
        edges = np.array([np.nan])
    if not (numeric and len(edges) and np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
        raise ArgumentError(error("geodetector.edges", column=name, found=str(wish)))
    return edges


def by_labels(name: str, column: pd.Series, convention: str) -> Strata:
    """Strata of equal labels.

    Raises
    ------
    EstimationError
        for labels of which nearly every row has its own: a measured column
    """
    codes, labels = pd.factorize(column.array, sort=False)
    if len(labels) * 2 > len(codes) and (column.dtype.kind == "f" or convention == "cran"):
        raise EstimationError(error("geodetector.continuous", column=name, classes=len(labels), rows=len(codes)))
    order = labels_in_order(labels)
    places = np.empty(len(labels), dtype=np.intp)
    places[order] = np.arange(len(labels))
    return Strata(name, places[codes], tuple(label_of(labels[i]) for i in order), "labels")


def by_edges(name: str, values: Floats, inner: Floats, method: str) -> Strata:
    """Strata of ranges; empty ones are left out."""
    codes = coded(values, inner)
    bounds = ranges(float(values.min()), inner, float(values.max()))
    rows = np.bincount(codes, minlength=len(bounds))
    kept = np.flatnonzero(rows)
    places = np.cumsum(rows > 0) - 1
    low, high = ([bounds[i][side] for i in kept] for side in (0, 1))
    return Strata(name, places[codes], range_labels(low, high), method, tuple(low), tuple(high))


def range_labels(low: Sequence[float], high: Sequence[float]) -> tuple[str, ...]:
    """(lower, upper] with as many digits as it takes to tell the edges apart."""
    edges = sorted({*low, *high})
    digits = next((d for d in range(4, 17) if len({f"{e:.{d}g}" for e in edges}) == len(edges)), 17)
    shown = [(f"{a:.{digits}g}", f"{b:.{digits}g}") for a, b in zip(low, high, strict=True)]
    return tuple(f"{'[' if i == 0 else '('}{a}, {b}]" for i, (a, b) in enumerate(shown))


def labels_in_order(labels: Any) -> Ints:
    values = list(labels)
    try:
        return np.array(sorted(range(len(values)), key=values.__getitem__), dtype=np.intp)
    except TypeError:
        return np.array(sorted(range(len(values)), key=lambda i: str(values[i])), dtype=np.intp)


def label_of(value: Any) -> str:
    number = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if number else str(value)
