"""Rules that look at the values alone. A rule takes a profile and a number of classes and gives inner edges; classes are (lower, upper].

A rule whose name ends in ``_gd`` or ``_gdverse`` is that of the R package, where it differs: published numbers rest on them.
"""

from __future__ import annotations

import numpy as np

from regio.spatial.breaks.profile import Floats, Profile

NARROW = 6  # classes from which classes of the standard deviation are half of it wide
TRIALS = 1000  # of the rule that adds edges until there are enough


def equal(profile: Profile, classes: int) -> Floats:
    """Classes of equal width."""
    found: Floats = profile.low + (profile.high - profile.low) * np.arange(1, classes) / classes
    return found


def quantile(profile: Profile, classes: int) -> Floats:
    """Classes of equally many rows: quantiles interpolated between order statistics (R type 7); repeated values stay together."""
    return quantiles(profile, np.arange(1, classes) / classes)


def quantiles(profile: Profile, shares: Floats) -> Floats:
    """Quantiles (R type 7) of the rows."""
    last = np.cumsum(profile.rows)
    place = shares * (last[-1] - 1)
    below = np.floor(place + 4 * np.finfo(float).eps * np.maximum(place, 1))
    part = np.where(place - below > 1e-12 * np.maximum(place, 1), place - below, 0.0)
    lower = profile.values[np.searchsorted(last, below, side="right")]
    upper = profile.values[np.searchsorted(last, np.minimum(below + 1, last[-1] - 1), side="right")]
    found: Floats = lower + part * (upper - lower)
    return found


def quantile_gd(profile: Profile, classes: int) -> Floats:
    """More and more quantiles, until enough of them differ."""
    edges = quantiles(profile, np.linspace(0, 1, classes + 1))
    for more in range(classes + 2, classes + TRIALS):
        if len(np.unique(edges)) > classes or len(profile) <= classes:
            break
        edges = quantiles(profile, np.linspace(0, 1, more))
    return np.unique(edges)[1:-1]


def quantile_gdverse(profile: Profile, classes: int) -> Floats:
    """Lower order statistics."""
    last = np.cumsum(profile.rows)
    place = np.floor(np.arange(1, classes) * (last[-1] - 1) / classes)
    found: Floats = profile.values[np.searchsorted(last, place, side="right")]
    return found


def geometric(profile: Profile, classes: int) -> Floats:
    """Edges in geometric progression where all values have one sign; with zero or both signs, even steps of arsinh(x/s), s the median of |x| above zero."""
    if profile.low > 0:
        return _progression(profile.low, profile.high, classes)
    if profile.high < 0:
        return -_progression(-profile.high, -profile.low, classes)[::-1]
    size = np.abs(profile.values)
    order = np.argsort(size, kind="stable")
    order = order[size[order] > 0]
    if not len(order):
        return np.empty(0)
    below = np.cumsum(profile.rows[order])
    scale = size[order[np.searchsorted(below, below[-1] / 2)]]
    low, high = np.arcsinh(profile.low / scale), np.arcsinh(profile.high / scale)
    found: Floats = scale * np.sinh(low + (high - low) * np.arange(1, classes) / classes)
    return found


def _progression(low: float, high: float, classes: int) -> Floats:
    found: Floats = low * (high / low) ** (np.arange(1, classes) / classes)
    return found


def geometric_gd(profile: Profile, classes: int) -> Floats:
    """K edges, hence k − 1 classes, where no value is negative; where there are both signs, edges in proportion to both sides."""
    if profile.low >= 0:
        return _edges_gd(profile.low, profile.high, classes)[1:-1]
    if profile.high <= 0:
        return np.sort(-_edges_gd(-profile.high, -profile.low, classes))[1:-1]
    sides = np.array([-profile.low, profile.high])
    below = int(np.clip(round((classes + 1) * sides[0] / sides.sum()), 1, classes))
    negative, positive = _edges_gd(0.0, sides[0], below + 1)[1:], _edges_gd(0.0, sides[1], classes + 2 - below)[1:]
    return np.concatenate([-negative[::-1], positive])[1:-1]


def _edges_gd(low: float, high: float, edges: int) -> Floats:
    found: Floats = (low + 1) * ((high + 1) / (low + 1)) ** (np.arange(edges) / (edges - 1)) - 1
    return found


def geometric_gdverse(profile: Profile, classes: int) -> Floats:
    """As above for positive values, an edge belonging to the class above it; one class for all others."""
    if profile.low <= 0 or profile.high == profile.low:
        return np.empty(0)
    step = float(np.log((profile.high / profile.low) ** (1 / classes)))
    return _changes(profile, np.floor(np.log(profile.values / profile.low) / step))


def standard_deviation(profile: Profile, classes: int) -> Floats:
    """Classes one standard deviation wide (half of one from six classes on), even numbers of them cut at the mean, odd ones around it."""
    width = profile.deviation / (2 if classes >= NARROW else 1)
    found: Floats = profile.mean + width * (np.arange(1.0, classes) - classes / 2)
    return found


def standard_deviation_gd(profile: Profile, classes: int) -> Floats:
    """Steps of half, later a quarter of a standard deviation, ever more until at least k + 1 edges lie in the range."""
    edges: Floats = np.empty(0)
    for trial in range(classes + 1, classes + TRIALS):
        step = profile.deviation / (2 if trial <= 7 else 4)
        inner = profile.mean + step * np.arange(-(trial - 3), trial - 2, 2)
        kept = inner[(inner > profile.low) & (inner < profile.high)]
        edges = np.asarray(np.unique(np.concatenate([[profile.low], kept, [profile.high]])), dtype=np.float64)
        if len(edges) > classes or (len(inner) > 2 and inner[0] < profile.low and inner[-1] > profile.high and trial > 7):
            break
    return edges[1:-1]


def standard_deviation_gdverse(profile: Profile, classes: int) -> Floats:
    """Strata one standard deviation wide, the two lowest of them taken together."""
    scores = (profile.values - profile.mean) / profile.deviation
    return _changes(profile, np.clip(np.floor(scores + classes / 2), 1, classes))


def head_tail(profile: Profile, classes: int) -> Floats:
    """Head/tail breaks (Jiang 2013): cut at the mean of what lies above the last cut, as long as less than half of it lies above."""
    edges: list[float] = []
    values, rows = profile.values, profile.rows
    while len(edges) < classes - 1 and len(values) > 1:
        mean = float(np.average(values, weights=rows))
        head = values > mean
        if not head.any() or rows[head].sum() * 2 >= rows.sum():
            break
        edges.append(mean)
        values, rows = values[head], rows[head]
    return np.array(edges)


def _changes(profile: Profile, classes: Floats) -> Floats:
    """The largest value before each change of class."""
    found: Floats = profile.values[:-1][np.diff(classes) != 0]
    return found
