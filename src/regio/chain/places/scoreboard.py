"""Regions by chain and year from a table of firms (区域×链条×年份记分板): ranks with intervals, ties, and why a score changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, Count, Engine, Level, OneOrMany, Seed
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scoreboard(Result):
    """scores: one row a region and period: ``score``, ``rank``, ``rank_low``, ``rank_high`` and ``tie`` (last period), ``change``, ``rank_change`` since the
    period before, its ``reason_chain``, ``reason_indicator`` and ``reason`` (the largest part of the change), ``firms``, ``ratio``, ``herfindahl``, ``lead``
    (segment of the largest location quotient) and ``location_quotient``; ``coordination`` and ``grade`` of the chains. chains: region, period, chain,
    ``score``. contributions: region, period, chain, indicator, ``contribution`` to the change. indicators: of every chain. last, before: periods.
    """

    scores: pd.DataFrame
    chains: pd.DataFrame
    contributions: pd.DataFrame
    indicators: tuple[str, ...]
    last: str
    before: str
    top: int
    level: float
    draws: int
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.places._scoreboard_exhibits import exhibits

        return exhibits(self)


@method
def scoreboard(
    chain: ChainData,
    *,
    indicators: Annotated[tuple[str, ...], OneOrMany()] = (),
    top: Annotated[Count, Ge(1)] = 4,
    draws: Annotated[Count, Ge(0)] = 499,
    level: Level = 0.95,
    seed: Seed = 0,
    engine: Engine = None,
) -> Scoreboard:
    """Scores and ranks of regions on every chain, year by year, from firms.

    Parameters
    ----------
    chain : Chain
        firms with region, segment, period and amounts. Chains are the tags of the segments, else their stages, else all segments are one
    indicators : amounts of the firms' table, or ``firms``, their number; empty: the number and every amount
    top : n of the concentration ratio
    draws : how often the firms are drawn again, for intervals of ranks; 0 = none
    level : of these intervals, and of ties
    seed, engine : of the draws

    Returns
    -------
    Scoreboard

    Raises
    ------
    ArgumentError
        for an amount that is not there
    EstimationError
        for fewer than two regions

    Notes
    -----
    x_rtck: sum of amount k over the firms of region r in segments of chain c in period t. z: min-max over all regions and periods. Score: mean over chains
    of the mean over indicators. Every score is linear in z, so that its change since the period before is the sum of the changes of its parts, exactly.
    Draws: each firm has a Poisson weight with mean one, the same in all its periods. Ties: from the top, a region is in the group of its first one, unless
    it stands below that one in at least ``level`` of the draws. Coordination: √(C T) of the chains' scores, as in ``coupling``.

    Examples
    --------
    >>> import regio.chain
    >>> board = regio.chain.scoreboard(regio.chain.read("wind-power"), draws=99)
    >>> int(board.scores["rank"].min())
    1
    """
    from regio.chain.base.model import opened
    from regio.chain.places._scoreboard import compute

    known = opened(chain, "scoreboard")
    found, findings = compute(known, indicators, top, draws, level, seed, engine)
    conventions = [Convention("chain.scoreboard.scale", "chain.scoreboard.pooled"), Convention("chain.scoreboard.weights", "chain.scoreboard.equal")]
    if draws:
        conventions.append(Convention("chain.scoreboard.interval", Message("chain.scoreboard.poisson", {"draws": draws, "level": f"{level:.0%}"})))
    return Scoreboard(
        **found,
        top=top,
        level=level,
        draws=draws,
        provenance=known.provenance("segments", "firms", rows=len(known.firms)),
        conventions=tuple(conventions),
        findings=tuple(findings),
    )
