"""From a paper's tables to a panel that reproduces them jointly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.auditing.numbers import Interval, parse
from regio.auditing.paper import Paper, read_paper
from regio.calibrating import inverse, search
from regio.calibrating.aims import Aims, aims_of, region_names
from regio.calibrating.check import Check
from regio.calibrating.moments import System
from regio.calibrating.paper_index import PaperIndex, index_of
from regio.calibrating.result import Calibrate
from regio.calibrating.rows import rows_of
from regio.calibrating.sense import check
from regio.calibrating.start import begin, scales
from regio.calibrating.words import GROUP, LABEL, START
from regio.contract.finding import Finding
from regio.panel import Panel

Array = NDArray[np.float64]
SPREAD = 0.4  # of indicators about their index
RESTARTS = 10  # of which about four in ten get there on the tables of nev-exports


def rebuilt(paper: Paper, *, seed: int = 0, restarts: int = RESTARTS, engine: Any = None) -> Calibrate:
    """The panel of a paper."""
    system = system_of(paper)
    return member(paper, system, *found(system, restarts, engine), seed)


def system_of(paper: Paper) -> System:
    """The aims of a paper as a system; DataError where no panel can have them."""
    aims = aims_of(paper)
    check(paper, aims)
    return System(aims, scales(aims))


@lru_cache(maxsize=4)
def searched(path: Path, content: bytes, restarts: int = RESTARTS) -> tuple[Paper, System, Array, float]:
    """The paper of a file, and moments that give it back: those of the start beside it, which are checked again, else those of a search; made once for
    one content of the file.
    """
    paper = read_paper(path)
    system = system_of(paper)
    return paper, system, *found(system, restarts, start=path.with_name(START))


def found(system: System, restarts: int, engine: Any = None, start: Path | None = None) -> tuple[Array, float]:
    """Parameters that give every number back, from the first of several starts that does; else the nearest that were found. start: a file of earlier ones."""
    if start is not None and start.is_file() and (known := read_start(start, system)) is not None:
        with np.errstate(all="ignore"):
            off = search.worst(system, system.values(known))
        if off < 1:
            return known, off
    best, nearest = np.empty(0), np.inf
    tries = map(partial(attempt, system), range(restarts)) if engine is None else engine.map(_attempt_of, range(restarts), system)
    for x, off in tries:
        if off < nearest or not len(best):
            best, nearest = x, off
        if off < 1:
            break
    return best, nearest


def attempt(system: System, number: int) -> tuple[Array, float]:
    """The search from one start."""
    random = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(number + 1,)))
    start = begin(system, random)
    try:
        with np.errstate(all="ignore"):
            return search.search(system, start)
    except np.linalg.LinAlgError:  # a start from which a matrix becomes singular
        return start, np.inf


def _attempt_of(number: int, system: System) -> tuple[Array, float]:
    return attempt(system, number)


def member(paper: Paper, system: System, x: Array, off: float, seed: int, *, indicators: bool = True) -> Calibrate:
    """One panel of the family: seed 0 has the moments that were found, other seeds others inside the printed digits. indicators: make those of its index."""
    aims = system.aims
    random = np.random.default_rng(np.random.SeedSequence(seed))
    with np.errstate(all="ignore"):
        if seed and off < 1:
            x, off = search.wander(system, x, random)
        values, _ = rows_of(aims, system.moments(x), system.scale, random)
    keys = _keys(aims)
    made = index_of(paper, aims) if indicators else None
    columns = {name: values[:, i] for i, name in enumerate(aims.variables)}
    parts, weights = _indicators(made, columns, aims, keys, random) if made else ({}, [])
    rows = [*_reproduction(aims, Check(aims, values)), *weights, *((where, printed, np.nan, None, reason) for where, printed, reason in aims.lost)]
    reproduction = pd.DataFrame(
        [(w, p, c, _equal(p, c, limits), "" if _equal(p, c, limits) else reason) for w, p, c, limits, reason in rows],
        columns=["where", "printed", "computed", "equal", "reason"],
    )
    panel = Panel(keys.assign(**columns, **parts), region="region", period="period", labels=(LABEL,))
    return Calibrate(panel, reproduction, tuple(_findings(reproduction)))


def _keys(aims: Aims) -> pd.DataFrame:
    names, counts = region_names(aims.groups), [g.regions for g in aims.groups]
    keys = pd.DataFrame({"region": np.repeat(names, len(aims.periods)), "period": np.tile(aims.periods, len(names))})
    if len(aims.groups) > 1:
        keys[GROUP] = np.repeat(np.repeat([g.name for g in aims.groups], counts), len(aims.periods))
    return keys


Row = tuple[str, str, float, Interval | None, str]


def _reproduction(aims: Aims, check: Check) -> Iterator[Row]:
    for where, printed, v, which, limits in aims.order_aims:
        yield where, printed, check.order(v, which), limits, "calibrate.reason.joint"
    for aim in aims.aims:
        if aim.shown:
            yield aim.where, aim.printed, check.of(aim), aim.limits, "calibrate.reason.joint"


def _equal(printed: str, computed: float, limits: Interval | None) -> bool:
    number = parse(printed)
    own = limits if limits is not None else number.interval() if number is not None else None
    return own is not None and bool(np.isfinite(computed)) and own.holds(computed)


def _indicators(made: PaperIndex, columns: dict[str, Array], aims: Aims, keys: pd.DataFrame, random: np.random.Generator) -> tuple[dict[str, Array], list[Row]]:
    """Indicators whose entropy index is the variable that the weights make up, with the printed weights divided by their sum."""
    printed = [number.value for text in made.weights if (number := parse(text))]
    score, total = columns[aims.variables[made.variable]], sum(printed)
    if len(printed) != len(made.weights) or score.min() <= 0 or score.max() >= 1:
        return {}, [
            (f"{made.table}/{name}/weight", text, np.nan, None, "calibrate.reason.unknown_variable")
            for name, text in zip(made.indicators, made.weights, strict=True)
        ]
    wanted = {name: w / total for name, w in zip(made.columns, printed, strict=True)}
    x, _, weights = inverse.indicators(score, made.columns, keys[["region", "period"]], {"weights": "entropy"}, wanted, SPREAD, random)
    rows: list[Row] = [
        (f"{made.table}/{name}/weight", text, w, None, "calibrate.reason.scaled_weights")
        for name, text, w in zip(made.indicators, made.weights, weights, strict=True)
    ]
    return {name: x[:, j] for j, name in enumerate(made.columns)}, rows


def _findings(reproduction: pd.DataFrame) -> Iterator[Finding]:
    for reason, lost in reproduction[~reproduction["equal"]].groupby("reason", sort=False):
        yield Finding(
            f"calibrate.lost.{str(reason).rpartition('.')[2]}",
            {"count": len(lost), "cells": tuple(lost["where"])},
            "warning" if str(reason).endswith("joint") else "note",
        )


def read_start(file: Path, system: System) -> Array | None:
    """Parameters from a file, if it is about the same variables and groups."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    size = sum(c.width for c in system.chains) + system.groups * system.size
    same = raw.get("variables") == list(system.aims.variables) and raw.get("orders") == [c.order.tolist() for c in system.chains]
    return np.array(raw["parameters"], dtype=float) if same and len(raw["parameters"]) == size else None


def start_of(system: System, x: Array) -> str:
    """What ``read_start`` reads."""
    return json.dumps({"variables": list(system.aims.variables), "orders": [c.order.tolist() for c in system.chains], "parameters": x.tolist()})


def family(path: Path, seeds: Sequence[int], *, indicators: bool = True) -> Iterator[Calibrate]:
    """Panels of the same file of printed tables, one a seed; the search for moments is made once."""
    for seed in seeds:
        yield member(*searched(path, path.read_bytes()), seed, indicators=indicators)
