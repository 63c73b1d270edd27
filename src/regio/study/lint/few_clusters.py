"""Errors clustered on few clusters, by their large-sample formula (聚类数过少)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context
from regio.study.lint.results import fits

FEW = 30  # Cameron and Miller (2015): 20 to 50 clusters are few


def step(context: Context) -> Iterator[Finding]:
    if context.step.options.get("errors") != "cluster":
        return
    given = [fit.get("n_clusters") for fit in fits(context.result)]
    counts = [int(n) for item in given for n in (item if isinstance(item, tuple) else (item,)) if n is not None and n == n]
    if counts and min(counts) < FEW:
        yield context.finding("few_clusters", clusters=min(counts), few=FEW)
