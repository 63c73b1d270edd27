"""``calibrated:NAME`` and ``calibrated:NAME/TABLE``: the calibrated tables of a study as a source. Finding them needs no numpy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from regio.calibrating.words import DESIGN, PRINTED
from regio.contract.finding import DataError, error

if TYPE_CHECKING:
    from regio.calibrating.result import Calibrate
    from regio.panel import Panel

PREFIX = "calibrated:"


@dataclass(frozen=True, slots=True)
class Found:
    """path: the design or the printed tables; table: empty for the first one; columns: of that table, keys first."""

    path: Path
    table: str
    columns: tuple[str, ...]


def is_calibrated(written: str) -> bool:
    return written.startswith(PREFIX)


def find(written: str, folders: Iterable[Path]) -> Found:
    """The calibration that a source names; NAME is a folder in one of ``folders``.

    Raises
    ------
    DataError
        where there is none, or it has no such table
    """
    name, _, table = written.removeprefix(PREFIX).partition("/")
    for folder in folders:
        for file in (DESIGN, PRINTED):
            path = folder / name / file
            if path.is_file():
                return Found(path, table, _columns(path, table))
    raise DataError(error("calibrate.no_study", found=name))


def _columns(path: Path, table: str) -> tuple[str, ...]:
    from regio.calibrating.design import columns_of, read_design

    if path.name == DESIGN:
        design = read_design(path)
        names = tuple(t.name for t in design.tables)
        if table not in names:
            raise DataError(error("calibrate.no_such_table", found=table, known=names))
        return columns_of(design, table)
    from regio.calibrating.paper_index import columns_of_paper

    if table:
        raise DataError(error("calibrate.no_such_table", found=table, known=("",)))
    return columns_of_paper(path)


@lru_cache(maxsize=4)
def _calibrated(path: Path, content: bytes, seed: int) -> Calibrate:
    from regio.calibrating.calibrate import calibrate

    return calibrate(path, seed=seed)


def panel_of(path: Path, table: str = "", *, seed: int = 0) -> Panel:
    """A calibrated table; computed once for one content of its file."""
    made = _calibrated(path, path.read_bytes(), seed)
    return made.tables[table] if table else made.panel
