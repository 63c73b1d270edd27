"""What is wrong with a print before any panel is sought: correlations that no data have, digits too few, one variable under two names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from regio.auditing.paper import Paper
from regio.calibrating.aims import Aims
from regio.contract.finding import DataError, Finding, error


def check(paper: Paper, aims: Aims) -> None:
    """
    Raises
    ------
    DataError
        with everything that is wrong
    """
    problems = [*_correlations(paper, aims), *_digits(paper, aims), *_names(paper, aims)]
    if problems:
        raise DataError(*problems)


def _correlations(paper: Paper, aims: Aims) -> Iterator[Finding]:
    """Of variables that are all correlated with one another: no matrix inside the printed digits is positive (Weyl's bound on its least eigenvalue)."""
    known = {frozenset(a.of): a for a in aims.aims if a.kind == "r"}
    chosen = [v for v in range(len(aims.variables)) if any(v in pair for pair in known)]
    chosen = [v for v in chosen if all(v == w or frozenset((v, w)) in known for w in chosen)]
    r, half = np.eye(len(chosen)), np.zeros((len(chosen), len(chosen)))
    for i, v in enumerate(chosen):
        for j, w in enumerate(chosen):
            if v != w:
                limits = known[frozenset((v, w))].limits
                r[i, j], half[i, j] = limits.middle, limits.width / 2
    least = float(np.linalg.eigvalsh(r)[0]) if chosen else 1.0
    if least < -half.sum(1).max(initial=0.0):
        table = next(a.where for a in aims.aims if a.kind == "r").partition("/")[0]
        yield error("calibrate.impossible_correlations", paper.name, table=table, least=f"{least:.3f}", variables=tuple(aims.variables[v] for v in chosen))


def _digits(paper: Paper, aims: Aims) -> Iterator[Finding]:
    """Standard deviations that could be zero as far as their digits go."""
    cells = tuple(a.where for a in aims.aims if a.kind == "sd" and a.limits.low <= 0)
    if cells:
        yield error("calibrate.few_digits", paper.name, cells=cells)


def _names(paper: Paper, aims: Aims) -> Iterator[Finding]:
    """Variables that only the table of correlations knows, where others are missing there."""
    described = {a.of[0] for a in aims.aims if a.kind in ("mean", "sd")}
    correlated = {v for a in aims.aims if a.kind == "r" for v in a.of}
    said = {paper.variable(name) for name in paper.names}
    alone = [aims.variables[v] for v in sorted(correlated - described) if paper.variable(aims.variables[v]) not in said]
    missing = [aims.variables[v] for v in sorted(described - correlated)]
    if described and alone and missing:
        yield error("calibrate.two_names", paper.name, alone=tuple(alone), missing=tuple(missing), first=alone[0], other=missing[0])
