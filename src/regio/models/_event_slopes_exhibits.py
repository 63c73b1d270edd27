"""The tables and pictures of ``event_slopes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Reference, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import errors_message, items, number

if TYPE_CHECKING:
    import pandas as pd

    from regio.models.event_slopes import EventSlopes

NAMES = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


def base_message(base: str) -> Message:
    return Message("event_slopes.base_is", {"base": base})


def _names(result: EventSlopes) -> dict[str, Any]:
    return {"outcome": label(result.outcome), "treatment": label(result.treatment)}


def _columns(result: EventSlopes) -> tuple[Column, ...]:
    interval = text("event_slopes.interval", level=100 * result.level)
    return tuple(Column(name, (interval, text(f"event_slopes.{name}")) if name.startswith("conf") else (text(f"event_slopes.{name}"),)) for name in NAMES)


def _row(key: str, head: Cell, item: Any, block: str) -> Row:
    estimate = EMPTY if item.estimate != item.estimate else Cell("estimate", item.estimate, item.p_value)
    return Row(key, head, (estimate, *(number(getattr(item, name), kind_of(name)) for name in NAMES[1:])), block=block)


def _notes(result: EventSlopes) -> tuple[Message, ...]:
    model = result.models[0]
    found = [
        Message("event_slopes.note.errors", {"errors": errors_message(model.errors, model.cluster, model.lags)}),
        Message(f"regress.note.{model.convention}"),
    ]
    return (*([base_message(result.base)] if result.base else []), *found)


def slopes_table(result: EventSlopes) -> Table:
    """The slope in each period, and below it the split at one date."""
    rows = [_row(str(item.Index), label(item.Index), item, "periods") for item in items(result.slopes)]
    rows += [_row(str(item.Index), text(f"event_slopes.side.{item.Index}", since=result.since), item, "split") for item in items(result.split)]
    return Table(
        name="slopes",
        frame=result.slopes,
        columns=_columns(result),
        rows=tuple(rows),
        title=Message("event_slopes.title", _names(result)),
        stub=text("event_slopes.period"),
        notes=_notes(result),
    )


def tests_table(result: EventSlopes) -> Table:
    heads = ("statistic", "df", "p_value")
    rows = []
    for item in items(result.tests):
        df = text("event_slopes.f", df=int(item.df), df_residual=int(item.df_residual))
        head = text(f"event_slopes.test.{item.Index}", since=result.since)
        rows.append(Row(str(item.Index), head, (number(item.statistic), df, number(item.p_value, "p_value"))))
    return Table(
        name="tests",
        frame=result.tests,
        columns=tuple(Column(name, (text(f"event_slopes.test.{name}"),)) for name in heads),
        rows=tuple(rows) or (Row("none", text("event_slopes.test.none"), (EMPTY,) * 3),),
        title=Message("event_slopes.title.tests", _names(result)),
        notes=(Message("event_slopes.note.tests"),),
    )


def distances_table(result: EventSlopes) -> tuple[Table, ...]:
    """Leads and lags, where there are some."""
    if not len(result.distances):
        return ()
    rows = tuple(_row(str(item.Index), _distance(int(item.Index)), item, "distances") for item in items(result.distances))
    return (
        Table(
            name="distances",
            frame=result.distances,
            columns=_columns(result),
            rows=rows,
            title=Message("event_slopes.title.distances", _names(result)),
            notes=(Message("event_slopes.note.distances", {"n": result.models[-1].fit["n"]}), *_notes(result)[1 if result.base else 0 :]),
        ),
    )


def _distance(j: int) -> Cell:
    return text("event_slopes.own") if j == 0 else text(f"event_slopes.{'lead' if j < 0 else 'lag'}", j=abs(j))


def plot(result: EventSlopes) -> Figure:
    """Slopes over periods with their band; zero and the date across it."""
    frame = result.slopes.reset_index()
    base = frame["period"].astype(str) == result.base
    frame.loc[base, ["conf_low", "conf_high"]] = 0.0
    measured = frame["period"].dtype.kind in "iu"
    references = [Reference("y", 0.0)]
    if result.since and measured:
        references.append(Reference("x", float(result.since) - 0.5, text("event_slopes.since", since=result.since)))
    title = Message("event_slopes.plot", _names(result))
    return _line(result, "plot", frame, Channel("period", text("event_slopes.period"), kind="label"), title, references)


def distances_plot(result: EventSlopes) -> tuple[Figure, ...]:
    if not len(result.distances):
        return ()
    x = Channel("distance", text("event_slopes.distance"), kind="label")
    title = Message("event_slopes.plot.distances", _names(result))
    return (_line(result, "distances_plot", result.distances.reset_index(), x, title, [Reference("y", 0.0), Reference("x", 0.0, text("event_slopes.own"))]),)


def _line(result: EventSlopes, name: str, frame: pd.DataFrame, x: Channel, title: Message, references: list[Reference]) -> Figure:
    channels = {"x": x, "y": Channel("estimate", text("event_slopes.effect", **_names(result))), "low": Channel("conf_low"), "high": Channel("conf_high")}
    model = result.models[0]
    said = Message("event_slopes.note.plot", {"level": 100 * result.level, "errors": errors_message(model.errors, model.cluster, model.lags)})
    notes = (said, *([base_message(result.base)] if result.base and name == "plot" else []))
    return Figure(name=name, form="line", frame=frame, channels=channels, title=title, notes=notes, references=tuple(references))
