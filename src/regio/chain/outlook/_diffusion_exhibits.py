"""Parameters, hold-out errors and the curve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from regio.chain.base.exhibits import table, words
from regio.exhibits.models import Cell, Channel, Exhibit, Figure, Table, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.outlook.diffusion import Diffusion


YEAR = 1000  # from here a time is a year


def exhibits(result: Diffusion) -> tuple[Exhibit, ...]:
    what = {"subject": words(result.names, result.subject) or "", "attribute": words(result.names, result.attribute) or ""}
    title = Message("chain.diffusion.title", {"model": Message(f"chain.model.{result.model}"), **what})
    named = {p: Message(f"chain.parameter.{p}") for p in result.parameters["parameter"]}
    columns = {"estimate": "number", "std_error": "number", "conf_low": "number", "conf_high": "number"}
    notes = (
        Message("chain.diffusion.note", {"n": f"{result.fit['n']:.0f}", "r2": f"{result.fit['r2']:.3f}", "level": f"{result.level:.0%}"}),
        *(
            [
                Message(
                    "chain.diffusion.held", {"mape": f"{result.fit['holdout_mape']:.1%}", "naive": f"{result.fit['naive_mape']:.1%}", "count": len(result.held)}
                )
            ]
            if len(result.held)
            else []
        ),
    )
    made: list[Exhibit] = [_dated(table("parameters", result.parameters, columns, ["parameter"], title, names=named, notes=notes))]  # type: ignore[arg-type]
    if len(result.held):
        frame = result.held.assign(period=[_period(p) for p in result.held["period"]])
        shown = {"observed": "number", "foretold": "number", "relative_error": "share"}
        made.append(table("held", frame, shown, ["period"], Message("chain.diffusion.held_title", {"model": Message(f"chain.model.{result.model}"), **what})))
    return (*made, _picture(result, title))


def _dated(parameters: Table) -> Table:
    """The midpoint is a year, and is written as one."""
    years = {row.key: tuple(Cell("text", f"{c.value:.1f}") if c.kind == "number" and c.value > YEAR else c for c in row.cells) for row in parameters.rows}
    return replace(parameters, rows=tuple(replace(row, cells=years[row.key]) if row.key == "midpoint" else row for row in parameters.rows))


def _picture(result: Diffusion, title: Message) -> Figure:
    fitted = result.curve.assign(what="fitted", value=result.curve["fitted"])
    seen = result.curve[result.curve["observed"].notna()].assign(what="observed", conf_low=float("nan"), conf_high=float("nan"))
    seen = seen.assign(value=seen["observed"])
    frame = pd.concat([seen, fitted], ignore_index=True)[["period", "what", "value", "conf_low", "conf_high"]]
    whole = bool((frame["period"] % 1 == 0).all())
    frame = frame.assign(period=[_period(p) for p in frame["period"]]) if whole else frame
    unit = text("chain.unit", unit=words(result.names, result.unit)) if result.unit else text("chain.head.value")
    return Figure(
        name="curve",
        form="line",
        frame=frame,
        channels={
            "x": Channel("period", text("chain.head.period"), kind="label" if whole else "number"),
            "y": Channel("value", unit),
            "low": Channel("conf_low"),
            "high": Channel("conf_high"),
            "group": Channel("what", kind="label"),
        },
        title=title,
        notes=(
            Message("chain.diffusion.curve_note", {"level": f"{result.level:.0%}"}),
            *([Message("chain.diffusion.ahead")] if result.curve["ahead"].any() else []),
        ),
        words={"fitted": text("chain.head.fitted"), "observed": text("chain.head.observed")},
    )


def _period(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{int(value)}-{round((value % 1) * 12) + 1:02d}"
