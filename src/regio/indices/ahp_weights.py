"""Weights by the analytic hierarchy process, and the score they make (层次分析法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Data, Key, Learnt
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weights_table
from regio.indices._methods import facts_table, matrix_table
from regio.indices._rules import IndexRules
from regio.indices._words import Judgement, Scope
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AhpWeights(Result):
    """weights: k rows by indicator, ``weight, direction, dimension``; judgement: (k, k + 1) the judgements and the ``weight`` they make; lambda_max,
    consistency_index, consistency_ratio, random_index and its Monte Carlo standard error (zero where printed by Saaty); scores: (N rows of the
    table) region, period, ``score``, headings; bounds: ``low, high``; facts: the same numbers in a row; rules: to score other rows with ``index``.
    """

    weights: pd.DataFrame
    judgement: pd.DataFrame
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    random_index: float
    random_index_error: float
    scores: pd.DataFrame
    bounds: pd.DataFrame
    facts: pd.DataFrame
    scope: str
    rules: IndexRules

    def exhibits(self) -> tuple[Exhibit, ...]:
        source = "printed" if self.random_index_error == 0 else "simulated"
        note = Message(f"ahp_weights.note.{source}", {"index": self.random_index, "error": self.random_index_error, "n": len(self.weights)})
        return (
            weights_table(self.weights, Message("ahp_weights.title.weights"), notes(self.scope, "ahp")),
            matrix_table(self.judgement, Message("ahp_weights.title.judgement"), (Message("index.note.ahp"),)),
            facts_table(self.facts, Message("ahp_weights.title.facts"), (note,)),
            scores_table(self.scores, Message("ahp_weights.title.scores"), score_notes(self.scope)),
            *heat_map(self.scores, Message("ahp_weights.title.heat"), score_notes(self.scope)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return sub_scores(self.scores)


@method
def ahp_weights(
    data: Data,
    judgement: Judgement,
    *,
    indicators: Columns | None = None,
    directions: Learnt = None,
    dimensions: Learnt = None,
    scope: Scope = "pooled",
    region: Key = None,
    period: Key = None,
) -> AhpWeights:
    """Weights from pairwise judgements of the indicators, with a check of their consistency.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    judgement : (k, k) how much more the row's indicator matters than the column's, 1/9 … 9, in the order of the indicators: rows of numbers or fractions
        ("1/3"), a frame or an array; or only what stands above the diagonal, k − 1 numbers, then k − 2, down to one
    indicators, directions, dimensions : as in ``index``
    scope : over which rows the scale of the scores is learnt; the weights do not depend on the data
    region, period : key columns, where data is a plain frame

    Returns
    -------
    AhpWeights
        ``.weights``, ``.judgement``, ``.lambda_max``, ``.consistency_ratio``, ``.scores``

    Raises
    ------
    ArgumentError
        for a matrix of another shape, entries that are no positive numbers, or pairs that are not reciprocal within 3 %

    Notes
    -----
    Weights are the principal eigenvector w of A w = λ w; CI = (λ − k)/(k − 1); CR = CI/RI. A ratio above 0.1 is reported as a finding. RI is Saaty's printed
    table up to 15 indicators and above that the mean CI of 20,000 random matrices (to 40; 2,000 beyond), with its standard error. Saaty (1980), The
    analytic hierarchy process, McGraw-Hill.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 4.0, 6.0]})
    >>> result = regio.ahp_weights(frame, [[1, 3], ["1/3", 1]])
    >>> result.weights["weight"].round(3).to_dict(), result.consistency_ratio
    ({'a': 0.75, 'b': 0.25}, 0.0)
    """
    import pandas as pd

    from regio.indices._compute import compute
    from regio.indices._plan import How

    how = How(judgement=judgement)
    found = compute(data, indicators, directions=directions, dimensions=dimensions, scope=scope, weights="ahp", kind="ahp_weights", how=how)
    assert found.rules is not None
    assert found.scored is not None
    learnt = found.scored.lessons[0].learnt
    names = list(found.rules.indicators)
    matrix = pd.DataFrame(learnt.matrix, index=pd.Index(names, name="indicator"), columns=names).assign(weight=learnt.weights)
    single = found.weights.loc[found.weights.index.get_level_values(0)[0]] if found.weights.index.nlevels == 2 else found.weights
    facts = found.facts.iloc[:1].set_axis(pd.Index([""], name="period"))
    return AhpWeights(
        weights=single,
        judgement=matrix,
        lambda_max=learnt.facts["lambda_max"],
        consistency_index=learnt.facts["consistency_index"],
        consistency_ratio=learnt.facts["consistency_ratio"],
        random_index=learnt.facts["random_index"],
        random_index_error=learnt.facts["random_index_error"],
        scores=found.scores,
        bounds=found.bounds,
        facts=facts,
        scope=scope,
        rules=found.rules,
        provenance=found.provenance,
        conventions=conventions(scope, "ahp"),
        findings=found.findings,
    )
