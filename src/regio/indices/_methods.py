"""Exhibits and conventions that several methods of weights and scores share: a table of facts, a judgement matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, kind_of, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("alpha", "components", "df")


def facts_table(facts: pd.DataFrame, title: Message, notes: tuple[Message, ...] = (), name: str = "facts") -> Table:
    """Single numbers down, parts (periods) across."""
    columns = tuple(Column(str(part) or "value", (label(str(part)) if str(part) else text("index.value_head"),)) for part in facts.index)
    rows = tuple(Row(str(fact), text(f"index.fact.{fact}"), tuple(_number(str(fact), value) for value in facts[fact])) for fact in facts)
    return Table(name=name, frame=facts, columns=columns, rows=rows, title=title, stub=text("index.fact_head"), notes=notes)


def matrix_table(matrix: pd.DataFrame, title: Message, notes: tuple[Message, ...] = ()) -> Table:
    """A judgement matrix with the weights it makes in the last column; judgements as whole numbers and fractions."""
    names = [str(name) for name in matrix.columns if name != "weight"]
    columns = (*(Column(name, (label(name),)) for name in names), Column("weight", (text("index.weight_head"),)))
    rows = tuple(
        Row(_key(index), label(_key(index)), (*(_judgement(values[name]) for name in names), Cell("share", float(values["weight"]))))
        for index, values in matrix.to_dict("index").items()
    )
    return Table(name="judgement", frame=matrix, columns=columns, rows=rows, title=title, stub=text("index.indicator_head"), notes=notes)


def steps_table(mapping: pd.DataFrame, title: Message) -> Table:
    """The steps of the scale and the ratio that each stands for."""
    columns = tuple(Column(str(step), (label(str(step)),)) for step in mapping.columns)
    rows = tuple(
        Row(_key(part) or "ratio", label(_key(part)) if _key(part) else text("index.ratio_head"), tuple(_number("", value) for value in row))
        for part, row in zip(mapping.index, mapping.to_numpy(), strict=True)
    )
    return Table(name="mapping", frame=mapping, columns=columns, rows=rows, title=title, stub=text("index.step_head"))


def _key(index: Any) -> str:
    return " ".join(map(str, index)) if isinstance(index, tuple) else str(index)


def _judgement(value: float) -> Cell:
    if value != value:
        return EMPTY
    if value >= 1:
        return Cell("count", round(value)) if abs(value - round(value)) < 1e-9 else Cell("number", value)
    below = 1 / value
    return Cell("text", f"1/{round(below)}") if abs(below - round(below)) < 1e-9 else Cell("number", value)


def _number(fact: str, value: float) -> Cell:
    if value != value:
        return EMPTY
    return Cell("count" if fact in COUNTS else kind_of(fact), float(value))
