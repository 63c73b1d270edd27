"""The search for moments that give every printed number back.

First Levenberg-Marquardt steps on what lies outside the limits, which begin wide and close step by step; then, where the limits themselves are near, linear
programmes that bring the worst number as far inside its limits as they can.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.moments import System

Array = NDArray[np.float64]
WIDTHS = {1.0: 0.06, 0.3: 0.06, 0.1: 0.05, 0.03: 0.04, 0.01: 0.03, 0.003: 0.02, 1e-3: 0.015}
# of limits, in natural units of each number, and the least eigenvalue between regions: room there while all else is loose is what the last steps live on
LEAST = 0.012  # eigenvalue of the cross products between regions, of a variance of one
ROOM = 0.02  # of limits on one side
INSIDE = 0.8  # share of half a unit of the last digit that the search aims inside of
ENOUGH = 0.975  # the worst number may come this near to its limit
STEPS = 60  # of one width
PATIENCE = 10  # steps that gain less than 3 %
CHORDS = 3
PROGRAMMES = 60
TRUST, WIDEST = 3e-3, 0.1  # of the first programme, and of any
SLOW, GAIN = 12, 0.97  # a start is given up when so many programmes leave this share of the worst deviation
HOPELESS = 20.0  # half units that so many programmes may leave at most
LONGEST = 0.5  # step of one parameter
GIVE_UP = 5.0  # what may be left at one width before the next
WANDER = 0.08  # how far a step goes in each direction that no printed number sees
WANDERS = 2
UNSEEN = 0.3  # half units that a number changes by along such a direction, at most
REPAIRS = 8
EDGE = 2 * LEAST  # eigenvalues below are held
SETTLED = 1e-9  # step of a parameter that is none
SHARES = (1.0, 0.4, 0.15, 0.05)


def tails(system: System, value: Array, width: float, natural: Array, least: float) -> tuple[Array, Array]:
    """How far each number lies outside its limits, in half units, and these half units. The eigenvalues at the end must stay above ``least``."""
    half = np.maximum(np.where(np.isfinite(system.high - system.low), (system.high - system.low) / 2, 0.0), 1e-12)
    scale = np.maximum(half, width * natural)
    low = np.where(np.isfinite(system.low), np.where(np.isfinite(system.high), system.low + half - INSIDE * half, system.low + ROOM), -np.inf)
    high = np.where(np.isfinite(system.high), np.where(np.isfinite(system.low), system.high - half + INSIDE * half, system.high - ROOM), np.inf)
    wide = np.maximum(scale - half, 0.0)
    aims = value[: len(system.targets)]
    off = (np.minimum(aims - low + wide, 0.0) + np.maximum(aims - high - wide, 0.0)) / scale
    negative = np.minimum(value[len(system.targets) :] - least, 0.0) / LEAST
    return np.concatenate([off, negative]), np.concatenate([scale, np.full(len(negative), LEAST)])


def natural_units(system: System) -> Array:
    """What counts as a large error of each number: one for t, the standard error for a coefficient, a tenth for R² and r, a fifth of the rest."""
    middle = np.where(np.isfinite(system.high - system.low), (system.low + system.high) / 2, 0.0)
    out = np.maximum(np.abs(middle) * 0.2, 1e-3)
    t = {(a.fit, a.of[0]): m for a, m in zip(system.targets, middle, strict=True) if a.kind == "t" and a.shown}
    se = {(a.fit, a.of[0]): m for a, m in zip(system.targets, middle, strict=True) if a.kind == "se"}
    for i, aim in enumerate(system.targets):
        if aim.kind == "coef" and (aim.fit, aim.of[0]) in t:
            out[i] = max(abs(middle[i] / (t[aim.fit, aim.of[0]] or 1.0)), 1e-3)
        elif aim.kind == "coef" and (aim.fit, aim.of[0]) in se:
            out[i] = max(se[aim.fit, aim.of[0]], 1e-3)
        elif aim.kind in ("t", "mean"):
            out[i] = 1.0 if aim.kind == "t" else 0.2
        elif aim.kind in ("r", "r2", "r2_adj", "inverse_vif"):
            out[i] = 0.1
    return out


def spans(system: System) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Middle and half width of the limits of each number, and whether it has a lower and an upper one. Of a number with one limit: ``ROOM`` inside it, and
    this room.
    """
    low, high = np.isfinite(system.low), np.isfinite(system.high)
    half = np.where(low & high, (system.high - system.low) / 2, ROOM)
    middle = np.where(low & high, (system.high + system.low) / 2, np.where(low, system.low + ROOM, np.where(high, system.high - ROOM, 0.0)))
    return middle, half, low, high


def worst(system: System, value: Array) -> float:
    """The largest deviation in half units of the last digit; 1 is a limit."""
    edge = 1000 * max(0.0, 1 - 2 * float(value[len(system.targets) :].min()) / LEAST)
    middle, half, low, high = spans(system)
    off = (value[: len(system.targets)] - middle) / half
    off = np.maximum(np.where(high, off, 0.0), np.where(low, -off, 0.0))
    return max(float(off.max()), edge) if np.isfinite(off).all() else np.inf


def squeeze(system: System, x: Array) -> tuple[Array, float]:
    """Levenberg-Marquardt through all widths."""
    natural = natural_units(system)
    for width, least in WIDTHS.items():
        x, cost = descend(system, x, width, natural, least)
        if cost > GIVE_UP:
            break
    return x, worst(system, system.values(x))


