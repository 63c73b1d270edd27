"""An instrument with one value in each region, in a model that compares regions (不随时间变化的工具变量)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context
from regio.study.lint.plans import listed


def step(context: Context) -> Iterator[Finding]:
    region, period = context.panel.keys.region, context.panel.keys.period
    if region is None or period is None or context.step.options.get("interact_instruments") or not context.step.options.get("endogenous"):
        return
    rows = context.panel.rows
    if rows[period].nunique() < 2:
        return
    fixed = tuple(name for name in listed(context.step, "instruments") if name in rows.columns and rows.groupby(region)[name].nunique().max() <= 1)
    if fixed:  # with region effects nothing of it is left, and the model itself refuses
        yield context.finding("fixed_instrument", instruments=fixed, regions=int(rows[region].nunique()))
