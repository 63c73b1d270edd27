"""Preparations and hypotheses of a study file, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.address import Address
from regio.contract.checking import check_options
from regio.contract.declaration import Declaration, declaration
from regio.contract.finding import ArgumentError, Finding, Position, error, suggestion
from regio.language import Message
from regio.study.absent import Absence
from regio.study.entries import GroupEntry, HypothesisEntry, PlaceEntry, PrepareEntry, RecommendationEntry, Support
from regio.study.layers import Layer
from regio.study.model import KEYS, Condition, Hypothesis, Preparation, SourceFile

SELECTING = ("regions", "groups", "without")  # options that name regions


@dataclass(slots=True)
class Growing:
    """The columns of every source as preparations go on: a merge gives a source columns of another one. taken: source → column → where from."""

    sources: tuple[SourceFile, ...]
    names: tuple[str, ...]
    taken: dict[str, dict[str, str]] = field(default_factory=dict)

    def columns(self, name: str) -> tuple[str, ...] | None:
        """None where the source could not be opened."""
        source = next((s for s in self.sources if s.name == name), None)
        return None if source is None else (*source.columns, *self.taken.get(name, {}))

    def reaches(self, start: str, end: str) -> bool:
        """Whether ``start`` takes columns of ``end``, at first or second hand."""
        return start == end or any(self.reaches(other, end) for other in set(self.taken.get(start, {}).values()))

    def grown(self) -> tuple[SourceFile, ...]:
        return tuple(replace(s, columns=self.columns(s.name) or s.columns, taken=self.taken.get(s.name, {})) for s in self.sources)


def read_preparations(
    entries: list[tuple[int, PrepareEntry]],
    sources: tuple[SourceFile, ...],
    source_names: tuple[str, ...],
    sets: Mapping[str, tuple[str, ...]],
    groups: Mapping[str, tuple[str, ...]],
    absence: Absence,
    marks: Layer,
) -> tuple[tuple[Preparation, ...], tuple[SourceFile, ...], list[Finding]]:
    """Every preparation with its options filled in, in text order; the sources with the columns that they take of others; and what is wrong."""
    found: list[Preparation] = []
    problems: list[Finding] = _twice(entries, "prepare", marks)
    growing = Growing(sources, source_names)
    kinds = tuple(sorted(PREPARATIONS))
    for i, entry in entries:
        if entry.kind not in PREPARATIONS:
            code = "study.step_not_preparation" if entry.kind in METHODS else "study.unknown_preparation"
            problems.append(error(code, marks.where(("prepare", i, "kind")), found=entry.kind, kinds=kinds, near=suggestion(entry.kind, kinds)))
            continue
        on = entry.on or (source_names[0] if source_names else "")
        if on not in source_names:
            problems.append(error("study.unknown_source", marks.where(("prepare", i, "on")), found=on, sources=source_names, near=suggestion(on, source_names)))
            continue
        given = {key: members_of(key, _listed(value, sets), groups) for key, value in (entry.model_extra or {}).items()}
        known = declaration(entry.kind)
        options, wrong = check_options(known, given, lambda option, i=i: marks.where(("prepare", i, option)))  # type: ignore[misc]
        wrong += _merged(known, options, on, growing, lambda option, i=i: marks.where(("prepare", i, option)))  # type: ignore[misc]
        problems += wrong
        uses = tuple((use.column, use.numeric) for use in known.uses(options))
        if gone := absence.among(column for column, _ in uses):
            absence.leave_out(entry.name, entry.kind, gone, marks.where(("prepare", i)), entry.title)
            continue
        columns = growing.columns(on)
        for use in known.uses(options):
            if columns is not None and (column := use.column) not in columns:
                near = suggestion(column, columns)
                values = {"column": column, "argument": use.argument, "kind": entry.kind, "columns": columns, "near": near}
                problems.append(Finding("contract.unknown_column", values, "error", marks.where(("prepare", i))))
        if not wrong:
            found.append(Preparation(entry.name, entry.kind, on, options, uses, marks.where(("prepare", i))))
    return tuple(found), growing.grown(), problems


def _merged(known: Declaration, options: Mapping[str, Any], on: str, growing: Growing, where: Callable[[str], Position]) -> list[Finding]:
    """What is wrong with the source that a preparation takes columns of; where nothing is, its columns grow."""
    argument = next((a for a in known.fields if a.role.name == "source"), None)
    if argument is None or not options:
        return []
    name = options[argument.name]
    if name not in growing.names:
        near = suggestion(str(name), growing.names)
        return [error("study.unknown_source", where(argument.name), found=str(name), sources=growing.names, near=near)]
    if growing.reaches(name, on):
        return [error("study.merge_circle", where(argument.name), on=on, source=name)]
    there, here = growing.columns(name), growing.columns(on)
    if there is None or here is None:
        return []
    free = tuple(c for c in there if c not in KEYS)
    wanted = options.get("columns") or free
    problems = [error("reading.no_column", where("columns"), column=c, columns=free, near=suggestion(c, free)) for c in wanted if c not in free]
    if clash := tuple(c for c in wanted if c in here):
        problems.append(error("merge.clash", where("columns"), columns=clash, free=tuple(c for c in free if c not in here)))
    if not problems:
        growing.taken.setdefault(on, {}).update(dict.fromkeys(wanted, name))
    return problems


def _listed(value: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(member for word in value for member in (sets.get(word, (word,)) if isinstance(word, str) else (word,)))


def members_of(key: str, value: Any, groups: Mapping[str, tuple[str, ...]]) -> Any:
    """The user's own groups of regions written out, where regions are selected."""
    if key not in SELECTING or isinstance(value, str):
        return groups.get(value, value) if key in SELECTING else value
    return tuple(member for word in value for member in groups.get(word, (word,)))


