"""A mechanism is tested by another model than the effect that it is to explain, or than the other mechanisms (机制检验与基准模型不一致)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import listed, models, warning
from regio.study.model import Step, Study

WORDS = ("effects", "errors", "cluster", "convention")


def plan(study: Study) -> Iterator[Finding]:
    known = list(models(study))
    for step in known:
        if not _mechanism(step):
            continue
        same = [s for s in known if _what(s) == _what(step)]
        plain = [s for s in same if not _mechanism(s) and s.options.get("treatment") and not s.options.get("threshold_variable")]
        others = [(other, _different(step, other)) for other in plain or same[:1]]
        if all(words for _, words in others):  # none of the models of the effect is that of the mechanism
            other, words = others[0]
            yield warning("mixed_models", step, other=other.name, options=words)


def _different(step: Step, other: Step) -> tuple[str, ...]:
    return tuple(word for word in WORDS if word in step.options and word in other.options and step.options[word] != other.options[word])


def _mechanism(step: Step) -> bool:
    return bool(step.options.get("mediators") or step.options.get("moderator"))


def _what(step: Step) -> tuple[tuple[str, ...], ...]:
    return listed(step, "outcome"), listed(step, "treatment")
