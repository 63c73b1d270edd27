"""Thresholds searched on a grid, as a program does it, and not over all values (门槛粗网格搜索)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import models, warning
from regio.study.model import Study


def plan(study: Study) -> Iterator[Finding]:
    for step in models(study):
        if step.options.get("threshold_variable") and step.options.get("convention") in ("xtreg", "xthreg", "hansen1999"):
            yield warning("coarse_grid", step, convention=str(step.options["convention"]))
