"""Composite index by principal components (主成分综合指数)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt, Lt

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Columns, Data, Key, Learnt, Rules
from regio.exhibits.models import Exhibit
from regio.indices._exhibits import heat_map, score_notes, scores_table, sub_scores
from regio.indices._methods import facts_table
from regio.indices._rules import IndexRules
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PcaIndex(Result):
    """weights: k rows by indicator (P · k by period and indicator under ``by_period``), ``weight`` (absolute coefficients over their sum), ``coefficient``
    of the standardised indicator in the score, ``mean, sd, direction``; scores: (N rows of the table) region, period, ``score``; ranks: the same, ``rank``;
    loadings: by indicator, one column a kept component, eigenvector times √eigenvalue; components: by component, ``eigenvalue, share, cumulative, kept``;
    facts: one row a part, ``kmo, statistic, df, p_value`` (Bartlett), ``alpha_cronbach, components, variance_share``; kmo, bartlett: of the first part;
    rules: to score other rows by.
    """

    weights: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    loadings: pd.DataFrame
    components: pd.DataFrame
    facts: pd.DataFrame
    kmo: float
    bartlett: Mapping[str, float]
    scope: str
    rules: IndexRules

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.indices._pca import components_table, loadings_table

        tables: tuple[Exhibit, ...] = ()
        if len(self.components):
            tables = (components_table(self.components), facts_table(self.facts, Message("pca_index.title.facts"), (Message("pca_index.note.facts"),)))
        return (
            loadings_table(self.weights, self.loadings),
            *tables,
            scores_table(self.scores, Message("pca_index.title.scores"), score_notes(self.scope)),
            *heat_map(self.scores, Message("pca_index.title.heat"), score_notes(self.scope)),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return sub_scores(self.scores)


@method
def pca_index(
    data: Data,
    *,
    indicators: Columns | None = None,
    directions: Learnt = None,
    components: Literal["kaiser"] | Annotated[int, Ge(1)] | Annotated[float, Gt(0), Lt(1)] = "kaiser",
    rescale: bool = False,
    scope: Literal["pooled", "by_period"] = "pooled",
    rules: Rules = None,
    region: Key = None,
    period: Key = None,
) -> PcaIndex:
    """Scores of regions from the principal components of several indicators.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    indicators : columns of the index, each (N,), at least two; None is every numeric column that is no key
    directions : as in ``index``; a negative or moderate indicator is turned before
    components : how many are kept: ``kaiser``: eigenvalues above one, at least one; a share such as 0.85: the fewest that explain it; a number
    rescale : bring the score to [0, 1] by its least and greatest value, for methods that need that (coupling); else it has mean zero
    scope : ``pooled``: one analysis over all regions and periods; ``by_period``: one in each, so that levels may not be compared over time
    rules : a result of ``pca_index``, or its ``rules``: nothing is learnt, these rows are scored by what was learnt there
    region, period : key columns, where data is a plain frame

    Returns
    -------
    PcaIndex
        ``.scores``, ``.weights``, ``.loadings``, ``.components``, ``.kmo``, ``.bartlett``, ``.rules``

    Raises
    ------
    ArgumentError
        for fewer than two indicators, or more components than indicators
    DataError
        for missing or infinite cells, or a single row
    EstimationError
        where fewer than two indicators vary

    Notes
    -----
    Indicators are standardised (standard deviation with divisor N − 1) and turned; eigenvectors v_c of their correlation matrix are signed so that their
    elements sum to a positive number; score = Σ_c (λ_c / Σ λ) Σ_j v_jc z_j over the kept components. KMO = Σ r² / (Σ r² + Σ q²), q the partial
    correlations; Bartlett: −(N − 1 − (2k + 5)/6) ln |R| with k(k − 1)/2 degrees of freedom. Both are undefined where indicators are linearly dependent.
    Kaiser (1960, 1974); Bartlett (1951); OECD and JRC (2008), section 6.1.

    Examples
    --------
    Two indicators with correlation r have eigenvalues 1 + r and 1 − r; the score is their standardised sum over √2.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    >>> result = regio.pca_index(frame)
    >>> result.components["eigenvalue"].round(3).tolist(), result.scores["score"].round(3).tolist()
    ([1.5, 0.5], [-1.414, 0.707, 0.707])
    """
    from regio.indices._compute import rank
    from regio.indices._pca import compute_components

    found = compute_components(data, indicators, directions, components, rescale, scope, rules)
    options = found.rules.options
    kept = options["components"]
    name = "kaiser" if kept == "kaiser" else "share" if isinstance(kept, float) else "count"
    return PcaIndex(
        weights=found.weights,
        scores=found.scores,
        ranks=rank(found.scores),
        loadings=found.loadings,
        components=found.components,
        facts=found.facts,
        kmo=float(found.facts["kmo"].iloc[0]) if len(found.facts) else float("nan"),
        bartlett={key: float(found.facts[key].iloc[0]) for key in ("statistic", "df", "p_value")} if len(found.facts) else {},
        scope=options["scope"],
        rules=found.rules,
        provenance=found.provenance,
        conventions=(
            Convention("index.scale", "pca_index.scale.z"),
            Convention("index.scope", f"index.scope.{options['scope']}"),
            Convention("pca_index.kept", Message(f"pca_index.kept.{name}", {"found": kept})),
            Convention("pca_index.sign", "pca_index.sign.positive_sum"),
            *((Convention("pca_index.rescaled", "pca_index.rescaled.unit"),) if options["rescale"] else ()),
        ),
        findings=found.findings,
    )
