"""What a shock reaches on the graph (冲击传导): an import that stops, a tariff on a market."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, OneOrMany, Share
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shock(Result):
    """losses: one row a segment that is reached: ``supply_low``, ``supply_high`` (share of its output that cannot be made for want of inputs: by cost share,
    and by the input that is shortest), ``demand`` (share of its sales to the product's makers that is lost), ``scenario``. target_low, target_high, demand:
    of the product.
    """

    losses: pd.DataFrame
    scenario: str
    target: str
    target_low: float
    target_high: float
    demand: float
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.structure._shock import exhibits

        return exhibits(self)


@method
def shock(
    chain: ChainData,
    target: str | None = None,
    *,
    scenario: str,
    stopped: Annotated[tuple[str, ...], OneOrMany()] = (),
    share: Share = 1.0,
    tariff: Annotated[float, Ge(0)] = 0.0,
    market_share: Share = 0.0,
    elasticity: Annotated[float, Ge(0)] = 1.0,
) -> Shock:
    """Losses along the chain under a named scenario.

    Parameters
    ----------
    chain : Chain
    target : the product; None: what the chain says, else the end to which most segments lead
    scenario : its name, which every row bears
    stopped : segments whose imports stop
    share : share of those imports that stops
    tariff : on the product in a market, as a share of its price
    market_share : share of the product's sales that goes to that market
    elasticity : of demand there to the price; the whole tariff is passed on to it

    Returns
    -------
    Shock

    Raises
    ------
    ArgumentError
        for unknown segments; where nothing happens
    EstimationError
        where segments supply one another in a circle

    Notes
    -----
    Supply: a stopped segment lacks m · share of its supply. A buyer lacks Σ a_st · lack_s of its inputs by cost (low), or max_s lack_s where no input
    can be replaced (Leontief; high). Demand: d = market_share · ((1 + tariff)^(−elasticity) − 1) on the product. A supplier loses d times the requirement
    r_s = Σ_t a_st r_t for a unit of the product, as a share of what it delivers for the product: d itself; ``value`` is r_s d per unit of product cost.

    Examples
    --------
    Imports of ore, 60 % of all, stop; ore is half the cost of steel: between 0.3 and 0.6 of steel is lost.

    >>> import pandas as pd, regio.chain
    >>> segments = pd.DataFrame({"segment": ["ore", "steel"], "import_share": [0.6, 0.0]})
    >>> edges = pd.DataFrame({"from": ["ore"], "to": ["steel"], "cost_share": [0.5]})
    >>> firms = pd.DataFrame({"firm": ["a"], "region": ["north"], "segment": ["steel"]})
    >>> made = regio.chain.read({"segments": segments, "edges": edges, "firms": firms})
    >>> found = regio.chain.shock(made, scenario="no ore", stopped="ore")
    >>> found.target_low, found.target_high
    (0.3, 0.6)
    """
    from regio.chain.base.model import opened
    from regio.chain.structure._shock import compute

    known = opened(chain, "shock")
    found = compute(known, target, scenario, stopped, share, tariff, market_share, elasticity)
    conventions = (Convention("chain.shock.supply", "chain.shock.bounds"), *((Convention("chain.shock.demand", "chain.shock.passed_on"),) if tariff else ()))
    return Shock(**found, provenance=known.provenance("segments", "edges", rows=len(known.segments)), conventions=conventions)
