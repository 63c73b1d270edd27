"""The exhibits of Oster's δ: both models, bounds by R²max, and the bound as R²max grows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.result import choose
from regio.exhibits.combine import beside
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Reference, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import number
from regio.models._replayed import records

if TYPE_CHECKING:
    from regio.models.oster_delta import OsterDelta

HEADS = ("multiple", "r_max", "delta", "bound", "low", "high", "excludes")


def _names(result: OsterDelta) -> dict[str, Any]:
    return {"outcome": label(result.outcome), "treatment": label(result.treatment)}


def models_table(result: OsterDelta) -> Table:
    """Without and with the controls."""
    import pandas as pd

    table = beside([choose(model.exhibits(), Table, None) for model in result.models])
    rows = [*table.rows]
    rows.append(Row("r2_net", text("oster_delta.r2_net"), tuple(Cell("number", result.moments[name]) for name in ("r2_short", "r2_long")), block="fit"))
    frame = pd.concat({f"({i})": model.coefficients for i, model in enumerate(result.models, 1)}, names=["column"])
    return replace(table, frame=frame, rows=tuple(rows), title=Message("oster_delta.title.models", _names(result)))


def bounds_table(result: OsterDelta) -> Table:
    """Rows are values of R²max; intervals of the first below it."""
    rows = []
    for i, (_, values) in enumerate(records(result.bounds)):
        cells = tuple(Cell("yes_no", bool(values[head])) if head == "excludes" else number(values[head]) for head in HEADS)
        rows.append(Row(str(i), text("oster_delta.chosen" if i == 0 else "oster_delta.other"), cells, block="chosen" if i == 0 else "others"))
        if i == 0 and result.draws:
            for side in ("conf_low", "conf_high"):
                limits = [number(result.intervals.loc[head, side]) if head in ("delta", "bound") else EMPTY for head in HEADS]
                rows.append(Row(f"0.{side}", text(f"oster_delta.{side}", level=100 * result.level), tuple(limits), block="chosen"))
    asked: dict[str, Any] = {"delta": result.delta, "null": result.null}
    columns = tuple(Column(head, (text(f"oster_delta.head.{head}", **asked),)) for head in HEADS)
    notes = [Message("oster_delta.note.bounds", {**asked, "short": result.moments["short"], "long": result.moments["long"]}), Message("oster_delta.note.r2")]
    notes += [Message("oster_delta.note.draws", {"draws": result.draws})] if result.draws else []
    notes += [Message("oster_delta.note.solutions", {"solutions": tuple(result.solutions)})] if len(result.solutions) > 1 else []
    return Table(
        name="bounds",
        frame=result.bounds,
        columns=columns,
        rows=tuple(rows),
        title=Message("oster_delta.title.bounds", _names(result)),
        stub=text("oster_delta.stub"),
        notes=tuple(notes),
    )


def figure(result: OsterDelta) -> Figure:
    """The bound as R²max grows from that of the controls to one."""
    lines = (
        Reference("y", result.moments["long"], text("oster_delta.controlled")),
        Reference("x", result.r_max, text("oster_delta.chosen")),
        *((Reference("y", result.null, text("oster_delta.null")),) if result.null else (Reference("y", 0.0),)),
    )
    return Figure(
        name="bound",
        form="line",
        frame=result.curve,
        channels={"x": Channel("r_max", text("oster_delta.head.r_max")), "y": Channel("bound", text("oster_delta.head.bound", delta=result.delta))},
        title=Message("oster_delta.title.figure", {**_names(result), "delta": result.delta}),
        notes=(Message("oster_delta.note.r2"),),
        references=lines,
    )
