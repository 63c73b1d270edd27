"""Neighbours that a user writes down, as a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def square_of(neighbours: Mapping[Any, Any], regions: Sequence[Any]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """(n, n) weights of the regions in their order, from region → its neighbours or → {neighbour: weight}; and the names that are none of them."""
    import numpy as np

    place = {str(region): i for i, region in enumerate(regions)}
    square = np.zeros((len(regions), len(regions)))
    unknown = [str(region) for region in neighbours if str(region) not in place]
    for region, others in neighbours.items():
        several = isinstance(others, Iterable) and not isinstance(others, str)
        near = others if isinstance(others, Mapping) else dict.fromkeys(others if several else (others,), 1.0)
        for other, weight in near.items():
            if str(other) not in place:
                unknown.append(str(other))
            elif str(region) in place:
                square[place[str(region)], place[str(other)]] = _number(weight)
    return square, tuple(dict.fromkeys(unknown))


def _number(weight: Any) -> float:
    try:
        return float(weight)
    except (TypeError, ValueError):
        return float("nan")
