"""Surfaces between the places of a table, with the error of leaving each place out (空间插值)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

from regio.contract.method import method as door
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, GroupColumn, Key, OneOrMany, Role
from regio.exhibits.models import Exhibit
from regio.exhibits.shapes import Shapes
from regio.language import Message
from regio.spatial.places.role import Boundaries, Tuples
from regio.spatial.weights.role import Distance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interpolate(Result):
    """predictions: ``part, region, x, y, estimate, std_error`` of the places without a value; errors: by part and predictor (the method, the mean of the
    others) ``rmse, mae, bias, n, skill``; variogram: ``part, distance, semivariance, pairs, fitted``; parameters: by part ``nugget, sill, range``; points:
    ``part, region, value``; shapes: outlines, with a surface a part.
    """

    predictions: pd.DataFrame
    errors: pd.DataFrame
    variogram: pd.DataFrame
    parameters: pd.DataFrame
    points: pd.DataFrame
    shapes: Shapes
    drawn: tuple[str, ...]
    column: str
    by: str
    way: str
    model: str
    kind: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.surfaces.exhibits import exhibits_of

        return exhibits_of(self)


@door
def interpolate(
    data: Data,
    column: ColumnRole,
    *,
    method: Literal["idw", "kriging"] = "idw",
    power: Annotated[float, Gt(0), Role("number")] = 2.0,
    nearest: Annotated[int, Ge(1), Role("count")] | None = None,
    variogram: Literal["spherical", "exponential", "gaussian"] = "spherical",
    parameters: Annotated[tuple[float, float, float] | None, Tuples()] = None,
    coordinates: Columns = (),
    distance: Distance = "great_circle",
    boundaries: Boundaries = None,
    resolution: Annotated[int, Ge(10), Le(2000), Role("count")] = 90,
    by: GroupColumn | None = None,
    at: Annotated[tuple[int | str, ...], OneOrMany()] = (),
    region: Key = None,
    period: Key = None,
) -> Interpolate:
    """A surface between places by inverse distance or ordinary kriging, beside the error that the mean of the others would make.

    Parameters
    ----------
    data : Panel or DataFrame with regions; (N rows); a place without a value is predicted
    column : (N,)
    method : ``idw``, inverse distance weighting, or ``kriging``, ordinary kriging
    power : of the inverse distance
    nearest : places used under ``idw``; None: all
    variogram : model of the semivariance under ``kriging``, fitted by weighted least squares
    parameters : nugget, sill and range of the model, in place of a fit; range: where the sill, or 95 % of the way to it, is reached
    coordinates : two columns, longitude and latitude, or x and y; empty: centroids of a GeoDataFrame, else seats of government of built-in regions
    distance : ``great_circle`` (kilometres, of degrees) or ``plane`` (projected coordinates)
    boundaries : base map, as in ``choropleth``, but no tiles; None: a rectangle around the places
    resolution : cells of the surface along its longer side
    by : a surface for each value of this; None: for each period
    at : periods that are drawn; empty: all of up to six, else four from the first to the last
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Interpolate
        ``.errors``, ``.predictions``, ``.parameters``

    Raises
    ------
    ArgumentError
        for parameters that make no variogram, boundaries without coordinates, regions whose place is not known
    DataError
        for fewer than three places with a value, two places at one point, coordinates that are no degrees
    EstimationError
        where the kriging system has no unique solution

    Notes
    -----
    idw: ẑ(s) = Σ d_i^−p z_i / Σ d_i^−p, Shepard (1968). Kriging: weights with Σ λ = 1 and Γλ + μ = γ(s); variance Σ λ γ + μ; Cressie (1993), Statistics for
    Spatial Data, section 3.2. Leave-one-out errors of kriging hold the variogram. Values of regions belong to areas, not to points: a surface is cartography.

    Examples
    --------
    Halfway between 1 and 3, at the same distance of both:

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"x": [0.0, 2.0, 1.0, 1.0], "y": [0.0, 0.0, 1.0, 0.0], "z": [1.0, 3.0, 2.0, None]})
    >>> found = regio.interpolate(frame, "z", coordinates=("x", "y"), distance="plane")
    >>> found.predictions["estimate"].round(9).tolist()
    [2.0]
    """
    from regio.spatial.surfaces.compute import Recipe, surfaces_of

    recipe = Recipe(method, power, nearest, variogram, parameters, resolution)
    made = surfaces_of(data, column, recipe, coordinates=tuple(coordinates), distance=distance, boundaries=boundaries, by=by, at=at)
    return Interpolate(**made.fields, column=column, way=method, model=variogram, conventions=_conventions(recipe, made.places), findings=made.findings)


def _conventions(recipe: Any, places: Any) -> tuple[Convention, ...]:
    said: str | Message = Message("interpolate.how.idw", {"power": recipe.power})
    if recipe.method == "kriging":
        said = f"interpolate.how.{recipe.variogram}"
    fit = (Convention("interpolate.fit", f"interpolate.fit.{'given' if recipe.parameters else 'fitted'}"),) if recipe.method == "kriging" else ()
    source = (Convention("places.source", f"places.source.{places.source}"), Convention("places.distance", f"places.distance.{places.kind}"))
    return (Convention("interpolate.how", said), *fit, *source)
