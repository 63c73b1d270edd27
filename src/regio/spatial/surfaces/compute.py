"""From a table to surfaces, predictions and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Provenance
from regio.exhibits.models import text
from regio.exhibits.shapes import Shapes, Spots, Surface
from regio.spatial.centres.compute import projection_of
from regio.spatial.centres.exhibits import base_map
from regio.spatial.maps.classes import drawn_parts
from regio.spatial.places.sphere import Floats, great_circle, planar
from regio.spatial.places.table import ALL, Parts, Places, parts_of, places_of
from regio.spatial.surfaces.predict import Predicted, inverse_distance, inverse_errors, kriged, kriging_errors, mean_errors
from regio.spatial.surfaces.variogram import Variogram, fitted, semivariances

LEAST = 3  # places with a value
MARGIN = 0.08  # of the span, around the places, where there is no base map
AREA = "_area"  # the place that the rectangle is


@dataclass(frozen=True, slots=True)
class Recipe:
    method: str
    power: float
    nearest: int | None
    variogram: str
    parameters: tuple[float, float, float] | None
    resolution: int


@dataclass(frozen=True, slots=True)
class Made:
    fields: Mapping[str, Any]
    places: Places
    findings: tuple[Finding, ...]


def surfaces_of(
    data: Any, column: str, recipe: Recipe, *, coordinates: tuple[str, ...], distance: str, boundaries: Any, by: str | None, at: Sequence[Any]
) -> Made:
    """The fields of a result.

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as ``interpolate`` says
    """
    if recipe.parameters is not None:
        nugget, sill, reach = recipe.parameters
        if not (0 <= nugget <= sill and sill > 0 and reach > 0):
            raise ArgumentError(error("interpolate.parameters", found=recipe.parameters))
    parts = parts_of(data, column, by, least=LEAST)
    places = places_of(data, parts.regions, coordinates, distance)
    shapes, grid, back = _ground(data, boundaries, parts, places, recipe.resolution)
    drawn = drawn_parts(list(parts.rows), at)
    lines: dict[str, list[pd.DataFrame]] = {"predictions": [], "variogram": [], "points": []}
    errors: dict[tuple[Any, str], dict[str, Any]] = {}
    parameters: dict[Any, dict[str, float]] = {}
    surfaces: list[Surface] = []
    for name, rows in parts.rows.items():
        assert places.points is not None
        here, values = parts.region[rows], np.asarray(parts.values[rows], float)
        fit = _Fit.of(places.points[here], values, places, recipe, column)
        errors |= {(name, kind): _errors(found, fit) for kind, found in (("method", fit.left_out()), ("mean", mean_errors(values)))}
        if fit.gamma:
            parameters[name] = {"nugget": fit.gamma.nugget, "sill": fit.gamma.sill, "range": fit.gamma.range}
            lines["variogram"].append(fit.pairs.assign(fitted=fit.gamma(fit.pairs["distance"].to_numpy())).assign(part=[name] * len(fit.pairs)))
        gone = np.setdiff1d(np.arange(len(parts.regions)), here)
        lines["predictions"].append(_predicted(name, gone, parts, places, fit))
        lines["points"].append(pd.DataFrame({"part": [name] * len(rows), "region": [str(parts.regions[i]) for i in here], "value": values}))
        if str(name) in drawn:
            facet = None if len(drawn) == 1 else name
            surfaces.append(Surface(values=_grid(grid, back, fit), bounds=grid[2], facet=facet))
    frame = pd.DataFrame(list(errors.values()), index=pd.MultiIndex.from_tuples(list(errors), names=[parts.by or "part", "predictor"]))
    skill = 1 - (frame["rmse"] / frame["rmse"].xs("mean", level=1).reindex(frame.index.get_level_values(0)).to_numpy()) ** 2
    fields = {
        **{name: pd.concat(found, ignore_index=True) if found else pd.DataFrame() for name, found in lines.items()},
        "errors": frame.assign(skill=skill),
        "parameters": pd.DataFrame.from_dict(parameters, orient="index", columns=["nugget", "sill", "range"]).rename_axis(parts.by or "part"),
        "shapes": replace(shapes, surfaces=tuple(surfaces)),
        "drawn": drawn,
        "by": parts.by,
        "kind": places.kind,
        "provenance": Provenance(rows_used=parts.provenance.rows_used, rows_left_out=parts.provenance.rows_left_out),
    }
    return Made(fields, places, _findings(frame.assign(skill=skill), column))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Points with values, and how to predict from them; ``apart``: the distances."""

    points: Floats
    values: Floats
    apart: Floats
    places: Places
    recipe: Recipe
    gamma: Variogram | None
    pairs: pd.DataFrame

    @classmethod
    def of(cls, points: Floats, values: Floats, places: Places, recipe: Recipe, column: str) -> _Fit:
        apart = _measure(places)(points, points)
        twice = np.argwhere(np.triu(apart <= 1e-9 * apart.max(), 1))
        if len(twice):
            raise DataError(error("interpolate.one_place", column=column, count=len(twice)))
        if recipe.method != "kriging":
            return cls(points, values, apart, places, recipe, None, pd.DataFrame())
        pairs = semivariances(apart, values)
        if recipe.parameters is None and np.ptp(values) == 0:
            raise DataError(error("interpolate.constant", column=column))
        gamma = Variogram(recipe.variogram, *recipe.parameters) if recipe.parameters else fitted(pairs, recipe.variogram, column)
        return cls(points, values, apart, places, recipe, gamma, pairs)

    def at(self, targets: Floats) -> Predicted:
        distances = _measure(self.places)(targets, self.points)
        if self.gamma is not None:
            return kriged(self.apart, distances, self.values, self.gamma)[0]
        return inverse_distance(distances, self.values, self.recipe.power, self.recipe.nearest)

    def left_out(self) -> Floats:
        if self.gamma is not None:
            return kriging_errors(self.apart, self.values, self.gamma)
        return inverse_errors(self.apart, self.values, self.recipe.power, self.recipe.nearest)


