"""Three steps of mediation: c = c′ + a b for every regressor and the constant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regio.auditing.inference import shared
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)


@dataclass(frozen=True, slots=True)
class Steps:
    """Outcome on X; mediator on X; outcome on X and mediator, all in one table."""

    table: PaperTable
    total: Model
    first: Model
    full: Model
    mediator: str  # its name in the full column


def steps(look: Look) -> Iterator[Steps]:
    for table in look.paper.of_kind(*KINDS):
        for full in table.models:
            for first in table.models:
                added = [v for v in full.regressors if look.paper.variable(v) == look.paper.variable(first.dependent)]
                rest = set(full.regressors) - set(added)
                if len(added) != 1 or set(first.regressors) != rest or first.dependent == full.dependent or full.stage or first.stage:
                    continue
                for total in table.models:
                    same = total.dependent == full.dependent and set(total.regressors) == rest
                    if same and len({m.values.get("N") for m in (total, first, full)}) == 1 and total.effects == first.effects == full.effects:
                        yield Steps(table, total, first, full, added[0])


def run(look: Look) -> Iterator[Judgement]:
    for found in steps(look):
        table = found.table
        b = found.full.term(found.mediator)
        slope = look.coef(table, b) if b else None
        if slope is None:
            continue
        agreed = shared(look, (table, found.total), (table, found.first), (table, found.full))
        for term in found.total.terms:
            a, direct = found.first.term(term.var), found.full.term(term.var)
            one, two = look.coef(table, a) if a else None, look.coef(table, direct) if direct else None
            if one is None or two is None:
                continue
            where = place(table.id, found.total.col, term.var)
            cells = (
                where,
                place(table.id, found.first.col, term.var),
                place(table.id, found.full.col, term.var),
                place(table.id, found.full.col, found.mediator),
            )
            yield look.compare(
                "mediation", where, term.coef, two + one * slope, table=table, cell="coef",
                fails="inconsistent" if agreed else "consistent_if", assumption=Message("audit.if.same_rows" if agreed else "audit.if.estimators"), cells=cells,
            )  # fmt: skip
