"""Joint feasibility: is there one set of parameters that reproduces every printed number? Sequential linear programmes with a trust region (HiGHS).

A ``System`` is all that is needed: a start, a scale for each parameter, the printed numbers as intervals, and a function from parameters to those numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from regio.auditing.numbers import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Progress = Callable[[float], None]  # told the share done, 0 to 1
STEP = 1e-4  # of a parameter's scale, in numerical derivatives
SMALLEST = 1e-7  # trust region at which a search ends
WIDEST = 50.0
ENOUGH = 0.98  # half units: a search that has come so far stops
FITS, FAILS = 1.0 + 1e-6, 1.05  # half units: a certificate, and what several starts must not get below


@dataclass(frozen=True, slots=True)
class Target:
    """One printed number: its cell, its text, and the values that print so."""

    where: str
    printed: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class System:
    """parameters: names (p,); start, scale: (p,); targets: (m,); predict: (p,) → (m,) in the order of the targets, nan where it breaks down;
    many: the same for several sets at once, (b, p) → (b, m), where there is a faster way than one by one.
    """

    parameters: tuple[str, ...]
    start: Array
    scale: Array
    targets: tuple[Target, ...]
    predict: Callable[[Array], Array]
    many: Callable[[Array], Array] | None = None

    def without(self, drop: Sequence[int]) -> System:
        """The same system with some numbers set free."""
        import numpy as np

        kept = np.array([i for i in range(len(self.targets)) if i not in set(drop)], dtype=int)
        predict, many = self.predict, self.many
        return replace(
            self,
            targets=tuple(self.targets[i] for i in kept),
            predict=lambda x: predict(x)[kept],
            many=None if many is None else lambda x: many(x)[:, kept],
        )


@dataclass(frozen=True, slots=True)
class Solution:
    """theta: (p,); deviations: (m,) in half units, so that a number comes back where it is at most 1; worst: the largest of them."""

    theta: Array
    deviations: Array
    worst: float

    @property
    def fits(self) -> bool:
        return self.worst <= FITS


def middles(system: System) -> tuple[Array, Array]:
    """Middle and half width of every target."""
    import numpy as np

    middle = np.array([t.interval.middle for t in system.targets])
    half = np.array([max(t.interval.width / 2, 1e-12 * max(1.0, abs(t.interval.middle))) for t in system.targets])
    return middle, half


def measured(system: System, theta: Array) -> Solution:
    """A set of parameters against the printed numbers."""
    import numpy as np

    middle, half = middles(system)
    deviations = np.abs(system.predict(theta) - middle) / half
    worst = float(deviations.max()) if len(deviations) and np.isfinite(deviations).all() else float("inf")
    return Solution(theta, deviations, worst)


def jacobian(system: System, theta: Array) -> Array:
    """Numerical derivatives (m, p) in units of each parameter's scale."""
    import numpy as np

    steps = np.diag(STEP * system.scale)
    points = np.concatenate([theta + steps, theta - steps])
    found = system.many(points) if system.many is not None else np.array([system.predict(x) for x in points])
    up, down = np.split(found, 2)
    slopes: Array = ((up - down) / (2 * STEP)).T
    return slopes


