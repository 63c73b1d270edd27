"""A study file to a Study: every mistake at once, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from regio.contract.address import Address
from regio.contract.checking import as_written
from regio.contract.finding import ArgumentError, DataError, Finding, Position, StudyError, error, suggestion
from regio.exhibits.style import Style
from regio.study.absent import read_absent, sets_without
from regio.study.entries import (
    SECTIONS,
    AbsentEntry,
    GroupEntry,
    Head,
    HypothesisEntry,
    PlaceEntry,
    PrepareEntry,
    RecommendationEntry,
    ReportEntry,
    SetEntry,
    SourceEntry,
    StepEntry,
    VariableEntry,
    read_entry,
)
from regio.study.extras import check_groups, read_hypotheses, read_preparations, read_recommendations
from regio.study.groupings import read_groupings
from regio.study.layers import Data, Layer, read_layers
from regio.study.lint import of_plan
from regio.study.model import Shown, Study
from regio.study.plan import Draft, plan_steps
from regio.study.sources import read_sources
from regio.study.variables import read_variables

SCHEMA = 1
STUDY = "study"  # the address of exhibits about the study itself: study/variables, study/sample
STARS = ("***", "**", "*")
UNREAD = ("reading.no_file", "reading.not_text", "reading.ragged")  # a table of variables whose sets are not all known
FOLLOWING = ("contract.unknown_column", "study.unknown_member", "study.unknown_step", "study.unknown_source")


def load(study: str | Path | Study, data: Data = None) -> Study:
    """Read and check a study: a built-in name, a file, or a folder with ``study.toml``. Imports no numpy and reads only the headers of tables.

    ``data`` is laid over it: a TOML file with the keys of a study, ``SOURCE=FILE``, a folder of tables, or several of these.

    Raises
    ------
    StudyError
        with every mistake that was found, in the order of their lines
    """
    if isinstance(study, Study):
        return study
    layer = read_layers(study, data)
    return _assembled(layer.raw, layer)


def _assembled(raw: dict[str, Any], marks: Layer) -> Study:
    problems: list[Finding] = list(marks.problems)
    for key in raw:
        if key not in SECTIONS:
            where = marks.where((key, 0) if isinstance(raw[key], list) else (key,))
            problems.append(error("study.unknown_section", where, key=key, sections=SECTIONS, near=suggestion(key, SECTIONS)))
    if "schema" not in raw:
        problems.append(error("study.no_schema", Position(marks.file.name), expected=SCHEMA))
    elif raw["schema"] != SCHEMA or isinstance(raw["schema"], bool | float):
        problems.append(error("study.schema", marks.where(("schema",)), found=as_written(raw["schema"]), expected=SCHEMA))
    head = _table(Head, raw, "study", marks, problems)
    if head is not None and (not head.name.strip(". ") or {".."} & {*head.name.replace("\\", "/").split("/")} or head.name.startswith("/")):
        problems.append(error("study.bad_study_name", marks.where(("study", "name")), found=head.name))
    report = _table(ReportEntry, raw, "report", marks, problems) or ReportEntry()
    source_entries = _items(SourceEntry, raw, "source", marks, problems)
    variable_entries = _items(VariableEntry, raw, "variable", marks, problems)
    set_entries = _items(SetEntry, raw, "set", marks, problems)
    group_entries = _items(GroupEntry, raw, "group", marks, problems)
    absence = read_absent(_items(AbsentEntry, raw, "absent", marks, problems), marks)
    place_entries = _items(PlaceEntry, raw, "place", marks, problems)
    step_entries = _items(StepEntry, raw, "step", marks, problems)
    prepare_entries = _items(PrepareEntry, raw, "prepare", marks, problems)
    hypothesis_entries = _items(HypothesisEntry, raw, "hypothesis", marks, problems)
    recommendation_entries = _items(RecommendationEntry, raw, "recommendation", marks, problems)
    if not raw.get("source"):
        problems.append(error("study.no_sources", Position(marks.file.name)))
    sources, found = read_sources(source_entries, marks)
    problems += found
    variables, found, rows = read_variables(_text(raw, "study", "variables"), variable_entries, marks)
    problems += found
    unread = any(p.code in UNREAD for p in found) or len(variable_entries) < len(_listed(raw, "variable"))
    groups = {entry.name: entry.members for _, entry in group_entries}
    problems += check_groups(group_entries, place_entries, marks)
    set_lines = {entry.name: marks.where(("set", i)) for i, entry in set_entries}
    sets = sets_without(_sets(set_entries, variables), absence, set_lines, {entry.name: entry.title for _, entry in set_entries})
    preparations, sources, found = read_preparations(prepare_entries, sources, _names(raw, "source"), sets, groups, absence, marks)
    problems += found
    names = (*(v for s in sources for v in s.columns), *_names(raw, "source"), *_names(raw, "step"), *sets, *groups)
    groupings, found = read_groupings(group_entries, names, marks)
    problems += found
    sources = tuple(replace(s, groupings=tuple(groupings)) if s.region and not s.chain else s for s in sources)
    draft = Draft(
        sources=sources,
        source_names=_names(raw, "source"),
        variables=variables,
        sets=sets,
        groups=groups,
        set_lines=set_lines,
        variable_rows=rows,
        steps=step_entries,
        step_names=_names(raw, "step"),
        defaults=_defaults(raw, marks, problems),
        scan=marks,
        complete=isinstance(raw.get("source", []), list) and len(sources) == len(raw.get("source", [])),
        absence=absence,
    )
    steps, found, notes = plan_steps(draft)
    problems += found
    hypotheses, found = read_hypotheses(hypothesis_entries, draft.step_names, marks)
    problems += found
    recommendations, found = read_recommendations(recommendation_entries, draft.step_names, marks)
    problems += found
    shown = _shown(report, draft.step_names, marks, problems)
    printed = _printed(head, shown, marks, problems)
    if problems or head is None:
        raise StudyError(*sorted(_own(problems, raw, unread=unread), key=_line))
    read = Study(
        name=head.name,
        title=head.title or head.name,
        note=head.note,
        file=marks.file,
        seed=head.seed,
        sources=sources,
        variables=variables,
        sets=sets,
        groups=groups,
        groupings=groupings,
        group_titles={entry.name: entry.title for _, entry in group_entries if entry.title},
        aliases={entry.name: entry.stands_for for _, entry in place_entries},
        preparations=preparations,
        hypotheses=hypotheses,
        recommendations=recommendations,
        steps=steps,
        defaults=draft.defaults,
        shown=shown,
        languages=report.languages or ("en",),
        style=Style(
            report.brackets,
            report.decimals,
            tuple(zip(sorted(report.stars), STARS[-len(report.stars) :] if report.stars else (), strict=False)),
            fixed_effects=report.fixed_effects,
        ),
        printed=printed,
        printed_labels={entry.name: entry.label for entry in report.labels},
        printed_notes=report.notes,
        readings=report.readings,
        figure_formats=report.figure_formats,
        absent=absence.entries,
        left_out=absence.listed(),
        notes=notes,
    )
    known = (*(v.name for v in variables), *draft.step_names)
    return replace(read, notes=(*notes, *absence.unused(known), *absence.findings(), *of_plan(read)))


def _printed(head: Head | None, shown: tuple[Shown, ...], marks: Layer, problems: list[Finding]) -> Path | None:
    """The file of the paper's own numbers, if it is there and has the tables that exhibits are set beside."""
    wanted = [(name, entry.where) for entry in shown for name in entry.beside]
    if head is None or head.printed is None:
        problems += [error("study.no_printed", where, table=name) for name, where in wanted]
        return None
    path = marks.folder(("study", "printed")) / head.printed
    if not path.is_file():
        problems.append(error("reading.no_file", marks.where(("study", "printed")), found=head.printed, near=""))
        return None
    if wanted:
        from regio.auditing.paper import read_paper

        try:
            tables = tuple(t.id for t in read_paper(path).tables)
        except DataError as problem:
            problems += problem.findings
            return path
        problems += [
            error("study.no_printed_table", where, found=name, tables=tables, near=suggestion(name, tables)) for name, where in wanted if name not in tables
        ]
    return path


