"""A matrix of transitions: every row sums to one, and each probability is a whole number of steps over those that begin in the class."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, total
from regio.auditing.paper import Cells, PaperTable
from regio.language import Message

KINDS = ("transitions",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        rows: dict[str, list[Cells]] = {}
        for row in table.rows:
            rows.setdefault(row["from"], []).append(row)
        for name, cells in rows.items():
            yield from _row(look, table, name, cells)


def _row(look: Look, table: PaperTable, name: str, cells: list[Cells]) -> Iterator[Judgement]:
    values = [look.interval(cell["p"], table, "p") for cell in cells]
    places = tuple(place(table.id, name, cell["to"]) for cell in cells)
    if any(v is None for v in values) or len(values) < 2:
        return
    found = total(v for v in values if v is not None)
    whole = 100.0 if found.low > 50 else 1.0
    empty = found.low <= 0 and all(v is not None and v.low <= 0 for v in values)  # no step begins in the class
    fine = empty or found.holds(whole)
    note = Message("audit.note.sum_is_one" if fine else "audit.note.sum_is_not_one", {"sum": str(found), "whole": whole})
    yield Judgement("transitions", place(table.id, name), str(found), f"{whole:g}", "consistent" if fine else "inconsistent", "digit", note, cells=places)
    for cell, value, where in zip(cells, values, places, strict=True):
        n = look.whole(cell.get("n"))
        if n and value is not None:
            k = math.ceil(value.low / whole * n - 1e-9)
            near = k / n * whole if k / n * whole <= value.high + 1e-12 else round(value.middle / whole * n) / n * whole
            yield look.compare("transitions", where, cell["p"], Interval(near, near), table=table, cell="p", cells=(where,))
