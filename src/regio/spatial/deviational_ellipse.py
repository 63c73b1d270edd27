"""The standard deviational ellipse of a column over space (标准差椭圆)."""

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
class DeviationalEllipse(Result):
    """ellipses: by period ``x, y`` of the centre, ``major`` and ``minor`` half axes, ``angle`` of the major axis (degrees clockwise from north), ``ratio``
    minor/major, ``area``, ``n``; kilometres for degrees, else the unit of the coordinates; corners: ``part, x, y`` of 72 points; means: by region.
    """

    ellipses: pd.DataFrame
    corners: pd.DataFrame
    means: pd.DataFrame
    shapes: Shapes | None
    column: str
    by: str
    kind: str
    formula: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.centres.exhibits import ellipse_exhibits

        return ellipse_exhibits(self)


@method
def deviational_ellipse(
    data: Data,
    column: ColumnRole,
    *,
    formula: Literal["yuill", "arcgis", "crimestat"] = "arcgis",
    coordinates: Columns = (),
    distance: Distance = "great_circle",
    boundaries: Boundaries = None,
    by: GroupColumn | None = None,
    region: Key = None,
    period: Key = None,
) -> DeviationalEllipse:
    """Centre, axes, direction and area of the ellipse that describes how a column is spread over space, in each period.

    Parameters
    ----------
    data : Panel or DataFrame with regions; (N rows)
    column : (N,) weights of the regions, not negative
    formula : half axes are the weighted standard deviations (``yuill``), times √2 (``arcgis``), or times √(2n/(n − 2)) (``crimestat``)
    coordinates : two columns, longitude and latitude, or x and y; empty: centroids of a GeoDataFrame, else seats of government of built-in regions
    distance : ``great_circle``: degrees, projected to an equal-area plane; ``plane``: projected coordinates, as they are
    boundaries : base map, as in ``choropleth``, but no tiles; None: no map
    by : an ellipse for each value of this; None: for each period
    region, period : key columns, where data is a plain frame

    Returns
    -------
    DeviationalEllipse
        ``.ellipses``

    Raises
    ------
    ArgumentError
        for boundaries without coordinates, or regions whose place is not known
    DataError
        for negative values, or fewer than three regions above zero; coordinates that are no degrees

    Notes
    -----
    The axes are the eigenvectors of Σ w_i (p_i − p̄)(p_i − p̄)ᵀ / Σ w_i: the same as the angle of Lefever (1926), American Journal of Sociology 32(1), and Yuill
    (1971), Geografiska Annaler B 53(1). The factor √2: Wang, Shi and Miao (2015), PLoS ONE 10(3).

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"x": [2.0, -2.0, 0.0, 0.0], "y": [0.0, 0.0, 1.0, -1.0], "w": [1.0] * 4})
    >>> found = regio.deviational_ellipse(frame, "w", coordinates=("x", "y"), distance="plane").ellipses
    >>> found[["major", "minor", "angle"]].round(9).values.tolist()
    [[2.0, 1.0, 90.0]]
    """
    from regio.spatial.centres.compute import ellipses_of
    from regio.spatial.centres.exhibits import base_map, ellipse_shapes, means
    from regio.spatial.places.table import parts_of, places_of

    parts = parts_of(data, column, by)
    places = places_of(data, parts.regions, tuple(coordinates), distance)
    ellipses, corners = ellipses_of(parts, places, column, formula)
    shapes, project = base_map(boundaries, parts, places, data)
    return DeviationalEllipse(
        ellipses=ellipses,
        corners=corners,
        means=means(parts),
        shapes=None if shapes is None else ellipse_shapes(shapes, ellipses, corners, project),
        column=column,
        by=parts.by,
        kind=places.kind,
        formula=formula,
        provenance=parts.provenance,
        conventions=(
            Convention("deviational_ellipse.formula_of", f"deviational_ellipse.formulas.{formula}"),
            Convention("places.source", f"places.source.{places.source}"),
            Convention("centres.mean", f"centres.mean.{'projected' if places.kind == 'degrees' else 'plane'}"),
        ),
        findings=parts.findings,
    )
