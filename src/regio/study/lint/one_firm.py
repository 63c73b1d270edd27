"""Concentration inside regions with a single firm, which is one by definition (单企业地区)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context


def step(context: Context) -> Iterator[Finding]:
    if any(finding.code.endswith(".one_firm") for finding in context.result.findings):
        yield context.finding("one_firm")
