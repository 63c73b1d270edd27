"""A lag is winsorised by itself, so that the same number differs between a year and the next (先滞后再缩尾)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import maker, warning
from regio.study.model import Study

TAILS = ("winsorise", "trim")
LAGS = ("lag", "lead", "difference", "growth")


def plan(study: Study) -> Iterator[Finding]:
    for step in study.steps:
        for variation in step.options.get("variations") or ():
            for kind, options in getattr(variation, "prepare", ()):
                columns = options.get("columns") or () if kind in TAILS else ()
                lagged = tuple(c for c in columns if (made := maker(study, c)) is not None and made.options.get("form") in LAGS)
                if lagged:
                    yield warning("winsorised_after_lag", step, columns=lagged)
