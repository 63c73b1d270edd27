"""From scaled and weighed indicators to one number a row (合成). Pure functions; ``AGGREGATES`` holds every one by its name.

Each takes scaled values (N, k) and weights (k,) and gives (N,); with weights (D, k), such as draws, it gives (D, N). A column whose weight is zero is
never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from regio.indices.scale import Floats, Mask

Needs = Literal["any", "not_negative", "positive"]


class Combine(Protocol):
    def __call__(self, scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats: ...


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``needs``: which scaled values it can take; ``unit``: only scales in [0, 1] have a meaning for it; ``ideal``: it measures distances from an ideal
    and an anti-ideal (2, k), learnt from rows; ``rescaled``: (a, b) for unit and (a, b) for z scales, so that v = a + b z is what it takes.
    """

    name: str
    combine: Combine
    needs: Needs = "any"
    ideal: bool = False
    rescaled: tuple[tuple[float, float], tuple[float, float]] | None = None


def add_up(scaled: Floats, weights: Floats, columns: Sequence[int]) -> Floats:
    """(n,) Σ_j w_j z_j over some columns, in their order, so that the sum does not depend on threads or on the other rows."""
    total, term = np.zeros(len(scaled)), np.empty(len(scaled))
    for j in columns:
        if weights[j]:
            total += np.multiply(scaled[:, j], weights[j], out=term)
    return total


def arithmetic(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """Σ w z.

    Examples
    --------
    >>> arithmetic(np.array([[0.2, 0.6]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.4]
    """
    return _sums(*_used(scaled, weights))


def geometric(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """Π z^w, for positive z and weights that sum to one.

    Examples
    --------
    >>> geometric(np.array([[0.2, 0.8]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.4]
    """
    scaled, weights = _used(scaled, weights)
    found: Floats = np.exp(_sums(np.log(scaled), weights))
    return found


def harmonic(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """1 / Σ (w / z), for positive z and weights that sum to one.

    Examples
    --------
    >>> harmonic(np.array([[0.2, 0.3]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.24]
    """
    scaled, weights = _used(scaled, weights)
    return 1 / _sums(1 / scaled, weights)


def generalised(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """(Σ w z^p)^(1/p), for positive z; p = 1 arithmetic, p → 0 geometric, p = −1 harmonic.

    Examples
    --------
    >>> generalised(np.array([[1.0, 7.0]]), np.array([0.5, 0.5]), exponent=2).tolist()
    [5.0]
    """
    if exponent == 0:
        return geometric(scaled, weights)
    scaled, weights = _used(scaled, weights)
    found: Floats = _sums(scaled**exponent, weights) ** (1 / exponent)
    return found


def distances(scaled: Floats, weights: Floats, ideal: Floats, form: str = "standard") -> tuple[Floats, Floats]:
    """Distances of the rows from the ideal and from the anti-ideal.

    Parameters
    ----------
    scaled : (N, k), turned so that more is better
    ideal : (2, k) best and worst scaled values
    form : ``standard``: √Σ (w z − w z⁺)²; ``weight_inside``: √Σ w (z − z⁺)²
    """
    power = weights**2 if form == "standard" else weights
    used, power_used = _used(scaled, power)
    marks, _ = _used(ideal, power)
    return np.sqrt(_sums((used - marks[0]) ** 2, power_used)), np.sqrt(_sums((used - marks[1]) ** 2, power_used))


def closeness(to_ideal: Floats, to_anti_ideal: Floats) -> Floats:
    """d⁻/(d⁺ + d⁻); nan where both are zero, because then the ideal is the anti-ideal."""
    total = to_ideal + to_anti_ideal
    found: Floats = np.divide(to_anti_ideal, total, out=np.full(total.shape, np.nan), where=total > 0)
    return found


def topsis(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """Relative closeness to the ideal (贴近度); the ideal is the best value of each column of these rows where none is given.

    Examples
    --------
    >>> topsis(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.5, 0.5])).tolist()
    [0.0, 0.5, 1.0]
    """
    marks = np.array([scaled.max(axis=0), scaled.min(axis=0)]) if ideal is None else ideal
    return closeness(*distances(scaled, weights, marks, form))


def mazziotta_pareto(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """M − S²/M: the mean of a row less a penalty for its imbalance, S its standard deviation over the indicators; values around 100.

    Examples
    --------
    >>> mazziotta_pareto(np.array([[90.0, 110.0]]), np.array([0.5, 0.5])).tolist()
    [99.0]
    """
    mean, variance = _moments(scaled, weights)
    return mean - variance / mean


def mazziotta_pareto_plus(scaled: Floats, weights: Floats, *, exponent: float = 1.0, ideal: Floats | None = None, form: str = "standard") -> Floats:
    """M + S²/M, for a phenomenon of which more is worse, so that imbalance counts as more of it."""
    mean, variance = _moments(scaled, weights)
    return mean + variance / mean


def _used(scaled: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Without the columns that no weights use."""
    used = (weights if weights.ndim == 1 else np.abs(weights).max(axis=0)) != 0
    return (scaled, weights) if used.all() else (scaled[:, used], weights[..., used])


def _sums(values: Floats, weights: Floats) -> Floats:
    return weights @ values.T if weights.ndim == 2 else add_up(values, weights, range(len(weights)))


def _moments(scaled: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each row over its indicators, from differences to the row's plain mean so that no digits are lost."""
    scaled, weights = _used(scaled, weights)
    centre = scaled.mean(axis=1)
    off = scaled - centre[:, None]
    shift = _sums(off, weights)
    return centre + shift, np.maximum(_sums(off**2, weights) - shift**2, 0.0)


def inadmissible(needs: Needs, scaled: Floats, weights: Floats) -> Mask:
    """(k,) True where a column with weight has values that an aggregate or a scheme cannot take."""
    if needs == "any":
        return np.zeros(scaled.shape[1], bool)
    low = scaled.min(axis=0)
    bad: Mask = (low <= 0 if needs == "positive" else low < 0) & (weights != 0)
    return bad


HUNDRED = ((70.0, 60.0), (100.0, 10.0))  # Mazziotta and Pareto: min-max onto [70, 130]; z to mean 100 and standard deviation 10
AGGREGATES: Mapping[str, Aggregate] = {
    aggregate.name: aggregate
    for aggregate in (
        Aggregate("arithmetic", arithmetic),
        Aggregate("geometric", geometric, needs="positive"),
        Aggregate("harmonic", harmonic, needs="positive"),
        Aggregate("generalised", generalised, needs="positive"),
        Aggregate("topsis", topsis, ideal=True),
        Aggregate("mazziotta_pareto", mazziotta_pareto, rescaled=HUNDRED),
        Aggregate("mazziotta_pareto_plus", mazziotta_pareto_plus, rescaled=HUNDRED),
    )
}
