"""The centre of gravity of a column and its way over the periods (重心迁移)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, GroupColumn, Key
from regio.exhibits.models import Exhibit
from regio.exhibits.shapes import Shapes
from regio.spatial.places.role import Boundaries
from regio.spatial.weights.role import Distance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GravityPath(Result):
    """path: by period ``x, y`` of the centre, ``distance`` from the one before, ``direction`` (degrees clockwise from north), ``compass``, ``gap`` (periods),
    ``speed`` (distance a period), ``from_start``, ``n``; kilometres for degrees, else the unit of the coordinates; means: by region.
    """

    path: pd.DataFrame
    means: pd.DataFrame
    shapes: Shapes | None
    column: str
    by: str
    kind: str
    mean: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.centres.exhibits import path_exhibits

        return path_exhibits(self)


@method
def gravity_path(
    data: Data,
    column: ColumnRole,
    *,
    coordinates: Columns = (),
    distance: Distance = "great_circle",
    mean: Literal["degrees", "projected"] = "degrees",
    boundaries: Boundaries = None,
    by: GroupColumn | None = None,
    region: Key = None,
    period: Key = None,
) -> GravityPath:
    """Where the centre of gravity of a column lies in each period, how far it moves, where to, and how fast.

    Parameters
    ----------
    data : Panel or DataFrame with regions; (N rows)
    column : (N,) weights of the regions, not negative
    coordinates : two columns, longitude and latitude, or x and y; empty: centroids of a GeoDataFrame, else seats of government of built-in regions
    distance : ``great_circle`` (kilometres, of degrees) or ``plane`` (projected coordinates, in their unit)
    mean : of longitudes and latitudes, as the literature has it (``degrees``), or in an equal-area projection
    boundaries : base map, as in ``choropleth``, but no tiles; None: no map
    by : a centre for each value of this; None: for each period
    region, period : key columns, where data is a plain frame

    Returns
    -------
    GravityPath
        ``.path``

    Raises
    ------
    ArgumentError
        for boundaries without coordinates, or regions whose place is not known
    DataError
        for negative values, or values that are all zero; coordinates that are no degrees

    Notes
    -----
    X = Σ m_i x_i / Σ m_i, Y = Σ m_i y_i / Σ m_i. Distances by the haversine formula on a sphere of 6,371.0088 km; the direction is the initial bearing.

    Examples
    --------
    One degree of longitude on the equator is 111.195 km.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abab"), "t": [1, 1, 3, 3], "y": [1.0, 1.0, 0.0, 1.0], "lon": [0.0, 2.0] * 2, "lat": [0.0] * 4})
    >>> path = regio.gravity_path(frame, "y", coordinates=("lon", "lat"), region="r", period="t").path
    >>> path["x"].tolist(), path["distance"].round(3).tolist()[1], path["speed"].round(3).tolist()[1], path["compass"].tolist()[1]
    ([1.0, 2.0], 111.195, 55.598, 'east')
    """
    from regio.spatial.centres.compute import path_of
    from regio.spatial.centres.exhibits import base_map, means, path_shapes
    from regio.spatial.places.table import parts_of, places_of

    parts = parts_of(data, column, by)
    places = places_of(data, parts.regions, tuple(coordinates), distance)
    path = path_of(parts, places, column, mean)
    shapes, project = base_map(boundaries, parts, places, data)
    return GravityPath(
        path=path,
        means=means(parts),
        shapes=None if shapes is None else path_shapes(shapes, path, project),
        column=column,
        by=parts.by,
        kind=places.kind,
        mean=mean if places.kind == "degrees" else "projected",
        provenance=parts.provenance,
        conventions=(
            Convention("centres.mean", f"centres.mean.{mean if places.kind == 'degrees' else 'plane'}"),
            Convention("places.source", f"places.source.{places.source}"),
            Convention("places.distance", f"places.distance.{places.kind}"),
        ),
        findings=parts.findings,
    )
