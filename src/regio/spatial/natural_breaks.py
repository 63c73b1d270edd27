"""Exact natural breaks of bare numbers (自然断点法，Jenks)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.finding import DataError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Count, Values
from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NaturalBreaks(Result):
    """edges: (k + 1,) the smallest value and the largest of each class, so that class i is (edges[i], edges[i + 1]]; labels: (n,) the class of each
    value, from 1, and 0 where the value is missing; counts: (k,); within_ss: sum of squares within the classes; fit: 1 − within_ss / total, the goodness of
    variance fit; ranges: by class ``low, high, count``.
    """

    edges: np.ndarray
    labels: np.ndarray
    within_ss: float
    fit: float
    ranges: pd.DataFrame

    def exhibits(self) -> tuple[Table, ...]:
        columns = tuple(Column(name, (text(f"natural_breaks.{name}"),)) for name in ("low", "high", "count"))
        rows = tuple(
            Row(str(name), label(str(name)), (Cell("number", item["low"]), Cell("number", item["high"]), Cell("count", item["count"])))
            for name, item in zip(self.ranges.index, self.ranges.to_dict("records"), strict=True)
        )
        notes = (Message("natural_breaks.note", {"fit": self.fit}),)
        title = Message("natural_breaks.title")
        return (Table(name="classes", frame=self.ranges, columns=columns, rows=rows, title=title, stub=text("natural_breaks.class"), notes=notes),)


@method
def natural_breaks(values: Values, classes: Count = 5) -> NaturalBreaks:
    """Classes of numbers that are as alike inside as classes can be.

    Parameters
    ----------
    values : (n,) numbers, in any unit; missing ones have no class
    classes : k, the number of classes

    Returns
    -------
    NaturalBreaks
        ``.edges``, ``.labels``, ``.within_ss``, ``.fit``, ``.ranges``

    Raises
    ------
    DataError
        for what is no number, infinite values, or fewer different values than classes

    Notes
    -----
    Minimises Σ_c Σ_{i∈c} (x_i − x̄_c)² over all partitions of the sorted values into k runs (Fisher 1958, Journal of the American Statistical Association
    53(284); Jenks 1977), exactly: no sampling, whatever n. Equal values are never torn apart. Values are centred first, so that a large offset costs no digits.

    Examples
    --------
    {1, 2} and {10, 11, 12}: 0.5 + 2.

    >>> import regio
    >>> result = regio.natural_breaks([1, 2, 10, 11, 12], 2)
    >>> result.edges.tolist(), result.labels.tolist(), result.within_ss
    ([1.0, 2.0, 12.0], [1, 1, 2, 2, 2], 2.5)
    """
    import numpy as np
    import pandas as pd

    from regio.spatial.breaks import Profile, coded, natural, within

    numbers = _numbers(values)
    known = ~np.isnan(numbers)
    profile = Profile.of(numbers[known])
    if not 1 <= classes <= len(profile):
        raise DataError(error("natural_breaks.classes", classes=classes, different=len(profile)))
    inner = natural(profile, [classes])[classes]
    labels = np.zeros(len(numbers), dtype=np.int64)
    labels[known] = coded(numbers[known], inner) + 1
    edges = np.array([profile.low, *inner, profile.high])
    places = np.concatenate([[0], profile.places(inner)])
    counts = np.bincount(labels, minlength=classes + 1)[1:]
    ranges = pd.DataFrame({"low": profile.values[places], "high": edges[1:], "count": counts}, index=pd.RangeIndex(1, classes + 1, name="class"))
    within_ss, total = within(profile, inner), within(profile, inner[:0])
    missing = int((~known).sum())
    return NaturalBreaks(
        edges=edges,
        labels=labels,
        within_ss=within_ss,
        fit=1 - within_ss / total if total > 0 else 1.0,
        ranges=ranges,
        conventions=(Convention("natural_breaks.engine", "natural_breaks.exact"),),
        findings=(Finding("natural_breaks.missing", {"count": missing}, "note"),) if missing else (),
    )


def _numbers(values: Any) -> np.ndarray:
    import numpy as np

    try:
        found = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):
        raise DataError(error("natural_breaks.not_numbers", found=type(values).__name__)) from None
    if infinite := int(np.isinf(found).sum()):
        raise DataError(error("natural_breaks.infinite", count=infinite))
    if not len(found) or np.isnan(found).all():
        raise DataError(error("natural_breaks.empty"))
    return found
