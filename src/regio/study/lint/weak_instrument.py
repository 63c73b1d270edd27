"""Instruments that are weak by the rules of thumb for their F (弱工具变量)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context

LIMIT = 10.0  # Staiger and Stock (1997); Lee et al. (2022) ask for 104.7 where the usual t test is to keep its size
NAMES = ("effective_f", "kleibergen_paap_f", "cragg_donald_f")


def step(context: Context) -> Iterator[Finding]:
    identification = getattr(context.result, "identification", None)
    if identification is None or not hasattr(identification, "get"):
        return
    for name in NAMES:
        value = identification.get(name)
        if isinstance(value, int | float) and value == value:
            if value < LIMIT:
                yield context.finding("weak_instrument", name=name, value=round(float(value), 2), limit=LIMIT)
            return
