"""The tables and the figure of a sample split, without words."""

from __future__ import annotations

from typing import Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Reference, Row, Table, label, text
from regio.language import Message
from regio.models._threshold.confidence import critical
from regio.models._threshold.exhibits import errors_of, test_rows, value_cell

PARTS = ("std_error", "statistic")


def exhibits_of(result: Any) -> tuple[Exhibit, ...]:
    return (_tests(result), _slopes(result), _curve(result))


def _tests(result: Any) -> Table:
    """The test, the threshold and its set."""
    test, found = result.tests.iloc[0], result.thresholds.iloc[0]
    drawn = bool(test["draws"])
    p = test["p_value"] if drawn else None
    rows = test_rows(text("threshold_split.statistic"), test, p)
    rows += [
        Row(name, text(f"threshold.head.{name}", level=100 * result.level), (value_cell(found[name]),), block="set")
        for name in ("value", "scaled_low", "scaled_high", "conf_low", "conf_high")
    ]
    rows += [Row(f"n{k}", text("threshold_split.rows", side=k), (Cell("count", n),), block="rows") for k, n in enumerate(result.sizes, start=1)]
    rows += [Row(f"ssr{k}", text(f"threshold_split.ssr{k}"), (Cell("number", value),), block="rows") for k, value in enumerate(result.ssr)]
    note = Message("threshold_split.note.test", {"draws": int(test["draws"])}) if drawn else Message("threshold.note.not_drawn")
    title = Message("threshold_split.title.tests", {"variable": label(result.threshold_variable)})
    columns = (Column("value", (label(result.threshold_variable),)),)
    notes = (note, Message("threshold_split.note.sets", {"critical": critical(result.level), "level": 100 * result.level}))
    return Table(name="tests", frame=result.tests, columns=columns, rows=tuple(rows), title=title, notes=notes)


def _slopes(result: Any) -> Table:
    """A column for each side; what has one slope stands in both."""
    value = float(result.thresholds["value"].iloc[0])
    splits = label(result.threshold_variable)
    heads = (text("threshold.regime.low", splits=splits, below="≤", high=value), text("threshold.regime.high", splits=splits, above=">", low=value))
    columns = tuple(Column(f"{k}", (label(result.outcome), head)) for k, head in enumerate(heads, start=1))
    rows: list[Row] = []
    for name in (*result.treatment, *result.controls, "_cons"):
        both = [_term(result, name, side) for side in (1, 2)]
        head = text("regress.constant") if name == "_cons" else label(name)
        found = [result.coefficients.loc[term] for term in both]
        rows.append(Row(name, head, tuple(Cell("estimate", f["estimate"], f["p_value"]) for f in found), block="terms"))
        rows += [Row(name, head, tuple(Cell(part, f[part]) for f in found), part=part, block="terms") for part in PARTS]  # type: ignore[arg-type]
        rows.append(Row(f"{name}.union", text("threshold_split.union", level=100 * result.level), tuple(_interval(result, t) for t in both), block="terms"))
    rows.append(Row("errors", text("regress.errors"), (Cell("text", errors_of(result)), EMPTY), block="fit"))
    rows.append(Row("n", text("regress.fit.n"), tuple(Cell("count", n) for n in result.sizes), block="fit"))
    notes = (Message("threshold_split.note.unions"),)
    title = Message("threshold_split.title.slopes", {"outcome": label(result.outcome), "variable": splits})
    return Table(name="coefficients", frame=result.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes)


def _term(result: Any, name: str, side: int) -> str:
    return f"{name}:{side}" if f"{name}:{side}" in result.coefficients.index else name


def _interval(result: Any, term: str) -> Cell:
    low, high = result.unions.loc[term, ["conf_low", "conf_high"]]
    return text("threshold_split.interval", low=float(f"{low:.4g}"), high=float(f"{high:.4g}"))


def _curve(result: Any) -> Figure:
    value = float(result.thresholds["value"].iloc[0])
    scaled = bool(result.curves["scaled"].notna().any())
    return Figure(
        name="likelihood_ratio",
        form="line",
        frame=result.curves,
        channels={
            "x": Channel("value", label(result.threshold_variable)),
            "y": Channel("scaled" if scaled else "likelihood_ratio", text("threshold_split.scaled" if scaled else "threshold.likelihood_ratio")),
        },
        title=Message("threshold.title.curves", {"variable": label(result.threshold_variable)}),
        notes=(Message("threshold.note.curves", {"level": 100 * result.level}),),
        references=(
            Reference("y", critical(result.level), text("threshold.critical", level=100 * result.level, value=critical(result.level))),
            Reference("x", value, text("threshold.estimate_at", value=value)),
        ),
    )
