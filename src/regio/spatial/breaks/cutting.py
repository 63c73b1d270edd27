"""From the name of a method to inner edges, and from edges to classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from regio.spatial.breaks.exact import natural
from regio.spatial.breaks.profile import Floats, Ints, Profile
from regio.spatial.breaks.rules import (
    equal,
    geometric,
    geometric_gd,
    geometric_gdverse,
    head_tail,
    quantile,
    quantile_gd,
    quantile_gdverse,
    standard_deviation,
    standard_deviation_gd,
    standard_deviation_gdverse,
)

Method = Literal["equal", "quantile", "natural", "geometric", "standard_deviation", "head_tail"]
Convention = Literal["textbook", "gd", "gdverse", "cran"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
UNSUPERVISED: tuple[Method, ...] = get_args(Method)
SUPERVISED = ("tree", "robust")  # these look at the outcome
METHODS = (*UNSUPERVISED, *SUPERVISED)
RULES: dict[tuple[str, str], Callable[[Profile, int], Floats]] = {  # where a package has a rule of its own, that too
    ("equal", "textbook"): equal,
    ("quantile", "textbook"): quantile,
    ("quantile", "gd"): quantile_gd,
    ("quantile", "gdverse"): quantile_gdverse,
    ("geometric", "textbook"): geometric,
    ("geometric", "gd"): geometric_gd,
    ("geometric", "gdverse"): geometric_gdverse,
    ("standard_deviation", "textbook"): standard_deviation,
    ("standard_deviation", "gd"): standard_deviation_gd,
    ("standard_deviation", "gdverse"): standard_deviation_gdverse,
    ("head_tail", "textbook"): head_tail,
}


def breaks(profile: Profile, method: str, classes: int, convention: Convention = "textbook") -> Floats:
    """Inner edges, ascending and different; k − 1 of them, or fewer where values repeat or classes would be empty.

    ``natural`` needs as many different values as classes; ``head_tail`` finds the number of classes itself, at most ``classes``.
    """
    if method == "natural":
        return natural(profile, [classes]).get(classes, np.empty(0))
    rule = RULES.get((method, convention)) or RULES[method, "textbook"]
    return tidy(profile, rule(profile, classes))


def tidy(profile: Profile, inner: Floats) -> Floats:
    """Without edges that leave a class empty."""
    places, first = np.unique(profile.places(inner), return_index=True)
    found: Floats = np.asarray(inner, dtype=float)[first[(places > 0) & (places < len(profile))]]
    return found


def coded(values: Floats, inner: Floats) -> Ints:
    """(n,) the class of each value, from 0: the number of inner edges that lie below it."""
    return np.searchsorted(inner, values, side="left")


def ranges(low: float, inner: Sequence[float] | Floats, high: float) -> tuple[tuple[float, float], ...]:
    """(lower, upper] of each class, the lowest value belonging to the first."""
    return tuple(pairwise((low, *map(float, inner), high)))
