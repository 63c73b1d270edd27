"""Rasters as rows: one row a cell, one column a raster, read by strips; never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from importlib import import_module
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.compute.fingerprint import of_files
from regio.compute.problem import near, problem
from regio.compute.rows import PART_ROWS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from regio.compute.sums import Sums

PLACES = ("x", "y")  # columns of the centre of a cell


@dataclass(frozen=True)
class RasterRows:
    """Rasters of one grid (GeoTIFF and whatever else rasterio reads) as Rows: name → file, of which the first band is taken.

    Cells without data are missing values. The columns ``x`` and ``y``, where no raster has these names, are the centre of each cell.

    Raises
    ------
    ComputeError
        where rasterio is not installed, a file cannot be read, or the rasters do not share one grid (size, transform, projection)
    """

    files: Mapping[str, str | Path]
    part_rows: int = PART_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.files, *(name for name in PLACES if name not in self.files))

    @cached_property
    def fingerprint(self) -> str:
        return of_files([Path(file) for file in self.files.values()])

    def parts(self, columns: Sequence[str], *, together: str | None = None) -> Iterator[pd.DataFrame]:
        if together is not None:
            raise problem("rasters.together")
        for name in columns:
            if name not in self.columns:
                raise problem("rasters.unknown", column=name, columns=self.columns, near=near(name, self.columns))
        return self._strips(tuple(dict.fromkeys(columns)))

    def sums(self, columns: Sequence[str]) -> Sums:
        from regio.compute.sums import Sums

        return reduce(add, (Sums.of(part[list(columns)].dropna().to_numpy(dtype=float)) for part in self.parts(columns)))

    def _strips(self, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
        import pandas as pd

        rasterio = _rasterio()
        opened = {name: rasterio.open(self.files[name]) for name in self._checked if name in columns}
        try:
            height, width, transform = self._grid
            step = max(1, self.part_rows // width)
            for top in range(0, height, step):
                rows = min(step, height - top)
                window = rasterio.windows.Window(0, top, width, rows)
                found: dict[str, Any] = {}
                for name in columns:
                    found[name] = _cells(opened[name].read(1, window=window, masked=True)) if name in opened else _centres(name, transform, top, rows, width)
                yield pd.DataFrame(found)
        finally:
            for raster in opened.values():
                raster.close()

    @property
    def _grid(self) -> tuple[int, int, Any]:
        height, width, transform, _ = next(iter(self._checked.values()))
        return height, width, transform

    @cached_property
    def _checked(self) -> dict[str, tuple[int, int, Any, Any]]:
        """Height, width, transform and projection of each raster."""
        if not self.files:
            raise problem("rasters.none")
        rasterio = _rasterio()
        found = {}
        for name, file in self.files.items():
            try:
                with rasterio.open(file) as raster:
                    found[name] = (raster.height, raster.width, raster.transform, raster.crs)
            except rasterio.errors.RasterioIOError as failure:
                raise problem("rasters.unreadable", file=str(file), reason=str(failure)) from None
        first, *others = found
        for name in others:
            a, b = found[first], found[name]
            if a[:2] != b[:2] or not a[2].almost_equals(b[2]) or a[3] != b[3]:
                raise problem("rasters.grids", first=first, second=name, sizes=f"{a[1]} × {a[0]}, {b[1]} × {b[0]}")
        return found


def _rasterio() -> Any:
    try:
        import_module("rasterio.windows")
        return import_module("rasterio")
    except ImportError:
        raise problem("rasters.not_installed") from None


def _cells(band: Any) -> np.ndarray:
    """The cells of a strip, missing where there are no data; whole numbers stay whole where none is missing."""
    import numpy as np

    if not np.ma.is_masked(band):
        found: np.ndarray = np.asarray(band.data).ravel()
        return found
    return np.where(np.ma.getmaskarray(band), np.nan, band.data.astype(float)).ravel()


def _centres(name: str, transform: Any, top: int, rows: int, width: int) -> np.ndarray:
    import numpy as np

    down, across = (a.ravel() + 0.5 for a in np.meshgrid(np.arange(top, top + rows), np.arange(width), indexing="ij"))
    if name == "x":
        return np.asarray(transform.a * across + transform.b * down + transform.c)
    return np.asarray(transform.d * across + transform.e * down + transform.f)
