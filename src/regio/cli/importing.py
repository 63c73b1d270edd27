"""``regio import``: yearbook files to a tidy table, the recipe that made it, and a report of everything that is not as it was."""

from __future__ import annotations

import csv
import io
import json as json_
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from regio.contract.finding import ArgumentError, DataError, Position, error
from regio.language import LANGUAGES, Language, say, spell
from regio.study.store import write_aside

if TYPE_CHECKING:
    from regio.panel import Change, Panel
    from regio.reading.reader import Read
    from regio.reading.recipe import Layout

FINE = 0
SHOWN = 5  # changes of each kind on the screen; the report holds them all
PLACES = ("package:", "::")  # what is no plain path


def import_files(
    paths: Sequence[str],
    out: Path | None,
    region: str | None,
    period: str | None,
    layout: str,
    recipe: Path | None,
    face: Language,
    *,
    json: bool = False,
    names: str = "auto",
) -> int:
    """Read files, write ``NAME.csv``, ``NAME.recipe.toml`` and ``NAME.changes.csv``, and say what was changed.

    Parameters
    ----------
    paths : files; may be empty where a recipe names them
    out : the table to write; not given: the name of the first file with ``.tidy.csv``, in the working folder
    json : print one JSON object instead of text

    Raises
    ------
    DataError
        as ``regio.read``; and where the table would be written over one of the files that are read
    """
    from regio.reading.reader import read

    found = read(*paths, region=region, period=period, layout=cast("Layout", layout), names=cast(Any, names), recipe=recipe)
    table = _table(out, paths, recipe)
    _check_out(table, found)
    made = {"table": table, "recipe": table.with_suffix(".recipe.toml"), "changes": table.with_suffix(".changes.csv")}
    write_aside(made["table"], b"\xef\xbb\xbf" + as_csv(found.panel).encode("utf-8"))
    write_aside(made["recipe"], _moved(found, recipe if not paths else None, made["recipe"].parent).encode("utf-8"))
    write_aside(made["changes"], b"\xef\xbb\xbf" + changes_csv(found.changes, face).encode("utf-8"))
    if json:
        print(json_.dumps(as_json(found, made), ensure_ascii=False))
    else:
        print(as_text(found, made, face))
        for finding in found.findings:
            print(finding.text(face), file=sys.stderr)
    return FINE


def _table(out: Path | None, paths: Sequence[str], recipe: Path | None) -> Path:
    if out is not None:
        if out.is_dir():
            raise ArgumentError(error("importing.out_is_folder", Position(str(out))))
        return out if out.suffix else out.with_suffix(".csv")
    origin = paths[0] if paths else str(recipe)
    name = Path(origin.partition("::")[0]).name.removesuffix(".recipe.toml")
    return Path(f"{name.split('.')[0] or name}.tidy.csv")


def _check_out(table: Path, found: Read) -> None:
    """The files that are read stay as they are."""
    for file in found.recipe.files:
        path = Path(file.partition("::")[0])
        if not file.startswith(PLACES[0]) and path.exists() and table.exists() and path.samefile(table):
            raise DataError(error("importing.over_source", Position(str(table))))


def _moved(found: Read, recipe: Path | None, folder: Path) -> str:
    """The recipe with paths as seen from the folder in which it will lie."""
    from regio.reading.reader import renamed

    here = recipe.parent if recipe is not None else Path()
    return renamed(found.recipe, [_seen_from(folder, here, file) for file in found.recipe.files]).text


def _seen_from(folder: Path, here: Path, file: str) -> str:
    path, sign, table = file.partition("::")
    if file.startswith(PLACES[0]) or Path(path).is_absolute():
        return file
    try:
        relative = os.path.relpath(here / Path(path).expanduser(), folder)
    except ValueError:  # another drive
        return str((here / path).resolve()) + sign + table
    return Path(relative).as_posix() + sign + table


def as_csv(panel: Panel) -> str:
    """Tidy rows; numbers in the fewest digits that give them back exactly."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(list(panel.rows.columns))
    for row in panel.rows.itertuples(index=False, name=None):
        writer.writerow([_cell(cell) for cell in row])
    return written.getvalue()


def _cell(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(float(cell))
    return str(cell)


COLUMNS = ("file", "sheet", "row", "column", "variable", "region", "period", "before", "after", "reason")


def changes_csv(changes: Sequence[Change], face: Language) -> str:
    """Every change, one a line."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([say(f"importing.column.{name}", face) for name in COLUMNS])
    for change in changes:
        cells = [getattr(change, name) for name in COLUMNS[:-1]]
        writer.writerow([*("" if cell == 0 else cell for cell in cells), say(change.reason, face)])
    return written.getvalue()


def as_json(found: Read, made: dict[str, Path]) -> dict[str, Any]:
    """The report for programs: files, shape, variables, every change and finding."""
    panel = found.panel
    changes = [{**{name: getattr(c, name) for name in COLUMNS}, "text": {x: say(c.reason, x) for x in LANGUAGES}} for c in found.changes]
    return {
        "ok": True,
        "files": {name: str(path) for name, path in made.items()},
        "rows": len(panel),
        "keys": {"region": panel.keys.region, "period": panel.keys.period},
        "variables": [{"name": name, "unit": panel.variable(name).unit} for name in panel.value_columns],
        "sheets": [{"file": s.file, "sheet": s.sheet, "layout": s.layout} for s in found.recipe.sheets],
        "changes": changes,
        "findings": [f.to_dict() for f in found.findings],
    }


def as_text(found: Read, made: dict[str, Path], face: Language) -> str:
    """The report for a person: what was read, what was changed by kind with examples, what was written."""
    panel = found.panel
    lines = [say("importing.sheet", face, file=_place(s.file, s.sheet), layout=say(f"importing.layout.{s.layout}", face)) for s in found.recipe.sheets]
    counts = [
        len(panel),
        panel.rows[panel.keys.region].nunique() if panel.keys.region else 0,
        panel.rows[panel.keys.period].nunique() if panel.keys.period else 0,
    ]
    lines.append(say("importing.panel", face, rows=counts[0], regions=counts[1], periods=counts[2], variables=len(panel.value_columns)))
    kinds = Counter(change.reason for change in found.changes)
    lines.append(say("importing.changed", face, count=len(found.changes)) if kinds else say("importing.unchanged", face))
    for reason, count in kinds.items():
        lines.append(f"  {count} × {say(reason, face)}")
        lines += [f"      {_example(change, face)}" for change in found.changes if change.reason == reason][:SHOWN]
        if count > SHOWN:
            lines.append("      " + say("importing.more", face, count=count - SHOWN))
    lines += [say(f"importing.written.{name}", face, file=str(path)) for name, path in made.items()]
    return "\n".join(lines)


def _place(file: str, sheet: str) -> str:
    name = Path(file).name
    return f"{name} [{sheet}]" if sheet else name


def _example(change: Change, face: Language) -> str:
    where = Position(change.file, sheet=change.sheet, row=change.row, column=change.column).text(face)
    after = f" → {change.after}" if change.after else ""
    return spell(f"{where}: {change.before}{after}", face)
