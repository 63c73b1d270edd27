"""What an argument of a method means. Standard library only: declarations are read before any number is.

A public function annotates each argument with a role (or a ``Literal``); the study file, its schema, the web form, the checks at the door
and the reference are all read off these annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le, Lt


@dataclass(frozen=True, slots=True)
class Role:
    """``uses``: the values are names of columns. ``numeric``: and those columns must hold numbers. ``hidden``: not a key of a step.
    ``words``: values that are not names of columns.
    """

    name: str
    uses: bool = False
    numeric: bool = False
    hidden: bool = False
    words: tuple[str, ...] = ()


OPTION = Role("option")
KEY_WORDS = ("region", "period")
GROUPINGS = (  # of regions that Regio knows; those of the files in ``regions``
    "east_central_west",
    "east_central_west_1986",
    "four_regions",
    "north_south",
    "municipalities",
    "coastal",
    "census_regions",
    "census_divisions",
)


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """One name may stand for a tuple of one. pydantic reads this off the annotation."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_tuple, handler(source))


@dataclass(frozen=True, slots=True)
class Sets:
    """Tuples of names; a flat list of names is one of them."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_sets, handler(source))


def _sets(value: Any) -> Any:
    value = _tuple(value)
    if not isinstance(value, tuple) or not value:
        return value
    return (value,) if all(isinstance(item, str) for item in value) else tuple(map(_tuple, value))


def _tuple(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple | Mapping | set | frozenset) or not isinstance(value, Iterable):
        return value  # a set has no order, and the order of columns is that of the table
    return tuple(value)


Data = Annotated[Any, Role("data", hidden=True)]  # regions × periods, in memory
Large = Annotated[Any, Role("large", hidden=True)]  # the same, or rows that come in parts
Values = Annotated[Any, Role("values", hidden=True)]  # bare numbers: the first argument of a primitive, which opens no table
ChainData = Annotated[Any, Role("chain", hidden=True)]  # an industrial chain
Key = Annotated[str | None, Role("key", hidden=True)]
Engine = Annotated[Any, Role("engine", hidden=True)]
Learnt = Annotated[Any, Role("learnt", hidden=True)]  # in a study a property of the variable
Seed = Annotated[int, Role("seed", hidden=True)]
Column = Annotated[str, Role("column", uses=True, numeric=True)]
Columns = Annotated[tuple[str, ...], OneOrMany(), Role("columns", uses=True, numeric=True)]
GroupColumn = Annotated[str, Role("group", uses=True, words=KEY_WORDS)]  # any column, also text
GroupColumns = Annotated[tuple[str, ...], OneOrMany(), Role("groups", uses=True, words=KEY_WORDS)]
Groups = Annotated[str, Role("group", uses=True, words=(*KEY_WORDS, *GROUPINGS))]  # any column, or a known grouping of the regions
Industry = Annotated[str, Role("group", uses=True)]  # marks of one industry, or names of industries
Effects = Annotated[tuple[str, ...], OneOrMany(), Role("effects", uses=True, words=KEY_WORDS)]
EffectSets = Annotated[tuple[tuple[str, ...], ...], Sets(), Role("effect_sets", uses=True, words=KEY_WORDS)]  # effects, each set an alternative
SourceName = Annotated[Any, Role("source")]  # another table: in a study the name of a source, in Python a Panel
Of = Annotated[Any, Role("of")]  # a call to do again: in a study the name of a step, in Python a Call or a Result
Rules = Annotated[Any, Role("rules")]  # what another result learnt from its data: in a study the name of a step, in Python a Result or its rules
Variations = Annotated[Any, Role("variations")]  # calls like ``of`` with some of its words replaced
Count = Annotated[int, Ge(0), Le(10**9), Role("count")]
Few = Annotated[int, Ge(0), Le(100), Role("count")]  # classes, lags: each is computed, so that a slip would fill the memory
Share = Annotated[float, Ge(0), Le(1), Role("share")]
Level = Annotated[float, Gt(0), Lt(1), Role("level")]
