"""Through which segments every way to a product leads (关键环节), and which of them have one supplier only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit, Figure
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criticality(Result):
    """segments: one row a segment but the target: ``criticality`` (share of source-to-product paths through it), ``paths``, ``firms``, ``places`` that
    have it, ``single``: one firm only. edges: of the chain, with ``share`` of paths. paths: how many there are in all. relations: typed edges between firms,
    and from firms to segments, with their dates and sources.
    """

    segments: pd.DataFrame
    edges: pd.DataFrame
    paths: float
    relations: pd.DataFrame
    target: str
    stages: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.structure._criticality import exhibits

        return exhibits(self)

    def diagram(self) -> Figure:
        """The chain as a graph."""
        from regio.chain.structure._criticality import diagram

        return diagram(self)


@method
def criticality(chain: ChainData, target: str | None = None) -> Criticality:
    """Share of the paths from sources to a product that lead through each segment.

    Parameters
    ----------
    chain : Chain
    target : the product; None: what the chain says, else the end to which most segments lead

    Returns
    -------
    Criticality

    Raises
    ------
    ArgumentError
        for an unknown segment
    EstimationError
        where segments supply one another in a circle

    Notes
    -----
    A source is a segment without a supplier. With p(s) paths from sources to s and q(s) paths from s to the product, the share is p(s) q(s)/p(product);
    counted by one pass each way, never by listing paths. Numbers of paths are exact integers below 2^53.

    Examples
    --------
    Two ores, one steel: each ore is on half of the paths, steel on all.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "scrap", "steel", "ship"]})
    >>> edges = pd.DataFrame({"from": ["ore", "scrap", "steel"], "to": ["steel", "steel", "ship"]})
    >>> firms = pd.DataFrame({"firm": ["a"], "region": ["north"], "segment": ["steel"]})
    >>> regio.chain.criticality(regio.chain.read({"segments": segments, "edges": edges, "firms": firms})).segments["criticality"].tolist()
    [0.5, 0.5, 1.0]
    """
    from regio.chain.base.model import opened
    from regio.chain.structure._criticality import compute

    known = opened(chain, "criticality")
    found = compute(known, target)
    return Criticality(
        **found,
        provenance=known.provenance("segments", "edges", "firms", "presence", "relations", rows=len(known.segments)),
        conventions=(Convention("chain.target", Message("chain.target.is", {"target": known.names.get(found["target"], found["target"])})),),
    )
