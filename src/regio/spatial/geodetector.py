"""Geographical detector with the search for the best discretisation (地理探测器，最优参数离散化)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Column, Columns, Count, Engine, GroupColumn, GroupColumns, Key, Large, Level, OneOrMany, Seed, Share
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

Discretisation = Literal["equal", "quantile", "natural", "geometric", "standard_deviation", "head_tail", "tree", "robust"]
Rule = Literal["auto", "labels", "search", "equal", "quantile", "natural", "geometric", "standard_deviation", "head_tail", "tree", "robust"]

Methods = Annotated[tuple[Discretisation, ...], OneOrMany()]
Numbers = Annotated[tuple[int, ...], OneOrMany()] | int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geodetector(Result):
    """factors: by factor (by outcome, where there are several, and by group first) with ``q, statistic, p_value, p_literature, log10_p, q_expected,
    q_adjusted, conf_low, conf_high, p_permutation, p_search, rank, classes, method, single_rows, n``; importance: by factor over all groups ``mean_q,
    mean_rank, significant, groups, importance``; interactions: ``factor_a, factor_b, q, kind, excess, statistic, p_value, q_expected, q_adjusted, classes,
    single_rows, p_holm, p_bh``; combinations: the same for three and more factors; search: ``factor, method, classes, found, least_rows, q, usable,
    chosen``; strata: ``factor, stratum, low, high, n, mean, std``; risk: pairs of strata; ecological: pairs of factors; shapley: ``factor, shapley, share,
    alone, q_joint``; stability: q without each region and of regions drawn again. Frames other than the first two have a column for outcome and group where
    there are several; those that were not asked for are None. classes: the class of each row, from 1, by factor that was cut.
    """

    outcomes: tuple[str, ...]
    factors: pd.DataFrame
    importance: pd.DataFrame
    interactions: pd.DataFrame | None
    combinations: pd.DataFrame | None
    search: pd.DataFrame | None
    strata: pd.DataFrame
    risk: pd.DataFrame | None
    ecological: pd.DataFrame | None
    shapley: pd.DataFrame | None
    stability: pd.DataFrame | None
    classes: pd.DataFrame | None
    by: str | None
    convention: str
    level: float
    draws: int
    shares: str

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.spatial.detector.readings import detector_readings

        return detector_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.spatial.detector.exhibits import exhibits

        return exhibits(self)

    def columns(self) -> Mapping[str, pd.Series]:
        return {} if self.classes is None else {name: self.classes[name] for name in self.classes.columns}


@method
def geodetector(
    data: Large,
    outcome: Columns,
    factors: GroupColumns,
    *,
    discretise: Rule | Mapping[str, Rule | Sequence[float]] = "auto",
    methods: Methods = ("equal", "quantile", "natural", "geometric", "standard_deviation"),
    classes: Numbers = (3, 4, 5, 6, 7, 8),
    single_rows: Literal["keep", "drop"] | None = None,
    min_rows: Count | None = None,
    tolerance: Share = 0.001,
    ways: Count = 2,
    shares: Literal["auto", "tree", "overlay", "none"] = "auto",
    by: GroupColumn | None = None,
    sample_weights: Column | None = None,
    draws: Count = 0,
    level: Level = 0.95,
    convention: Literal["textbook", "gd", "gdverse", "cran"] = "textbook",
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Geodetector:
    """How much of the spatial differentiation of an outcome factors explain, alone and together.

    Parameters
    ----------
    data : Panel, DataFrame (a GeoDataFrame is one) or Rows; (N rows). Of Rows that come in parts (``ParquetRows``, ``RasterRows``) shares, permutations and
        stability are not computed
    outcome : column explained, (N,); several are each explained by the same factors
    factors : explanatory columns, each (N,): labels (strata) or numbers
    discretise : ``auto``: texts, and numbers with few different values, are labels, other numbers are searched; ``labels``: every factor's own values;
        ``search``; the name of one method; or a mapping, factor → one of these or its inner edges; factors left out of it are ``auto``
    methods : candidate discretisations; ``robust`` (exact segmentation, RGD) and ``tree`` look at the outcome
    classes : candidate numbers of classes
    single_rows : strata of one row: ``keep`` (they leave nothing unexplained) or ``drop`` with their rows; None is what the convention does: textbook and
        cran keep, gd and gdverse drop
    min_rows : fewest rows in a class that the search makes; None is 4 (gd 2, gdverse and cran 1)
    tolerance : on q, within which an interaction counts as independent; gd and gdverse use none
    ways : how many factors interact at most
    shares : Shapley shares over ``tree`` zones (LESH) or over the ``overlay`` of the strata; ``auto``: tree, up to 10 factors and 20,000 rows
    by : do it once for each value of this column, or of ``region`` or ``period``
    sample_weights : weight of a row, positive; scaled to a mean of one
    draws : permutations of the outcome, and regions drawn again; 0 is none
    level : of intervals, and of what is called significant (1 − level)
    convention : whose λ, single rows, quantiles, standard deviations, geometric intervals and ecological rule: ``textbook``; the R packages ``gd`` (GD),
        ``gdverse``; ``cran`` (geodetector). ``p_value`` is the central F in all
    seed : of the draws
    region, period : key columns, where data is a plain frame
    engine : where draws are computed

    Returns
    -------
    Geodetector
        ``.factors``, ``.importance``, ``.interactions``, ``.search``, ``.strata``, ``.risk``, ``.ecological``, ``.shapley``, ``.stability``

    Raises
    ------
    ArgumentError
        for a column, word or edges that cannot be read, a name given twice, or classes below two
    EstimationError
        for an outcome or factor that does not vary, labels of which nearly every row has its own (a measured column that was not cut), no usable
        discretisation, infinite cells, weights that are not positive

    Notes
    -----
    q = 1 − Σ_h SS_h / SS over strata h = 1 … L (Wang et al. 2010), from centred sums. F = (N − L)/(L − 1) · q/(1 − q). ``p_value``: upper tail of the
    central F(L − 1, N − L), that of one-way analysis of variance; ``p_literature``: of the noncentral F with λ = [Σ m_h² − (Σ √N_h m_h)²/N]/σ² (Wang, Zhang
    and Fu 2016), which changes when a constant is added to the outcome. E(q) = (L − 1)/(N − 1) where nothing is associated; ``q_adjusted`` = 1 − (1 − q)
    (N − 1)/(N − L). ``p_permutation`` keeps the strata, ``p_search`` repeats the whole search in every draw: (1 + R)/(1 + B). Interval: q = λ/(λ + N) at the λ
    that put F into either tail. Optimal parameters: Song et al. (2020), GIScience & Remote Sensing 57(5). Robust: Zhang, Song and Wu (2022). Shares: Li et
    al. (2023), LESH, with the empty set, so that they add up to the joint q.

    Examples
    --------
    Strata a (1, 2, 3) and b (7, 8, 9): SS = 2 + 2 within, 58 in all, q = 1 − 4/58.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 7.0, 8.0, 9.0], "zone": list("aaabbb")})
    >>> result = regio.geodetector(frame, "y", "zone")
    >>> result.factors[["q", "statistic", "q_expected"]].round(4).values.tolist()
    [[0.931, 54.0, 0.2]]
    """
    from regio.spatial.detector.call import call

    return call(
        data,
        outcome,
        factors,
        discretise=discretise,
        methods=methods,
        classes=classes,
        single_rows=single_rows,
        min_rows=min_rows,
        tolerance=tolerance,
        ways=ways,
        shares=shares,
        by=by,
        sample_weights=sample_weights,
        draws=draws,
        level=level,
        convention=convention,
        seed=seed,
        engine=engine,
    )
