"""What a design is written of: tables, columns, effects, and what methods make of them. Needs no numpy."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from regio.auditing.numbers import parse

TERM = re.compile(r"(?P<name>[^*\[\]<>=]+?)\s*(?:\*\s*(?P<other>[^*\[\]]+?))?\s*(?:\[\s*(?P<by>[^<>=\]]+?)\s*(?P<sign><=|>)\s*(?P<at>-?[\d.]+)\s*\])?")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:
    """A number that may be written as it is printed."""
    number = parse(value) if isinstance(value, str) else None
    return number.value if number is not None else value


def _many(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | int) else value


Print = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float, BeforeValidator(_number)]
Names = Annotated[tuple[str, ...], BeforeValidator(_many)]
Periods = Annotated[tuple[int, ...], BeforeValidator(_many)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Table(Part):
    """regions: how many, their names, or group → how many or their names; units: firms a region (0: rows are regions)."""

    name: str = ""
    regions: int | list[str] | dict[str, int | list[str]]
    first_period: int
    last_period: int
    units: int = 0


class Drawn(Part):
    """A column. between, trend: shares of its variance that lie between regions and in a common trend (negative: it falls); follows: other column →
    correlation with it; attains: printed values that some row has (the nearest is moved there); classes: width of the classes that its values do not leave
    where a detector moves them (0: it moves nothing); shift: group → how many standard deviations its mean lies higher; kept: whether it is in
    the finished table.
    """

    name: str
    table: str = ""
    distribution: Literal["normal", "lognormal", "uniform", "flag"] = "normal"
    mean: Number = 0.0
    sd: Number = 1.0
    min: Number | None = None
    max: Number | None = None
    between: float = Field(default=0.6, ge=0, le=1)
    trend: float = Field(default=0.1, ge=-1, le=1)
    follows: dict[str, float] = {}
    attains: tuple[Print, ...] = ()
    classes: float = Field(default=0.0, ge=0)
    shift: dict[str, float] = {}
    kept: bool = True


class Mean(Part):
    """A mean of a column over some rows: printed, or chosen by the designer where ``value`` is written as a number."""

    variable: str
    value: str | float
    table: str = ""
    group: str | None = None
    regions: Names = ()
    periods: Periods = ()

    @property
    def written(self) -> str:
        return self.value if isinstance(self.value, str) else repr(self.value)


class Rows(Part):
    """The rows that an effect is estimated on: periods, regions, groups, limits of columns, such as ``"level > 0.5"``, and regions whose mean of a column lies
    above the mean of all these means (above), or does not (below).
    """

    periods: Periods = ()
    regions: Names = ()
    groups: Names = ()
    where: Names = ()
    above: str = ""
    below: str = ""


class Curve(Part):
    """F of the search for the threshold at which the effect's first two terms change, and of the best second one."""

    f: Print | None = None
    second_f: Print | None = None


class KleibergenPaap(Part):
    """Of a first stage with one instrument, its first term: LM of underidentification, Wald F."""

    lm: Print | None = None
    f: Print | None = None


Stars = Literal["***", "**", "*", "", "-***", "-**", "-*"]


class Effect(Part):
    """Coefficients of a regression that the panel must give back. Terms: ``x``, ``x*z`` (both centred), ``x[z<=1.2]``, ``x[z>1.2]``; controls: further
    terms whose coefficients are not printed; instruments: endogenous term → instrument. errors: of statistic (t of the first term), of stars (term → those
    beside its coefficient, whether that is printed or not) and of kleibergen_paap; r_squared: with the dummies of effects; r_squared_within: net of the
    first of them.
    """

    outcome: str
    coefficients: dict[str, Print] = {}
    table: str = ""
    name: str = ""
    controls: Names = ()
    effects: Names = ()
    instruments: dict[str, str] = {}
    sample: Rows = Rows()
    errors: Literal["classical", "cluster"] = "classical"
    statistic: Print | None = None
    stars: dict[str, Stars] = {}
    r_squared: Print | None = None
    r_squared_within: Print | None = None
    threshold: Curve | None = None
    kleibergen_paap: KleibergenPaap | None = None

    @model_validator(mode="after")
    def _whole(self) -> Effect:
        if not self.terms:
            raise ValueError("an effect needs a term, in coefficients, stars or controls")
        if self.threshold is not None and not all((found := TERM.fullmatch(t.strip())) and found["by"] for t in self.terms[:2]):
            raise ValueError("threshold is of an effect whose first terms are x[q<=g] and x[q>g]")
        return self

    @property
    def terms(self) -> tuple[str, ...]:
        """Its terms, those first that are spoken of; without the constant."""
        return tuple(dict.fromkeys(t for t in (*self.coefficients, *(t for t in self.stars if t not in self.controls), *self.controls) if t != "_cons"))

    @property
    def speaks(self) -> bool:
        """Whether it says more than coefficients."""
        return bool(self.stars) or any(x is not None for x in (self.statistic, self.r_squared, self.r_squared_within, self.threshold, self.kleibergen_paap))