def _measure(places: Places) -> Any:
    return great_circle if places.kind == "degrees" else planar


def _errors(found: Floats, fit: _Fit) -> dict[str, Any]:
    return {"rmse": float(np.sqrt(np.mean(found**2))), "mae": float(np.abs(found).mean()), "bias": float(-found.mean()), "n": len(fit.values)}


def _predicted(name: Any, gone: Any, parts: Parts, places: Places, fit: _Fit) -> pd.DataFrame:
    assert places.points is not None
    targets = places.points[gone]
    found = fit.at(targets) if len(gone) else Predicted(np.empty(0), np.empty(0))
    regions = [str(parts.regions[i]) for i in gone]
    return pd.DataFrame(
        {"part": [name] * len(gone), "region": regions, "x": targets[:, 0], "y": targets[:, 1], "estimate": found.estimate, "std_error": found.std_error}
    )


def _ground(data: Any, boundaries: Any, parts: Parts, places: Places, resolution: int) -> tuple[Shapes, Any, Any]:
    """The base map with the places on it, the grid, and what brings the grid back to the system of the places."""
    shapes, project = base_map(boundaries, parts, places, data)
    assert places.points is not None
    if shapes is None and places.kind == "degrees":
        project = projection_of(places)
    flat = project(places.points) if project else places.points
    if shapes is None:
        low, high = flat.min(axis=0), flat.max(axis=0)
        span = np.where(high > low, high - low, max(float((high - low).max()), 1.0))
        low, high = low - MARGIN * span, high + MARGIN * span
        corners = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])])
        shapes = Shapes(outlines={AREA: (corners,)}, note=text("outlines.note.schematic"), metres=1.0 if project else None)
    shapes = replace(shapes, spots=(Spots(points=flat, title=text("interpolate.places")),))
    rings = np.vstack([ring for found in shapes.outlines.values() for ring in found])
    low, high = rings.min(axis=0), rings.max(axis=0)
    step = float((high - low).max()) / resolution
    sides = [low[k] + step * (0.5 + np.arange(max(2, int(np.ceil((high[k] - low[k]) / step))))) for k in (0, 1)]
    bounds = (float(low[0]), float(low[1]), float(low[0] + step * len(sides[0])), float(low[1] + step * len(sides[1])))
    return shapes, (sides[0], sides[1], bounds), project.back if project else None


def _grid(grid: Any, back: Any, fit: _Fit) -> Floats:
    x, y, _ = grid
    points = np.column_stack([side.ravel() for side in np.meshgrid(x, y)])
    found = fit.at(back(points) if back else points).estimate.reshape(len(y), len(x))
    scale = float(np.ptp(fit.values)) or 1.0
    return np.round(found, max(0, 4 - int(np.floor(np.log10(scale)))))


def _findings(errors: pd.DataFrame, column: str) -> tuple[Finding, ...]:
    skill = errors["skill"].xs("method", level=1)
    worse = tuple(str(name) for name, value in skill.items() if value <= 0)
    whole = worse == (ALL,)
    return (Finding("interpolate.no_better", {"column": column, "parts": "" if whole else worse, "count": len(worse)}),) if worse else ()
