"""What the data of a study do not have: sets do without it, and what needs it is not run, each said by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regio.contract.finding import Finding, Position, suggestion
from regio.exhibits.models import Text
from regio.study.entries import AbsentEntry
from regio.study.layers import Layer
from regio.study.model import Absent, LeftOut, Step

SET, VARIATIONS = "set", "variations"  # kinds of what loses only a part


@dataclass(slots=True)
class Absence:
    """The absent names of a study, and everything that was left out on their account so far."""

    entries: tuple[Absent, ...] = ()
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(entry.name for entry in self.entries)

    def among(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The absent ones of some names; a part of a step (``name.part``) goes with the step."""
        return tuple(dict.fromkeys(a for c in columns for a in (c, c.split(".")[0]) if a in self.names))

    def leave_out(self, name: str, kind: str, absent: Sequence[str], where: Position, title: Text = "") -> None:
        self.left_out.append(LeftOut(name, kind, title, tuple(absent), where))

    def listed(self) -> tuple[LeftOut, ...]:
        """What was left out, each thing once."""
        return tuple({(item.name, item.kind): item for item in self.left_out}.values())

    def findings(self) -> tuple[Finding, ...]:
        """One for each thing that is not run."""
        gone = [item for item in self.listed() if item.kind not in (SET, VARIATIONS)]
        return tuple(Finding("study.not_run", {"name": item.name, "absent": item.absent}, "warning", item.where) for item in gone)

    def unused(self, known: tuple[str, ...]) -> tuple[Finding, ...]:
        """Absent names that nothing needs: often misspelt ones."""
        used = {name for item in self.left_out for name in item.absent}
        return tuple(
            Finding("study.absent_unused", {"name": entry.name, "near": suggestion(entry.name, known)}, "warning", entry.where)
            for entry in self.entries
            if entry.name not in used
        )


def read_absent(entries: Sequence[tuple[int, AbsentEntry]], marks: Layer) -> Absence:
    return Absence(tuple(Absent(name, entry.note, marks.where(("absent", i))) for i, entry in entries for name in entry.members or (entry.name,)))


def sets_without(
    sets: Mapping[str, tuple[str, ...]], absence: Absence, where: Mapping[str, Position], titles: Mapping[str, Text]
) -> dict[str, tuple[str, ...]]:
    """The sets without their absent members; one that keeps none is absent itself for what needs it, and stays as it was."""
    found = {}
    for name, members in sets.items():
        gone = absence.among(members)
        kept = tuple(m for m in members if not absence.among((m,)))
        found[name] = kept or members
        if gone and kept:
            absence.leave_out(name, SET, gone, where.get(name, Position("")), titles.get(name, ""))
    return found


def variations_without(step: str, given: Sequence[Any], absence: Absence, where: Position) -> tuple[Any, ...]:
    """The variations that need nothing absent."""
    gone = {i: absence.among(_words(item)) for i, item in enumerate(given) if isinstance(item, Mapping)}
    for i, absent in gone.items():
        if absent:
            absence.leave_out(f"{step}: {given[i].get('name', i + 1)}", VARIATIONS, absent, where, given[i].get("title", ""))
    return tuple(item for i, item in enumerate(given) if not gone.get(i))


def _words(item: Any) -> Iterator[str]:
    """Every text in a variation but its name and title."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, Mapping):
        for key, value in item.items():
            if key not in ("name", "title"):
                yield from _words(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from _words(value)


def steps_without(steps: Sequence[Step], absence: Absence) -> list[Step]:
    """The steps that need nothing absent, at first or further hand."""
    gone: dict[str, tuple[str, ...]] = {}
    growing = True
    while growing:
        growing = False
        for step in steps:
            if step.name in gone:
                continue
            own = absence.among((step.name, *(name for name, _ in step.uses)))
            needed = tuple(dict.fromkeys([*own, *(name for need in step.needs for name in gone.get(need, absence.among((need,))))]))
            if needed:
                gone[step.name], growing = needed, True
    for step in steps:
        if step.name in gone:
            absence.leave_out(step.name, step.kind, gone[step.name], step.where, step.title)
    return [step for step in steps if step.name not in gone]
