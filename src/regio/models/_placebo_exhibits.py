"""The exhibits of a placebo: the tests, the density of the draws with the estimate, and their p-values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regio.exhibits.models import Cell, Channel, Column, Figure, Reference, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._replayed import records

if TYPE_CHECKING:
    from regio.models.placebo import Placebo

HEADS = ("statistic", "p_value", "p_share", "critical_10", "critical_5", "critical_1")


def tests_table(result: Placebo) -> Table:
    """Rows are terms and what is compared."""
    rows = tuple(
        Row(
            f"{term}:{test}",
            text(f"placebo.test.{test}", term=label(term)),
            tuple(Cell("estimate", values[head], values["p_value"]) if head == "statistic" else Cell(kind_of(head), float(values[head])) for head in HEADS),
        )
        for (term, test), values in records(result.tests)
    )
    return Table(
        name="tests",
        frame=result.tests,
        columns=tuple(Column(head, (text(f"specification_curve.head.{head}"),)) for head in HEADS),
        rows=rows,
        title=Message("placebo.title.tests", {"outcome": label(result.outcome)}),
        stub=text("placebo.head"),
        notes=_notes(result),
    )


def _notes(result: Placebo) -> tuple[Message, ...]:
    draws = int(result.tests["draws"].iloc[0])
    values = {
        "draws": draws,
        "units": result.units,
        "scheme": Message(f"specification_curve.scheme.{result.scheme}"),
        "columns": tuple(map(label, result.moved)),
    }
    notes = [Message("placebo.note.draws", values), Message("placebo.note.p")]
    notes += [Message("specification_curve.note.fixed", {"fixed": result.fixed, "units": result.units})] if result.fixed else []
    return (*notes, *([Message("placebo.note.broken")] if result.scheme != "permutation" else []))


def figures(result: Placebo) -> tuple[Figure, ...]:
    several = len(result.estimates) > 1
    facet = {"facet": Channel("term", kind="label")} if several else {}
    lines = tuple(
        Reference("x", float(values["estimate"]), text("placebo.estimate"), facet=term if several else None) for term, values in records(result.estimates)
    )
    names = {"outcome": label(result.outcome), "columns": tuple(map(label, result.moved))}
    estimate = text("placebo.of_draws")
    return (
        Figure(
            name="density",
            form="line",
            frame=result.density,
            channels={"x": Channel("estimate", estimate), "y": Channel("density", text("placebo.density")), **facet},
            title=Message("placebo.title.density", names),
            notes=_notes(result)[:1],
            references=lines,
        ),
        Figure(
            name="p_values",
            form="points",
            frame=result.distribution,
            channels={"x": Channel("estimate", estimate), "y": Channel("p_value", text("placebo.p_value")), **facet},
            title=Message("placebo.title.p_values", names),
            notes=(*_notes(result)[:1], Message("placebo.note.p_values")),
            references=(*lines, Reference("y", 0.1, text("placebo.ten"))),
        ),
    )
