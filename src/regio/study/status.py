"""Which stored results are still valid, and why others are not. Reads no table whose file is unchanged; imports no numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regio.contract.encoding import encode
from regio.contract.finding import FindingError
from regio.language import Message
from regio.study import keys
from regio.study.events import nobody
from regio.study.execute import Running, seed_of
from regio.study.model import Step, Study
from regio.study.store import Store


@dataclass(frozen=True, slots=True)
class StepStatus:
    """reasons: why the step must be computed; empty where its stored result is valid."""

    step: str
    kind: str
    reasons: tuple[Message, ...]

    @property
    def fresh(self) -> bool:
        return not self.reasons


def status(study: Study, store: Store) -> tuple[StepStatus, ...]:
    """The state of every step, in the order in which they run."""
    running = Running(study, store, nobody, None)
    last = store.last()
    found: dict[str, StepStatus] = {}
    for step in study.steps:
        found[step.name] = StepStatus(step.name, step.kind, _reasons(running, step, last, found))
    return tuple(found.values())


def _reasons(running: Running, step: Step, last: Mapping[str, Any], found: Mapping[str, StepStatus]) -> tuple[Message, ...]:
    before = last.get(step.name)
    if running.tables.known(step.on) is None:
        return (Message("store.reason.never"),) if before is None else _without_rows(running, step, before)
    stale = tuple(name for name in step.needs if not found[name].fresh)
    if stale:
        return (Message("store.reason.needs", {"names": stale}),)
    try:
        now = keys.parts(running.study, step, running.columns(step), seed_of(running.study, step), running.keys)
    except FindingError as problem:
        return tuple(Message(f.code, f.values) for f in problem.findings)
    key = keys.digest(now)
    assert running.store is not None
    if running.store.has(key):
        running.notes[step.name], running.keys[step.name] = running.store.note(key), key
        return ()
    if before is None:
        return (Message("store.reason.never"),)
    return _differences(before, now) or (Message("store.reason.gone"),)


def _without_rows(running: Running, step: Step, before: Mapping[str, Any]) -> tuple[Message, ...]:
    """Why a step is stale whose table must be read again: what changed in the step, and what in the table."""
    now = keys.parts(running.study, step, {}, seed_of(running.study, step), running.keys)
    own = _differences(before, {part: value for part, value in now.items() if part not in ("columns", "learnt")})
    table = before.get("table")
    changed = _differences(table if isinstance(table, Mapping) else {}, running.tables.parts(step.on))
    named = (Message(m.code, {"name": step.on, **m.values}) for m in changed if m.code not in {o.code for o in own})
    return (*own, *named) or (Message("store.reason.gone"),)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Message, ...]:
    """One message for each part of a key that changed."""
    reasons = []
    for part, value in now.items():
        old, value = encode(before.get(part)), encode(value)  # a tuple reads the same whether it comes from the note or from the study
        if old == value:
            continue
        values = {}
        if part in ("options", "columns", "versions", "results") and isinstance(old, Mapping):
            values = {"names": tuple(sorted(k for k in old.keys() | value.keys() if old.get(k) != value.get(k)))}
        elif part in ("options", "columns", "versions", "results"):
            values = {"names": tuple(value)}
        reasons.append(Message(f"store.reason.{part}", values))
    return tuple(reasons)
