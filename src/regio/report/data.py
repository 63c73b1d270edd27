"""The data of a study: what its tables hold, what they lack, and what looks like a mistake. Made from the notes on tables; no table is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regio.contract.finding import Finding
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message
from regio.study.execute import Run
from regio.study.tables import TableNote

COLUMNS = ("n", "missing", "share", "first", "last", "n_regions", "regions")
COVERAGE, MISSING = "coverage", "missing"  # names of exhibits; with several sources the name of the source follows after a full stop
STATE = "data.group.state"  # findings that are no suspicions


def exhibits(run: Run) -> tuple[Exhibit, ...]:
    """``coverage`` (where a table has regions and periods) and ``missing`` of every table."""
    found: list[Exhibit] = []
    for note in run.tables:
        found += [*_coverage(run, note), *_missing(run, note)]
    return tuple(found)


def shown(run: Run) -> tuple[Exhibit, ...]:
    """Those that the report shows without being asked: a map of a table that lacks nothing is one colour, and is left out."""
    full = {_name(run, COVERAGE, note) for note in run.tables if complete(note)}
    return tuple(exhibit for exhibit in exhibits(run) if exhibit.name not in full)


def complete(note: TableNote) -> bool:
    """Whether every cell of a table is filled and every region has every period."""
    held = note.coverage
    return bool(held) and held["filled"] == held["cells"] and not any(share is None for row in held["shares"] for share in row)


def _name(run: Run, exhibit: str, note: TableNote) -> str:
    return exhibit if len(run.study.sources) == 1 else f"{exhibit}.{note.source}"


def _coverage(run: Run, note: TableNote) -> Iterator[Figure]:
    held = note.coverage
    if not held or not held["shares"]:
        return
    import pandas as pd

    cells = [
        (region, period, share) for region, row in zip(held["regions"], held["shares"], strict=True) for period, share in zip(held["periods"], row, strict=True)
    ]
    yield Figure(
        name=_name(run, COVERAGE, note),
        form="heat_map",
        frame=pd.DataFrame(cells, columns=["region", "period", "share"]).astype({"share": float}),
        channels={
            "x": Channel("period", kind="label"),
            "y": Channel("region", kind="label"),
            "value": Channel("share", text("data.coverage.share")),
        },
        title=Message("data.coverage.title", {"source": _title(run, note)}),
        notes=(
            Message("data.coverage.note", {"count": len(note.missing), "filled": f"{held['filled']:,}", "cells": f"{held['cells']:,}"}),
            *([Message("data.coverage.absent")] if any(share is None for _, _, share in cells) else []),
        ),
    )


def _missing(run: Run, note: TableNote) -> Iterator[Table]:
    if not note.missing:
        return
    import pandas as pd

    frame = pd.DataFrame([{**row, "regions": ", ".join(map(str, row["regions"]))} for row in note.missing]).set_index("variable")
    yield Table(
        name=_name(run, MISSING, note),
        frame=frame[list(COLUMNS)],
        columns=tuple(Column(name, (text(f"data.missing.{name}"),)) for name in COLUMNS),
        rows=tuple(Row(row["variable"], label(row["variable"]), tuple(_cells(row, note.extent.get("n_regions")))) for row in note.missing),
        title=Message("data.missing.title", {"source": _title(run, note)}),
        stub=text("report.variable.label"),
        notes=(Message("data.missing.note"),),
    )


def _cells(row: Mapping[str, Any], total: int | None) -> Iterator[Cell]:
    yield Cell("count", row["n"])
    yield Cell("count", row["missing"])
    yield Cell("share", row["share"])
    yield label(row["first"]) if row["first"] is not None else Cell("text")
    yield label(row["last"]) if row["last"] is not None else Cell("text")
    yield Cell("count", row["n_regions"])
    yield _names(row, total)


def _names(row: Mapping[str, Any], total: int | None) -> Cell:
    """Which regions have gaps: all, or the first few by name."""
    names = tuple(label(region) for region in row["regions"])
    more = (row["n_regions"] or 0) - len(names)
    if not names:
        return Cell("text")
    if more and row["n_regions"] == total:
        return text("data.missing.all")
    return text("data.missing.some", names=names, more=more) if more else text("data.missing.names", names=names)


def _title(run: Run, note: TableNote) -> Any:
    return run.study.source(note.source).title or note.source


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind."""

    title: Message
    findings: tuple[Finding, ...]


def groups(run: Run) -> tuple[Group, ...]:
    """What came up about the tables: their state and their reading in one group, then suspicions, one group a kind."""
    kinds: dict[str, list[Finding]] = {STATE: []}
    for finding in (f for note in run.tables for f in note.findings):
        room, _, kind = finding.code.partition(".")
        kinds.setdefault(f"data.group.{kind}" if room == "suspicion" else STATE, []).append(finding)
    return tuple(Group(Message(code), tuple(found)) for code, found in kinds.items() if found)


def first_to_know(findings: Sequence[Finding], run: Run) -> tuple[Finding, ...]:
    """The findings that stand at the top of the report: notes on tables are left to the data section."""
    aside = {id(f) for note in run.tables for f in note.findings if f.severity == "note"}
    return tuple(f for f in findings if id(f) not in aside)
