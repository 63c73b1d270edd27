"""VIF ≥ 1, 1/VIF, and the mean VIF."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import total
from regio.language import Message

KINDS = ("vif",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        values = []
        for row in table.rows:
            vif = look.interval(row["vif"], table, "vif")
            where = place(table.id, row["var"], "vif")
            if vif is None:
                yield look.unread("vif", where, row["vif"])
                continue
            values.append(vif)
            if vif.high < 1:
                yield Judgement("vif", where, row["vif"], "≥ 1", "inconsistent", "digit", Message("audit.note.vif_below_one"))
            elif row.get("inverse_vif"):
                where = place(table.id, row["var"], "inverse_vif")
                yield look.compare(
                    "vif", where, row["inverse_vif"], 1 / vif, table=table, cell="inverse_vif", cells=(where, place(table.id, row["var"], "vif"))
                )
        if "mean_vif" in table.values and len(values) == len(table.rows):
            mean = total(values) * (1 / len(values))
            yield look.compare("vif", place(table.id, "mean_vif"), table.values["mean_vif"], mean, table=table, cell="mean_vif")
