"""Business models of firms (商业模式) by a declared rule over the links of the value chain that they cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BusinessModels(Result):
    """firms: one row a firm: ``model`` (empty: unclassified), ``covered`` links, ``not_known`` links, ``possible`` models once what is not known were known.
    rules: ``model``, ``needs``, ``without``. coverage: firm, link, ``status``.
    """

    firms: pd.DataFrame
    rules: pd.DataFrame
    coverage: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import table

        shown = self.firms.assign(model=[m or "_unclassified" for m in self.firms["model"]])
        names: Mapping[str, object] = {**self.names, "_unclassified": Message("chain.business_models.unclassified")}
        columns = {"model": "name", "covered": "names", "not_known": "names", "possible": "names"}
        notes = (Message("chain.business_models.note"),)
        return (
            table("firms", shown, columns, ["firm"], Message("chain.business_models.title"), names=names, notes=notes),  # type: ignore[arg-type]
            table("rules", self.rules, {"needs": "names", "without": "names"}, ["model"], Message("chain.business_models.rules"), names=self.names),
        )


@method
def business_models(chain: ChainData) -> BusinessModels:
    """Firms sorted into the business models that the chain declares.

    Parameters
    ----------
    chain : Chain
        with a table ``links`` (firm, link, status) and settings ``[[business_model]]`` with ``name``, ``needs`` and ``without``, lists of links

    Returns
    -------
    BusinessModels
        firms that fit no rule are listed as unclassified

    Raises
    ------
    DataError
        without the table, or without rules

    Notes
    -----
    The first rule holds whose ``needs`` are all present and whose ``without`` are all absent. A link that is not known holds in neither.

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.business_models(regio.chain.read("new-energy-vehicles")).firms.set_index("firm")
    >>> found.loc["BYD", "model"]
    'complete_chain'
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._business_models import compute

    known = opened(chain, "business_models")
    found = compute(known)
    return BusinessModels(
        **found,
        provenance=known.provenance("links", rows=len(found["coverage"])),
        conventions=(Convention("chain.business_models.by", "chain.business_models.first_rule"),),
    )
