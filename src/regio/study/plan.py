"""The plan of a study: what each step uses, in which order steps run, and what is wrong with them. Names of columns make the graph."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.checking import check_options
from regio.contract.declaration import Declaration, Use, declaration
from regio.contract.finding import Finding, Position, error, suggestion
from regio.contract.result import Result
from regio.language import Message
from regio.panel.variable import Variable
from regio.study.absent import Absence, steps_without, variations_without
from regio.study.chains import check_source, default_source
from regio.study.entries import StepEntry
from regio.study.extras import members_of
from regio.study.layers import Layer
from regio.study.model import SourceFile, Step
from regio.study.references import FILES, check_named, named_steps, replayed

RESERVED = ("region", "period", "unit", "all", "study")


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a study file that could be read. ``source_names`` and ``step_names`` also hold items with mistakes; ``complete``: every source
    could be opened, so that a column that is not found does not exist.
    """

    sources: tuple[SourceFile, ...]
    source_names: tuple[str, ...]
    variables: tuple[Variable, ...]
    sets: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    set_lines: Mapping[str, Position]
    variable_rows: Mapping[str, Position]
    steps: list[tuple[int, StepEntry]]
    step_names: tuple[str, ...]
    defaults: Mapping[str, Any]
    scan: Layer
    complete: bool
    absence: Absence

    def where(self, i: int, key: str = "") -> Position:
        return self.scan.where(("step", i, key) if key else ("step", i))


def plan_steps(draft: Draft) -> tuple[tuple[Step, ...], list[Finding], tuple[Finding, ...]]:
    """Steps in the order in which they run, mistakes, and notes."""
    problems = _names(draft) + _members(draft)
    steps: list[Step] = []
    used_defaults: set[str] = set()
    for i, entry in draft.steps:
        step, found, used = _step(draft, i, entry)
        problems += [f for f in found if (f.code, f.where, f.values.get("option")) not in _places(problems, draft)]
        used_defaults |= used
        if step is not None:
            steps.append(step)
    steps = steps_without(steps, draft.absence)
    notes = tuple(
        Finding("study.default_unused", {"key": key}, "warning", draft.scan.where(("defaults", key)))
        for key in draft.defaults
        if key not in used_defaults and not problems
    )
    ordered, cycle = _ordered(steps)
    return ordered, problems + cycle, (*notes, *_described_in_vain(draft, problems))


def _places(problems: list[Finding], draft: Draft) -> set[tuple[object, ...]]:
    """What is wrong in ``[defaults]`` is said once, not for every step."""
    lines = {draft.scan.where(("defaults", key)) for key in draft.defaults}
    return {(f.code, f.where, f.values.get("option")) for f in problems if f.where in lines}


def _names(draft: Draft) -> list[Finding]:
    """One name space: variables, sets, steps and sources."""
    problems: list[Finding] = []
    seen: dict[str, str] = {}
    columns = {c for source in draft.sources for c in source.columns}
    named = [(v.name, "variable", Position(draft.scan.file.name)) for v in draft.variables]
    named += [(name, "set", draft.set_lines.get(name, Position(draft.scan.file.name))) for name in draft.sets]
    named += [(name, "source", draft.scan.where(("source", i, "name"))) for i, name in enumerate(draft.source_names)]
    named += [(entry.name, "step", draft.where(i, "name")) for i, entry in draft.steps]
    for name, kind, where in named:
        if name in RESERVED:
            problems.append(error("study.reserved_name", where, name=name, words=RESERVED))
        elif name in seen:
            problems.append(error("study.same_name", where, name=name, first=Message(f"study.use.{seen[name]}")))
        elif kind == "set" and name in columns:
            problems.append(error("study.same_name", where, name=name, first=Message("study.use.column")))
        elif kind == "step" and name in columns:
            problems.append(error("study.step_is_column", where, name=name))
        elif kind == "step" and not all(c not in name for c in "./"):
            problems.append(error("study.bad_name", where, name=name))
        seen.setdefault(name, kind)
    return problems


def _members(draft: Draft) -> list[Finding]:
    known = _all_columns(draft)
    return [
        error(
            "study.unknown_member",
            draft.set_lines.get(name) or draft.variable_rows.get(member, Position(draft.scan.file.name)),
            set=name,
            found=member,
            near=suggestion(member, known),
        )
        for name, members in draft.sets.items()
        for member in members
        if draft.complete and member not in known and member.split(".")[0] not in known and not draft.absence.among((member,))
    ]


def _all_columns(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(c for s in draft.sources for c in s.columns), *draft.step_names, *draft.sets]))


