"""A design: what a panel should carry where a paper prints too little to rebuild one. Read and checked here; needs no numpy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from regio.calibrating.parts import Classed, Computed, Detected, Drawn, Effect, Made, Mean, Overlaid, Part, Resampled, Solved, Table, names_in
from regio.calibrating.words import GROUP, START, masks
from regio.contract.finding import DataError, Finding, Position, error, suggestion


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
    overlaid: tuple[Overlaid, ...] = ()
    classed: tuple[Classed, ...] = ()
    resampled: tuple[Resampled, ...] = ()
    first_draw: int = 0
    start: dict[str, tuple[float, ...]] = Field(default_factory=dict)
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
    start = path.with_name(START)
    return design_of(raw | {"start": json.loads(start.read_text(encoding="utf-8"))} if start.is_file() else raw, path.name)


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

    parts = (
        design.variables,
        design.means,
        design.effects,
        design.computed,
        design.solved,
        design.indices,
        design.detected,
        design.overlaid,
        design.classed,
        design.resampled,
    )
    for part in (p for some in parts for p in some):
        if part.table not in tables:
            yield error("calibrate.no_table", Position(file), found=part.table, known=tables)
    for v in design.variables:
        for name in v.follows:
            yield from column(name, v.table, f"variable {v.name}")
    for m in design.means:
        yield from column(m.variable, m.table, "mean")
    for e in design.effects:
        terms = [name for t in (*e.terms, *e.instruments, *e.instruments.values()) for name in names_in(t)]
        for name in (e.outcome, *terms, *filter(None, (e.sample.above, e.sample.below))):
            yield from column(name, e.table, f"effect {e.name or e.outcome}")
    for s in design.solved:
        for name in (s.degree, *s.systems):
            yield from column(name, s.table, "solved")
    for i in design.indices:
        yield from column(i.score, i.table, "index")
    for k in design.classed:
        yield from column(k.variable, k.table, "classed")
    for r in design.resampled:
        yield from column(r.outcome, r.table, "resampled")
    for o in design.overlaid:
        for name in (o.outcome, *(n for pair in o.pairs for n in pair)):
            yield from column(name, o.table, "overlaid")
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
