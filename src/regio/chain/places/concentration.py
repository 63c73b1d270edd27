"""Concentration of segments and markets on firms (产业集中度), with bounds where only the largest are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, Count
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concentration(Result):
    """scores: one row a market (or segment) and period: ``firms`` known, ``known`` (their share), ``ratio_low``, ``ratio_high`` (share of the largest
    ``top``), ``herfindahl_low``, ``herfindahl_high``. shares: market, period, firm, ``share``. measure: ``shares`` or an amount of the firms' table.
    """

    scores: pd.DataFrame
    shares: pd.DataFrame
    measure: str
    top: int
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.places._concentration import exhibits

        return exhibits(self)


@method
def concentration(chain: ChainData, *, value: str | None = None, top: Annotated[Count, Ge(1)] = 4) -> Concentration:
    """Share of the largest firms and Herfindahl index of every market.

    Parameters
    ----------
    chain : Chain
    value : a column of amounts of the firms' table, by segment and period; None: the table ``shares`` where there is one, else the first such column
    top : n, how many of the largest firms

    Returns
    -------
    Concentration
        bounds, equal where every firm is known

    Raises
    ------
    ArgumentError
        for an amount that is not there
    DataError
        for neither a table of shares nor an amount; shares of a market above one

    Notes
    -----
    Known shares s_1 ≥ … ≥ s_k, rest ρ = 1 − Σ s. Each firm of the rest has at most s_k. The Herfindahl index is least, Σ s², where the rest is spread
    over very many firms, and largest where it is as many firms of s_k as fit and one of what is left. CR_n with n > k has bounds by the same rule.

    Examples
    --------
    Of a market the two largest have 0.5 and 0.3. The rest is at least one firm of 0.2 or less: H between 0.34 and 0.38.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["steel"]})
    >>> shares = pd.DataFrame({"market": "steel", "firm": ["a", "b"], "share": [0.5, 0.3]})
    >>> made = regio.chain.read({"segments": segments, "shares": shares})
    >>> regio.chain.concentration(made, top=2).scores[["herfindahl_low", "herfindahl_high"]].round(6).iloc[0].tolist()
    [0.34, 0.38]
    """
    from regio.chain.base.model import opened
    from regio.chain.places._concentration import compute

    known = opened(chain, "concentration")
    found, findings = compute(known, value, top)
    return Concentration(
        **found,
        top=top,
        provenance=known.provenance("firms", "shares", rows=len(found["shares"])),
        conventions=(
            Convention("chain.concentration.of", Message("chain.concentration.top", {"n": top})),
            Convention("chain.concentration.rest", "chain.concentration.bounds"),
        ),
        findings=tuple(findings),
    )
