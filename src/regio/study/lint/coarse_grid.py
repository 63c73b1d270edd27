"""Thresholds searched on a grid, as a program does it, and not over all values (门槛粗网格搜索)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context
from regio.study.lint.plans import models, warning
from regio.study.model import Study

FINE = 100  # values that a search tries at least, where the table has as many


def plan(study: Study) -> Iterator[Finding]:
    for step in models(study):
        if step.options.get("threshold_variable") and step.options.get("convention") in ("xthreg", "hansen1999"):
            yield warning("coarse_grid", step, convention=str(step.options["convention"]))


def step(context: Context) -> Iterator[Finding]:
    column, points = context.step.options.get("threshold_variable"), context.step.options.get("grid")
    if not points or column not in context.panel.rows.columns:
        return
    values = int(context.panel.rows[column].nunique())
    if points < min(FINE, values):
        yield context.finding("few_points", points=int(points), values=values)
