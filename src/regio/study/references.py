"""Steps that speak of other steps: ``of`` does a call again, ``rules`` takes over what another step learnt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from regio.contract.declaration import Declaration, Use
from regio.contract.finding import Finding, Position, error, suggestion
from regio.contract.replay import read_variations, uses_of
from regio.contract.result import Call
from regio.study.model import Step

ROLES = ("of", "rules")
FILES = ("boundaries",)  # roles whose value may be a file, from the folder of the study


def named_steps(known: Declaration, options: Mapping[str, Any]) -> dict[str, str]:
    """Option → the step that it names."""
    return {a.name: options[a.name] for a in known.fields if a.role.name in ROLES and options.get(a.name)}


def check_named(known: Declaration, options: Mapping[str, Any], steps: tuple[str, ...], name: str, place: Callable[[str], Position]) -> list[Finding]:
    """What is wrong with the steps that a step names."""
    problems = []
    for option, step in named_steps(known, options).items():
        if step == name:
            problems.append(error("study.uses_itself", place(option), step=name))
        elif step not in steps:
            problems.append(error("study.unknown_step", place(option), found=str(step), steps=steps, near=suggestion(str(step), steps)))
    return problems


def replayed(
    known: Declaration, options: Mapping[str, Any], of: Step | None, place: Callable[[str], Position]
) -> tuple[dict[str, Any], list[Use], list[Finding]]:
    """The options of a step that does another one again, its variations read, the columns that it reads for them, and what is wrong."""
    found, problems = dict(options), list[Finding]()
    if of is None:
        return found, [], problems
    call = Call(of.kind, of.options)
    variations: tuple[Any, ...] = ()
    for argument in known.fields:
        if argument.role.name == "variations":
            variations, problems = read_variations(call, options[argument.name], place(argument.name))
            found[argument.name] = variations
    return found, list(uses_of(call, variations)) if not problems else [], problems


def named_files(known: Declaration, options: Mapping[str, Any], folder: Path) -> dict[str, Path]:
    """Option → the file that it names, alone or as ``file`` of a table; a word that is no file there is left to the method."""
    given = {a.name: options.get(a.name) for a in known.fields if a.role.name in FILES}
    given = {name: value.get("file") if isinstance(value, Mapping) else value for name, value in given.items()}
    found = {name: folder / value for name, value in given.items() if isinstance(value, str) and "." in value}
    return {name: path for name, path in found.items() if path.is_file()}


def with_file(value: Any, path: Path) -> Any:
    """An option that names a file, with the place where it lies."""
    return {**value, "file": str(path)} if isinstance(value, Mapping) else str(path)
