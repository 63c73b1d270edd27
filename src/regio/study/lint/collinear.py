"""Regressors whose variance is inflated more than tenfold, as they are and net of the absorbed effects (多重共线性)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from regio.contract.finding import Finding, FindingError
from regio.study.lint import Context
from regio.study.lint.plans import listed

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 10.0


def step(context: Context) -> Iterator[Finding]:
    columns = listed(context.step, "treatment", "controls")
    effects = context.step.options.get("effects")
    if effects is None or len(columns) < 2 or len(context.panel.rows) > 200_000:
        return
    found = _factors(context, columns, tuple(effects))
    for code, column in (("collinear", "vif"), ("collinear_within", "vif_within")):
        high = [(name, float(factor)) for name, factor in found[column].items() if factor > LIMIT] if found is not None else []
        if high:
            worst = max(high, key=lambda item: item[1])
            names = tuple(name for name, _ in high)
            yield context.finding(code, columns=names, worst=worst[0], factor=round(worst[1], 1), limit=LIMIT)


def _factors(context: Context, columns: tuple[str, ...], effects: tuple[str, ...]) -> pd.DataFrame | None:
    from regio.models.collinearity import collinearity

    try:
        return collinearity(context.panel, columns, effects=effects[:2]).inflation
    except FindingError:
        return None  # the model itself has said what is wrong
