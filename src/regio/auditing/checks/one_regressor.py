"""A column with one regressor: F = t²."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.inference import bracket_t, brackets
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            if len(model.regressors) != 1 or "F" not in model.values:
                continue
            term = model.term(model.regressors[0])
            t = bracket_t(look, table, term, brackets(look, table).kind) if term else None
            if t is None or brackets(look, table).kind == "p":
                continue
            where = place(table.id, model.col, "F")
            conditional = "consistent_if" if any(word.casefold() in ("yes", "是", "√", "✓", "y") for word in model.effects.values()) else "inconsistent"
            yield look.compare(
                "one_regressor",
                where,
                model.values["F"],
                t.square(),
                table=table,
                cell="F",
                fails=conditional,  # type: ignore[arg-type]
                assumption=Message("audit.if.f_of_regressor"),
                cells=(where, place(table.id, model.col, model.regressors[0])),
            )
