"""Kernel densities: bandwidth rules, reflection at bounds, peaks. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROOT5 = 5**0.5


def bandwidth(values: Floats, rule: str) -> float:
    """``silverman``: 0.9 min(sd, iqr/1.34) n^(−1/5), quartiles by linear interpolation, sd where the quartiles coincide; ``scott``: 1.06 sd n^(−1/5); sd with
    divisor n − 1. Silverman (1986), Density estimation, equations 3.28 and 3.31.
    """
    sd = float(values.std(ddof=1))
    spread = sd
    if rule == "silverman":
        low, high = np.quantile(values, [0.25, 0.75])
        spread = min(sd, float(high - low) / 1.34) or sd
    found: float = (0.9 if rule == "silverman" else 1.06) * spread * len(values) ** -0.2
    return found


def density(values: Floats, at: Floats, width: float, kernel: str = "gaussian", bounds: tuple[float | None, float | None] = (None, None)) -> Floats:
    """(m,) the density at some points; mass beyond a bound is reflected into it, and the density outside is zero.

    Examples
    --------
    One value and a standard normal kernel: 1/√(2π) at the value.

    >>> density(np.array([0.0]), np.array([0.0]), 1.0).round(4).tolist()
    [0.3989]
    """
    low, high = bounds
    mirrored = [values, *([] if low is None else [2 * low - values]), *([] if high is None else [2 * high - values])]
    found = np.zeros(len(at))
    for column in mirrored:
        for start in range(0, len(column), 4096):
            z = (at[:, None] - column[None, start : start + 4096]) / width
            found += _kernel(z, kernel).sum(axis=1)
    found /= len(values) * width
    outside = np.zeros(len(at), dtype=bool) if low is None else at < low
    outside |= False if high is None else at > high
    return np.where(outside, 0.0, found)


def _kernel(z: Floats, kernel: str) -> Floats:
    """Both have a standard deviation of one, so that a bandwidth means the same."""
    if kernel == "gaussian":
        normal: Floats = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
        return normal
    return np.where(np.abs(z) < ROOT5, 0.75 * (1 - z * z / 5) / ROOT5, 0.0)


@dataclass(frozen=True, slots=True)
class Peaks:
    """count: local maxima; place, height: of the highest; width: of the curve at half that height around it."""

    count: int
    place: float
    height: float
    width: float


def peaks(at: Floats, curve: Floats) -> Peaks:
    """Of a curve (m,) on a grid; a plateau counts once."""
    change = np.flatnonzero(np.diff(curve) != 0)
    steps = np.sign(np.diff(curve)[change])
    turns = int(((steps[:-1] > 0) & (steps[1:] < 0)).sum()) + int(len(steps) > 0 and steps[0] < 0) + int(len(steps) > 0 and steps[-1] > 0)
    top = int(np.argmax(curve))
    half = curve[top] / 2
    return Peaks(turns, float(at[top]), float(curve[top]), _crossing(at, curve, top, half, 1) - _crossing(at, curve, top, half, -1))


def _crossing(at: Floats, curve: Floats, top: int, half: float, step: int) -> float:
    """Where the curve falls to ``half``, going from the top to one side; the end of the grid where it does not."""
    i = top
    while 0 <= i + step < len(at) and curve[i + step] >= half:
        i += step
    j = i + step
    if not 0 <= j < len(at):
        return float(at[i])
    return float(at[i] + (at[j] - at[i]) * (curve[i] - half) / (curve[i] - curve[j]))
