"""The table and the figure of a panel kink, without words."""

from __future__ import annotations

from typing import Any

from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Reference, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import CONSTANT, effect_rows, figure_row
from regio.models._threshold.exhibits import FIGURES, errors_of, test_rows, value_cell

KINK = "_kink"
PARTS = ("std_error", "statistic")


def exhibits_of(result: Any) -> tuple[Exhibit, ...]:
    return (_tests(result), _slopes(result), _curve(result))


def _tests(result: Any) -> Table:
    test, drawn = result.tests.iloc[0], result.scheme != "none"
    rows = test_rows(text("panel_kink.statistic"), test, test["p_value"] if drawn else None)
    rows.append(Row("kink", text("panel_kink.kink"), (value_cell(result.kink),), block="kink"))
    if drawn:
        rows += [
            Row(name, text(f"threshold.head.{name}", level=100 * result.level), (value_cell(value),), block="kink")
            for name, value in (("conf_low", result.kink_low), ("conf_high", result.kink_high))
        ]
    rows += [Row(f"n{k}", text("threshold_split.rows", side=k), (Cell("count", n),), block="rows") for k, n in enumerate(result.sizes, start=1)]
    values = {"draws": int(test["draws"]), "scheme": Message(f"threshold.scheme.{result.scheme}"), "critical": float(result.critical)}
    note = Message("panel_kink.note.test", values) if drawn else Message("threshold.note.not_drawn")
    title = Message("panel_kink.title.tests", {"variable": label(result.treatment)})
    return Table(name="tests", frame=result.tests, columns=(Column("value", (label(result.treatment),)),), rows=tuple(rows), title=title, notes=(note,))


def _slopes(result: Any) -> Table:
    rows: list[Row] = []
    for name, found in result.coefficients.iterrows():
        head = _head(str(name), result)
        p = found["p_value"]
        rows.append(Row(str(name), head, (Cell("estimate", found["estimate"], None if p != p else p),), block="terms"))
        parts = [part for part in PARTS if found[part] == found[part]]
        rows += [Row(str(name), head, (Cell(part, found[part]),), part=part, block="terms") for part in parts]  # type: ignore[arg-type]
    rows += effect_rows(result.effects)
    rows.append(Row("errors", text("regress.errors"), (Cell("text", errors_of(result)),), block="effects"))
    rows += [figure_row(name, value) for name in FIGURES[:3] if (value := result.fit[name]) == value]
    columns = (Column("(1)", (Cell("text", "(1)"), label(result.outcome))),)
    title = Message("panel_kink.title.slopes", {"outcome": label(result.outcome), "variable": label(result.treatment)})
    notes = (Message("panel_kink.note.slopes"),)
    return Table(name="coefficients", frame=result.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes)


def _head(name: str, result: Any) -> Cell:
    given = {"variable": label(result.treatment), "splits": label(result.treatment)}
    if name == f"{result.treatment}:1":
        return text("threshold.slope.low", **given, below="≤", high=result.kink)
    if name == f"{result.treatment}:2":
        return text("threshold.slope.high", **given, above=">", low=result.kink)
    if name == KINK:
        return text("panel_kink.kink")
    return text("regress.constant") if name == CONSTANT else label(name)


def _curve(result: Any) -> Figure:
    estimate = Reference("x", result.kink, text("panel_kink.estimate_at", value=result.kink))
    level = [Reference("y", result.critical, text("threshold.critical", level=100 * result.level, value=result.critical))] if result.scheme != "none" else []
    return Figure(
        name="likelihood_ratio",
        form="line",
        frame=result.curves,
        channels={"x": Channel("value", label(result.treatment)), "y": Channel("likelihood_ratio", text("threshold.likelihood_ratio"))},
        title=Message("panel_kink.title.curves", {"variable": label(result.treatment)}),
        notes=(Message("threshold.note.curves", {"level": 100 * result.level}),) if level else (),
        references=(*level, estimate),
    )
