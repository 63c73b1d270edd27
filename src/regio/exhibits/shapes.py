"""Shapes of a map: outlines of places and what is drawn with and over them, in the units of one projection, without words.

Where the outlines come from (a grid of tiles, a file) is no matter of this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ring = NDArray[Any]  # (n, 2): x and y of its corners, in order; closed or not

Bounds = tuple[float, float, float, float]  # left, low, right, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A line over the map: the path of a centre of gravity, an ellipse (``closed``), flows. ``points`` (n, 2); ``names``: one a point, or none;
    ``arrow``: it ends in a head; ``facet``: drawn only there. Traces with the same title look alike and share an entry of the legend.
    """

    points: Ring
    title: Cell = EMPTY
    names: tuple[Cell, ...] = ()
    closed: bool = False
    arrow: bool = False
    facet: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Marks over the map. ``points`` (n, 2); ``sizes`` (n,): their areas by a measure, or None where all are alike."""

    points: Ring
    title: Cell = EMPTY
    names: tuple[Cell, ...] = ()
    sizes: NDArray[Any] | None = None
    facet: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Numbers on a grid, such as an interpolation: ``values`` (rows, columns), the first row lowest, over ``bounds``. Drawn inside the outlines, on
    the scale of the figure's ``value``; the places then show their outlines only.
    """

    values: NDArray[Any]
    bounds: Bounds
    facet: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inset:
    """A part of the same shapes in a small frame of its own, clear of everything else, such as the islands of the South China Sea."""

    bounds: Bounds
    title: Cell = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """``outlines``: place → its rings (islands and holes alike); a place without a row of the frame is drawn as missing. ``lines``: borders that
    belong to no place, such as a national boundary or dashes at sea. ``bounds``: what the map shows outside of insets; None: all outlines.
    ``labels``: place → what stands on it. ``ground``: outlines of places that are no part of the sample's system, drawn pale. ``note``: under the
    map, such as its review number or that it is schematic. ``metres`` of one unit: draws a bar of scale; None: none.
    """

    outlines: Mapping[str, tuple[Ring, ...]]
    lines: tuple[Ring, ...] = ()
    ground: tuple[Ring, ...] = ()
    bounds: Bounds | None = None
    insets: tuple[Inset, ...] = ()
    labels: Mapping[str, Cell] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()
    spots: tuple[Spots, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    note: Cell = EMPTY
    metres: float | None = None
    tiled: bool = False  # the outlines are tiles of a grid, whose labels always stand in their middle

    def cells(self) -> Iterator[Cell]:
        """Every text that may be drawn."""
        yield self.note
        yield from self.labels.values()
        yield from (inset.title for inset in self.insets)
        for layer in self.layers:
            yield layer.title
            yield from layer.names

    @property
    def layers(self) -> tuple[Trace | Spots, ...]:
        return (*self.traces, *self.spots)


def tiles(places: Mapping[str, tuple[int, int]], labels: Mapping[str, Cell], *, note: Cell = EMPTY) -> Shapes:
    """A map of equal squares. places: place → row and column from zero, the first row on top.

    Examples
    --------
    >>> from regio.exhibits.models import label
    >>> made = tiles({"A": (0, 0), "B": (1, 0)}, {"A": label("a"), "B": label("b")})
    >>> made.outlines["B"][0].tolist()
    [[0.04, -1.96], [0.96, -1.96], [0.96, -1.04], [0.04, -1.04]]
    """
    import numpy as np

    corners = np.array([(0.04, 0.04), (0.96, 0.04), (0.96, 0.96), (0.04, 0.96)])
    outlines = {place: (np.round(corners + np.array([column, -row - 1]), 6),) for place, (row, column) in places.items()}
    return Shapes(outlines=outlines, labels=labels, note=note, tiled=True)