def descend(system: System, x: Array, width: float, natural: Array, least: float) -> tuple[Array, float]:
    """Steps at one width, until every number lies inside its limits or no step helps."""
    damping, slow = 1e-3, 0
    value, jacobian = system.evaluate(x)
    out, scale = tails(system, value, width, natural, least)
    cost = float(out @ out)
    for _ in range(STEPS):
        if cost == 0.0 or slow > PATIENCE:
            break
        active = out != 0
        a = jacobian[active] / scale[active, None]
        gram = a @ a.T
        for _ in range(12):
            new, new_out = x, out
            for _ in range(CHORDS):  # the same slopes again for what is left: curvature costs less that way
                step = -a.T @ np.linalg.solve(gram + damping * np.eye(len(gram)), new_out[active])
                trial = new + step * min(1.0, LONGEST / (np.abs(step).max() or 1.0))
                with np.errstate(all="ignore"):
                    trial_value = system.values(trial)
                trial_out, _ = tails(system, trial_value, width, natural, least)
                if not trial_out @ trial_out < new_out @ new_out:
                    break
                new, new_out = trial, trial_out
            new_cost = float(new_out @ new_out)
            if new_cost < cost:
                break
            damping = damping * 5
        else:
            break
        slow = slow + 1 if new_cost > cost * 0.97 else 0
        x, cost, out, damping = new, new_cost, new_out, max(damping / 8, 1e-12)
        value, jacobian = system.evaluate(x)
    return x, cost


def search(system: System, x: Array) -> tuple[Array, float]:
    """From a start to moments that give every number back: the wide steps, then programmes."""
    x, _ = squeeze(system, x)
    return polish(system, x)


def polish(system: System, x: Array) -> tuple[Array, float]:
    """Sequential linear programmes: the step inside a trust region that brings the worst number nearest to the middle of its limits.

    What curvature adds to a step is taken off again by Newton steps onto the numbers that the programme foresaw.
    """
    trust, reached = TRUST, list[float]()
    value, jacobian = system.evaluate(x)
    now = worst(system, value)
    for _ in range(PROGRAMMES):
        reached.append(now)
        stalled = len(reached) > SLOW and now > min(GAIN * reached[-SLOW - 1], HOPELESS)
        if now < ENOUGH or trust < 1e-9 or stalled:
            break
        step = programme(system, value, jacobian, trust)
        if step is None:
            break
        held, back, _ = inverse(system, value, jacobian)
        new, found = repaired(system, x + step, value + jacobian @ step, held, back)
        after = worst(system, found)
        if after < now:
            trust = min(trust * (3 if after < 0.7 * now else 1.5), WIDEST)
            x, now = new, after
            value, jacobian = system.evaluate(x)
        else:
            trust *= 0.3
    return x, now


def inverse(system: System, value: Array, jacobian: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Which numbers are held (those with two limits, and eigenvalues between regions near their edge); from these to the parameters that move them; and
    the directions of parameters that they see.
    """
    both = np.isfinite(system.high - system.low)
    held = np.concatenate([both, value[len(both) :] < EDGE])
    unit = np.concatenate([(system.high - system.low)[both] / 2, np.full(int(held[len(both) :].sum()), LEAST)])
    left, size, axes = np.linalg.svd(jacobian[held] / unit[:, None], full_matrices=False)
    seen = int((size > UNSEEN).sum())
    return held, axes[:seen].T / size[:seen] @ left[:, :seen].T / unit, axes[:seen]


def wander(system: System, x: Array, random: np.random.Generator) -> tuple[Array, float]:
    """Another member of the family: a step in the directions that no printed number sees, brought back to where all of them are as before. Eigenvalues
    between regions that are near their edge are held too.
    """
    now = worst(system, system.values(x))
    for _ in range(WANDERS):
        value, jacobian = system.evaluate(x)
        held, back, seen = inverse(system, value, jacobian)
        towards = random.standard_normal(len(x)) * WANDER
        step = towards - seen.T @ (seen @ towards)  # a projection does not depend on how the open directions are spanned
        for share in SHARES:
            new, reached = repaired(system, x + share * step, value, held, back)
            if worst(system, reached) < max(ENOUGH, now) + 0.01:
                x = new
                break
    return x, worst(system, system.values(x))


def repaired(system: System, x: Array, wanted: Array, held: NDArray[np.bool_], back: Array) -> tuple[Array, Array]:
    """Newton steps until the numbers that are held are as wanted, or cannot be; and what all are then. back: from numbers to parameters."""
    value = system.values(x)
    for _ in range(REPAIRS):
        gap = back @ (value - wanted)[held]
        if not SETTLED < np.abs(gap).max() < LONGEST:
            break
        x = x - gap
        value = system.values(x)
    return x, value


def programme(system: System, at: Array, jacobian: Array, trust: float) -> Array | None:
    """The step that minimises the largest deviation of a linear system, ``at`` being its values for no step."""
    from scipy.optimize import linprog

    count, (middle, half, low, high) = len(system.targets), spans(system)
    value, edge, a = at[:count], at[count:], jacobian[:count] / half[:, None] * trust
    off, most = (value - middle) / half, np.full(count, -1.0)
    need = np.where(edge > LEAST / 2, LEAST / 2, edge + np.minimum(LEAST / 2 - edge, trust * LEAST))
    matrix = np.vstack([np.c_[a, most][high], np.c_[-a, most][low], np.c_[-jacobian[count:] * trust, np.zeros(len(edge))]])
    limit = np.concatenate([-off[high], off[low], edge - need])
    size = jacobian.shape[1]
    solved: Any = linprog(np.r_[np.zeros(size), 1.0], A_ub=matrix, b_ub=limit, bounds=[(-1, 1)] * size + [(0, None)], method="highs")
    return None if solved.status != 0 else np.asarray(solved.x[:-1] * trust)
