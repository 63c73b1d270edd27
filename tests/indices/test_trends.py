"""The shape of a path by its declared rule."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regio.indices.coordination.trends import SHAPES, shape, turns


@pytest.mark.parametrize(
    ("path", "name", "places"),
    [
        ([0.1, 0.2, 0.3], "rise", ()),
        ([0.3, 0.2, 0.1], "fall", ()),
        ([0.1, 0.3, 0.1], "peak", (1,)),
        ([0.3, 0.1, 0.3], "valley", (1,)),
        ([0.1, 0.4, 0.2, 0.5], "n", (1, 2)),
        ([0.5, 0.2, 0.4, 0.1], "inverted_n", (1, 2)),
        ([0.35, 0.45, 0.40, 0.52, 0.49], "m", (1, 2, 3)),
        ([0.5, 0.3, 0.4, 0.2, 0.4], "w", (1, 2, 3)),
        ([0.1, 0.3, 0.1, 0.3, 0.1, 0.3], "fluctuating", (1, 2, 3, 4)),
        ([0.1, 0.105, 0.1, 0.109], "flat", ()),
        ([0.4], "flat", ()),
        ([0.10, 0.20, 0.195, 0.30], "rise", ()),  # back by 0.005 of 0.2: no turn
        ([0.20, 0.195, 0.25, 0.40], "rise", ()),  # the first dip is no turn either
        ([0.10, 0.20, 0.18, 0.30], "n", (1, 2)),  # back by a tenth: a turn
    ],
)
def test_shapes(path: list[float], name: str, places: tuple[int, ...]) -> None:
    assert (name, places) == shape(path)


levels = st.lists(st.integers(0, 1000).map(lambda x: x / 1000), min_size=2, max_size=15)


@settings(max_examples=50)
@given(levels)
def test_upside_down_is_the_opposite_shape(path: list[float]) -> None:
    opposite = {"rise": "fall", "fall": "rise", "peak": "valley", "valley": "peak", "n": "inverted_n", "inverted_n": "n", "m": "w", "w": "m"}
    name, places = shape(path)
    other, same = shape([1 - x for x in path])
    assert (opposite.get(name, name), places) == (other, same)


@settings(max_examples=50)
@given(levels, st.floats(0.01, 0.5))
def test_turns_are_highs_and_lows_in_turn_that_lie_far_enough_apart(path: list[float], least: float) -> None:
    found = turns(path, least)
    assert list(found) == sorted(set(found))
    if not found:
        return
    start = path[: found[0] + 1]
    ends = [min(start) if path[found[0]] > path[0] else max(start), *(path[i] for i in found)]  # the first leg is measured from the far end
    moves = [b - a for a, b in pairwise(ends)]
    assert all(abs(move) >= least for move in moves)
    assert all(a * b < 0 for a, b in pairwise(moves))


def test_every_shape_has_words() -> None:
    from regio.language import entries

    assert {f"coupling.shape.{name}" for name in (*SHAPES.values(), "flat", "fluctuating")} <= set(entries("coupling"))