def _step(draft: Draft, i: int, entry: StepEntry, above: tuple[str, ...] = ()) -> tuple[Step | None, list[Finding], set[str]]:
    if entry.kind not in METHODS:
        kinds = tuple(sorted(METHODS))
        code = "study.preparation_not_step" if entry.kind in PREPARATIONS else "study.unknown_kind"
        return None, [error(code, draft.where(i, "kind"), found=entry.kind, kinds=kinds, near=suggestion(entry.kind, kinds))], set()
    known = declaration(entry.kind)
    given = {key: _listed(known, key, value, draft.sets) for key, value in (entry.model_extra or {}).items()}
    for key in (a.name for a in known.fields if a.role.name == "variations" and isinstance(given.get(a.name), tuple)):
        given[key] = variations_without(entry.name, given[key], draft.absence, draft.where(i)) or given[key]
    if tables := [key for key, value in given.items() if isinstance(value, Mapping) and not _takes_table(known, key)]:
        return None, [error("study.table_as_option", draft.where(i, key), key=key) for key in tables], set()
    defaults = _defaults_for(draft, known, given)
    options, problems = check_options(known, given | defaults, lambda option: _where(draft, i, option, defaults))

    def place(option: str) -> Position:
        return _where(draft, i, option, defaults)

    named = named_steps(known, options)
    problems += check_named(known, options, draft.step_names, entry.name, place)
    of = _referred(draft, known, named, (*above, entry.name)) if not problems else None
    on = entry.on or (of.on if of else default_source(known, draft.sources, draft.source_names))
    if on not in draft.source_names and (entry.on or draft.source_names):
        problems.append(error("study.unknown_source", draft.where(i, "on"), found=on, sources=draft.source_names, near=suggestion(on, draft.source_names)))
    if problems:
        return None, problems, set(defaults)
    source = next((s for s in draft.sources if s.name == on), None)
    options, again, wrong = replayed(known, options, of, place)
    problems += wrong
    uses = (*known.uses(options), *again)
    if source is not None and not draft.absence.among(use.column for use in uses):
        problems += check_source(known, source, entry.sample, draft.sources, place)
        problems += _check_uses(draft, known, options, uses, source, place)
    made = [name for use in uses if (name := use.column.split(".")[0]) in draft.step_names and name != entry.name]
    needs = tuple(dict.fromkeys([*named.values(), *made]))
    itself = [use for use in uses if use.column.split(".")[0] == entry.name]
    problems += [error("study.uses_itself", draft.where(i, use.argument), step=entry.name) for use in itself]
    step = Step(
        name=entry.name,
        kind=entry.kind,
        on=on,
        options=options,
        given=tuple(given),
        by_default=tuple(defaults),
        uses=tuple(dict.fromkeys((use.column, use.numeric) for use in uses)),
        needs=needs,
        title=entry.title,
        note=entry.note,
        sample=_sample(entry, draft.groups) or (of.sample if of else None),
        where=draft.where(i),
    )
    return step, problems, set(defaults)


def _takes_table(known: Declaration, key: str) -> bool:
    """Whether an option may be a table: a file with what is said of it."""
    argument = known.argument(key)
    return argument is not None and argument.role.name in FILES


def _referred(draft: Draft, known: Declaration, named: Mapping[str, str], above: tuple[str, ...]) -> Step | None:
    """The step that is done again; None where there is none, or it has mistakes of its own, or it comes back to this one."""
    name = next((named[a.name] for a in known.fields if a.role.name == "of" and a.name in named), None)
    if name is None or name in above:
        return None
    return next((_step(draft, j, entry, above)[0] for j, entry in draft.steps if entry.name == name), None)


def _sample(entry: StepEntry, groups: Mapping[str, tuple[str, ...]]) -> dict[str, Any] | None:
    """The rows a step is limited to, as keywords of ``Panel.select``; what is not said is left out."""
    if entry.sample is None:
        return None
    return {k: members_of(k, v, groups) for k, v in entry.sample.model_dump().items() if v not in (None, ())}


