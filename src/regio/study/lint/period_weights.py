"""Scores with weights of each period's own are compared over time (逐年权重得分跨期比较)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import made_of, warning
from regio.study.model import Study


def plan(study: Study) -> Iterator[Finding]:
    by_period = {step.name for step in study.steps if step.options.get("scope") == "by_period"}
    for step in study.steps:
        one = step.sample is not None and len(step.sample.get("periods") or (1, 2)) == 1
        if step.name in by_period or one or step.options.get("by") == "period":
            continue
        found = tuple(sorted({column for name, _ in step.uses for column in made_of(study, name)} & by_period))
        if found:
            yield warning("period_weights", step, columns=found)
