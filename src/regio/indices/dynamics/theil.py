"""Theil index of regions, split within and between groups (泰尔指数及其分解)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Data, GroupColumn, Groups, Key
from regio.exhibits.models import Channel, Exhibit, Figure, label, text
from regio.indices.dynamics._frames import WORDS, frame_table, kinds_of, line, part_head, weighting, with_groups
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("within", "between")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theil(Result):
    """decomposition: one row a part (period), with ``n, theil`` and, where there are groups, ``within, between, within_share, between_share``;
    by_group: (part, group) with ``n, population_share, value_share, theil, within`` (its part of the whole) and ``share``; measure: ``t`` or ``l``.
    """

    decomposition: pd.DataFrame
    by_group: pd.DataFrame | None
    column: str
    measure: str
    by: str
    words: Mapping[str, Any]

    def exhibits(self) -> tuple[Exhibit, ...]:
        title = Message("theil.title", {"column": label(self.column), "measure": Message(f"theil.measure.{self.measure}")})
        notes = (Message(f"theil.note.{self.measure}"),)
        table = frame_table(
            self.decomposition, kinds_of(self.decomposition), name="decomposition", prefix="theil", title=title, stub=part_head(self.by), notes=notes
        )
        if self.by_group is None:
            return (table, *line(self.decomposition, name="lines", x="part", y="theil", title=title, y_title="theil.theil_head"))
        groups = frame_table(
            self.by_group,
            kinds_of(self.by_group),
            name="groups",
            prefix="theil",
            title=Message("theil.groups", {"column": label(self.column)}),
            stub=text("dynamics.part_group_head"),
            words=with_groups(self.words),
        )
        return (table, groups, stacked(self.decomposition, PARTS, "theil", title))


def stacked(decomposition: pd.DataFrame, parts: tuple[str, ...], prefix: str, title: Message) -> Figure:
    """Bars of a decomposition, one a part, that add up to the whole."""
    flat = decomposition[list(parts)].rename_axis("part").reset_index().melt("part", var_name="of", value_name="value")
    channels = {"x": Channel("part", kind="label"), "y": Channel("value", text(f"{prefix}.{prefix}_head")), "group": Channel("of", kind="label")}
    words = {**WORDS, **{name: text(f"{prefix}.{name}_head") for name in parts}}
    return Figure(name="parts", form="stacked_bar", frame=flat, channels=channels, title=title, words=words)


@method
def theil(
    data: Data,
    column: Column,
    groups: Groups | None = None,
    *,
    measure: Literal["t", "l"] = "t",
    by: GroupColumn | None = None,
    sample_weights: Column | None = None,
    region: Key = None,
    period: Key = None,
) -> Theil:
    """Theil index of a column for each period, and its parts within and between groups.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    column : not negative (``l``: positive), (N,)
    groups : column, or known grouping of regions (``"east_central_west"``), that sorts the rows; None: no decomposition
    measure : ``t``, GE(1), weighted by income; ``l``, GE(0), the mean log deviation, weighted by population
    by : do it once for each value of this column, of ``region`` or of ``period``; None is the period where the table has one, else everything
    sample_weights : weight of a row, such as its population, positive; ``column`` is then a value per head. None: rows count alike
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Theil
        ``.decomposition`` by part; ``.by_group``

    Raises
    ------
    ArgumentError
        for a column that does not exist
    DataError
        for negative or infinite values (``l``: also zeros), weights that are not positive, a part with a single row

    Notes
    -----
    T = Σ p (y/μ) ln(y/μ), with 0 · ln 0 = 0; L = Σ p ln(μ/y); p: shares of the weights (1/n), μ: the weighted mean. T = Σ_g s_g T_g + Σ_g s_g ln(μ_g/μ) with
    s_g the share of group g in the total of y; L the same with shares of the weights and ln(μ/μ_g). Natural logarithms. Theil (1967), Economics
    and information theory; Shorrocks (1980), Econometrica 48(3).

    Examples
    --------
    All inequality lies between the groups: T = ½·½ ln ½ + ½·1.5 ln 1.5 = 0.131.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 1.0, 3.0, 3.0], "zone": ["w", "w", "e", "e"]})
    >>> regio.theil(frame, "y", "zone").decomposition[["theil", "within", "between"]].round(3).values.tolist()
    [[0.131, 0.0, 0.131]]
    """
    from regio.indices.dynamics._parts import theil_frames
    from regio.indices.dynamics._values import read

    found = read(data, column, by=by, groups=groups, sample_weights=sample_weights, need="not_negative" if measure == "t" else "positive")
    decomposition, by_group, findings = theil_frames(found, column, measure)
    return Theil(
        decomposition=decomposition,
        by_group=by_group,
        column=column,
        by=found.by,
        words=found.words,
        measure=measure,
        provenance=found.provenance,
        conventions=(Convention("theil.measure", f"theil.measure.{measure}"), weighting(sample_weights)),
        findings=(*found.findings, *findings),
    )
