"""From cells to frames: columns by their names, numbers, choices; then the checks across tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.chain.base.check import checked_settings, cross_checked
from regio.chain.base.facts import read_facts
from regio.chain.base.folder import missing_columns
from regio.chain.base.model import Chain
from regio.chain.base.names import resolved
from regio.chain.base.schema import TABLES, Range, Spec
from regio.compute.fingerprint import of_bytes, of_column
from regio.contract.finding import DataError, Finding, Position, error, suggestion

SHOWN = 20  # rows of one kind of mistake that are named one by one
CODES = ("code", "id", "adcode", "ticker")  # columns of firms whose numbers are no amounts
CORE = ("segments", "edges", "firms", "entities", "presence", "relations", "facts")


@dataclass(frozen=True, slots=True)
class Raw:
    """Cells as text. lines: (n,) row of each in its file; rows count from one, the header is the first."""

    file: str
    frame: pd.DataFrame
    lines: NDArray[np.int64]

    @classmethod
    def of_cells(cls, file: str, rows: Sequence[tuple[int, list[str]]]) -> Self:
        header = [name.strip().lower() for name in rows[0][1]]
        body = [(line, (cells + [""] * len(header))[: len(header)]) for line, cells in rows[1:]]
        frame = pd.DataFrame([cells for _, cells in body], columns=header, dtype=object)
        return cls(file, frame, np.array([line for line, _ in body], dtype=np.int64))

    @classmethod
    def of_frame(cls, name: str, frame: pd.DataFrame) -> Self:
        plain = {str(c).strip().lower(): _texts(frame[c]) for c in frame.columns}
        return cls(name, pd.DataFrame(plain, dtype=object), np.arange(1, len(frame) + 1))

    def at(self, row: int, column: str = "") -> Position:
        return Position(self.file, row=int(self.lines[row]), column=column)


def _texts(column: pd.Series) -> list[Any]:
    """Cells as text, numbers as they are, missing ones empty."""
    if column.dtype.kind in "iuf":
        return column.astype(object).where(column.notna(), "").tolist()
    return ["" if value is None or value != value else value if isinstance(value, int | float) else str(value).strip() for value in column.tolist()]


def build(raws: Mapping[str, Raw], settings: Mapping[str, Any], name: str) -> Chain:
    """The chain of some raw tables."""
    problems = checked_settings(settings)
    frames: dict[str, pd.DataFrame] = {}
    amounts: tuple[str, ...] = ()
    for table, spec in TABLES.items():
        raw = raws.get(table)
        if raw is None:
            frames[table] = pd.DataFrame({column: pd.Series(dtype=float if column in spec.numbers else object) for column in spec.columns})
            continue
        missing = missing_columns(table, tuple(raw.frame.columns), raw.file)
        if missing:
            problems += missing
            continue
        frames[table], found, open_columns = _frame(spec, raw)
        problems += found
        amounts = open_columns if table == "firms" else amounts
    if any(p.code in ("chain.no_column", "chain.unknown_setting", "chain.setting_type") for p in problems):
        raise DataError(*problems)
    by_themselves = len(problems)
    rows = {(p.where.file, p.where.row) for p in problems if isinstance(p.where, Position)}
    places = {table: raw for table, raw in raws.items() if table in frames}
    facts, found, notes = read_facts(frames["facts"], places.get("facts"))
    frames["facts"] = facts
    problems += found
    book, found = resolved(frames, settings, places)
    problems += found
    problems += cross_checked(frames, places)
    if problems:
        raise DataError(*problems[:by_themselves], *(p for p in problems[by_themselves:] if not _again(p, rows)))
    optional = {table: frames[table] for table in TABLES if table not in CORE and table in raws}
    return Chain(
        **{table: frames[table] for table in CORE},
        tables=optional,
        amounts=amounts,
        settings={"name": name, **settings},
        names=book.words,
        labels=tuple(settings["labels"]) if "labels" in settings else (),
        hashes={table: of_frame(frames[table]) for table in raws},
        system=book.system,
        findings=tuple(notes),
    )


def _again(finding: Finding, rows: set[tuple[str, int]]) -> bool:
    """Whether a finding between tables only follows from a cell that is wrong by itself."""
    where = finding.where
    return isinstance(where, Position) and ((where.file, where.row) in rows or (finding.code == "chain.cost_shares" and where.file in {f for f, _ in rows}))


def of_frame(frame: pd.DataFrame) -> str:
    """The hash of a table's content."""
    return of_bytes("\n".join(f"{name}:{of_column(frame[name])}" for name in frame.columns).encode())


def _frame(spec: Spec, raw: Raw) -> tuple[pd.DataFrame, list[Finding], tuple[str, ...]]:
    frame = raw.frame.rename(columns=lambda c: spec.others.get(c, c))
    frame = frame.loc[:, ~frame.columns.duplicated()]
    problems: list[Finding] = []
    made: dict[str, Any] = {}
    for column in spec.needed:
        cells = frame[column].astype(str)
        problems += [error("chain.empty_cell", raw.at(i, column), column=column) for i in np.flatnonzero(cells.eq("").to_numpy())[:SHOWN]]
        made[column] = cells.to_numpy(object)
    for column, words in spec.choices.items():
        cells = frame[column].replace("", words[0]) if column in frame else pd.Series([words[0]] * len(frame), dtype=object)
        problems += [
            error("chain.not_a_choice", raw.at(i, column), column=column, found=str(cells.iloc[i]), choices=words, near=suggestion(str(cells.iloc[i]), words))
            for i in np.flatnonzero(~cells.isin(words).to_numpy())[:SHOWN]
        ]
        made[column] = cells.to_numpy(object)
    for column in spec.texts:
        made[column] = frame[column].astype(str).to_numpy(object) if column in frame else np.full(len(frame), "", object)
    for column, bounds in spec.numbers.items():
        made[column], found = _numbers(frame[column], raw, column, bounds) if column in frame else (np.full(len(frame), np.nan), [])
        problems += found
    amounts: list[str] = []
    for column in (c for c in frame.columns if spec.open and c not in spec.columns and c not in CODES and c):
        written = frame[column].replace("", np.nan)
        parsed = pd.to_numeric(written, errors="coerce")
        if parsed.notna().sum() * 2 < written.notna().sum() or not written.notna().any():
            continue  # words about firms: no amount
        made[column], found = _numbers(frame[column], raw, column, (0.0, None))
        problems += found
        amounts.append(column)
    if "period" in made and "period" not in spec.needed:
        made["period"] = _periods(made["period"])
    return pd.DataFrame(made), problems, tuple(amounts)


def _numbers(cells: pd.Series, raw: Raw, column: str, bounds: Range) -> tuple[NDArray[np.float64], list[Finding]]:
    written = cells.replace("", np.nan)
    values = pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.isnan(values) & written.notna().to_numpy()
    problems = [error("chain.not_a_number", raw.at(i, column), column=column, found=str(cells.iloc[i])) for i in np.flatnonzero(wrong)[:SHOWN]]
    low, high = bounds
    out = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high)) | np.isinf(values)
    code = "chain.share_range" if high == 1.0 else "chain.negative"
    return values, problems + [error(code, raw.at(i, column), column=column, found=float(values[i])) for i in np.flatnonzero(out)[:SHOWN]]


def _periods(cells: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers where every period is one."""
    whole = pd.to_numeric(pd.Series(cells), errors="coerce")
    if len(whole) and whole.notna().all() and (whole == whole.round()).all():
        return np.array([int(value) for value in whole], dtype=object)
    return cells
