"""``regio.read``: files to one panel, the recipe that made it, and every cell that is not as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from regio.contract.finding import ArgumentError, DataError, Finding, Position, error, suggestion
from regio.reading.recipe import LAYOUTS, Layout, Recipe, SheetRecipe

if TYPE_CHECKING:
    from regio.panel import Change, Panel
    from regio.reading.apply import Piece
    from regio.reading.grid import Grid
    from regio.reading.layout import Asked

KEYS = ("region", "period")


@dataclass(frozen=True, slots=True)
class Read:
    """panel: the rows; recipe: every decision, which repeats the import; changes: every cell, row and name that is not as it was in the file;
    findings: what else a reader should know.
    """

    panel: Panel
    recipe: Recipe
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def read(
    *paths: str | Path,
    region: str | None = None,
    period: str | None = None,
    layout: Layout = "auto",
    names: Literal["auto", "keep"] = "auto",
    recipe: Recipe | str | Path | None = None,
) -> Read:
    """Yearbook files as one panel, joined by region and period.

    Delimited text (UTF-8, UTF-16, GB18030; packed or not), Excel, HTML tables, Stata, SPSS, Parquet, and ``file.duckdb::table``.

    Parameters
    ----------
    paths : files, or ``package:NAME/path/inside`` for data inside an installed package
    region, period : columns of the files that hold the keys; the panel's keys then bear these names. Not given: they are looked for
    layout : ``long``, ``years_across`` (regions down), ``years_down`` (regions across), ``regions_across`` (indicators down), or ``auto``
    names : ``auto``: names of Chinese provinces in any form become their short Chinese names, those of US states their codes, and rows of totals
        are left out and listed; ``keep``: names stay as they are
    recipe : of an earlier import, or the path of its file; repeats it exactly. With ``paths``, on these files in their order

    Returns
    -------
    Read
        ``.panel``, ``.recipe``, ``.changes``, ``.findings``

    Raises
    ------
    DataError
        naming file, sheet, row and column of every cell that should be a number and is not, of values that disagree, of files that are locked
        or broken, of a layout that is not clear

    Examples
    --------
    >>> import regio
    >>> found = regio.read("package:linearmodels/datasets/munnell/munnell.csv.bz2", region="ST_ABB", period="YR")
    >>> len(found.panel), found.changes
    (816, ())
    """
    from regio.panel.survey import survey
    from regio.reading.join import join

    pieces, findings, finished = pieces_of(paths, region, period, layout, names, recipe)
    panel, merged = join(pieces, finished.region, finished.period)
    return Read(panel, finished, panel.changes, (*findings, *(f for piece in pieces for f in piece.findings), *merged, *survey(panel)))


def pieces_of(
    paths: Sequence[str | Path],
    region: str | None = None,
    period: str | None = None,
    layout: Layout = "auto",
    names: Literal["auto", "keep"] = "auto",
    recipe: Recipe | str | Path | None = None,
    missing: Sequence[str] = (),
) -> tuple[list[Piece], list[Finding], Recipe]:
    """The tables of the files before they are joined, and the recipe. Needs no numpy. ``missing``: further marks for a missing value."""
    _check_choice("layout", layout, LAYOUTS)
    _check_choice("names", names, ("auto", "keep"))
    if recipe is not None:
        pieces, findings, kept = _again(paths, recipe)
        return pieces, findings, replace(kept, sheets=tuple(piece.recipe for piece in pieces))
    if not paths:
        raise DataError(error("reading.no_paths"))
    pieces, findings = _first_time([str(p) for p in paths], region, period, layout, names, tuple(missing))
    return pieces, findings, Recipe(*_keys(pieces, region, period), tuple(piece.recipe for piece in pieces), names)


def _check_choice(name: str, found: str, choices: Sequence[str]) -> None:
    if found not in choices:
        near = suggestion(str(found), tuple(choices))
        raise ArgumentError(error("contract.not_a_choice", kind="read", option=name, found=repr(found), choices=tuple(choices), near=near))


def _first_time(
    paths: Sequence[str], region: str | None, period: str | None, layout: str, names: str, missing: tuple[str, ...]
) -> tuple[list[Piece], list[Finding]]:
    """Every table of every file, its layout recognised. A mistake in one does not hide those in others."""
    from regio.reading.files import grids
    from regio.reading.layout import Asked

    pieces: list[Piece] = []
    findings: list[Finding] = []
    problems: list[Finding] = []
    for path in paths:
        try:
            sheets, notes = grids(path)
        except DataError as problem:
            problems += problem.findings
            continue
        findings += notes
        asked = Asked(region, period, layout, names, many=len(paths) > 1, missing=missing)
        found, skipped, wrong = _sheets(path, sheets, asked)
        pieces += found
        findings += skipped
        problems += wrong
    if problems:
        raise DataError(*problems)
    return pieces, findings


def _sheets(path: str, sheets: Sequence[Grid], asked: Asked) -> tuple[list[Piece], list[Finding], list[Finding]]:
    """The tables of one file; sheets without one are noted, unless no sheet has any."""
    from regio.reading.apply import apply
    from regio.reading.headers import tables
    from regio.reading.layout import decide

    pieces: list[Piece] = []
    skipped: list[Finding] = []
    problems: list[Finding] = []
    for sheet in sheets:
        found = tables(sheet)
        empty = not any(cell not in (None, "") for row in sheet.rows for cell in row)
        if not found or (len(sheets) > 1 and not _numbers(sheet)):
            code = "reading.empty_sheet" if empty else "reading.no_table" if found or len(sheets) > 1 else "reading.no_rows"
            columns = tuple(str(c) for row in sheet.rows[:1] for c in row if c not in (None, ""))
            skipped.append(Finding(code, {"columns": columns}, "note", Position(sheet.file, sheet=sheet.sheet)))
            continue
        for table in found:
            try:
                recipe = decide(table, asked)
                piece = apply(sheet, recipe)
            except DataError as problem:
                problems += problem.findings
                continue
            asked = replace(asked, before=recipe.variable or asked.before)
            pieces.append(replace(piece, recipe=replace(piece.recipe, file=path)))
    if not pieces and not problems:
        problems = [replace(f, severity="error") for f in skipped]
    return pieces, skipped, problems


def _numbers(sheet: Grid) -> bool:
    from regio.reading.clean import like_number

    return any(like_number(cell) for row in sheet.rows for cell in row)


def _keys(pieces: Sequence[Piece], region: str | None, period: str | None) -> tuple[str | None, str | None]:
    """Names of the keys in the panel: those that were asked for, else ``region`` and ``period`` where the tables have them."""
    asked = (region, period)
    there = [any(piece.recipe.has(key) for piece in pieces) for key in KEYS]
    found = [name or (_free(key, pieces) if is_there else None) for name, key, is_there in zip(asked, KEYS, there, strict=True)]
    return found[0], found[1]


def _free(key: str, pieces: Sequence[Piece]) -> str:
    """The usual name of a key, unless a variable has it."""
    taken = {s.variable for piece in pieces for s in piece.series}
    return key if key not in taken else f"{key}_"


def _again(paths: Sequence[str | Path], recipe: Recipe | str | Path) -> tuple[list[Piece], list[Finding], Recipe]:
    """The tables that a recipe names, read as it says."""
    from regio.reading.apply import apply
    from regio.reading.files import grids

    kept, folder = _recipe(recipe)
    if paths and len(paths) != len(kept.files):
        raise DataError(error("reading.recipe_files", expected=len(kept.files), found=len(paths), files=kept.files))
    others = dict(zip(kept.files, map(str, paths), strict=False)) if paths else {}
    opened: dict[str, Mapping[str, Grid]] = {}
    pieces: list[Piece] = []
    findings: list[Finding] = []
    problems: list[Finding] = []
    for sheet in kept.sheets:
        name = others.get(sheet.file, sheet.file)
        if name not in opened:
            found, notes = grids(name, None if paths else folder)
            opened[name] = {grid.sheet: grid for grid in found}
            findings += notes
        try:
            grid = _named(opened[name], sheet)
            piece = apply(grid, replace(sheet, file=grid.file))
        except DataError as problem:
            problems += problem.findings
            continue
        pieces.append(replace(piece, recipe=replace(sheet, file=name)))
    if problems:
        raise DataError(*problems)
    return pieces, findings, kept


def _named(sheets: Mapping[str, Grid], recipe: SheetRecipe) -> Grid:
    if recipe.sheet not in sheets:
        names = tuple(sheets)
        raise DataError(error("reading.no_sheet", Position(recipe.file), sheet=recipe.sheet, sheets=names, near=suggestion(recipe.sheet, names)))
    return sheets[recipe.sheet]


def _recipe(given: Recipe | str | Path) -> tuple[Recipe, Path | None]:
    """A recipe and the folder in which its relative paths start."""
    from regio.reading.locate import locate

    if isinstance(given, Recipe):
        return given, None
    path = locate(given)
    return Recipe.from_text(path.read_text(encoding="utf-8-sig"), path.name), path.parent


def renamed(recipe: Recipe, files: Iterable[str]) -> Recipe:
    """The same recipe with other paths to its files, in their order."""
    new = dict(zip(recipe.files, files, strict=True))
    return replace(recipe, sheets=tuple(replace(sheet, file=new[sheet.file]) for sheet in recipe.sheets))
