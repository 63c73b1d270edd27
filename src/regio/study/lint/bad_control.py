"""A control that the treatment may move: a mediator of another step, or a column made of treatment or outcome (坏控制变量)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import listed, made_of, maker, models, warning
from regio.study.model import Study


def plan(study: Study) -> Iterator[Finding]:
    mediations = [step for step in models(study) if listed(step, "mediators")]
    for step in models(study):
        controls, asked = listed(step, "controls"), {*listed(step, "treatment", "endogenous")}
        for name in controls:
            other = next((s.name for s in mediations if s is not step and name in listed(s, "mediators") and asked & {*listed(s, "treatment")}), None)
            if other is not None:
                yield warning("bad_control", step, column=name, other=other)
        reasons = {*listed(step, "outcome", "treatment")}
        for name in controls:
            step_of = maker(study, name)
            own = {n.split(".")[0] for n in reasons}
            if step_of is not None and name not in reasons and step_of.name not in own and made_of(study, name) & reasons and not _lag(step_of.options):
                yield warning("made_control", step, column=name, sources=tuple(sorted(made_of(study, name) & reasons)))


def _lag(options: object) -> bool:
    """A lagged outcome is a model of its own; squares and interactions of the treatment are part of its form."""
    form = options.get("form") if hasattr(options, "get") else None
    return form in ("lag", "square", "interaction")
