"""Beta convergence: do poorer regions grow faster (β 收敛)? Absolute, and conditional on other columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Columns, Data, Effects, Groups, Key, Level, Role
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.indices.dynamics._frames import ALL, name_cell, number, with_groups
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

CONSTANT, INITIAL = "_cons", "_initial"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BetaConvergence(Result):
    """coefficients: (group, term) with ``estimate … conf_high``, terms ``_initial`` (β), the controls, ``_cons``; speeds: by group, ``estimate`` of λ with
    ``std_error, conf_low, conf_high`` and ``half_life, half_life_low, half_life_high``, in periods; fit: group → figures; points: what is regressed on what:
    group, region, period, initial, growth; form: ``cross_section`` or ``panel``.
    """

    coefficients: pd.DataFrame
    speeds: pd.DataFrame
    fit: Mapping[str, Any]
    points: pd.DataFrame
    column: str
    form: str
    effects: tuple[str, ...]
    errors: str
    level: float
    words: Mapping[str, Any]

    def exhibits(self) -> tuple[Exhibit, ...]:
        groups, words = list(self.speeds.index), with_groups(self.words)
        columns = tuple(Column(f"({i + 1})", (Cell("text", f"({i + 1})"), name_cell(group, words))) for i, group in enumerate(groups))
        rows = [row for term in dict.fromkeys(self.coefficients.index.get_level_values("term")) for row in self._term(term, groups)]
        rows += [Row(f"effects.{e}", text(f"beta_convergence.effect.{e}"), (Cell("yes_no", True),) * len(groups), block="effects") for e in self.effects]
        rows.append(Row("errors", text("regress.errors"), (text(f"beta_convergence.errors.{self.errors}"),) * len(groups), block="effects"))
        for name in ("speed", "half_life"):
            values = self.speeds["estimate" if name == "speed" else name]
            rows.append(Row(name, text(f"beta_convergence.{name}"), tuple(number(values[group]) for group in groups), block="speed"))
        for name in ("n", "r2", *(["r2_within"] if self.effects else [])):
            cells = tuple(number(self.fit[group][name], "count" if name == "n" else "number") for group in groups)
            rows.append(Row(name, text(f"regress.fit.{name}"), cells, block="fit"))
        title = Message(f"beta_convergence.title.{self.form}", {"column": label(self.column)})
        notes = (Message(f"beta_convergence.note.{self.form}"), Message("beta_convergence.note.speed"))
        table = Table(name="coefficients", frame=self.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes)
        return (table, *self._plot())

    def _term(self, term: str, groups: list[str]) -> tuple[Row, ...]:
        heads = {INITIAL: text("beta_convergence.initial", column=label(self.column)), CONSTANT: text("regress.constant")}
        part: pd.DataFrame = self.coefficients[self.coefficients.index.get_level_values("term") == term]
        found = part.droplevel("term").reindex(groups).to_dict("records")
        head = heads.get(term, label(term))
        return (
            Row(term, head, tuple(Cell("estimate", float(f["estimate"]), _known(f["p_value"])) for f in found), block="terms"),
            Row(term, head, tuple(number(f["std_error"], "std_error") for f in found), part="std_error", block="terms"),
            Row(term, head, tuple(number(f["statistic"], "statistic") for f in found), part="statistic", block="terms"),
        )

    def _plot(self) -> tuple[Figure, ...]:
        """Growth against the initial level, one point a region (and step)."""
        several = self.points["group"].nunique() > 1
        points = self.points[self.points["group"] != ALL] if several else self.points
        channels = {
            "x": Channel("initial", text("beta_convergence.initial", column=label(self.column))),
            "y": Channel("growth", text("beta_convergence.growth")),
        }
        if several:
            channels["group"] = Channel("group", kind="label")
        if self.form == "cross_section":
            channels["name"] = Channel("region", kind="label")
        title = Message("beta_convergence.plot", {"column": label(self.column)})
        return (Figure(name="plot", form="points", frame=points.reset_index(drop=True), channels=channels, title=title, words=with_groups(self.words)),)


@method
def beta_convergence(
    data: Data,
    column: ColumnRole,
    controls: Columns = (),
    *,
    form: Literal["cross_section", "panel"] = "panel",
    span: Annotated[int, Ge(1), Role("count")] = 1,
    effects: Effects | None = None,
    errors: Literal["classical", "hc1", "cluster"] = "classical",
    groups: Groups | None = None,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> BetaConvergence:
    """Growth of a column regressed on its initial level, and the speed of convergence.

    Parameters
    ----------
    data : Panel or DataFrame with regions and periods; (N rows)
    column : positive, (N,)
    controls : further regressors at the beginning of each step, each (N,): conditional convergence. None: absolute
    form : ``panel``: steps of ``span`` periods; ``cross_section``: one step, from the first to the last period
    span : periods in a step of the panel
    effects : absorbed in the panel: ``"region"``, ``"period"``, both or none; None is ``("region",)`` in a panel; a cross-section has none
    errors : ``classical``; ``hc1``, robust to heteroskedasticity; ``cluster``, by region
    groups : column, or known grouping (``"east_central_west"``), that sorts the regions; the same is then done for each group
    level : confidence level
    region, period : key columns, where data is a plain frame

    Returns
    -------
    BetaConvergence
        ``.coefficients``, ``.speeds``, ``.fit``, ``.points``

    Raises
    ------
    ArgumentError
        for a column that does not exist, a table without regions or periods, effects in a cross-section, a span longer than the table
    DataError
        for values that are not positive
    EstimationError
        for too few rows, or a control that is constant or a combination of others

    Notes
    -----
    ln(y_{t+s}/y_t)/s = a + β ln y_t + controls γ + effects + e; in the cross-section s is the whole span T. Speed λ = −ln(1 + β s)/s, half-life ln 2/λ, both
    per period; standard error of λ by the delta method, s.e.(β)/(1 + β s); the interval of λ is that of β, transformed. Region effects bias β
    downward in short panels (Nickell, 1981), so that speeds look high. Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), equations 11 and
    12; Islam (1995), Quarterly Journal of Economics 110(4).

    Examples
    --------
    The poorest region doubles, the richest stands still, the middle one grows by √2: β = −1/2 per unit of ln y.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abc") * 2, "t": [0] * 3 + [1] * 3, "y": [1.0, 2.0, 4.0, 2.0, 2.0 * 2**0.5, 4.0]})
    >>> found = regio.beta_convergence(frame, "y", form="cross_section", region="r", period="t")
    >>> found.coefficients["estimate"].round(3).tolist(), found.speeds["half_life"].round(3).tolist()
    ([-0.5, 0.693], [1.0])
    """
    from regio.indices.dynamics._beta import converge

    used = (("region",) if form == "panel" else ()) if effects is None else effects
    found = converge(data, column, controls, form=form, span=span, effects=used, errors=errors, groups=groups, level=level)
    return BetaConvergence(
        coefficients=found.coefficients,
        speeds=found.speeds,
        fit=found.fit,
        points=found.points,
        column=column,
        form=form,
        effects=used,
        errors=errors,
        level=level,
        words=found.words,
        provenance=found.provenance,
        conventions=(
            Convention("beta_convergence.form", f"beta_convergence.form.{form}"),
            Convention("regress.errors", f"beta_convergence.errors.{errors}", "regress.convention.xtreg"),
        ),
        findings=found.findings,
    )


def _known(value: float) -> float | None:
    return None if value != value else float(value)
