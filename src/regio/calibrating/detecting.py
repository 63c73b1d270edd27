"""q of factors and of pairs of factors in one period, exactly: the order of a factor's values brings them near, and small moves of the outcome do the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.calibrating import inverse
from regio.calibrating.effects import Restriction, limits, value
from regio.calibrating.parts import Detected, Overlaid
from regio.calibrating.statistics import Condition, aim, brought
from regio.contract.declaration import declaration
from regio.spatial.breaks import Profile, coded, natural
from regio.spatial.detector.analyse import Found, about_mean, fix_strata
from regio.spatial.detector.call import filled
from regio.spatial.detector.compute import prepare
from regio.spatial.detector.orders import APART

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
ROUNDS = 8  # of cutting the factors and moving the outcome: cuts may change as it moves
NEARER = 0.01  # by which the strongest pair stands above the others
TRIED = 60  # Newton steps
LEVEL = 0.05
CUTS = 8  # orders of a factor that are tried until it has as many strata as its significance asks for
ORDERS = 8  # of the values of all factors that are tried
NEAR_ENOUGH = 0.004  # of q, where the outcome gives way by the rest
TOUCH = 1e-9
ROOM = 0.003  # of the width of a class, by which the outcome stays away from its limits


def cut(values: Array, outcome: Array, words: Mapping[str, Any]) -> Codes:
    """(n,) the strata of a factor, as ``geodetector`` with these options cuts it."""
    import pandas as pd

    given = {a.name: a.default for a in declaration("geodetector").fields if a.name not in APART} | dict(words)
    options = filled(factors=("x",), **{"seed": 0, **given})
    centred, _, square = about_mean(outcome, None, "", "x")
    found = Found()
    fix_strata(prepare(pd.DataFrame({"x": values}), {"x": "x"}, None, options)[0][0], centred, None, square, options, "", found)
    return np.asarray(found.codes["x"].codes, dtype=np.intp)


def within(codes: Codes) -> Array:
    """(n, n) what takes an outcome to its deviations from the means of strata."""
    same = codes[:, None] == codes[None, :]
    return np.asarray(np.eye(len(codes)) - same / same.sum(axis=1, keepdims=True))


def share(codes: Codes, outcome: Array) -> float:
    """Q of strata."""
    return float(1 - np.sum((within(codes) @ outcome) ** 2) / np.sum((outcome - outcome.mean()) ** 2))


def both(a: Codes, b: Codes) -> Codes:
    """The strata of two factors laid over one another."""
    return np.unique(a * (b.max() + 1) + b, return_inverse=True)[1]


def wanted_of(single: Sequence[Detected], pairs: Sequence[Overlaid], codes: Mapping[str, Codes], n: int) -> list[Condition]:
    """Everything that a period must give, for these strata."""
    whole = within(np.zeros(n, dtype=np.intp))
    found = [Condition(*aim(d.q, f"{d.outcome}/q/{d.factor}/{d.period}"), within(codes[d.factor]), whole, -1.0, 1.0) for d in single]
    for p in pairs:
        for a, b in p.pairs:
            own = within(both(codes[a], codes[b]))
            if p.q is not None:
                found.append(Condition(*aim(p.q, f"{p.outcome}/q/{a}.{b}/{p.period}"), own, whole, -1.0, 1.0))
            if p.strongest:
                others = [c for c in combinations(codes, 2) if set(c) != {a, b}]
                found += [Condition("", "", 0.0, 1 - NEARER, own, within(both(codes[c], codes[d]))) for c, d in others]
    return found


def upper_share(x: Array, classes: int, upper: int) -> float:
    """The share of values in the upper classes by natural breaks."""
    profile = Profile.of(x)
    return float((coded(x, natural(profile, [classes])[classes]) >= classes - upper).mean())


def chance(q: float, codes: Codes) -> float:
    """The p-value of q by the central F, which knows the number of strata only."""
    from scipy.special import fdtrc

    strata, n = int(codes.max()) + 1, len(codes)
    return float(fdtrc(strata - 1, n - strata, (n - strata) / (strata - 1) * q / (1 - q)))


def as_said(d: Detected, codes: Codes) -> bool:
    """Whether a factor cut into so many strata is significant at 5 % with its printed q, or is not, as the design says."""
    return d.significant is None or (chance(value(d.q), codes) < LEVEL) == d.significant


@dataclass(frozen=True, slots=True)
class Aimed:
    """What is printed of one period. computed: columns that keep their order; groups: (n,) whose means of the outcome stay; width: of the classes that its
    values do not leave (0: it does not move); low, high: (n,) its limits; accepted: what else must hold of it.
    """

    single: Sequence[Detected]
    pairs: Sequence[Overlaid]
    computed: Collection[str]
    groups: Codes
    width: float
    low: Array
    high: Array
    accepted: Callable[[Array], bool] = lambda _: True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*(d.factor for d in self.single), *(n for p in self.pairs for pair in p.pairs for n in pair)]))

    @property
    def options(self) -> dict[str, Any]:
        return self.single[0].options if self.single else self.pairs[0].options

    def met(self, outcome: Array, columns: Mapping[str, Array], random: np.random.Generator) -> tuple[Array, dict[str, Array]]:
        """The outcome (n,) and the factors of the first orders of their values that give everything; else of the first orders, the outcome as it was."""
        first = dict[str, Array]()
        for attempt in range(ORDERS if self.width else 1):
            factors = {name: columns[name] for name in self.names}
            for d in (d for d in self.single if d.factor not in self.computed):
                factors[d.factor] = self._ordered(d, outcome, factors[d.factor], random, fresh=attempt > 0)
            first = first or factors
            y = self._moved(outcome, factors) if self.width else None
            if y is not None and (self.accepted(y) or attempt == ORDERS - 1):
                return y, factors
        return outcome, first

    def holds(self, outcome: Array, y: Array, factors: Mapping[str, Array]) -> bool:
        """Whether these, found before, give everything, and keep the means of groups that the outcome has."""
        codes = {name: cut(x, y, self.options) for name, x in factors.items()}
        met = all(c.holds(y) for c in wanted_of(self.single, self.pairs, codes, len(y))) and all(as_said(d, codes[d.factor]) for d in self.single)
        groups = [self.groups == g for g in range(self.groups.max() + 1)]
        return met and all(abs(y[g].mean() - outcome[g].mean()) < TOUCH for g in groups) and self.accepted(y)

    def _ordered(self, d: Detected, outcome: Array, own: Array, random: np.random.Generator, *, fresh: bool) -> Array:
        """The values of a factor in an order that brings its q near, and with as many strata as its significance asks for, if such an order is found."""
        low, high = limits(d.q)
        near = max((high - low) / 2, NEAR_ENOUGH if self.width else 0.0)
        for order in range(CUTS if self.width else 1):
            own = inverse.factor(random.permutation(own) if fresh or order else own, outcome, value(d.q), near, d.options, random)[0]
            if not self.width or as_said(d, cut(own, outcome, d.options)):
                break
        return own

    def _moved(self, outcome: Array, factors: Mapping[str, Array]) -> Array | None:
        """The outcome after small moves, None where they do not give everything."""
        floor = np.floor(outcome / self.width + 1e-9) * self.width
        low, high = np.maximum(self.low, floor + ROOM * self.width), np.minimum(self.high, floor + (1 - ROOM) * self.width)
        low, high = np.minimum(low, outcome), np.maximum(high, outcome)
        groups = [self.groups == g for g in range(self.groups.max() + 1)]
        stay = [Restriction("", repr(float(outcome[g].mean())), g / g.sum()) for g in groups]
        y = outcome
        for _ in range(ROUNDS):
            codes = {name: cut(x, y, self.options) for name, x in factors.items()}
            wanted = wanted_of(self.single, self.pairs, codes, len(y))
            inside = ((y >= low - TOUCH) & (y <= high + TOUCH)).all()
            if inside and all(c.holds(y) for c in wanted) and all(as_said(d, codes[d.factor]) for d in self.single):
                return y
            y = brought(y, stay, wanted, low, high, TRIED)
            if not all(c.holds(y) for c in wanted):
                break
        return None

    def told(self, y: Array, factors: Mapping[str, Array]) -> list[tuple[str, str, float]]:
        """Where, printed and computed."""
        codes = {name: cut(x, y, self.options) for name, x in factors.items()}
        found = [(c.where, c.printed, c.at(y)) for c in wanted_of(self.single, self.pairs, codes, len(y)) if c.printed]
        said = [d for d in self.single if d.significant is not None]
        return [
            *found,
            *(
                (f"{d.outcome}/p/{d.factor}/{d.period}", "<0.05" if d.significant else ">0.05", chance(share(codes[d.factor], y), codes[d.factor]))
                for d in said
            ),
        ]
