"""Dagum's decomposition of the Gini coefficient by groups of regions (Dagum 基尼系数分解)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Data, GroupColumn, Groups, Key
from regio.exhibits.models import Exhibit, label, text
from regio.indices.dynamics._frames import frame_table, kinds_of, line, part_head, weighting, with_groups
from regio.indices.dynamics.theil import stacked
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("within", "net_between", "transvariation")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dagum(Result):
    """decomposition: one row a part (period), with ``n, dagum`` (the Gini coefficient), ``within, net_between, transvariation`` and the share of each;
    within: (part, group) with ``n, mean, gini, population_share, value_share``; between: (part, group, other) with ``gini``, ``affluence`` (D) and
    ``richer``, the group with the higher mean.
    """

    decomposition: pd.DataFrame
    within: pd.DataFrame
    between: pd.DataFrame
    column: str
    by: str
    words: Mapping[str, Any]

    def exhibits(self) -> tuple[Exhibit, ...]:
        name, words = {"column": label(self.column)}, with_groups(self.words)
        main = frame_table(
            self.decomposition,
            kinds_of(self.decomposition),
            name="decomposition",
            prefix="dagum",
            title=Message("dagum.title", name),
            stub=part_head(self.by),
            notes=(Message("dagum.note"),),
            words=words,
        )
        inside = frame_table(
            self.within,
            kinds_of(self.within),
            name="within",
            prefix="dagum",
            title=Message("dagum.within_title", name),
            stub=text("dynamics.part_group_head"),
            words=words,
        )
        across = frame_table(
            self.between,
            {"gini": "number", "affluence": "number", "richer": "label"},
            name="between",
            prefix="dagum",
            title=Message("dagum.between_title", name),
            stub=text("dynamics.part_pair_head"),
            notes=(Message("dagum.note_affluence"),),
            words=words,
        )
        lines = line(
            self.within, name="lines", x="part", y="gini", group="group", title=Message("dagum.within_title", name), y_title="dagum.gini_head", words=words
        )
        return (main, inside, across, stacked(self.decomposition, PARTS, "dagum", Message("dagum.title", name)), *lines)


@method
def dagum(
    data: Data,
    column: Column,
    groups: Groups,
    *,
    by: GroupColumn | None = None,
    sample_weights: Column | None = None,
    region: Key = None,
    period: Key = None,
) -> Dagum:
    """The Gini coefficient of a column for each period, split within groups, net between groups, and transvariation.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    column : not negative, (N,)
    groups : column, or known grouping of regions (``"east_central_west"``), that sorts the rows
    by : do it once for each value of this column, of ``region`` or of ``period``; None is the period where the table has one, else everything
    sample_weights : weight of a row, such as its population, positive; None: rows count alike
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Dagum
        ``.decomposition`` by part; ``.within`` by part and group; ``.between`` by part and pair of groups

    Raises
    ------
    ArgumentError
        for a column that does not exist
    DataError
        for negative or infinite values, weights that are not positive, a part with a single row

    Notes
    -----
    With p, s the groups' shares of rows (of weights) and of the total of y, G_jh = E|y_j − y_h|/(μ_j + μ_h): within Σ_j G_jj p_j s_j; for μ_j ≥ μ_h
    d = E(y_j − y_h)⁺, p = E(y_h − y_j)⁺, D_jh = (d − p)/(d + p), net between Σ_{j>h} G_jh (p_j s_h + p_h s_j) D_jh, transvariation the same with 1 − D_jh.
    The three add up to the Gini coefficient with n² in its denominator. Dagum (1997), Empirical Economics 22(4).

    Examples
    --------
    The groups do not overlap: no transvariation.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 1.0, 3.0, 3.0], "zone": ["w", "w", "e", "e"]})
    >>> regio.dagum(frame, "y", "zone").decomposition[["dagum", "within", "net_between", "transvariation"]].values.tolist()
    [[0.25, 0.0, 0.25, 0.0]]
    """
    from regio.indices.dynamics._parts import dagum_frames
    from regio.indices.dynamics._values import read

    found = read(data, column, by=by, groups=groups, sample_weights=sample_weights, need="not_negative")
    decomposition, within, between, findings = dagum_frames(found, column)
    return Dagum(
        decomposition=decomposition,
        within=within,
        between=between,
        column=column,
        by=found.by,
        words=found.words,
        provenance=found.provenance,
        conventions=(Convention("gini.gini_head", "gini.convention"), weighting(sample_weights)),
        findings=(*found.findings, *findings),
    )
