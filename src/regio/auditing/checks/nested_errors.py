"""Standard errors of two columns that differ by one term: those of the second follow from those of the first and what the added term took from the slopes."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import errors_of, nested_errors, nested_pairs
from regio.auditing.inference import brackets, shared
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for first, second, added in nested_pairs(table):
            sure = errors_of(look, table).conventional and shared(look, (table, first), (table, second))
            for var, (computed, _) in nested_errors(look, table, first, second, added).items():
                term = second.term(var)
                if term is None or computed.low <= 0:
                    continue
                coef = look.coef(table, term)
                where = place(table.id, second.col, var)
                in_t = brackets(look, table).kind == "t" and coef is not None
                yield look.compare(
                    "nested_errors", where, term.paren, coef / computed if in_t and coef is not None else computed, table=table, cell="paren",
                    fails="inconsistent" if sure else "consistent_if", assumption=Message("audit.if.same_errors" if sure else "audit.if.conventional"),
                    cells=(where, place(table.id, first.col, var), place(table.id, second.col, added)),
                )  # fmt: skip
