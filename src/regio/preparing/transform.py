"""A new column out of one that is there (变量变换)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Data, GroupColumn, Key
from regio.contract.tables import check_numeric
from regio.exhibits.models import Table

if TYPE_CHECKING:
    import pandas as pd

    from regio.panel import Panel
    from regio.preparing._cells import Floats

IN_TIME = ("lag", "lead", "difference", "growth")
WITH_COLUMN = ("ratio", "interaction")
NAMED = (*IN_TIME, *WITH_COLUMN, "standardise")  # forms whose formula is not said by their name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transform(Result):
    """values: (n,) the new column, in the rows of the table; missing where the source is missing."""

    column: str
    form: str
    values: pd.Series

    def exhibits(self) -> tuple[Table, ...]:
        return ()

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.values}


@method
def transform(
    data: Data,
    column: Column,
    *,
    form: Literal["log", "log1p", "square", "lag", "lead", "difference", "growth", "ratio", "standardise", "interaction"],
    by: GroupColumn | None = None,
    region: Key = None,
    period: Key = None,
) -> Transform:
    """A new column by a formula; the old one stays as it is.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    column : column that is transformed, (n,)
    form : ``log`` ln x; ``log1p`` ln(1 + x); ``square`` x²; ``lag``, ``lead`` the value of the same region exactly one period earlier, later;
        ``difference`` x less its lag; ``growth`` that divided by the lag (a rate, not per cent); ``ratio`` x / by; ``interaction`` x · by, the plain
        product, nothing is centred; ``standardise`` (x − mean) / SD with divisor n − 1
    by : the denominator of a ratio, the other factor of an interaction; under ``standardise`` the groups inside which mean and SD are taken:
        ``"period"``, ``"region"`` or a column (None: pooled). No other form has it
    region, period : key columns, where data is a plain frame; forms in time need both

    Returns
    -------
    Transform
        ``.values`` (n,)

    Raises
    ------
    ArgumentError
        where a form lacks ``by``, or is given one that it does not have; where a form in time lacks region or period
    DataError
        for the logarithm of a number that is not positive, a division by zero, a column without spread: such cells are named, never dropped

    Examples
    --------
    >>> import pandas as pd, regio
    >>> regio.transform(pd.DataFrame({"x": [1.0, 10.0]}), "x", form="log").values.round(4).tolist()
    [0.0, 2.3026]
    >>> rows = pd.DataFrame({"place": ["a"] * 3, "year": [2015, 2016, 2018], "x": [4.0, 5.0, 8.0]})
    >>> regio.transform(rows, "x", form="growth", region="place", period="year").values.tolist()
    [nan, 0.25, nan]
    """
    import numpy as np
    import pandas as pd

    from regio.preparing._cells import numbers

    _check(data, form, by)
    x = numbers(data, column)
    values, notes = _in_time(data, column, x, form) if form in IN_TIME else (_in_row(data, column, x, form, by), ())
    missing = int(np.isnan(values).sum())
    return Transform(
        column=column,
        form=form,
        values=pd.Series(values, index=data.rows.index),
        provenance=Provenance(rows_used=len(values) - missing, rows_left_out=missing),
        conventions=(Convention("transform.form", f"transform.forms.{form}"),) if form in NAMED else (),
        findings=notes,
    )


def _check(data: Panel, form: str, by: str | None) -> None:
    """``by`` is given exactly where the form needs it, and keys where it works in time."""
    if form in WITH_COLUMN and by is None:
        raise ArgumentError(error(f"transform.needs_by.{form}"))
    if by is not None and form not in (*WITH_COLUMN, "standardise"):
        raise ArgumentError(error("transform.has_no_by", form=form, by=by))
    if form in WITH_COLUMN and by in ("region", "period", *data.keys.names):
        raise ArgumentError(error("transform.by_is_key", form=form, by=by))
    if form in IN_TIME and (lacking := [key for key in ("region", "period") if getattr(data.keys, key) is None]):
        raise ArgumentError(*(error(f"contract.no_{key}", kind="transform", argument=f'form = "{form}"') for key in lacking))
    if form in WITH_COLUMN and by is not None:
        check_numeric(data.rows, [by])


def _in_row(data: Panel, column: str, x: Floats, form: str, by: str | None) -> Floats:
    """Forms that look at one row alone, or at the mean and spread of a group."""
    import numpy as np

    from regio.preparing._cells import codes, numbers
    from regio.preparing._steps import standardised

    if form in ("log", "log1p"):
        least = 0 if form == "log" else -1
        _refuse(data, x <= least, f"transform.{form}_of_zero" if form == "log" else "transform.log1p_of_minus_one", column=column, least=x)
        return np.asarray(np.log(x) if form == "log" else np.log1p(x))
    if form == "square":
        return np.asarray(x * x)
    if form == "standardise":
        z, flat = standardised(x, codes(data, by))
        _refuse(data, flat, "transform.no_spread" if by is None else "transform.no_spread_in_group", column=column, by=by)
        return z
    assert by is not None
    other = numbers(data, by)
    if form == "interaction":
        return np.asarray(x * other)
    _refuse(data, other == 0, "transform.ratio_to_zero", column=column, by=by)
    return np.asarray(x / other)


def _in_time(data: Panel, column: str, x: Floats, form: str) -> tuple[Floats, tuple[Finding, ...]]:
    """Forms that look one period back or ahead, with a note on rows that have no such period."""
    import numpy as np

    from regio.preparing._calendar import calendar
    from regio.preparing._cells import inside
    from regio.preparing._steps import shifted

    time, regions = calendar(data), inside(data)
    step = -1 if form == "lead" else 1
    other = shifted(x, regions, time.ticks, step)
    there = ~np.isnan(shifted(np.ones(len(x)), regions, time.ticks, step))
    ends = time.ticks == (time.ticks.min() if step > 0 else time.ticks.max())
    notes = list(time.notes())
    if gaps := int((~there & ~ends).sum()):
        notes.append(Finding("transform.no_such_period", {"form": form, "column": column, "count": gaps}, "note"))
    if form in ("lag", "lead"):
        return other, tuple(notes)
    if form == "difference":
        return np.asarray(x - other), tuple(notes)
    _refuse(data, other == 0, "transform.growth_from_zero", column=column)
    if negative := int((other < 0).sum()):
        notes.append(Finding("transform.growth_from_negative", {"column": column, "count": negative}))
    return np.asarray((x - other) / other), tuple(notes)


def _refuse(data: Panel, mask: Any, code: str, *, least: Any = None, **values: Any) -> None:
    """An error that names these cells, if there are any."""
    import numpy as np

    from regio.preparing._cells import examples

    if not mask.any():
        return
    extreme: dict[str, Any] = {} if least is None else {"least": float(np.nanmin(least))}
    raise DataError(error(code, count=int(mask.sum()), cells=examples(data, mask), **values, **extreme))
