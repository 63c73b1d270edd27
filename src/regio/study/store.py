"""The store: finished results by key. A folder a key, JSON and Parquet, written aside and renamed, so that a run may be killed at any moment."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from time import time
from typing import TYPE_CHECKING, Any

from regio.compute.fingerprint import of_bytes
from regio.contract.encoding import decode, encode
from regio.contract.finding import DataError, Finding, Position, error
from regio.contract.result import Result
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

DAY = 86_400  # seconds
ASIDE_ROWS = 2_000  # longer frames lie in Parquet beside the JSON
SEAL = "seal.json"  # hashes of the other files: written last, read first
CONTENT = ("result.json", "note.json")
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ImportError)  # a note of another version may hold what this one does not know


class Store:
    """Results, notes on tables and on the last run, in one folder. Several runs may use it at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broken: list[Finding] = []  # entries that could not be read, and are computed again
        self._sweep()

    def _sweep(self) -> None:
        """What a killed run began and left behind; a day is longer than any run needs to write an entry."""
        place = self.folder / "results"
        for left in place.glob(".new-*") if place.is_dir() else ():
            try:
                if time() - left.stat().st_mtime > DAY:
                    shutil.rmtree(left, ignore_errors=True)
            except OSError:
                continue  # another run was faster

    def has(self, key: str) -> bool:
        """Whether a whole entry lies there; a broken one is noted and counts as absent."""
        place = self._place(key)
        if not place.is_dir():
            return False
        whole = _whole(place)
        if not whole and key not in {f.values.get("key") for f in self.broken}:
            self.broken.append(Finding("store.broken", {"key": key}, "warning", Position(f"{self.folder.name}/results/{key}")))
        return whole

    def note(self, key: str) -> dict[str, Any]:
        """What was noted beside a result: hashes of the columns it makes, its findings. Needs no pandas."""
        found: dict[str, Any] = decode(json.loads((self._place(key) / "note.json").read_bytes()))
        return found

    def get(self, key: str) -> Result | None:
        """The result of a key; None where it is not there or broken."""
        if not self.has(key):
            return None
        place = self._place(key)

        def fetch(name: str) -> pd.DataFrame:
            import pandas as pd

            return pd.read_parquet(place / name)

        result = decode(json.loads((place / "result.json").read_bytes()), fetch)
        return result if isinstance(result, Result) else None

    def put(self, key: str, result: Result, note: Mapping[str, Any]) -> None:
        """Keep a result. Nothing happens where it is there already.

        Raises
        ------
        DataError
            where the folder cannot be written
        """
        if self.has(key):
            return
        place = self._place(key)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(mkdtemp(prefix=".new-", dir=place.parent))
            try:
                self._fill(aside, result, note)
                _move(aside, place)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        except OSError as problem:
            raise cannot_write(problem, place) from problem

    def _fill(self, aside: Path, result: Result, note: Mapping[str, Any]) -> None:
        names: list[str] = []

        def keep(frame: pd.DataFrame) -> str | None:
            if len(frame) <= ASIDE_ROWS:
                return None
            names.append(f"{len(names)}.parquet")
            frame.to_parquet(aside / names[-1])
            return names[-1]

        content = dict(zip(CONTENT, (encode(result, keep), encode(dict(note))), strict=True))
        for name, value in content.items():
            (aside / name).write_bytes(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
        seal = {name: of_bytes((aside / name).read_bytes()) for name in (*content, *names)}
        (aside / SEAL).write_bytes(json.dumps(seal).encode())

    def read(self, name: str) -> Any:
        """A note by name, such as that on the last run; None where it is not there or broken."""
        try:
            return decode(json.loads((self.folder / f"{name}.json").read_bytes()))
        except (OSError, *UNREADABLE):
            return None

    def last(self) -> dict[str, Mapping[str, Any]]:
        """Step → the parts of its key when it was run last."""
        found = self.read("last")
        return {step: parts for step, parts in found.items() if isinstance(parts, Mapping)} if isinstance(found, Mapping) else {}

    def write(self, name: str, value: Any) -> None:
        """Replace a note by name, whole or not at all; one that says the same already is left alone."""
        place, content = self.folder / f"{name}.json", json.dumps(encode(value), ensure_ascii=False, allow_nan=False).encode()
        if not (place.is_file() and place.read_bytes() == content):
            write_aside(place, content)

    def _place(self, key: str) -> Path:
        return self.folder / "results" / key


REASONS = {
    "full": (errno.ENOSPC, errno.EDQUOT),
    "rights": (errno.EACCES, errno.EPERM, errno.EROFS),
    "folder": (errno.EISDIR,),
    "no_folder": (errno.ENOTDIR, errno.EEXIST),
    "gone": (errno.ENOENT,),
}


def write_aside(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed.

    Raises
    ------
    DataError
        where the folder cannot be written
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as problem:
        with suppress(OSError):  # where its folder is no folder, there is nothing to remove
            aside.unlink(missing_ok=True)
        raise cannot_write(problem, path) from problem


def cannot_write(problem: OSError, path: Path) -> DataError:
    """The message for a full disk, a folder without rights, a name that is taken."""
    named = str(problem.filename or path)
    place = str(path) if named.endswith(".new") else named  # not the file beside it
    return DataError(error("store.cannot_write", Position(place), reason=reason_of(problem)))


def reason_of(problem: OSError) -> Message | str:
    """What the system says, in both languages where it is one of the usual things."""
    code = next((code for code, numbers in REASONS.items() if problem.errno in numbers), None)
    return Message(f"store.why.{code}") if code else problem.strerror or type(problem).__name__


def _move(aside: Path, place: Path) -> None:
    """Rename into place; another run may have been faster, and a broken entry gives way."""
    for _ in range(2):
        try:
            aside.rename(place)
            return
        except OSError:
            if not place.is_dir():
                raise
            if _whole(place):
                return
            shutil.rmtree(place, ignore_errors=True)


def _whole(place: Path) -> bool:
    try:
        seal = json.loads((place / SEAL).read_bytes())
        whole = isinstance(seal, dict) and set(CONTENT) <= seal.keys()
        return whole and all(of_bytes((place / name).read_bytes()) == digest for name, digest in seal.items())
    except (OSError, ValueError):
        return False
