"""A call done again, on another table or with some of its words replaced: robustness tables, placebos and draws of an index are made of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from typing import Any

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.checking import check_options
from regio.contract.declaration import REQUIRED, Declaration, Use, declaration
from regio.contract.finding import Finding, Position, error, suggestion
from regio.contract.result import Call, Result
from regio.exhibits.models import Text

Options = Mapping[str, Any]
Where = Position | str
SELECTING = ("regions", "periods", "groups", "without")


@dataclass(frozen=True, slots=True)
class Variation:
    """``options``: words that replace those of the call; ``prepare``: kinds of preparations, each with its options, done first; ``sample``: the
    rows, as keywords of ``Panel.select``.
    """

    name: str
    options: Options = field(default_factory=dict)
    prepare: tuple[tuple[str, Options], ...] = ()
    sample: Options = field(default_factory=dict)
    title: Text = ""  # what it is called in print; its name where there is none


def replay(call: Call, panel: Any, *, seed: int = 0, engine: Any = None, **words: Any) -> Result:
    """The call on this panel; ``words`` replace its own. ``seed`` and ``engine`` are passed on where the method takes them."""
    known = declaration(call.kind)
    function = getattr(import_module(METHODS[call.kind]), call.kind.rpartition(".")[2])
    parameters = signature(known.function).parameters
    hidden = {name: value for name, value in (("seed", seed), ("engine", engine)) if name in parameters}
    result: Result = function(panel, **{**call.options, **call.learnt, **words, **hidden})
    return result


def vary(call: Call, panel: Any, variation: Variation, *, seed: int = 0, engine: Any = None) -> tuple[Result, Any, tuple[Finding, ...]]:
    """A variation of a call: its result, the panel it was computed on, and what its preparations had to say."""
    panel, findings = prepared(panel, variation)
    return replay(call, panel, seed=seed, engine=engine, **variation.options), panel, findings


def prepared(panel: Any, variation: Variation) -> tuple[Any, tuple[Finding, ...]]:
    """The panel that a variation is computed on, and what its preparations had to say."""
    findings: list[Finding] = []
    for kind, options in variation.prepare:
        done = getattr(import_module(PREPARATIONS[kind]), kind)(panel, **options)
        panel = done.panel.with_changes((*panel.changes, *done.changes))
        findings += done.findings
    return panel.select(**variation.sample) if variation.sample else panel, tuple(findings)


def uses_of(call: Call, variations: tuple[Variation, ...]) -> tuple[Use, ...]:
    """The columns that a call and its variations read."""
    known = declaration(call.kind)
    found = [*known.uses(call.options)]
    for variation in variations:
        found += known.uses({**call.options, **variation.options})
        for kind, options in variation.prepare:
            found += declaration(kind).uses(options)
    return tuple(dict.fromkeys(found))


def read_variations(call: Call, given: Any, where: Where = "") -> tuple[tuple[Variation, ...], list[Finding]]:
    """Variations from a list of tables: ``name``, ``prepare``, ``sample``, and words of the call. What is wrong with them, by name. A preparation that needs
    columns and names none takes those of the call that hold numbers.
    """
    if isinstance(given, tuple | list) and all(isinstance(item, Variation) for item in given):
        return tuple(given), []
    if not isinstance(given, tuple | list) or not given or not all(isinstance(item, Mapping) for item in given):
        return (), [error("replay.not_variations", where, found=type(given).__name__)]
    known = declaration(call.kind)
    found, problems = list[Variation](), list[Finding]()
    for number, item in enumerate(given, 1):
        variation, wrong = _read(known, call, item, str(item.get("name", number)), where)
        problems += wrong
        if variation.name in [v.name for v in found]:
            problems.append(error("replay.same_name", where, name=variation.name))
        found.append(variation)
    return tuple(found), problems


def _entries(given: Any) -> tuple[Any, ...]:
    """Preparations: one, or several."""
    return tuple(given) if isinstance(given, tuple | list) else (given,)


def _read(known: Declaration, call: Call, item: Options, name: str, where: Where) -> tuple[Variation, list[Finding]]:
    words = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items() if key not in ("name", "title", "prepare", "sample")}
    checked, problems = check_options(known, {**call.options, **words}, lambda option: where)
    options = {key: checked[key] for key in words} if checked else {}
    prepare = []
    for entry in _entries(item.get("prepare", ())):
        if not isinstance(entry, Mapping) or "kind" not in entry:
            problems.append(error("replay.not_preparations", where, name=name, found=str(entry)))
            continue
        kind = str(entry["kind"])
        if kind not in PREPARATIONS:
            kinds = tuple(sorted(PREPARATIONS))
            problems.append(error("study.unknown_preparation", where, found=kind, kinds=kinds, near=suggestion(kind, kinds)))
            continue
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items() if key != "kind"}
        if "columns" not in given and (argument := declaration(kind).argument("columns")) is not None and argument.default is REQUIRED:
            given["columns"] = tuple(dict.fromkeys(use.column for use in known.uses({**call.options, **options}) if use.numeric))
        done, wrong = check_options(declaration(kind), given, lambda option: where)
        problems += wrong
        prepare.append((kind, done))
    chosen = item.get("sample", {})
    if not isinstance(chosen, Mapping):
        problems.append(error("replay.unknown_sample", where, name=name, key=str(chosen), keys=SELECTING))
        chosen = {}
    sample = {key: tuple(value) if isinstance(value, list) else value for key, value in chosen.items()}
    for key in set(sample) - set(SELECTING):
        problems.append(error("replay.unknown_sample", where, name=name, key=key, keys=SELECTING))
    sample = {key: (value,) if isinstance(value, str | int) else value for key, value in sample.items()}
    if not (words or prepare or sample or problems):
        problems.append(error("replay.nothing_varied", where, name=name))
    return Variation(name, options, tuple(prepare), sample, item.get("title", "")), problems
