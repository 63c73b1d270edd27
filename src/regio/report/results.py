"""results.json: every number of a run at full precision, by address. Its form is described in docs/results.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regio import __version__
from regio.contract.address import Address
from regio.exhibits.models import Cell, Exhibit, Figure, Table
from regio.language import Message
from regio.report.exhibits import Item
from regio.report.readings import as_plain, messages
from regio.study.execute import Run
from regio.study.file import STUDY
from regio.study.model import Step
from regio.study.tables import TableNote
from regio.study.verdicts import Judgement, recommendations, verdicts

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1
NUMERIC = ("estimate", "std_error", "statistic", "p_value", "share", "count", "number", "yes_no")


def as_json(run: Run, items: tuple[Item, ...], beside: tuple[Item, ...] = ()) -> dict[str, Any]:
    """The content of results.json: plain values, the same bytes for the same study and data. beside: exhibits without a number."""
    study = run.study
    return {
        "schema": SCHEMA,
        "regio": __version__,
        "study": study.name,
        "seed": study.seed,
        "sources": [_source(run, table) for table in run.tables],
        "steps": {step.name: _step(run, step) for step in study.steps if step.name in run.results or step.name in run.failed},
        "report": [_item(item) for item in items],
        "numbers": [number for name in run.results for number in _numbers(name, run.exhibits(name))] + _about_the_study((*items, *beside)),
        "verdicts": [
            *(_verdict("hypothesis", judgement) for judgement in verdicts(run)),
            *(_verdict("recommendation", judgement) for judgement in recommendations(run)),
        ],
        "readings": [_reading(item, step, message) for item in (*items, *beside) for step in dict.fromkeys(item.steps) for message in _said(run, item, step)],
        "frames": {name: {exhibit.name: _frame(exhibit.frame) for exhibit in run.exhibits(name)} for name in run.results},
    }


def _verdict(kind: str, judgement: Judgement) -> dict[str, Any]:
    """A hypothesis or a recommendation, and each number that decides it."""
    numbers = [
        {
            "address": j.condition.cell.written,
            **({"plus": [cell.written for cell in j.condition.plus]} if j.condition.plus else {}),
            "value": plain(j.value),
            "p_value": plain(j.p_value),
            "verdict": j.verdict,
            "reason": plain(j.reason),
        }
        for j in judgement.judged
    ]
    return {kind: judgement.hypothesis.name, "verdict": judgement.verdict, "numbers": numbers}


def _item(item: Item) -> dict[str, Any]:
    exhibit = "figure" if isinstance(item.exhibit, Figure) else "table"
    return {"exhibit": exhibit, "number": item.number, "file": item.slug, "show": [f"{step}/{item.exhibit.name}" for step in item.steps]}


def _said(run: Run, item: Item, step: str) -> tuple[Message, ...]:
    return messages(run, step, item.exhibit.name) if run.study.readings and isinstance(item.exhibit, Table) else ()


def _reading(item: Item, step: str, message: Message) -> dict[str, Any]:
    """A sentence under a table, with the numbers inside it."""
    return {"show": f"{step}/{item.exhibit.name}", "file": item.slug, **plain(as_plain(message))}


def _source(run: Run, table: TableNote) -> dict[str, Any]:
    return {
        "name": table.source,
        "from": run.study.source(table.source).written,
        "hash": table.file_hash,
        "rows": table.rows,
        **table.extent,
        "labels": plain(list(table.labels)),
        "changes": [plain(dict(change)) for change in table.changes],
        "coverage": plain(table.coverage),
        "missing": [plain(row) for row in table.missing],
        "conventions": [{"what": c.what, "name": plain(c.name), "source": c.source} for c in table.conventions],
        "findings": [f.to_dict() for f in table.findings],
    }


def _step(run: Run, step: Step) -> dict[str, Any]:
    common: dict[str, Any] = {"kind": step.kind, "on": step.on, "options": plain(step.options), "given": list(step.given), "by_default": list(step.by_default)}
    if step.name in run.failed:
        return {**common, "failed": True, "findings": [f.to_dict() for f in run.failed[step.name]]}
    result = run.results[step.name]
    provenance = result.provenance
    return {
        **common,
        "failed": False,
        "provenance": {k: plain(getattr(provenance, k)) for k in ("labels", "columns", "rows_used", "rows_left_out", "cells_changed")} if provenance else None,
        "conventions": [{"what": c.what, "name": plain(c.name), "source": c.source} for c in result.conventions],
        "findings": [f.to_dict() for f in result.findings],
    }


def _about_the_study(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    """Numbers of tables that the report prints and no step made, such as those of the sample."""
    return _numbers(STUDY, tuple({item.exhibit.name: item.exhibit for item in items if item.steps == (STUDY,)}.values()))


def _numbers(step: str, exhibits: tuple[Exhibit, ...]) -> list[dict[str, Any]]:
    return [
        _number(cell)
        for table in exhibits
        if isinstance(table, Table)
        for row in table.located(step).rows
        for cell in row.cells
        if cell.kind in NUMERIC and cell.value is not None
    ]


def _number(cell: Cell) -> dict[str, Any]:
    number = {"address": Address(*cell.address).written, "kind": cell.kind, "value": plain(cell.value)}
    return number if cell.p_value is None else {**number, "p_value": plain(cell.p_value)}


def _frame(frame: pd.DataFrame) -> dict[str, Any]:
    index = frame.index.to_frame(index=False)
    return {
        "index": {str(name if name is not None else "row"): plain(index.iloc[:, i].tolist()) for i, name in enumerate(frame.index.names)},
        "columns": {str(c): plain(frame[c].tolist()) for c in frame.columns},
    }


def plain(value: Any) -> Any:
    """Values as JSON knows them; nan and infinity become null."""
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int | bool | str):
        return value
    if isinstance(value, Message):
        return {"code": value.code, "values": plain(value.values)}
    if isinstance(value, Cell):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return str(value)
