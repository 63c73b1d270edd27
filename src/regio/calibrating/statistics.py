"""Printed statistics of regressions as conditions on the outcome: t and its stars, R², F of thresholds, Kleibergen-Paap.

With the regressors given each of them is a linear form of the outcome y over the root of a quadratic form, or a ratio of two quadratic forms: t = w′y/‖Qy‖,
R² = 1 − ‖Qy‖²/‖Py‖², F = d (c′y)²/‖Qy‖². So its slopes are known, and Newton steps can bring them to what is printed together with the linear restrictions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from regio.auditing.numbers import parse
from regio.calibrating.effects import Keys, Restriction, dummies, meeting, rows_of, term, value, without
from regio.calibrating.parts import TERM, Effect
from regio.models.core.conventions import Counts, Name, factor

Array = NDArray[np.float64]
LEVELS = {"***": (0.0, 0.01), "**": (0.01, 0.05), "*": (0.05, 0.1), "": (0.1, 1.0)}
APART = 0.05  # of t, by which it stays away from the limits of its stars
INSIDE = 0.001  # how far a number stays from the limit of an inequality
BELOW = 0.98  # of the printed threshold's gain, which no other value reaches
REGIONS = 5  # in a regime, as in ``threshold``
TRIM = 0.05  # of the rows in a regime
ROUNDS = 250
NOTHING = 1e-200  # below every sum of squares that is more than rounding
SMALL = 1e-10  # root of the sum of squares of what is lacking
NEAR = 1e-6  # in units of its own, within which a condition holds
FINEST, WORST = 1e-12, 1e12  # damping
Active = tuple[float, Array]  # what is lacking, and the slopes (n,)


@dataclass(frozen=True, slots=True)
class Condition:
    """signed: factor · p′y/‖Qy‖; else factor · ‖Py‖²/‖Qy‖² + offset; between low and high. top: (r, n); bottom: (s, n); printed: empty where it is
    a limit only. several: each row of ``top`` by itself; the greatest one, if ``greatest``, is brought to ``high``.
    """

    where: str
    printed: str
    low: float
    high: float
    top: Array
    bottom: Array
    factor: float = 1.0
    offset: float = 0.0
    signed: bool = False
    several: bool = False
    greatest: bool = False
    odds: float = 0.0  # F is odds · r/(1 − r)

    def shown(self, y: Array) -> float:
        """What the print would be."""
        found = self.at(y)
        return self.odds * found / (1 - found) if self.odds else found

    def at(self, y: Array) -> float:
        """Its value; of several the greatest."""
        p, size = self.top @ y, max(float(np.sum((self.bottom @ y) ** 2)), NOTHING)
        if self.signed:
            return float(self.factor * p[0] / np.sqrt(size))
        return float(self.factor * (np.max(p * p) if self.several else p @ p) / size + self.offset)

    def holds(self, y: Array) -> bool:
        return not any(abs(gap) > NEAR * self.unit for gap, _ in self.active(y))

    @property
    def unit(self) -> float:
        """In which what is lacking is counted: 1 of t, a hundredth of R², a tenth of a printed F."""
        return 1.0 if self.signed else 0.01 if self.offset else 0.1 * self.high

    def active(self, y: Array) -> list[Active]:
        """What is lacking, with slopes, where it does not hold."""
        q = self.bottom @ y
        size, pull = max(float(q @ q), NOTHING), q @ self.bottom
        if self.several:
            p = self.top @ y
            ratio = self.factor * p * p / size
            which = np.flatnonzero(ratio > self.high)
            if self.greatest:
                which = np.union1d(which, [int(ratio.argmax())])
            met = self.greatest & (ratio == ratio.max())  # the others are to stay below only
            gaps = np.where(met, self.high - ratio, np.minimum(self.high - ratio, 0.0))
            return [(float(gaps[i]), 2 * (self.factor * p[i] * self.top[i] - ratio[i] * pull) / size) for i in which]
        found = self.at(y)
        gap = max(self.low - found, 0.0) + min(self.high - found, 0.0)
        if gap == 0:
            return []
        if self.signed:
            return [(gap, self.factor * self.top[0] / np.sqrt(size) - found / size * pull)]
        p = self.top @ y
        return [(gap, 2 * (self.factor * (p @ self.top) - (found - self.offset) * pull) / size)]


@dataclass(frozen=True, slots=True)
class Equation:
    """An effect on its rows. w: (k, n), rows of (Z′X)⁻¹Z′; rest: (n, n), what takes y to its residuals; zero outside the rows of the sample. regions: (n,)
    codes; instrument: (n,) the first term, or its instrument, net of everything else.
    """

    errors: str
    names: tuple[str, ...]
    rows: NDArray[np.bool_]
    w: Array
    rest: Array
    instrument: Array
    regions: NDArray[np.intp]
    counts: Counts

    @classmethod
    def of(cls, effect: Effect, keys: Keys, columns: Mapping[str, Array], names: Sequence[str] = ()) -> Equation:
        names = tuple(names) or effect.terms
        rows = rows_of(effect.sample, keys, columns, names)
        block = dummies(effect.effects, keys, rows)
        given = np.column_stack([term(t, columns, rows)[rows] for t in names])
        put = np.column_stack([term(effect.instruments.get(t, t), columns, rows)[rows] for t in names])
        x, z = without(block, given), without(block, put)
        n, own = len(rows), int(rows.sum())
        w, rest, instrument, regions = np.zeros((len(names), n)), np.zeros((n, n)), np.zeros(n), np.full(n, -1)
        w[:, rows] = np.linalg.solve(z.T @ x, z.T)
        rest[np.ix_(rows, rows)] = without(block, np.eye(own)) - x @ w[:, rows]
        instrument[rows] = without(np.hstack([block, put[:, 1:]]), put[:, 0])
        regions[rows] = np.unique(keys["region"][rows], return_inverse=True)[1]
        groups, periods = int(regions.max()) + 1, len(np.unique(keys["period"][rows])) if "period" in effect.effects else 0
        nested = "region" in effect.effects
        counts = Counts(own, len(names), max(periods - 1, 0), groups if nested else 1, periods, (groups,), (nested, False))
        return cls(effect.errors, names, rows, w, rest, instrument, regions, counts)

    def error(self, weights: Array, rest: Array, convention: Name | None) -> Array:
        """(s, n) Q such that ‖Qy‖ is the standard error of weights′y; without a convention there is no small-sample factor."""
        if self.errors == "classical":
            return np.asarray(rest * np.sqrt(weights @ weights / self.counts.df_residual))
        sums = np.array([(weights * (self.regions == g)) @ rest for g in range(self.counts.clusters[0])])
        return np.asarray(sums * np.sqrt(1.0 if convention is None else factor(convention, "cluster", self.counts)))

    @property
    def df(self) -> int:
        return self.counts.df_residual if self.errors == "classical" else self.counts.clusters[0] - 1


def conditions(effect: Effect, keys: Keys, columns: Mapping[str, Array]) -> list[Condition]:
    """Everything that a design says of an effect beyond its coefficients."""
    if not effect.speaks:
        return []
    own, name, found = Equation.of(effect, keys, columns), effect.name or effect.outcome, list[Condition]()
    program: Name = "ivreghdfe" if effect.instruments else "xtreg"
    if effect.statistic is not None:
        wanted = aim(effect.statistic, f"{name}/{own.names[0]}/statistic")
        found.append(Condition(*wanted, own.w[:1], own.error(own.w[0], own.rest, program), signed=True))
    for t, stars in effect.stars.items():
        weights = own.w[own.names.index(t)]
        ends = star_limits(stars, effect.coefficients.get(t, ""), own.df)
        found.append(Condition(f"{name}/{t}/stars", "", *ends, weights[None], own.error(weights, own.rest, program), signed=True))
    for part, printed, taken in (("r_squared", effect.r_squared, ()), ("r_squared_within", effect.r_squared_within, effect.effects[:1])):
        if printed is not None:
            about = np.zeros((len(own.rows), len(own.rows)))
            about[np.ix_(own.rows, own.rows)] = without(dummies(taken, keys, own.rows), np.eye(own.counts.n))
            found.append(Condition(*aim(printed, f"{name}/{part}"), own.rest, about, -1.0, 1.0))
    if (said := effect.kleibergen_paap) is not None:
        z = own.instrument
        if said.lm is not None:  # scores as if there were no relation
            none = own.rest + np.outer(z, own.w[0])
            found.append(Condition(*aim(said.lm, f"{name}/kleibergen_paap_lm"), z[None], own.error(z, none, None)))
        if said.f is not None:  # F of one instrument is the square of its t
            found.append(Condition(*aim(said.f, f"{name}/kleibergen_paap_f"), own.w[:1], own.error(own.w[0], own.rest, "ivreghdfe")))
    return [*found, *(_threshold(effect, name, own, keys, columns) if effect.threshold else ())]


def aim(printed: str, where: str) -> tuple[str, str, float, float]:
    """Where, printed, and the limits: a number is met itself, one behind a sign of inequality keeps to its side."""
    number = parse(printed)
    if number is None or number.bound == "":
        return where, printed, value(printed), value(printed)
    ends = number.interval()
    return where, printed, ends.low + INSIDE, ends.high - INSIDE


def star_limits(stars: str, coefficient: str, df: int) -> tuple[float, float]:
    """Limits of t. A term whose coefficient is not printed is positive, unless a minus stands before the stars.

    >>> [round(x, 2) for x in star_limits("**", "", 29)]
    [2.1, 2.71]
    """
    from scipy.special import stdtrit

    low, high = LEVELS[stars.lstrip("-−")]
    least, most = (0.0 if high == 1 else float(-stdtrit(df, high / 2)) + APART), (np.inf if low == 0 else float(-stdtrit(df, low / 2)) - APART)
    negative = value(coefficient) < 0 if coefficient else stars[:1] in ("-", "−")
    return (-most, -least) if negative else (least, most)


def _threshold(effect: Effect, name: str, own: Equation, keys: Keys, columns: Mapping[str, Array]) -> list[Condition]:
    """F of the threshold of an effect whose first two terms are x[q<=g] and x[q>g], which no other value of q may come up to; and F of the best second one."""
    said, parsed = effect.threshold, TERM.fullmatch(own.names[0].strip())
    assert said is not None
    assert parsed is not None
    x, q, at = columns[parsed["name"]], columns[parsed["by"]], float(parsed["at"])
    plain = Equation.of(effect, keys, columns, (parsed["name"], *own.names[2:]))
    values = np.unique(q[own.rows])[:-1]
    region = own.regions

    def enough(rows: NDArray[np.bool_]) -> bool:
        return bool(rows.sum() >= np.ceil(TRIM * own.rows.sum() - 1e-9) and len(np.unique(region[rows])) >= REGIONS)

    steps = [g for g in values if enough(own.rows & (q <= g)) and enough(own.rows & (q > g))]
    gains = _unit(np.array([plain.rest @ np.where(q <= g, x, 0.0) for g in steps]))
    best = _unit((plain.rest @ np.where(q <= at, x, 0.0))[None])
    others = np.array([((q <= g) != (q <= at))[own.rows].any() for g in steps])
    df = float(own.counts.n - own.counts.groups)
    found = [Condition(f"{name}/others", "", 0.0, BELOW, gains[others], best, several=True)]
    if said.f is not None:
        found.append(Condition(*aim(said.f, f"{name}/f"), best, own.rest, df))
    if said.second_f is not None:
        apart = np.array([enough(own.rows & (q > min(g, at)) & (q <= max(g, at))) for g in steps]) & others
        beside = _unit(gains[apart] - (gains[apart] @ best[0])[:, None] * best)
        f = value(said.second_f)
        found.append(Condition(f"{name}/second_f", said.second_f, 0.0, f / (df + f), beside, own.rest, several=True, greatest=True, odds=df))
    return found


def _unit(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300))


def brought(y: Array, restrictions: Sequence[Restriction], wanted: Sequence[Condition], low: Array, high: Array, rounds: int = ROUNDS) -> Array:
    """The outcome after Levenberg-Marquardt steps among the values that meet the restrictions, towards conditions and limits (n,)."""
    a = np.vstack([r.weights for r in restrictions])
    nearest, free = meeting(restrictions), null_space(a / np.linalg.norm(a, axis=1, keepdims=True), rcond=1e-11)
    room = np.where(np.isfinite(high - low), 0.005 * np.nan_to_num(high - low, posinf=0.0), 0.0)
    y, damping = nearest(y), 1.0
    with np.errstate(all="ignore"):  # a ratio whose bottom vanishes is no way to go
        gaps, slopes = _lacking(y, wanted, low + room, high - room)
        for _ in range(rounds):
            lost = float(gaps @ gaps)
            if lost < SMALL**2 or np.isnan(lost):
                break
            j = slopes @ free
            while damping < WORST:
                try:
                    step = j.T @ np.linalg.solve(j @ j.T + damping * np.eye(len(gaps)), gaps)
                except np.linalg.LinAlgError:
                    return nearest(y)
                moved = y + free @ step
                found, tangents = _lacking(moved, wanted, low + room, high - room)
                if float(found @ found) < lost:
                    break
                damping *= 4
            else:
                break
            y, gaps, slopes, damping = moved, found, tangents, max(damping / 6, FINEST)
    return nearest(y)


def _lacking(y: Array, wanted: Sequence[Condition], low: Array, high: Array) -> tuple[Array, Array]:
    """What is lacking of each condition and limit that does not hold, in units of its own, and the slopes."""
    found = [(gap / c.unit, slope / c.unit) for c in wanted for gap, slope in c.active(y)]
    beyond = np.flatnonzero((y < low) | (y > high))
    unit = max(float(y.std()), 1e-300)
    ends = (np.clip(y, low, high) - y)[beyond] / unit
    gaps = np.concatenate([np.array([gap for gap, _ in found]), ends])
    return gaps, np.vstack([np.array([slope for _, slope in found]).reshape(len(found), len(y)), np.eye(len(y))[beyond] / unit])
