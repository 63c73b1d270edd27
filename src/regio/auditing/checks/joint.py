"""All numbers of the pooled columns and their margins at once, and all of the within columns: can one set of moments have printed them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from regio.auditing.joint import FAILS, Parameter, Predicted, Progress, Solution, System, bounds, jacobian, measured, middles, slacks, solve
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.systems import Layout, layout, starts
from regio.language import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

KINDS = ("regression", "descriptives", "correlations", "vif")
SUSPECTS = 3  # cells that are set free before the search gives up
EVALUATIONS = 60  # of the least-squares search for a start
WIDE = 0.3  # half width over size of a printed number that is worth a bound
BOUNDS = 6
INNER = 0.9  # half units within which a number counts as met


def run(look: Look) -> Iterator[Judgement]:
    plans = [plan for estimator in ("pooled", "region") if (plan := layout(look, estimator))]
    for i, plan in enumerate(plans):
        if systems := starts(look, plan):
            yield from _judge(look, plan, systems, (i / len(plans), (i + 1) / len(plans)))


def _judge(look: Look, plan: Layout, systems: Sequence[System], span: tuple[float, float]) -> Iterator[Judgement]:
    where, count = f"joint/{plan.estimator}", len(systems[0].targets)
    found: list[tuple[System, Solution]] = []
    for i, system in enumerate(systems):
        solution = searched(system, _part(look, span, i / len(systems)))
        found += [(system, solution)] if solution is not None else []
        if solution is not None and solution.fits:
            break
    if not found:
        return
    system, best = min(found, key=lambda pair: pair[1].worst)
    values = {"count": count, "worst": best.worst, "starts": len(systems)}
    assumption = Message("audit.if.joint_moments")
    if best.fits:
        yield Judgement("joint", where, f"{count}", f"{best.worst:.3g}", "consistent", "digit", Message("audit.note.joint_fits", values), assumption)
        yield from _bounds(system, best)
        yield from _unprinted(system, best, plan, where)
        return
    excess = slacks(system, best.theta)
    order = [int(i) for i in (-excess).argsort() if excess[i] > 0][:SUSPECTS]
    freed = _freed(system, best, order)
    cells = tuple(system.targets[i].where for i in order)
    if freed is None or best.worst <= FAILS:
        note = Message("audit.note.joint_open" if best.worst <= 2 * FAILS or freed is None else "audit.note.joint_fails", values | {"cells": cells})
        yield Judgement("joint", where, f"{count}", f"{best.worst:.3g}", "not_checkable", "digit", note, assumption, cells=cells)
        return
    dropped, solution = freed
    yield Judgement(
        "joint",
        where,
        f"{count}",
        f"{best.worst:.3g}",
        "inconsistent",
        "digit",
        Message("audit.note.joint_fails", values | {"cells": cells}),
        assumption,
        cells=cells,
    )
    fewer = system.without(dropped)
    for i in dropped:
        target = system.targets[i]
        range_ = bounds(fewer, solution.theta, Predicted(system, i))
        note = Message("audit.note.joint_cell", {"count": count - len(dropped), "computed": str(range_)})
        yield Judgement("joint", target.where, target.printed, str(range_), "inconsistent", "digit", note, assumption, cells=(target.where,))


def _part(look: Look, span: tuple[float, float], share: float) -> Progress | None:
    """Progress of one search as a part of all."""
    if look.progress is None:
        return None
    tell, (low, high) = look.progress, span
    return lambda done: tell(low + (high - low) * (share + (1 - share) * done))


def searched(system: System, progress: Progress | None = None) -> Solution | None:
    """Least squares to come near, then linear programmes; None where the start itself breaks down."""
    import numpy as np

    if not np.isfinite(system.predict(system.start)).all():
        return None
    near = approached(system)
    return solve(replace(system, start=near), progress=progress)


def approached(system: System, evaluations: int = EVALUATIONS) -> Array:
    """A start nearer by least squares on what lies outside the intervals."""
    import numpy as np
    from scipy.optimize import least_squares

    middle, half = middles(system)

    def excess(d: Array) -> Array:
        r = (system.predict(system.start + d * system.scale) - middle) / half
        r = np.sign(r) * np.maximum(np.abs(r) - INNER, 0.0)
        return np.nan_to_num(r, nan=1e6, posinf=1e6, neginf=-1e6)

    def slopes(d: Array) -> Array:
        theta = system.start + d * system.scale
        outside = np.abs(system.predict(theta) - middle) / half > INNER
        found: Array = np.nan_to_num(jacobian(system, theta) * (outside / half)[:, None], posinf=0.0, neginf=0.0)
        return found

    found = least_squares(excess, np.zeros(len(system.start)), jac=slopes, max_nfev=evaluations, x_scale=1.0)
    near = system.start + found.x * system.scale
    return near if measured(system, near).worst < measured(system, system.start).worst else system.start


def _freed(system: System, best: Solution, order: list[int]) -> tuple[list[int], Solution] | None:
    """The fewest suspects without which all other numbers come back, with what they would then be."""
    for size in range(1, len(order) + 1):
        fewer = replace(system.without(order[:size]), start=best.theta)
        solution = solve(replace(fewer, start=approached(fewer)))
        if solution.fits:
            return order[:size], solution
    return None


def _bounds(system: System, best: Solution) -> Iterator[Judgement]:
    """What the other numbers leave for cells that print too few digits."""
    wide = [i for i, t in enumerate(system.targets) if t.printed and t.interval.width / 2 > WIDE * abs(t.interval.middle)]
    for i in wide[:BOUNDS]:
        target = system.targets[i]
        range_ = bounds(system, best.theta, Predicted(system, i))
        note = Message("audit.note.joint_bound", {"computed": str(range_)})
        yield Judgement("joint", target.where, target.printed, str(range_), "consistent", "digit", note, cells=(target.where,))


def _unprinted(system: System, best: Solution, plan: Layout, where: str) -> Iterator[Judgement]:
    """What the numbers leave for moments that nobody printed: spread within regions, and of what the columns do not explain."""
    kinds = {"s": "residual"} | ({"sd": "within"} if plan.estimator == "region" else {})
    for i, parameter in enumerate(system.parameters):
        symbol, _, name = parameter.rstrip(")").partition("(")
        if symbol in kinds:
            range_ = bounds(system, best.theta, Parameter(i))
            quantity = Message(f"audit.quantity.{kinds[symbol]}", {"name": name})
            note = Message("audit.note.joint_unprinted", {"computed": str(range_), "quantity": quantity})
            yield Judgement("joint", place(where, parameter), "", str(range_), "consistent", "digit", note)
