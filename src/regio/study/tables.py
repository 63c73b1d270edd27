"""The tables of a run: read when a step needs their rows, else known by what was noted about them the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regio.calibrating.source import is_calibrated
from regio.calibrating.words import LABEL
from regio.compute.fingerprint import of_bytes, of_column
from regio.contract.encoding import encode
from regio.contract.finding import Finding
from regio.contract.result import Convention
from regio.exhibits.models import Text
from regio.study import chains, keys
from regio.study.events import Found, Listener
from regio.study.groupings import groupings_used
from regio.study.model import KEYS, SourceFile, Study
from regio.study.sources import Loaded, Rule, calibrated_table, examined_columns, load_source, numeric_columns
from regio.study.store import Store

if TYPE_CHECKING:
    from regio.chain.base.model import Chain
    from regio.panel import Panel


@dataclass(frozen=True, slots=True)
class TableNote:
    """What a report needs to know of a table without its rows. columns: name → hash of its content; changes: one mapping a changed cell; coverage and
    missing: see ``panel.coverage``; examined: the columns that these and the findings are about, with their units, hashed.
    """

    source: str
    file_hash: str
    rows: int
    extent: Mapping[str, int]
    columns: Mapping[str, str]
    labels: tuple[Text, ...]
    changes: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...] = ()
    coverage: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[Mapping[str, Any], ...] = ()
    examined: str = ""
    conventions: tuple[Convention, ...] = ()  # of its preparations


class Tables:
    """The sources of one run."""

    def __init__(self, study: Study, store: Store | None, tell: Listener) -> None:
        self.study, self.store, self.tell = study, store, tell
        self._panels: dict[str, Panel] = {}
        self._chains: dict[str, Chain] = {}
        self._notes: dict[str, TableNote] = {}
        self._hashes: dict[str, str] = {}
        self._examinations: dict[str, str] = {}

    def file_hash(self, name: str) -> str:
        if name not in self._hashes:
            source = self.study.source(name)
            self._hashes[name] = chains.content_hash(source.path) if source.chain else of_bytes(source.path.read_bytes())
        return self._hashes[name]

    def parts(self, name: str) -> dict[str, Any]:
        """What the rows of a table and its note depend on, by name."""
        source = self.study.source(name)
        layout = [
            source.name,
            source.path.name,
            source.region,
            source.period,
            source.unit,
            source.places,
            source.missing,
            source.layout,
            dict(source.renamed),
            dict(self.study.aliases),
        ]
        return {
            "source": self.file_hash(name),
            "layout": encode([*layout, sorted(numeric_columns(self.study, source))]),
            "groupings": [[name, encode(self.study.groupings[name])] for name in groupings_used(self.study, source)],
            "calibrated": [source.written, keys.code(keys.CALIBRATION_ROOMS)] if is_calibrated(source.written) else [],
            "prepared": [*keys.preparations(self.study, name), *(self.key(other) for other in sorted(set(source.taken.values())))],
            "code": keys.code((*keys.SOURCE_ROOMS, "chain")) if source.chain else keys.source_rooms(),
            "versions": keys.versions(),
        }

    def key(self, name: str) -> str:
        return keys.digest(self.parts(name))

    def known(self, name: str) -> TableNote | None:
        """The note of a table, if it need not be read."""
        if name not in self._notes and self.store is not None:
            note = self.store.read(f"tables/{self.key(name)}")
            if isinstance(note, TableNote):
                self._notes[name] = note
        return self._notes.get(name)

    def note(self, name: str) -> TableNote:
        """The note of a table, which is read where it is not known, or where other columns are to be examined than were."""
        if not self._valid(name):
            (self.chain if self.study.source(name).chain else self.panel)(name)
        return self._notes[name]

    def _valid(self, name: str) -> bool:
        known = self.known(name)
        return known is not None and known.examined == self._examined(name)

    def _examined(self, name: str) -> str:
        """What the examination of a table depends on beside its rows: no result does, so it is no part of the table's key."""
        if name not in self._examinations:
            described = {v.name: [v.unit, v.label, v.definition] for v in self.study.variables}
            self._examinations[name] = keys.digest([[column, described.get(column)] for column in examined_columns(self.study, self.study.source(name))])
        return self._examinations[name]

    def panel(self, name: str) -> Panel:
        if name not in self._panels:
            source = self.study.source(name)
            loaded = load_source(self.study, source, self.panel, self._calibrated)
            self._panels[name] = loaded.panel
            if not self._valid(name):
                for finding in loaded.findings:
                    self.tell(Found(name, finding))
                self._notes[name] = _note(source, loaded, self.file_hash(name), self._examined(name))
                if self.store is not None:
                    self.store.write(f"tables/{self.key(name)}", self._notes[name])
        return self._panels[name]

    def chain(self, name: str) -> Chain:
        """The industrial chain of a source that is a folder of tables."""
        if name not in self._chains:
            chain = self._chains[name] = chains.read_chain(self.study.source(name))
            if not self._valid(name):
                for finding in chain.findings:
                    self.tell(Found(name, finding))
                self._notes[name] = TableNote(
                    source=name,
                    file_hash=self.file_hash(name),
                    rows=len(chain.segments),
                    extent=chains.extent(chain),
                    columns=dict(chain.hashes),
                    labels=chain.labels,
                    changes=(),
                    findings=chain.findings,
                    examined=self._examined(name),
                )
                if self.store is not None:
                    self.store.write(f"tables/{self.key(name)}", self._notes[name])
        return self._chains[name]

    def _calibrated(self, source: SourceFile) -> Panel:
        """A calibrated table, from the store where it was made before."""
        key = keys.digest([self.file_hash(source.name), source.written, keys.code(keys.CALIBRATION_ROOMS), keys.versions()])
        rows = self.store.read(f"calibrated/{key}") if self.store is not None else None
        if rows is None:
            panel = calibrated_table(source)
            if self.store is not None:
                self.store.write(f"calibrated/{key}", panel.rows)
            return panel
        from regio.panel import Panel

        return Panel(rows, region="region", period="period", unit="unit" if "unit" in rows else None, labels=(LABEL,))

    @property
    def used(self) -> tuple[TableNote, ...]:
        return tuple(self._notes.values())


def _note(source: SourceFile, loaded: Loaded, file_hash: str, examined: str) -> TableNote:
    panel, rows = loaded.panel, loaded.panel.rows
    return TableNote(
        source=source.name,
        file_hash=file_hash,
        rows=len(rows),
        extent={f"n_{key}s": int(rows[key].nunique()) for key in KEYS if key in rows.columns},
        columns={str(name): of_column(rows[name]) for name in rows.columns},
        labels=panel.labels,
        changes=tuple({k: encode(getattr(c, k)) for k in c.__slots__} for c in panel.changes),
        findings=loaded.findings,
        rules=loaded.rules,
        coverage=loaded.coverage,
        missing=loaded.missing,
        examined=examined,
        conventions=loaded.conventions,
    )
