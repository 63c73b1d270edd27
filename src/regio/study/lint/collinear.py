"""Regressors whose variance is inflated more than tenfold, as they are and net of the absorbed effects (多重共线性)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regio.contract.finding import Finding, FindingError
from regio.study.lint import Context
from regio.study.lint.plans import listed

LIMIT = 10.0


def step(context: Context) -> Iterator[Finding]:
    columns = listed(context.step, "treatment", "controls")
    effects = context.step.options.get("effects")
    if effects is None or len(columns) < 2 or len(context.panel.rows) > 200_000:
        return
    for code, absorbed in (("collinear", ()), ("collinear_within", tuple(effects)))[: 2 if effects else 1]:
        high = [(name, factor) for name, factor in _factors(context, columns, absorbed) if factor > LIMIT]
        if high:
            worst = max(high, key=lambda item: item[1])
            names = tuple(name for name, _ in high)
            yield context.finding(code, columns=names, worst=worst[0], factor=round(worst[1], 1), limit=LIMIT)


def _factors(context: Context, columns: tuple[str, ...], effects: tuple[str, ...]) -> list[tuple[str, float]]:
    from regio.models.collinearity import collinearity

    try:
        found: Any = collinearity(context.panel, columns, effects=effects).table()
    except FindingError:
        return []  # the model itself has said what is wrong
    return [(str(name), float(factor)) for name, factor in found["vif"].items() if str(name) in columns and factor == factor]
