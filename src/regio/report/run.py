"""``regio.run``: run a study and write what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regio.language import Language
from regio.report.write import write
from regio.study.events import Listener
from regio.study.execute import Run, execute
from regio.study.file import load
from regio.study.model import Study


def run(
    study: str | Path | Study,
    out: str | Path | None = None,
    *,
    only: Sequence[str] = (),
    languages: Sequence[Language] | None = None,
    engine: Any = None,
    events: Listener | None = None,
) -> Run:
    """Run a study from its file to its report.

    Parameters
    ----------
    study : name of a built-in study, a study file, or a folder with ``study.toml``
    out : folder for the report, tables and results.json; None is ``runs/<name>`` in the working folder
    only : steps to run, with those they need; empty is all
    languages : of the report, the first one on top; None as the study says
    engine : where independent tasks are computed; None is here
    events : called with each event of the run

    Returns
    -------
    Run
        a mapping step → result, with ``.findings``, ``.failed`` and ``.folder``

    Raises
    ------
    StudyError
        with every mistake of the study file, or where a table cannot be read
    DataError
        where the folder cannot be written
    """
    read = load(study)
    finished = execute(read, only=only, engine=engine, events=events)
    folder = Path(out) if out is not None else Path("runs") / read.name
    return write(finished, folder, tuple(languages or read.languages))
