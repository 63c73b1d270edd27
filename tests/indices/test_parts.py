"""Entropy weights of a table that comes in parts: the same numbers as of a frame, whatever the size of the parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, DataError, EstimationError

PARTS = 1e-12  # relative; sums in another order
UNIT = 1e-15  # absolute; an entropy of zero is one less one
DIRECTIONS = {"b": "negative"}


def table(seed: int, rows: int = 400) -> pd.DataFrame:
    """Indicators of every kind: skewed, nearly equal beside a large offset, mostly zero, trending with the rows, constant, with one outlier."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"region": [f"r{i // 8:02d}" for i in range(rows)], "period": np.arange(rows) % 8})
    frame["a"], frame["b"] = rng.lognormal(size=rows), 1e6 + rng.normal(size=rows)
    frame["c"], frame["d"] = (rng.random(rows) < 0.02) * 1.0, rng.exponential(size=rows) + np.arange(rows) / 20
    frame["flat"], frame["e"] = 7.0, 100 + rng.uniform(size=rows)
    frame.loc[rows // 3, ["e", "c"]] = -5e3, 1.0
    return frame


def weigh(data: Any, **options: Any) -> regio.indices.entropy_weights.EntropyWeights:
    return regio.entropy_weights(data, directions=DIRECTIONS, region="region", period="period", **options)


def assert_same(whole: Any, parted: Any) -> None:
    numbers = ["weight", "entropy", "divergence"]
    np.testing.assert_allclose(parted.weights[numbers], whole.weights[numbers], rtol=PARTS, atol=UNIT)
    pd.testing.assert_frame_equal(parted.weights.drop(columns=numbers), whole.weights.drop(columns=numbers))
    pd.testing.assert_frame_equal(parted.bounds, whole.bounds)
    assert [f.text("en") for f in parted.findings] == [f.text("en") for f in whole.findings]


@pytest.mark.parametrize("part_rows", [1, 7, 130, 399, 1000])
@pytest.mark.parametrize("shift", [0.0, 1e-4, 1.0, 50.0])
def test_part_sizes_do_not_matter(part_rows: int, shift: float) -> None:
    frame = table(1)
    assert_same(weigh(frame, shift=shift), weigh(FrameRows(frame, part_rows), shift=shift))


@given(seed=st.integers(0, 50), part_rows=st.integers(1, 60), rows=st.integers(10, 120))
@settings(max_examples=30)
def test_any_table(seed: int, part_rows: int, rows: int) -> None:
    frame = table(seed, rows)
    assert_same(weigh(frame, dimensions={"a": "scale", "b": "scale"}), weigh(FrameRows(frame, part_rows), dimensions={"a": "scale", "b": "scale"}))


def test_scores_are_not_kept() -> None:
    """They would be as many as the rows."""
    result = weigh(FrameRows(table(2), 50))
    assert result.scores is None
    assert result.columns() == {}
    assert [exhibit.name for exhibit in result.exhibits()] == ["weights"]
    assert result.provenance.rows_used == 400
    assert type(result).from_dict(result.to_dict()).scores is None
    pd.testing.assert_series_equal(result.entropies, result.weights["entropy"])


def test_a_parquet_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet cannot be read")
    from regio.compute.parquet import ParquetRows

    frame = table(3)
    frame.to_parquet(tmp_path / "rows.parquet")
    assert_same(weigh(frame, indicators=("a", "b", "d")), weigh(ParquetRows(tmp_path / "rows.parquet", 70), indicators=("a", "b", "d")))


@pytest.mark.parametrize(
    ("change", "kind", "code", "en", "zh"),
    [
        ({"a": {3: np.nan, 399: np.nan}}, DataError, "index.missing", "“a” has 2 missing cells: r00 3, r49 7.", "“a”有 2 个缺失值"),
        (
            {"a": dict.fromkeys(range(0, 80, 10), np.inf)},
            DataError,
            "index.infinite",
            "8 infinite cells: r00 0, r01 2, r02 4, r03 6, r05 0, ….",
            "8 个无穷大值",
        ),
        ({"a": {3: "x"}}, DataError, "panel.bad_cell", "x", "x"),
    ],
)
def test_bad_cells(change: dict[str, dict[int, Any]], kind: type[DataError], code: str, en: str, zh: str) -> None:
    frame = table(4)
    for name, cells in change.items():
        frame[name] = frame[name].astype(object) if any(isinstance(value, str) for value in cells.values()) else frame[name]
        for row, value in cells.items():
            frame.loc[row, name] = value
    for data in (frame, FrameRows(frame, 30)):
        with pytest.raises(kind) as caught:
            weigh(data, indicators=("a", "b"))
        assert en in caught.value.text("en")
        assert zh in caught.value.text("zh")
        if code.startswith("index"):
            assert caught.value.findings[0].code == code


def test_what_is_refused() -> None:
    rows = FrameRows(table(5), 30)
    for scope in ("by_period", "pooled_scale"):
        with pytest.raises(ArgumentError) as caught:
            weigh(rows, scope=scope)
        assert caught.value.findings[0].code == "index.scope_in_parts"
        assert f"not with scope = “{scope}”" in caught.value.text("en")
        assert "分块读取" in caught.value.text("zh")
    with pytest.raises(EstimationError, match="None of the indicators varies"):
        weigh(rows, indicators=("flat",))
    with pytest.raises(ArgumentError, match="There is no column “z”"):
        weigh(rows, indicators=("z",))
    with pytest.raises(DataError, match="The table has one row"):
        weigh(FrameRows(table(5).iloc[:1], 30))
    with pytest.raises(ArgumentError, match="The shift is -1"):
        weigh(rows, shift=-1.0)
