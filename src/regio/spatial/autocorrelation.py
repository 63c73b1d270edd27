"""Spatial autocorrelation: is a region like its neighbours, over all and where (空间自相关)?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.finding import ArgumentError, error
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Count, Data, Engine, GroupColumn, Key, Level, Seed
from regio.exhibits.models import Exhibit
from regio.exhibits.shapes import Shapes
from regio.language import Message
from regio.spatial.places.role import Boundaries
from regio.spatial.weights.role import Distance, IslandLinks, Neighbours

if TYPE_CHECKING:
    import pandas as pd

LEAST_DRAWS = 99


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Autocorrelation(Result):
    """estimates: by part ``estimate, expected, std_error, statistic, p_value`` (randomisation), ``p_permutation, n, links, islands``; tests: by part and test
    (normality, randomisation, permutation); local: ``part, region, value, estimate, z, lag, p_value, p_adjusted, quadrant, cluster, cluster_uncorrected``;
    pairs: ``region, neighbour, weight``, not standardised; scatter: ``part, region, z, lag, quadrant``; lags: new columns in the rows of the table.
    """

    estimates: pd.DataFrame
    tests: pd.DataFrame
    local: pd.DataFrame | None
    scatter: pd.DataFrame
    pairs: pd.DataFrame
    lags: pd.DataFrame
    shapes: Shapes | None
    column: str
    measure: str
    by: str
    correction: str
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.dependence.exhibits import exhibits_of

        return exhibits_of(self)

    def columns(self) -> Mapping[str, pd.Series]:
        main = {"": self.lags["cluster"]} if "cluster" in self.lags else {"": self.lags["lag"]}
        return main | {str(name): self.lags[name] for name in self.lags.columns}


@method
def autocorrelation(
    data: Data,
    column: ColumnRole,
    neighbours: Neighbours = "contiguity",
    *,
    measure: Literal["moran", "geary", "getis_ord"] = "moran",
    local: bool = False,
    by: GroupColumn | None = None,
    row_standardise: bool = True,
    islands: Literal["keep", "drop"] = "keep",
    nearest: Count = 4,
    band: float | None = None,
    power: float = 1.0,
    economic: ColumnRole | None = None,
    coordinates: Columns = (),
    distance: Distance = "great_circle",
    boundaries: Boundaries = None,
    island_links: IslandLinks = "convention",
    alternative: Literal["two_sided", "directed"] = "two_sided",
    correction: Literal["fdr", "holm", "bonferroni", "none"] = "fdr",
    draws: Count = 9999,
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Autocorrelation:
    """Moran's I, Geary's C or Getis and Ord's G of each period; and clusters by local statistics.

    Parameters
    ----------
    data : Panel or DataFrame with regions; (N rows)
    column : (N,) numbers
    neighbours : ``contiguity`` (the built-in borders of Chinese provinces and US states, or those of the polygons in ``boundaries`` or in a GeoDataFrame),
        ``k_nearest``, ``distance_band``, ``inverse_distance``, ``economic_distance``, ``economic_geographic``; in Python also a mapping, region →
        neighbours, a square frame with regions as labels, a W of libpysal, or a square array in the order in which regions first stand in the table
    measure : ``moran``, ``geary``, or ``getis_ord``, which needs values that are not negative
    local : also the statistic of each region: local Moran (LISA), or Gi* under ``getis_ord``
    by : do it for each value of this; None: for each period
    row_standardise : weights of a region sum to one
    islands : regions without neighbours stay with a lag of zero (``keep``, as in PySAL), or are left out (``drop``)
    nearest : neighbours under ``k_nearest``
    band : farthest distance, kilometres or units of the coordinates; None: under ``distance_band`` the shortest at which no region is alone
    power : of the inverse distance
    economic : column whose mean by region makes the economic distance
    coordinates : two columns, longitude and latitude, or x and y; empty: centroids of a GeoDataFrame, else seats of government
    distance : ``great_circle`` of degrees, or ``plane`` for projected coordinates
    boundaries : base map of the clusters, as in ``choropleth``; polygons for ``contiguity``; None: tiles where the regions are built in
    island_links : Guangdong and Hainan are neighbours by ``convention``, or not (``none``)
    alternative : p-values of local statistics: ``two_sided``, or ``directed``, the smaller tail, as GeoDa prints them
    correction : of the local p-values for the number of regions
    draws : permutations; 0: none
    level : one minus the level at which a cluster is significant
    seed : of the permutations
    region, period : key columns, where data is a plain frame
    engine : where the permutations are computed

    Returns
    -------
    Autocorrelation
        ``.estimates``, ``.tests``, ``.local``, ``.pairs``

    Raises
    ------
    ArgumentError
        for neighbours that do not fit or that no region has, local statistics under ``geary`` or with too few draws
    DataError
        for a constant column, fewer than four regions, infinite values, regions whose place is not known

    Notes
    -----
    I = (n/s0) Σ w_ij z_i z_j / Σ z²; C = (n − 1) Σ w_ij (x_i − x_j)² / (2 s0 Σ z²); G = Σ w_ij x_i x_j / Σ_{i≠j} x_i x_j; moments under normality and
    randomisation: Cliff and Ord (1981), Spatial Processes. Local: I_i = z_i Σ w_ij z_j / (Σ z²/n), Anselin (1995), Geographical Analysis 27(2), by conditional
    permutation; Gi*: Ord and Getis (1995), Geographical Analysis 27(4).

    Examples
    --------
    A line of four regions that rise: I = (4/6) · 2 (1.5 · 0.5 + 0.5 · −0.5 + 0.5 · 1.5) / 5, by pairs.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcd"), "y": [1.0, 2.0, 3.0, 4.0]})
    >>> line = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]}
    >>> result = regio.autocorrelation(frame, "y", line, row_standardise=False, draws=0, region="r")
    >>> round(float(result.estimates["estimate"].iloc[0]), 6)
    0.333333
    """
    import pandas as pd

    from regio.spatial.dependence.compute import Way, analyse
    from regio.spatial.dependence.exhibits import shapes_for
    from regio.spatial.places.table import parts_of
    from regio.spatial.weights.build import Ask, frame_of, weights_of

    if local and measure == "geary":
        raise ArgumentError(error("autocorrelation.local_geary"))
    if local and draws < LEAST_DRAWS:
        raise ArgumentError(error("autocorrelation.local_draws", draws=draws, least=LEAST_DRAWS))
    parts = parts_of(data, column, by)
    ask = Ask(nearest, band, power, economic, tuple(coordinates), distance, _polygons(boundaries), island_links)
    weights = weights_of(data, parts.regions, neighbours, ask)
    way = Way(measure, row_standardise, islands, draws, seed, alternative, correction, level, engine)
    found = analyse(parts, weights, column, way, local)
    shapes, lost = shapes_for(boundaries, parts.regions, data) if local else (None, ())
    return Autocorrelation(
        estimates=found.estimates,
        tests=found.tests,
        local=found.local,
        scatter=found.scatter,
        pairs=frame_of(weights),
        lags=pd.DataFrame(dict(found.columns), index=data.rows.index),
        shapes=shapes,
        column=column,
        measure=measure,
        by=parts.by,
        correction=correction,
        level=level,
        provenance=parts.provenance,
        conventions=_conventions(weights, way, local),
        findings=(*parts.findings, *found.findings, *lost),
    )


def _polygons(boundaries: Any) -> Any:
    """What neighbours are made from: not from tiles."""
    tiled = boundaries in ("tiles", "geometry") or (isinstance(boundaries, Mapping) and "file" not in boundaries)
    return None if tiled else boundaries


def _conventions(weights: Any, way: Any, local: bool) -> tuple[Convention, ...]:
    found = [
        Convention("autocorrelation.measure", f"autocorrelation.measure.{way.measure}"),
        *weights.conventions,
        Convention("neighbours.standardised", f"neighbours.rows.{'row' if way.row_standardise else 'none'}"),
        Convention("neighbours.islands_of", f"neighbours.islands.{way.islands}"),
    ]
    if way.draws:
        found.append(Convention("autocorrelation.draws_of", Message("autocorrelation.draws", {"draws": way.draws, "seed": way.seed})))
    if local:
        found += [
            Convention("autocorrelation.alternative_of", f"autocorrelation.alternative.{way.alternative}"),
            Convention("autocorrelation.correction_of", f"autocorrelation.correction.{way.correction}"),
        ]
    return tuple(found)
