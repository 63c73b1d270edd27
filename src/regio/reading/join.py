"""Pieces of several sheets and files to one panel, by region and period. Two values for one cell must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import DataError, Finding, Position, error
from regio.language import LANGUAGES
from regio.panel import Change, Panel, Variable
from regio.reading.apply import Altered, Piece, Series
from regio.reading.grid import letter, text

SHOWN = 10  # conflicts in one message
Key = tuple[str, "int | str"]


@dataclass(frozen=True, slots=True)
class _Value:
    value: float | str
    piece: int
    line: int
    column: int


def join(pieces: Sequence[Piece], region: str | None, period: str | None) -> tuple[Panel, tuple[Finding, ...]]:
    """One panel and notes on rows that were merged.

    Raises
    ------
    DataError
        where two values for one region and period disagree, units differ, or a table lacks a key that others have
    """
    used = tuple(piece for piece in pieces if piece.series)
    if not used:
        raise DataError(error("reading.no_values_at_all", _sheet(pieces[0])))
    if len(used) > 1:
        _check_keys(used)
    whole = _as_it_stands(used[0], region, period) if len(used) == 1 else None
    merged: list[Finding] = []
    if whole is None:
        whole, merged = _keyed(used, region, period)
    variables = _variables(used, [str(c) for c in whole.columns])
    changes = [_change(a) for piece in pieces for a in piece.altered]
    return Panel(whole, region=region, period=period, variables=variables, changes=changes), tuple(merged)


def _change(a: Altered) -> Change:
    return Change(a.variable, a.region, a.period, a.before, a.after, f"panel.change.{a.reason}", a.file, a.row, a.sheet, a.column)


def _check_keys(pieces: Sequence[Piece]) -> None:
    for key in ("region", "period"):
        there = [piece for piece in pieces if piece.recipe.has(key)]
        if there and len(there) < len(pieces):
            lacking = next(piece for piece in pieces if piece not in there)
            raise DataError(error(f"reading.lacks_{key}", _sheet(lacking), other=_said(_sheet(there[0]))))
    if not any(piece.recipe.has(key) for piece in pieces for key in ("region", "period")):
        raise DataError(error("reading.join_needs_keys", files=tuple(dict.fromkeys(piece.grid.file for piece in pieces))))


def _as_it_stands(piece: Piece, region: str | None, period: str | None) -> pd.DataFrame | None:
    """The rows of one long table in their own order; None where they must be put together by their keys."""
    recipe, first = piece.recipe, piece.series[0]
    if recipe.layout != "long" or len({s.variable for s in piece.series}) < len(piece.series) or any(s.lines != first.lines for s in piece.series):
        return None
    data: dict[str, Any] = {}
    if region is not None:
        data[region] = pd.array(list(first.regions), dtype="str")
    if period is not None:
        data[period] = _periods(first.periods)
    frame = pd.DataFrame(data)
    if data and frame.duplicated().any():
        return None
    for s in piece.series:
        data[s.variable] = _column(s.values, words=s.words)
    return pd.DataFrame(data)


def _keyed(pieces: Sequence[Piece], region: str | None, period: str | None) -> tuple[pd.DataFrame, list[Finding]]:
    """Regions in the order in which they come, periods in their own; every variable's cells looked up by key."""
    found: dict[str, dict[Key, _Value]] = {}
    keys: dict[Key, None] = {}
    words: dict[str, bool] = {}
    again: dict[tuple[int, int], int] = {}
    problems: list[Finding] = []
    for k, piece in enumerate(pieces):
        for s in piece.series:
            cells = found.setdefault(s.variable, {})
            words[s.variable] = words.get(s.variable, False) or s.words
            for key, value, line in zip(zip(s.regions, s.periods, strict=True), s.values, s.lines, strict=True):
                keys.setdefault(key)
                if value is None:
                    continue
                before = cells.get(key)
                if before is None:
                    cells[key] = _Value(value, k, line, s.column)
                elif before.value == value:
                    again[before.piece, k] = again.get((before.piece, k), 0) + 1
                else:
                    problems.append(_conflict(pieces, s, key, before, _Value(value, k, line, s.column)))
    if problems:
        more = [error("reading.more_conflicts", count=len(problems) - SHOWN)] if len(problems) > SHOWN else []
        raise DataError(*problems[:SHOWN], *more)
    order = {name: i for i, name in enumerate(dict.fromkeys(key[0] for key in keys))}
    rows = sorted(keys, key=lambda key: (order[key[0]], isinstance(key[1], str), key[1])) if period is not None else list(keys)
    data: dict[str, Any] = {}
    if region is not None:
        data[region] = pd.array([key[0] for key in rows], dtype="str")
    if period is not None:
        data[period] = _periods([key[1] for key in rows])
    for name, cells in found.items():
        values = [cell.value if (cell := cells.get(key)) is not None else None for key in rows]
        data[name] = _column([text(v) if words[name] and v is not None else v for v in values], words=words[name])
    notes = [_merged(pieces, pair, count) for pair, count in again.items()]
    return pd.DataFrame(data), notes


def _conflict(pieces: Sequence[Piece], series: Series, key: Key, one: _Value, two: _Value) -> Finding:
    """Both places and both values."""
    first, second = (_where(pieces[v.piece], v) for v in (one, two))
    labels = " ".join(str(part) for part in key if part != "")
    values = {"variable": series.variable, "key": labels, "one": text(one.value), "two": text(two.value)}
    return error("reading.conflict", second, first=_said(first), **values)


def _merged(pieces: Sequence[Piece], pair: tuple[int, int], count: int) -> Finding:
    one, two = (_sheet(pieces[k]) for k in pair)
    return Finding("reading.merged", {"count": count, "other": _said(one)}, "note", two)


def _said(where: Position) -> dict[str, str]:
    return {language: where.text(language) for language in LANGUAGES}


def _sheet(piece: Piece) -> Position:
    return Position(piece.grid.file, sheet=piece.grid.sheet)


def _where(piece: Piece, value: _Value) -> Position:
    if piece.grid.sheet:
        return replace(_sheet(piece), row=value.line, column=letter(value.column))
    return replace(_sheet(piece), line=value.line, column=letter(value.column))


def _periods(labels: Sequence[int | str]) -> Any:
    if all(isinstance(label, int) for label in labels):
        return np.array(labels, dtype=np.int64)
    return pd.array([str(label) for label in labels], dtype="str")


def _column(values: Sequence[float | str | None], *, words: bool) -> Any:
    if words:
        return pd.array(list(values), dtype="str")
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _variables(pieces: Sequence[Piece], columns: Sequence[str]) -> tuple[Variable, ...]:
    """Unit and labels of the variables that have any.

    Raises
    ------
    DataError
        where two tables give one variable in different units
    """
    units: dict[str, tuple[str, Piece]] = {}
    labels: dict[str, Any] = {}
    for piece in pieces:
        for s in piece.series:
            labels |= {s.variable: known} if (known := piece.grid.labels.get(s.variable)) else {}
            before = units.get(s.variable)
            if s.unit and before and before[0] != s.unit:
                values = {"variable": s.variable, "unit": s.unit, "other_unit": before[0], "other": _said(_sheet(before[1]))}
                raise DataError(error("reading.units_differ", _sheet(piece), **values))
            if s.unit and not before:
                units[s.variable] = (s.unit, piece)
    return tuple(Variable(c, unit=units[c][0] if c in units else "", **labels.get(c, {})) for c in columns if c in units or c in labels)
