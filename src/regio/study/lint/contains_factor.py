"""The outcome is made of something that is to explain it (被解释变量包含解释变量)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import RIGHT, listed, made_of, models, warning
from regio.study.model import Study


def plan(study: Study) -> Iterator[Finding]:
    for step in models(study):
        for outcome in listed(step, "outcome"):
            inside = made_of(study, outcome) - {outcome, outcome.split(".")[0]}
            factors = tuple(name for name in listed(step, *RIGHT) if name in inside and name != outcome)
            if factors:
                yield warning("contains_factor", step, outcome=outcome, columns=factors)
