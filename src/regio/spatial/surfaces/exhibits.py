"""Surfaces as maps, their errors beside those of the mean, the variogram."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from regio.exhibits.models import EMPTY, Channel, Exhibit, Figure, Kind, Table, label, text
from regio.language import Message
from regio.spatial.frames import numbers_table, part_cell, stub_of
from regio.spatial.surfaces.compute import AREA

if TYPE_CHECKING:
    from regio.spatial.interpolate import Interpolate

ERRORS: dict[str, Kind] = {"predictor": "text", "rmse": "number", "mae": "number", "bias": "number", "skill": "number", "n": "count"}
PARAMETERS: dict[str, Kind] = {"nugget": "number", "sill": "number", "range": "number"}


def exhibits_of(result: Interpolate) -> tuple[Exhibit, ...]:
    found: list[Exhibit] = [_errors(result)]
    if len(result.predictions):
        found.append(_predictions(result))
    if result.way == "kriging":
        found += [_parameters(result), _variogram(result)]
    return (*found, _map(result))


def _column(result: Interpolate) -> dict[str, object]:
    return {"column": label(result.column), "way": Message(f"interpolate.way.{result.way}")}


def _errors(result: Interpolate) -> Table:
    frame = result.errors
    parts, kinds = frame.index.get_level_values(0), frame.index.get_level_values(1)
    said = frame.assign(predictor=np.array([text(f"interpolate.predictor.{result.way if kind == 'method' else 'mean'}") for kind in kinds], dtype=object))
    notes = (
        Message("interpolate.note.errors"),
        Message("interpolate.note.cartography"),
        *((Message("interpolate.note.held"),) if result.way == "kriging" else ()),
    )
    made = numbers_table(
        said,
        ERRORS,
        name="errors",
        prefix="interpolate.head",
        title=Message("interpolate.errors", _column(result)),
        stub=stub_of(result.by),
        heads=[part_cell(name) if kind == "method" else EMPTY for name, kind in zip(parts, kinds, strict=True)],
        notes=notes,
        keys=[f"{name}.{kind}" for name, kind in zip(parts, kinds, strict=True)],
        blocks=[str(name) for name in parts],
    )
    return replace(made, frame=frame)


def _predictions(result: Interpolate) -> Table:
    frame = result.predictions
    kinds: dict[str, Kind] = {"estimate": "number"}
    if result.way == "kriging":
        kinds["std_error"] = "number"
    several = frame["part"].nunique() > 1
    heads = [text("interpolate.row", part=label(p), region=label(r)) if several else label(r) for p, r in zip(frame["part"], frame["region"], strict=True)]
    keys = [f"{p}.{r}" for p, r in zip(frame["part"], frame["region"], strict=True)]
    title = Message("interpolate.predictions", _column(result))
    notes = (Message("interpolate.note.cartography"),)
    return numbers_table(
        frame, kinds, name="predictions", prefix="interpolate.head", title=title, stub=text("places.head.region"), heads=heads, keys=keys, notes=notes
    )


def _parameters(result: Interpolate) -> Table:
    heads = [part_cell(name) for name in result.parameters.index]
    title = Message("interpolate.parameters_of", _column(result) | {"model": Message(f"interpolate.model.{result.model}")})
    notes = (Message("interpolate.note.range"), Message(f"interpolate.note.{result.kind}"))
    return numbers_table(
        result.parameters, PARAMETERS, name="variogram", prefix="interpolate.head", title=title, stub=stub_of(result.by), heads=heads, notes=notes
    )


def _variogram(result: Interpolate) -> Figure:
    shown = result.variogram[result.variogram["part"].astype(str).isin(result.drawn)]
    frame = shown.melt(["part", "distance"], ["semivariance", "fitted"], var_name="line", value_name="gamma")
    channels = {
        "x": Channel("distance", text(f"interpolate.distance.{result.kind}")),
        "y": Channel("gamma", text("interpolate.semivariance")),
        "group": Channel("line", kind="label"),
    }
    if len(result.drawn) > 1:
        channels["facet"] = Channel("part", stub_of(result.by), kind="label")
    words = {"semivariance": text("interpolate.observed"), "fitted": text("interpolate.fitted", model=Message(f"interpolate.model.{result.model}"))}
    title = Message("interpolate.variogram", _column(result))
    return Figure(name="variogram_plot", form="line", frame=frame, channels=channels, title=title, words=words)


def _map(result: Interpolate) -> Figure:
    shown = result.points[result.points["part"].astype(str).isin(result.drawn)]
    if AREA in result.shapes.outlines:
        parts = list(dict.fromkeys(shown["part"]))
        shown = pd.DataFrame({"part": parts, "region": [AREA] * len(parts), "value": shown.groupby("part", sort=False)["value"].mean().to_numpy()})
    channels = {"place": Channel("region", kind="label"), "value": Channel("value", label(result.column))}
    if len(result.drawn) > 1:
        channels["facet"] = Channel("part", stub_of(result.by), kind="label")
    title = Message("interpolate.map", _column(result))
    notes = (Message("interpolate.note.cartography"),)
    words = {AREA: text("interpolate.area")}
    return Figure(name="map", form="map", frame=shown, channels=channels, title=title, notes=notes, words=words, shapes=result.shapes)
