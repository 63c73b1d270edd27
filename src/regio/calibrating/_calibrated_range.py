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
from regio.contract.finding import ArgumentError, EstimationError, Finding, FindingError, error
from regio.contract.replay import replay
from regio.contract.result import Call, Result
from regio.exhibits.models import Table
from regio.panel import Panel

NUMBERS = ("estimate", "std_error", "statistic", "p_value", "share", "number")
INDEX = ["exhibit", "row", "part", "column"]


@lru_cache(maxsize=2)
def panels(path: Path, content: bytes, draws: int) -> tuple[Calibrate, ...]:
    """The members of a family with seeds 0 to draws − 1; made once for one content of its file."""
    if path.name == DESIGN:
        from regio.calibrating.design import read_design
        from regio.calibrating.designed import designed

        design = read_design(path)
        return tuple(designed(design, seed=seed) for seed in range(draws))
    return tuple(family(path, range(draws), indicators=False))


def compute(data: Any, of: Any, paper: str | None, draws: int, level: float) -> dict[str, Any]:
    """Fields of ``CalibratedRange``."""
    if paper is None or not Path(paper).is_file():
        raise ArgumentError(error("calibrated_range.no_paper", found=str(paper)))
    call = of if isinstance(of, Call) else None
    if call is None:
        raise ArgumentError(error("replay.wrong_result", kind="calibrated_range", option="of", found=type(of).__name__))
    path = Path(paper)
    wanted = data.rows[[k for k in data.keys.names if k in ("region", "period")]].drop_duplicates()
    found, failures, incomplete = list[dict[tuple[str, ...], tuple[str, float, float | None]]](), list[Finding](), 0
    for made in panels(path, path.read_bytes(), draws):
        incomplete += not _whole(made)
        try:
            found.append(_numbers(replay(call, _like(made.panel, data, wanted))))
        except FindingError as problem:
            failures += problem.findings
    if not found:
        raise EstimationError(*(failures[:1] or [error("calibrated_range.none")]))
    return {
        "cells": _cells(found, level),
        "panels": len(found),
        "failed": draws - len(found),
        "incomplete": incomplete,
        "findings": _said(failures, draws, len(found)),
    }


def _whole(made: Calibrate) -> bool:
    return not (made.reproduction["reason"] == "calibrate.reason.joint").any()


def _said(failures: list[Finding], draws: int, count: int) -> tuple[Finding, ...]:
    return (Finding("calibrated_range.failed", {"count": draws - count, "reason": failures[0]}, "warning"),) if failures else ()


def _like(panel: Panel, data: Any, wanted: pd.DataFrame) -> Panel:
    """A member with the keys, the rows and the variables of the table that the call was computed on."""
    names = {key: getattr(data.keys, key) for key in ("region", "period")}
    rows = panel.rows.rename(columns={old: new for old, new in names.items() if new})
    kept = rows.merge(wanted, on=list(wanted.columns), how="inner")
    rows = kept if len(kept) else rows  # a table whose regions have other names
    return Panel(rows, region=names["region"], period=names["period"], variables=data.variables, labels=panel.labels)


def _numbers(result: Result) -> dict[tuple[str, ...], tuple[str, float, float | None]]:
    """Every number of the tables of a result: exhibit, row, part, column → kind, value, p-value."""
    found: dict[tuple[str, ...], tuple[str, float, float | None]] = {}
    for table in result.exhibits():
        if isinstance(table, Table):
            for row in table.rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    if cell.kind in NUMBERS and isinstance(cell.value, int | float | np.number) and not isinstance(cell.value, bool):
                        found[table.name, row.key, row.part, column.key] = (cell.kind, float(cell.value), cell.p_value)
    return found


def _cells(found: list[dict[tuple[str, ...], tuple[str, float, float | None]]], level: float) -> pd.DataFrame:
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


def _by_interval(found: list[dict[tuple[str, ...], tuple[str, float, float | None]]], key: tuple[str, ...]) -> float:
    """Of an estimate with an interval in its row: the share of intervals without zero."""
    exhibit, row, part, column = key
    for low, high in (("percentile.low", "percentile.high"), ("conf_low", "conf_high")):
        ends = [
            (f[exhibit, row, part, low][1], f[exhibit, row, part, high][1]) for f in found if (exhibit, row, part, low) in f and (exhibit, row, part, high) in f
        ]
        if column == "estimate" and ends:
            return float(np.mean([a > 0 or b < 0 for a, b in ends]))
    return float("nan")
