"""Spatial association detector (空间关联探测器，SPADE)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column, Columns, Count, Data, Engine, GroupColumns, Key, Seed
from regio.exhibits.models import EMPTY, Cell, Channel, Exhibit, Figure, Row, Table, kind_of, label, text
from regio.exhibits.models import Column as TableColumn
from regio.language import Message
from regio.spatial.geodetector import Methods, Numbers, Rule

if TYPE_CHECKING:
    import pandas as pd

LEVELS = tuple(range(3, 23))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spade(Result):
    """factors: by factor ``q`` (the multilevel power, PSMD), ``p_value`` (missing without draws), ``rank``, and ``psd, classes, method`` of the level
    with the largest compensated power; levels: ``factor, method, classes, psd, kept, compensated``.
    """

    outcome: str
    factors: pd.DataFrame
    levels: pd.DataFrame
    draws: int

    def exhibits(self) -> tuple[Exhibit, ...]:
        shown = ("q", *(("p_value",) if self.draws else ()), "rank", "psd", "classes", "method")
        columns = tuple(TableColumn(name, (text(f"spade.head.{name}"),)) for name in shown)
        rows = tuple(Row(str(name), label(str(name)), tuple(_cell(row, key) for key in shown)) for name, row in self.factors.iterrows())
        outcome = label(self.outcome)
        table = Table(
            name="factors",
            frame=self.factors,
            columns=columns,
            rows=rows,
            title=Message("spade.title", {"outcome": outcome}),
            stub=text("geodetector.head.factor"),
            notes=(Message("spade.note"), *((Message("spade.note_p", {"draws": self.draws}),) if self.draws else ())),
        )
        channels = {
            "x": Channel("classes", text("geodetector.head.classes"), kind="label"),
            "y": Channel("compensated", text("spade.head.compensated")),
            "group": Channel("factor", kind="label"),
        }
        several = self.levels["method"].nunique() > 1
        channels |= {"facet": Channel("method", kind="label")} if several else {}
        words = {name: text(f"geodetector.method.{name}") for name in self.levels["method"].unique()} if several else {}
        title = Message("spade.curves", {"outcome": outcome})
        return table, Figure(name="levels", form="line", frame=self.levels, channels=channels, title=title, words=words)


def _cell(row: Any, name: str) -> Cell:
    value = row[name]
    if name == "method":
        return text(f"geodetector.method.{value}")
    if value != value:
        return EMPTY
    if name == "q":
        return Cell("estimate", float(value), None if row["p_value"] != row["p_value"] else float(row["p_value"]))
    return Cell("count", int(value)) if name in ("rank", "classes") else Cell(kind_of(name), float(value))


@method
def spade(
    data: Data,
    outcome: Column,
    factors: GroupColumns,
    *,
    neighbours: Any = "inverse_distance",
    coordinates: Columns = (),
    methods: Methods = ("quantile",),
    classes: Numbers = LEVELS,
    discretise: Rule | Mapping[str, Rule | Sequence[float]] = "auto",
    min_rows: Count = 1,
    draws: Count = 0,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Spade:
    """Power of factors over an outcome, near rows counting for more than far ones, averaged over many levels of discretisation.

    Parameters
    ----------
    data : Panel or DataFrame (a GeoDataFrame is one); (N rows), at most 6,000
    outcome : column explained, (N,)
    factors : explanatory columns, each (N,), labels or numbers
    neighbours : ``inverse_distance`` (1/d²); a square array of weights (N, N), not negative, rows in the order of the table, whose diagonal does not count;
        or, where each region has one row, ``contiguity, k_nearest, distance_band`` and mappings of regions as in ``autocorrelation``
    coordinates : columns x and y in one unit of length (projected); empty: the centroids of a GeoDataFrame's geometry, or the places of known regions
    methods, classes : levels of discretisation, of which the mean is taken
    discretise : as in ``geodetector``
    min_rows : fewest rows in a class
    draws : permutations of the outcome; 0 is none
    seed : of the draws
    region, period : key columns, where data is a plain frame
    engine : where draws are computed

    Returns
    -------
    Spade
        ``.factors``, ``.levels``

    Raises
    ------
    ArgumentError
        for no coordinates, or weights that do not fit the table
    DataError
        for geometry without a projection, missing coordinates, two rows at one place, or a region with several rows
    EstimationError
        for an outcome or factor that does not vary, or too many rows

    Notes
    -----
    Γ = Σ_ij w_ij (y_i − y_j)²/2 / Σ_ij w_ij; PSD = 1 − Σ_h N_h Γ_h / (N Γ) over the strata h of a factor. Cutting a factor x into strata loses information: the
    compensated power is PSD of y divided by PSD of x itself; PSMD is its mean over levels (labels lose nothing). Cang and Luo (2018), International Journal
    of Geographical Information Science 32(10).

    Examples
    --------
    Four rows on a line, two strata of neighbours that are equal inside: nothing is left within, PSD = 1.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 1.0, 5.0, 5.0], "zone": list("aabb"), "east": [0.0, 1.0, 2.0, 3.0], "north": 0.0})
    >>> float(regio.spade(frame, "y", "zone", coordinates=("east", "north")).factors["q"].iloc[0])
    1.0
    """
    from regio.spatial.detector.call import levels_of
    from regio.spatial.detector.spatial import ground, spade_frames

    options = levels_of(methods, classes, discretise, factors, min_rows)
    base = ground(data, outcome, factors, neighbours, coordinates, options)
    frame, levels = spade_frames(base, draws, seed, engine)
    return Spade(
        outcome=outcome,
        factors=frame,
        levels=levels,
        draws=draws,
        provenance=base.provenance,
        conventions=base.conventions,
        findings=base.findings,
    )
