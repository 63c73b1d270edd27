"""Numbers that the text takes from a table, against the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Claim, PaperTable, Value
from regio.language import Message

KINDS = ("descriptives", "correlations", "vif", "regression", "bootstrap", "geodetector", "weights", "coupling", "threshold", "instruments")
STATISTICS = ("mean", "median", "sd", "min", "max")
NOT_QUOTED = ("level", "ci_level", "threshold", "year", "ratio", "turning_point")  # names of numbers that stand in the text alone
NEAR = 2.0  # units of the last digit within which a number is taken for a slip of a printed one
DIGITS = 3  # of a quoted number


@dataclass(frozen=True, slots=True)
class Cell:
    where: str
    printed: str
    interval: Interval


def run(look: Look) -> Iterator[Judgement]:
    for claim in look.paper.claims:
        tables = [t for id_ in claim.about if (t := look.paper.table(id_)) and t.available and t.kind in KINDS]
        for value in claim.values:
            if (tables or value.at) and not value.name.startswith(NOT_QUOTED):
                yield from _judge(look, claim, value, tables)


def _judge(look: Look, claim: Claim, value: Value, tables: list[PaperTable]) -> Iterator[Judgement]:
    own, number = look.interval(value.printed), look.number(value.printed)
    if own is None or number is None or number.percent:
        return
    where = place(claim.id, value.name)
    if named := _named(look, value, tables):
        fine = named.interval.meets(own)
        yield _said(where, value, named, fine)
        return
    cells = [c for t in tables for c in cells_of(look, t)]
    if hit := next((c for c in cells if c.interval.meets(own)), None):
        yield _said(where, value, hit, True)
        return
    unit = 10.0**-number.decimals
    near = sorted((c for c in cells if abs(c.interval.middle - number.value) <= NEAR * unit), key=lambda c: abs(c.interval.middle - number.value))
    if near and sum(c.isdigit() for c in value.printed.lstrip("0.-−")) >= DIGITS:
        yield _said(where, value, near[0], False)
    elif tables and number.decimals > 0:
        yield Judgement(
            "quotes", where, value.printed, "", "not_checkable", "digit", Message("audit.note.not_in_table", {"tables": tuple(t.id for t in tables)})
        )


def _said(where: str, value: Value, cell: Cell, fine: bool) -> Judgement:
    note = Message("audit.note.quoted" if fine else "audit.note.misquoted", {"text": value.printed, "table": cell.printed, "where": cell.where})
    return Judgement("quotes", where, value.printed, cell.printed, "consistent" if fine else "inconsistent", "digit", note, cells=(where, cell.where))


def _named(look: Look, value: Value, tables: list[PaperTable]) -> Cell | None:
    """The cell that a value names: by ``at``, or as statistic_variable of a table of descriptives."""
    if value.at:
        id_ = value.at.partition("/")[0]
        table = look.paper.table(id_)
        return next((c for c in cells_of(look, table) if c.where == value.at), None) if table else None
    statistic, _, variable = value.name.partition("_")
    if statistic not in STATISTICS or not variable:
        return None
    wanted = look.paper.variable(variable)
    for table in tables:
        for row in table.rows if table.kind == "descriptives" else ():
            interval = look.interval(row.get(statistic), table, statistic)
            if look.paper.variable(row["var"]) == wanted and interval is not None:
                return Cell(place(table.id, row["var"], statistic), row[statistic], interval)
    return None


def cells_of(look: Look, table: PaperTable) -> Iterator[Cell]:
    """Every number of a table with its address."""
    names = {"descriptives": ("var",), "vif": ("var",), "correlations": ("row", "col"), "bootstrap": ("effect",), "geodetector": ("factor", "period")}
    for row in table.rows:
        heads = tuple(row.get(n, "") for n in names.get(table.kind, ("indicator", "unit", "test", "period")))
        for cell, text in row.items():
            interval = look.interval(text, table, cell)
            if interval is not None and cell not in ("rank", "period", "n"):
                yield Cell(place(table.id, *heads, cell), text, interval)
    for model in table.models:
        for term in model.terms:
            for part, text in (("", term.coef), ("paren", term.paren)):
                interval = look.interval(text, table, part or "coef")
                if interval is not None:
                    yield Cell(place(table.id, model.col, term.var, part), text, interval)
        for name, text in model.values.items():
            interval = look.interval(text, table, name)
            if interval is not None and name != "restricted":
                yield Cell(place(table.id, model.col, name), text, interval)
    for name, text in table.values.items():
        interval = look.interval(text, table, name)
        if interval is not None:
            yield Cell(place(table.id, name), text, interval)
