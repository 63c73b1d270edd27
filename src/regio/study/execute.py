"""Running the plan: sources to panels, steps to results, and the columns that steps add."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from regio.catalogue import METHODS
from regio.compute.fingerprint import KEYED, of_series
from regio.contract.declaration import declaration
from regio.contract.encoding import encode
from regio.contract.finding import ArgumentError, Finding, FindingError, Position, StudyError, error, suggestion
from regio.contract.result import Result
from regio.exhibits.models import Exhibit, Table, Text
from regio.study import keys, lint
from regio.study.events import Failed, Finished, Found, Listener, Reused, Started, nobody
from regio.study.file import load
from regio.study.model import KEYS, Step, Study
from regio.study.references import named_files, named_steps, with_file
from regio.study.store import Store
from regio.study.tables import TableNote, Tables

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from regio.chain.base.model import Chain
    from regio.panel import Panel
    from regio.study.verdicts import Judgement


E_ = TypeVar("E_", Table, Exhibit)


@dataclass(frozen=True)
class Run(Mapping[str, Result]):
    """A finished run: step → result. failed: findings of the steps that did not come through; reused: steps whose stored result was used; hashes:
    step → key of its result; notes: step → what is noted beside it; folder: where its files lie (None: not written).
    """

    study: Study
    tables: tuple[TableNote, ...]
    results: Mapping[str, Result]
    failed: Mapping[str, tuple[Finding, ...]]
    reused: tuple[str, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    folder: Path | None = None
    written: tuple[Finding, ...] = ()  # what came up in writing the files
    main: Mapping[Any, str] = field(default_factory=dict)  # the main table as text, by language

    def __getitem__(self, step: str) -> Result:
        return self.results[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def exhibits(self, step: str) -> tuple[Exhibit, ...]:
        """The exhibits of a step, made once."""
        return self.kept(step, self.results[step].exhibits)

    def kept(self, name: str, make: Callable[[], tuple[E_, ...]]) -> tuple[E_, ...]:
        """Exhibits under a name, made once for this run."""
        made: dict[str, tuple[E_, ...]] = self.__dict__.setdefault("_made", {})
        if name not in made:
            made[name] = make()
        return made[name]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that came up, tables first, then steps in the order in which they ran."""
        found = [*self.study.notes, *(f for note in self.tables for f in note.findings)]
        found += [self._placed(f, name) for name, note in self.notes.items() for f in note["findings"]]
        found += lint.of_run(self.study, self.notes, self.tables)
        return lint.gathered((*found, *(f for findings in self.failed.values() for f in findings), *self.written))

    def _placed(self, finding: Finding, step: str) -> Finding:
        """A finding of a step says its name; one that a referee would make, its line."""
        if finding.where:
            return finding
        return replace(finding, where=self.study.step(step).where if finding.code.startswith("lint.") else step)

    @property
    def verdicts(self) -> tuple[Judgement, ...]:
        """What the numbers say of the hypotheses of the study."""
        from regio.study.verdicts import verdicts

        return verdicts(self)

    @property
    def astray(self) -> tuple[Finding, ...]:
        """Hypotheses that are to be judged by a number that no step made."""
        from regio.study.verdicts import astray

        return astray(self)

    @property
    def labels(self) -> dict[str, Text]:
        """The words for names: of regions, of variables as the study describes them, of steps by their titles."""
        return labels(self.study)


class Results(Mapping[str, Result]):
    """Step → result; stored ones are read when they are asked for."""

    def __init__(self, store: Store | None) -> None:
        self.store = store
        self._found: dict[str, Result | str] = {}

    def __getitem__(self, step: str) -> Result:
        found = self._found[step]
        if isinstance(found, str):
            assert self.store is not None
            result = self.store.get(found)
            if result is None:
                raise StudyError(*self.store.broken)
            self._found[step] = found = result
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, step: str, found: Result | str) -> None:
        self._found[step] = found


def execute(study: str | Path | Study, *, only: Sequence[str] = (), engine: Any = None, events: Listener | None = None, store: Store | None = None) -> Run:
    """Run a study in memory; nothing is written but to the store.

    Parameters
    ----------
    study : built-in name, file, folder, or a Study
    only : steps to run (with those they need); empty is all
    engine : where independent tasks are computed
    events : called with each event
    store : finished results; those that are still valid are not computed again

    Raises
    ------
    StudyError
        where the study file or a source cannot be used. A step that fails is kept in ``.failed``, and steps that need it are skipped
    """
    running = Running(load(study), store, events or nobody, engine)
    steps = _wanted(running.study, only)
    for number, step in enumerate(steps, 1):
        running.step(step, number, len(steps))
    if store is not None:
        store.write("last", store.last() | running.parts)
        for finding in store.broken:
            running.tell(Found("store", finding))
    return running.run()


