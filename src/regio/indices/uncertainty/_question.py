"""From the words of a call to a question about an index, and to its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.compute.fingerprint import of_column
from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.method import HASHED_ROWS
from regio.contract.result import Call
from regio.indices._cells import key_frame
from regio.indices.editions._edition import chosen_period
from regio.indices.uncertainty._learning import WEIGHED, Question, chosen_of, tables_of
from regio.indices.uncertainty._runs import Noise, Runs, drawn, every
from regio.indices.uncertainty._sources import full_call, read_sources


@dataclass(frozen=True, slots=True)
class Asked:
    """question: what is computed; noise: of the weights; exact: every combination is looked at; keys: of the rows; findings."""

    question: Question
    noise: Noise | None
    exact: bool
    keys: pd.DataFrame
    findings: tuple[Finding, ...]


def ask(data: Any, of: Any, variations: Any, *, noise: float, form: str, drop: bool, draws: int, kind: str) -> Asked:
    """The question of a call.

    Raises
    ------
    ArgumentError
        where ``of`` is no call, nothing is varied, or a source has no meaning for this index
    """
    if not isinstance(of, Call):
        raise ArgumentError(error("index_uncertainty.not_a_call", kind=kind, found=type(of).__name__))
    call = full_call(of)
    _check(call, noise, drop)
    own = tuple(i.name for i in chosen_of(call, data, call.options)) if call.kind in WEIGHED else ()
    gaps = bool(own) and all(name in data.rows.columns for name in own) and bool(data.rows[list(own)].isna().to_numpy().any())
    sources, notes = read_sources(call, variations, drop, own, gaps)
    if not sources and not noise:
        raise ArgumentError(error("index_uncertainty.nothing", kind=kind))
    if drop and len(own) < 2:
        raise ArgumentError(error("index_uncertainty.none_left"))
    combinations = int(np.prod([len(s.alternatives) for s in sources]))
    exact = not noise and combinations <= draws
    if not exact and draws < 2:
        raise ArgumentError(error("index_uncertainty.no_draws", kind=kind, found=draws, combinations=combinations))
    indicators = list(own)
    for name in (name for source in sources for one in source.alternatives for name in one.options.get("indicators") or ()):
        indicators += [name] if name not in indicators else []
    question = Question(call, sources, tables_of(data, sources), tuple(indicators))
    kept = Noise(noise, form, len(indicators)) if noise else None
    return Asked(question, kept, exact, key_frame(data), notes)


def _check(call: Call, noise: float, drop: bool) -> None:
    problems = []
    if call.options.get("rules") is not None:
        problems.append(error("index_uncertainty.frozen", kind=call.kind))
    if call.kind not in WEIGHED and (noise or drop):
        problems.append(error("index_uncertainty.no_weights", kind=call.kind, kinds=tuple(WEIGHED)))
    if noise and call.options.get("weights") == "benefit_of_the_doubt":
        problems.append(error("index_uncertainty.own_weights"))
    if problems:
        raise ArgumentError(*problems)


def runs_of(asked: Asked, draws: int, seed: int, rows: NDArray[np.intp] | None, engine: Any) -> Runs:
    """Every combination, or draws; ``rows``: for which the sources are told apart."""
    if asked.exact:
        return every(asked.question)
    return drawn(asked.question, draws, asked.noise, seed, rows, engine)


def periods_of(keys: pd.DataFrame, at: Any, kind: str) -> tuple[list[NDArray[np.intp]], NDArray[np.intp], Any]:
    """The rows of each period; those of the period that is looked at, and its name."""
    if "period" not in keys:
        if at is not None:
            raise ArgumentError(error("contract.no_period", kind=kind, argument="at"))
        rows = np.arange(len(keys))
        return [rows], rows, ""
    values = keys["period"].to_numpy(dtype=object)
    chosen = chosen_period(values, at, kind)
    codes, levels = pd.factorize(keys["period"], sort=True)
    rows_of = [np.flatnonzero(codes == i) for i in range(len(levels))]
    return rows_of, np.flatnonzero(values == chosen), chosen


def hashes(data: Any, asked: Asked) -> dict[str, str]:
    """Of the columns of the indicators, where the table is not too long."""
    names: Sequence[str] = [name for name in asked.question.indicators if name in data.rows.columns]
    return {name: of_column(data.rows[name]) for name in names} if len(data.rows) <= HASHED_ROWS else {}
