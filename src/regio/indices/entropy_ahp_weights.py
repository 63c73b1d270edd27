"""Improved entropy weights: entropies on the scale of AHP (改进熵值法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Columns, Data, Key, Learnt
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import conventions, heat_map, notes, score_notes, scores_table, sub_scores, weights_table
from regio.indices._methods import facts_table, matrix_table, steps_table
from regio.indices._rules import IndexRules
from regio.indices._words import Nearest, Scope
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntropyAhpWeights(Result):
    """weights: k rows by indicator (P · k by period and indicator, unless ``scope`` is pooled), with ``weight, entropy, divergence, entropy_weight``
    (without the detour), ``direction, dimension``; judgement: (k, k + 1) the matrix and its ``weight``, by indicator (period and indicator);
    mapping: one row a part, the ratio that each step 1 … α stands for; facts: one row a part, ``D, alpha, R, lambda_max, consistency_index, random_index,
    random_index_error, consistency_ratio``; consistency_ratio: the largest of them; entropies, scores, bounds, rules: as in ``EntropyWeights``.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame
    entropies: pd.Series
    judgement: pd.DataFrame
    mapping: pd.DataFrame
    facts: pd.DataFrame
    consistency_ratio: float
    bounds: pd.DataFrame
    scope: str
    nearest: str
    rules: IndexRules

    def exhibits(self) -> tuple[Exhibit, ...]:
        error = float(self.facts["random_index_error"].max())
        source = Message("ahp_weights.note.simulated" if error else "ahp_weights.note.printed", {"index": self.facts["random_index"].max(), "error": error})
        named = Message(source.code, {**source.values, "n": int(self.judgement.shape[1]) - 1})
        matrices = matrix_table(self.judgement, Message("entropy_ahp_weights.title.judgement"), (Message(f"entropy_ahp_weights.note.{self.nearest}"),))
        return (
            weights_table(self.weights, Message("entropy_ahp_weights.title.weights"), notes(self.scope, "entropy_ahp")),
            facts_table(self.facts, Message("entropy_ahp_weights.title.facts"), (named, Message("entropy_ahp_weights.note.vacuous"))),
            steps_table(self.mapping, Message("entropy_ahp_weights.title.mapping")),
            matrices,
            scores_table(self.scores, Message("entropy_ahp_weights.title.scores"), score_notes(self.scope)),
            *heat_map(self.scores, Message("entropy_ahp_weights.title.heat"), score_notes(self.scope)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return sub_scores(self.scores)


@method
def entropy_ahp_weights(
    data: Data,
    *,
    indicators: Columns | None = None,
    directions: Learnt = None,
    dimensions: Learnt = None,
    scope: Scope = "pooled",
    nearest: Nearest = "absolute",
    region: Key = None,
    period: Key = None,
) -> EntropyAhpWeights:
    """Entropy weights by way of a judgement matrix: ratios of divergences become judgements from 1 to 9.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    indicators, directions, dimensions, scope : as in ``entropy_weights``
    nearest : a ratio of divergences takes the step whose mapped ratio is nearest, as an ``absolute`` difference or in logs (``log``); ties take the
        smaller step
    region, period : key columns, where data is a plain frame

    Returns
    -------
    EntropyAhpWeights
        ``.weights``, ``.judgement``, ``.mapping``, ``.facts``, ``.consistency_ratio``, ``.scores``

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``entropy_weights``

    Notes
    -----
    g = 1 − e as in ``entropy_weights``. D = max g / min g over the indicators that vary; α = 9 where D > 9, else the nearest integer to D, at least 1;
    R = (D/α)^(1/(α − 1)); step k stands for k R^(k − 1), so that step 1 means equal and step α means D. a_ij is the step nearest to g_i/g_j, a_ji its
    reciprocal; weights are the principal eigenvector. Printed forms of R with D under an α-th root and 1/α before it do not send step α to D and are
    misprints. Because the judgements are rounded from one set of numbers, the consistency ratio is small by construction: it tests nothing. Where D < 1.5
    every judgement is 1 and the weights are equal. Saaty (1980), The analytic hierarchy process; Shannon (1948).

    Examples
    --------
    Divergences 1 and 0.369: D = 2.71, α = 3, and the ratio is step 3, so that the weights are 3/4 and 1/4.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [0.0, 0.0, 5.0], "b": [2.0, 4.0, 4.0]})
    >>> result = regio.entropy_ahp_weights(frame)
    >>> result.weights["weight"].round(3).to_dict(), result.facts["D"].round(3).tolist()
    ({'a': 0.75, 'b': 0.25}, [2.71])
    """
    from regio.indices._compute import compute
    from regio.indices._entropy_ahp import findings, judgement_frame, mapping_frame
    from regio.indices._plan import How

    how = How(nearest=nearest)
    found = compute(data, indicators, directions=directions, dimensions=dimensions, scope=scope, weights="entropy_ahp", kind="entropy_ahp_weights", how=how)
    assert found.rules is not None
    own = (Convention("entropy_ahp_weights.nearest", f"entropy_ahp_weights.nearest.{nearest}"),)
    return EntropyAhpWeights(
        weights=found.weights,
        scores=found.scores,
        entropies=found.weights["entropy"],
        judgement=judgement_frame(found),
        mapping=mapping_frame(found.facts),
        facts=found.facts,
        consistency_ratio=float(found.facts["consistency_ratio"].max()),
        bounds=found.bounds,
        scope=scope,
        nearest=nearest,
        rules=found.rules,
        provenance=found.provenance,
        conventions=(*conventions(scope, "entropy_ahp"), *own),
        findings=(*found.findings, *findings(found)),
    )
