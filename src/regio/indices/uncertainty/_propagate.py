"""A later call done again on each run of an index: its estimates and the columns that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.compute.engine import combine
from regio.contract.finding import ArgumentError, Finding, FindingError, error, suggestion
from regio.contract.replay import replay
from regio.contract.result import Call, Result
from regio.exhibits.models import Cell, Table
from regio.indices._cells import key_frame
from regio.indices.scale import Floats
from regio.indices.uncertainty._question import Asked, ask, runs_of
from regio.indices.uncertainty._runs import Runs
from regio.indices.uncertainty._sources import full_call
from regio.language import Message

BOUNDS = ("conf_low", "conf_high")
NUMERIC = ("estimate", "statistic", "share", "count", "number")
AGREES = 1e-9  # a column that differs from the index by no more is the index
Place = tuple[str, ...]  # exhibit, row, column and perhaps part
Read = tuple[Any, float, bool | None]  # value, p-value or nan, whether it differs from zero


@dataclass(frozen=True, slots=True)
class Once:
    """What one run gave: the cells that are followed, and the columns made, by part."""

    cells: tuple[Read, ...]
    columns: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """Fields of ``Propagate``."""

    estimates: pd.DataFrame
    draws: pd.DataFrame
    rows: pd.DataFrame
    exact: bool
    findings: tuple[Finding, ...]


def make(data: Any, of: Any, uncertainty: Any, column: str, *, estimates: Sequence[str], draws: int, level: float, seed: int, engine: Any) -> Made:
    kind = "propagate"
    if not isinstance(of, Call):
        raise ArgumentError(error("replay.not_a_result", option="of", found=type(of).__name__))
    if not isinstance(uncertainty, Call) or uncertainty.kind != "index_uncertainty":
        found = uncertainty.kind if isinstance(uncertainty, Call) else type(uncertainty).__name__
        raise ArgumentError(error("propagate.not_uncertainty", found=found))
    told = full_call(uncertainty).options
    index = told["of"].call if isinstance(told["of"], Result) else told["of"]
    asked = ask(data, index, told["variations"], noise=told["noise"], form=told["form"], drop=told["drop"], draws=draws, kind=kind)
    nominal = replay(of, data)
    places = chosen_cells(nominal, column, estimates)
    parts = tuple(name for name, made in nominal.columns().items() if made.index.equals(data.rows.index))
    if not places and not parts:
        raise ArgumentError(error("propagate.nothing", kind=of.kind, column=column))
    runs = runs_of(asked, draws, seed, None, engine)
    numbers, count = _distinct(asked, runs)
    tasks = [(runs.scores[i], asked.question.said(asked.question.combination(int(runs.combinations[i])))) for i in numbers]
    once = combine(_once, tasks, of, data, column, places, parts, engine=engine)
    base = Once(tuple(_read(nominal).get(place, (np.nan, np.nan, None)) for place in places), tuple(nominal.columns()[part].to_numpy() for part in parts))
    frame = _estimates(places, base, once, count, level)
    rows = _rows(key_frame(data), parts, base, once, count, level)
    gap = np.abs(data.rows[column].to_numpy(float) - runs.nominal)
    findings = (*asked.findings, *_findings(frame, column, float(np.nanmax(gap)), level))
    return Made(frame, _draws(places, once, count), rows, asked.exact, findings)


def _distinct(asked: Asked, runs: Runs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The runs that differ, and how often each occurs: without noise a combination is computed once."""
    if asked.noise is not None:
        return np.arange(len(runs.combinations)), np.ones(len(runs.combinations), np.intp)
    _, first, count = np.unique(runs.combinations, return_index=True, return_counts=True)
    return first, count


