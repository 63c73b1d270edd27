"""Tables in parts and rasters: the same numbers as from a table that is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio
import rasterio.transform
from shapely.geometry import box

import regio
from regio.compute.problem import ComputeError
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, EstimationError
from regio.spatial.detector import parts

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # rasterio and affine disagree about an operator
FRAMES = ("factors", "interactions", "combinations", "search", "strata", "risk", "ecological")


def sample(n: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {"a": np.round(rng.normal(size=n), 2), "b": np.exp(rng.normal(size=n)), "zone": rng.choice(list("stuv"), n), "w": rng.uniform(1, 2, n)}
    )
    frame.loc[::37, "b"] = np.nan
    return frame.assign(y=1e6 + frame["a"] + (frame["zone"] == "s") + rng.normal(size=n))


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("part_rows", [50, 233])
def test_parts_give_what_the_whole_gives(part_rows: int, weights: str | None) -> None:
    frame = sample()
    whole = regio.geodetector(frame, "y", ["a", "b", "zone"], ways=3, sample_weights=weights, shares="none")
    parted = regio.geodetector(FrameRows(frame, part_rows), "y", ["a", "b", "zone"], ways=3, sample_weights=weights)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(parted, name), rtol=1e-8)
    assert (whole.provenance.rows_used, whole.provenance.rows_left_out) == (parted.provenance.rows_used, parted.provenance.rows_left_out)
    assert "geodetector.in_parts" in [f.code for f in parted.findings]


def test_too_many_values_are_seen_on_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = sample()
    whole = regio.geodetector(frame, "y", ["b"], methods=("equal", "quantile"))
    monkeypatch.setattr(parts, "DIFFERENT", 100)
    parted = regio.geodetector(FrameRows(frame, 90), "y", ["b"], methods=("equal", "quantile"))
    assert whole.factors["method"].tolist() == parted.factors["method"].tolist()
    assert whole.factors["q"].tolist() == pytest.approx(parted.factors["q"].tolist(), rel=0.02)
    assert "geodetector.grid" in [f.code for f in parted.findings]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"by": "zone"}, "geodetector.parts_by"), ({"draws": 9}, "geodetector.parts_by"), ({"methods": ("robust",)}, "geodetector.parts_methods")],
)
def test_what_needs_every_row_at_once_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.geodetector(FrameRows(sample(), 100), "y", "a", **given)
    assert [f.code for f in caught.value.findings] == [code]
    assert "分块" in caught.value.text("zh")


def test_a_constant_outcome_in_parts_is_refused() -> None:
    with pytest.raises(EstimationError, match="does not vary"):
        regio.geodetector(FrameRows(sample().assign(y=2.0), 100), "y", "zone")


def write(path: Path, cells: np.ndarray, nodata: float | None = None, size: float = 30.0) -> Path:
    transform = rasterio.transform.from_origin(500_000, 4_000_000, size, size)
    options = {"height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": cells.dtype, "crs": "EPSG:32650", "transform": transform}
    with rasterio.open(path, "w", driver="GTiff", nodata=nodata, **options) as raster:
        raster.write(cells, 1)
    return path


@pytest.fixture
def rasters(tmp_path: Path) -> dict[str, Path]:
    rng = np.random.default_rng(1)
    height = rng.normal(size=(40, 30)).astype("float32")
    land = rng.integers(1, 5, (40, 30)).astype("uint8")
    outcome = height + land + rng.normal(size=(40, 30)).astype("float32")
    outcome[:2, :3] = -9999
    return {
        "ndvi": write(tmp_path / "ndvi.tif", outcome, -9999),
        "height": write(tmp_path / "height.tif", height),
        "land": write(tmp_path / "land.tif", land),
    }


def test_rasters_are_read_by_strips(rasters: dict[str, Path]) -> None:
    rows = regio.RasterRows(rasters, part_rows=200)
    strips = list(rows.parts(("ndvi", "land", "x", "y")))
    assert [len(strip) for strip in strips] == [180] * 6 + [120]
    frame = pd.concat(strips, ignore_index=True)
    assert (int(frame["ndvi"].isna().sum()), frame["x"][0], frame["y"][0]) == (6, 500_015.0, 3_999_985.0)
    found = regio.geodetector(rows, "ndvi", ["height", "land"])
    table = pd.concat(list(rows.parts(("ndvi", "height", "land"))), ignore_index=True)
    expected = regio.geodetector(table, "ndvi", ["height", "land"], shares="none")
    pd.testing.assert_frame_equal(expected.factors, found.factors, rtol=1e-8)
    assert (found.provenance.rows_used, found.provenance.rows_left_out) == (1194, 6)
    assert rows.fingerprint == regio.RasterRows(rasters).fingerprint


def test_rasters_of_different_grids_are_refused(rasters: dict[str, Path], tmp_path: Path) -> None:
    other = write(tmp_path / "other.tif", np.ones((40, 30)), size=60.0)
    with pytest.raises(ComputeError, match="one grid"):
        list(regio.RasterRows({**rasters, "other": other}).parts(("other",)))
    with pytest.raises(ComputeError, match="cannot be read"):
        list(regio.RasterRows({"none": tmp_path / "none.tif"}).parts(("none",)))
    with pytest.raises(ComputeError, match="Did you mean ndvi"):
        list(regio.RasterRows(rasters).parts(("ndvl",)))


def test_a_geodataframe_is_a_table() -> None:
    frame = sample(120)
    shapes = geopandas.GeoDataFrame(frame, geometry=[box(i % 12, i // 12, i % 12 + 1, i // 12 + 1) for i in range(120)], crs="EPSG:32650")
    assert regio.geodetector(frame, "y", ["a", "zone"]).to_dict() == regio.geodetector(shapes, "y", ["a", "zone"]).to_dict()
