"""Sites abroad and at home (海外与国内基地): concentration of capacity, and what is lost where the largest stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, Count
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sites(Result):
    """sites: as the table lists them, with ``share`` of the firm's known capacity and whether ``abroad``. firms: one row a firm and unit: ``sites``,
    ``abroad``, ``known`` (sites with a capacity), ``capacity``, ``abroad_capacity``, ``herfindahl``, ``lost`` (share, if the ``top`` largest stop).
    """

    sites: pd.DataFrame
    firms: pd.DataFrame
    top: int
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.places._sites import exhibits

        return exhibits(self)


@method
def sites(chain: ChainData, *, top: Annotated[Count, Ge(1)] = 1) -> Sites:
    """Capacity of firms by site.

    Parameters
    ----------
    chain : Chain
        with a table ``sites``; its settings say which country is ``home``
    top : how many of the largest sites stop

    Returns
    -------
    Sites

    Raises
    ------
    DataError
        without a table of sites

    Notes
    -----
    Shares, the Herfindahl index and the loss are over the sites of a firm whose capacity is known, in one unit. How many are not known stands beside them.

    Examples
    --------
    >>> import regio.chain
    >>> regio.chain.sites(regio.chain.read("new-energy-vehicles")).firms["firm"].tolist()[0]
    'CATL'
    """
    from regio.chain.base.model import opened
    from regio.chain.places._sites import compute

    known = opened(chain, "sites")
    found, findings = compute(known, top)
    return Sites(
        **found,
        top=top,
        provenance=known.provenance("sites", rows=len(found["sites"])),
        conventions=(Convention("chain.sites.over", "chain.sites.known"),),
        findings=tuple(findings),
    )
