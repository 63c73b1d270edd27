"""The register of policies (政策登记), and how far firms and regions are exposed to them."""

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
class PolicyExposure(Result):
    """policies: the register, with ``active`` (in force at the year looked at; unknown where undated) and ``firms`` reached. firms: firm, ``support``,
    ``restrict``, ``neutral`` (policies that reach it), ``policies``. places: region, ``firms``, ``support``, ``restrict`` (shares of its firms that are
    reached).
    """

    policies: pd.DataFrame
    firms: pd.DataFrame
    places: pd.DataFrame
    at: str
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.registers._policy_exposure import exhibits

        return exhibits(self)


@method
def policy_exposure(chain: ChainData, *, at: int | None = None) -> PolicyExposure:
    """Which policies reach which firms and regions, through the segments that they name.

    Parameters
    ----------
    chain : Chain
        with a table ``policies``
    at : the year; None: policies of any date

    Returns
    -------
    PolicyExposure

    Raises
    ------
    DataError
        without the table

    Notes
    -----
    A policy reaches the firms that it names; where it names none, the firms of its segments; where it names neither, every firm. A policy without a date
    counts in every year, and is marked.

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.policy_exposure(regio.chain.read("new-energy-vehicles"))
    >>> "restrict" in set(found.policies["effect"])
    True
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._policy_exposure import compute

    known = opened(chain, "policy_exposure")
    found, findings = compute(known, at)
    return PolicyExposure(
        **found,
        provenance=known.provenance("policies", "firms", rows=len(found["policies"])),
        conventions=(Convention("chain.policy_exposure.by", "chain.policy_exposure.segments"),),
        findings=tuple(findings),
    )
