"""Keys of results: what a result depends on, hashed. Titles, style and languages are not in it.

The program text of a method's room and of the rooms below it counts, except ``language`` and ``exhibits``: a stored result holds values, and
words and layout are made from it anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from regio.catalogue import METHODS, ROOMS
from regio.compute.fingerprint import of_bytes, of_files
from regio.contract.declaration import declaration
from regio.contract.encoding import encode
from regio.panel.variable import Variable
from regio.study.model import Step, Study
from regio.study.references import named_files, named_steps

LIBRARIES = ("numpy", "scipy", "pandas")
WORDLESS = ("language", "exhibits", "__init__", "catalogue", "__main__")  # rooms whose text changes no value
SOURCE_ROOMS = ("reading", "preparing", "panel", "regions", "compute")
CALIBRATION_ROOMS = ("calibrating", "auditing", "indices", "models", "spatial", "contract", "panel", "compute")
REPORT_ROOMS = ("report", "exhibits", "language")


def digest(value: Any) -> str:
    """The hash of plain values, mappings in the order of their keys."""
    return of_bytes(json.dumps(encode(value), ensure_ascii=False, sort_keys=True, default=str).encode())


def parts(study: Study, step: Step, columns: Mapping[str, str], seed: int | None, results: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Everything that the result of a step depends on, by name: ``status`` compares these to say why a step is stale. results: step → key."""
    return {
        "kind": step.kind,
        "options": {k: encode(v) for k, v in step.options.items()},
        "columns": dict(columns),
        "sample": encode(step.sample),
        "seed": seed,
        "results": {name: results.get(name) for name in named_steps(declaration(step.kind), step.options).values()},
        "files": {name: of_files([path]) for name, path in named_files(declaration(step.kind), step.options, study.file.parent).items()},
        "learnt": _learnt(study, step, columns),
        "code": code((*_rooms_below(METHODS[step.kind].split(".")[1]), "study/lint")),  # what a referee would say of it is kept beside a result
        "versions": versions(),
    }


def _learnt(study: Study, step: Step, columns: Mapping[str, str]) -> dict[str, Any]:
    """What a method reads off its variables, for methods that do."""
    if not any(a.role.name == "learnt" for a in declaration(step.kind).arguments):
        return {}
    known: dict[str, Variable] = {v.name: v for v in study.variables}
    own = {name: known[name] for name in columns if name in known}
    return {name: [v.direction, v.dimension, v.weight, v.best, v.goalposts] for name, v in own.items()}


def source_rooms() -> str:
    """The program text behind a table that was read and prepared."""
    return code(SOURCE_ROOMS)


def report_rooms() -> str:
    return code(REPORT_ROOMS)


def _rooms_below(room: str) -> tuple[str, ...]:
    rank = next(i for i, rooms in enumerate(ROOMS) if room in rooms)
    below = [name for rooms in ROOMS[rank + 1 :] for name in rooms if name not in WORDLESS]
    return (room, *(name for name in below if name not in ("preparing", "reading")))  # those act through columns, which are hashed


@cache
def code(rooms: Iterable[str]) -> str:
    """The hash of the program text and tables of some rooms."""
    root = Path(str(resources.files("regio")))
    files = sorted(p for room in rooms for p in (root / room).rglob("*") if p.suffix in (".py", ".csv", ".toml", ".css"))
    return of_bytes(b"\0".join(str(p.relative_to(root)).encode() + b"\0" + p.read_bytes().replace(b"\r\n", b"\n") for p in files))


@cache
def versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "?"
    return found


def preparations(study: Study, source: str) -> list[Any]:
    """The preparations of a table in text order; their names are in its note."""
    return [[p.name, p.kind, encode(dict(p.options))] for p in study.preparations if p.on == source]
