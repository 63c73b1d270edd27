"""A series out of the facts, with the source of every point (需求走势及逐点来源)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series(Result):
    """points: one row a period: ``value``, ``unit``, ``source``, ``id`` of the fact, ``growth`` on the period before, ``sourced``, ``dated``. printed:
    facts of the same subject, attribute and periods that are flagged, with what they say and the ``reading`` that agrees. as_drawn: ``bar`` or ``line``.
    """

    points: pd.DataFrame
    printed: pd.DataFrame
    subject: str
    attribute: str
    unit: str
    as_drawn: str
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.registers._series_exhibits import exhibits

        return exhibits(self)


@method
def series(
    chain: ChainData, subject: str, attribute: str, *, since: int | None = None, until: int | None = None, form: Literal["bar", "line"] = "bar"
) -> Series:
    """The facts of a subject and attribute, period by period.

    Parameters
    ----------
    chain : Chain
    subject, attribute : of the facts
    since, until : first and last period, as years
    form : how it is drawn

    Returns
    -------
    Series
        a fact with a flag is never drawn: it stands in ``.printed``, beside the reading that agrees

    Raises
    ------
    ArgumentError
        for facts that are not there
    DataError
        for several units, or two values of one period

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.series(regio.chain.read("new-energy-vehicles"), "China NEV sales", "volume", since=2022)
    >>> found.points["value"].tolist()
    [6.887, 9.495]
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._series_exhibits import compute

    known = opened(chain, "series")
    found = compute(known, subject, attribute, since, until)
    return Series(**found, as_drawn=form, provenance=known.provenance("facts", rows=len(found["points"])), findings=())
