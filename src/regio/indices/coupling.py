"""Coupling coordination degree of two or more systems (耦合协调度)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Data, Groups, Key
from regio.exhibits.models import Exhibit, Text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from regio.indices.scale import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coupling(Result):
    """scores: (N rows of the table) region, period, ``C, T, D``, ``grade`` (1 to 10) and ``type`` of relative development (``synchronous``, a system's
    name and ``_lags``, or ``undefined``), missing where a system is; obstacles: (N rows) region, period and the obstacle degree of each system;
    shares: period by grade, types: period by type, shares of the regions; means: ``group, period, mean, n, grade`` of D, group ``all`` first;
    trends: by group, ``shape, turns, first, last, change``, empty without periods. systems, weights: (s,); group_words: the words for groups.
    """

    scores: pd.DataFrame
    obstacles: pd.DataFrame
    shares: pd.DataFrame
    types: pd.DataFrame
    means: pd.DataFrame
    trends: pd.DataFrame
    systems: tuple[str, ...]
    weights: tuple[float, ...]
    form: str
    group_words: Mapping[str, Text]

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.indices.coordination.readings import coupling_readings

        return coupling_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.indices.coordination import exhibits as made

        notes = (Message(f"coupling.note.{self.form}"), Message("coupling.note.relative"))
        types = {str(name): made.type_word(str(name)) for name in self.types}
        grades = {str(name): made.grade_word(name) for name in self.shares}
        return (
            made.scores_table(self.scores, notes),
            *made.heat(self.scores, notes),
            made.shares_table("grades", self.shares, grades, Message("coupling.title.grades")),
            *made.shares_figure(self.shares),
            made.shares_table("types", self.types, types, Message("coupling.title.types")),
            made.means_table(self.means, self.group_words),
            *made.means_figure(self.means, self.group_words),
            *made.trends_table(self.trends, self.group_words),
            *made.obstacles_table(self.obstacles, self.systems),
        )

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.scores["D"]} | {name: self.scores[name] for name in ("C", "T", "grade", "type")}


@method
def coupling(
    data: Data,
    systems: Columns = (),
    *,
    weights: Literal["given"] | Mapping[str, float] | None = None,
    form: Literal["standard", "wang2021", "fan"] = "standard",
    groups: Groups | None = None,
    region: Key = None,
    period: Key = None,
) -> Coupling:
    """How closely systems are coupled, and how far they are developed together.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    systems : at least two columns in [0, 1], each (N,); empty is every numeric column that is no key
    weights : of the systems in T; None is equal; ``given``: the weight that each variable has; in Python also a mapping, system → weight, that sums
        to one
    form : of C: ``standard``, ``wang2021`` or ``fan``
    groups : column that sorts regions, or a grouping that Regio knows (``"east_central_west"``): means and paths for each
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Coupling
        ``.scores``, ``.obstacles``, ``.shares``, ``.types``, ``.means``, ``.trends``. In a study the step's name is D; parts ``C``, ``T``, ``grade``,
        ``type``

    Raises
    ------
    ArgumentError
        for fewer than two systems, weights that do not fit them, or a known grouping without a region key
    DataError
        for a value outside [0, 1]
    EstimationError
        where no row has every system

    Notes
    -----
    T = Σ a_i U_i; D = √(C T); grades are ten equal steps of D, [0, 0.1) to [0.9, 1]. C of s systems: ``standard``
    s (Π U_i)^(1/s)/Σ U_i, which is 2√(U_1 U_2)/(U_1 + U_2) for two; ``wang2021`` √((1 − mean|U_i − U_j|)(Π U_i/max U)^(1/(s − 1))) (Wang, S. et al. 2021,
    Journal of Natural Resources 36(3)); ``fan`` 1 − 2 SD(U), divisor s. Where every system is zero C, T and D are 0 and the row is named.
    Relative development of two: U_1/U_2 below 0.8, U_1 lags; above 1.2, U_2 lags; of more, the lowest lags below 0.8 of the highest. Obstacle degree
    a_i (1 − U_i)/Σ a (1 − U). A path turns where it moves back by a tenth of its range.

    Examples
    --------
    2√(0.16 · 0.36)/0.52 = 0.923, T = 0.26, D = √0.24 = 0.490: on the verge of disorder, the fifth grade.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"industry": [0.16, 0.25], "productivity": [0.36, 0.25]})
    >>> regio.coupling(frame).scores[["C", "T", "D", "grade", "type"]].round(3).values.tolist()
    [[0.923, 0.26, 0.49, 5, 'industry_lags'], [1.0, 0.25, 0.5, 6, 'synchronous']]
    """
    import numpy as np
    import pandas as pd

    from regio.compute.fingerprint import of_column
    from regio.indices._cells import key_frame
    from regio.indices.activity.reading import places_of
    from regio.indices.coordination.degree import coupling_degree, grades, obstacles, relative_development
    from regio.indices.coordination.frames import GRADES, doubts, group_order, means, shares, trends
    from regio.indices.coordination.groups import row_groups
    from regio.indices.coordination.values import complete, in_rows

    names = systems or tuple(c for c in data.value_columns if data.rows[c].dtype.kind in "biuf" and c != groups)
    _check_systems(names, data)
    a = _weights(data, names, weights)
    keys = key_frame(data)
    u = data.rows[list(names)].to_numpy(dtype=np.float64, na_value=np.nan)
    known = complete(u, names, keys)
    u = np.clip(u, 0.0, 1.0)
    c, t = coupling_degree(u[known], form), u[known] @ a
    d = np.sqrt(c * t)
    index = keys.index[known]
    measures = {"C": c, "T": t, "D": d, "grade": grades(d), "type": relative_development(u[known], names)}
    scores = keys.assign(**{name: in_rows(values, known, keys.index) for name, values in measures.items()})
    lack = keys.assign(**{name: in_rows(column, known, keys.index) for name, column in zip(names, obstacles(u[known], a).T, strict=True)})
    group, words = (None, {}) if groups is None else row_groups(data, groups, "coupling")
    order = [] if group is None else group_order(group, words)
    periods = keys.get("period")
    mean = means(scores["D"], periods, group, order)
    findings = doubts(u[known], names, c, t, d, form)
    if not known.all():
        findings.insert(0, Finding("coupling.missing", {"systems": names, "count": int((~known).sum()), "rows": places_of(keys, ~known)}))
    if group is not None and group.isna().any():
        findings.append(Finding("coupling.no_group", {"groups": groups, "regions": tuple(map(str, keys["region"][group.isna()].unique()[:20]))}))
    seen = list(dict.fromkeys(measures["type"]))
    in_order = [name for name in (*(f"{n}_lags" for n in names), "synchronous", "undefined") if name in seen]
    return Coupling(
        scores=scores,
        obstacles=lack,
        shares=shares(pd.Series(measures["grade"], index=range(len(index))), _plain(periods, known), GRADES),
        types=shares(pd.Series(measures["type"], index=range(len(index))), _plain(periods, known), in_order),
        means=mean,
        trends=trends(mean if periods is not None else mean.iloc[:0]),
        systems=tuple(names),
        weights=tuple(float(x) for x in a),
        form=form,
        group_words=words,
        provenance=Provenance(
            columns={} if systems else {name: of_column(data.rows[name]) for name in names}, rows_used=int(known.sum()), rows_left_out=int((~known).sum())
        ),
        conventions=(
            Convention("coupling.form", f"coupling.form.{form}"),
            Convention("coupling.weighting", Message("coupling.weighting.values", {"weights": tuple(f"{n} {x:.6g}" for n, x in zip(names, a, strict=True))})),
            Convention("coupling.grades_of", "coupling.grades_of.ten"),
            Convention("coupling.relative", "coupling.relative.two" if len(names) == 2 else "coupling.relative.many"),
            Convention("coupling.turn", "coupling.turn.tenth"),
        ),
        findings=tuple(findings),
    )


def _check_systems(names: tuple[str, ...], data: Any) -> None:
    problems = []
    if len(set(names)) < 2:
        problems.append(error("coupling.two_systems", systems=tuple(names)))
    elif len(set(names)) < len(names):
        problems.append(error("coupling.twice", systems=tuple(sorted({n for n in names if names.count(n) > 1}))))
    if key := tuple(n for n in names if n in data.keys.names):
        problems.append(error("coupling.key_column", columns=key))
    if problems:
        raise ArgumentError(*problems)


def _weights(data: Any, names: tuple[str, ...], weights: Any) -> Floats:
    import numpy as np

    from regio.indices.weights.given import given

    if weights is None:
        return np.full(len(names), 1 / len(names))
    own = weights if isinstance(weights, Mapping) else {name: data.variable(name).weight for name in names}
    return np.array(given(names, own))


def _plain(periods: pd.Series | None, known: Any) -> pd.Series | None:
    return None if periods is None else periods[known].reset_index(drop=True)
