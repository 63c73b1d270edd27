"""Many specifications were estimated and one is shown (多次估计只报告一个)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.address import Address
from regio.contract.finding import Finding
from regio.study.lint.plans import listed, models, warning
from regio.study.model import Step, Study

MANY = 4


def plan(study: Study) -> Iterator[Finding]:
    if not study.shown:
        return  # everything is shown
    shown = {Address.read(a).step for s in study.shown for a in s.addresses}
    judged = {c.cell.step for hypothesis in (*study.hypotheses, *study.recommendations) for c in hypothesis.conditions}
    spoken = {str(step.options["of"]) for step in study.steps if step.options.get("of")}
    groups: dict[tuple[object, ...], list[Step]] = {}
    for step in models(study):
        groups.setdefault((step.kind, listed(step, "outcome"), listed(step, "treatment")), []).append(step)
    for steps in groups.values():
        seen = [s for s in steps if s.name in shown]
        hidden = tuple(s.name for s in steps if s.name not in shown | judged | spoken)
        if len(steps) >= MANY and len(seen) == 1 and hidden:
            yield warning("one_of_many", seen[0], count=len(steps), hidden=hidden)
