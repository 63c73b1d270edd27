"""The frames of ``markov`` and ``spatial_markov``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, error
from regio.indices.dynamics import _chain
from regio.indices.dynamics._chain import Classes, Homogeneity
from regio.indices.dynamics._classes import Classified, class_frame, classify, coded
from regio.indices.dynamics._neighbours import lag, weights_of
from regio.indices.dynamics._sigma import chi_row
from regio.indices.dynamics._values import Wide

SPARSE = 0.2  # share of cells with an expected count below five from which a χ² is doubtful (Cochran, 1954)
TESTS = ("likelihood_ratio", "pearson")


@dataclass(frozen=True, slots=True)
class Made:
    """frames: fields of the result by name."""

    frames: dict[str, Any]
    findings: tuple[Finding, ...]


def markov_frames(found: Wide, rows: pd.Index, column: str, *, classes: int, breaks: Any, scope: str, relative: bool, span: int, segments: int) -> Made:
    _check_span(found, span)
    sorted_ = classify(found, column, classes, breaks, scope, relative)
    codes, k = sorted_.codes, sorted_.k
    counts = _chain.count(codes[:, :-span].ravel(), codes[:, span:].ravel(), k)
    transition = _chain.probabilities(counts)
    run = _chain.long_run(transition)
    labels = pd.Index(sorted_.labels, name="class")
    tests, findings = _over_time(codes, k, span, segments)
    frames = {
        "transitions": _square(transition, labels),
        "counts": _square(counts, labels),
        "long_run": pd.DataFrame(
            {"initial": _shares(codes[:, 0], k), "final": _shares(codes[:, -1], k), "ergodic": run.stationary, "sojourn": _chain.sojourn(transition)},
            index=labels,
        ),
        "passage": _square(_chain.first_passage(transition, run.stationary), labels),
        "mobility": pd.Series(asdict(_chain.mobility(transition)), name="value", dtype=float),
        "tests": tests,
        "classes": class_frame(sorted_, found.periods),
        "class_of": _by_row(codes, found, rows, sorted_),
    }
    return Made(frames, (*sorted_.findings, *_doubts(run, transition, sorted_.labels, ""), *findings))


def spatial_frames(
    found: Wide, rows: pd.Index, column: str, neighbours: Any, *, classes: int, breaks: Any, scope: str, relative: bool, span: int, lag_breaks: str
) -> Made:
    _check_span(found, span)
    sorted_ = classify(found, column, classes, breaks, scope, relative)
    weights = weights_of(neighbours, found.regions)
    around = lag(sorted_.values, weights)
    lagged, findings = _lag_codes(sorted_, around, classes, scope, lag_breaks)
    codes, k = sorted_.codes, sorted_.k
    origin, target, context = codes[:, :-span], codes[:, span:], lagged[:, :-span]
    counts = np.array([_chain.count(np.where(context == c, origin, -1).ravel(), target.ravel(), k) for c in range(k)])
    transitions = [_chain.probabilities(part) for part in counts]
    runs = [_chain.long_run(part) for part in transitions]
    labels = pd.Index(sorted_.labels, name="class")
    index = pd.MultiIndex.from_product([sorted_.labels, sorted_.labels], names=["lag_class", "class"])
    pooled = _chain.count(origin.ravel(), target.ravel(), k)
    alone = tuple(str(r) for r, mass in zip(found.regions, weights.sum(axis=1), strict=True) if not mass)
    if alone:
        findings.append(Finding("spatial_markov.islands", {"regions": alone, "count": len(alone)}))
    for name, run, transition in zip(sorted_.labels, runs, transitions, strict=True):
        findings += [f for f in _doubts(run, transition, sorted_.labels, name) if f.code == "markov.several_closed_under"]
    test = _chain.homogeneity(counts)
    frames = {
        "transitions": pd.DataFrame(np.vstack(transitions), index=index, columns=sorted_.labels),
        "counts": pd.DataFrame(np.vstack(list(counts)), index=index, columns=sorted_.labels),
        "unconditional": _square(_chain.probabilities(pooled), labels),
        "ergodic": pd.DataFrame([run.stationary for run in runs], index=pd.Index(sorted_.labels, name="lag_class"), columns=sorted_.labels),
        "tests": _tests(test),
        "classes": class_frame(sorted_, found.periods),
        "class_of": _by_row(codes, found, rows, sorted_),
        "lag_of": _by_row(np.where(np.isnan(around), np.nan, around), found, rows, None),
    }
    return Made(frames, (*sorted_.findings, *findings, *_sparse(test)))


def _lag_codes(sorted_: Classified, around: Any, classes: int, scope: str, lag_breaks: str) -> tuple[Classes, list[Finding]]:
    """Classes of the neighbours' mean: by the bounds of the values, or by quantiles of its own."""
    if sorted_.bounds is None:
        raise ArgumentError(error("spatial_markov.values"))
    if lag_breaks == "same":
        return coded(around, sorted_.bounds), []
    if sorted_.k != classes:
        raise ArgumentError(error("spatial_markov.own_breaks"))
    whole = Wide(around, np.zeros((0, 0), dtype=np.intp), [], list(range(around.shape[1])), (), None)  # type: ignore[arg-type]
    own = classify(whole, "", classes, "quantile", scope, False)
    return own.codes, []


