"""The ledger: what ran, when, on which inputs, how long, and every changed cell. A list of events; nothing is computed from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Any, Self

from regio.contract.finding import DataError, Position, error
from regio.language import Message
from regio.study.events import Event, Failed, Finished, Found, Reused, Started
from regio.study.store import reason_of

TABLES = """
create table if not exists run (id integer primary key, study text, regio text, started text, finished text, outcome text);
create table if not exists event (run integer references run(id), at text, kind text, name text, detail text);
create table if not exists input (run integer references run(id), source text, written text, hash text, rows integer);
create table if not exists change (run integer references run(id), source text, variable text, region text, period text, before text, after text,
  reason text, file text, row integer);
"""
TRIES = 100
CHANGE = ("variable", "region", "period", "before", "after", "reason", "file", "row")


class Ledger:
    """One run's entries. Several runs may write at the same time; each entry is committed at once."""

    def __init__(self, path: Path, study: str, version: str) -> None:
        self.path = path
        with self._writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._write_ahead()
            self.connection.execute("pragma synchronous = normal")
            self.connection.executescript(TABLES)
            self.run = self.connection.execute("insert into run (study, regio, started) values (?, ?, ?)", (study, version, _now())).lastrowid

    def _write_ahead(self) -> None:
        """Readers and writers side by side. The change of mode does not wait as other statements do, so a run that comes second asks again."""
        for attempt in range(TRIES):
            try:
                self.connection.execute("pragma journal_mode = wal")
                return
            except sqlite3.OperationalError:
                if attempt == TRIES - 1:
                    raise
                sleep(0.05)

    def __call__(self, event: Event) -> None:
        """A listener to a run."""
        kind = type(event).__name__.lower()
        match event:
            case Started(name, method, _, _):
                detail: Any = {"kind": method}
            case Found(name, finding):
                detail = {"code": finding.code, "severity": finding.severity}
            case Finished(name, seconds):
                detail = {"seconds": round(seconds, 6)}
            case Reused(name, key):
                detail = {"key": key}
            case Failed(name, findings):
                detail = {"codes": [f.code for f in findings]}
        self._add("event", (self.run, _now(), kind, name, json.dumps(detail)))

    def inputs(self, source: str, written: str, file_hash: str, rows: int, changes: Iterable[Mapping[str, Any]]) -> None:
        """A table that the run used, with every cell that was changed in it."""
        self._add("input", (self.run, source, written, file_hash, rows))
        marks = ", ".join("?" * (len(CHANGE) + 2))
        with self._writing(), self.connection:
            self.connection.execute("begin")
            self.connection.executemany(f"insert into change values ({marks})", [(self.run, source, *(c[k] for k in CHANGE)) for c in changes])

    def _add(self, table: str, values: tuple[Any, ...]) -> None:
        with self._writing():
            self.connection.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A full disk or a folder without rights, said as such."""
        try:
            yield
        except (sqlite3.Error, OSError) as problem:
            reason = reason_of(problem) if isinstance(problem, OSError) else Message("store.why.full") if "full" in str(problem) else str(problem)
            raise DataError(error("store.cannot_write", Position(str(self.path)), reason=reason)) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        outcome = "finished" if kind is None else f"stopped: {kind.__name__}"
        with suppress(sqlite3.Error):  # that the disk is full was said by what came before
            self.connection.execute("update run set finished = ?, outcome = ? where id = ?", (_now(), outcome, self.run))
        self.connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
