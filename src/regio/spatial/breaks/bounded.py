"""Natural breaks of long columns, exact: cuts are confined to bins, a bound below (a class costs at least its full bins) and one above (any partition)
discard bins, the rest are split, until each holds one cut.
"""

from __future__ import annotations

import numpy as np

from regio.spatial.breaks.layers import layers, path
from regio.spatial.breaks.prefix import Floats, Ints, Prefix, squares

BINS = 4096  # cuts that one pass looks at
FINE = 128  # bins of one cut in the later passes
MANY = 2048  # above this many the later passes go over all cuts together
SLACK = 1e-9  # of the bound above: rounding never discards the best cut
MOVES = 100  # steps of improving the bound above
Bins = tuple[Ints, Ints]


def bounded(values: Floats, prefix: Prefix, wanted: tuple[int, ...]) -> dict[int, Ints]:
    """The inner cuts of the best partition into each number of classes."""
    low, high = _framed(*_bins(prefix), len(prefix))
    found = layers(prefix.at(high), prefix.at(low), (len(low),), max(wanted, default=1), low == high)
    back = _backward(prefix, low, high, max(wanted, default=1))
    cuts = {}
    for k in wanted:
        best = _improved(prefix, values, high[path(found, k, len(low) - 1)])
        limit = _cost(prefix, best) * (1 + SLACK)
        alive = [np.flatnonzero(found.cost[j, 1:-1] + back[k - j, 1:-1] <= limit) + 1 for j in range(1, k)]
        cuts[k] = _narrowed(values, prefix, [(low[a], high[a]) for a in alive], best)
    return cuts


def _backward(prefix: Prefix, low: Ints, high: Ints, classes: int) -> Floats:
    mirrored = layers(prefix.at(low).mirrored(), prefix.at(high).mirrored(), (len(low),), classes, (low == high)[::-1])
    found: Floats = mirrored.cost[:, ::-1]
    return found


def _narrowed(values: Floats, prefix: Prefix, bins: list[Bins], best: Ints) -> Ints:
    """One number of classes: each cut has bins of its own."""
    while True:
        if any(len(low) > MANY for low, _ in bins):
            return _over_all(values, prefix, bins, best)
        done = all((low == high).all() for low, high in bins)
        steps = _steps(values, prefix, bins, best)
        forward = [steps[0][0]]
        for step in steps[1:]:
            forward.append((forward[-1][:, None] + step).min(axis=0))
        if done:
            return _traced(steps, forward, bins)
        backward = [np.zeros(1)]
        for step in steps[:0:-1]:
            backward.insert(0, (step + backward[0]).min(axis=1))
        best = min(best, _improved(prefix, values, _representative(steps, forward, bins)), key=lambda cuts: _cost(prefix, cuts))
        limit = _cost(prefix, best) * (1 + SLACK)
        alive = [f + b <= limit for f, b in zip(forward[:-1], backward[:-1], strict=True)]
        bins = [_split(low[a], high[a], FINE) for (low, high), a in zip(bins, alive, strict=True)]


def _steps(values: Floats, prefix: Prefix, bins: list[Bins], best: Ints) -> list[Floats]:
    """What a class costs at least that begins in a bin of one cut and ends in a bin of the next.

    The values between full bins are in the class. A value x of a bin of a cut is in one of the two classes beside it, so together they pay for it the
    smaller of two amounts A and B, each n/(n + t) (x − mean)², n the values for certain in a class and t those perhaps; and min(A, B) ≥
    min(A, c) + min(B, c) − c for any c. Here c is the squared distance from a cut to the means beside it in the best partition known.
    """
    m = len(prefix)
    middle = values[int(np.argmin(np.abs(prefix.count)))]
    ends = np.array([0]), np.array([0])
    framed = [ends, *bins, (ends[0] + m, ends[0] + m)]
    known = [0.0, *_half_gaps(prefix, best), 0.0]
    found = []
    for j in range(len(framed) - 1):
        (low, high), (next_low, next_high) = framed[j], framed[j + 1]
        starts, stops = prefix.at(high), prefix.at(next_low)
        count = stops.count - starts.count[:, None]
        total = stops.total - starts.total[:, None]
        costs = squares(count, total, stops.square - starts.square[:, None])
        before, after = starts.count - prefix.count[low], prefix.count[next_high] - stops.count
        if before.any() or after.any():
            sure = np.maximum(count, 0.0)
            mean = total / np.where(count > 0, count, 1.0)
            share = sure / (sure + before[:, None] + after + (sure == 0))
            first, last = values[np.maximum(high - 1, 0)] - middle, values[np.minimum(next_low, m - 1)] - middle
            costs += before[:, None] * np.minimum(share * (mean - first[:, None]) ** 2, known[j])
            costs += after * np.minimum(share * (mean - last) ** 2, known[j + 1])
        costs[count <= 0] = 0.0
        costs -= after * known[j + 1]
        costs[next_high <= low[:, None]] = np.inf
        found.append(costs)
    return found


