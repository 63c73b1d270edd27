"""Variable: what a column is. Labels and units in two languages, where it comes from, and its part in an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regio.exhibits.models import Text

Direction = Literal["positive", "negative", "moderate"]


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    label: Text = ""
    unit: Text = ""
    source: Text = ""
    definition: Text = ""
    role: str = ""
    direction: Direction | None = None
    dimension: str = ""
    weight: float | None = None
    best: tuple[float, ...] = ()  # of a moderate indicator: its best value, or the least and the greatest
    goalposts: tuple[float, ...] = ()  # least and greatest value of a scale, or a target
    sets: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()  # of a grouping: its groups in the order in which they were declared


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that is not as it was in the source: where, what it was, what it is, why (a message code of ``panel.change``).

    ``column`` is the column of the file, where ``variable`` may be made of a sheet or an indicator.
    """

    variable: str
    region: str = ""
    period: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    file: str = ""
    row: int = 0
    sheet: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of the key columns. No region: each row is a region of its own; no period: one period."""

    region: str | None = None
    period: str | None = None
    unit: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.region, self.period, self.unit) if name is not None)
