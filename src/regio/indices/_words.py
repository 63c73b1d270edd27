"""Option values of the methods of an index, each in one place. Standard library only: declarations are read before any number is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from regio.contract.roles import Role

ScaleName = Literal["min_max", "goalposts", "distance_to_target", "z", "z_unit", "rank", "vector", "share"]
AggregateName = Literal["arithmetic", "geometric", "harmonic", "generalised", "topsis", "mazziotta_pareto", "mazziotta_pareto_plus"]
SchemeName = Literal[
    "entropy",
    "equal",
    "critic",
    "coefficient_of_variation",
    "standard_deviation",
    "pca",
    "merec",
    "benefit_of_the_doubt",
    "entropy_ahp",
    "ahp",
    "given",
]
Combination = Literal["mean", "product", "game"]
Hierarchy = Literal["flat", "nested"]
Scope = Literal["pooled", "by_period", "pooled_scale"]
Ideal = Literal["sample", "fixed"]
DistanceForm = Literal["standard", "weight_inside"]
Nearest = Literal["absolute", "log"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, as a study file has it, becomes a tuple, also inside; a frame of numbers becomes its rows; ``alone``: one word or whole number stands for a
    tuple of one. pydantic reads this off the annotation.
    """

    alone: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def read(self, value: Any) -> Any:
        return (value,) if self.alone and isinstance(value, str | int) else _tuples(value)


def _tuples(value: Any) -> Any:
    value = value.to_numpy() if hasattr(value, "to_numpy") else value
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, str | Mapping | set | frozenset) or not isinstance(value, Iterable):
        return value
    return tuple(_tuples(item) for item in value)


Several = Annotated[tuple[SchemeName, ...], Listed()]
Interval = Annotated[tuple[float, float], Listed(), Role("interval")]
Judgement = Annotated[tuple[tuple[float | str, ...], ...], Listed(), Role("judgement")]
Periods = Annotated[tuple[int | str, ...], Listed(alone=True), Role("periods")]