def _half_gaps(prefix: Prefix, cuts: Ints) -> Floats:
    """Squared, half the distance between the means of neighbouring classes."""
    places = np.concatenate([[0], cuts, [len(prefix)]]).astype(np.intp)
    counts = np.diff(prefix.count[places])
    if (counts <= 0).any():
        return np.zeros(len(cuts))
    found: Floats = (np.diff(np.diff(prefix.total[places]) / counts) / 2) ** 2
    return found


def _traced(steps: list[Floats], forward: list[Floats], bins: list[Bins]) -> Ints:
    """The cut of each bin on the cheapest way."""
    place, cuts = 0, []
    for step, cost, (_, high) in zip(steps[:0:-1], forward[-2::-1], bins[::-1], strict=True):
        place = int(np.argmin(cost + step[:, place]))
        cuts.append(high[place])
    return np.array(cuts[::-1], dtype=np.intp)


def _representative(steps: list[Floats], forward: list[Floats], bins: list[Bins]) -> Ints:
    """A partition near the cheapest way: ascending cuts."""
    return np.maximum.accumulate(_traced(steps, forward, bins))


def _over_all(values: Floats, prefix: Prefix, bins: list[Bins], best: Ints) -> Ints:
    """The same with the bins of all cuts together, where there are too many for a table of pairs."""
    m, k = len(prefix), len(bins) + 1
    low, high = (np.concatenate(side) for side in zip(*bins, strict=True))
    order = np.lexsort((-high, low))
    low, high = _apart(low[order], high[order])
    while True:
        low, high = _framed(low, high, m)
        found = layers(prefix.at(high), prefix.at(low), (len(low),), k, low == high)
        if (low == high).all():
            return low[path(found, k, len(low) - 1)]
        better = _improved(prefix, values, high[path(found, k, len(low) - 1)])
        best = min(best, better, key=lambda cuts: _cost(prefix, cuts))
        back = _backward(prefix, low, high, k)
        limit = _cost(prefix, best) * (1 + SLACK)
        alive = np.any([found.cost[j] + back[k - j] <= limit for j in range(1, k)], axis=0)
        alive[[0, -1]] = False
        low, high = _split(low[alive], high[alive], BINS)


def _apart(low: Ints, high: Ints) -> Bins:
    """Bins in order without overlap."""
    low = np.maximum(low, np.concatenate([[0], np.maximum.accumulate(high)[:-1] + 1]))
    kept = low <= high
    return low[kept], high[kept]


def _bins(prefix: Prefix) -> Bins:
    """Bins of cuts, even by rows, by range and by what the values add to the squares."""
    m = len(prefix)
    share = [np.linspace(0, m, BINS // 3)]
    for measure in (prefix.count, prefix.square):
        share.append(np.interp(np.linspace(measure[0], measure[-1], BINS // 3), measure, np.arange(m + 1)))
    edges = np.unique(np.clip(np.concatenate(share).astype(np.intp), 1, m))
    return edges[:-1], edges[1:] - 1


def _framed(low: Ints, high: Ints, m: int) -> Bins:
    return np.concatenate([[0], low, [m]]).astype(np.intp), np.concatenate([[0], high, [m]]).astype(np.intp)


def _split(low: Ints, high: Ints, bins: int) -> Bins:
    """Each bin in as many pieces as the number of bins allows, two at least."""
    widths = high - low + 1
    size = np.maximum(1, np.minimum(max(int(widths.sum()) // bins, 1), widths // 2))
    pieces = -(-widths // size)
    which = np.repeat(np.arange(len(low)), pieces)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = low[which] + number * size[which]
    return begin, np.minimum(begin + size[which] - 1, high[which])


def _cost(prefix: Prefix, cuts: Ints) -> float:
    places = np.concatenate([[0], cuts, [len(prefix)]]).astype(np.intp)
    return float(prefix.between(places[:-1], places[1:]).sum())


def _improved(prefix: Prefix, values: Floats, cuts: Ints) -> Ints:
    """Cuts moved to midway between the means of their classes, as long as that helps."""
    centred = values - values[int(np.argmin(np.abs(prefix.count)))]
    cost = _cost(prefix, cuts)
    for _ in range(MOVES):
        places = np.concatenate([[0], cuts, [len(prefix)]]).astype(np.intp)
        counts = np.diff(prefix.count[places])
        if (counts <= 0).any():
            break
        means = np.diff(prefix.total[places]) / counts
        moved = np.searchsorted(centred, (means[:-1] + means[1:]) / 2, side="right")
        new = _cost(prefix, moved)
        if not new < cost:
            break
        cuts, cost = moved, new
    return cuts