def check_groups(groups: list[tuple[int, GroupEntry]], places: list[tuple[int, PlaceEntry]], marks: Layer) -> list[Finding]:
    """A group or place given twice, a group of a known group's name, a place that stands for an unknown one."""
    from regio.regions import group_members, same_place

    problems = _twice(groups, "group", marks) + _twice(places, "place", marks)
    for i, group in groups:
        if group_members(group.name):
            problems.append(error("study.known_group", marks.where(("group", i, "name")), name=group.name))
    for i, place in places:
        if not same_place(place.stands_for):
            problems.append(error("study.unknown_place", marks.where(("place", i, "stands_for")), found=place.stands_for))
    return problems


def _twice(
    entries: Sequence[tuple[int, PrepareEntry | HypothesisEntry | RecommendationEntry | GroupEntry | PlaceEntry]], section: str, marks: Layer
) -> list[Finding]:
    """Items with the name of an earlier one."""
    names = [entry.name for _, entry in entries]
    return [
        error("study.same_name", marks.where((section, i, "name")), name=entry.name, first=Message(f"study.use.{section}"))
        for place, (i, entry) in enumerate(entries)
        if entry.name in names[:place]
    ]


def read_hypotheses(entries: list[tuple[int, HypothesisEntry]], step_names: tuple[str, ...], marks: Layer) -> tuple[tuple[Hypothesis, ...], list[Finding]]:
    """Every hypothesis with its conditions, and what is wrong."""
    found: list[Hypothesis] = []
    problems = _twice(entries, "hypothesis", marks)
    for i, entry in entries:
        where = marks.where(("hypothesis", i, "supported_if"))
        conditions = [c for support in entry.supported_if if (c := _condition(support, step_names, where, problems)) is not None]
        if entry.robust_in and entry.robust_in not in step_names:
            near = suggestion(entry.robust_in, step_names)
            problems.append(error("study.unknown_step", marks.where(("hypothesis", i, "robust_in")), found=entry.robust_in, steps=step_names, near=near))
        found.append(Hypothesis(entry.name, entry.claim, tuple(conditions), entry.robust_in, entry.note, where, entry.carried))
    return tuple(found), problems


def read_recommendations(
    entries: list[tuple[int, RecommendationEntry]], step_names: tuple[str, ...], marks: Layer
) -> tuple[tuple[Hypothesis, ...], list[Finding]]:
    """Every recommendation as a claim with the conditions that test it, if any, and what is wrong."""
    found: list[Hypothesis] = []
    problems = _twice(entries, "recommendation", marks)
    for i, entry in entries:
        where = marks.where(("recommendation", i, "tested_by"))
        conditions = [c for support in entry.tested_by if (c := _condition(support, step_names, where, problems)) is not None]
        found.append(Hypothesis(entry.name, entry.advice, tuple(conditions), "", entry.note, where, entry.carried))
    return tuple(found), problems


def _condition(support: Support, step_names: tuple[str, ...], where: Position, problems: list[Finding]) -> Condition | None:
    addresses: dict[str, Any] = {}
    written = [(key, parts[0] if len(parts) == 1 else parts) for key in ("cell", "above", "below") if (parts := getattr(support, key)) is not None]
    for key, address in [*written, *(("plus", address) for address in support.plus)]:
        try:
            cell = Address.read(address)
        except ArgumentError as problem:
            problems += [Finding(f.code, f.values, "error", where) for f in problem.findings]
            return None
        addresses[key] = (*addresses.get("plus", ()), cell) if key == "plus" else cell
        if cell.step not in step_names:
            problems.append(error("study.unknown_step", where, found=cell.step, steps=step_names, near=suggestion(cell.step, step_names)))
        elif not cell.row:
            problems.append(error("study.no_cell", where, found=str(cell)))
    said = support.model_dump(exclude={"cell", "above", "below", "plus", "level"})
    if all(v is None for v in said.values()) and not {"above", "below"} & {*addresses}:
        problems.append(error("study.no_condition", where, found=str(addresses["cell"])))
    return Condition(**addresses, **said, level=support.level)
