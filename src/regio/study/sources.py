"""Sources: where tables are, their headers when a study is checked, and their rows when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from regio.calibrating.source import find, is_calibrated
from regio.calibrating.source import panel_of as calibrated_panel
from regio.catalogue import PREPARATIONS
from regio.contract.declaration import declaration
from regio.contract.finding import DataError, Finding, FindingError, Position, StudyError, error, suggestion
from regio.contract.result import Convention
from regio.preparing.prepared import Prepared
from regio.reading.locate import locate
from regio.reading.source import Header, is_plain, table_of
from regio.reading.workbook import columns_of, is_study_workbook, sheet_of
from regio.study.builtin import homes
from regio.study.chains import chain_folder
from regio.study.entries import SourceEntry
from regio.study.groupings import groupings_used, with_groupings
from regio.study.layers import Layer
from regio.study.model import KEYS, Preparation, SourceFile, Study

if TYPE_CHECKING:
    from pathlib import Path

    from regio.panel import Panel
    from regio.panel.variable import Variable


def read_sources(entries: list[tuple[int, SourceEntry]], marks: Layer) -> tuple[tuple[SourceFile, ...], list[Finding]]:
    """Every source with the columns of its header, and what is wrong with the others."""
    sources, problems = [], []
    for i, entry in entries:
        where = marks.where(("source", i, "from"))
        try:
            path, table = _opened(entry, marks.folder(("source", i, "from")))
            columns = table.columns
        except DataError as problem:
            problems += [
                Finding(f.code, {**f.values, "name": entry.name}, "error", f.where if f.code == "reading.not_text" else where) for f in problem.findings
            ]
            continue
        renamed = {item.name: item.from_ for item in entry.columns} | {
            key: old for key in KEYS if (old := getattr(entry, key) or (key if key in table.keys else None)) is not None
        }
        missing = [(new, old) for new, old in renamed.items() if old not in columns]
        found = [
            error(
                "reading.no_column", marks.where(("source", i, new if new in KEYS else "columns")), column=old, columns=columns, near=suggestion(old, columns)
            )
            for new, old in missing
        ]
        old_names = {old: new for new, old in renamed.items()}
        seen = tuple(old_names.get(column, column) for column in columns)
        found += [error("study.reserved_column", marks.where(("source", i)), column=c, name=entry.name) for c in KEYS if seen.count(c) > 1]
        news = [item.name for item in entry.columns]
        twice = dict.fromkeys(c for c in seen if c not in KEYS and seen.count(c) > 1) | dict.fromkeys(n for n in news if news.count(n) > 1)
        found += [error("reading.column_taken", marks.where(("source", i, "columns")), column=c, old=renamed.get(c, c)) for c in twice]
        if entry.rows_without_keys == "leave_out" and not is_plain(path, entry.layout):
            found.append(error("study.only_text", marks.where(("source", i, "rows_without_keys")), key="rows_without_keys"))
        problems += found
        if not found:
            keys: dict[str, Any] = {key: key if key in renamed else None for key in KEYS}
            sources.append(
                SourceFile(
                    entry.name,
                    entry.from_,
                    path,
                    **keys,
                    places=entry.places,
                    missing=entry.missing,
                    layout=entry.layout,
                    renamed=renamed,
                    columns=seen,
                    title=entry.title,
                    where=where,
                    rights=entry.rights,
                    redistribute=entry.redistribute,
                    citation=entry.citation,
                    chain=path.is_dir(),
                    lenient=entry.rows_without_keys == "leave_out",
                )
            )
    return tuple(sources), problems


def _opened(entry: SourceEntry, folder: Path) -> tuple[Path, Header]:
    """The file behind a source and the columns of its table."""
    if is_calibrated(entry.from_):
        found = find(entry.from_, homes(folder))
        return found.path, Header(found.columns, tuple(key for key in KEYS if key in found.columns))
    if (chain := chain_folder(entry.from_, folder)) is not None:
        return chain, Header((), ())
    path = locate(entry.from_, folder)
    return path, Header(columns_of(path), ()) if is_study_workbook(path) else table_of(path, entry.layout, missing=entry.missing, asked=_asked(entry))


def _asked(entry: SourceEntry) -> dict[str, str]:
    return {key: name for key in KEYS if (name := getattr(entry, key)) is not None}


@dataclass(frozen=True, slots=True)
class Rule:
    """How many rows and regions a table has after it was read (``name`` empty) or after a preparation."""

    name: str
    kind: str
    rows: int
    regions: int | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table as steps see it; coverage and missing as in ``panel.coverage``."""

    panel: Panel
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    coverage: Mapping[str, Any]
    missing: tuple[Mapping[str, Any], ...]
    conventions: tuple[Convention, ...] = ()