class Running:
    """A run while it goes on."""

    def __init__(self, study: Study, store: Store | None, tell: Listener, engine: Any) -> None:
        self.study, self.store, self.tell, self.engine = study, store, tell, engine
        self.tables = Tables(study, store, tell)
        self.results = Results(store)
        self.failed: dict[str, tuple[Finding, ...]] = {}
        self.notes: dict[str, Mapping[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.parts: dict[str, Any] = {}
        self.reused: list[str] = []

    def run(self) -> Run:
        return Run(self.study, self.tables.used, self.results, self.failed, tuple(self.reused), self.keys, self.notes)

    def step(self, step: Step, number: int, total: int) -> None:
        """One step: reused, computed, failed or skipped."""
        self.tell(Started(step.name, step.kind, number, total))
        begun = perf_counter()
        broken = tuple(name for name in step.needs if name in self.failed)
        if broken:
            self._fail(step, (Finding("study.step_skipped", {"step": step.name, "needs": broken}, "error", step.where),))
            return
        self.tables.note(step.on)
        try:
            parts = keys.parts(self.study, step, self.columns(step), seed_of(self.study, step), self.keys)
            key = keys.digest(parts)
            if self.store is not None and self.store.has(key):
                self.notes[step.name] = self.store.note(key)
                self.results.add(step.name, key)
                self.reused.append(step.name)
                self.tell(Reused(step.name, key))
            else:
                self._compute(step, key)
                self.tell(Finished(step.name, perf_counter() - begun))
        except FindingError as problem:
            if any(f.code.startswith("store.") for f in problem.findings):
                raise
            self._fail(step, tuple(_placed(f, step) for f in problem.findings))
            return
        self.keys[step.name], self.parts[step.name] = key, {**parts, "table": self.tables.parts(step.on)}

    def _fail(self, step: Step, findings: tuple[Finding, ...]) -> None:
        self.failed[step.name] = findings
        self.tell(Failed(step.name, findings))

    def _compute(self, step: Step, key: str) -> None:
        panel = self.panel(step)
        result = _call(self.study, step, panel, self.engine, self.results)
        findings = result.findings
        if not self.study.source(step.on).chain:  # rules read rows of a panel
            findings = (*findings, *lint.of_step(lint.Context(self.study, step, cast("Panel", panel), result)))
        rows = result.provenance.rows_used if result.provenance else None
        note = {"findings": findings, "rows": rows, "columns": {name: of_series(column) for name, column in result.columns().items()}}
        for finding in findings:
            self.tell(Found(step.name, finding))
        if self.store is not None:
            self.store.put(key, result, note)
        self.notes[step.name] = note
        self.results.add(step.name, result)

    def columns(self, step: Step) -> dict[str, str]:
        """The hash of each column that a step uses; of every column of its table where it says none. A sample and the keys of the table are parts of
        the key by themselves, so that equal keys mean equal content.
        """
        table = self.tables.note(step.on)
        names = [name for name, _ in step.uses] or list(table.columns)
        found = {name: table.columns[name] for name in table.columns if name in names or name in KEYS}
        for name in names:
            if name not in table.columns:
                found[name] = self._made_hash(name, step)
        return found

    def _made_hash(self, name: str, step: Step) -> str:
        owner, _, part = name.partition(".")
        made = self.notes[owner]["columns"]
        if part not in made:
            parts = tuple(f"{owner}.{p}" if p else owner for p in made)
            raise ArgumentError(error("study.no_part", step=owner, column=name, columns=parts))
        maker = self.study.step(owner)
        table = self.tables.note(maker.on)
        if made[part].startswith(KEYED) or (maker.on == step.on and maker.sample is None):
            return str(made[part])
        return keys.digest([made[part], encode(maker.sample), {k: table.columns[k] for k in KEYS if k in table.columns}])

    def panel(self, step: Step) -> Panel | Chain:
        """The rows a step works on: its table, the columns that earlier steps made, its sample; or its industrial chain."""
        if self.study.source(step.on).chain:
            return self.tables.chain(step.on)
        panel = self.tables.panel(step.on)
        names = [name for name, _ in step.uses if name not in panel.rows.columns]
        if names:
            panel = panel.join({name: self._made(name, step, panel) for name in names})
        return panel.select(**step.sample) if step.sample else panel

    def _made(self, name: str, step: Step, panel: Panel) -> pd.Series:
        """A column that another step made, matched by row or, from another table, by region and period."""
        owner, _, part = name.partition(".")
        column = self.results[owner].columns()[part]
        maker = self.study.step(owner)
        if column.index.nlevels > 1:
            return _keyed(panel, column, maker.on)
        if maker.on == step.on:
            return column.reindex(panel.rows.index)
        return _matched(panel, self.tables.panel(maker.on), column, maker.on)


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


def _matched(panel: Panel, other: Panel, column: pd.Series, source: str) -> pd.Series:
    """One value a region and period, put to every row with these keys."""
    common = [k for k in ("region", "period") if k in other.rows.columns and k in panel.rows.columns]
    if not common:
        raise ArgumentError(error("study.no_common_key", source=source))
    for key in common:
        kinds = {"text" if rows[key].dtype.kind not in "iuf" else "number" for rows in (other.rows, panel.rows)}
        if len(kinds) > 1:
            raise ArgumentError(error("study.keys_differ", source=source, key=key, here=str(panel.rows[key].iloc[0]), there=str(other.rows[key].iloc[0])))
    values = other.rows.loc[column.index, common].assign(_made=column)
    return _put(panel, values.drop_duplicates(), common, source)  # firms of a region may all bear its one value


def _keyed(panel: Panel, column: pd.Series, source: str) -> pd.Series:
    """The same for a column of other rows than its table's, such as firms brought together by region: it carries its own keys as an index."""
    common = [str(name) for name in column.index.names]
    if any(name not in panel.rows.columns for name in common):
        raise ArgumentError(error("study.no_common_key", source=source))
    return _put(panel, column.rename("_made").reset_index(), common, source)


def _put(panel: Panel, values: pd.DataFrame, common: list[str], source: str) -> pd.Series:
    if values.duplicated(common).any():
        raise ArgumentError(error("study.many_values", source=source, keys=tuple(common)))
    return panel.rows[common].merge(values, on=common, how="left", sort=False)["_made"].set_axis(panel.rows.index)


def _call(study: Study, step: Step, panel: Panel | Chain, engine: Any, results: Mapping[str, Result]) -> Result:
    known = declaration(step.kind)
    function = getattr(import_module(METHODS[step.kind]), step.kind.rpartition(".")[2])
    hidden: dict[str, Any] = {}
    parameters = inspect.signature(known.function).parameters
    if "seed" in parameters:
        hidden["seed"] = derived_seed(study.seed, step.name)
    if "engine" in parameters:
        hidden["engine"] = engine
    others: dict[str, Any] = {option: results[name] for option, name in named_steps(known, step.options).items()}
    others |= {option: with_file(step.options[option], path) for option, path in named_files(known, step.options, study.file.parent).items()}
    papers = {a.name: str(study.source(step.options[a.name] or step.on).path) for a in known.fields if a.role.name == "calibration"}
    result: Result = function(panel, **{**step.options, **others, **papers}, **hidden)
    if papers and result.call is not None:  # a path of this machine is no part of a result
        result = replace(result, call=replace(result.call, options={**result.call.options, **{name: step.options[name] for name in papers}}))
    return result


def seed_of(study: Study, step: Step) -> int | None:
    """The seed of a step; None where its method draws nothing: wild errors alone are drawn where the only scheme is a wild one."""
    known = declaration(step.kind)
    if "seed" not in inspect.signature(known.function).parameters:
        return None
    scheme = known.argument("scheme")
    wild = scheme is not None and scheme.choices and all(str(word).startswith("wild_") for word in scheme.choices)
    return None if wild and step.options.get("errors") != "wild_cluster" else derived_seed(study.seed, step.name)


def derived_seed(seed: int, step: str) -> int:
    """The seed of a step: it stays the same when other steps are added or removed."""
    return int.from_bytes(blake2b(f"{seed}/{step}".encode(), digest_size=4).digest(), "big")


def _placed(finding: Finding, step: Step) -> Finding:
    """A failure says its step's line, unless it knows a better place."""
    return finding if isinstance(finding.where, Position) and finding.where.line else replace(finding, where=step.where)


def labels(study: Study) -> dict[str, Text]:
    from regio.regions import names

    words: dict[str, Text] = {}
    for source in study.sources:
        if source.places:
            words |= dict(names(source.places))
    words |= study.group_titles
    words |= {v.name: v.label for v in study.variables if v.label}
    words |= {step.name: step.title for step in study.steps if step.title}
    words |= study.printed_labels
    return words
