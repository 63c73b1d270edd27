"""A replication package: study, data or their hashes, lock, results, logs, README and a map from every exhibit to its step and file (复现资料包)."""

from __future__ import annotations

import copy
import csv
import errno
import hashlib
import io
import math
import platform
import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import chdir, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from regio import __version__
from regio.contract.declaration import declaration
from regio.contract.finding import DataError, Position, error
from regio.exhibits.render.archive import WHEN
from regio.report.readme import Facts, readme
from regio.report.run import run
from regio.report.toml import written
from regio.study.execute import Run
from regio.study.file import load
from regio.study.layers import Data, read_layers
from regio.study.model import SourceFile, Study
from regio.study.store import cannot_write

CALIBRATED = "calibrated:"
RUN_FOLDER = "results"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the package's data. place: relative to the package; included: whether its source may be passed on."""

    source: str
    place: str
    hash: str
    included: bool


@dataclass(frozen=True, slots=True)
class Package:
    """place: the archive or the folder; run: of the packaged study, from the start; data: its files."""

    place: Path
    run: Run
    data: tuple[DataFile, ...]


def package(study: str | Path, out: Path | None = None, *, data: Data = None) -> Package:
    """Copy a study with its data into a place of its own, run it there from the start, and pack what came out.

    Parameters
    ----------
    study, data : as in ``run``
    out : an archive (``.zip``) or a folder; None is ``NAME-package.zip`` in the working folder

    Raises
    ------
    DataError
        where the place exists already or cannot be written
    StudyError
        where the study cannot be run
    """
    read = load(study, data)
    place = out if out is not None else Path(f"{read.name}-package.zip")
    if place.exists():
        raise DataError(error("package.exists", Position(str(place)), file=str(place)))
    with TemporaryDirectory() as folder:
        root = Path(folder) / f"{_plain(read.name)}-package"
        files = _copied(study, data, read, root)
        begun = perf_counter()
        with chdir(root):
            finished = run("study/study.toml", RUN_FOLDER)
            seconds = perf_counter() - begun
            _logs(root / RUN_FOLDER / "ledger.sqlite", root / "logs", finished)
            shutil.rmtree(root / RUN_FOLDER / "store", ignore_errors=True)
            _without(root, files)
            _write(root, finished, files, seconds)
        _put(root, place)
    return Package(place, finished, files)


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def _copied(study: str | Path, data: Data, read: Study, root: Path) -> tuple[DataFile, ...]:
    """Study and data in the package; the study says where they lie now."""
    layer = read_layers(study, data)
    raw = copy.deepcopy(layer.raw)
    (root / "study").mkdir(parents=True)
    files: list[DataFile] = []
    taken: dict[str, Path] = {}
    for item in raw.get("source", []):
        source = read.source(item["name"])
        item["from"] = _moved(source, root, taken, files)
    head = raw["study"]
    if head.get("variables"):
        shutil.copy2(layer.folder(("study", "variables")) / head["variables"], root / "study" / "variables.csv")
        head["variables"] = "variables.csv"
    if head.get("printed"):
        shutil.copy2(layer.folder(("study", "printed")) / head["printed"], root / "study" / "printed.json")
        head["printed"] = "printed.json"
    for step, item in zip(_by_name(raw.get("step", []), read), raw.get("step", []), strict=True):
        if step is None:  # not run for want of data
            continue
        _files_of_options(step, item, root, taken, files)
    (root / "study" / "study.toml").write_text(written(raw), encoding="utf-8")
    return tuple(files)


def _by_name(items: Iterable[Mapping[str, Any]], read: Study) -> list[Any]:
    steps = {step.name: step for step in read.steps}
    return [steps.get(item["name"]) for item in items]


def _moved(source: SourceFile, root: Path, taken: dict[str, Path], files: list[DataFile]) -> str:
    """A source in the package, and what it is called there."""
    if source.written.startswith(CALIBRATED):
        name = source.written.removeprefix(CALIBRATED).partition("/")[0]
        for file in sorted(p for p in source.path.parent.iterdir() if (p.is_file() and p.suffix in (".json", ".csv")) or p == source.path):
            target = root / "study" / name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
        files.append(DataFile(source.name, f"study/{name}/{source.path.name}", _sha256(source.path), True))
        return source.written
    place = _placed(source.path, source.name, root, taken)
    inside = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    files += [DataFile(source.name, p.relative_to(root).as_posix(), _sha256(p), source.redistribute) for p in inside]
    table = re.search(r"::.+$", source.written)
    return f"../{place.relative_to(root).as_posix()}{table[0] if table else ''}"


def _placed(path: Path, name: str, root: Path, taken: dict[str, Path]) -> Path:
    """A file or folder copied under its own name, below that of its source where the name is taken by another one."""
    path = path.resolve()
    own = f"data/{path.name}" if taken.get(f"data/{path.name}", path) == path else f"data/{_plain(name)}/{path.name}"
    taken[own] = path
    target = root / own
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    return target


