"""A design: what a panel should carry where a paper prints too little to rebuild one. Read and checked here; needs no numpy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from regio.auditing.numbers import parse
from regio.calibrating.words import GROUP, masks
from regio.contract.finding import DataError, Finding, Position, error, suggestion

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
    correlation with it; shift: group → how many standard deviations its mean lies higher; kept: whether it is in
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
    shift: dict[str, float] = {}
    kept: bool = True


class Mean(Part):
    """A printed mean of a column over some rows."""

    variable: str
    value: Print
    table: str = ""
    group: str | None = None
    regions: Names = ()
    periods: Periods = ()


class Rows(Part):
    """The rows that an effect is estimated on: periods, regions, groups, and limits of columns, such as ``"level > 0.5"``."""

    periods: Periods = ()
    regions: Names = ()
    groups: Names = ()
    where: Names = ()


class Effect(Part):
    """Coefficients of a regression that the panel must give back. Terms: ``x``, ``x*z`` (both centred), ``x[z<=1.2]``, ``x[z>1.2]``; controls: further
    terms whose coefficients are not printed; instruments: endogenous term → instrument; statistic: t of the first term.
    """

    outcome: str
    coefficients: dict[str, Print]
    table: str = ""
    name: str = ""
    controls: Names = ()
    effects: Names = ()
    instruments: dict[str, str] = {}
    sample: Rows = Rows()
    statistic: Print | None = None


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
    """A column that a method computes from another table, joined by region and period; others may rest on it. It stays out of the table."""

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
    """A factor's printed q for an outcome in one period: met as closely as mixing the factor with the outcome allows."""

    factor: str
    outcome: str
    q: Print
    period: int
    table: str = ""
    options: dict[str, Any] = {}


class Design(Part):
    schema_: Literal[1] = Field(alias="schema")
    tables: tuple[Table, ...] = Field(alias="table", min_length=1)
    variables: tuple[Drawn, ...] = Field(alias="variable", min_length=1)
    means: tuple[Mean, ...] = Field(default=(), alias="mean")
    effects: tuple[Effect, ...] = Field(default=(), alias="effect")
    computed: tuple[Computed, ...] = ()
    solved: tuple[Solved, ...] = ()
    indices: tuple[Made, ...] = Field(default=(), alias="index")
    detected: tuple[Detected, ...] = ()
    title: str = ""

    def table(self, name: str = "") -> Table:
        return next(t for t in self.tables if t.name == name)


def read_design(path: Path) -> Design:
    """A design file.

    Raises
    ------
    DataError
        with all mistakes at once, each with its place and its cure
    """
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DataError(error("calibrate.syntax", Position(path.name), problem=str(problem))) from None
    return design_of(raw, path.name)


def design_of(raw: Mapping[str, Any], file: str = "") -> Design:
    """A design from what its file holds; see ``read_design``."""
    try:
        design = Design.model_validate(raw)
    except ValidationError as problem:
        raise DataError(*(_mistake(item, raw, file) for item in problem.errors(include_url=False))) from None
    if wrong := list(_unknown(design, file)):
        raise DataError(*wrong)
    return design


def _mistake(item: Mapping[str, Any], raw: Mapping[str, Any], file: str) -> Finding:
    at: Any = raw
    for part in item["loc"]:
        at = at[part] if (isinstance(at, Mapping) and part in at) or (isinstance(at, list) and isinstance(part, int) and part < len(at)) else at
    place = ".".join(f"{p + 1}" if isinstance(p, int) else str(p) for p in item["loc"])
    name = at.get("name", "") if isinstance(at, Mapping) else ""
    return error("calibrate.design_entry", Position(file), place=f"{place} {name}".strip(), problem=item["msg"])


def _unknown(design: Design, file: str) -> Iterator[Finding]:
    """Names of tables and columns that do not exist."""
    tables = tuple(t.name for t in design.tables)
    columns = {t: columns_known(design, t) for t in tables}

    def column(name: str, table: str, place: str) -> Iterator[Finding]:
        if table in columns and name not in columns[table]:
            yield error("calibrate.no_variable", Position(file), place=place, found=name, known=columns[table], near=suggestion(name, columns[table]))

    parts = (design.variables, design.means, design.effects, design.computed, design.solved, design.indices, design.detected)
    for part in (p for some in parts for p in some):
        if part.table not in tables:
            yield error("calibrate.no_table", Position(file), found=part.table, known=tables)
    for v in design.variables:
        for name in v.follows:
            yield from column(name, v.table, f"variable {v.name}")
    for m in design.means:
        yield from column(m.variable, m.table, "mean")
    for e in design.effects:
        terms = [name for t in (*e.coefficients, *e.controls, *e.instruments, *e.instruments.values()) if t != "_cons" for name in names_in(t)]
        for name in (e.outcome, *terms):
            yield from column(name, e.table, f"effect {e.name or e.outcome}")
    for s in design.solved:
        for name in (s.degree, *s.systems):
            yield from column(name, s.table, "solved")
    for i in design.indices:
        yield from column(i.score, i.table, "index")
    for d in design.detected:
        for name in (d.factor, d.outcome):
            yield from column(name, d.table, "detected")


def columns_known(design: Design, table: str) -> tuple[str, ...]:
    """Every column of a table while it is made."""
    made = [name for i in design.indices if i.table == table for name in i.indicators]
    drawn = [v.name for v in design.variables if v.table == table]
    return tuple(dict.fromkeys([*drawn, *(c.name for c in design.computed if c.table == table), *(s.solve for s in design.solved if s.table == table), *made]))


def columns_of(design: Design, table: str) -> tuple[str, ...]:
    """The columns of a finished table, keys first."""
    own = design.table(table)
    hidden = {v.name for v in design.variables if v.table == table and not v.kept} | {c.name for c in design.computed if c.table == table}
    keys = ("region", "period", *(("unit",) if own.units else ()), *((GROUP,) if isinstance(own.regions, dict) else ()))
    return (*keys, *(c for c in columns_known(design, table) if c not in hidden))


def names_in(term: str) -> tuple[str, ...]:
    """The columns in a term.

    >>> names_in("virtual[virtual<=1.2411]"), names_in("virtual * innovation")
    (('virtual', 'virtual'), ('virtual', 'innovation'))
    """
    found = TERM.fullmatch(term.strip())
    return tuple(part for part in found.group("name", "other", "by") if part) if found else (term,)


def regions_of(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the regions of a table, and the group of each (empty: no groups)."""
    given = table.regions
    if isinstance(given, int):
        return tuple(masks(given)), ()
    if isinstance(given, list):
        return tuple(given), ()
    total = sum(v if isinstance(v, int) else len(v) for v in given.values())
    hidden = masks(total)
    names, groups = list[str](), list[str]()
    for group, members in given.items():
        own = [next(hidden) for _ in range(members)] if isinstance(members, int) else members
        names += own
        groups += [group] * len(own)
    return tuple(names), tuple(groups)