@dataclass(frozen=True, slots=True)
class Predicted:
    """One of the numbers of a system as a quantity."""

    system: System
    index: int

    def __call__(self, theta: Array) -> float:
        return float(self.system.predict(theta)[self.index])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the parameters of a system as a quantity, in size."""

    index: int

    def __call__(self, theta: Array) -> float:
        return abs(float(theta[self.index]))


def solve(system: System, *, iterations: int = 60, trust: float = 1.0, stop: float = ENOUGH, progress: Progress | None = None) -> Solution:
    """Minimise the largest deviation from a start.

    Each step is the linear programme min t, |J d + f − x| ≤ t h, |d| ≤ trust; the region grows where a step helps and shrinks where it does not.
    """
    import numpy as np
    from scipy.optimize import linprog

    best = measured(system, system.start)
    middle, half = middles(system)
    slopes: Array | None = None
    for n in range(iterations):
        if progress:
            progress(n / iterations)
        if best.worst <= stop or trust < SMALLEST:
            break
        if slopes is None:
            slopes = jacobian(system, best.theta)
            if not np.isfinite(slopes).all():
                break
        a = slopes / half[:, None]
        r = (system.predict(best.theta) - middle) / half
        ones = np.ones((len(r), 1))
        found = linprog(
            np.append(np.zeros(a.shape[1]), 1.0), A_ub=np.block([[a, -ones], [-a, -ones]]), b_ub=np.concatenate([-r, r]),
            bounds=[(-trust, trust)] * a.shape[1] + [(0, None)], method="highs",
        )  # fmt: skip
        if found.status != 0:
            trust *= 0.5
            continue
        trial = measured(system, best.theta + system.scale * np.asarray(found.x)[:-1])
        if trial.worst < best.worst * (1 - 1e-9):
            best, slopes, trust = trial, None, min(trust * 2, WIDEST)
        else:
            trust *= 0.3
    return best


def slacks(system: System, theta: Array, *, trust: float = 5.0, rounds: int = 6) -> Array:
    """How far each number must leave its interval, (m,) in half units, when the sum of these slacks is least: the largest names the suspect cell."""
    import numpy as np
    from scipy.optimize import linprog

    middle, half = middles(system)

    def excess(x: Array) -> Array:
        return np.maximum(np.abs(system.predict(x) - middle) / half - 1, 0.0)

    best = excess(theta)
    for _ in range(rounds):
        a = jacobian(system, theta) / half[:, None]
        r = (system.predict(theta) - middle) / half
        if not np.isfinite(a).all():
            break
        m, p = a.shape
        eye = np.eye(m)
        found = linprog(
            np.append(np.zeros(p), np.ones(m)), A_ub=np.block([[a, -eye], [-a, -eye]]), b_ub=np.concatenate([1 - r, 1 + r]),
            bounds=[(-trust, trust)] * p + [(0, None)] * m, method="highs",
        )  # fmt: skip
        if found.status != 0:
            trust *= 0.5
            continue
        trial = theta + system.scale * np.asarray(found.x)[:p]
        value = excess(trial)
        if np.isfinite(value).all() and value.sum() < best.sum() - 1e-9:
            theta, best, trust = trial, value, min(trust * 2, WIDEST)
        else:
            trust *= 0.3
    return best


def bounds(system: System, theta: Array, quantity: Callable[[Array], float], *, rounds: int = 8, trust: float = 1.0) -> Interval:
    """The range of a quantity that is not printed over all parameters that reproduce the print, found from a feasible ``theta``."""
    low, high = (_furthest(system, theta, quantity, sign, rounds, trust) for sign in (-1.0, 1.0))
    return Interval(low, high)


def _slopes(system: System, quantity: Callable[[Array], float], theta: Array) -> Array:
    """Derivatives (p,) of a quantity in units of each parameter's scale."""
    import numpy as np

    if isinstance(quantity, Predicted):
        found: Array = jacobian(replace(quantity.system, scale=system.scale), theta)[quantity.index]
        return found
    return np.array([(quantity(theta + e) - quantity(theta - e)) / (2 * STEP) for e in np.diag(STEP * system.scale)])


def _furthest(system: System, theta: Array, quantity: Callable[[Array], float], sign: float, rounds: int, trust: float) -> float:
    import numpy as np
    from scipy.optimize import linprog

    middle, half = middles(system)
    best = quantity(theta)
    for _ in range(rounds):
        a = jacobian(system, theta) / half[:, None]
        r = (system.predict(theta) - middle) / half
        gradient = sign * _slopes(system, quantity, theta)
        size = float(np.abs(gradient).max())
        if not np.isfinite(a).all() or not size > 0:
            break
        found = linprog(
            -gradient / size, A_ub=np.vstack([a, -a]), b_ub=np.concatenate([1 - r, 1 + r]).clip(0), bounds=[(-trust, trust)] * len(theta), method="highs"
        )
        if found.status != 0:
            break
        step = system.scale * np.asarray(found.x)
        for shorter in (1.0, 0.7, 0.3, 0.1):
            trial = theta + shorter * step
            value = quantity(trial)
            if sign * (value - best) > 0 and measured(system, trial).worst <= FITS:
                gain = abs(value - best)
                theta, best = trial, value
                break
        else:
            trust *= 0.3
            continue
        if gain < 1e-4 * (abs(best) + 1e-300):
            break
    return float(best)
