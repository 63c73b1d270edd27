"""More classes than the number of regions allows (分类数过多)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context

LEAST = 4  # regions a class


def step(context: Context) -> Iterator[Finding]:
    options = context.step.options
    classes = options.get("classes")
    if not options.get("factors") or not classes or context.panel.keys.region is None:
        return
    most = max(classes) if isinstance(classes, tuple) else int(classes)
    regions = int(context.panel.rows[context.panel.keys.region].nunique())
    if most * LEAST > regions:
        chance = round((most - 1) / max(1, regions - 1), 2)
        yield context.finding("too_many_classes", classes=most, regions=regions, least=LEAST, chance=chance)
