"""Regressions of tables that come in parts: from Parquet and DuckDB the same numbers as from a frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_regress_properties import CASES, PARTS, TERMS, assert_same, awkward_panel

import regio
from regio.compute.duck import DuckRows
from regio.compute.parquet import ParquetRows
from regio.compute.problem import ComputeError
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, DataError, EstimationError

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet cannot be read")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: Parquet cannot be read")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: databases cannot be read")

SOURCES = ("sorted", "unsorted", "folder", "categories", "table", "view")
KERNEL: dict[str, Any] = {"effects": ("region", "period"), "errors": "driscoll_kraay", "convention": "reghdfe"}


def fit(data: Any, **options: Any) -> regio.models.regress.Regress:
    return regio.regress(data, "y", TERMS[0], TERMS[1:], region="region", period="period", **options)


def stored(frame: pd.DataFrame, source: str, folder: Path, part_rows: int) -> Any:
    """The rows of a frame, out of a file or a database."""
    frame = frame.assign(region=frame["region"].map(lambda name: f"省{name}"))
    if source == "sorted":
        frame = frame.sort_values(["region", "period"])
    if source == "categories":
        frame = frame.assign(region=frame["region"].astype("category"), zone=frame["zone"].astype("category"))
    if source in ("table", "view"):
        with duckdb.connect(str(folder / "rows.duckdb")) as connection:
            connection.register("given", frame)
            connection.execute("CREATE TABLE rows AS SELECT * FROM given")
            connection.execute("CREATE VIEW looked_at AS SELECT * FROM rows")
        return DuckRows(folder / "rows.duckdb", "rows" if source == "table" else "looked_at", part_rows)
    cut = 40 if source == "folder" else len(frame)
    for i, start in enumerate(range(0, len(frame), cut)):
        pq.write_table(pa.Table.from_pandas(frame.iloc[start : start + cut], preserve_index=False), folder / f"rows-{i}.parquet", row_group_size=23)
    return ParquetRows(folder, part_rows)


@pytest.mark.parametrize("options", [*CASES, KERNEL], ids=str)
@pytest.mark.parametrize("source", SOURCES)
def test_the_same_numbers(source: str, options: dict[str, Any], tmp_path: Path) -> None:
    """Text regions, missing cells, singletons, periods and zones that singletons alone have; 25 rows a part."""
    frame = awkward_panel(41)
    whole, parted = fit(frame, **options), fit(stored(frame, source, tmp_path, 25), **options)
    assert_same(whole, parted, PARTS)
    for name in ("n", "n_regions", "n_periods", "n_clusters", "n_effects", "singletons", "df_residual"):
        assert parted.fit[name] == whole.fit[name], name
    assert parted.provenance is not None
    assert whole.provenance is not None
    assert parted.provenance.rows_left_out == whole.provenance.rows_left_out
    assert [f.code for f in parted.findings] == [f.code for f in whole.findings]


@pytest.mark.parametrize("part_rows", [5, 17, 60, 1000])
@pytest.mark.parametrize("options", [CASES[4], CASES[7], CASES[8], KERNEL], ids=str)
def test_part_sizes_do_not_matter(options: dict[str, Any], part_rows: int, tmp_path: Path) -> None:
    frame = awkward_panel(42)
    assert_same(fit(frame, **options), fit(stored(frame, "sorted", tmp_path, part_rows), **options), PARTS)


@pytest.mark.parametrize("options", CASES, ids=str)
@pytest.mark.parametrize("part_rows", [7, 40, 1000])
def test_regions_and_periods_are_counted(options: dict[str, Any], part_rows: int) -> None:
    frame = awkward_panel(43)
    whole, parted = fit(frame, **options), fit(FrameRows(frame, part_rows), **options)
    assert (parted.fit["n_regions"], parted.fit["n_periods"]) == (whole.fit["n_regions"], whole.fit["n_periods"])


def test_levels_that_come_late() -> None:
    """The second effect and the clusters have levels that only the last parts know, the base level among them."""
    frame = awkward_panel(44).sort_values("region", ascending=False).reset_index(drop=True)
    late = frame["region"].isin(["r000", "r001"])
    frame.loc[late, "period"] -= 10  # 1991 to 1996, before every other period
    for options in ({"effects": ("region", "period"), "errors": "cluster"}, {"effects": "period", "errors": "cluster", "cluster": "zone"}):
        assert_same(fit(frame, **options), fit(FrameRows(frame, 30), **options), PARTS)


def test_a_good_fit_keeps_its_digits() -> None:
    """Residuals a millionth of y: clustered errors hold because residuals are taken row by row, not out of cross products."""
    frame = awkward_panel(45)
    frame["y"] = frame[list(TERMS)].sum(axis=1) + 1e-6 * frame["y"]
    whole, parted = (fit(data, effects=("region", "period"), errors="cluster") for data in (frame, FrameRows(frame, 30)))
    np.testing.assert_allclose(parted.coefficients["std_error"], whole.coefficients["std_error"], rtol=1e-9)  # six digits of the input are gone


def refused(kind: type[Exception], code: str, data: Any, treatment: str = "x1") -> tuple[str, str]:
    with pytest.raises(kind) as caught:
        regio.regress(data, "y", treatment, effects="region", errors="cluster", region="region", period="period")
    problem: Any = caught.value
    assert problem.messages[0].code == code
    return problem.text("en"), problem.text("zh")


@pytest.mark.parametrize("source", SOURCES)
def test_bad_input(source: str, tmp_path: Path) -> None:
    rows = stored(awkward_panel(46), source, tmp_path, 25)
    en, zh = refused(ArgumentError, "contract.unknown_column", rows, "x9")
    assert "x9" in en
    assert "x1" in en
    assert "x9" in zh
    en, zh = refused(DataError, "panel.text_column", rows, "zone")
    assert "zone" in en
    assert "zone" in zh


def test_numbers_that_are_stored_as_text(tmp_path: Path) -> None:
    frame = awkward_panel(47)
    texts = frame["x1"].map(str).where(frame["x1"].notna(), None)
    en, zh = refused(DataError, "panel.numbers_as_text", stored(frame.assign(x1=texts), "sorted", tmp_path, 25))
    assert "x1" in en
    assert "x1" in zh
    texts[:] = "约1.5"
    en, _ = refused(DataError, "panel.text_column", FrameRows(frame.assign(x1=texts), 25))
    assert "约1.5" in en


def test_infinite_cells(tmp_path: Path) -> None:
    frame = awkward_panel(48)
    frame.loc[50, "x1"] = np.inf
    en, zh = refused(EstimationError, "regress.infinite", stored(frame, "table", tmp_path, 25))
    assert "“x1” holds 1 infinite" in en
    assert "无穷大" in zh


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    assert "cannot be read" in refused(ComputeError, "compute.broken_file", ParquetRows(tmp_path / "broken.parquet"))[0]
    assert "不存在" in refused(ComputeError, "compute.no_file", DuckRows(tmp_path / "none.duckdb", "rows"))[1]
