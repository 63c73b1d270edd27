"""Candidate discretisations of a factor, and what each explains of an outcome: the optimal-parameter search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regio.spatial.breaks import SUPERVISED, Profile, breaks
from regio.spatial.breaks.cutting import Convention
from regio.spatial.breaks.exact import natural_of_many
from regio.spatial.breaks.supervised import robust, tree
from regio.spatial.detector.statistics import Floats, Ints

ANY_NUMBER = ("head_tail",)  # methods that find the number of classes themselves


@dataclass(frozen=True, slots=True)
class Setting:
    """A method, the number of classes asked for, and the inner edges that came out. ``whole``: they make as many classes as the rule has edges."""

    method: str
    classes: int
    inner: Floats
    whole: bool = True


@dataclass(frozen=True)
class Candidates:
    """The settings of one factor, laid end to end: places (among the different values) at which their classes begin and end."""

    profile: Profile
    settings: tuple[Setting, ...]

    @cached_property
    def places(self) -> Ints:
        """Beginnings and ends of all classes: (settings × (classes + 1))."""
        inner = [np.concatenate([[-np.inf], s.inner, [np.inf]]) for s in self.settings]
        return self.profile.places(np.concatenate(inner))

    @cached_property
    def heads(self) -> Ints:
        """Where the first class of each setting stands among all classes."""
        sizes = [len(s.inner) + 1 for s in self.settings]
        return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)

    @cached_property
    def _between(self) -> Ints:
        """Which differences of neighbouring places are classes, and not steps from one setting to the next."""
        steps = np.cumsum([len(s.inner) + 2 for s in self.settings])[:-1] - 1
        return np.delete(np.arange(len(self.places) - 1), steps)

    def of_classes(self, cumulated: Floats) -> Floats:
        """(…, classes of all settings) sums over each class, from sums cumulated over the different values (…, m + 1)."""
        found: Floats = np.diff(cumulated[..., self.places], axis=-1)[..., self._between]
        return found

    @cached_property
    def rows(self) -> Floats:
        return self.of_classes(np.concatenate([[0.0], np.cumsum(self.profile.rows)]))

    @cached_property
    def weights(self) -> Floats:
        return self.of_classes(np.concatenate([[0.0], np.cumsum(self.profile.counts)]))

    @cached_property
    def least_rows(self) -> Floats:
        return np.minimum.reduceat(self.rows, self.heads)

    def q(self, sums: Floats, square: float, drop: bool) -> Floats:
        """(…, settings) the q of each setting. sums: (…, m + 1) of the centred outcome; square: its sum of squares; drop: single rows are left out."""
        totals = self.of_classes(sums)
        alone = (self.rows == 1) if drop else np.zeros(len(self.rows), dtype=bool)
        kept = np.where(alone, 0.0, 1.0)
        between = np.add.reduceat(totals**2 / self.weights * kept, self.heads, axis=-1)
        total = np.add.reduceat(totals * kept, self.heads, axis=-1)
        weight = np.add.reduceat(self.weights * kept, self.heads)
        lost = np.add.reduceat(totals**2 / self.weights * (1 - kept), self.heads, axis=-1) if alone.any() else 0.0
        centre = total**2 / weight
        found: Floats = np.clip((between - centre) / (square - lost - centre), 0.0, 1.0)
        return found


def candidates(profiles: Sequence[Profile], methods: Sequence[str], classes: Sequence[int], convention: Convention) -> list[Candidates]:
    """The settings of several factors that do not look at the outcome."""
    exact = natural_of_many(profiles, classes) if "natural" in methods else [{} for _ in profiles]
    found = []
    for profile, natural in zip(profiles, exact, strict=True):
        settings = []
        for method in methods:
            if method in SUPERVISED:
                continue
            for k in (max(classes),) if method in ANY_NUMBER else classes:
                if method == "natural":
                    if k in natural:
                        settings.append(Setting(method, k, natural[k]))
                    continue
                inner = breaks(profile, method, k, convention)
                any_number = method in ANY_NUMBER
                least = k - 2 if (method, convention) == ("geometric", "gd") else k - 1  # its rule makes one class less where no value is negative
                settings.append(Setting(method, len(inner) + 1 if any_number else k, inner, any_number or len(inner) >= least))
        found.append(Candidates(profile, tuple(settings)))
    return found


def looking(profile: Profile, sums: Floats, methods: Sequence[str], classes: Sequence[int], min_rows: int) -> tuple[Setting, ...]:
    """The settings that look at the outcome."""
    found = []
    for method in methods:
        if method in SUPERVISED:
            cuts = (robust if method == "robust" else tree)(profile, sums, classes, min_rows)
            found += [Setting(method, k, profile.values[places - 1]) for k, places in sorted(cuts.items())]
    return tuple(found)


def usable(made: Candidates, min_rows: int, convention: Convention) -> np.ndarray:
    """Settings that may be chosen: enough rows in each class, and no class lost (the R package gdverse takes such settings too)."""
    whole = np.array([s.whole or convention in ("gdverse", "cran") for s in made.settings], dtype=bool)
    several = np.array([len(s.inner) > 0 for s in made.settings], dtype=bool)
    return whole & several & (made.least_rows >= min_rows) if len(whole) else whole
