"""Indicators on one scale, turned so that more is better (无量纲化). Pure functions; ``SCALES`` holds every scale by its name.

A scale is learnt from rows and applied to rows, not always the same ones: a new year is scaled with last year's bounds. What is learnt is
an array (p, k). Signs (k,) are 1 where more is better, −1 where less is better and 0 for the distance from a best value, which is best at zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ROUNDING = 4 * np.finfo(np.float64).eps  # a relative range below this is rounding in the source, not variation


@dataclass(frozen=True, slots=True)
class Scale:
    """``learn(values, signs, given)`` → parameters (p, k), from values (n, k) and what the user gives (2, k), nan where nothing is given;
    ``apply(values, signs, parameters)`` → (N, k).

    ``parameters`` names the p rows. ``unit``: in [0, 1] on the rows it was learnt from, so that shares and an interval have a meaning.
    ``needs``: ``low_high`` or ``target`` for each indicator from the user; empty where everything is learnt. ``bounded``: the first two rows of the
    parameters must differ.
    """

    name: str
    parameters: tuple[str, ...]
    learn: Callable[[Floats, Floats, Floats], Floats]
    apply: Callable[[Floats, Floats, Floats], Floats]
    unit: bool = True
    needs: str = ""
    bounded: bool = True


@dataclass(frozen=True, slots=True)
class Scaled:
    """``values`` (N, k) in [0, 1], a column of zeros where the indicator is constant; ``low``, ``high`` (k,) bounds in raw units;
    ``constant`` (k,).
    """

    values: Floats
    low: Floats
    high: Floats
    constant: Mask


def min_max(values: Floats, negative: Mask) -> Scaled:
    """Min-max scaling by direction.

    Parameters
    ----------
    values : (N, k), finite; columns that are contiguous in memory are fastest
    negative : (k,), True where less is better

    Returns
    -------
    Scaled
        z = (x − min)/(max − min) for a positive and (max − x)/(max − min) for a negative indicator

    Examples
    --------
    >>> min_max(np.array([[1.0, 8.0], [3.0, 2.0], [5.0, 6.0]]), np.array([False, True])).values.round(3).tolist()
    [[0.0, 0.0], [0.5, 1.0], [1.0, 0.333]]
    """
    low, high = values.min(axis=0), values.max(axis=0)
    signs = np.where(negative, -1.0, 1.0)
    return Scaled(between(values, signs, np.array([low, high])), low, high, is_constant(low, high))


def scaled_column(column: Floats, low: float, high: float, negative: bool, out: Floats | None = None) -> Floats:
    """One column (N,) between bounds that differ, to [0, 1]."""
    with np.errstate(over="ignore"):
        factor = 1.0 if np.isfinite(np.float64(high) - np.float64(low)) else 0.5  # a range wider than the largest float: halves are compared
    bottom, top = factor * low, factor * high
    scaled: Floats = np.multiply(column, factor, out=out)
    np.subtract(top, scaled, out=scaled) if negative else np.subtract(scaled, bottom, out=scaled)
    np.divide(scaled, top - bottom, out=scaled)
    return scaled


def is_constant(low: Floats | np.float64, high: Floats | np.float64) -> Mask:
    """True where a column with these bounds does not vary beyond rounding; (k,) for bounds (k,)."""
    return np.asarray(high / 2 - low / 2 <= ROUNDING / 2 * np.maximum(np.abs(low), np.abs(high)))


def turned(values: Floats, best: Floats) -> Floats:
    """Values (N, k) with each moderate indicator (适度指标) as its distance from its best value or range.

    Parameters
    ----------
    best : (2, k) least and greatest best value; nan for an indicator that is not moderate

    Examples
    --------
    >>> turned(np.array([[0.2, 5.0], [0.5, 6.0], [0.9, 7.0]]), np.array([[0.4, np.nan], [0.6, np.nan]])).round(3).tolist()
    [[0.2, 5.0], [0.0, 6.0], [0.3, 7.0]]
    """
    moderate = np.flatnonzero(~np.isnan(best[0]))
    if not len(moderate):
        return values
    found = values.copy(order="F")
    for j in moderate:
        found[:, j] = np.maximum(np.maximum(best[0, j] - values[:, j], values[:, j] - best[1, j]), 0.0)
    return found


def flat(scale: Scale, values: Floats, parameters: Floats) -> Mask:
    """(k,) True where a scale cannot tell values (n, k) apart: its bounds coincide, or it has none and a column does not vary."""
    if scale.bounded:
        return is_constant(parameters[0], parameters[1])
    return is_constant(values.min(axis=0), values.max(axis=0))


def between(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    """(N, k) (x − low)/(high − low), or (high − x)/(high − low) where less is better; zeros where the bounds coincide."""
    low, high = parameters[0], parameters[1]
    scaled = np.zeros(values.shape, order="F")
    for j in np.flatnonzero(~is_constant(low, high)):
        scaled_column(values[:, j], low[j], high[j], bool(signs[j] <= 0), out=scaled[:, j])
    return scaled


def _extremes(values: Floats, signs: Floats, given: Floats) -> Floats:
    """(2, k) least and greatest value; the least distance of a moderate indicator is zero, its best."""
    return np.array([np.where(signs == 0, 0.0, values.min(axis=0)), values.max(axis=0)])


def _given(values: Floats, signs: Floats, given: Floats) -> Floats:
    return given.copy()


def _worst_and_target(values: Floats, signs: Floats, given: Floats) -> Floats:
    """(2, k) worst value learnt and target given, in ascending order."""
    worst = np.where(signs > 0, values.min(axis=0), values.max(axis=0))
    found: Floats = np.where(signs > 0, [worst, given[0]], [given[0], worst])
    return found


def _to_target(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    """Capped at one: beyond its target an indicator has no distance left."""
    found: Floats = np.minimum(between(values, signs, parameters), 1.0)
    return found


def _mean_and_sd(values: Floats, signs: Floats, given: Floats) -> Floats:
    mean, low, high = values.mean(axis=0), values.min(axis=0), values.max(axis=0)
    return np.array([mean, np.where(is_constant(low, high), 0.0, values.std(axis=0))])


def _standardised(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    mean, sd = parameters
    found: Floats = np.where(signs > 0, 1.0, -1.0) * np.divide(values - mean, sd, out=np.zeros(values.shape, order="F"), where=sd > 0)
    return found


def _mean_sd_and_ends(values: Floats, signs: Floats, given: Floats) -> Floats:
    """(4, k) means, standard deviations, and the least and the greatest z-score of all columns together."""
    learnt = _mean_and_sd(values, signs, given)
    z = _standardised(values, signs, learnt)
    return np.vstack([learnt, np.full(z.shape[1], z.min()), np.full(z.shape[1], z.max())])


def _standardised_to_unit(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    low, high = parameters[2:]
    found: Floats = np.divide(_standardised(values, signs, parameters[:2]) - low, high - low, out=np.zeros(values.shape, order="F"), where=high > low)
    return found


def _sorted(values: Floats, signs: Floats, given: Floats) -> Floats:
    found: Floats = np.sort(values, axis=0)
    return found


def _ranked(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    """Mean rank less one over n − 1 among the rows learnt from; between two of those values in proportion, beyond them as the nearest."""
    rows = len(parameters)
    found = np.zeros(values.shape, order="F")
    for j in range(values.shape[1]):
        known, first, count = np.unique(parameters[:, j], return_index=True, return_counts=True)
        share = np.interp(values[:, j], known, (first + (count - 1) / 2) / max(rows - 1, 1))
        found[:, j] = share if signs[j] > 0 else 1 - share
    return found


def _length(values: Floats, signs: Floats, given: Floats) -> Floats:
    found: Floats = np.sqrt((values**2).sum(axis=0))[None]
    return found


def _over_length(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    length = parameters[0]
    found: Floats = np.where(signs > 0, 1.0, -1.0) * np.divide(values, length, out=np.zeros(values.shape, order="F"), where=length > 0)
    return found


def _extremes_and_total(values: Floats, signs: Floats, given: Floats) -> Floats:
    bounds = _extremes(values, signs, given)
    return np.vstack([bounds, between(values, signs, bounds).sum(axis=0)])


def _over_total(values: Floats, signs: Floats, parameters: Floats) -> Floats:
    total = parameters[2]
    found: Floats = np.divide(between(values, signs, parameters), total, out=np.zeros(values.shape, order="F"), where=total > 0)
    return found


SCALES: Mapping[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale("min_max", ("low", "high"), _extremes, between),
        Scale("goalposts", ("low", "high"), _given, between, needs="low_high"),
        Scale("distance_to_target", ("low", "high"), _worst_and_target, _to_target, needs="target"),
        Scale("z", ("mean", "sd"), _mean_and_sd, _standardised, unit=False, bounded=False),
        Scale("z_unit", ("mean", "sd", "low", "high"), _mean_sd_and_ends, _standardised_to_unit, bounded=False),
        Scale("rank", (), _sorted, _ranked, bounded=False),
        Scale("vector", ("length",), _length, _over_length, unit=False, bounded=False),
        Scale("share", ("low", "high", "total"), _extremes_and_total, _over_total, unit=False),
    )
}
