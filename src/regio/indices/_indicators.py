"""Which columns make an index, and what is known of each: direction and heading. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regio.contract.finding import ArgumentError, Finding, error, suggestion

DIRECTIONS = ("positive", "negative")
KEYS = ("region", "unit", "period", "score", "rank")  # columns of .scores that are no sub-scores


@dataclass(frozen=True, slots=True)
class Indicator:
    name: str
    direction: str
    dimension: str  # first-level heading (一级指标); empty where there is none


def choose(data: Any, indicators: tuple[str, ...] | None, directions: Any, dimensions: Any) -> tuple[tuple[Indicator, ...], tuple[Finding, ...]]:
    """The indicators of a call, and a note on the columns left out where every numeric column was taken.

    Raises
    ------
    ArgumentError
        for no indicator, one given twice, a key column, or a direction or heading that cannot be read
    """
    names, findings = _names(data, indicators)
    problems = [*_doubtful(data, names)]
    columns = tuple(map(str, data.rows.columns))
    turned, heads = _mapping("directions", directions, columns, problems), _mapping("dimensions", dimensions, columns, problems)
    chosen = tuple(_indicator(data.variable(name), turned, heads, problems) for name in names)
    if problems:
        raise ArgumentError(*problems)
    return chosen, findings


def _names(data: Any, indicators: tuple[str, ...] | None) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    if indicators is not None:
        return indicators, ()
    numeric = tuple(c for c in data.value_columns if data.rows[c].dtype.kind in "biuf")
    others = tuple(c for c in data.value_columns if c not in numeric)
    return numeric, (Finding("index.left_out", {"columns": others}, "note"),) if others else ()


def _doubtful(data: Any, names: tuple[str, ...]) -> list[Finding]:
    keys = tuple(n for n in dict.fromkeys(names) if n in data.keys.names)
    twice = tuple(sorted({n for n in names if names.count(n) > 1}))
    problems = [] if names else [error("index.no_indicators", columns=tuple(map(str, data.rows.columns)))]
    problems += [error("index.twice", columns=twice)] if twice else []
    return problems + ([error("index.key_column", columns=keys)] if keys else [])


def _mapping(argument: str, given: Any, columns: tuple[str, ...], problems: list[Finding]) -> dict[str, Any]:
    """A mapping from columns, as a dict; what is wrong with it goes to the problems."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) and not hasattr(given, "to_dict"):
        problems.append(error("index.not_a_mapping", argument=argument, found=type(given).__name__))
        return {}
    found = dict(given.items())
    for name in found:
        if name not in columns:
            problems.append(error("index.unknown_column", argument=argument, column=str(name), columns=columns, near=suggestion(str(name), columns)))
    return found


def _indicator(variable: Any, directions: Mapping[str, Any], dimensions: Mapping[str, Any], problems: list[Finding]) -> Indicator:
    name = variable.name
    direction = directions.get(name, variable.direction or "positive")
    if direction == "moderate":
        problems.append(error("index.moderate", column=name))
    elif direction not in DIRECTIONS:
        problems.append(error("index.direction", column=name, found=str(direction), near=suggestion(str(direction), DIRECTIONS)))
    dimension = dimensions.get(name, variable.dimension) or ""
    if not isinstance(dimension, str) or dimension in KEYS:
        problems.append(error("index.dimension_name", column=name, found=str(dimension), names=KEYS))
    return Indicator(name, str(direction), str(dimension))