def _once(task: tuple[Floats, tuple[Message, ...]], of: Call, data: Any, column: str, places: Sequence[Place], parts: Sequence[str]) -> tuple[Once, ...]:
    """The later call with one run of the index in the place of its column."""
    scores, said = task
    try:
        result = replay(of, data.with_rows(data.rows.assign(**{column: scores})))
    except FindingError as problem:
        raise type(problem)(error("propagate.failed", kind=of.kind, alternatives=said or ("—",)), *problem.findings) from None
    found, made = _read(result), result.columns()
    cells = tuple(found.get(place, (np.nan, np.nan, None)) for place in places)
    return (Once(cells, tuple(made[part].to_numpy() for part in parts)),)


def _read(result: Result) -> dict[Place, Read]:
    """Every cell of the tables of a result: its value, its p-value, and whether it differs from zero where an interval says so."""
    found: dict[Place, Read] = {}
    for table in result.exhibits():
        if isinstance(table, Table):
            for row in table.rows:
                cells = {c.key: cell for c, cell in zip(table.columns, row.cells, strict=True)}
                low, high = (cells[b].value if b in cells else None for b in BOUNDS)
                apart = bool(low > 0 or high < 0) if isinstance(low, int | float) and isinstance(high, int | float) else None
                for key, cell in cells.items():
                    place = (table.name, row.key, key, *((row.part,) if row.part else ()))
                    found[place] = (_value(cell), np.nan if cell.p_value is None else float(cell.p_value), apart)
    return found


def _value(cell: Cell) -> Any:
    value = cell.value.item() if hasattr(cell.value, "item") else cell.value
    return value.code.rpartition(".")[2] if isinstance(value, Message) else value


def chosen_cells(result: Result, column: str, wanted: Sequence[str]) -> tuple[Place, ...]:
    """The cells that are followed: those at the addresses ``exhibit/row/column``, a column that is left out being the first one with a value; else the
    estimates in rows of the column, else in those rows what bears a p-value, else every number there; else every estimate.

    Raises
    ------
    ArgumentError
        for an address where nothing stands
    """
    tables = [table for table in result.exhibits() if isinstance(table, Table)]
    kinds = {
        (table.name, row.key, c.key, *((row.part,) if row.part else ())): cell
        for table in tables
        for row in table.rows
        for c, cell in zip(table.columns, row.cells, strict=True)
        if cell.value is not None
    }
    if wanted:
        return tuple(_found(address, tuple(kinds)) for address in wanted)
    main = {place: cell for place, cell in kinds.items() if len(place) == 3 and cell.kind in NUMERIC}
    own = {place: cell for place, cell in main.items() if place[1] == column}
    for some in (
        [p for p, cell in own.items() if cell.kind == "estimate"],
        [p for p, cell in own.items() if cell.p_value is not None],
        list(own),
        [p for p, cell in main.items() if cell.kind == "estimate"],
    ):
        if some:
            return tuple(some)
    return ()


def _found(address: str, known: tuple[Place, ...]) -> Place:
    parts = tuple(address.split("/"))
    for place in known:
        if place == parts or (len(parts) < 3 and place[: len(parts)] == parts and len(place) == 3):
            return place
    names = tuple("/".join(place) for place in known)
    raise ArgumentError(error("propagate.no_cell", found=address, near=suggestion(address, names), cells=names[:8] + (("…",) if len(names) > 8 else ())))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _estimates(places: Sequence[Place], base: Once, once: Sequence[Once], count: NDArray[np.intp], level: float) -> pd.DataFrame:
    """By address: the estimate as the table stands, and its distribution over the runs."""
    rows = []
    for i, (value, p_value, _) in enumerate(base.cells):
        values = np.array([_number(one.cells[i][0]) for one in once])
        weight = np.where(np.isnan(values), 0, count)
        differs = [_differs(one.cells[i], level) for one in once]
        known = np.array([d is not None for d in differs])
        significant = np.array([bool(d) for d in differs])
        same = np.array([one.cells[i][0] == value for one in once])
        sign = np.sign(values) == np.sign(_number(value))
        numbers = not np.isnan(_number(value))
        rows.append(
            {
                "estimate": _number(value),
                "p_value": p_value,
                **_spread(values, weight, level),
                "same_sign": _share(sign, count) if numbers else np.nan,
                "significant": _share(significant & sign, count) if numbers and known.all() else np.nan,
                "same": _share(same, count),
            }
        )
    names = pd.Index(["/".join(place) for place in places], name="cell", dtype=object)
    heads = ("estimate", "p_value", "mean", "sd", "low", "high", "least", "greatest", "same_sign", "significant", "same")
    return pd.DataFrame(rows, index=names, columns=list(heads), dtype=float)


