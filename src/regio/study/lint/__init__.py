"""Mistakes that referees find. One rule a module; a rule speaks of arguments and their meanings, never of a method's name.

A rule has one or more of these functions: ``plan(study)`` reads the study alone, ``step(context)`` a finished step with its rows, ``run(study, notes,
tables)`` what is noted of all steps. Each gives findings whose code is ``lint.NAME``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from regio.contract.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regio.contract.result import Result
    from regio.panel import Panel
    from regio.study.model import Step, Study
    from regio.study.tables import TableNote

RULES = (
    "claimed_effects",
    "few_clusters",
    "collinear",
    "weak_instrument",
    "assumed_instrument",
    "fixed_instrument",
    "bad_control",
    "mixed_samples",
    "mixed_models",
    "doubtful_units",
    "contains_factor",
    "winsorised_after_lag",
    "period_weights",
    "one_firm",
    "one_of_many",
    "many_pairs",
    "coarse_grid",
    "too_many_classes",
    "short_panel",
)


@dataclass(frozen=True, slots=True)
class Context:
    """A step that has just been computed."""

    study: Study
    step: Step
    panel: Panel
    result: Result

    def finding(self, rule: str, **values: Any) -> Finding:
        return Finding(f"lint.{rule}", {"step": self.step.name, **values}, "warning")  # its line is put in when it is shown: lines move, results stay


def of_plan(study: Study) -> tuple[Finding, ...]:
    """What can be said of a study before it runs; no table is read and no numpy imported."""
    return tuple(finding for rule in _with("plan") for finding in rule.plan(study))


def of_step(context: Context) -> tuple[Finding, ...]:
    """What can be said of one step with its rows and its result."""
    return tuple(finding for rule in _with("step") for finding in rule.step(context))


def of_run(study: Study, notes: Mapping[str, Mapping[str, Any]], tables: Sequence[TableNote]) -> tuple[Finding, ...]:
    """What can be said of all steps together, from what is noted of them."""
    return tuple(finding for rule in _with("run") for finding in rule.run(study, notes, tables))


def gathered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What is said of several steps in the same words is said once, of all of them; other findings stay as they are."""
    found: dict[object, Finding] = {}
    for finding in findings:
        said = tuple((k, v) for k, v in finding.values.items() if k != "step")
        key = (finding.code, repr(said)) if finding.code.startswith("lint.") else id(finding)
        if key not in found:
            found[key] = finding
            continue
        first = found[key]
        names = first.values["step"] if isinstance(first.values["step"], tuple) else (first.values["step"],)
        found[key] = replace(first, values={**first.values, "step": (*names, finding.values["step"])})
    return tuple(found.values())


def _with(function: str) -> Iterator[Any]:
    for name in RULES:
        rule = import_module(f"regio.study.lint.{name}")
        if hasattr(rule, function):
            yield rule
