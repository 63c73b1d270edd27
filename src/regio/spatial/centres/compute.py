"""Weighted centres and ellipses of a column by period."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import DataError, error
from regio.spatial.places.sphere import CHINA, UNITED_STATES, Albers, Floats, bearing, great_circle, planar, projection_for
from regio.spatial.places.table import ALL, Parts, Places

LEAST = 3  # places of an ellipse
SYSTEMS: Mapping[str, Albers] = {"china_provinces": CHINA, "us_states": UNITED_STATES}
COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
FACTORS = ("yuill", "arcgis", "crimestat")
METRE = 1000.0


def projection_of(places: Places) -> Albers:
    """The projection in use for a built-in system, else one that suits the points."""
    assert places.points is not None
    return SYSTEMS.get(places.system) or projection_for(places.points)


def weights_in(parts: Parts, rows: Any, column: str, name: Any) -> Floats:
    """The values of a part as weights.

    Raises
    ------
    DataError
        for negative values, or where all are zero
    """
    part = "" if name == ALL else f" ({name})"
    values = np.asarray(parts.values[rows], dtype=np.float64)
    if (values < 0).any():
        raise DataError(error("centres.negative", column=column, count=int((values < 0).sum()), part=part))
    if not values.sum() > 0:
        raise DataError(error("centres.zero", column=column, part=part))
    return values


def path_of(parts: Parts, places: Places, column: str, mean: str) -> pd.DataFrame:
    """The centre of every part, and the way from the one before: ``x, y, distance, direction, compass, gap, speed, from_start, n``."""
    project = projection_of(places) if places.kind == "degrees" and mean == "projected" else None
    centres = []
    for name, rows in parts.rows.items():
        assert places.points is not None
        points = places.points[parts.region[rows]]
        weights = weights_in(parts, rows, column, name)
        centre = np.average(project(points) if project else points, axis=0, weights=weights)
        centres.append(project.back(centre)[0] if project else centre)
    found = np.array(centres)
    measure = great_circle if places.kind == "degrees" else planar
    steps = np.array([float(measure(a, b)[0, 0]) for a, b in pairwise(found)])
    angle = bearing(found[:-1], found[1:]) if places.kind == "degrees" else np.degrees(np.arctan2(*np.diff(found, axis=0).T)) % 360
    gaps = _gaps(list(parts.rows))
    blank = [np.nan]
    return pd.DataFrame(
        {
            "x": found[:, 0],
            "y": found[:, 1],
            "distance": [*blank, *steps],
            "direction": [*blank, *np.where(steps > 0, angle, np.nan)],
            "compass": ["", *(COMPASS[int((a + 22.5) // 45) % 8] if step > 0 else "" for a, step in zip(angle, steps, strict=True))],
            "gap": [*blank, *gaps],
            "speed": [*blank, *(steps / gaps)],
            "from_start": [float(measure(found[0], point)[0, 0]) for point in found],
            "n": [len(rows) for rows in parts.rows.values()],
        },
        index=pd.Index(list(parts.rows), name=parts.by or "part"),
    )


def _gaps(names: list[Any]) -> Floats:
    """Periods from one part to the next: years by their difference, other labels one."""
    whole = all(isinstance(name, int | float) and not isinstance(name, bool) for name in names)
    return np.diff(np.array(names, dtype=float)) if whole else np.ones(max(0, len(names) - 1))


def ellipses_of(parts: Parts, places: Places, column: str, formula: str, outline: int = 72) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By part ``x, y, major, minor, angle, ratio, area, n``, and the corners of the ellipses: ``part, x, y``. Degrees and kilometres, or the unit of the
    coordinates.
    """
    project = projection_of(places) if places.kind == "degrees" else None
    lines, corners = [], []
    for name, rows in parts.rows.items():
        weights = weights_in(parts, rows, column, name)
        if (weights > 0).sum() < LEAST:
            raise DataError(error("centres.few", column=column, count=int((weights > 0).sum()), least=LEAST, part="" if name == ALL else f" ({name})"))
        assert places.points is not None
        points = places.points[parts.region[rows]]
        flat = project(points) / METRE if project else points
        centre, major, minor, angle = ellipse(flat, weights, formula)
        turn = np.linspace(0, 2 * np.pi, outline, endpoint=False)
        up, side = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))]), np.array([np.cos(np.radians(angle)), -np.sin(np.radians(angle))])
        ring = centre + major * np.cos(turn)[:, None] * up + minor * np.sin(turn)[:, None] * side
        shown = project.back(np.vstack([centre, ring]) * METRE) if project else np.vstack([centre, ring])
        if not major > 0:
            raise DataError(error("centres.one_point", count=len(rows), part="" if name == ALL else f" ({name})"))
        line = {"x": shown[0, 0], "y": shown[0, 1], "major": major, "minor": minor, "angle": angle, "ratio": minor / major, "area": np.pi * major * minor}
        lines.append({**line, "n": len(rows)})
        corners.append(pd.DataFrame({"part": [name] * outline, "x": shown[1:, 0], "y": shown[1:, 1]}))
    return pd.DataFrame(lines, index=pd.Index(list(parts.rows), name=parts.by or "part")), pd.concat(corners, ignore_index=True)


def ellipse(points: Floats, weights: Floats, formula: str) -> tuple[Floats, float, float, float]:
    """Centre, half of the major and of the minor axis, and degrees of the major axis clockwise from north (up).

    ``yuill``: the standard deviations along the axes; ``arcgis``: times √2; ``crimestat``: times √(2 n/(n − 2)).

    Examples
    --------
    A square cross: standard deviations 2/√2 and 1/√2, the longer one to the east.

    >>> import numpy as np
    >>> cross = np.array([(2.0, 0.0), (-2.0, 0.0), (0.0, 1.0), (0.0, -1.0)])
    >>> centre, major, minor, angle = ellipse(cross, np.ones(4), "arcgis")
    >>> round(major, 9), round(minor, 9), angle
    (2.0, 1.0, 90.0)
    """
    centre = np.average(points, axis=0, weights=weights)
    away = points - centre
    spread = (away * weights[:, None]).T @ away / weights.sum()
    values, vectors = np.linalg.eigh(spread)
    n = len(points)
    factor = {"yuill": 1.0, "arcgis": np.sqrt(2), "crimestat": np.sqrt(2 * n / (n - 2))}[formula]
    minor, major = factor * np.sqrt(np.maximum(values, 0))
    angle = float(np.degrees(np.arctan2(vectors[0, 1], vectors[1, 1])) % 180)
    return centre, float(major), float(minor), angle