def load_source(
    study: Study, source: SourceFile, panel_of: Callable[[str], Panel] | None = None, calibrated: Callable[[SourceFile], Panel] | None = None
) -> Loaded:
    """The rows of a source as a panel, with what the study knows of its variables. ``panel_of`` gives the panels of sources it takes columns of,
    ``calibrated`` a calibrated table that was made before.

    Raises
    ------
    StudyError
        naming file and line of every cell that should be a number and is not, of unknown places, of duplicate keys
    """
    from regio.panel.coverage import coverage, missing
    from regio.panel.survey import survey
    from regio.panel.suspicions import suspicions
    from regio.reading.source import panel_of as panel_of_file
    from regio.reading.table import Layout, to_panel

    used = numeric_columns(study, source)
    variables = tuple(v for v in study.variables if v.name in source.columns)
    layout = Layout(source.region, source.period, source.unit, source.missing, source.renamed, used, variables, source.lenient)
    try:
        if is_calibrated(source.written):
            panel, notes = _as_named((calibrated or calibrated_table)(source), source, variables), tuple[Finding, ...]()
        else:
            panel, notes = to_panel(sheet_of(source.path), layout) if is_study_workbook(source.path) else panel_of_file(source.path, layout, source.layout)
        panel, named = _places(panel, source, study.aliases)
    except DataError as problem:
        raise StudyError(*problem.findings) from problem
    rules, said, conventions = [_rule("", "", panel)], list[Finding](), list[Convention]()
    for preparation in study.preparations:
        if preparation.on == source.name:
            done = _prepare(panel, preparation, panel_of or (lambda name: load_source(study, study.source(name)).panel))
            panel, said = done.panel.with_changes((*panel.changes, *done.changes)), [*said, *(replace(f, where=preparation.where) for f in done.findings)]
            conventions += done.conventions
            rules.append(_rule(preparation.name, preparation.kind, panel))
    panel, alone = with_groupings(panel, {name: study.groupings[name] for name in groupings_used(study, source)}, study.file.name)
    wanted = examined_columns(study, source)
    examined = [name for name in panel.value_columns if name in wanted]
    doubts = () if is_calibrated(source.written) else suspicions(panel, examined, source.name)  # a made panel has neither units nor editions to mix up
    findings = (*notes, *named, *said, *alone, *survey(panel[sorted(used)] if used else panel, source.name), *doubts)
    return Loaded(panel, findings, tuple(rules), coverage(panel, examined), missing(panel, examined), tuple(dict.fromkeys(conventions)))


def calibrated_table(source: SourceFile) -> Panel:
    """The table of a source ``calibrated:NAME/TABLE``, made anew."""
    return calibrated_panel(source.path, source.written.partition("/")[2])


def _as_named(panel: Panel, source: SourceFile, variables: tuple[Variable, ...]) -> Panel:
    """A calibrated table with the names and the variables of the study."""
    from regio.panel import Panel

    rows = panel.rows.rename(columns={old: new for new, old in source.renamed.items()})
    return Panel(rows, region=source.region, period=source.period, unit=source.unit, variables=variables, labels=panel.labels)


def _rule(name: str, kind: str, panel: Panel) -> Rule:
    regions = int(panel.rows[panel.keys.region].nunique()) if panel.keys.region else None
    return Rule(name, kind, len(panel), regions)


def numeric_columns(study: Study, source: SourceFile) -> frozenset[str]:
    """The columns of a source that steps and preparations need as numbers."""
    calls = [step for step in study.steps if step.on == source.name] + [p for p in study.preparations if p.on == source.name]
    own = {name for call in calls for name, numeric in call.uses if numeric and name in source.columns}
    lent = {c for s in study.sources for c, origin in s.taken.items() if origin == source.name and c in numeric_columns(study, s)}
    return frozenset(own | lent)


def examined_columns(study: Study, source: SourceFile) -> tuple[str, ...]:
    """The names that a step or preparation on a source uses or the study describes; with every column of the source where a step names none."""
    uses = [step.uses for step in study.steps if step.on == source.name] + [p.uses for p in study.preparations if p.on == source.name]
    every = source.columns if any(not step.uses for step in study.steps if step.on == source.name) else ()
    return tuple(sorted({*every, *(v.name for v in study.variables), *(name for call in uses for name, _ in call)} - {*KEYS}))


def _prepare(panel: Panel, preparation: Preparation, panel_of: Callable[[str], Panel]) -> Prepared:
    """One preparation; a name of a source among its options stands for that source's panel."""
    function = getattr(import_module(PREPARATIONS[preparation.kind]), preparation.kind)
    tables = {a.name for a in declaration(preparation.kind).fields if a.role.name == "source"}
    options = {name: panel_of(value) if name in tables else value for name, value in preparation.options.items()}
    try:
        done: Prepared = function(panel, **options)
    except FindingError as problem:
        raise StudyError(*(replace(f, where=preparation.where) for f in problem.findings)) from problem
    return done


def _places(panel: Panel, source: SourceFile, aliases: Mapping[str, str]) -> tuple[Panel, tuple[Finding, ...]]:
    """Names of regions to codes, every changed name listed."""
    if source.places is None or source.region is None:
        return panel, ()
    from regio.panel import Change, Panel
    from regio.regions import resolve

    written = panel.rows[source.region].astype(str)
    resolved = resolve(dict.fromkeys(written.replace(dict(aliases))), source.places)
    bad = [f for f in resolved.findings if f.severity == "error"]
    if bad:
        where = Position(source.path.name, column=source.renamed.get(source.region, source.region))
        raise DataError(*(replace(f, where=where) for f in bad))
    known = dict(resolved.mapping)
    mapping = {name: known[aliases.get(name, name)] for name in dict.fromkeys(written)}
    codes = written.map(mapping)
    changes = [
        Change("region", written_name, "", written_name, code, "panel.change.place_name", source.path.name)
        for written_name, code in mapping.items()
        if written_name != code
    ]
    rows = panel.rows.assign(**{source.region: codes})
    return Panel(
        rows, region=source.region, period=source.period, unit=source.unit, variables=panel.variables, changes=(*panel.changes, *changes), labels=panel.labels
    ), ()
