"""Composite index: indicators on one scale, weighed and aggregated (综合指数)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Data, Key, Learnt, Rules, Share
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weighting_words, weights_table
from regio.indices._rules import IndexRules
from regio.indices._words import AggregateName, Combination, Hierarchy, Ideal, Interval, Judgement, Periods, ScaleName, SchemeName, Scope, Several
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index(Result):
    """weights: k rows, by indicator (P · k by period and indicator, unless ``scope`` is pooled), with ``weight, direction, dimension``, what the scheme
    of weights has beside it (``entropy, divergence``; ``spread, conflict, information``; …) and, nested, ``weight_within`` its heading; dimension_weights:
    by heading, ``weight, indicators``; scores: (N rows of the table) region, period, ``score`` and one column for each heading; ranks: (N rows) region,
    period, ``rank`` inside the period; bounds: what the scale learnt of each indicator in its own unit, ``low, high`` or ``mean, sd``; facts: one row a
    part, what the scheme says beside the weights (``consistency_ratio`` …); weighting: the scheme, ``combined`` or ``given``; scale, aggregate: as called;
    rules: everything that was learnt, to score other rows by.
    """

    weights: pd.DataFrame
    dimension_weights: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    bounds: pd.DataFrame
    facts: pd.DataFrame
    scope: str
    weighting: str
    scale: str
    aggregate: str
    rules: IndexRules

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.indices._readings import index_readings

        return index_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        options = self.rules.options
        title = Message("index.title.weights", {"weighting": weighting_words(self.weighting, options)})
        return (
            weights_table(self.weights, title, notes(self.scope, self.weighting, options["shift"], options)),
            scores_table(self.scores, Message("index.title.scores"), score_notes(self.scope, options)),
            *heat_map(self.scores, Message("index.title.heat"), score_notes(self.scope, options)),
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
    goalposts: Learnt = None,
    scale: ScaleName = "min_max",
    interval: Interval = (0.0, 1.0),
    base: Periods = (),
    scope: Scope = "pooled",
    weights: SchemeName | Several | Mapping[str, float] = "entropy",
    combination: Combination = "mean",
    judgement: Judgement = (),
    least_share: Share = 0.0,
    hierarchy: Hierarchy = "flat",
    aggregate: AggregateName = "arithmetic",
    exponent: float = 0.5,
    ideal: Ideal = "sample",
    rules: Rules = None,
    region: Key = None,
    period: Key = None,
) -> Index:
    """Scores of regions from several indicators.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    indicators : columns of the index, each (N,); None is every numeric column that is no key
    directions : indicator → ``"positive"`` (more is better), ``"negative"``, or ``("moderate", best)`` or ``("moderate", least, greatest)`` in the
        indicator's unit (适度指标); else the variable's own, else positive
    dimensions : indicator → first-level heading (一级指标); else the variable's own, else none
    goalposts : indicator → ``(low, high)`` for ``scale="goalposts"``, or a target for ``"distance_to_target"``, in the indicator's unit; else the variable's
    scale : ``min_max``, ``goalposts``: to [0, 1] by direction; ``distance_to_target``: 0 at the worst value, 1 at the target and beyond; ``z``: mean 0,
        standard deviation 1 (divisor N), turned; ``z_unit``: the same, then all cells together to [0, 1]; ``rank``: mean rank less one over N − 1;
        ``vector``: x/√Σx², turned; ``share``: min-max, then divided by the column's sum
    interval : the ends to which a scale in [0, 1] is stretched; (0.01, 1) keeps a geometric mean from zero
    base : the periods that scale, weights and ideals are learnt from; the others are only scored, and may lie outside [0, 1]; empty: all of them
    scope : ``pooled``: one scale and one set of weights over all regions and periods; ``by_period``: both inside each period, so that levels may
        not be compared over time; ``pooled_scale``: one scale, weights inside each period
    weights : a scheme, several (combined), or in Python also a mapping, indicator → weight, that sums to one. ``given``: the weight that each variable has;
        ``ahp``: from ``judgement``
    combination : of several schemes: ``mean``; ``product``: in proportion to the products; ``game``: the mixture nearest to all of them
    judgement : for ``ahp``: (k, k) pairwise judgements in the order of the indicators, numbers or fractions ("1/3"); or only what is above the diagonal
    least_share : of each indicator in each row's score under ``benefit_of_the_doubt``, in [0, 1/k]
    hierarchy : ``flat``: all indicators are weighed together; ``nested``: inside each heading, then the headings by their scores
    aggregate : ``arithmetic``, ``geometric``, ``harmonic``, ``generalised`` means; ``topsis``: closeness to the ideal; ``mazziotta_pareto``: mean less a
        penalty for imbalance (``_plus``: with it added)
    exponent : of the generalised mean
    ideal : of ``topsis``: ``sample``: the best and worst scaled values of the rows learnt from; ``fixed``: the ends of the interval
    rules : a result of ``index`` or ``topsis``, or its ``rules``: nothing is learnt, these rows are scored by what was learnt there
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Index
        ``.weights``, ``.scores``, ``.ranks``, ``.bounds``, ``.rules``

    Raises
    ------
    ArgumentError
        for a column or direction that does not exist, options that do not fit together, a scope by period without periods, or given weights that are
        negative, incomplete or do not sum to one
    DataError
        for missing or infinite cells, or a single row
    EstimationError
        where every indicator is constant, one with a given weight is, or scaled values are not positive where weights or aggregate need it

    Notes
    -----
    min_max: z = (x − min)/(max − min), turned for a negative indicator; a moderate one counts as its distance from the best value or range, of which less
    is better and zero is best. arithmetic: Σ_j w_j z_j. The score of heading d is the aggregate of its indicators with w_j / Σ_{j∈d} w_j. Weights as in
    ``entropy_weights``, ``entropy_ahp_weights``, ``ahp_weights`` and on the page of this method. Ranks: 1 is best, ties share the better rank, after rounding
    scores to nine decimals. OECD and JRC (2008), Handbook on constructing composite indicators, sections 5 and 6.

    Examples
    --------
    Scaled, ``a`` is 0, 0.5, 1 and ``b``, where less is better, 1, 1, 0.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 4.0, 6.0]})
    >>> result = regio.index(frame, directions={"b": "negative"}, weights="equal")
    >>> result.scores["score"].tolist(), result.ranks["rank"].tolist()
    ([0.5, 0.75, 0.5], [2, 1, 2])

    A new region, scored by the same rules: ``a`` is 1.5, beyond the best of last time.

    >>> regio.index(pd.DataFrame({"a": [4.0], "b": [5.0]}), rules=result).scores["score"].tolist()
    [1.0]
    """
    from regio.indices._compute import compute, rank
    from regio.indices._plan import How

    how = How(
        scale=scale,
        interval=interval,
        base=base,
        combination=combination,
        judgement=judgement,
        hierarchy=hierarchy,
        aggregate=aggregate,
        exponent=exponent,
        ideal=ideal,
        least_share=least_share,
        rules=rules,
    )
    found = compute(data, indicators, directions=directions, dimensions=dimensions, goalposts=goalposts, scope=scope, weights=weights, kind="index", how=how)
    assert found.rules is not None
    options = found.rules.options
    return Index(
        weights=found.weights,
        dimension_weights=found.between,
        scores=found.scores,
        ranks=rank(found.scores),
        bounds=found.bounds,
        facts=found.facts,
        scope=options["scope"],
        weighting=options["weighting"],
        scale=options["scale"],
        aggregate=options["aggregate"],
        rules=found.rules,
        provenance=found.provenance,
        conventions=conventions(options["scope"], options["weighting"], options["shift"], options),
        findings=found.findings,
    )
