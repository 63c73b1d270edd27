"""The tables and the figure of a dynamic panel threshold, without words."""

from __future__ import annotations

from typing import Any

from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Reference, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import effect_rows, figure_row
from regio.models._threshold.exhibits import test_rows, value_cell
from regio.models._threshold.slopes import INTERCEPT

LAG = "_lag"
PARTS = ("std_error", "statistic")


def exhibits_of(result: Any) -> tuple[Exhibit, ...]:
    return (_tests(result), _slopes(result), _curve(result))


def _tests(result: Any) -> Table:
    """The test, the threshold and its set, and whether the moments hold."""
    test, found, drawn = result.tests.iloc[0], result.thresholds.iloc[0], result.scheme != "none"
    p = test["p_value"] if drawn else None
    rows = test_rows(text("dynamic_threshold.statistic"), test, p)
    rows += [
        Row(name, text(f"threshold.head.{name}", level=100 * result.level), (value_cell(found[name]),), block="set")
        for name in ("value", "conf_low", "conf_high")
    ]
    rows += [Row(f"n{k}", text("dynamic_threshold.rows", regime=k), (Cell("count", n),), block="rows") for k, n in enumerate(result.sizes, start=1)]
    for name, checked in result.specification.iterrows():
        if checked["p_value"] == checked["p_value"]:
            rows.append(Row(str(name), text(f"dynamic_threshold.{name}"), (Cell("number", checked["statistic"]),), block="checks"))
            rows.append(Row(f"{name}.p", text(f"dynamic_threshold.{name}_p"), (Cell("p_value", checked["p_value"]),), block="checks"))
    values = {"level": 100 * result.level, "critical": result.critical}
    notes = (
        Message("dynamic_threshold.note.test", {"draws": int(test["draws"])}) if drawn else Message("dynamic_threshold.note.not_drawn"),
        Message(f"dynamic_threshold.note.set_{'drawn' if drawn else 'asymptotic'}", values),
        Message("dynamic_threshold.note.checks"),
    )
    title = Message("dynamic_threshold.title.tests", {"variable": label(result.threshold_variable)})
    columns = (Column("value", (label(result.threshold_variable),)),)
    return Table(name="tests", frame=result.tests, columns=columns, rows=tuple(rows), title=title, notes=notes)


def _slopes(result: Any) -> Table:
    rows: list[Row] = []
    for name, found in result.coefficients.iterrows():
        head = _head(str(name), result)
        rows.append(Row(str(name), head, (Cell("estimate", found["estimate"], found["p_value"]),), block="terms"))
        rows += [Row(str(name), head, (Cell(part, found[part]),), part=part, block="terms") for part in PARTS]  # type: ignore[arg-type]
    rows += effect_rows(result.effects)
    rows += [figure_row("n", result.fit["n"]), figure_row("n_regions", result.fit["n_regions"])]
    rows.append(figure_row("n_instruments", result.fit["n_instruments"], "dynamic_threshold.fit"))
    columns = (Column("(1)", (Cell("text", "(1)"), label(result.outcome))),)
    drawn = result.scheme != "none"
    errors = (
        Message("dynamic_threshold.note.errors_drawn", {"draws": int(result.tests["draws"].iloc[0])}) if drawn else Message("dynamic_threshold.note.errors")
    )
    notes = [Message("dynamic_threshold.note.method", {"lags": result.fit["lags"]}), errors]
    if result.endogenous:
        notes.append(Message("dynamic_threshold.note.endogenous", {"columns": tuple(label(c) for c in result.endogenous)}))
    title = Message("dynamic_threshold.title.slopes", {"outcome": label(result.outcome), "variable": label(result.threshold_variable)})
    return Table(name="coefficients", frame=result.coefficients, columns=columns, rows=tuple(rows), title=title, notes=tuple(notes))


def _head(name: str, result: Any) -> Cell:
    value = float(result.thresholds["value"].iloc[0])
    splits = label(result.threshold_variable)
    variable, _, regime = name.rpartition(":")
    if name == f"{INTERCEPT}:2":
        return text("threshold.shift.high", splits=splits, above=">", low=value)
    if not variable or variable not in (LAG, *result.treatment):
        return _plain(name, result)
    if regime == "difference":
        return text("dynamic_threshold.difference", variable=_part(variable, result))
    if regime == "1":
        return text("threshold.slope.low", variable=_part(variable, result), splits=splits, below="≤", high=value)
    return text("threshold.slope.high", variable=_part(variable, result), splits=splits, above=">", low=value)


def _plain(name: str, result: Any) -> Cell:
    return text("dynamic_threshold.lagged", outcome=label(result.outcome)) if name == LAG else label(name)


def _part(name: str, result: Any) -> Any:
    """The same as a part of a sentence."""
    return Message("dynamic_threshold.lagged", {"outcome": label(result.outcome)}) if name == LAG else label(name)


def _curve(result: Any) -> Figure:
    value = float(result.thresholds["value"].iloc[0])
    return Figure(
        name="distance",
        form="line",
        frame=result.curves,
        channels={"x": Channel("value", label(result.threshold_variable)), "y": Channel("distance", text("dynamic_threshold.distance"))},
        title=Message("dynamic_threshold.title.curves", {"variable": label(result.threshold_variable)}),
        notes=(Message("threshold.note.curves", {"level": 100 * result.level}),),
        references=(
            Reference("y", result.critical, text("threshold.critical", level=100 * result.level, value=result.critical)),
            Reference("x", value, text("threshold.estimate_at", value=value)),
        ),
    )
