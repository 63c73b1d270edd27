"""Columns that stand side by side and rest on different rows (样本不一致)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from regio.contract.address import Address
from regio.contract.finding import Finding
from regio.study.lint.plans import models
from regio.study.model import Study


def run(study: Study, notes: Mapping[str, Mapping[str, Any]], tables: Sequence[Any]) -> Iterator[Finding]:
    known = {step.name: step for step in models(study)}
    for shown in study.shown:
        names = [name for name in dict.fromkeys(Address.read(a).step for a in shown.addresses) if name in known and name in notes]
        same = [name for name in names if known[name].sample == known[names[0]].sample and known[name].on == known[names[0]].on]
        rows = {name: notes[name].get("rows") for name in same if notes[name].get("rows") is not None}
        if len(set(rows.values())) > 1:
            counts = tuple(f"{name}: {count}" for name, count in rows.items())
            yield Finding("lint.mixed_samples", {"counts": counts}, "warning", shown.where)