def _differs(cell: Read, level: float) -> bool | None:
    """Whether an estimate differs from zero: by its p-value, else by its interval; None where neither is there."""
    _, p_value, apart = cell
    return apart if np.isnan(p_value) else bool(p_value < 1 - level)


def _share(mask: NDArray[np.bool_], count: NDArray[np.intp]) -> float:
    return float(count[mask].sum() / count.sum())


def _spread(values: Floats, weight: NDArray[np.intp], level: float) -> dict[str, float]:
    """Mean, standard deviation, interval and extremes of values that occur so many times."""
    names = ("mean", "sd", "low", "high", "least", "greatest")
    if not weight.sum():
        return dict.fromkeys(names, np.nan)
    values, weight = values[weight > 0], weight[weight > 0]
    mean = float(np.average(values, weights=weight))
    sd = float(np.sqrt(np.average((values - mean) ** 2, weights=weight)))
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])

    def at(share: float) -> float:
        return float(values[order][min(int(np.searchsorted(below, share * below[-1] - 1e-9)), len(values) - 1)])

    return dict(zip(names, (mean, sd, at((1 - level) / 2), at((1 + level) / 2), float(values.min()), float(values.max())), strict=True))


def _draws(places: Sequence[Place], once: Sequence[Once], count: NDArray[np.intp]) -> pd.DataFrame:
    """By run that differs from the others: how often it occurs, and the value of each number."""
    names = ["/".join(place) for place in places]
    values = {name: [_number(one.cells[i][0]) for one in once] for i, name in enumerate(names)}
    return pd.DataFrame({"runs": count} | values, index=pd.RangeIndex(1, len(once) + 1, name="draw"))


def _rows(keys: pd.DataFrame, parts: Sequence[str], base: Once, once: Sequence[Once], count: NDArray[np.intp], level: float) -> pd.DataFrame:
    """By row and part of the columns that the later call makes: value, interval, share of the runs with the same value."""
    frames = []
    for j, part in enumerate(parts):
        own, every = base.columns[j], [one.columns[j] for one in once]
        numeric = own.dtype.kind in "biuf"
        if numeric:
            matrix = np.array(every, dtype=float).T
            spread = [_spread(row, np.where(np.isnan(row), 0, count), level) for row in matrix]
            same = np.abs(matrix - own.astype(float)[:, None]) <= AGREES
        else:
            matrix = np.array(every, dtype=object).T
            spread = [dict.fromkeys(("mean", "low", "high"), np.nan) for _ in own]
            same = matrix == own[:, None]
        found = {name: [one[name] for one in spread] for name in ("mean", "low", "high")}
        shares = (same * count).sum(axis=1) / count.sum()
        frames.append(keys.assign(part=part, value=own.astype(float) if numeric else np.nan, **found, same=shares.astype(float)))
    columns = [*keys.columns, "part", "value", "mean", "low", "high", "same"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _findings(frame: pd.DataFrame, column: str, gap: float, level: float) -> Iterable[Finding]:
    if gap > AGREES:
        yield Finding("propagate.other_column", {"column": column, "gap": f"{gap:.3g}"})
    if unsure := tuple(map(str, frame.index[frame["same_sign"] < level])):
        yield Finding("propagate.sign", {"cells": unsure, "level": 100 * level})