def _own(problems: list[Finding], raw: Mapping[str, Any], *, unread: bool) -> list[Finding]:
    """Without what only follows from another mistake: names of items that could not be read, and columns of a set that was not."""
    named = {key: _names(raw, key) for key in raw if key not in SECTIONS or key in ("set", "step", "source")}
    meant = {name for names in named.values() for name in names}
    meant |= {p.values["found"] for p in problems if p.code == "study.unknown_member"} if not unread else set()
    kept = [p for p in problems if p.code not in FOLLOWING or p.code == "study.unknown_member" or not ({p.values.get("column"), p.values.get("found")} & meant)]
    broken = [p for p in kept if not (unread and p.code in ("contract.unknown_column", "study.unknown_member"))]
    return broken or kept or problems


def _line(finding: Finding) -> tuple[str, int]:
    return (finding.where.file, finding.where.line or 10**9) if isinstance(finding.where, Position) else (str(finding.where), 0)


def _table(model: Any, raw: Mapping[str, Any], key: str, marks: Layer, problems: list[Finding]) -> Any:
    if key not in raw:
        if key == "study":
            problems.append(error("study.missing_section", Position(marks.file.name), section=key))
        return None
    if isinstance(raw[key], list) and key not in ("schema", "extends"):
        problems.append(error("study.one_table", marks.where((key, 0)), section=key))
        return None
    entry, found = read_entry(model, raw[key], (key,), marks)
    problems += found
    return entry


