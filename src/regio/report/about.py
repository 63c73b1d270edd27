"""Exhibits about the study itself: its variables, and its sample rule by rule. Their addresses begin with ``study``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from regio.catalogue import METHODS
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, Text, label, text
from regio.language import Message, known
from regio.panel.variable import Variable
from regio.study.absent import SET, VARIATIONS
from regio.study.execute import Run
from regio.study.model import LeftOut

if TYPE_CHECKING:
    import pandas as pd

FIELDS = ("role", "name", "definition", "unit", "source")
LEFT_OUT = "left_out"
COUNTS = ("rows", "regions", "rows_lost", "regions_lost")


def exhibits(run: Run) -> tuple[Table, ...]:
    """``variables`` and ``sample``, and ``left_out`` where data are absent."""
    return variables(run), sample(run), *left_out(run)


def left_out(run: Run) -> tuple[Table, ...]:
    """What was not run, or is done without a part, because the data do not have what it needs; no table where nothing was."""
    why = {entry.name: entry.note for entry in run.study.absent}
    found = run.study.left_out
    if not found:
        return ()
    rows = tuple(Row(f"{item.kind}:{item.name}", _called(item), (text(f"report.left_out.of.{_part(item)}"), _named(item), *_why(item, why))) for item in found)
    frame = _frame({row.key: [_part(item), ", ".join(item.absent)] for row, item in zip(rows, found, strict=True)}, ("what", "absent"), "name")
    return (
        Table(
            name=LEFT_OUT,
            frame=frame,
            columns=tuple(Column(name, (text(f"report.left_out.{name}"),)) for name in ("what", "absent", "why")),
            rows=rows,
            title=Message("report.left_out.title"),
            stub=text("report.left_out.name"),
            notes=(Message("report.left_out.note"),),
        ),
    )


def _part(item: LeftOut) -> str:
    return item.kind if item.kind in (SET, VARIATIONS) else "step" if item.kind in METHODS else "preparation"


def _called(item: LeftOut) -> Cell:
    return _words(item.title) if item.title else label(item.name)


def _named(item: LeftOut) -> Cell:
    return Cell("text", Message("report.left_out.names", {"names": tuple(Message("report.left_out.one", {"name": name}) for name in item.absent)}))


def _why(item: LeftOut, why: Mapping[str, Text]) -> tuple[Cell, ...]:
    notes = [note for name in item.absent if (note := why.get(name))]
    return (_words(notes[0]) if notes else EMPTY,)


def variables(run: Run) -> Table:
    """Role, name, definition, unit and source of every variable that a step uses or the study describes (变量定义表)."""
    used = dict.fromkeys(name for step in run.study.steps for name, _ in step.uses)
    described = {v.name: v for v in run.study.variables}
    made = {step.name for step in run.study.steps}
    absent = {entry.name for entry in run.study.absent}
    names = [*(name for name in described if name not in absent), *(name for name in used if name not in described and name.split(".")[0] not in made)]
    rows = [_variable(described.get(name, Variable(name))) for name in names]
    filled = [i for i in range(len(FIELDS)) if any(row.cells[i].value is not None for row in rows)]
    return Table(
        name="variables",
        frame=_frame({name: [_plain(cell) for cell in row.cells] for name, row in zip(names, rows, strict=True)}, FIELDS, "variable"),
        columns=tuple(Column(FIELDS[i], (text(f"report.variable.{FIELDS[i]}"),)) for i in filled),
        rows=tuple(Row(row.key, row.head, tuple(row.cells[i] for i in filled)) for row in rows),
        title=Message("report.variable.title"),
        stub=text("report.variable.label"),
    )


def _variable(v: Variable) -> Row:
    role: Cell = text(f"report.role.{v.role}") if known(f"report.role.{v.role}") else _words(v.role)
    return Row(v.name, label(v.name), (role, _words(v.name), _words(v.definition), _words(v.unit), _words(v.source)))


def _words(words: Text) -> Cell:
    """A text of the study, in one language or both."""
    return Cell("text", Message("report.words", {"words": words})) if words else Cell("text")


def _plain(cell: Cell) -> str:
    value = cell.value
    if not isinstance(value, Message):
        return ""
    words = value.values.get("words", value.code.rpartition(".")[2])
    return words if isinstance(words, str) else str(words.get("en", ""))


def sample(run: Run) -> Table:
    """Rows and regions left after each rule, and how many each one cost: reading, preparations, samples of steps, missing cells."""
    rows = tuple(_rules(run))
    columns = tuple(Column(name, (text(f"report.sample.{name}"),)) for name in COUNTS)
    frame = _frame({row.key: [cell.value for cell in row.cells] for row in rows}, COUNTS, "rule")
    return Table(
        name="sample",
        frame=frame,
        columns=columns,
        rows=rows,
        title=Message("report.sample.title"),
        stub=text("report.sample.rule"),
        notes=(Message("report.sample.note"),),
    )


def _rules(run: Run) -> Iterator[Row]:
    for table in run.tables:
        before: tuple[int, int | None] | None = None
        for rule in table.rules:
            head = text("report.sample.prepared", name=rule.name, kind=rule.kind) if rule.name else text("report.sample.read", source=table.source)
            yield _counts(f"{table.source}.{rule.name}" if rule.name else table.source, head, (rule.rows, rule.regions), before, table.source)
            before = (rule.rows, rule.regions)
        for step in run.study.steps:
            provenance = run.results[step.name].provenance if step.name in run.results and step.on == table.source else None
            if provenance is None or provenance.rows_used is None or before is None or (provenance.rows_used == before[0] and step.sample is None):
                continue
            regions = provenance.regions_used if provenance.regions_used is not None else None
            yield _counts(step.name, text("report.sample.step", name=step.name), (provenance.rows_used, regions), before, table.source)


def _counts(key: str, head: Cell, now: tuple[int, int | None], before: tuple[int, int | None] | None, block: str) -> Row:
    lost: list[int | None] = [None, None]
    if before is not None:
        lost = [a - b if a is not None and b is not None else None for a, b in zip(before, now, strict=True)]
    return Row(key, head, tuple(Cell("count", value) for value in (*now, *lost)), block=block)


def _frame(rows: dict[str, list[object]] | dict[str, list[str]], columns: tuple[str, ...], index: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns)).rename_axis(index)
