"""Segments that a region does not have and that are near to what it has (产业多样化方向)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, Count
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diversification(Result):
    """candidates: one row a region and segment that it does not hold: ``density``, ``complexity`` of the segment, ``nearest`` segments that it holds,
    ``links`` in the chain to segments that it holds; by density.
    """

    candidates: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import table

        columns = {"segment": "name", "density": "number", "complexity": "number", "nearest": "names", "links": "names"}
        notes = (Message("chain.diversification.note"),)
        return (
            table(
                "candidates",
                self.candidates,
                columns,
                ["region", "segment"],
                Message("chain.diversification.title"),
                names=self.names,
                notes=notes,
                block="region",
            ),
        )


@method
def diversification(
    chain: ChainData,
    place: str | None = None,
    *,
    value: str = "firms",
    at: int | str | None = None,
    cut: Annotated[float, Gt(0)] = 1.0,
    top: Annotated[Count, Ge(1)] = 3,
) -> Diversification:
    """Where a region might go next: segments that it does not hold, by how much of what is near to them it holds.

    Parameters
    ----------
    chain : Chain
    place : a region; None: every region
    value, at, cut : as in ``complexity``
    top : how many segments a region, and how many neighbours of each

    Returns
    -------
    Diversification

    Raises
    ------
    ArgumentError, EstimationError
        as ``complexity``; for a region that is not there

    Notes
    -----
    Density as in ``complexity``, the segment itself left out. A density is a share of neighbours held, no probability of entry.

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.diversification(regio.chain.read("wind-power"), "Hebei", value="total_assets", top=1)
    >>> len(found.candidates)
    1
    """
    from regio.chain.base.model import opened
    from regio.chain.places._diversification import candidates

    known = opened(chain, "diversification")
    frame = candidates(known, place, value, at, cut, top)
    return Diversification(
        candidates=frame,
        names=known.words([*known.order, *frame["region"]]),
        provenance=known.provenance("segments", "edges", "firms", rows=len(known.firms)),
        conventions=(Convention("chain.complexity.holds", Message("chain.complexity.cut", {"cut": cut})),),
    )
