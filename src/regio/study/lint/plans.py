"""What rules ask of a plan: which steps are models, and what a column is made of."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.model import Step, Study

RIGHT = ("treatment", "controls", "endogenous", "factors", "mediators", "moderator", "treatments", "threshold_variable")


def models(study: Study) -> Iterator[Step]:
    """Steps that explain an outcome."""
    return (step for step in study.steps if step.options.get("outcome"))


def listed(step: Step, *arguments: str) -> tuple[str, ...]:
    """The columns that some arguments of a step name."""
    found: list[str] = []
    for argument in arguments:
        value = step.options.get(argument) or ()
        found += [value] if isinstance(value, str) else list(value)
    return tuple(dict.fromkeys(found))


def maker(study: Study, column: str) -> Step | None:
    """The step that makes a column; None for a column of a table."""
    return next((step for step in study.steps if step.name == column.split(".")[0]), None)


def made_of(study: Study, column: str) -> frozenset[str]:
    """A column and everything that it is made of, at first or second hand."""
    step = maker(study, column)
    found = {column, column.split(".")[0]}
    if step is not None:
        for name, _ in step.uses:
            found |= made_of(study, name)
    return frozenset(found)


def warning(rule: str, step: Step, **values: object) -> Finding:
    return Finding(f"lint.{rule}", {"step": step.name, **values}, "warning", step.where)
