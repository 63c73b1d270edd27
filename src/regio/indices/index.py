"""Composite index: indicators on one scale, weighed and added up (综合指数)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Data, Key, Learnt
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weights_table
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index(Result):
    """weights: k rows, by indicator (P · k by period and indicator, unless ``scope`` is pooled), with ``weight, direction, dimension`` and, for
    entropy weights, ``entropy, divergence``; scores: (N rows of the table) region, period, ``score`` and one column for each heading;
    ranks: (N rows) region, period, ``rank`` inside the period; bounds: ``low, high`` of each indicator in its own unit; weighting:
    ``entropy``, ``equal`` or ``given``.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    bounds: pd.DataFrame
    scope: str
    weighting: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        title = Message("index.title.weights", {"weighting": Message(f"index.weighting.{self.weighting}")})
        return (
            weights_table(self.weights, title, notes(self.scope, self.weighting)),
            scores_table(self.scores, Message("index.title.scores"), score_notes(self.scope)),
            *heat_map(self.scores, Message("index.title.heat"), score_notes(self.scope)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return sub_scores(self.scores)


@method
def index(
    data: Data,
    indicators: Columns | None = None,
    *,
    directions: Learnt = None,
    dimensions: Learnt = None,
    scale: Literal["min_max"] = "min_max",
    scope: Literal["pooled", "by_period", "pooled_scale"] = "pooled",
    weights: Literal["entropy", "equal", "given"] | Mapping[str, float] = "entropy",
    aggregate: Literal["arithmetic"] = "arithmetic",
    region: Key = None,
    period: Key = None,
) -> Index:
    """Scores of regions from several indicators.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    indicators : columns of the index, each (N,); None is every numeric column that is no key
    directions : indicator → ``"positive"`` (more is better) or ``"negative"``; else the variable's own, else positive
    dimensions : indicator → first-level heading (一级指标); else the variable's own, else none
    scale : ``min_max``, to [0, 1] by direction
    scope : ``pooled``: one scale and one set of weights over all regions and periods; ``by_period``: both inside each period, so that levels may
        not be compared over time; ``pooled_scale``: one scale, weights inside each period
    weights : ``entropy``; ``equal``; ``given``: the weight that each variable has; in Python also a mapping, indicator → weight, that sums to one
    aggregate : ``arithmetic``, the weighted mean
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Index
        ``.weights``, ``.scores``, ``.ranks``, ``.bounds``

    Raises
    ------
    ArgumentError
        for a column or direction that does not exist, a scope by period without periods, or given weights that are negative, incomplete or do not
        sum to one
    DataError
        for missing or infinite cells, or a single row
    EstimationError
        where every indicator is constant, or one with a given weight is

    Notes
    -----
    z = (x − min)/(max − min), turned for a negative indicator; score = Σ_j w_j z_j. The score of heading d is Σ_{j∈d} w_j z_j / Σ_{j∈d} w_j.
    Entropy weights as in ``entropy_weights``. Ranks: 1 is best, ties share the better rank, after rounding scores to nine decimals. OECD and JRC
    (2008), Handbook on constructing composite indicators, sections 5 and 6.

    Examples
    --------
    Scaled, ``a`` is 0, 0.5, 1 and ``b``, where less is better, 1, 1, 0.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 4.0, 6.0]})
    >>> result = regio.index(frame, directions={"b": "negative"}, weights="equal")
    >>> result.scores["score"].tolist(), result.ranks["rank"].tolist()
    ([0.5, 0.75, 0.5], [2, 1, 2])
    """
    from regio.indices._compute import compute, rank

    found = compute(data, indicators, directions=directions, dimensions=dimensions, scope=scope, weights=weights, kind="index")
    weighting = weights if isinstance(weights, str) else "given"
    return Index(
        weights=found.weights,
        scores=found.scores,
        ranks=rank(found.scores),
        bounds=found.bounds,
        scope=scope,
        weighting=weighting,
        provenance=found.provenance,
        conventions=conventions(scope, weighting),
        findings=found.findings,
    )
