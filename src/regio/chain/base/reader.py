"""Tables to a Chain: every mistake at once, each with its row."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.chain.base.folder import cells, check_headers, files, find
from regio.chain.base.schema import NEEDED, SETTINGS, TABLES
from regio.contract.finding import DataError, Position, error

if TYPE_CHECKING:
    import pandas as pd

    from regio.chain.base.model import Chain


def read(folder: str | Path | Mapping[str, pd.DataFrame]) -> Chain:
    """A chain from its tables.

    Parameters
    ----------
    folder : a folder with ``segments.csv``, ``edges.csv``, ``firms.csv`` and further tables (see docs/chain.md), the name of a built-in chain, or a
        mapping of table names to frames

    Returns
    -------
    Chain
        every name resolved (other names of entities, provinces in any form), every cell checked

    Raises
    ------
    DataError
        where there is no such folder; for every missing table and column, cell that is not a number or out of range, unknown segment or place, cost
        shares of a buyer above one, a fact without unit, with file and row

    Examples
    --------
    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "steel"], "import_share": [0.6, 0.1]})
    >>> edges = pd.DataFrame({"from": ["ore"], "to": ["steel"], "cost_share": [0.5]})
    >>> firms = pd.DataFrame({"firm": ["a"], "region": ["north"], "segment": ["steel"]})
    >>> regio.chain.read({"segments": segments, "edges": edges, "firms": firms}).order
    ('ore', 'steel')
    """
    from regio.chain.base.build import Raw, build

    if isinstance(folder, Mapping):
        return build({name: Raw.of_frame(name, frame) for name, frame in _given(folder).items()}, {}, "")
    path = find(folder)
    check_headers(path)
    tables = {name: Raw.of_cells(file.name, cells(file)) for name, file in files(path).items()}
    return build(tables, _settings(path), path.name)


def _given(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    problems = [error("chain.unknown_table", found=name, tables=tuple(TABLES)) for name in tables if name not in TABLES]
    problems += [error("chain.no_table", table=name, needed=NEEDED) for name in NEEDED[:1] if name not in tables]
    if problems:
        raise DataError(*problems)
    return dict(tables)


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / SETTINGS
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DataError(error("chain.settings", Position(SETTINGS), problem=str(problem))) from None
