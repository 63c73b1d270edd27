"""Rows resampled by unit, with no refit: cross products of each unit once, then a weighted sum of them for every draw.

A unit is what is drawn: a region with all its rows, or a row. A unit drawn w times counts w times, and its copies are different units. Effects are
treated exactly, draw by draw:

* an effect whose levels lie inside units (region effects, regions drawn) moves with its unit, so each copy has an effect of its own: deviations
  from level means, taken once, serve every draw;
* another effect (period effects; region effects where rows are drawn) is estimated again in each draw: by cross products of cells, unit × level,
  for the one that is *absorbed*, and by dummy columns for one that stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from regio.compute.engine import generator
from regio.models.core.blocks import Array
from regio.models.core.elimination import partialled
from regio.models.core.levels import Codes
from regio.models.core.solve import NO_VARIATION

BLOCK = 4_000_000  # weights, or cells of cross products, that are held at a time


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of one unit in one level of the absorbed effect. unit, level, rows (C,); sums (p, C); levels: how many there are."""

    unit: Codes
    level: Codes
    rows: Array
    sums: Array
    levels: int

    def by_level(self, units: int) -> csr_array:
        """((p + 1) · levels, units): times weights gives sums of columns and numbers of rows, level by level."""
        values = np.vstack([self.sums, self.rows])
        place = np.arange(len(values))[:, None] * self.levels + self.level
        return csr_array((values.ravel(), (place.ravel(), np.tile(self.unit, len(values)))), shape=(len(values) * self.levels, units))