def _check_span(found: Wide, span: int) -> None:
    if span >= len(found.periods):
        raise ArgumentError(error("markov.span", span=span, periods=len(found.periods)))


def _over_time(codes: Classes, k: int, span: int, segments: int) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    steps = codes.shape[1] - span
    number = min(segments, steps)
    if number < 2:
        return _tests(None), ()
    parts = np.array_split(np.arange(steps), number)
    counts = np.array([_chain.count(codes[:, part].ravel(), codes[:, part + span].ravel(), k) for part in parts])
    test = _chain.homogeneity(counts)
    return _tests(test), _sparse(test)


def _tests(test: Homogeneity | None) -> pd.DataFrame:
    nan = float("nan")
    found = ((nan, nan), (nan, nan)) if test is None else ((test.lr, test.lr_p), (test.q, test.q_p))
    df, sparse = (0, nan) if test is None else (test.df, test.sparse)
    return pd.DataFrame([chi_row(statistic, df, p, sparse_share=sparse) for statistic, p in found], index=pd.Index(TESTS, name="test"))


def _sparse(test: Homogeneity) -> tuple[Finding, ...]:
    return (Finding("markov.sparse", {"share": f"{100 * test.sparse:.0f}"}),) if test.sparse > SPARSE else ()


def _doubts(run: _chain.LongRun, transition: Any, labels: Sequence[str], where: str) -> list[Finding]:
    never = tuple(label for label, row in zip(labels, transition, strict=True) if np.isnan(row).any())
    found = [Finding("markov.never_left", {"classes": never})] if never else []
    if run.closed > 1:
        found.append(Finding("markov.several_closed_under" if where else "markov.several_closed", {"count": run.closed, "where": where}))
    return found


def _square(values: Any, labels: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values, index=labels, columns=list(labels))


def _shares(codes: Classes, k: int) -> Any:
    known = codes[codes >= 0]
    return np.bincount(known, minlength=k) / len(known) if len(known) else np.full(k, np.nan)


def _by_row(matrix: Any, found: Wide, rows: pd.Index, sorted_: Classified | None) -> pd.Series:
    """Values of the matrix in the rows of the table: classes from 1, or the values that are classes."""
    values = np.full(len(rows), np.nan)
    there = found.rows >= 0
    if sorted_ is None:
        cells = matrix[there]
    else:
        names = np.array([float(label) for label in sorted_.labels])
        cells = np.where(matrix[there] >= 0, names[np.maximum(matrix[there], 0)], np.nan)
    values[found.rows[there]] = cells
    return pd.Series(values, index=rows)
