"""Firms summed up inside DuckDB: against pandas on the same rows, and cells that are no numbers are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regio.contract.finding import ArgumentError, DataError
from regio.reading.large import aggregate

ROUNDING = 1e-14  # compensated sums against pandas' plain ones


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(1)
    n = 5_000
    frame = pd.DataFrame(
        {"省份": rng.choice(["北京", "天津", "河北"], n), "year": rng.integers(2011, 2015, n), "firm": np.arange(n), "assets": rng.lognormal(3, 2, n)}
    )
    frame.loc[::7, "assets"] = np.nan
    folder = tmp_path_factory.mktemp("firms")
    frame.to_csv(folder / "firms.csv", index=False)
    frame.to_parquet(folder / "firms.parquet")
    return folder


@pytest.mark.parametrize("name", ["firms.csv", "firms.parquet"])
@pytest.mark.parametrize("how", ["sum", "mean", "min", "max", "count"])
def test_it_is_what_pandas_gives(firms: Path, name: str, how: str) -> None:
    expected = pd.read_parquet(firms / "firms.parquet").groupby(["省份", "year"])["assets"].agg(how)
    panel = aggregate(firms / name, "省份", "year", ["assets"], how)  # type: ignore[arg-type]
    assert (panel.keys.names, len(panel)) == (("省份", "year"), 12)
    got = panel.rows.set_index(["省份", "year"])["assets"]
    np.testing.assert_allclose(got.reindex(expected.index).to_numpy(), expected.to_numpy(), rtol=ROUNDING)


def test_the_same_bits_every_time_and_without_periods(firms: Path) -> None:
    one, two = (aggregate(firms / "firms.csv", "省份", "year", ["assets"]) for _ in range(2))
    assert one.rows.equals(two.rows)
    assert aggregate(firms / "firms.csv", "省份", None, ["assets"], "count").rows["assets"].sum() == 5_000 - len(range(0, 5_000, 7))


def test_a_group_without_values_stays_missing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p,x\na,1\na,\nb,NA\n", encoding="utf-8")
    rows = aggregate(tmp_path / "t.csv", "p", None, ["x"]).rows
    assert (rows["p"].tolist(), rows["x"].isna().tolist()) == (["a", "b"], [False, True])


def test_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('p,x\na,"1,5"\na,…\na,2\n', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        aggregate(path, "p", None, ["x"])
    finding = caught.value.findings[0]
    assert (finding.code, "2 cells of “x” are no numbers: 1,5, …" in finding.text("en"), "有 2 个单元格不是数字" in finding.text("zh")) == (
        "reading.cells_not_numbers",
        True,
        True,
    )
    with pytest.raises(DataError, match="Did you mean x"):
        aggregate(path, "p", None, ["X"])
    with pytest.raises(ArgumentError, match="expected one of: sum, mean, min, max, count"):
        aggregate(path, "p", None, ["x"], "median")  # type: ignore[arg-type]
    path.write_bytes("省份,x\n北京,1\n".encode("gb18030") * 3)
    with pytest.raises(DataError):
        aggregate(path, "省份", None, ["x"])
