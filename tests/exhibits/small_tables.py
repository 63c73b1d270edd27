"""Small tables of cells to typeset and render."""

from __future__ import annotations

import pandas as pd

from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, label, text
from regio.language import Message

FRAME = pd.DataFrame({"estimate": [1.0]}, index=pd.Index(["x"], name="term"))


def regression(*models: tuple[float, float, float], outcome: str = "y", effects: bool | None = None, term: str = "x", name: str = "coefficients") -> Table:
    """One column a model: estimate, standard error and p-value of one term, N, and a yes-no row where ``effects`` is given."""
    columns = tuple(Column(f"({i + 1})", (Cell("text", f"({i + 1})"), label(outcome))) for i in range(len(models)))
    rows = [
        Row(term, label(term), tuple(Cell("estimate", b, p) for b, _, p in models), block="terms"),
        Row(term, label(term), tuple(Cell("std_error", se) for _, se, _ in models), part="std_error", block="terms"),
        Row(term, label(term), tuple(Cell("statistic", b / se) for b, se, _ in models), part="statistic", block="terms"),
        Row("n", text("describe.n"), tuple(Cell("count", 1200.0) for _ in models), block="fit"),
    ]
    if effects is not None:
        rows.insert(3, Row("effects", label("region"), tuple(Cell("yes_no", effects) for _ in models), block="design"))
    return Table(name=name, frame=FRAME, columns=columns, rows=tuple(rows), title=Message("describe.title"), stub=text("describe.variable"))


def plain(*cells: tuple[Cell, ...], heads: tuple[str, ...] = ("a", "b"), title: str = "describe.title", notes: tuple[Message, ...] = ()) -> Table:
    """Rows of cells under one row of headers; the row heads are r1, r2, …"""
    columns = tuple(Column(head, (label(head),)) for head in heads)
    rows = tuple(Row(f"r{i}", label(f"r{i}"), row) for i, row in enumerate(cells, 1))
    return Table(name="plain", frame=FRAME, columns=columns, rows=rows, title=Message(title), stub=EMPTY, notes=notes)
