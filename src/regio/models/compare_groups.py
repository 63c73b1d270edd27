"""The same regression in several groups, and whether its coefficients differ between them (异质性分析，组间系数差异检验)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, Effects, Engine, GroupColumns, Groups, Key, Level, OneOrMany, Role, Seed
from regio.exhibits.models import Exhibit, Text
from regio.language import Message
from regio.models import _compare_groups_exhibits as made
from regio.models.core.conventions import Name
from regio.models.regress import EveryError, Regress

if TYPE_CHECKING:
    import pandas as pd

CutName = Literal["values", "median", "terciles", "region_mean", "region_median", "periods", "edges"]
Edges = Annotated[tuple[float, ...], OneOrMany(), Role("option")]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompareGroups(Result):
    """models: one ``Regress`` a group. differences: rows (term, difference such as ``east - west``), with ``estimate, std_error, statistic, p_value,
    conf_low, conf_high`` of the clustered interaction test, and ``permutation_p_value, permutation_p_share``. tests: rows are terms and ``_all``: that a
    coefficient (all of them) is the same in every group, ``statistic`` (F), ``df, df_residual, p_value, permutation_p_value, permutation_p_share``.
    sizes: rows are groups, ``n, n_regions``. names: of the groups in order; words: of a known grouping; cuts: where a variable was cut; permuted: whether
    regions were permuted; clustered: columns of the Wald test's clusters, empty for hc1; wald_convention: whose factor it has.
    """

    outcome: str
    treatment: tuple[str, ...]
    groups: str
    cut: str
    cuts: tuple[float, ...]
    names: tuple[str, ...]
    words: Mapping[str, Text]
    models: tuple[Regress, ...]
    differences: pd.DataFrame
    tests: pd.DataFrame
    sizes: pd.DataFrame
    permuted: bool
    clustered: tuple[str, ...]
    wald_convention: str
    draws: int
    level: float

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._readings import group_readings

        return group_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        return (made.coefficients_table(self), made.differences_table(self), *made.plot(self))


@method
def compare_groups(
    data: Data,
    outcome: Column,
    treatment: Columns,
    groups: Groups,
    controls: Columns = (),
    *,
    cut: CutName = "values",
    edges: Edges = (),
    effects: Effects = (),
    errors: EveryError = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    draws: Count = 999,
    scheme: Literal["permutation"] = "permutation",
    seed: Seed = 0,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> CompareGroups:
    """The same regression in each group of rows, with tests of the differences between groups.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome, treatment, controls : as in ``regress``
    groups : column that sorts the rows, ``"period"``, or a grouping of regions that Regio knows (``"east_central_west"``)
    cut : how it sorts: ``values``, each its own group; ``median``, ``terciles`` of its values over the rows used (at most the cut is low);
        ``region_mean``, ``region_median``: regions by their own average against the mean (median) of these averages; ``periods``: spans of periods that end at
        each of ``edges``; ``edges``: (lower, upper] classes of any number column
    edges : of ``periods`` and ``edges``, ascending: the last period of each span but the last one
    effects, errors, cluster, convention : of each group's regression, as in ``regress``
    draws, scheme, seed : of the permutation of regions between groups, for groups of regions; 0 for none; also draws of ``errors="wild_cluster"``
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    CompareGroups
        ``.models``, ``.differences``, ``.tests``, ``.sizes``

    Raises
    ------
    ArgumentError
        where groups, cut and edges do not go together
    EstimationError
        for one group only; a group with no more regions than regressors; and as ``regress``, with the name of the group

    Notes
    -----
    Each group is estimated by itself. The Wald test is that of one model in which every coefficient and every effect may differ by group, which has the
    same coefficients: F of the interactions, clustered by region across groups (``cluster`` where it is given), t of a difference of two. Permutation,
    for groups of regions: regions with all their periods are dealt anew to groups of the same numbers of regions, every group is fitted again, and p is
    (1 + R)/(1 + B), R draws whose difference is at least as large in absolute value (of more than two groups: whose greatest difference is). It tests that
    nothing differs between groups, and takes regions to be exchangeable. Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 15; Stata's
    ``suest`` and ``bdiff`` are the two in common use; ``bdiff`` permutes rows unless told otherwise, which breaks up regions.

    Examples
    --------
    Slopes 1 and 3.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"g": ["a"] * 4 + ["b"] * 4, "x": [0.0, 1, 2, 3] * 2, "y": [0.1, 0.7, 2.3, 2.9, 0.1, 2.7, 6.3, 8.9]})
    >>> found = regio.compare_groups(frame, "y", "x", "g", draws=0)
    >>> [round(float(model.coefficients.loc["x", "estimate"]), 6) for model in found.models], found.differences["estimate"].round(6).tolist()
    ([1.0, 3.0], [-2.0])
    """
    from regio.models._compare_groups import compared

    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "level": level}
    found = compared(data, outcome, treatment, controls, groups, cut, edges, options, draws, seed, engine)
    n = int(found.sizes["n"].sum())
    how = "permutation" if found.permuted else "none"
    return CompareGroups(
        outcome=outcome,
        treatment=treatment,
        groups=groups,
        cut=cut,
        cuts=found.cut.cuts,
        names=found.cut.names,
        words=found.cut.words,
        models=found.models,
        differences=found.differences,
        tests=found.tests,
        sizes=found.sizes,
        permuted=found.permuted,
        clustered=found.clustered,
        wald_convention=found.convention,
        draws=draws,
        level=level,
        provenance=Provenance(rows_used=n, rows_left_out=found.rows - n, regions_used=found.regions),
        conventions=(
            *found.models[0].conventions,
            Convention("compare_groups.wald", made.wald_message(found.clustered), f"regress.convention.{found.convention}"),
            Convention("compare_groups.permutation", Message(f"compare_groups.convention.{how}", {"draws": draws})),
        ),
        findings=found.findings,
    )
