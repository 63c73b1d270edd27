"""Neighbours from polygons: those that share a point (queen)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from regio.contract.finding import ArgumentError, error
from regio.spatial.places.sphere import Floats


def contiguous(polygons: Sequence[Any], gap: float = 0.0) -> Floats:
    """(n, n) ones where two polygons share a point, or lie within ``gap`` units of one another; zero on the diagonal.

    Raises
    ------
    ArgumentError
        where the package shapely is not installed
    """
    try:
        import shapely  # type: ignore[import-untyped]
    except ImportError:
        raise ArgumentError(error("neighbours.no_shapely")) from None
    shapes = [shape if hasattr(shape, "geom_type") else as_polygon(shape) for shape in polygons]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin" if gap else "intersects", distance=gap or None)
    square = np.zeros((len(shapes), len(shapes)))
    square[first, second] = 1.0
    np.fill_diagonal(square, 0.0)
    return square


def as_polygon(rings: Sequence[Any]) -> Any:
    """Rings, islands and holes alike, as one shape of shapely."""
    import shapely

    return shapely.build_area(shapely.GeometryCollection([shapely.LinearRing(ring) for ring in rings if len(ring) > 2]))
