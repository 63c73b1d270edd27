"""TOPSIS: closeness of each row to the ideal (优劣解距离法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Data, Key, Learnt, Rules
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weighting_words, weights_table
from regio.indices._rules import IndexRules
from regio.indices._words import Combination, DistanceForm, Ideal, Interval, Judgement, Periods, ScaleName, SchemeName, Scope, Several
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topsis(Result):
    """scores: (N rows of the table) region, period, ``closeness``, ``to_ideal``, ``to_anti_ideal`` and one column of closeness for each heading; weights,
    dimension_weights, ranks, bounds, facts, scope, weighting, scale, rules: as in ``Index``; ideals: by indicator (period and indicator), ``ideal,
    anti_ideal``, scaled values times weights under the standard form.
    """

    weights: pd.DataFrame
    dimension_weights: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    ideals: pd.DataFrame
    bounds: pd.DataFrame
    facts: pd.DataFrame
    scope: str
    weighting: str
    scale: str
    rules: IndexRules

    def exhibits(self) -> tuple[Exhibit, ...]:
        options = self.rules.options
        title = Message("topsis.title.weights", {"weighting": weighting_words(self.weighting, options)})
        scores = self.scores.rename(columns={"closeness": "score"})
        return (
            weights_table(self.weights, title, notes(self.scope, self.weighting, options["shift"], options)),
            scores_table(scores, Message("topsis.title.scores"), score_notes(self.scope, options)),
            *heat_map(scores, Message("topsis.title.heat"), score_notes(self.scope, options)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return sub_scores(self.scores.drop(columns=["to_ideal", "to_anti_ideal"]).rename(columns={"closeness": "score"}))


@method
def topsis(
    data: Data,
    weights: SchemeName | Several | Mapping[str, float] = "entropy",
    *,
    indicators: Columns | None = None,
    directions: Learnt = None,
    dimensions: Learnt = None,
    goalposts: Learnt = None,
    ideal: Ideal = "sample",
    form: DistanceForm = "standard",
    scale: ScaleName = "min_max",
    interval: Interval = (0.0, 1.0),
    base: Periods = (),
    scope: Scope = "pooled",
    combination: Combination = "mean",
    judgement: Judgement = (),
    rules: Rules = None,
    region: Key = None,
    period: Key = None,
) -> Topsis:
    """Scores of regions by their distances from the best and the worst that there is.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    weights, directions, dimensions, goalposts, scale, interval, base, scope, combination, judgement : as in ``index``. Negative indicators are turned
        once, by the scale; ``vector`` is the scale of the original method, ``share`` what some papers print
    indicators : columns, each (N,); None is every numeric column that is no key
    ideal : ``sample``: the best and worst scaled value of each indicator in the rows learnt from; ``fixed``: the ends of the scale, so that another region
        does not move the others
    form : ``standard``: distances between weighted values, √Σ (w z − w z⁺)²; ``weight_inside``: √Σ w (z − z⁺)²
    rules : a result of ``topsis`` or ``index(aggregate="topsis")``, or its ``rules``: nothing is learnt, these rows are scored by what was learnt there
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Topsis
        ``.scores`` with ``closeness``, ``.ideals``, ``.weights``, ``.ranks``, ``.rules``

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``index``

    Notes
    -----
    closeness = d⁻/(d⁺ + d⁻), d⁺ and d⁻ the distances from ideal z⁺ and anti-ideal z⁻. Where both are zero there is none, and a finding says so. The closeness
    of a heading uses its indicators only, with weights w_j / Σ_{j∈d} w_j. Hwang and Yoon (1981), Multiple attribute decision making, ch. 3.

    Examples
    --------
    Scaled: ``a`` is 0, 0.5, 1 and ``b`` 1, 0, 1. The third row is the ideal; the first is as far from it as from the anti-ideal.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [6.0, 4.0, 6.0]})
    >>> regio.topsis(frame, "equal").scores["closeness"].round(3).tolist()
    [0.5, 0.309, 1.0]
    """
    from regio.indices._compute import compute, rank
    from regio.indices._plan import How
    from regio.indices._topsis import closeness_frame, ideals_frame

    how = How(
        scale=scale,
        interval=interval,
        base=base,
        combination=combination,
        judgement=judgement,
        aggregate="topsis",
        ideal=ideal,
        form=form,
        rules=rules,
    )
    found = compute(data, indicators, directions=directions, dimensions=dimensions, goalposts=goalposts, scope=scope, weights=weights, kind="topsis", how=how)
    assert found.rules is not None
    options = found.rules.options
    return Topsis(
        weights=found.weights,
        dimension_weights=found.between,
        scores=closeness_frame(found),
        ranks=rank(found.scores),
        ideals=ideals_frame(found),
        bounds=found.bounds,
        facts=found.facts,
        scope=options["scope"],
        weighting=options["weighting"],
        scale=options["scale"],
        rules=found.rules,
        provenance=found.provenance,
        conventions=conventions(options["scope"], options["weighting"], options["shift"], options),
        findings=found.findings,
    )
