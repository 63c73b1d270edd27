"""Tables of this room: what comes back of a print, and ranges over a family of panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Column, Kind, Row, Table, label, text
from regio.language import Message, known

if TYPE_CHECKING:
    import pandas as pd

    from regio.calibrating.calibrated_range import CalibratedRange

RANGE = ("number", "first", "least", "median", "greatest", "share_positive", "share_significant")
SHOWN = ("estimate", "std_error", "number")
SAME = 1e-3  # relative; a number that moves less is pinned by the print


def reproduction_table(found: pd.DataFrame) -> Table:
    """One row a printed number."""
    rows = []
    for where, printed, computed, equal, reason in found[["where", "printed", "computed", "equal", "reason"]].itertuples(index=False):
        cells = (_words(printed), Cell("number", computed) if computed == computed else EMPTY, Cell("yes_no", bool(equal)), text(reason) if reason else EMPTY)
        rows.append(Row(where, _words(where), cells))
    columns = tuple(Column(name, (text(f"calibrate.column.{name}"),)) for name in ("printed", "computed", "equal", "reason"))
    return Table(
        name="reproduction", frame=found, columns=columns, rows=tuple(rows), title=Message("calibrate.title"), stub=text("calibrate.column.where"),
        notes=(Message("calibrate.note", {"equal": int(found["equal"].sum()), "count": len(found)}),),
    )  # fmt: skip


def range_table(found: CalibratedRange) -> Table:
    """Estimates, errors and ends of intervals of the table of the call that varies most; the frame has every number."""
    cells = found.cells
    own = cells[cells.index.get_level_values("exhibit") == _varying(cells)]
    own = own[own["kind"].isin(SHOWN) & own.index.get_level_values("part").isin(["", "std_error"])]
    several = own[own.index.get_level_values("part") == ""].index.get_level_values("column").nunique() > 1
    if several:
        own = own[[_spoken(str(column), str(part)) for _, _, part, column in own.index]]
    names = [str(name) for name in own.index.get_level_values("row")]
    again = [i > 0 and name == names[i - 1] for i, name in enumerate(names)]
    found_rows: Any = zip(own.index.tolist(), own.to_dict("records"), again, strict=True)
    return Table(
        name="range",
        frame=cells,
        columns=tuple(Column(name, (text(f"calibrated_range.column.{name}"),)) for name in RANGE),
        rows=tuple(_row(str(row), str(part), str(column), values, several, said) for (_, row, part, column), values, said in found_rows),
        title=Message("calibrated_range.title", {"panels": found.panels}),
        notes=(Message("calibrated_range.note", {"panels": found.panels, "level": f"{1 - found.level:.0%}"}),),
    )


def _varying(cells: pd.DataFrame) -> str:
    """The exhibit of which most numbers are not the same on all panels; the first of several."""
    moves = (cells["greatest"] - cells["least"]) > SAME * cells[["least", "greatest"]].abs().max(axis=1)
    return str(moves.groupby(level="exhibit", sort=False).mean().idxmax())


def _row(name: str, part: str, column: str, values: Any, several: bool, said: bool) -> Row:
    kinds: dict[str, Kind] = {"share_positive": "share", "share_significant": "share"}
    numbers = [Cell(kinds.get(key, "number"), float(values[key])) if values[key] == values[key] else EMPTY for key in RANGE[1:]]
    what = part or (column if several else "estimate")
    key = ", ".join([name, *([column] if several else []), *([part] if part else [])])
    number = Cell("text", Message(f"calibrated_range.number.{what.replace('.', '_')}")) if values["kind"] != "number" or several else EMPTY
    return Row(key, EMPTY if said else _head(name), (number, *numbers))


def _head(name: str) -> Cell:
    for code in (f"calibrated_range.name.{name.lstrip('_')}", f"regress.fit.{name}"):
        if known(code):
            return text(code)
    return label(name)


def _spoken(column: str, part: str) -> bool:
    """Whether a number has words in the catalogue; others stand in the frame only."""
    return known(f"calibrated_range.number.{(part or column).replace('.', '_')}")


def _words(words: str) -> Cell:
    return Cell("text", Message("calibrate.words", {"words": words}))