@dataclass(frozen=True, slots=True)
class Units:
    """Cross products of columns by unit. count: units; dummies: how many of the first columns are dummies; columns: p, dummies among them.

    products: (p (p + 1) / 2, count), the upper triangles, row after row; floor (p,): cross products of a column with itself that are not above this
    are rounding.
    """

    count: int
    columns: int
    dummies: int
    products: Array
    floor: Array
    cells: Cells | None = None

    def cross(self, weights: Array) -> Array:
        """(p, p, B) cross products net of the absorbed effect, where each unit counts as often as ``weights`` (count, B) says."""
        cross = self._square(self.products @ weights)
        if self.cells is None:
            return cross
        levels, draws = self.cells.levels, weights.shape[1]
        sums = (self.cells.by_level(self.count) @ weights).reshape(-1, levels, draws)
        return cross - _explained(sums[:-1], sums[-1])

    def partialled(self, weights: Array, controls: int = 0) -> Array:
        """(q, q, B) the same, net of the dummies too and of the first ``controls`` columns behind them; q = p − dummies − controls."""
        return partialled(self.cross(weights), self.dummies + controls, self.floor)

    def left_one_out(self, controls: int = 0) -> Iterator[Array]:
        """(q, q, some units) net cross products without one unit, unit after unit: what a jackknife needs."""
        whole = self.cross(np.ones((self.count, 1)))
        step = max(1, BLOCK // self.columns**2)
        for start in range(0, self.count, step):
            units = np.arange(start, min(start + step, self.count))
            cross = whole - self._square(self.products[:, units])
            if self.cells is not None:
                cross -= self._shift(self.cells, units)
            yield partialled(cross, self.dummies + controls, self.floor)

    def _shift(self, cells: Cells, units: Codes) -> Array:
        """(p, p, units) by how much the part explained by the absorbed effect grows without a unit: only the levels of its own cells change."""
        p, shift = self.columns, np.zeros((len(units), self.columns, self.columns))
        chosen = np.flatnonzero((cells.unit >= units[0]) & (cells.unit <= units[-1]))
        sums = _sums(cells.sums, cells.level, cells.levels)
        rows = np.bincount(cells.level, cells.rows, cells.levels).astype(float)
        step = max(1, BLOCK // p**2)
        for start in range(0, len(chosen), step):
            here = chosen[start : start + step]
            level = cells.level[here]
            left, over = sums[:, level] - cells.sums[:, here], rows[level] - cells.rows[here]
            change = _outer(left, over) - _outer(sums[:, level], rows[level])
            np.add.at(shift, cells.unit[here] - units[0], change)
        return np.moveaxis(shift, 0, 2)

    def _square(self, triangles: Array) -> Array:
        square = np.zeros((self.columns, self.columns, triangles.shape[1]))
        square[np.triu_indices(self.columns)] = triangles
        return square


def units_of(values: Array, unit: Codes, count: int, effects: Sequence[Codes] = ()) -> Units:
    """Cross products by unit. ``values`` (k, n); ``unit`` (n,) codes 0 … count − 1; ``effects``: codes (n,) of at most two absorbed effects; none: a
    constant.
    """
    inside = [codes for codes in effects if _holds(codes, unit)]
    others = sorted((codes for codes in effects if not _holds(codes, unit)), key=lambda codes: -int(codes.max()))
    absorbed = None if inside else (others.pop(0) if others else np.zeros(len(unit), dtype=np.intp))
    dummies = np.vstack([np.zeros((0, len(unit))), *(_dummies(codes) for codes in others)])
    columns = np.vstack([dummies, values])
    swept = _swept(columns, inside or [absorbed])  # type: ignore[list-item]
    if len(inside) > 1:
        swept = _swept_together(columns, inside, unit)
    size = (swept**2).sum(1)
    made = Units(count, len(columns), len(dummies), _triangles(swept, unit, count), NO_VARIATION * np.maximum(size, _spread(columns)))
    return made if absorbed is None else replace(made, cells=_cells(swept, unit, absorbed))


def drawn(chunk: tuple[int, int, int], count: int) -> Iterator[Array]:
    """Weights (count, some draws) of one chunk of draws with replacement: how often each unit was drawn."""
    random, draws = generator(chunk), chunk[1]
    step = max(1, BLOCK // count)
    for start in range(0, draws, step):
        here = min(step, draws - start)
        places = random.integers(0, count, size=(here, count)) + count * np.arange(here)[:, None]
        yield np.bincount(places.ravel(), minlength=here * count).reshape(here, count).T.astype(float)


def _holds(codes: Codes, unit: Codes) -> bool:
    """Whether each level lies inside one unit."""
    home = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.intp)
    home[codes] = unit
    return bool((home[codes] == unit).all())


def _dummies(codes: Codes) -> Array:
    """(levels − 1, n): the levels but the first."""
    dummies: Array = (codes == np.arange(1, int(codes.max(initial=0)) + 1)[:, None]).astype(float)
    return dummies


def _swept(columns: Array, effects: Sequence[Codes]) -> Array:
    """Deviations from the level means of the first effect."""
    codes = effects[0]
    rows = np.bincount(codes)
    means = _sums(columns, codes, len(rows)) / np.maximum(rows, 1)
    swept: Array = columns - means[:, codes]
    return swept


def _swept_together(columns: Array, effects: Sequence[Codes], unit: Codes) -> Array:
    """Residuals on the dummies of two effects, unit by unit."""
    swept = np.empty_like(columns)
    for one in range(int(unit.max()) + 1):
        rows = np.flatnonzero(unit == one)
        design = np.hstack([(codes[rows][:, None] == np.unique(codes[rows])).astype(float) for codes in effects])
        swept[:, rows] = (columns[:, rows].T - design @ np.linalg.lstsq(design, columns[:, rows].T, rcond=None)[0]).T
    return swept


def _spread(columns: Array) -> Array:
    spread: Array = ((columns - columns.mean(1, keepdims=True)) ** 2).sum(1)
    return spread


def _triangles(columns: Array, unit: Codes, count: int) -> Array:
    pairs = zip(*np.triu_indices(len(columns)), strict=True)
    return np.stack([np.bincount(unit, columns[i] * columns[j], count) for i, j in pairs])


def _cells(columns: Array, unit: Codes, level: Codes) -> Cells:
    levels = int(level.max()) + 1
    found, cell = np.unique(unit * levels + level, return_inverse=True)
    rows = np.bincount(cell, minlength=len(found)).astype(float)
    return Cells(found // levels, found % levels, rows, _sums(columns, cell, len(found)), levels)


def _sums(columns: Array, codes: Codes, count: int) -> Array:
    """(p, count) sums of columns (p, n) by code."""
    sums: Array = np.stack([np.bincount(codes, row, count) for row in columns]).astype(float)
    return sums


def _explained(sums: Array, rows: Array) -> Array:
    """(p, p, B) Σ over levels of sums · sums' / rows; sums (p, levels, B), rows (levels, B)."""
    root = np.sqrt(np.divide(1.0, rows, out=np.zeros_like(rows), where=rows > 0))
    scaled = np.ascontiguousarray(np.moveaxis(sums * root, 2, 0))
    explained: Array = np.moveaxis(scaled @ np.swapaxes(scaled, 1, 2), 0, 2)
    return explained


def _outer(sums: Array, rows: Array) -> Array:
    """(C, p, p) sums · sums' / rows, zero where no row is left."""
    scaled = sums * np.sqrt(np.divide(1.0, rows, out=np.zeros_like(rows), where=rows > 0))
    outer: Array = scaled.T[:, :, None] * scaled.T[:, None, :]
    return outer
