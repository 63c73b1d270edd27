"""``regio.run``: run a study and write what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regio import __version__
from regio.language import Language
from regio.report.write import write
from regio.study.events import Listener, both, nobody
from regio.study.execute import Run, execute
from regio.study.file import load
from regio.study.layers import Data
from regio.study.ledger import Ledger
from regio.study.model import Study
from regio.study.store import Store


def run(
    study: str | Path | Study,
    out: str | Path | None = None,
    *,
    data: Data = None,
    only: Sequence[str] = (),
    languages: Sequence[Language] | None = None,
    engine: Any = None,
    events: Listener | None = None,
) -> Run:
    """Run a study from its file to its report.

    Parameters
    ----------
    study : name of a built-in study, a study file, or a folder with ``study.toml``
    out : folder for the report, tables, results.json, the ledger and the store of finished results; None is ``runs/<name>`` in the working folder
    data : laid over the study: a TOML file with the keys of a study, ``SOURCE=FILE`` for another table, or a folder of tables for which the study brings
        an overlay; several are laid one on the other
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
    read = load(study, data)
    folder = Path(out) if out is not None else Path("runs") / read.name
    store = Store(folder / "store")
    with Ledger(folder / "ledger.sqlite", read.name, __version__) as ledger:
        finished = execute(read, only=only, engine=engine, events=both(ledger, events or nobody), store=store)
        for table in finished.tables:
            ledger.inputs(table.source, read.source(table.source).written, table.file_hash, table.rows, table.changes)
        return write(finished, folder, tuple(languages or read.languages), store)
