"""Economic complexity of regions and segments (经济复杂度), and which segments are near to what a region has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Gt

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Complexity(Result):
    """scores: by region ``complexity`` (standardised, divisor n), ``complexity_sample`` (divisor n − 1), ``diversity``, ``rank``. segments: by segment
    ``complexity`` (standardised by itself), ``complexity_regional`` (in the units of the regions: the mean over a region's segments is its score),
    ``mean_of_holders``, ``ubiquity``. quotients, proximity, density: frames (regions × segments, segments × segments, regions × segments).
    eigenvalues: of the matrix of regions, descending.
    """

    scores: pd.DataFrame
    segments: pd.DataFrame
    quotients: pd.DataFrame
    proximity: pd.DataFrame
    density: pd.DataFrame
    eigenvalues: tuple[float, ...]
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.places._complexity import exhibits

        return exhibits(self)


@method
def complexity(
    chain: ChainData, *, value: str = "firms", at: int | str | None = None, cut: Annotated[float, Gt(0)] = 1.0, diagonal: Literal["zero", "one"] = "zero"
) -> Complexity:
    """Complexity of regions and segments from a table of regions by segments.

    Parameters
    ----------
    chain : Chain
    value : ``firms``, their number, or a column of amounts of the firms' table
    at : the period; None: the last
    cut : a region holds a segment where its location quotient reaches this
    diagonal : proximity of a segment to itself in the density: ``zero`` leaves the segment itself out, ``one`` counts it

    Returns
    -------
    Complexity

    Raises
    ------
    ArgumentError
        for an amount or a period that is not there
    EstimationError
        where fewer than three regions or segments are left, or the table falls apart into unconnected blocks

    Notes
    -----
    M_rs = 1 where LQ ≥ cut. The score is the second eigenvector of D⁻¹ M U⁻¹ Mᵀ, computed on the symmetric D^(−1/2) M U⁻¹ Mᵀ D^(−1/2); its sign is that of
    its correlation with diversity, and where that is nil with the mean ubiquity turned round. Proximity: the lesser of the two conditional probabilities of
    holding both. Density: Σ_j M_rj φ_sj / Σ_j φ_sj. Hidalgo and Hausmann (2009), PNAS 106(26), 10570–10575; Hidalgo et al. (2007), Science 317, 482–487.

    Examples
    --------
    >>> import regio.chain
    >>> int(regio.chain.complexity(regio.chain.read("wind-power"), value="total_assets").scores["rank"].min())
    1
    """
    from regio.chain.base.model import opened
    from regio.chain.places._complexity import compute

    known = opened(chain, "complexity")
    found, findings = compute(known, value, at, cut, diagonal)
    return Complexity(
        **found,
        provenance=known.provenance("segments", "firms", rows=len(known.firms)),
        conventions=(
            Convention("chain.complexity.holds", Message("chain.complexity.cut", {"cut": cut})),
            Convention("chain.complexity.scaled", "chain.complexity.population"),
            Convention("chain.complexity.itself", f"chain.complexity.{diagonal}"),
        ),
        findings=tuple(findings),
    )
