"""VIF against the diagonal of the inverse of the printed correlation matrix."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.margins import inflation, matrix, moments
from regio.language import Message

KINDS = ("vif", "correlations")


def run(look: Look) -> Iterator[Judgement]:
    found = moments(look)
    for table in look.paper.of_kind("vif"):
        names = [look.paper.variable(row["var"]) for row in table.rows]
        both = matrix(found, names) if len(names) > 1 else None
        if both is None:
            continue
        ranges = inflation(*both)
        for row, range_ in zip(table.rows, ranges, strict=True):
            where = place(table.id, row["var"], "vif")
            if range_.width == float("inf"):
                yield Judgement("vif_correlations", where, row["vif"], "", "not_checkable", "digit", Message("audit.note.singular"))
            else:
                pairs = tuple(cell for (kind, *_), cell in ((k, c) for k, c in found.cells.items() if isinstance(k, tuple)) if kind == "r")
                yield look.compare(
                    "vif_correlations", where, row["vif"], range_, table=table, cell="vif", assumption=Message("audit.if.same_rows"), cells=(where, *pairs)
                )
