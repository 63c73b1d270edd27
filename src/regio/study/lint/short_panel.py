"""A model with as few residual degrees of freedom that its errors say little (自由度过小)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context
from regio.study.lint.results import fits

FEW = 10


def step(context: Context) -> Iterator[Finding]:
    left = [fit["df_residual"] for fit in fits(context.result) if fit.get("df_residual") is not None and fit["df_residual"] == fit["df_residual"]]
    if left and 0 < min(left) < FEW and context.step.options.get("errors") != "cluster":
        yield context.finding("short_panel", df=int(min(left)), few=FEW)
