"""A call on every panel of a family, and the range of each of its numbers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from regio.calibrating.printed import family
from regio.calibrating.result import Calibrate
from regio.calibrating.words import DESIGN
from regio.compute.engine import IN_PROCESS, Engine
from regio.contract.finding import ArgumentError, EstimationError, Finding, FindingError, error
from regio.contract.replay import replay
from regio.contract.result import Call, Result
from regio.exhibits.models import Table
from regio.panel import Panel

NUMBERS = ("estimate", "std_error", "statistic", "p_value", "share", "number")
INDEX = ["exhibit", "row", "part", "column"]


Numbers = dict[tuple[str, ...], tuple[str, float, float | None]]  # exhibit, row, part, column → kind, value, p-value


@lru_cache(maxsize=512)
def panel(path: Path, content: bytes, seed: int) -> Calibrate:
    """The member of a family with this seed; made once for one content of its file."""
    if path.name == DESIGN:
        from regio.calibrating.designed import designed

        return designed(_design(path, content), seed=seed)
    return next(family(path, (seed,), indicators=False))


@lru_cache(maxsize=2)
def _design(path: Path, content: bytes) -> Any:
    from regio.calibrating.design import read_design

    return read_design(path)


def _on_member(seed: int, path: Path, call: Call, data: Any, wanted: pd.DataFrame) -> tuple[bool, Numbers | tuple[Finding, ...]]:
    """Whether a member gives every printed number back, and the numbers of the call on it, or why there are none."""
    made = panel(path, path.read_bytes(), seed)
    try:
        return _whole(made), _numbers(replay(call, _like(made.panel, data, wanted)))
    except FindingError as problem:
        return _whole(made), problem.findings


def compute(data: Any, of: Any, paper: str | None, draws: int, level: float, engine: Engine | None = None) -> dict[str, Any]:
    """Fields of ``CalibratedRange``."""
    if paper is None or not _is_file(paper):
        raise ArgumentError(error("calibrated_range.no_paper", found=str(paper)))
    call = of if isinstance(of, Call) else None
    if call is None:
        raise ArgumentError(error("replay.wrong_result", kind="calibrated_range", option="of", found=type(of).__name__))
    path = Path(paper)
    wanted = data.rows[[k for k in data.keys.names if k in ("region", "period")]].drop_duplicates()
    found, failures, incomplete = list[Numbers](), list[Finding](), 0
    for whole, numbers in (engine or IN_PROCESS).map(_on_member, range(draws), path, call, data, wanted):
        incomplete += not whole
        if isinstance(numbers, tuple):
            failures += numbers
        else:
            found.append(numbers)
    if not found:
        raise EstimationError(*(failures[:1] or [error("calibrated_range.none")]))
    return {
        "cells": _cells(found, level),
        "panels": len(found),
        "failed": draws - len(found),
        "incomplete": incomplete,
        "findings": _said(failures, draws, len(found)),
    }


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name that no file can have
        return False


def _whole(made: Calibrate) -> bool:
    return not (made.reproduction["reason"] == "calibrate.reason.joint").any()


def _said(failures: list[Finding], draws: int, count: int) -> tuple[Finding, ...]:
    return (Finding("calibrated_range.failed", {"count": draws - count, "reason": failures[0]}, "warning"),) if failures else ()


def _like(panel: Panel, data: Any, wanted: pd.DataFrame) -> Panel:
    """A member with the keys, the rows and the variables of the table that the call was computed on."""
    names = {key: getattr(data.keys, key) for key in ("region", "period")}
    rows = panel.rows.rename(columns={old: new for old, new in names.items() if new})
    kept = _among(rows, wanted)
    rows = kept if len(kept) else rows  # a table whose regions have other names
    return Panel(rows, region=names["region"], period=names["period"], variables=data.variables, labels=panel.labels)


def _among(rows: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """The rows with these keys, compared as they are written (2010 and "2010" are one period), in the form of the wanted ones."""
    forms = {name: dict(zip(wanted[name].astype(str), wanted[name], strict=True)) for name in wanted.columns}
    there = pd.MultiIndex.from_frame(rows[[*forms]].astype(str)).isin(pd.MultiIndex.from_frame(wanted.astype(str))) if forms else slice(None)
    kept = rows[there]
    return kept.assign(**{name: kept[name].astype(str).map(form) for name, form in forms.items()}).reset_index(drop=True)


def _numbers(result: Result) -> Numbers:
    """Every number of the tables of a result."""
    found: Numbers = {}
    for table in result.exhibits():
        if isinstance(table, Table):
            for row in table.rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    if cell.kind in NUMBERS and isinstance(cell.value, int | float | np.number) and not isinstance(cell.value, bool):
                        found[table.name, row.key, row.part, column.key] = (cell.kind, float(cell.value), cell.p_value)
    return found


def _cells(found: list[Numbers], level: float) -> pd.DataFrame:
    rows = {}
    for key, (kind, first, _) in found[0].items():
        values = np.array([f[key][1] for f in found if key in f])
        p = [f[key][2] for f in found if key in f and f[key][2] is not None]
        share = float(np.mean([x < 1 - level for x in p if x is not None])) if p else _by_interval(found, key)
        rows[key] = {
            "kind": kind, "first": first, "least": float(values.min()), "median": float(np.median(values)), "greatest": float(values.max()),
            "share_positive": float((values > 0).mean()), "share_significant": share,
        }  # fmt: skip
    return pd.DataFrame(rows.values(), pd.MultiIndex.from_tuples(rows, names=INDEX))


def _by_interval(found: list[Numbers], key: tuple[str, ...]) -> float:
    """Of an estimate with an interval in its row: the share of intervals without zero."""
    exhibit, row, part, column = key
    for low, high in (("percentile.low", "percentile.high"), ("conf_low", "conf_high")):
        ends = [
            (f[exhibit, row, part, low][1], f[exhibit, row, part, high][1]) for f in found if (exhibit, row, part, low) in f and (exhibit, row, part, high) in f
        ]
        if column == "estimate" and ends:
            return float(np.mean([a > 0 or b < 0 for a, b in ends]))
    return float("nan")
