"""``regio doctor``: what this machine has, and what to do about what it lacks. Nothing is sent anywhere."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile

from regio import __version__
from regio.language import Message


@dataclass(frozen=True, slots=True)
class Check:
    """message: what was found; cure: what to do, where it is not fine."""

    name: str
    fine: bool
    message: Message
    cure: Message | None = None


def examine(folder: Path) -> tuple[Check, ...]:
    """Every check, in reading order."""
    return tuple(_checks(folder))


def _checks(folder: Path) -> Iterator[Check]:
    yield Check("regio", True, Message("cli.doctor.regio", {"version": __version__, "python": platform.python_version(), "system": platform.system()}))
    missing = tuple(name for name in _needed() if _version(name) is None)
    if missing:
        yield Check("packages", False, Message("cli.doctor.missing", {"names": missing}), Message("cli.doctor.missing.cure", {"names": " ".join(missing)}))
    else:
        versions = tuple(f"{name} {_version(name)}" for name in ("numpy", "scipy", "pandas"))
        yield Check("packages", True, Message("cli.doctor.packages", {"versions": versions}))
    yield _font()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    fine = encoding in ("utf8", "gb18030")
    yield Check("terminal", fine, Message("cli.doctor.terminal", {"encoding": sys.stdout.encoding}), None if fine else Message("cli.doctor.terminal.cure"))
    yield _writable(folder)
    yield Check("schema", True, Message("cli.doctor.schema", {"file": str(files("regio.study") / "study.schema.json")}))


def _needed() -> tuple[str, ...]:
    """Names of the packages that Regio itself declares."""
    try:
        lines = requires("regio") or []
    except PackageNotFoundError:
        return ()
    return tuple(sorted({_name(line) for line in lines if "extra ==" not in line}))


def _name(line: str) -> str:
    for end, sign in enumerate(line):
        if not (sign.isalnum() or sign in "-_."):
            return line[:end]
    return line


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _font() -> Check:
    from regio.exhibits.draw.fonts import FontError, chinese_font

    try:
        font = chinese_font()
    except FontError as problem:
        message = problem.messages[0]
        return Check("font", False, message, Message(f"{message.code}.cure", message.values))
    return Check("font", True, Message("cli.doctor.font", {"font": font.path.name}))


def _writable(folder: Path) -> Check:
    place = folder
    while not place.exists():
        place = place.parent
    try:
        with TemporaryFile(dir=place):
            pass
    except OSError as problem:
        reason = problem.strerror or ""
        return Check("folder", False, Message("cli.doctor.folder_bad", {"folder": str(place), "reason": reason}), Message("cli.doctor.folder_bad.cure"))
    return Check("folder", True, Message("cli.doctor.folder", {"folder": str(folder)}))
