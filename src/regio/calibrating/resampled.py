"""Numbers that a method draws, such as the p-value of a bootstrap: with a given seed they are functions of the outcome too, in steps or nearly smooth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regio.calibrating.effects import limits, value
from regio.calibrating.parts import Resampled
from regio.contract.finding import DataError, error
from regio.contract.replay import replay
from regio.contract.result import Call
from regio.panel import Panel

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LENGTH = 0.015  # of a step, in standard deviations of the outcome
LONGER = 1.2  # a step that helped, next time
UNIT = 0.02  # of a printed number, in which distances are counted
SECANTS = 6
FAR = 6.0  # longest step of a secant, in steps


def asked(wanted: Resampled, y: Array, keys: pd.DataFrame, columns: Mapping[str, Array]) -> Array:
    """The numbers that the method gives for this outcome, in the order of ``wanted.cells``."""
    panel = Panel(keys.assign(**{**columns, wanted.outcome: y}), region="region", period="period")
    result = replay(Call(wanted.kind, wanted.options), panel, seed=wanted.seed)
    found = []
    for cell in wanted.cells:
        frame, row, column = cell.split("/")
        try:
            found.append(float(getattr(result, frame)[column][int(row) if row.isdigit() else row]))
        except (AttributeError, KeyError, TypeError):
            raise DataError(error("calibrate.design_entry", place=f"resampled {wanted.outcome}", problem=f"{wanted.kind}: {cell}")) from None
    return np.array(found)


def near(wanted: Resampled, y: Array, solve: Callable[[Array], Array], ask: Callable[[Array], Array], random: np.random.Generator) -> Array:
    """The outcome moved in small steps, each followed by ``solve``, which keeps what else is carried, until the numbers are the printed ones. Where all but
    one are, that one is sought along a step by secants.
    """
    aims, ends = np.array([value(p) for p in wanted.cells.values()]), [limits(p) for p in wanted.cells.values()]
    left = wanted.attempts

    def look(at: Array) -> Array:
        nonlocal left
        left -= 1
        return ask(at)

    def off(found: Array) -> list[int]:
        return [i for i, (low, high) in enumerate(ends) if not low <= found[i] <= high]

    def distance(found: Array) -> float:
        return float(np.linalg.norm((found - aims) / (UNIT * np.abs(aims))))

    found, step = look(y), None
    while off(found) and left > 0:
        step = random.standard_normal(len(y)) * LENGTH * y.std() if step is None else step * LONGER
        moved = solve(y + step)
        there = look(moved)
        if len(alone := off(found)) == 1:
            i, (a, b) = alone[0], (0.0, 1.0)
            before, after, start = found[i] - aims[i], there[i] - aims[i], y
            for _ in range(SECANTS):
                if not off(there) or left <= 0 or before == after or abs(c := b - after * (b - a) / (after - before)) > FAR:
                    break
                moved = solve(start + c * step)
                there = look(moved)
                a, b, before, after = b, c, after, there[i] - aims[i]
        if not off(there) or distance(there) < distance(found):
            y, found = moved, there
        else:
            step = None
    return y
