"""Where a source is: a path, or ``package:NAME/…`` for data inside an installed package, found without importing it. Standard library only."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from importlib.util import find_spec
from pathlib import Path

from regio.contract.finding import DataError, Position, error, suggestion

PACKAGE = "package:"
OPENERS = {".bz2": bz2.decompress, ".gz": gzip.decompress, ".xz": lzma.decompress}


def locate(written: str | Path, folder: Path | None = None) -> Path:
    """The file that a source names; relative paths start at ``folder``.

    Raises
    ------
    DataError
        where there is no such package, file or folder
    """
    text = str(written)
    if text.startswith(PACKAGE):
        return _in_package(text)
    path = Path(text).expanduser()
    path = path if path.is_absolute() or folder is None else folder / path
    if path.is_dir():
        raise DataError(error("reading.is_folder", Position(str(path))))
    if not path.is_file():
        raise DataError(error("reading.no_file", Position(str(path)), found=text, near=_nearby(path)))
    return path


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked where its name ends in .bz2, .gz or .xz."""
    raw = path.read_bytes()
    unpack = OPENERS.get(path.suffix.lower())
    try:
        return unpack(raw) if unpack else raw
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):  # a file that is cut off raises another error in each format
        raise DataError(error("reading.broken_archive", Position(str(path)))) from None


def _in_package(text: str) -> Path:
    package, _, inside = text.removeprefix(PACKAGE).partition("/")
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise DataError(error("reading.no_package", text, package=package))
    path = Path(next(iter(spec.submodule_search_locations))) / inside
    if not path.is_file():
        raise DataError(error("reading.no_package_file", text, package=package, inside=inside))
    return path


def _nearby(path: Path) -> object:
    """Files of a similar name in the same folder."""
    if not path.parent.is_dir():
        return ""
    return suggestion(path.name, tuple(sorted(p.name for p in path.parent.iterdir() if p.is_file())))
