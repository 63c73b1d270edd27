"""The fact base (事实库): every fact with its source, and what lacks one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import ChainData, OneOrMany
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts(Result):
    """facts: those that were found, with ``marks`` (no_source, undated, scenario, flagged). coverage: by kind and, where facts bear tags, by chain:
    ``facts``, ``numbers``, ``sourced``, ``dated``. unmapped: rows of the raw material that are no facts.
    """

    facts: pd.DataFrame
    coverage: pd.DataFrame
    unmapped: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.registers._facts import exhibits

        return exhibits(self)


@method
def facts(
    chain: ChainData, words: Annotated[tuple[str, ...], OneOrMany()] = (), *, kinds: Annotated[tuple[str, ...], OneOrMany()] = (), unsourced: bool = False
) -> Facts:
    """Facts in which every one of some words stands.

    Parameters
    ----------
    chain : Chain
    words : looked for in subject, attribute, value, segment, place and source, in any case, also under other names of an entity; empty: every fact
    kinds : flow, stock, share, growth, rank, count, ratio, outlook, target, event, relation, list; empty: all
    unsourced : those only that lack a source or a date

    Returns
    -------
    Facts

    Raises
    ------
    ArgumentError
        for an unknown kind

    Notes
    -----
    ``chain.fact_audit`` says whether the facts can be true together.

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.facts(regio.chain.read("new-energy-vehicles"), ("CATL", "Kirin"))
    >>> sorted(found.facts["attribute"])[:2]
    ['energy density', 'energy density']
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._facts import compute

    known = opened(chain, "facts")
    found, findings = compute(known, words, kinds, unsourced)
    return Facts(**found, provenance=known.provenance("facts", rows=len(found["facts"])), findings=tuple(findings))
