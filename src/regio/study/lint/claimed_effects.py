"""Two-way fixed effects are claimed in a title or note, and the model has others (声称双向固定效应)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.language import spell
from regio.study.lint.plans import models, warning
from regio.study.model import Step, Study

WORDS = (
    "two-?way fixed",
    "two-?way effects",
    "region and (year|period|time) (fixed )?effects",
    "双向固定",
    "双固定",
    "地区与(年份|时间|时期)(双向)?固定",
)
CLAIM = re.compile("|".join(WORDS), re.IGNORECASE)
DENIAL = re.compile(r"\b(only|not|without|instead)\b|仅|实为|而非|并非|不含|未含", re.IGNORECASE)  # words that say what the model lacks


def plan(study: Study) -> Iterator[Finding]:
    for step in models(study):
        effects = step.options.get("effects")
        if effects is None or {"region", "period"} <= {part for effect in effects for part in effect.split("*")}:
            continue
        if any(CLAIM.search(text) and not DENIAL.search(text) for text in _texts(study, step)):
            yield warning("claimed_effects", step, effects=tuple(effects) or ("–",))


def _texts(study: Study, step: Step) -> Iterator[str]:
    """What is said of a step alone: a table that shows several models may claim it of one of them."""
    alone = [s.title for s in study.shown if s.title and len(s.addresses) == 1 and s.addresses[0].split("/")[0] == step.name]
    for text in (step.title, step.note, *alone):
        yield from (spell(text, language) for language in ("en", "zh")) if text else ()
