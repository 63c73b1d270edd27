"""Exact natural breaks (Fisher-Jenks): classes of sorted values with the least sum of squares within. No sampling, and equal values are one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from regio.spatial.breaks.bounded import BINS, bounded
from regio.spatial.breaks.layers import layers, path
from regio.spatial.breaks.prefix import Floats, Ints, Prefix
from regio.spatial.breaks.profile import Profile


def natural(profile: Profile, classes: Iterable[int]) -> dict[int, Floats]:
    """Inner edges (k − 1,) for each number of classes k; an edge is the largest value of its class. Numbers above that of the different values are left out."""
    return natural_of_many([profile], tuple(classes))[0]


def natural_of_many(profiles: Sequence[Profile], classes: Sequence[int]) -> list[dict[int, Floats]]:
    """The same for several columns; short ones share one pass."""
    found: list[dict[int, Floats]] = [{} for _ in profiles]
    wanted = [tuple(k for k in sorted(set(classes)) if 1 <= k <= len(profile)) for profile in profiles]
    prefixes = [Prefix.of(profile.values, profile.counts) for profile in profiles]
    short = [i for i, profile in enumerate(profiles) if len(profile) <= BINS]
    cuts: dict[int, dict[int, Ints]] = {}
    if short:
        cuts |= dict(zip(short, _together([prefixes[i] for i in short], [wanted[i] for i in short]), strict=True))
    for i in range(len(profiles)):
        if i not in cuts:
            cuts[i] = bounded(profiles[i].values, prefixes[i], wanted[i])
        found[i] = {k: profiles[i].values[cut - 1] for k, cut in cuts[i].items()}
    return found


def within(profile: Profile, inner: Floats) -> float:
    """Sum of squares within the classes that inner edges make, each taken about its own mean."""
    total = 0.0
    places = [0, *profile.places(inner).tolist(), len(profile)]
    for start, stop in itertools.pairwise(places):
        values, counts = profile.values[start:stop], profile.counts[start:stop]
        if len(values) > 1:
            deviations = values - values[len(values) // 2]
            deviations -= np.average(deviations, weights=counts)
            total += float(counts @ deviations**2)
    return total


def _together(prefixes: Sequence[Prefix], wanted: Sequence[tuple[int, ...]]) -> list[dict[int, Ints]]:
    """Every place of several columns, laid one behind the other."""
    sizes = tuple(len(prefix) + 1 for prefix in prefixes)
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    joined = Prefix(*(np.concatenate([getattr(prefix, name) for prefix in prefixes]) for name in ("count", "total", "square")))
    most = max((k for ks in wanted for k in ks), default=1)
    found = layers(joined, joined, sizes, most, np.ones(sum(sizes), dtype=bool))
    return [{k: path(found, k, int(offset + size - 1)) - offset for k in ks} for offset, size, ks in zip(offsets, sizes, wanted, strict=True)]
