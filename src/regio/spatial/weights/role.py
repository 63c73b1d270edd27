"""What ``neighbours`` may be in a call. Standard library only: declarations are read before any number is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from regio.contract.roles import Role

KINDS = ("contiguity", "k_nearest", "distance_band", "inverse_distance", "economic_distance", "economic_geographic")
Distance = Literal["great_circle", "plane"]
IslandLinks = Literal["convention", "none"]


class Given:
    """Matrices become plain values, so that a call can be stored: a frame a mapping of mappings, an array a tuple of rows. pydantic reads this off the
    annotation.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(plain, handler(source))


def plain(value: Any) -> Any:
    """Weights as plain values: a W of libpysal, a square frame and an array are understood."""
    if hasattr(value, "neighbors") and hasattr(value, "weights"):
        return {str(region): dict(zip(map(str, near), map(float, value.weights[region]), strict=True)) for region, near in value.neighbors.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return {str(region): {str(other): float(weight) for other, weight in row.items() if weight} for region, row in value.T.to_dict().items()}
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "tolist"):
        value = value.tolist()
    return tuple(tuple(row) if isinstance(row, list | tuple) else row for row in value) if isinstance(value, list | tuple) else value


Neighbours = Annotated[Any, Given(), Role("neighbours")]
