"""An instrument that does not vary over time was made to, which is an assumption of its own (不随时间变化的工具变量)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint.plans import listed, models, warning
from regio.study.model import Study


def plan(study: Study) -> Iterator[Finding]:
    for step in models(study):
        with_what = step.options.get("interact_instruments")
        if with_what:
            yield warning("assumed_instrument", step, instruments=listed(step, "instruments"), column=str(with_what))
