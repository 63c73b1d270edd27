"""Preparations and hypotheses of a study file, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.address import Address
from regio.contract.checking import check_options
from regio.contract.declaration import declaration
from regio.contract.finding import ArgumentError, Finding, error, suggestion
from regio.study.entries import HypothesisEntry, PrepareEntry
from regio.study.layers import Layer
from regio.study.model import Hypothesis, Preparation, SourceFile


def read_preparations(
    entries: list[tuple[int, PrepareEntry]], sources: tuple[SourceFile, ...], source_names: tuple[str, ...], sets: Mapping[str, tuple[str, ...]], marks: Layer
) -> tuple[tuple[Preparation, ...], list[Finding]]:
    """Every preparation with its options filled in, in text order, and what is wrong."""
    found: list[Preparation] = []
    problems: list[Finding] = []
    kinds = tuple(sorted(PREPARATIONS))
    problems += _twice(entries, "prepare", marks)
    for i, entry in entries:
        if entry.kind not in PREPARATIONS:
            code = "study.step_not_preparation" if entry.kind in METHODS else "study.unknown_preparation"
            problems.append(error(code, marks.where(("prepare", i, "kind")), found=entry.kind, kinds=kinds, near=suggestion(entry.kind, kinds)))
            continue
        on = entry.on or (source_names[0] if source_names else "")
        if on not in source_names:
            problems.append(error("study.unknown_source", marks.where(("prepare", i, "on")), found=on, sources=source_names, near=suggestion(on, source_names)))
            continue
        given = {key: _listed(value, sets) for key, value in (entry.model_extra or {}).items()}
        known = declaration(entry.kind)
        options, wrong = check_options(known, given, lambda option, i=i: marks.where(("prepare", i, option)))  # type: ignore[misc]
        problems += wrong
        uses = tuple((use.column, use.numeric) for use in known.uses(options))
        source = next((s for s in sources if s.name == on), None)
        for column, _ in uses if source else ():
            assert source is not None
            if column not in source.columns:
                near = suggestion(column, source.columns)
                problems.append(
                    error(
                        "contract.unknown_column",
                        marks.where(("prepare", i)),
                        column=column,
                        argument=entry.name,
                        kind=entry.kind,
                        columns=source.columns,
                        near=near,
                    )
                )
        if not wrong:
            found.append(Preparation(entry.name, entry.kind, on, options, uses, marks.where(("prepare", i))))
    return tuple(found), problems


def _listed(value: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(member for word in value for member in (sets.get(word, (word,)) if isinstance(word, str) else (word,)))


def _twice(entries: Sequence[tuple[int, PrepareEntry | HypothesisEntry]], section: str, marks: Layer) -> list[Finding]:
    """Items with the name of an earlier one."""
    names = [entry.name for _, entry in entries]
    return [
        error("study.same_name", marks.where((section, i, "name")), name=entry.name, first=section)
        for place, (i, entry) in enumerate(entries)
        if entry.name in names[:place]
    ]


def read_hypotheses(entries: list[tuple[int, HypothesisEntry]], step_names: tuple[str, ...], marks: Layer) -> tuple[tuple[Hypothesis, ...], list[Finding]]:
    """Every hypothesis with its address, and what is wrong."""
    found: list[Hypothesis] = []
    problems = _twice(entries, "hypothesis", marks)
    for i, entry in entries:
        where = marks.where(("hypothesis", i, "supported_if"))
        support = entry.supported_if
        try:
            cell = Address.read(support.cell[0] if len(support.cell) == 1 else support.cell)
        except ArgumentError as problem:
            problems += [Finding(f.code, f.values, "error", where) for f in problem.findings]
            continue
        if cell.step not in step_names:
            problems.append(error("study.unknown_step", where, found=cell.step, steps=step_names, near=suggestion(cell.step, step_names)))
        elif not cell.row:
            problems.append(error("study.no_cell", where, found=str(cell)))
        found.append(Hypothesis(entry.name, entry.claim, cell, support.sign, support.level, support.at_least, where))
    return tuple(found), problems
