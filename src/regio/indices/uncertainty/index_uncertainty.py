"""Uncertainty and sensitivity of an index: how far scores and ranks rest on the choices behind it (指数的不确定性与敏感性分析)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Count, Data, Engine, Key, Level, Of, Seed, Share, Variations
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd

NoiseForm = Literal["uniform", "dirichlet"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexUncertainty(Result):
    """ranks: (N rows of the table) region, period, nominal ``rank``, ``mean, median``, interval ``low, high``, extremes ``least, greatest``, ``group`` of
    ties; scores: (N rows) nominal ``score, mean, sd, low, high``; acceptability: region, period, ``rank, share`` of the runs, ranks that are reached;
    sensitivity: by source, ``alternatives`` (0: continuous) and, of the mean shift of ranks at ``at``, ``first_order, total_order`` with ``first_low,
    first_high, total_low, total_high``; by_region: region, source, ``score_first, score_total, rank_first, rank_total``; alternatives: (source,
    alternative), ``runs, rank_shift``; runs: by run, the alternative of each source, ``rank_shift``; weights: by indicator, nominal ``weight``,
    ``correlation`` with the score, ``importance`` (its square, shares), ``variance_share``; removals: by region, the ``indicator`` whose weight moves most
    without it, ``weight, without, change``. exact: every combination was looked at; at: the period looked at.
    """

    ranks: pd.DataFrame
    scores: pd.DataFrame
    acceptability: pd.DataFrame
    sensitivity: pd.DataFrame
    by_region: pd.DataFrame
    alternatives: pd.DataFrame
    runs: pd.DataFrame
    weights: pd.DataFrame | None
    removals: pd.DataFrame | None
    at: str
    exact: bool
    level: float
    noise: float
    form: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.indices.uncertainty._exhibits import exhibits

        return exhibits(self)

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.scores["mean"], "low": self.scores["low"], "high": self.scores["high"], "group": self.ranks["group"]}


@method
def index_uncertainty(
    data: Data,
    of: Of,
    variations: Variations = (),
    *,
    noise: Share = 0.0,
    form: NoiseForm = "uniform",
    drop: bool = False,
    draws: Count = 2000,
    level: Level = 0.95,
    at: int | str | None = None,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> IndexUncertainty:
    """Ranks and scores of an index under every alternative to the choices behind it, and which choice matters.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), the table of the index
    of : the index: in a study the name of its step, in Python its result or its call; any method that makes one column
    variations : alternatives, each a table with words of the call that it replaces (``{"scale": "rank"}``), or ``prepare`` (kinds of preparations, such as
        ways to fill), and perhaps a ``name``. Those that replace the same word (or belong to it: ``aggregate`` and its ``interval``) are alternatives of one
        source, to which the call itself is one more; sources are combined with one another
    noise : of the weights, a further source; 0: none
    form : of the noise. ``uniform``: each weight times 1 ± noise, then divided by their sum; ``dirichlet``: weights around the learnt ones, with ``noise``
        about the relative standard deviation of a weight of 1/k; with equal weights and 1, every set of weights is as likely
    drop : leave out each indicator in turn, a further source; given weights of the others are divided by their sum
    draws : joint draws of all sources. Where there is no noise and no more combinations than this, every combination is taken once instead
    level : of the intervals, and of the share of runs in which one region must rank better to end a group of ties
    at : period for which sources are told apart and which the tables show; None: the last
    seed : of the draws
    region, period : key columns, where data is a plain frame
    engine : where draws are computed

    Returns
    -------
    IndexUncertainty
        ``.ranks``, ``.scores``, ``.acceptability``, ``.sensitivity``, ``.by_region``, ``.alternatives``, ``.runs``, ``.weights``, ``.removals``. In a study
        the step's name is the mean score; parts ``low``, ``high``, ``group``

    Raises
    ------
    ArgumentError
        where ``of`` is no call, nothing is varied, a variation belongs to two sources or chooses rows, or the index was scored by frozen rules
    ArgumentError, DataError, EstimationError
        where one combination cannot be computed: its alternatives are named

    Notes
    -----
    All alternatives of a source are as likely, and all sources vary together. Sensitivity is the share of the variance of the mean absolute shift of ranks
    (against the call itself) due to a source alone (first order) and with all its interactions (total). It is exact where every combination is looked at:
    Var E(y|source)/Var y and E Var(y|others)/Var y. Else the estimators of Saltelli et al. (2010), mean f_B (f_AB − f_A)/V, and Jansen (1999), mean
    (f_A − f_AB)²/(2V), on half the draws each, with intervals by the delta method. Groups of ties: down the ranking a region joins the first of its group
    unless that one ranks better in at least ``level`` of the runs. Importance: squared correlations with the score as shares, the linear form of Paruolo,
    Saisana and Saltelli (2013); variance share: w cov(z, score)/var(score). Saisana, Saltelli and Tarantola (2005), Journal of the Royal Statistical
    Society A 168; Lahdelma and Salminen (2001), Operations Research 49 (rank acceptability).

    Examples
    --------
    b and c change places when y counts more; a is always first.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcd"), "x": [9.0, 3.0, 5.0, 0.0], "y": [9.0, 5.0, 2.0, 0.0]})
    >>> made = regio.index(frame, weights={"x": 0.7, "y": 0.3}, region="r")
    >>> found = regio.index_uncertainty(frame, made, [{"weights": {"x": 0.4, "y": 0.6}}], region="r")
    >>> found.ranks[["rank", "least", "greatest"]].values.tolist()
    [[1, 1, 1], [3, 2, 3], [2, 2, 3], [4, 4, 4]]
    """
    from dataclasses import fields

    from regio.indices.uncertainty._uncertainty import make

    options = {"noise": noise, "form": form, "drop": drop}
    made = make(data, of, variations, options=options, level=level, at=at, draws=draws, seed=seed, engine=engine)
    estimators = "exact" if made.exact else "drawn"
    return IndexUncertainty(
        **{f.name: getattr(made, f.name) for f in fields(made)},
        level=level,
        noise=noise,
        form=form,
        conventions=(
            Convention("index_uncertainty.runs_of", f"index_uncertainty.runs_of.{estimators}"),
            Convention("index_uncertainty.estimators", f"index_uncertainty.estimators.{estimators}", f"index_uncertainty.source_of.{estimators}"),
            Convention("index_uncertainty.groups", "index_uncertainty.note.groups"),
        ),
    )
