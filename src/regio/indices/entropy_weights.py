"""Entropy weights of indicators and the score they make (熵值法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Key, Large, Learnt
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weights_table
from regio.indices._rules import IndexRules
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntropyWeights(Result):
    """weights: k rows, by indicator (P · k by period and indicator, unless ``scope`` is pooled), with ``weight, entropy, divergence, direction,
    dimension``; scores: (N rows of the table) region, period, ``score`` and one column for each heading, None where the table came in parts;
    entropies: (k,) or (P · k,); bounds: ``low, high`` of each indicator in its own unit; shift: added to the scaled values before shares are taken; rules: to
    score other rows with ``index(…, rules=…)``.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame | None
    entropies: pd.Series
    bounds: pd.DataFrame
    scope: str
    shift: float
    rules: IndexRules

    def exhibits(self) -> tuple[Exhibit, ...]:
        weights = weights_table(self.weights, Message("entropy_weights.title.weights"), notes(self.scope, "entropy", self.shift))
        if self.scores is None:
            return (weights,)
        return (
            weights,
            scores_table(self.scores, Message("entropy_weights.title.scores"), score_notes(self.scope)),
            *heat_map(self.scores, Message("entropy_weights.title.heat"), score_notes(self.scope)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return {} if self.scores is None else sub_scores(self.scores)


@method
def entropy_weights(
    data: Large,
    *,
    indicators: Columns | None = None,
    directions: Learnt = None,
    dimensions: Learnt = None,
    scope: Literal["pooled", "by_period", "pooled_scale"] = "pooled",
    shift: float = 0.0,
    region: Key = None,
    period: Key = None,
) -> EntropyWeights:
    """Weights in proportion to how unequally each indicator is spread over the rows.

    Parameters
    ----------
    data : Panel, DataFrame or Rows; (N rows). Of Rows that come in parts only weights, entropies and bounds are found, and ``scores`` is None: they would
        be as many as the rows. Then ``scope`` is ``pooled``
    indicators : columns of the index, each (N,); None is every numeric column that is no key
    directions : indicator → ``"positive"`` (more is better), ``"negative"``, ``("moderate", best)`` or ``("moderate", least, greatest)``; else the
        variable's own, else positive
    dimensions : indicator → first-level heading (一级指标); else the variable's own, else none
    scope : ``pooled``: one scale and one set of weights over all regions and periods; ``by_period``: both inside each period, so that levels may
        not be compared over time; ``pooled_scale``: one scale, entropies and weights inside each period
    shift : added to the scaled values before shares are taken, ≥ 0, in units of the scaled range; scores use the values without it
    region, period : key columns, where data is a plain frame

    Returns
    -------
    EntropyWeights
        ``.weights``, ``.scores``, ``.entropies``, ``.bounds``

    Raises
    ------
    ArgumentError
        for a column or direction that does not exist, or a scope by period without periods
    DataError
        for missing or infinite cells, or a single row
    EstimationError
        where every indicator is constant

    Notes
    -----
    z = (x − min)/(max − min), turned for a negative indicator; p = z/Σz over the N rows; e = −(1/ln N) Σ p ln p with 0 · ln 0 = 0; g = 1 − e;
    w = g/Σg; score = Σ_j w_j z_j. The score of heading d is Σ_{j∈d} w_j z_j / Σ_{j∈d} w_j. N is the number of rows in the sums: regions times
    periods when pooled. A constant indicator has weight 0. The weight measures dispersion, not importance. Shannon (1948), A mathematical theory of
    communication, section 6; weights: Zeleny (1982), Multiple criteria decision making, ch. 7; Hwang and Yoon (1981), Multiple attribute
    decision making, ch. 3.

    Examples
    --------
    Scaled, ``a`` is 0, 0, 1: all in one row, e = 0. ``b`` is 0, 1, 1: two equal shares, e = ln 2/ln 3 = 0.631. So the weights are 1 and 0.369, divided
    by their sum.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [0.0, 0.0, 5.0], "b": [2.0, 4.0, 4.0]})
    >>> regio.entropy_weights(frame).weights["weight"].round(3).to_dict()
    {'a': 0.73, 'b': 0.27}
    """
    from regio.indices._compute import Weighed, compute
    from regio.indices._parts import compute_parts

    found: Weighed
    if hasattr(data.rows, "parts"):
        found, scores = compute_parts(data, indicators, directions=directions, dimensions=dimensions, scope=scope, shift=shift, kind="entropy_weights"), None
    else:
        found = whole = compute(data, indicators, directions=directions, dimensions=dimensions, scope=scope, shift=shift, kind="entropy_weights")
        scores = whole.scores
    assert found.rules is not None
    return EntropyWeights(
        weights=found.weights,
        scores=scores,
        entropies=found.weights["entropy"],
        bounds=found.bounds,
        scope=scope,
        shift=float(shift),
        rules=found.rules,
        provenance=found.provenance,
        conventions=conventions(scope, "entropy", shift),
        findings=found.findings,
    )
