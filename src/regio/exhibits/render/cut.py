"""A table cut between columns into parts that stand one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from regio.exhibits.printed import Head, Printed, PrintedRow
from regio.language import say


def cut(printed: Printed, ends: Sequence[int]) -> tuple[Printed, ...]:
    """Columns ends[0] … ends[1] and so on. Each part has the heads of its rows; the notes stand below the last one."""
    made = []
    for first, last in pairwise(ends):
        rows = tuple(replace(row, cells=row.cells[first:last]) for row in printed.rows if _said(row, first, last))
        made.append(
            replace(
                printed,
                title=say("exhibits.continued", printed.language, title=printed.title) if first else printed.title,
                heads=tuple(_heads(heads, first, last) for heads in printed.heads),
                column_keys=printed.column_keys[first:last],
                rows=rows,
                notes=printed.notes if last == len(printed.column_keys) else (),
            )
        )
    return tuple(made)


def _said(row: PrintedRow, first: int, last: int) -> bool:
    """Whether a row holds anything in these columns; one that holds nothing in any, such as a heading, stays."""
    return any(cell.text for cell in row.cells[first:last]) or not any(cell.text for cell in row.cells)


def _heads(heads: Sequence[Head], first: int, last: int) -> tuple[Head, ...]:
    """The heads over these columns; a head that reaches beyond them loses that much of its span."""
    kept, at = [], 0
    for head in heads:
        span = min(at + head.span, last) - max(at, first)
        if span > 0:
            kept.append(Head(head.text, span))
        at += head.span
    return tuple(kept)
