"""How much of a chain a place has (产业链完整度), with intervals where it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Gt

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completeness(Result):
    """scores: one row a place: ``nodes``, ``links``, ``weighted_links``, ``balanced`` and the share of each stage (``stage.…``), every one with ``_low``
    and ``_high``; ``present``, ``absent``, ``unknown`` segments, ``missing`` (their names). matrix: place, segment, ``status``, ``firms``. coverage: by
    segment the number of places that have it. names, system: words and system of the places.
    """

    scores: pd.DataFrame
    matrix: pd.DataFrame
    coverage: pd.DataFrame
    stages: tuple[str, ...]
    clusters: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)
    system: str = ""
    membership: Mapping[str, str] = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.structure._completeness import exhibits

        return exhibits(self)


@method
def completeness(
    chain: ChainData, place: str | None = None, *, unknown: Literal["interval", "absent"] = "interval", hours: Annotated[float, Gt(0)] | None = None
) -> Completeness:
    """How much of a chain places have.

    Parameters
    ----------
    chain : Chain
    place : a cluster or region; None: every cluster, or every region where there are no clusters
    unknown : what is not known of a segment in a place: ``interval``, between absent and present; ``absent``
    hours : count what can be reached within so many hours, by the table ``travel``

    Returns
    -------
    Completeness
        ``.scores`` by place (shares, low and high), ``.matrix``, ``.coverage``

    Raises
    ------
    ArgumentError
        for a place that is not there
    DataError
        for ``hours`` without a table of travel times

    Notes
    -----
    nodes: share of segments that are there; links: share of edges with both ends there; weighted: edges weighted by their known cost shares; balanced:
    geometric mean of the shares of the stages. Low counts what is known to be there, high also what is not known. The geometric mean follows its stages.

    Examples
    --------
    The north has steel, and nothing is known of ore: between one and two of two segments.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "steel"]})
    >>> edges = pd.DataFrame({"from": ["ore"], "to": ["steel"]})
    >>> firms = pd.DataFrame({"firm": ["a"], "region": ["north"], "segment": ["steel"]})
    >>> found = regio.chain.completeness(regio.chain.read({"segments": segments, "edges": edges, "firms": firms}))
    >>> found.scores[["nodes_low", "nodes_high"]].iloc[0].tolist()
    [0.5, 1.0]
    """
    from regio.chain.base.model import opened
    from regio.chain.structure._completeness import compute

    opened_chain = opened(chain, "completeness")
    found = compute(opened_chain, place, unknown, hours)
    return Completeness(
        **found,
        provenance=opened_chain.provenance("segments", "edges", "firms", "presence", "entities", "travel", rows=len(opened_chain.segments)),
        conventions=(
            Convention("chain.unknown", f"chain.unknown.{unknown}"),
            *((Convention("chain.reach", Message("chain.reach.hours", {"hours": hours})),) if hours else ()),
        ),
    )
