"""Means, standard deviations and correlations of a paper, and what follows from them for every value inside the printed digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.auditing.look import Look, place
from regio.auditing.numbers import EVERYTHING, Interval
from regio.auditing.paper import Model, PaperTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEPS = 4  # corners that the search for the worst case walks to
ROOM = 0.1  # of the worst case's width: for what a corner search may miss


@dataclass(frozen=True, slots=True)
class Moments:
    """Of each variable: cells with mean and SD; of each pair: r. Keys are plain names."""

    mean: Mapping[str, Interval]
    sd: Mapping[str, Interval]
    rows: Mapping[str, int | None]
    r: Mapping[tuple[str, str], Interval]
    cells: Mapping[object, str]


def moments(look: Look) -> Moments:
    found: Moments | None = look.known.get("moments")
    if found is None:
        found = look.known["moments"] = _moments(look)
    return found


def _moments(look: Look) -> Moments:
    mean: dict[str, Interval] = {}
    sd: dict[str, Interval] = {}
    rows: dict[str, int | None] = {}
    r: dict[tuple[str, str], Interval] = {}
    cells: dict[object, str] = {}
    for table in look.paper.of_kind("descriptives"):
        for row in table.rows:
            name = look.paper.variable(row["var"])
            for store, cell in ((mean, "mean"), (sd, "sd")):
                value = look.interval(row.get(cell), table, cell)
                if value is not None and name not in store:
                    store[name] = value
                    cells[cell, name] = place(table.id, row["var"], cell)
            rows.setdefault(name, look.whole(row.get("n")))
    for table in look.paper.of_kind("correlations"):
        for row in table.rows:
            pair = tuple(sorted((look.paper.variable(row["row"]), look.paper.variable(row["col"]))))
            value = look.interval(row["r"], table, "r")
            if value is not None and pair[0] != pair[1]:
                r.setdefault((pair[0], pair[1]), value)
                cells["r", pair] = place(table.id, row["row"], row["col"])
    return Moments(mean, sd, rows, r, cells)


def matrix(found: Moments, names: Sequence[str]) -> tuple[Array, Array] | None:
    """Correlations of these variables and half the width of each; None where a pair is not printed."""
    import numpy as np

    size = len(names)
    r, h = np.eye(size), np.zeros((size, size))
    for i in range(size):
        for j in range(i):
            value = found.r.get((min(names[i], names[j]), max(names[i], names[j])))
            if value is None:
                return None
            r[i, j] = r[j, i] = value.middle
            h[i, j] = h[j, i] = value.width / 2
    return r, h


def worst_case(f: Callable[[Array], Array], centre: Array, half: Array) -> list[Interval]:
    """The range of each component of ``f`` over the box ``centre`` ± ``half``: from the middle to the corner that the gradient points to, again from there,
    and a tenth of the width more. Everything where ``f`` breaks down inside the box.
    """
    import numpy as np

    at = f(centre)
    if not np.isfinite(at).all():
        return [EVERYTHING] * len(at)
    low, high = at.copy(), at.copy()
    live = np.flatnonzero(half > 0)

    def slopes(x: Array) -> Array:
        found = np.empty((len(at), len(live)))
        for n, i in enumerate(live):
            step = np.zeros_like(x)
            step[i] = half[i] * 0.1
            found[:, n] = (f(x + step) - f(x - step)) / (2 * step[i])
        return found

    first = slopes(centre)
    if not np.isfinite(first).all():
        return [EVERYTHING] * len(at)
    spread = np.abs(first) @ half[live]
    low, high = at - spread, at + spread
    for j in range(len(at)):
        for sign in (-1.0, 1.0):
            direction = np.sign(first[j]) * sign
            for _ in range(STEPS):
                corner = centre.copy()
                corner[live] += direction * half[live]
                value = f(corner)
                if not np.isfinite(value).all():
                    low[j], high[j] = -np.inf, np.inf
                    break
                low[j], high[j] = min(low[j], value[j]), max(high[j], value[j])
                if STEPS > 1 and spread[j] > 0.2 * abs(at[j]):
                    turned = np.sign(slopes(corner)[j]) * sign
                    if (turned == direction).all():
                        break
                    direction = turned
                else:
                    break
    room = ROOM * (high - low)
    return [Interval(float(a), float(b)) for a, b in zip(low - room, high + room, strict=True)]


def inflation(r: Array, h: Array) -> list[Interval]:
    """Variance inflation factors, the diagonal of R⁻¹, for every R inside the digits."""
    import numpy as np

    size = len(r)
    pairs = [(i, j) for i in range(size) for j in range(i)]

    def f(x: Array) -> Array:
        m = np.eye(size)
        for (i, j), value in zip(pairs, x, strict=True):
            m[i, j] = m[j, i] = value
        return _inverse_diagonal(m)

    return worst_case(f, np.array([r[p] for p in pairs]), np.array([h[p] for p in pairs]))


def _inverse_diagonal(m: Array) -> Array:
    import numpy as np

    try:
        np.linalg.cholesky(m)
    except np.linalg.LinAlgError:
        return np.full(len(m), np.nan)
    found: Array = np.diag(np.linalg.inv(m)).copy()
    return found


def regression(found: Moments, outcome: str, names: Sequence[str]) -> tuple[list[Interval], Interval] | None:
    """Slopes and R² of pooled least squares for all moments inside the digits; None where moments are not printed."""
    import numpy as np

    both = matrix(found, [*names, outcome])
    if both is None or any(n not in found.sd for n in (*names, outcome)):
        return None
    size = len(names)
    pairs = [(i, j) for i in range(size + 1) for j in range(i)]
    sds = [found.sd[n] for n in (*names, outcome)]

    def f(x: Array) -> Array:
        m = np.eye(size + 1)
        for (i, j), value in zip(pairs, x, strict=False):
            m[i, j] = m[j, i] = value
        sd = x[len(pairs) :]
        if (sd <= 0).any() or not np.isfinite(_inverse_diagonal(m)).all():
            return np.full(size + 1, np.nan)
        beta = np.linalg.solve(m[:size, :size], m[:size, size])
        return np.append(beta * sd[size] / sd[:size], beta @ m[:size, size])

    centre = np.array([both[0][p] for p in pairs] + [s.middle for s in sds])
    half = np.array([both[1][p] for p in pairs] + [s.width / 2 for s in sds])
    ranges = worst_case(f, centre, half)
    return ranges[:size], ranges[size]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A column whose variables all have printed moments over the same rows."""

    table: PaperTable
    model: Model
    outcome: str
    names: tuple[str, ...]


def columns_with_moments(look: Look) -> Iterator[Pooled]:
    found = moments(look)
    for table in look.paper.of_kind("regression"):
        for model in table.models:
            names = tuple(look.paper.variable(v) for v in model.regressors)
            outcome = look.paper.variable(model.dependent)
            rows = {found.rows.get(n) for n in (outcome, *names)} - {None}
            if names and not model.stage and rows == {look.whole(model.values.get("N"))}:
                yield Pooled(table, model, outcome, names)