def _items(model: Any, raw: Mapping[str, Any], key: str, marks: Layer, problems: list[Finding]) -> list[tuple[int, Any]]:
    """The valid items of an array of tables with their numbers."""
    items = raw.get(key, [])
    if not isinstance(items, list):
        problems.append(error("study.not_an_array", marks.where((key,)), section=key))
        return []
    kept = []
    for i, item in enumerate(items):
        entry, found = read_entry(model, item, (key, i), marks)
        problems += found
        if entry is not None:
            kept.append((i, entry))
    return kept


def _names(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The names of all items, also of those with mistakes, so that one mistake does not make others."""
    return tuple(str(item.get("name")) for item in _listed(raw, key) if isinstance(item, Mapping) and "name" in item)


def _listed(raw: Mapping[str, Any], key: str) -> list[Any]:
    """The items of an array of tables, also of one that was written with single brackets."""
    items = raw.get(key, [])
    return items if isinstance(items, list) else [items]


def _text(raw: Mapping[str, Any], section: str, key: str) -> str | None:
    """A text of a section, also where another key of it is wrong."""
    table = next(iter(_listed(raw, section)), None)
    value = table.get(key) if isinstance(table, Mapping) else None
    return value if isinstance(value, str) else None


def _sets(entries: list[tuple[int, SetEntry]], variables: tuple[Any, ...]) -> dict[str, tuple[str, ...]]:
    """Marks of variables and ``[[set]]`` tables; a set of the file replaces a mark of the same name."""
    sets: dict[str, tuple[str, ...]] = {}
    for variable in variables:
        for name in variable.sets:
            sets[name] = (*sets.get(name, ()), variable.name)
    return sets | {entry.name: entry.members for _, entry in entries}


def _defaults(raw: Mapping[str, Any], marks: Layer, problems: list[Finding]) -> dict[str, Any]:
    known = ("controls", "effects", "errors", "cluster", "convention", "level", "draws")
    given = raw.get("defaults", {})
    if not isinstance(given, Mapping):
        problems.append(error("study.wrong_type", marks.where(("defaults",)), key="defaults", found=as_written(given), expected="[defaults]"))
        return {}
    for key in given:
        if key not in known:
            where = marks.where(("defaults", key))
            problems.append(error("study.unknown_key", where, key=key, section="defaults", keys=known, near=suggestion(key, known)))
    return {key: value for key, value in given.items() if key in known}


def _shown(report: ReportEntry, steps: tuple[str, ...], marks: Layer, problems: list[Finding]) -> tuple[Shown, ...]:
    shown = []
    for i, entry in enumerate(report.exhibits):
        where = marks.where(("report", "exhibits", i))
        for address in entry.show:
            try:
                step = Address.read(address).step
            except ArgumentError as problem:
                problems += [replace(f, where=where) for f in problem.findings]
                continue
            if step not in (*steps, STUDY):
                problems.append(error("study.unknown_step", where, found=step, steps=steps, near=suggestion(step, steps)))
        heads = tuple((head.title, head.columns) for head in entry.heads)
        shown.append(Shown(entry.show, entry.title, entry.main, where, entry.beside, entry.columns, heads, entry.notes, entry.page))
    return tuple(shown)
