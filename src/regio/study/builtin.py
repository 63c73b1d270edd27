"""The built-in studies: folders of TOML and tables beside the code."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from regio.contract.finding import StudyError, error, suggestion

FILE = "study.toml"


def names() -> tuple[str, ...]:
    """The built-in studies, in alphabetical order."""
    return tuple(sorted(folder.name for folder in _root().iterdir() if (folder / FILE).is_file()))


def find(study: str | Path, folder: Path | None = None) -> Path:
    """The study file of a file, a folder that holds ``study.toml``, or a built-in name; relative paths start at ``folder``.

    Raises
    ------
    StudyError
        where there is no such study
    """
    path = (folder or Path()) / Path(study).expanduser()
    if path.is_file():
        return path
    if (path / FILE).is_file():
        return path / FILE
    if (_root() / str(study) / FILE).is_file():
        return _root() / str(study) / FILE
    known = names()
    raise StudyError(error("study.no_study", found=str(study), studies=known, near=suggestion(str(study), known)))


def homes(folder: Path) -> tuple[Path, ...]:
    """Where folders of studies may lie: in a study's own folder, beside it, among the built-in ones."""
    return (folder, folder.parent, _root())


def _root() -> Path:
    return Path(str(resources.files("regio"))) / "studies"