def _listed(known: Declaration, key: str, value: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    """Sets written out wherever columns are listed."""
    argument = known.argument(key)
    if argument is not None and argument.role.name == "variations" and isinstance(value, list):
        return tuple(_inside(item, sets) for item in value)
    if argument is None or not argument.role.uses or argument.role.name not in ("columns", "groups"):
        return value
    return _written_out([value] if isinstance(value, str) else value, sets)


def _inside(value: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    """Sets written out in the tables of a list of variations, at any depth."""
    if isinstance(value, Mapping):
        return {word: _inside(v, sets) for word, v in value.items()}
    if isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        return [_inside(v, sets) for v in value]
    return _written_out(value, sets)


def _written_out(value: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    if not isinstance(value, list):
        return value
    if not any(isinstance(word, str) and word in sets for word in value):
        return tuple(value)
    written = [member for word in value for member in (_members_of(word, sets) if isinstance(word, str) else (word,))]
    return tuple(member for place, member in enumerate(written) if member not in written[:place])  # sets may overlap


def _members_of(word: str, sets: Mapping[str, tuple[str, ...]], above: tuple[str, ...] = ()) -> Iterator[str]:
    """The variables of a set, also of sets inside it; any other word is itself."""
    if word not in sets or word in above:
        yield word
        return
    for member in sets[word]:
        yield from _members_of(member, sets, (*above, word))


def _where(draft: Draft, i: int, option: str, defaults: Container[str]) -> Position:
    """The place of an option: in the step, or in ``[defaults]`` where the step does not state it."""
    return draft.scan.where(("defaults", option)) if option in defaults else draft.where(i, option)


def _defaults_for(draft: Draft, known: Declaration, given: Mapping[str, Any]) -> dict[str, Any]:
    """The ``[defaults]`` that this kind accepts and the step does not state itself."""
    found: dict[str, Any] = {}
    for key, value in draft.defaults.items():
        argument = known.argument(key)
        if argument is None or argument.role.hidden or key in given:
            continue
        if argument.choices and not argument.role.uses and value not in argument.choices and _accepted_somewhere(key, value):
            continue
        found[key] = _listed(known, key, value, draft.sets)
    errors = given.get("errors", found.get("errors"))
    if "cluster" in found and errors != "cluster":
        del found["cluster"]  # clusters are a default of clustered errors only
    return found


def _accepted_somewhere(key: str, value: Any) -> bool:
    """Whether another kind takes this word, so that it is no mistake here."""
    arguments = (declaration(kind).argument(key) for kind in METHODS)
    return any(value in a.choices for a in arguments if a is not None)


def _check_uses(
    draft: Draft, known: Declaration, options: Mapping[str, Any], uses: tuple[Use, ...], source: SourceFile, place: Callable[[str], Position]
) -> list[Finding]:
    problems = []
    columns = tuple(dict.fromkeys([*source.columns, *source.groupings, *draft.step_names]))
    for use in uses:
        name = use.column.split(".")[0]
        where = place(use.argument)
        if use.column in source.columns or use.column in source.groupings:
            continue
        if name in draft.step_names:
            kind = next((e.kind for _, e in draft.steps if e.name == name), "")
            if kind in METHODS and declaration(kind).result.columns is Result.columns:  # type: ignore[attr-defined]
                problems.append(error("study.makes_no_column", where, step=name, kind=kind))
            continue
        if use.column in draft.sets:
            problems.append(error("study.set_for_one", where, set=use.column, argument=use.argument))
            continue
        problems.append(
            error(
                "contract.unknown_column",
                where,
                column=use.column,
                argument=use.argument,
                kind=known.kind,
                columns=columns,
                near=suggestion(use.column, columns),
            )
        )
    for argument in known.fields:
        words = options.get(argument.name) or ()
        for word in (words,) if isinstance(words, str) else words if isinstance(words, tuple) else ():
            for key in argument.role.words:
                if key in str(word).split("*") and getattr(source, key, "") is None:
                    problems.append(error("study.no_key", place(argument.name), key=key, source=source.name, argument=argument.name))
    return problems


def _ordered(steps: list[Step]) -> tuple[tuple[Step, ...], list[Finding]]:
    """Text order, except that a step comes after those whose columns it uses."""
    place = {step.name: n for n, step in enumerate(steps)}
    graph = {step.name: [n for n in step.needs if n in place] for step in steps}
    try:
        sorter = TopologicalSorter(graph)
        sorter.prepare()
    except CycleError as problem:
        circle = tuple(reversed(problem.args[1]))
        first = min((steps[place[n]] for n in circle), key=lambda step: place[step.name])
        return tuple(steps), [error("study.cycle", first.where, circle=" → ".join(circle))]
    done: list[Step] = []
    ready = sorted(sorter.get_ready(), key=place.__getitem__)
    while ready:
        name = ready.pop(0)
        done.append(steps[place[name]])
        sorter.done(name)
        ready = sorted([*ready, *sorter.get_ready()], key=place.__getitem__)
    return tuple(done), []


def _described_in_vain(draft: Draft, problems: list[Finding]) -> tuple[Finding, ...]:
    """Variables that no source has: often a misspelt name."""
    if problems or not draft.complete:
        return ()
    columns = tuple(dict.fromkeys(c for s in draft.sources for c in (*s.columns, *s.groupings)))
    unknown = [v.name for v in draft.variables if v.name not in columns and not draft.absence.among((v.name,))]
    return tuple(
        Finding("study.no_such_variable", {"name": name, "near": suggestion(name, columns)}, "warning", Position(draft.scan.file.name)) for name in unknown
    )
