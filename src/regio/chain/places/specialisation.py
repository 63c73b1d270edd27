"""Specialisation of regions on segments (区位熵): location quotients, with the counts behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Specialisation(Result):
    """scores: one row a region, segment and period in which the region has the segment: ``location_quotient``, ``amount``, ``share`` of all regions,
    ``firms``. value: the amount.
    """

    scores: pd.DataFrame
    value: str
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.places._specialisation import exhibits

        return exhibits(self)


@method
def specialisation(chain: ChainData, *, value: str = "firms") -> Specialisation:
    """Location quotients of regions by segment, period by period.

    Parameters
    ----------
    chain : Chain
    value : ``firms``, their number, or a column of amounts of the firms' table

    Returns
    -------
    Specialisation

    Raises
    ------
    ArgumentError
        for an amount that is not there

    Notes
    -----
    LQ_rs = (x_rs/x_r)/(x_s/x), the revealed comparative advantage of the region, over the firms of the table. A quotient on one or two firms says little:
    the number of firms stands beside it.

    Examples
    --------
    Half of the north's firms are in ore, a quarter of all: 2.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "steel"]})
    >>> firms = pd.DataFrame({"firm": list("abcd"), "region": ["north", "north", "south", "south"], "segment": ["ore", "steel", "steel", "steel"]})
    >>> made = regio.chain.read({"segments": segments, "firms": firms})
    >>> float(regio.chain.specialisation(made).scores["location_quotient"].iloc[0])
    2.0
    """
    from regio.chain.base.model import opened
    from regio.chain.places._specialisation import compute

    known = opened(chain, "specialisation")
    found, findings = compute(known, value)
    return Specialisation(
        **found,
        provenance=known.provenance("segments", "firms", rows=len(known.firms)),
        conventions=(Convention("chain.amount", "chain.amount.firms" if value == "firms" else "chain.amount.sums"),),
        findings=tuple(findings),
    )
