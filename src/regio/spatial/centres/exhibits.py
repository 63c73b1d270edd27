"""Paths and ellipses as tables, as points, and on a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.exhibits.models import Cell, Channel, Exhibit, Figure, Kind, label, text
from regio.exhibits.shapes import Bounds, Shapes, Spots, Trace
from regio.language import Message
from regio.spatial.frames import numbers_table, part_cell, stub_of
from regio.spatial.places.table import Parts, Places

if TYPE_CHECKING:
    from regio.spatial.deviational_ellipse import DeviationalEllipse
    from regio.spatial.gravity_path import GravityPath

MOST_ELLIPSES = 5  # on one map
AROUND, LEAST_VIEW = 0.75, 0.045  # half of the view's height: of the extent of the path, and of the whole map at least
PATH: dict[str, Kind] = {
    "x": "number",
    "y": "number",
    "distance": "number",
    "direction": "number",
    "compass": "text",
    "speed": "number",
    "from_start": "number",
    "n": "count",
}
ELLIPSE: dict[str, Kind] = {
    "x": "number",
    "y": "number",
    "major": "number",
    "minor": "number",
    "angle": "number",
    "ratio": "number",
    "area": "number",
    "n": "count",
}


def base_map(boundaries: Any, parts: Parts, places: Places, data: Any) -> tuple[Shapes | None, Any]:
    """Outlines that hold coordinates, and what projects points onto them; none for tiles.

    Raises
    ------
    ArgumentError
        for tiles, which have no coordinates
    """
    from regio.contract.finding import ArgumentError, error
    from regio.spatial.places.outlines import outlines_of

    if boundaries is None:
        return None, None
    found = outlines_of(boundaries, parts.regions, data)
    if found.shapes.tiled:
        raise ArgumentError(error("centres.tiles"))
    if (places.kind == "degrees") != (found.geographic is not None):
        raise ArgumentError(error("centres.other_projection"))
    shapes = replace(found.shapes, labels={})
    return shapes, found.geographic


def means(parts: Parts) -> pd.DataFrame:
    """The mean of the column in each region, over the parts: what a map is coloured by."""
    rows = np.concatenate(list(parts.rows.values()))
    names = [str(parts.regions[i]) for i in parts.region[rows]]
    return pd.DataFrame({"region": names, "value": np.asarray(parts.values[rows], float)}).groupby("region", sort=False, as_index=False).mean()


def on_map(points: Any, project: Any) -> Any:
    return project(points) if project is not None else np.asarray(points, float)


def path_exhibits(result: GravityPath) -> tuple[Exhibit, ...]:
    frame, plane = result.path, "plane" if result.kind == "plane" else "degrees"
    said = frame.assign(compass=np.array([text(f"centres.compass.{word}") if word else Cell("text") for word in frame["compass"]], dtype=object))
    title = Message("gravity_path.title", {"column": label(result.column)})
    note = (Message(f"gravity_path.note.{result.mean}"), *((Message("gravity_path.note.plane"),) if plane == "plane" else ()), *_summary(result))
    heads = [part_cell(name) for name in frame.index]
    made = numbers_table(said, PATH, name="path", prefix=f"centres.{plane}", title=title, stub=stub_of(result.by), heads=heads, notes=note)
    found: list[Exhibit] = [replace(made, frame=frame)]
    if len(frame) > 1:
        found.append(_track(result, plane))
    if result.shapes is not None:
        found.append(_figure(result.means, result.shapes, "map", Message("gravity_path.map", {"column": label(result.column)}), result.column))
    return tuple(found)


def _summary(result: GravityPath) -> tuple[Message, ...]:
    length, straight = float(result.path["distance"].sum()), float(result.path["from_start"].iloc[-1])
    return (Message("gravity_path.note.summary", {"length": round(length, 2), "straight": round(straight, 2)}),) if len(result.path) > 1 else ()


def _track(result: GravityPath, plane: str) -> Figure:
    frame = result.path[["x", "y"]].rename_axis("part").reset_index()
    channels = {
        "x": Channel("x", text(f"centres.{plane}.x")),
        "y": Channel("y", text(f"centres.{plane}.y")),
        "name": Channel("part", stub_of(result.by), kind="label"),
    }
    title = Message("gravity_path.track", {"column": label(result.column)})
    return Figure(name="track", form="points", frame=frame, channels=channels, title=title)


def path_shapes(shapes: Shapes, path: pd.DataFrame, project: Any) -> Shapes:
    """The path, and the part of the map around it: a path is short on a whole country."""
    points = on_map(path[["x", "y"]].to_numpy(), project)
    low, high = points.min(axis=0), points.max(axis=0)
    whole = np.vstack([ring for rings in shapes.outlines.values() for ring in rings])
    half = max(float((high - low).max()) * AROUND, float(np.ptp(whole, axis=0).max()) * LEAST_VIEW)
    x, y = (low + high) / 2
    trace = Trace(points=points, title=text("gravity_path.trace"), names=tuple(part_cell(name) for name in path.index), arrow=len(path) > 1)
    bounds = (float(x) - 1.3 * half, float(y) - half, float(x) + 1.3 * half, float(y) + half)
    near = {name: rings for name, rings in shapes.outlines.items() if any(_meets(ring, bounds) for ring in rings)}
    return replace(shapes, outlines=near, traces=(trace,), bounds=bounds, insets=())


def _meets(ring: Any, bounds: Bounds) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(low[0] <= bounds[2] and high[0] >= bounds[0] and low[1] <= bounds[3] and high[1] >= bounds[1])


def ellipse_exhibits(result: DeviationalEllipse) -> tuple[Exhibit, ...]:
    frame, plane = result.ellipses, "plane" if result.kind == "plane" else "degrees"
    title = Message("deviational_ellipse.title", {"column": label(result.column)})
    notes = (Message(f"deviational_ellipse.formulas.{result.formula}"), Message("deviational_ellipse.note"))
    heads = [part_cell(name) for name in frame.index]
    found: list[Exhibit] = [
        numbers_table(frame, ELLIPSE, name="ellipses", prefix=f"centres.{plane}", title=title, stub=stub_of(result.by), heads=heads, notes=notes)
    ]
    if result.shapes is not None:
        found.append(_figure(result.means, result.shapes, "map", Message("deviational_ellipse.map", {"column": label(result.column)}), result.column))
    return tuple(found)


def ellipse_shapes(shapes: Shapes, ellipses: pd.DataFrame, corners: pd.DataFrame, project: Any) -> Shapes:
    parts = _some(list(ellipses.index))
    traces = tuple(
        Trace(points=on_map(corners.loc[corners["part"] == name, ["x", "y"]].to_numpy(), project), title=part_cell(name), closed=True) for name in parts
    )
    spots = tuple(Spots(points=on_map(ellipses.loc[[name], ["x", "y"]].to_numpy(), project), title=part_cell(name)) for name in parts)
    return replace(shapes, traces=traces, spots=spots)


def _some(parts: Sequence[Any]) -> list[Any]:
    step = (len(parts) - 1) / (MOST_ELLIPSES - 1)
    return list(parts) if len(parts) <= MOST_ELLIPSES else [parts[round(i * step)] for i in range(MOST_ELLIPSES)]


def _figure(frame: pd.DataFrame, shapes: Shapes, name: str, title: Message, column: str) -> Figure:
    channels = {"place": Channel("region", kind="label"), "value": Channel("value", text("centres.mean_of", column=label(column)))}
    return Figure(name=name, form="map", frame=frame, channels=channels, title=title, shapes=shapes)
