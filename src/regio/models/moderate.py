"""Moderation: how the effect of a treatment changes with another variable (调节效应)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Data, Effects, GroupColumns, Key, Level
from regio.exhibits.models import Exhibit
from regio.language import Message
from regio.models import _moderate_exhibits as made
from regio.models.core.conventions import Name
from regio.models.regress import Errors, Regress

if TYPE_CHECKING:
    import pandas as pd

Centre = Literal["sample", "none"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moderate(Result):
    """Estimates have ``estimate, std_error, statistic, p_value, conf_low, conf_high``.

    coefficients: of ``model``; the interaction is the row ``treatment*moderator``. margins: the effect of the treatment at chosen values of the
    moderator, with the columns ``moderator`` (in its own units) and ``outside`` (of the observed range). curve: the same at 101 values over the
    observed range. johnson_neyman: none, one or two points, with ``inside`` and ``share_below``. significance: pieces of the observed range, ``low,
    high, sign, share`` of rows. centres: what was taken off treatment and moderator. absorbed: whether effects absorb the moderator's own term.
    """

    outcome: str
    treatment: str
    moderator: str
    controls: tuple[str, ...]
    centre: str
    centres: Mapping[str, float]
    absorbed: bool
    coefficients: pd.DataFrame
    margins: pd.DataFrame
    curve: pd.DataFrame
    johnson_neyman: pd.DataFrame
    significance: pd.DataFrame
    model: Regress
    level: float

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._readings import moderate_readings

        return moderate_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        return (made.coefficients_table(self), made.margins_table(self), made.points_table(self), made.significance_table(self), made.margins_plot(self))


@method
def moderate(
    data: Data,
    outcome: Column,
    treatment: Column,
    moderator: Column,
    controls: Columns = (),
    *,
    centre: Centre = "sample",
    effects: Effects = (),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
) -> Moderate:
    """The effect of a treatment as a linear function of a moderator, with intervals and Johnson-Neyman points.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome, treatment, moderator : columns, each (n,)
    controls : further regressors, each (n,)
    centre : ``sample`` takes off the means of treatment and moderator over the rows of the estimate, so that their own coefficients are effects at
        the means; ``none`` leaves them. The interaction and every effect along the moderator are the same
    effects, errors, cluster, convention : as in ``regress``
    level : of intervals, and 1 − level the significance behind Johnson-Neyman points
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Moderate
        ``.coefficients``, ``.margins``, ``.curve``, ``.johnson_neyman``, ``.significance``, ``.model``

    Raises
    ------
    ArgumentError
        for a column that does not exist or plays two parts
    EstimationError
        for a constant moderator, or a product that does not vary within the effects or is a combination of other columns; and as ``regress``

    Notes
    -----
    y = b x + g m + d x·m + controls + effects. Effect of x at m: b + d m, variance v(b) + 2 m cov(b, d) + m² v(d), t with the degrees of freedom of
    the errors. Johnson-Neyman points solve (b + d m)² = t² (v(b) + 2 m cov(b, d) + m² v(d)): Johnson and Neyman (1936); Bauer and Curran (2005),
    Multivariate Behavioral Research 40(3). A moderator that does not vary within the effects keeps its interaction; its own term is absorbed. Aiken
    and West (1991), Multiple Regression; Brambor, Clark and Golder (2006), Political Analysis 14(1).

    Examples
    --------
    y = x + 2m + 3xm and a residual: at m = 0.5, the mean, the effect of x is 1 + 3 · 0.5.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"x": [0.0, 1, 2, 3] * 2, "m": [0.0] * 4 + [1.0] * 4})
    >>> residual = pd.Series([0.1, -0.3, 0.3, -0.1] * 2)
    >>> frame["y"] = frame["x"] + 2 * frame["m"] + 3 * frame["x"] * frame["m"] + residual
    >>> regio.moderate(frame, "y", "x", "m").coefficients["estimate"].round(3).to_dict()["x"]
    2.5
    """
    from regio.models import _moderate as numbers
    from regio.models._sample import left_out

    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "level": level}
    terms = numbers.Terms(outcome, treatment, moderator, controls)
    numbers.check(terms)
    rows, seen, design = numbers.estimation_sample(data, terms, options)
    frame, centres = numbers.with_product(rows, terms, centre)
    model, absorbed = numbers.interacted(frame, data.keys, terms, options)
    slope = numbers.Slope.of(model, terms, centres[moderator])
    values = rows[moderator].to_numpy(dtype=float)
    points = numbers.johnson_neyman(slope, values)
    n = int(model.fit["n"])
    own = model.provenance
    provenance = Provenance(labels=data.labels, rows_used=n, rows_left_out=seen.rows - n, regions_used=own.regions_used if own else None)
    notes = _notes(moderator, absorbed, len(set(values.tolist())))
    if n < seen.complete:
        notes = (Finding("regress.singletons_dropped", {"rows": seen.complete - n}, "note"), *notes)
    return Moderate(
        outcome=outcome,
        treatment=treatment,
        moderator=moderator,
        controls=controls,
        centre=centre,
        centres=centres,
        absorbed=absorbed,
        coefficients=model.coefficients,
        margins=numbers.margins(slope, values),
        curve=numbers.curve(slope, values),
        johnson_neyman=points,
        significance=numbers.significance(slope, values, points["moderator"].tolist()),
        model=replace(model, provenance=provenance),
        level=level,
        provenance=provenance,
        conventions=(*model.conventions, Convention("moderate.centre", f"moderate.centre.{centre}")),
        findings=(*left_out(seen, design.columns), *model.findings, *notes),
    )


def _notes(moderator: str, absorbed: bool, values: int) -> tuple[Finding, ...]:
    notes = [Finding("moderate.absorbed", {"column": moderator}, "note")] if absorbed else []
    notes += [Finding("moderate.two_values", {"column": moderator}, "note")] if values == 2 else []
    return tuple(notes)