class Solved(Part):
    """One system of a coupling, between low and high, such that the degree of coordination is the column ``degree``."""

    degree: str
    systems: Names
    solve: str
    table: str = ""
    form: Literal["standard", "wang2021", "fan"] = "standard"
    low: float = Field(default=0.02, gt=0, lt=1)
    high: float = Field(default=0.95, gt=0, lt=1)


class Computed(Part):
    """A column that a method computes from another table (source), joined by region and period, or, where source is its own table, from the columns of its
    options. Others may rest on it. It stays out of the table.
    """

    name: str
    kind: str
    source: str
    table: str = ""
    part: str = ""
    options: dict[str, Any] = {}


class Made(Part):
    """Indicators whose index, by the method's own rules, is the column ``score``. weights: their printed weights, divided by their sum."""

    score: str
    indicators: Names
    table: str = ""
    options: dict[str, Any] = {}
    directions: dict[str, Literal["positive", "negative"]] = {}
    weights: dict[str, Print] = {}
    spread: float = Field(default=0.5, gt=0, le=1)


class Detected(Part):
    """A factor's printed q for an outcome in one period: its values are put in an order that brings it near (a computed column keeps its own), and the
    outcome gives way by what is left, if its ``classes`` say how far it may. significant: whether its
    central p-value lies below 0.05, which the number of strata decides.
    """

    factor: str
    outcome: str
    q: Print
    period: int
    significant: bool | None = None
    table: str = ""
    options: dict[str, Any] = {}


class Overlaid(Part):
    """q of pairs of factors laid over one another in one period: a number, a limit (``">0.8"``), or above that of all other pairs (strongest)."""

    outcome: str
    pairs: tuple[tuple[str, str], ...]
    period: int
    q: Print | None = None
    strongest: bool = False
    table: str = ""
    options: dict[str, Any] = {}


class Classed(Part):
    """The share of rows of a period in the upper ones of several classes of a solved column, cut by natural breaks of that period alone."""

    variable: str
    period: int
    upper: int
    share: Print
    classes: int = 4
    table: str = ""


class Resampled(Part):
    """Numbers that a method draws of a table: ``frame/row/column`` of its result → as printed. outcome: the column that is moved until they come; options and
    seed: as in the study's step; attempts: how many times the method is asked.
    """

    outcome: str
    kind: str
    cells: dict[str, Print]
    table: str = ""
    options: dict[str, Any] = {}
    seed: int = 0
    attempts: int = Field(default=60, ge=1)

    @field_validator("cells")
    @classmethod
    def _cells(cls, cells: dict[str, str]) -> dict[str, str]:
        if wrong := [cell for cell in cells if cell.count("/") != 2]:
            raise ValueError(f"{', '.join(wrong)}: a cell is frame/row/column")
        return cells


def names_in(term: str) -> tuple[str, ...]:
    """The columns in a term.

    >>> names_in("virtual[virtual<=1.2411]"), names_in("virtual * innovation")
    (('virtual', 'virtual'), ('virtual', 'innovation'))
    """
    found = TERM.fullmatch(term.strip())
    return tuple(part for part in found.group("name", "other", "by") if part) if found else (term,)
