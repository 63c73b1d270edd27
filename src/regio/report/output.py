"""Files of a run: each written whole or not at all, and beside its place where another program holds it open."""

from __future__ import annotations

from pathlib import Path

from regio.compute.fingerprint import of_bytes
from regio.contract.finding import DataError, Finding, Position
from regio.study.store import cannot_write, write_aside


class Output:
    """files: name → hash of what was written; findings: files that had to be written beside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, str] = {}
        self.findings: list[Finding] = []

    def text(self, name: str, text: str) -> None:
        self.bytes(name, text.encode("utf-8"))

    def bytes(self, name: str, content: bytes) -> None:
        """Write one file under its relative name.

        Raises
        ------
        DataError
            where the folder cannot be written
        """
        path = self.folder / name
        try:
            write_aside(path, content)
            self.files[name] = of_bytes(content)
        except DataError as problem:
            if not isinstance(problem.__cause__, PermissionError) or not path.is_file():
                raise
            beside = path.with_name(f"{path.stem} (2){path.suffix}")
            write_aside(beside, content)
            self.findings.append(Finding("store.held_open", {"file": name, "beside": beside.name}, "warning", Position(name)))

    def remove_stale(self, folder: str, endings: tuple[str, ...]) -> None:
        """Numbered files of an earlier run that this one did not write; other files are left alone."""
        place = self.folder / folder
        if not place.is_dir():
            return
        for file in place.iterdir():
            if f"{folder}/{file.name}" not in self.files and file.name[:2].isdigit() and file.name.endswith(endings):
                try:
                    file.unlink(missing_ok=True)  # another run may have been faster
                except OSError as problem:
                    raise cannot_write(problem, file) from problem


def intact(folder: Path, files: dict[str, str]) -> bool:
    """Whether every file lies there as it was written."""
    try:
        return all(of_bytes((folder / name).read_bytes()) == digest for name, digest in files.items())
    except OSError:
        return False