def _files_of_options(step: Any, item: dict[str, Any], root: Path, taken: dict[str, Path], files: list[DataFile]) -> None:
    """Files that options name, such as boundaries; their paths start at the working folder, so that they start at the package's own."""
    for argument in declaration(step.kind).fields:
        value = item.get(argument.name)
        inside = value.get("file") if isinstance(value, Mapping) else value
        if argument.role.name != "boundaries" or not isinstance(inside, str) or not Path(inside).expanduser().is_file():
            continue
        place = _placed(Path(inside).expanduser(), step.name, root, taken)
        shown = place.relative_to(root).as_posix()
        item[argument.name] = {**value, "file": shown} if isinstance(value, Mapping) else shown
        files.append(DataFile(step.name, shown, _sha256(place), True))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _without(root: Path, files: tuple[DataFile, ...]) -> None:
    """What may not be passed on is taken out, once it has been used."""
    for file in files:
        if not file.included:
            (root / file.place).unlink()


def _logs(ledger: Path, folder: Path, finished: Run) -> None:
    """What ran and how long, and every changed cell, as tables that any program opens."""
    folder.mkdir()
    connection = sqlite3.connect(ledger)
    events = connection.execute("select at, kind, name, detail from event order by rowid").fetchall()
    connection.close()
    for file in ledger.parent.glob("ledger.sqlite*"):
        file.unlink()
    _table(folder / "run.csv", ("at", "event", "name", "detail"), events)
    columns = ("variable", "region", "period", "before", "after", "reason", "file", "row")
    changes = [(note.source, *(change[name] for name in columns)) for note in finished.tables for change in note.changes]
    _table(folder / "changes.csv", ("source", *columns), changes)


def _table(path: Path, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8-sig")


def _write(root: Path, finished: Run, files: tuple[DataFile, ...], seconds: float) -> None:
    """Lock, hashes, map of exhibits and README."""
    from regio.report.exhibit_map import HEADS, rows_of

    (root / "lock").mkdir()
    (root / "lock" / "requirements.txt").write_text("".join(f"{name}=={number}\n" for name, number in _locked().items()), encoding="utf-8")
    machine = f"{platform.system()} {platform.machine()}"
    (root / "lock" / "environment.txt").write_text(f"Python {platform.python_version()}\n{machine}\n", encoding="utf-8")
    if files:
        (root / "data").mkdir(exist_ok=True)
        (root / "data" / "SHA256SUMS").write_text("".join(dict.fromkeys(f"{f.hash}  {f.place}\n" for f in files)), encoding="utf-8")
    rows = rows_of(finished, RUN_FOLDER)
    _table(root / "exhibit-map.csv", HEADS, rows)
    megabytes = sum(p.stat().st_size for p in root.rglob("*") if p.is_file()) / 1e6
    facts = Facts(
        files=tuple((f.source, f.place, f.hash, f.included) for f in files),
        rows=tuple(rows),
        results=_sha256(root / RUN_FOLDER / "results.json"),
        python=platform.python_version(),
        system=machine,
        minutes=max(1, math.ceil(seconds / 60)),
        memory=f"{math.ceil(_peak() / 2**29) / 2:g} GB",
        megabytes=f"{megabytes:.1f}",
        version=__version__,
        languages=finished.study.languages,
    )
    (root / "README.md").write_text(readme(finished, facts, "en"), encoding="utf-8")
    (root / "README.zh.md").write_text(readme(finished, facts, "zh"), encoding="utf-8")


def _peak() -> int:
    """The most memory that this process has held, in bytes; a gigabyte where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 2**30
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if platform.system() == "Darwin" else most * 1024


def _locked() -> dict[str, str]:
    """Regio and every package that it needs, at the versions that are installed."""
    found: dict[str, str] = {}
    waiting = ["regio"]
    while waiting:
        name = waiting.pop()
        try:
            number = version(name)
        except PackageNotFoundError:
            continue
        if name.lower().replace("_", "-") in found:
            continue
        found[name.lower().replace("_", "-")] = number
        waiting += [match[0] for line in requires(name) or [] if "extra ==" not in line and (match := _NAME.match(line))]
    return dict(sorted(found.items()))


def _put(root: Path, place: Path) -> None:
    """The finished package in its place, whole or not at all."""
    aside = place.with_name(f".{place.name}.new")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix.lower() == ".zip":
            _packed(root, aside)
        else:
            shutil.copytree(root, aside)
        aside.rename(place)
    except (OSError, shutil.Error) as problem:
        with suppress(OSError):
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink(missing_ok=True)
        known = problem if isinstance(problem, OSError) and problem.errno is not None else OSError(errno.ENOSPC, "", str(place))
        raise cannot_write(known, place) from problem


def _packed(root: Path, place: Path) -> None:
    with ZipFile(place, "w") as made:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            member = ZipInfo((Path(root.name) / path.relative_to(root)).as_posix(), WHEN.timetuple()[:6])
            member.compress_type, member.create_system, member.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            made.writestr(member, path.read_bytes())
