"""Steps that speak of one mechanism and are estimated by different models (机制检验模型不一致)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import listed, models, warning
from regio.study.model import Study

WORDS = ("effects", "errors", "cluster", "convention")


def plan(study: Study) -> Iterator[Finding]:
    first: dict[tuple[object, ...], str] = {}
    for step in models(study):
        if not step.options.get("mediators"):
            continue
        what = (listed(step, "outcome"), listed(step, "treatment"))
        other = next((s for s in study.steps if s.name == first.setdefault(what, step.name)), step)
        different = tuple(word for word in WORDS if step.options.get(word) != other.options.get(word))
        if different:
            yield warning("mixed_models", step, other=other.name, options=different)
