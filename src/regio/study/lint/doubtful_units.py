"""A model uses a variable whose values look like two units, two vintages, or shares above one (单位或口径不一致)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from regio.contract.finding import Finding
from regio.language import Message
from regio.study.lint.plans import made_of, models, warning
from regio.study.model import Study

CODES = ("above_one", "mixed_percent", "unit_break", "unit_spike", "shift", "break", "joined")


def run(study: Study, notes: Mapping[str, Mapping[str, Any]], tables: Sequence[Any]) -> Iterator[Finding]:
    doubts: dict[str, dict[str, None]] = {}
    for table in tables:
        for finding in table.findings:
            prefix, _, name = finding.code.partition(".")
            if prefix == "suspicion" and name in CODES:
                doubts.setdefault(str(finding.values.get("variable")), {})[name] = None
    for step in models(study):
        used = {column for name, _ in step.uses for column in made_of(study, name)}
        found = tuple(Message("lint.doubtful_units.column", {"column": c, "doubts": _said(doubts[c])}) for c in sorted(used & set(doubts)))
        if found and step.name in notes:
            yield warning("doubtful_units", step, columns=found)


def _said(codes: Iterable[str]) -> tuple[Message, ...]:
    return tuple(Message(f"lint.doubtful_units.{code}") for code in codes)
