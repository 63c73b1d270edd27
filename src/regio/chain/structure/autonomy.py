"""What of a product comes from abroad (自主可控程度), the weakest link, and which import share matters most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Autonomy(Result):
    """foreign: one row a segment that leads to the target, and the target itself: ``import_low``, ``import_high``, ``foreign_low``, ``foreign_high``
    (content of its cost), ``gain_low``, ``gain_high`` (fall of the target's foreign content where the import share is halved). summary: ``autonomy_low``,
    ``autonomy_high``, ``weakest_link_low``, ``weakest_link_high`` of the target. weakest, largest_gain: segments.
    """

    foreign: pd.DataFrame
    summary: Mapping[str, float]
    target: str
    weakest: str
    largest_gain: str
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.structure._autonomy import exhibits

        return exhibits(self)


@method
def autonomy(chain: ChainData, target: str | None = None, *, unknown: Literal["interval", "absent"] = "interval") -> Autonomy:
    """Foreign content of a product, segment by segment.

    Parameters
    ----------
    chain : Chain
        with import shares of segments and cost shares of edges
    target : the product; None: what the chain says, else the end to which most segments lead
    unknown : import and cost shares that are not known: ``interval``, anything that is possible; ``absent``, nothing

    Returns
    -------
    Autonomy

    Raises
    ------
    ArgumentError
        for an unknown segment
    EstimationError
        where segments supply one another in a circle

    Notes
    -----
    FC_t = Σ_s a_st (m_s + (1 − m_s) FC_s), autonomy 1 − FC, m import share, a cost share. The weakest link is 1 − max m over what leads to the target. A
    cost share that is not known lies between zero and what the known ones of its buyer leave. FC is linear in each m, so a gain is exact.

    Examples
    --------
    Half of the cost of steel is ore, 60 % of which is imported: 0.5 · 0.6.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "steel"], "import_share": [0.6, 0.0]})
    >>> edges = pd.DataFrame({"from": ["ore"], "to": ["steel"], "cost_share": [0.5]})
    >>> firms = pd.DataFrame({"firm": ["a"], "region": ["north"], "segment": ["steel"]})
    >>> regio.chain.autonomy(regio.chain.read({"segments": segments, "edges": edges, "firms": firms})).summary["autonomy_low"]
    0.7
    """
    from regio.chain.base.model import opened
    from regio.chain.structure._autonomy import compute

    known = opened(chain, "autonomy")
    found, findings = compute(known, target, unknown)
    return Autonomy(
        **found,
        provenance=known.provenance("segments", "edges", rows=len(known.segments)),
        conventions=(
            Convention("chain.target", Message("chain.target.is", {"target": known.names.get(found["target"], found["target"])})),
            Convention("chain.unknown", f"chain.unknown.{unknown}"),
        ),
        findings=tuple(findings),
    )
