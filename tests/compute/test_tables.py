"""Rows of Parquet files and of DuckDB databases: every row once, parts cut by the data, errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio.compute.duck import DuckRows
from regio.compute.parquet import ParquetRows
from regio.compute.problem import ComputeError
from regio.compute.rows import FrameRows
from regio.compute.sums import Sums

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet cannot be read")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: Parquet cannot be read")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: databases cannot be read")

PART_ROWS = (7, 30, 99, 500)
Make = Callable[[pd.DataFrame, int], Any]


def frame(*, ordered: bool) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    regions = rng.integers(0, 25, 200)
    made = pd.DataFrame({"region": regions, "name": [f"省{i:02d}" for i in regions], "a": rng.normal(size=200), "place": np.arange(200)})
    return made.sort_values("region", kind="stable").assign(place=np.arange(200)).reset_index(drop=True) if ordered else made


@pytest.fixture(params=["file", "folder", "table", "view", "query"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """The rows of a frame, out of a file, a folder of files, a table, a view or a query."""

    def made(data: pd.DataFrame, part_rows: int) -> Any:
        if request.param == "file":
            pq.write_table(pa.Table.from_pandas(data), tmp_path / "rows.parquet", row_group_size=31)
            return ParquetRows(tmp_path / "rows.parquet", part_rows)
        if request.param == "folder":
            for i, start in enumerate(range(0, len(data), 60)):
                pq.write_table(pa.Table.from_pandas(data.iloc[start : start + 60], preserve_index=False), tmp_path / f"rows-{i}.parquet")
            return ParquetRows(str(tmp_path), part_rows)
        database = tmp_path / "rows.duckdb"
        if not database.exists():
            with duckdb.connect(str(database)) as connection:
                connection.register("given", data)
                connection.execute("CREATE TABLE rows AS SELECT * FROM given")
                connection.execute("CREATE VIEW looked_at AS SELECT * FROM rows")
        names = {"table": "rows", "view": "looked_at", "query": "SELECT * FROM rows WHERE place >= 0;"}
        return DuckRows(database, names[request.param], part_rows)

    return made


@pytest.mark.parametrize("part_rows", PART_ROWS)
def test_parts_hold_every_row_once(make: Make, part_rows: int) -> None:
    data = frame(ordered=False)
    rows = make(data, part_rows)
    assert rows.columns == ("region", "name", "a", "place")
    parts = list(rows.parts(("place", "a")))
    assert [len(part) for part in parts] == [min(part_rows, 200 - start) for start in range(0, 200, part_rows)]
    assert all(list(part.columns) == ["place", "a"] for part in parts)  # nothing else is read
    joined = pd.concat(parts)
    assert joined["place"].tolist() == data["place"].tolist()
    assert joined.index.tolist() == list(range(200))
    assert joined["a"].tolist() == data["a"].tolist()
    np.testing.assert_allclose(rows.sums(("a",)).cross, Sums.of(data[["a"]].to_numpy()).cross, rtol=1e-12)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("key", ["region", "name"])
@pytest.mark.parametrize("part_rows", PART_ROWS)
def test_rows_that_belong_together_share_a_part(make: Make, part_rows: int, key: str, ordered: bool) -> None:
    data = frame(ordered=ordered)
    rows = make(data, part_rows)
    parts = list(rows.parts((key, "place"), together=key))
    regions = [set(part[key]) for part in parts]
    assert sum(map(len, regions)) == len(set().union(*regions)) == 25
    assert sorted(pd.concat(parts)["place"]) == list(range(200))
    again = list(rows.parts((key, "place"), together=key))
    assert [part["place"].tolist() for part in again] == [part["place"].tolist() for part in parts]
    if ordered:  # the same cuts as of a frame
        assert [len(part) for part in parts] == [len(part) for part in FrameRows(data, part_rows).parts((key, "place"), together=key)]


def test_cells_without_a_value(make: Make) -> None:
    data = frame(ordered=True)
    data.loc[[0, 5, 60, 199], "name"] = None
    data.loc[[7, 8], "a"] = np.nan
    data["whole"] = pd.array([None, *range(199)], dtype="Int64")
    parts = list(make(data, 20).parts(("name", "a", "whole", "place"), together="name"))
    joined = pd.concat(parts)
    assert joined["name"].isna().sum() == 4
    assert joined["a"].isna().sum() == 2
    assert joined["whole"].isna().sum() == 1
    names = [set(part["name"].dropna()) for part in parts]
    assert sum(map(len, names)) == len(set().union(*names)) == 25


def test_dictionaries_and_decimals(tmp_path: Path) -> None:
    table = pa.table({"name": pa.array(["b", "a", "b"]).dictionary_encode(), "x": pa.array([Decimal("1.5"), None, Decimal("2.25")])})
    pq.write_table(table, tmp_path / "rows.parquet")
    (part,) = ParquetRows(tmp_path / "rows.parquet").parts(("name", "x"))
    assert part["name"].tolist() == ["b", "a", "b"]
    assert part["x"].dtype == np.float64
    assert part["x"].tolist()[::2] == [1.5, 2.25]


def test_fingerprints(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same content, the same fingerprint; another cell, another one; also of what counts as large."""
    data = frame(ordered=True)
    first, again = make(data, 7), make(data, 99)
    assert first.fingerprint == again.fingerprint
    for module in ("regio.compute.fingerprint.SMALL", "regio.compute.duck.SMALL"):
        monkeypatch.setattr(module, 10)
    assert make(data, 7).fingerprint == make(data, 8).fingerprint != first.fingerprint
    large = make(data, 7).fingerprint
    (tmp_path / "rows.duckdb").unlink(missing_ok=True)
    assert make(data.assign(a=data["a"] + 1), 7).fingerprint != large


