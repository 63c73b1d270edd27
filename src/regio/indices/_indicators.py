"""Which columns make an index, and what is known of each: direction, best value, heading, goalposts. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regio.contract.finding import ArgumentError, Finding, error, suggestion
from regio.contract.tables import check_numeric

DIRECTIONS = ("positive", "negative", "moderate")
KEYS = ("region", "unit", "period", "score", "rank", "closeness", "to_ideal", "to_anti_ideal")  # columns of .scores that are no sub-scores


@dataclass(frozen=True, slots=True)
class Indicator:
    name: str
    direction: str
    dimension: str  # first-level heading (一级指标); empty where there is none
    best: tuple[float, ...] = ()  # of a moderate indicator (适度指标): one value, or the ends of a range
    goalposts: tuple[float, ...] = ()  # least and greatest value of the scale, or a target


def choose(
    data: Any, indicators: tuple[str, ...] | None, directions: Any, dimensions: Any, goalposts: Any = None
) -> tuple[tuple[Indicator, ...], tuple[Finding, ...]]:
    """The indicators of a call, and a note on the columns left out where every numeric column was taken.

    Raises
    ------
    ArgumentError
        for no indicator, one given twice or that is no column, a key column, or a direction or heading that cannot be read
    DataError
        for numbers too large or too small to be squared
    """
    names, findings = _names(data, indicators)
    problems = [*_doubtful(data, names)]
    columns = tuple(map(str, data.rows.columns))
    for name in names:
        if name not in columns:
            problems.append(error("index.unknown_column", argument="indicators", column=name, columns=columns, near=suggestion(name, columns)))
    given = {"directions": directions, "dimensions": dimensions, "goalposts": goalposts}
    turned, heads, posts = (_mapping(argument, value, columns, problems) for argument, value in given.items())
    chosen = tuple(_indicator(data.variable(name), turned, heads, posts, problems) for name in names)
    if problems:
        raise ArgumentError(*problems)
    if indicators is None:
        check_numeric(data.rows, list(names))
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


def _indicator(variable: Any, directions: Mapping[str, Any], dimensions: Mapping[str, Any], goalposts: Mapping[str, Any], problems: list[Finding]) -> Indicator:
    name = variable.name
    stated = directions.get(name, variable.direction or "positive")
    direction, best = (stated[0], stated[1:]) if isinstance(stated, tuple | list) and stated else (stated, ())
    if direction not in DIRECTIONS:
        problems.append(error("index.direction", column=name, found=str(stated), near=suggestion(str(direction), DIRECTIONS)))
    ends = _numbers(best or variable.best) if direction == "moderate" else ()
    if direction == "moderate" and not (ends and len(ends) <= 2 and ends[0] <= ends[-1]):
        problems.append(error("index.moderate" if ends == () else "index.best", column=name, found=str(stated)))
    dimension = dimensions.get(name, variable.dimension) or ""
    if not isinstance(dimension, str) or dimension in KEYS:
        problems.append(error("index.dimension_name", column=name, found=str(dimension), names=KEYS))
    posts = _numbers(goalposts.get(name, variable.goalposts))
    if posts is None or len(posts) > 2 or (len(posts) == 2 and not posts[0] < posts[1]):
        problems.append(error("index.goalposts", column=name, found=str(goalposts.get(name))))
    return Indicator(name, str(direction), str(dimension), ends or (), posts or ())


def _numbers(value: Any) -> tuple[float, ...] | None:
    """One number or several as a tuple; None for anything that is not finite numbers."""
    items = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
    try:
        found = tuple(float(item) for item in items)
    except (TypeError, ValueError):
        return None
    return found if all(math.isfinite(number) for number in found) else None
