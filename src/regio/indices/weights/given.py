"""Weights that the user gives (给定权重): checked, never rescaled. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from regio.contract.finding import ArgumentError, error, suggestion

TOLERANCE = 1e-6  # weights printed with six decimals sum to one within this


def given(names: Sequence[str], weights: Mapping[str, float | None]) -> tuple[float, ...]:
    """The weights in the order of the names.

    Raises
    ------
    ArgumentError
        for a weight of something that is no indicator, an indicator without a weight, a negative weight, or a sum other than one

    Examples
    --------
    >>> given(("a", "b"), {"b": 0.75, "a": 0.25})
    (0.25, 0.75)
    """
    problems = [error("index.unknown_weight", column=name, near=suggestion(name, tuple(names)), columns=tuple(names)) for name in weights if name not in names]
    missing = tuple(name for name in names if weights.get(name) is None)
    problems += [error("index.no_weight", columns=missing)] if missing else []
    found = {name: float(weight) for name in names if (weight := weights.get(name)) is not None}
    bad = tuple(f"{name} ({weight:g})" for name, weight in found.items() if not (math.isfinite(weight) and weight >= 0))
    problems += [error("index.bad_weight", columns=bad)] if bad else []
    if not problems and abs((total := math.fsum(found.values())) - 1) > TOLERANCE:
        problems.append(error("index.weights_sum", total=f"{total:.10g}"))
    if problems:
        raise ArgumentError(*problems)
    return tuple(found.values())