def refused(code: str, use: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ComputeError) as caught:
        use()
    assert caught.value.messages[0].code == code
    return caught.value.text("en"), caught.value.text("zh")


def test_a_column_that_does_not_exist(make: Make) -> None:
    rows = make(frame(ordered=True), 50)
    en, zh = refused("compute.no_column", lambda: list(rows.parts(("regio", "a"))))
    assert "There is no column “regio”" in en
    assert "Did you mean region?" in en
    assert "Columns: region, name, a, place." in en
    assert "没有名为“regio”的列" in zh


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    for use in (lambda: ParquetRows(tmp_path / "no.parquet").columns, lambda: DuckRows(tmp_path / "no.duckdb", "rows").columns):
        en, zh = refused("compute.no_file", use)
        assert "There is no file or folder" in en
        assert "不存在文件或文件夹" in zh
    assert "no Parquet file" in refused("compute.empty_folder", lambda: ParquetRows(tmp_path).columns)[0]


def test_a_broken_file(tmp_path: Path) -> None:
    place = tmp_path / "rows.parquet"
    place.write_bytes(b"PAR1 not really")
    en, zh = refused("compute.broken_file", lambda: ParquetRows(place).columns)
    assert "cannot be read as a Parquet file" in en
    assert "write it again" in en
    assert "重新生成" in zh
    pq.write_table(pa.Table.from_pandas(frame(ordered=True)), place)
    content = bytearray(place.read_bytes())
    content[100:400] = bytes(300)  # the footer is whole, the pages are not
    place.write_bytes(bytes(content))
    refused("compute.broken_file", lambda: list(ParquetRows(place).parts(("region", "name", "a", "place"))))


def test_files_that_differ(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1.0], "b": [2.0]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"a": [1.0], "b": ["x"]}), tmp_path / "2.parquet")
    en, zh = refused("compute.files_differ", lambda: ParquetRows(tmp_path).columns)
    assert "“1.parquet” and “2.parquet” (b)" in en
    assert "列不一致" in zh


def test_databases_and_tables(tmp_path: Path) -> None:
    place = tmp_path / "rows.duckdb"
    with duckdb.connect(str(place)) as connection:
        connection.execute("CREATE TABLE provinces (x DOUBLE)")
    en, zh = refused("compute.no_table", lambda: DuckRows(place, "province").columns)
    assert "no table or view “province”" in en
    assert "Did you mean provinces?" in en
    assert "没有名为“province”的表或视图" in zh
    en, zh = refused("compute.database", lambda: DuckRows(place, "SELECT y FROM provinces").columns)
    assert "y" in en
    assert "返回" in zh
    other = tmp_path / "other.duckdb"
    other.write_text("this is no database" * 300, encoding="utf-8")
    refused("compute.database", lambda: DuckRows(other, "provinces").columns)


def test_an_empty_table(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.float64()), "region": pa.array([], pa.string())}), tmp_path / "rows.parquet")
    assert list(ParquetRows(tmp_path / "rows.parquet").parts(("a",), together="region")) == []


def test_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    en, zh = refused("compute.no_package", lambda: DuckRows(":memory:", "SELECT 1").columns)
    assert "python -m pip install duckdb" in en
    assert "未安装" in zh
