"""Running the plan: sources to panels, steps to results, and the columns that steps add."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any

from regio.catalogue import METHODS
from regio.compute.fingerprint import of_bytes
from regio.contract.declaration import declaration
from regio.contract.finding import ArgumentError, Finding, FindingError, Position, StudyError, error, suggestion
from regio.contract.result import Result
from regio.exhibits.models import Text
from regio.study.events import Failed, Finished, Found, Listener, Started, nobody
from regio.study.file import load
from regio.study.model import SourceFile, Step, Study
from regio.study.sources import KEYS, load_source

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from regio.panel import Panel


@dataclass(frozen=True, slots=True)
class SourceRun:
    """What a run knows of a table: its rows as a panel, the hash of its file, and what came up in reading it."""

    source: SourceFile
    panel: Panel
    file_hash: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Run(Mapping[str, Result]):
    """A finished run: step → result. failed: findings of the steps that did not come through; folder: where its files lie (None: not written)."""

    study: Study
    sources: tuple[SourceRun, ...]
    results: Mapping[str, Result]
    failed: Mapping[str, tuple[Finding, ...]]
    seconds: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None

    def __getitem__(self, step: str) -> Result:
        return self.results[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that came up, sources first, then steps in the order in which they ran."""
        found = [*self.study.notes, *(f for s in self.sources for f in s.findings)]
        found += [f if f.where else replace(f, where=name) for name, result in self.results.items() for f in result.findings]
        return (*found, *(f for findings in self.failed.values() for f in findings))

    @property
    def labels(self) -> dict[str, Text]:
        """The words for names: of regions, of variables as the study describes them, of steps by their titles."""
        return _labels(self.study)


def execute(study: str | Path | Study, *, only: Sequence[str] = (), engine: Any = None, events: Listener | None = None) -> Run:
    """Run a study in memory; nothing is written.

    Parameters
    ----------
    study : built-in name, file, folder, or a Study
    only : steps to run (with those they need); empty is all
    engine : where independent tasks are computed
    events : called with each event

    Raises
    ------
    StudyError
        where the study file or a source cannot be used. A step that fails is kept in ``.failed``, and steps that need it are skipped
    """
    study = load(study)
    tell = events or nobody
    steps = _wanted(study, only)
    sources = {name: _read(study, study.source(name), tell) for name in dict.fromkeys(step.on for step in steps)}
    made: dict[str, Made] = {}
    results: dict[str, Result] = {}
    failed: dict[str, tuple[Finding, ...]] = {}
    seconds: dict[str, float] = {}
    for number, step in enumerate(steps, 1):
        tell(Started(step.name, step.kind, number, len(steps)))
        begun = perf_counter()
        broken = [name for name in step.needs if name in failed]
        if broken:
            failed[step.name] = (Finding("study.step_skipped", {"step": step.name, "needs": tuple(broken)}, "error", step.where),)
            tell(Failed(step.name, failed[step.name]))
            continue
        try:
            panel = _with_columns(sources[step.on].panel, step, made)
            panel = panel.select(**step.sample) if step.sample else panel
            results[step.name] = _call(study, step, panel, engine)
        except FindingError as problem:
            failed[step.name] = tuple(_placed(f, step) for f in problem.findings)
            tell(Failed(step.name, failed[step.name]))
            continue
        for name, column in results[step.name].columns().items():
            full = f"{step.name}.{name}" if name else step.name
            made[full] = Made(step.on, panel.rows[[k for k in KEYS if k in panel.rows.columns]], column)
        for finding in results[step.name].findings:
            tell(Found(step.name, finding))
        seconds[step.name] = perf_counter() - begun
        tell(Finished(step.name, seconds[step.name]))
    return Run(study, tuple(sources.values()), results, failed, seconds)


@dataclass(frozen=True, slots=True)
class Made:
    """A column that a step made: for which rows of which source."""

    source: str
    keys: pd.DataFrame
    column: pd.Series


def _wanted(study: Study, only: Sequence[str]) -> tuple[Step, ...]:
    names = tuple(step.name for step in study.steps)
    only = (only,) if isinstance(only, str) else only
    unknown = [name for name in only if name not in names]
    if unknown:
        raise StudyError(*(error("study.unknown_only", found=name, steps=names, near=suggestion(name, names)) for name in unknown))
    if not only:
        return study.steps
    wanted: set[str] = set()
    waiting = list(only)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += study.step(name).needs
    return tuple(step for step in study.steps if step.name in wanted)


def _read(study: Study, source: SourceFile, tell: Listener) -> SourceRun:
    panel, findings = load_source(study, source)
    for finding in findings:
        tell(Found(source.name, finding))
    return SourceRun(source, panel, of_bytes(source.path.read_bytes()), findings)


def _with_columns(panel: Panel, step: Step, made: Mapping[str, Made]) -> Panel:
    """The step's table with the columns that earlier steps made, matched by row or, from another source, by region and period."""
    wanted = {name: made[name] for name, _ in step.uses if name in made}
    for name, _ in step.uses:
        if name not in panel.rows.columns and name not in made:
            owner = name.split(".")[0]
            parts = tuple(n for n in made if n.split(".")[0] == owner)
            raise ArgumentError(error("study.no_part", step=owner, column=name, columns=parts))
    same = {name: m.column.reindex(panel.rows.index) for name, m in wanted.items() if m.source == step.on}
    other = {name: _matched(panel, m) for name, m in wanted.items() if m.source != step.on}
    return panel.join(same | other) if wanted else panel


def _matched(panel: Panel, made: Made) -> pd.Series:
    """One value a region and period, put to every row with these keys."""
    keys = [k for k in ("region", "period") if k in made.keys.columns and k in panel.rows.columns]
    if not keys:
        raise ArgumentError(error("study.no_common_key", source=made.source))
    values = made.keys.assign(_made=made.column)
    if values.duplicated(keys).any():
        raise ArgumentError(error("study.many_values", source=made.source, keys=tuple(keys)))
    return panel.rows[keys].merge(values[[*keys, "_made"]], on=keys, how="left", sort=False)["_made"].set_axis(panel.rows.index)


def _call(study: Study, step: Step, panel: Panel, engine: Any) -> Result:
    known = declaration(step.kind)
    function = getattr(import_module(METHODS[step.kind]), step.kind.rpartition(".")[2])
    hidden: dict[str, Any] = {}
    parameters = inspect.signature(known.function).parameters
    if "seed" in parameters:
        hidden["seed"] = derived_seed(study.seed, step.name)
    if "engine" in parameters:
        hidden["engine"] = engine
    result: Result = function(panel, **step.options, **hidden)
    return result


def derived_seed(seed: int, step: str) -> int:
    """The seed of a step: it stays the same when other steps are added or removed."""
    return int.from_bytes(blake2b(f"{seed}/{step}".encode(), digest_size=4).digest(), "big")


def _placed(finding: Finding, step: Step) -> Finding:
    """A failure says its step's line, unless it knows a better place."""
    return finding if isinstance(finding.where, Position) and finding.where.line else replace(finding, where=step.where)


def _labels(study: Study) -> dict[str, Text]:
    from regio.regions import names

    labels: dict[str, Text] = {}
    for source in study.sources:
        if source.places:
            labels |= dict(names(source.places))
    labels |= {v.name: v.label for v in study.variables if v.label}
    labels |= {step.name: step.title for step in study.steps if step.title}
    return labels
