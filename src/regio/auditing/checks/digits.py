"""Cells with too few digits to say anything, and tables without N: named, so that a person knows what was not checked."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("regression", "descriptives", "correlations")


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind("regression"):
        for model in table.models:
            for term in model.terms:
                value = look.coef(table, term)
                if value is not None and value.low <= 0 <= value.high and (term.stars or term.paren):
                    where = place(table.id, model.col, term.var)
                    yield Judgement("digits", where, term.coef, str(value), "not_checkable", "digit", Message("audit.note.few_digits", {"printed": term.coef}))
            if "N" not in model.values:
                yield Judgement("digits", place(table.id, model.col, "N"), "", "", "not_checkable", "label", Message("audit.note.no_n", {"df": ""}))
    for table in look.paper.of_kind("descriptives"):
        for row in table.rows:
            value = look.interval(row.get("sd"), table, "sd")
            if value is not None and value.low <= 0 <= value.high:
                note = Message("audit.note.few_digits", {"printed": row["sd"]})
                yield Judgement("digits", place(table.id, row["var"], "sd"), row["sd"], str(value), "not_checkable", "digit", note)
    for table in look.paper.of_kind("correlations"):
        if not _rows(look, table.id):
            yield Judgement("digits", place(table.id, "N"), "", "", "not_checkable", "label", Message("audit.note.no_n", {"df": ""}))


def _rows(look: Look, id_: str) -> bool:
    table = look.paper.table(id_)
    sample = look.paper.sample
    return (
        bool(table and table.values.get("observations"))
        or any(row.get("n") for t in look.paper.of_kind("descriptives") for row in t.rows)
        or bool(sample.units and sample.periods)
    )
