"""The checks: one a module, each with ``KINDS`` (tables that it reads) and ``run(look)``, which yields judgements. The order is that of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Protocol

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look

CHECKS: tuple[str, ...] = (
    "names", "digits", "domains", "sample_size", "order", "spread", "whole_numbers", "proportions", "correlations", "correlation_matrix",
    "vif", "vif_correlations",
    "brackets", "stars", "f_r2", "adjusted_r2", "one_regressor", "nested", "nested_several", "nested_errors", "added_terms", "errors", "estimator",
    "duplicates",
    "same_specification",
    "constant", "constant_error", "margins", "margin_errors", "turning_points", "marginal_effects",
    "mediation", "mediation_errors", "indirect", "bootstrap", "bootstrap_errors", "granularity",
    "weights", "entropy", "topsis", "coupling", "grades", "classes", "class_means", "geodetector", "interactions", "threshold", "instruments", "tests",
    "components", "decomposition", "transitions",
    "group_means", "percentages", "growth", "parts", "counts", "quotes", "claimed_levels", "limits", "rankings", "trends",
    "dates", "foreign_text",
)  # fmt: skip
JOINT = "joint"  # takes seconds: only where it is asked for


class Check(Protocol):
    KINDS: tuple[str, ...]
    run: Callable[[Look], Iterator[Judgement]]


def check(name: str) -> Check:
    """The module of a check."""
    found: Check = import_module(f"regio.auditing.checks.{name}")
    return found
