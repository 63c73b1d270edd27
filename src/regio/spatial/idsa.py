"""Interactive detector for spatial associations (空间关联交互探测器，IDSA)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Columns, Count, Data, Engine, GroupColumns, Key, Seed
from regio.exhibits.models import EMPTY, Cell, Channel, Exhibit, Figure, Row, Table, kind_of, label, text
from regio.exhibits.models import Column as TableColumn
from regio.language import Message
from regio.spatial.geodetector import Methods, Numbers, Rule
from regio.spatial.spade import LEVELS

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 15  # sets of factors in the table and the figure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Idsa(Result):
    """combinations: every set of factors, best first, with ``factors, ways, q`` (PID), ``theta, phi, zones, single_rows, p_value`` (missing without
    draws); levels: by factor the discretisation that was chosen; best: the set with the largest q; zones: (N rows of the table) the zone of each row in it,
    missing where the row lacked a value.
    """

    outcome: str
    combinations: pd.DataFrame
    levels: pd.DataFrame
    best: tuple[str, ...]
    zones: pd.Series
    overlay: str
    draws: int

    def exhibits(self) -> tuple[Exhibit, ...]:
        top = self.combinations.head(SHOWN)
        shown = ("q", *(("p_value",) if self.draws else ()), "theta", "phi", "zones", "single_rows")
        columns = tuple(TableColumn(name, (text(f"idsa.head.{name}"),)) for name in shown)
        rows = tuple(Row(str(row["factors"]), _set(row["factors"]), tuple(_cell(row, name) for name in shown)) for row in top.to_dict("records"))
        title = Message("idsa.title", {"outcome": label(self.outcome)})
        notes = (Message("idsa.note"), Message(f"idsa.overlay.{self.overlay}"))
        table = Table(name="combinations", frame=self.combinations, columns=columns, rows=rows, title=title, stub=text("idsa.head.factors"), notes=notes)
        channels = {"x": Channel("factors", kind="label"), "y": Channel("q", text("idsa.head.q"))}
        words = {str(name): _set(name) for name in top["factors"]}
        return table, Figure(name="sets", form="bar", frame=top, channels=channels, title=title, notes=notes, words=words)

    def columns(self) -> Mapping[str, pd.Series]:
        return {"zones": self.zones}


def _set(names: str) -> Cell:
    """Several factors as one text."""
    return text("idsa.set", names=tuple(label(name) for name in names.split(" * ")))


def _cell(row: Mapping[Any, Any], name: str) -> Cell:
    value = row[name]
    if value != value:
        return EMPTY
    if name == "q":
        return Cell("estimate", float(value), None if row["p_value"] != row["p_value"] else float(row["p_value"]))
    return Cell("count", int(value)) if name in ("zones", "single_rows") else Cell(kind_of(name), float(value))


@method
def idsa(
    data: Data,
    outcome: Column,
    factors: GroupColumns,
    *,
    neighbours: Any = "inverse_distance",
    coordinates: Columns = (),
    methods: Methods = ("quantile",),
    classes: Numbers = LEVELS,
    discretise: Rule | Mapping[str, Rule | Sequence[float]] = "auto",
    overlay: Literal["fuzzy_and", "fuzzy_or", "intersection"] = "fuzzy_and",
    min_rows: Count = 1,
    draws: Count = 0,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Idsa:
    """Power of every set of factors together, over zones that are their strata laid over one another.

    Parameters
    ----------
    data : Panel or DataFrame (a GeoDataFrame is one); (N rows), at most 6,000
    outcome : column explained, (N,)
    factors : explanatory columns, each (N,), labels or numbers; at most 10
    neighbours, coordinates : as in ``spade``
    methods, classes, discretise, min_rows : of each factor the level with the largest compensated power is taken
    overlay : ``fuzzy_and``: a row belongs to that of its strata whose scaled mean outcome is least; ``fuzzy_or``: greatest; ``intersection``: every combination
    draws : permutations of the outcome, zones held fixed; 0 is none
    seed : of the draws
    region, period : key columns, where data is a plain frame
    engine : where draws are computed

    Returns
    -------
    Idsa
        ``.combinations``, ``.levels``, ``.best``, ``.zones``

    Raises
    ------
    ArgumentError
        for more than 10 factors, no coordinates, or weights that do not fit the table
    DataError
        for geometry without a projection, missing coordinates, two rows at one place, or a region with several rows
    EstimationError
        for an outcome or factor that does not vary, or too many rows

    Notes
    -----
    PID = θ/φ: θ is PSD of the outcome over the zones (``spade``), φ = 1 − Σ_i Σ_k N_ik Γ_ik / Σ_i N_i Γ_i that of the strata of the factors i over the same
    zones k, what the overlay keeps of them. Of one factor alone it is the compensated power. Song and Wu (2021), International Journal of Geographical
    Information Science 35(8); zones of the fuzzy overlay are made with the outcome, so read q beside its permutation p.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 1.0, 5.0, 5.0], "zone": list("aabb"), "east": [0.0, 1.0, 2.0, 3.0], "north": 0.0})
    >>> regio.idsa(frame, "y", "zone", coordinates=("east", "north")).combinations[["factors", "q"]].values.tolist()
    [['zone', 1.0]]
    """
    from regio.spatial.detector.call import levels_of
    from regio.spatial.detector.spatial import ground, idsa_frames

    options = levels_of(methods, classes, discretise, factors, min_rows)
    base = ground(data, outcome, factors, neighbours, coordinates, options)
    combinations, levels, best, zones = idsa_frames(base, overlay, draws, seed, engine)
    return Idsa(
        outcome=outcome,
        combinations=combinations,
        levels=levels,
        best=best,
        zones=zones.set_axis(base.index).reindex(data.rows.index),
        overlay=overlay,
        draws=draws,
        provenance=base.provenance,
        conventions=(*base.conventions, Convention("idsa.laid", f"idsa.overlay.{overlay}")),
        findings=base.findings,
    )
