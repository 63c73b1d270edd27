"""Files as the sources of a study: column names when it is checked, without numpy, and a panel when it runs.

Plain text tables are read by ``delimited`` and ``table``, which refuse every cell that is not a number; what stands here is for the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from regio.contract.finding import DataError, Finding, Position, error, suggestion
from regio.reading.delimited import header, sheet
from regio.reading.recipe import Layout, Recipe

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.reading.apply import Piece
    from regio.reading.table import Layout as Known

TABLE = "::"
PACKED = (".bz2", ".gz", ".xz")
TEXTS = (".csv", ".tsv", ".txt", ".tab", "")
KEYS = ("region", "period")


@dataclass(frozen=True, slots=True)
class Header:
    """columns: keys first; keys: those that the file has, ``region`` and ``period``."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def is_plain(written: str | Path, layout: str | None = None, recipe: str | None = None) -> bool:
    """Whether a source is a table of delimited text for which no layout is said: read as it stands."""
    name = str(written)
    if layout is not None or recipe is not None or TABLE in name:
        return False
    path = Path(name)
    suffix = Path(path.stem).suffix if path.suffix.lower() in PACKED else path.suffix
    return suffix.lower() in TEXTS


def table_of(
    path: str | Path, layout: Layout | None = None, recipe: str | None = None, missing: Sequence[str] = (), asked: Mapping[str, str] = MappingProxyType({})
) -> Header:
    """The columns of a file as its panel will have them; plain text tables keep theirs, and only their header is read. Needs no numpy.
    asked: region, period → the column of the file that holds it, where the study says so.

    Raises
    ------
    DataError
        as ``regio.read``
    """
    if is_plain(path, layout, recipe):
        return Header(header(Path(path)), ())
    pieces, findings, kept = _pieces(path, layout, recipe, missing, asked)
    variables = tuple(dict.fromkeys(s.variable for piece in pieces for s in piece.series))
    keys = tuple(name for name in (kept.region, kept.period) if name is not None)
    return Header((*keys, *variables), keys, tuple(findings))


def panel_of(path: str | Path, known: Known, layout: Layout | None = None, recipe: str | None = None) -> tuple[Panel, tuple[Finding, ...]]:
    """The panel of a file, its changes in it, with the names and the knowledge that a study gives it; plain text tables are read strictly.

    Raises
    ------
    DataError
        as ``regio.read``; and where a column that must hold numbers holds words, or does not exist
    """
    from regio.panel import Panel
    from regio.reading.join import join

    if is_plain(path, layout, recipe):
        from regio.reading.table import to_panel

        return to_panel(sheet(Path(path)), known)
    pieces, findings, kept = _pieces(path, layout, recipe, known.missing, known.renamed)
    panel, merged = join(pieces, kept.region, kept.period)
    where = Position(Path(str(path)).name)
    rows, columns = panel.rows, list(map(str, panel.rows.columns))
    for new, old in known.renamed.items():
        if old not in columns:
            raise DataError(error("reading.no_column", where, column=old, columns=tuple(columns), near=suggestion(old, columns)))
        if new in columns and new != old:
            raise DataError(error("reading.column_taken", where, column=new, old=old))
    names = {old: new for new, old in known.renamed.items()}
    rows = rows.rename(columns=names)
    words = [name for name in known.numeric or () if name in rows.columns and rows[name].dtype.kind not in "biuf"]
    if words:
        raise DataError(*(error("panel.text_column", where, column=name, example=str(rows[name].dropna().iloc[0])) for name in words))
    own = {names.get(v.name, v.name): replace(v, name=names.get(v.name, v.name)) for v in panel.variables}
    told = {v.name: replace(v, unit=v.unit or own[v.name].unit, label=v.label or own[v.name].label) if v.name in own else v for v in known.variables}
    changes = [replace(c, variable=names.get(c.variable, c.variable)) for c in panel.changes]
    made = Panel(rows, region=known.region, period=known.period, unit=known.unit, variables=(own | told).values(), changes=changes)
    return made, (*findings, *(f for piece in pieces for f in piece.findings), *merged)


def _pieces(
    path: str | Path, layout: Layout | None, recipe: str | None, missing: Sequence[str], keys: Mapping[str, str]
) -> tuple[Sequence[Piece], list[Finding], Recipe]:
    from regio.reading.reader import pieces_of

    region, period = (None if keys.get(key) == key else keys.get(key) for key in KEYS)  # what is called by its own name is looked for
    return pieces_of((path,), region, period, layout=layout or "auto", recipe=recipe, missing=missing)
